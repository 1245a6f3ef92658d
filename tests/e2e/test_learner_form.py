"""The learner's form against a server that fails on demand: nothing typed is lost, and what happened is said.

The page is rendered from the real templates; the network is played by the test, and so is the clock.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from boidung_xblock.authored import defaults

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "http://unit.test"
KEY = "boidung:7:block-key"
ENOUGH = " ".join(["từ"] * 45)
SCRIPTS, STYLES = ("core", "drafts", "files", "reflection"), ("base", "reflection")
INIT = 'new BoidungReflection({handlerUrl: (element, name) => "/handler/" + name}, document.getElementById("unit"));'


def page_of(state: str, **more: Any) -> dict[str, Any]:
    """The template's ``page`` as the block makes it, as far as a test needs it."""
    levels = [{"number": 1, "title": "Chưa đạt"}, {"number": 2, "title": "Đạt"}]
    rubric = defaults.rubric()["criteria"]
    criteria = [{"slug": row["slug"], "title": row["title"], "levels": levels} for row in rubric]
    editing = state in ("new", "draft", "returned", "withdrawn")
    return {
        "uid": "abc123", "usage_key": "block-key", "user_id": 7, "title": "Suy ngẫm",
        "state": state, "state_label": state, "can_write": True, "can_submit": editing,
        "prompts": defaults.prompts(), "base_version": 0 if editing else 1,
        "self_rating": {"asked": True, "criteria": criteria}, "draft": {"version": 0},
        "files": {"max_files": 3, "max_mb": 1, "types": ["docx", "pdf"], "accept": ".docx,.pdf", "items": []},
        "urls": {"draft": "/draft/", "upload": "/files/", "file_remove_prefix": "/files/", "login": "/login"}, **more,
    }  # fmt: skip


SUBMITTED = page_of(
    "submitted",
    receipt={"code": "BD-2345-6789", "submitted_text": "23/11/2026 20:41", "number": 1},
    versions=[{"answers": [{"title": "Điều tôi học được", "text": ENOUGH}]}],
    can_withdraw=True,
)


class Server:
    """Answers what a test tells it to, else as all is well; ``sent`` holds (what, body)."""

    def __init__(self) -> None:
        self.page = page_of("new")
        self.sent: list[tuple[str, Any]] = []
        self.fails: dict[str, Any] = {}

    def refuse(self, what: str, status: int, code: str, **details: Any) -> None:
        """The next answers to ``what`` are this refusal."""
        self.fails[what] = {"status": status, "json": {"error": {"code": code, "message": f"({code})", **details}}}

    def __call__(self, route: Any) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/":
            route.fulfill(body=self._whole(), content_type="text/html; charset=utf-8")
        elif path.startswith("/static/"):
            route.fulfill(path=ROOT / path[1:], content_type=mimetypes.guess_type(path)[0])
        elif path == "/init.js":
            route.fulfill(body=INIT, content_type="text/javascript")
        else:
            self._answer(route, path.strip("/").split("/")[-1])

    def _answer(self, route: Any, what: str) -> None:
        is_json = (route.request.headers.get("content-type") or "").startswith("application/json")
        self.sent.append((what, json.loads(route.request.post_data) if is_json else route.request.post_data_buffer))
        failure = self.fails.get(what)
        if failure == "no answer":
            route.abort()
        elif failure:
            route.fulfill(**failure)
        else:
            route.fulfill(json=self._good(what))

    def _good(self, what: str) -> dict[str, Any]:
        if what == "draft":
            return {"version": self.sent[-1][1]["version"] + 1, "saved_text": "20:14"}
        if what == "files":
            uid = f"uid-{len(self.sent)}"
            return {"file": {"uid": uid, "name": "n", "size": 3, "url": f"/files/{uid}/"}}
        after = {"submit": SUBMITTED, "withdraw": page_of("withdrawn", base_version=1)}.get(what)
        return {"html": render_to_string("boidung/reflection/body.html", {"page": after})} if after else {}

    def _whole(self) -> str:
        block = render_to_string("boidung/reflection/student.html", {"page": self.page})
        styles = "".join(f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in STYLES)
        scripts = "".join(f'<script src="/static/js/{name}.js"></script>' for name in SCRIPTS)
        body = f'<div id="unit">{block}</div>{scripts}<script src="/init.js"></script>'
        return f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>Bài</title>{styles}<body>{body}</html>'


