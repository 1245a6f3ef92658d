"""The page that the learning app frames: hashed files, Vietnamese, and a person who writes in it on a phone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from tests.live.course import start_anew
from tests.live.site import LMS, Person, key, usage

BLOCK = "suy-ngam-3"
_OURS = re.compile(r"""(?:src|href)=["']([^"']*/boidung/[^"']+\.(?:css|js))""")
_HASHED = re.compile(r"\.[0-9a-f]{12}\.(css|js)$")
TEXT = " ".join(["Tôi hiểu yêu cầu cần đạt mô tả điều học sinh làm được sau một giai đoạn học."] * 4)


def test_every_file_of_ours_has_a_hashed_address_that_answers(learner: Any) -> None:
    found = _OURS.findall(learner(1).unit_page(BLOCK))
    assert len(found) >= 5, found
    for address in found:
        assert _HASHED.search(address), f"{address} carries no hash"
        answer = requests.get(urljoin(LMS, address), timeout=30)
        assert answer.status_code == 200, address


def test_the_page_speaks_the_language_of_the_preference(staff: Person, learner: Any) -> None:
    """With the platform's empty folder of plugin translations, from the catalogue that the package ships."""
    an = learner(2)
    start_anew(staff, an, BLOCK)
    shown = {language: _in_language(an, language) for language in ("en", "vi")}
    assert ("Submit" in shown["en"], "Nộp bài" in shown["en"]) == (True, False)
    assert "Nộp bài" in shown["vi"]


def _in_language(person: Person, language: str) -> str:
    """The block's part of the page, with the cookie that the site keeps the preference in."""
    for cookie in person.session.cookies:
        if cookie.name == "openedx-language-preference":
            cookie.value = language
    page = person.unit_page(BLOCK)
    return page[page.index("data-bd-body") :]


@pytest.fixture
def framing_page() -> Iterator[str]:
    """The address of a page of another origin with nothing but the unit's iframe in it, as the learning app has it."""
    unit = f"{LMS}/xblock/{usage(BLOCK)}?show_title=0&show_bookmark=0&recheck_access=1&view=student_view"
    html = (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<title>Khung</title><link rel="icon" href="data:,"><body style="margin:0">'
        f'<iframe id="unit-iframe" title="unit" src="{unit}" style="width:100%;border:0" height="2000"></iframe>'
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(html)))
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def _cookies(person: Person) -> list[dict[str, str]]:
    return [{"name": cookie.name, "value": cookie.value or "", "url": LMS} for cookie in person.session.cookies]


def test_on_a_phone_in_the_frame_a_learner_writes_is_saved_and_gets_a_receipt(
    staff: Person, learner: Any, chromium: Any, framing_page: str
) -> None:
    from playwright.sync_api import expect

    an = learner(3)
    start_anew(staff, an, BLOCK)
    _forget_draft(an)
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="vi-VN")
    context.add_cookies(_cookies(an))
    page = context.new_page()
    page.set_default_timeout(30_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text} {message.location}"))
    page.on("pageerror", lambda error: said.append(f"script error: {error} {error.stack}"))
    page.goto(framing_page)
    frame = page.frame_locator("#unit-iframe")
    expect(frame.locator("[data-bd-reflection]")).to_be_visible()
    fields = frame.locator("textarea[data-bd-answer]")
    for index in range(3):
        fields.nth(index).fill(TEXT)
    expect(frame.locator("[data-bd-server]")).to_contain_text("Đã lưu trên hệ thống lúc", timeout=60_000)
    frame.locator("[data-bd-submit]").click()
    receipt = frame.locator(".bd-facts .bd-code").first
    expect(receipt).to_have_text(re.compile(r"^BD-[0-9A-Z]{4}-[0-9A-Z]{4}$"))
    inner = next(one for one in page.frames if "/xblock/" in one.url)
    ours = "document.querySelector('[data-bd-reflection]')"
    assert inner.evaluate(f"{ours}.scrollWidth <= {ours}.clientWidth"), "scrolls sideways at 360 px"
    code = receipt.inner_text()
    context.close()
    assert code in an.unit_page(BLOCK)
    print("\n".join(said))
    assert [line for line in said if "/boidung/" in line or "Boidung" in line] == []


def _forget_draft(person: Person) -> None:
    """An empty draft in place of one that an earlier run left."""
    facts = person.facts(BLOCK)
    empty: dict[str, Any] = {"answers": {}, "self_rating": {}, "files": []}
    person.save_draft(
        BLOCK, for_user=facts["data-user"], version=facts["data-draft-version"], client_key=key(), payload=empty
    )