class Form:
    """A person at the form; ``open`` is also a reload."""

    def __init__(self, context: Any) -> None:
        self.server = Server()
        self.errors: list[str] = []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(5000)
        self.page.clock.install(time="2026-11-23T13:10:00Z")
        self.page.route("**/*", self.server)
        self.open()

    def open(self, page: dict[str, Any] | None = None) -> None:
        self.server.page = page or self.server.page
        self.page.goto(ORIGIN + "/")

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-bd-{name}]").first

    def panel(self, name: str) -> Any:
        return self.page.locator(f"[data-bd-panel={name}]")

    def field(self, number: int) -> Any:
        return self.page.locator("textarea").nth(number)

    def write_enough(self) -> None:
        for number in range(3):
            self.field(number).fill(ENOUGH)

    def wait(self, seconds: int) -> None:
        """Let time pass in steps, so that answers arrive in between."""
        for _ in range(0, seconds, 5):
            self.page.clock.run_for(5000)
            self.page.wait_for_timeout(40)

    def submit(self) -> Any:
        lost = self.server.fails.get("submit") == "no answer"
        with self.page.expect_event("requestfailed" if lost else "requestfinished"):
            self.part("submit").click()
        return self.server.sent[-1][1]

    def kept(self) -> dict[str, Any] | None:
        return json.loads(self.page.evaluate("key => localStorage.getItem(key)", KEY) or "null")


@pytest.fixture
def form(chromium: Any) -> Iterator[Form]:
    """A new form on a phone; no script may have failed in the end."""
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="vi-VN", accept_downloads=True)
    opened = Form(context)
    yield opened
    assert opened.errors == []
    context.close()


def test_incomplete_work_is_explained_at_its_fields_and_not_sent(form: Form) -> None:
    form.field(0).fill("ba từ thôi")
    form.part("submit").click()
    summary = form.part("summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("button")).to_have_count(3)
    summary.get_by_role("button").first.click()
    expect(form.field(0)).to_be_focused()
    expect(form.field(0)).to_have_attribute("aria-invalid", "true")
    assert form.server.sent == []


def test_a_lost_answer_and_a_retry_carry_one_key_even_over_a_reload(form: Form) -> None:
    form.write_enough()
    form.server.fails["submit"] = "no answer"
    key = form.submit()["client_key"]
    expect(form.part("problem")).to_be_focused()
    form.open()
    form.part("mine").click()
    form.server.fails = {}
    assert form.submit()["client_key"] == key
    expect(form.part("heading")).to_be_focused()
    expect(form.page.locator(".bd-code").first).to_have_text("BD-2345-6789")
    assert form.kept() is None


def test_a_changed_text_is_another_submit(form: Form) -> None:
    form.write_enough()
    form.server.fails["submit"] = "no answer"
    key = form.submit()["client_key"]
    form.field(0).press_sequentially(" thêm")
    form.server.refuse("submit", 409, "already_submitted")
    assert form.submit()["client_key"] != key
    expect(form.part("problem")).to_contain_text("(already_submitted)")
    assert form.kept()["payload"]["answers"]["dieu-hoc-duoc"].endswith(" thêm")  # type: ignore[index]


def test_messages_of_the_server_stand_at_the_fields(form: Form) -> None:
    form.write_enough()
    form.server.refuse("submit", 400, "bad_input", fields={"nghi-khac": "Viết cụ thể hơn", "files": "Thiếu tệp"})
    form.submit()
    expect(form.part("summary").get_by_role("button")).to_have_count(2)
    expect(form.page.locator("#bd-abc123-pnghi-khac-error")).to_have_text("Viết cụ thể hơn")


def test_answers_can_be_downloaded_when_nothing_else_works(form: Form) -> None:
    form.write_enough()
    form.server.fails["submit"] = {"status": 403, "body": "<h1>CSRF</h1>", "content_type": "text/html"}
    form.submit()
    expect(form.page.locator("[data-bd-problem] [data-bd-offer=login]")).to_be_visible()
    with form.page.expect_download() as download:
        form.page.locator("[data-bd-problem] [data-bd-download]").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "Điều tôi học được" in text
    assert ENOUGH in text


def test_text_the_system_lacks_comes_back_and_the_other_stays_in_reach(form: Form) -> None:
    form.field(0).fill("chưa kịp gửi")
    form.open()
    expect(form.field(0)).to_have_value("chưa kịp gửi")
    expect(form.panel("choice")).to_be_visible()
    form.part("theirs").click()
    expect(form.field(0)).to_have_value("")


def test_a_draft_from_another_device_waits_for_a_choice_before_any_submit(form: Form) -> None:
    form.write_enough()
    other = {"answers": {"dieu-hoc-duoc": "bản kia"}, "self_rating": {}, "files": ["other-file"]}
    form.server.refuse("draft", 409, "stale_draft", version=9, payload=other, saved_text="19:55")
    form.wait(15)
    expect(form.panel("choice")).to_contain_text("19:55")
    form.part("submit").click()
    expect(form.part("mine")).to_be_focused()
    form.server.fails = {}
    form.part("mine").click()
    form.wait(5)
    what, body = form.server.sent[-1]
    assert (what, body["version"], body["payload"]["files"]) == ("draft", 9, ["other-file"])
    assert body["payload"]["answers"]["dieu-hoc-duoc"] == ENOUGH


def test_another_login_on_the_computer_is_said_and_nothing_more_is_sent(form: Form) -> None:
    form.field(0).fill("của tôi")
    form.server.refuse("draft", 403, "other_login")
    form.wait(15)
    expect(form.panel("other")).to_be_visible()
    form.field(0).press_sequentially(" thêm")
    form.wait(60)
    assert len(form.server.sent) == 1
    assert form.kept()["payload"]["answers"]["dieu-hoc-duoc"] == "của tôi thêm"  # type: ignore[index]


def test_a_shared_computer_keeps_nothing(form: Form) -> None:
    form.field(0).fill("riêng tư")
    form.page.locator("details:has([data-bd-shared]) > summary").click()
    form.part("shared").click()
    form.field(0).press_sequentially(" nữa")
    assert form.kept() is None
    form.wait(15)
    assert form.server.sent[-1][1]["payload"]["answers"]["dieu-hoc-duoc"] == "riêng tư nữa"


def test_files_are_checked_retried_and_removed(form: Form) -> None:
    choose, rows = form.page.locator("input[type=file]"), form.page.locator("[data-bd-list] > li")
    named = [("kế hoạch <b>.docx", b"abc"), ("a.exe", b"abc"), ("rỗng.pdf", b""), ("quá nhiều.pdf", b"abc")]
    choose.set_input_files([{"name": name, "mimeType": "a/b", "buffer": body} for name, body in named])
    expect(rows).to_have_count(3)
    expect(rows.first.get_by_role("link", name="kế hoạch <b>.docx")).to_be_visible()
    expect(rows.nth(1).locator("[role=status]")).not_to_be_empty()
    expect(rows.nth(2).locator("[role=status]")).not_to_be_empty()
    expect(form.page.locator("p[data-bd-error=files]")).not_to_be_empty()
    rows.nth(2).locator("[data-bd-remove]").click()
    expect(rows.nth(1).locator("[data-bd-remove]")).to_be_focused()
    rows.nth(1).locator("[data-bd-remove]").click()
    form.server.fails["files"] = "no answer"
    choose.set_input_files({"name": "b.pdf", "mimeType": "a/b", "buffer": b"abc"})
    again = rows.nth(1).locator("[data-bd-again]")
    expect(again).to_be_visible()
    form.server.fails = {}
    again.click()
    expect(rows.nth(1).get_by_role("link")).to_be_visible()
    uploads = [body for what, body in form.server.sent if what == "files"]
    keys = [body.split(b'name="client_key"')[1].split(b"\r\n")[2] for body in uploads]
    assert keys[1] == keys[2] != keys[0]


def test_other_words_left_on_the_device_are_offered_after_a_submit_elsewhere(form: Form) -> None:
    form.field(0).fill("lời khác")
    form.open(SUBMITTED)
    with form.page.expect_download() as download:
        form.part("leftover").click()
    assert "lời khác" in Path(download.value.path()).read_text("utf-8-sig")
    form.part("forget").click()
    assert form.kept() is None


def test_a_withdrawal_asks_once_more_and_opens_the_form_again(form: Form) -> None:
    form.open(SUBMITTED)
    expect(form.part("withdraw")).to_be_hidden()
    form.page.locator("details:has([data-bd-withdraw]) > summary").click()
    form.part("withdraw").click()
    expect(form.part("heading")).to_be_focused()
    expect(form.field(0)).to_be_visible()
    assert form.server.sent[-1][1]["base_version"] == 1
