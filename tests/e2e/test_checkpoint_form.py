"""The page of a checkpoint against a network that fails on demand: no answer is lost, none counts twice.

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

from tests.blocks.checkpoints import ANSWERS

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "http://unit.test"
SCRIPTS, STYLES = ("core", "drafts", "checkpoint"), ("base", "checkpoint")
INIT = (
    'new BoidungCheckpoint({handlerUrl: (element, name) => "/handler/" + name}, unit, {});'
)


def step(slug: str, kind: str, number: int, tries: int = 0, **more: Any) -> dict[str, Any]:
    """One open step with its form."""
    return {
        "slug": slug, "kind": kind, "number": number, "title": f"Bước {number}", "required": True, "state": "open",
        "form": True, "form_key": f"{slug}.{tries}", "unfolded": True, **more,
    }  # fmt: skip


def page_of(done: tuple[str, ...] = (), version: int = 0, **more: Any) -> dict[str, Any]:
    """The template's ``page`` with a choice, a short answer and a reading, some of them done."""
    options = [{"value": text, "text": text} for text in ("Ba", "Năm")]
    steps = [
        step("chon", "choice", 1, options=options),
        step("lien-he", "short_answer", 2, min_words=2, max_words=50, text=""),
        step("doc", "read", 3),
    ]
    for one in steps:
        if one["slug"] in done:
            told = {"state": "done", "outcome": "right", "outcome_text": "Đúng", "form": False}
            one.update(told, just_answered=one["slug"] == done[-1])
    return {
        "uid": "abc123", "usage_key": "block-key", "user_id": 7, "title": "Điểm dừng", "can_write": True,
        "row_version": version, "steps": steps, "draft": {"version": 0}, "progress": {}, "result": {}, "due": {},
        "urls": {"draft": "/draft/", "login": "/login"}, **more,
    }  # fmt: skip


def body(page: dict[str, Any]) -> str:
    return render_to_string("boidung/checkpoint/body.html", {"page": page})


class Server:
    """Answers what a test tells it to, else as all is well; ``sent`` holds (what, body)."""

    def __init__(self) -> None:
        self.page = page_of()
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
        data = json.loads(route.request.post_data)
        self.sent.append((what, data))
        failure = self.fails.get(what)
        if failure == "no answer":
            route.abort()
        elif failure:
            route.fulfill(**failure)
        elif what == "draft":
            route.fulfill(json={"version": data["version"] + 1, "saved_text": "20:14"})
        else:
            after = page_of((data["step"],), version=data["row_version"] + 1)
            route.fulfill(json={"row_version": 1, "completed": False, "html": body(after)})

    def _whole(self) -> str:
        block = render_to_string("boidung/checkpoint/student.html", {"page": self.page})
        styles = "".join(f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in STYLES)
        scripts = "".join(f'<script src="/static/js/{name}.js"></script>' for name in SCRIPTS)
        whole = f'<div id="unit">{block}</div>{scripts}<script src="/init.js"></script>'
        return f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>Bài</title>{styles}<body>{whole}</html>'


class Visit:
    """A person at the page; ``open`` is also a reload."""

    def __init__(self, context: Any) -> None:
        self.server = Server()
        self.errors: list[str] = []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(5000)
        self.page.clock.install(time="2026-11-23T13:10:00Z")
        self.page.route("**/*", self.server)
        self.open()

    def open(self) -> None:
        self.page.goto(ORIGIN + "/")

    def step(self, slug: str) -> Any:
        return self.page.locator(f'[data-bd-step="{slug}"]')

    def send(self, slug: str) -> Any:
        """Answer the step; the body that went out."""
        lost = self.server.fails.get("answer") == "no answer"
        with self.page.expect_event("requestfailed" if lost else "requestfinished"):
            self.step(slug).locator("[data-bd-send]").click()
        return self.server.sent[-1][1]

    def wait(self, seconds: int) -> None:
        """Let time pass in steps, so that answers arrive in between."""
        for _ in range(0, seconds, 5):
            self.page.clock.run_for(5000)
            self.page.wait_for_timeout(40)

    @property
    def writing(self) -> Any:
        return self.page.locator("textarea")

    @property
    def problem(self) -> Any:
        return self.page.locator("[data-bd-problem]")


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visit]:
    """A new visit on a phone; no script may have failed in the end."""
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="vi-VN", accept_downloads=True)
    opened = Visit(context)
    yield opened
    assert opened.errors == []
    context.close()


def test_an_answer_goes_out_as_the_server_takes_it_and_the_result_has_the_focus(visit: Visit) -> None:
    visit.page.get_by_label("Năm").check()
    sent = visit.send("chon")

    assert (sent["step"], sent["answer"], sent["row_version"], sent["for_user"]) == ("chon", ANSWERS["chon"], 0, 7)
    expect(visit.page.locator("[data-bd-heading]")).to_be_focused()
    assert visit.send("doc")["row_version"] == 1


def test_what_is_missing_is_said_at_its_step_and_not_sent(visit: Visit) -> None:
    for slug in ("chon", "lien-he"):
        visit.step(slug).locator("[data-bd-send]").click()
        expect(visit.step(slug).locator("[data-bd-error]")).not_to_be_empty()
        expect(visit.step(slug).locator("[aria-invalid=true]")).to_be_focused()
    assert visit.server.sent == []


@pytest.mark.parametrize("reload", [False, True])
def test_a_lost_answer_is_sent_again_with_the_same_key(visit: Visit, reload: bool) -> None:
    visit.server.fails["answer"] = "no answer"
    visit.writing.fill("Lớp tôi đã thử.")
    first = visit.send("lien-he")
    expect(visit.problem).to_be_focused()
    if reload:
        visit.open()
        expect(visit.writing).to_have_value("Lớp tôi đã thử.")
    visit.server.fails.clear()
    again = visit.send("lien-he")

    assert again["client_key"] == first["client_key"]
    assert again["answer"] == first["answer"] == {"text": "Lớp tôi đã thử."}
    expect(visit.step("lien-he").locator("textarea")).to_have_count(0)


def test_another_answer_has_another_key(visit: Visit) -> None:
    visit.server.fails["answer"] = "no answer"
    visit.writing.fill("Lớp tôi đã thử.")
    first = visit.send("lien-he")
    visit.writing.fill("Lớp tôi chưa thử.")

    assert visit.send("lien-he")["client_key"] != first["client_key"]


def test_offline_nothing_goes_out_and_the_button_sends_it_later(visit: Visit) -> None:
    visit.page.get_by_label("Năm").check()
    visit.page.context.set_offline(True)
    visit.step("chon").locator("[data-bd-send]").click()
    expect(visit.problem).to_be_visible()
    assert visit.server.sent == []
    visit.page.context.set_offline(False)
    with visit.page.expect_event("requestfinished"):
        visit.page.locator("[data-bd-retry]").click()

    assert visit.server.sent[-1][1]["answer"] == ANSWERS["chon"]
    expect(visit.problem).to_be_hidden()


def test_half_written_text_of_another_step_outlives_an_answer(visit: Visit) -> None:
    visit.writing.fill("Đang viết")
    visit.page.get_by_label("Năm").check()
    visit.send("chon")

    expect(visit.writing).to_have_value("Đang viết")
    visit.wait(15)
    what, sent = visit.server.sent[-1]
    assert (what, sent["payload"]["answers"]) == ("draft", {"lien-he.0": "Đang viết"})


def test_after_an_answer_drafts_go_on_from_the_version_they_had(visit: Visit) -> None:
    visit.writing.fill("Đang viết")
    visit.wait(15)
    visit.send("doc")
    visit.wait(60)
    assert [what for what, _ in visit.server.sent] == ["draft", "answer"]  # nothing new to save
    visit.writing.fill("Đang viết tiếp")
    visit.wait(60)
    assert visit.server.sent[-1][1]["version"] == 1


def test_the_device_keeps_nothing_that_the_system_has(visit: Visit) -> None:
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")
    expect(visit.writing).to_have_count(0)

    assert visit.page.evaluate("Object.keys(localStorage)") == []


def test_a_stale_page_is_brought_up_to_date_and_keeps_what_was_typed(visit: Visit) -> None:
    visit.server.refuse("answer", 409, "stale", html=body(page_of(("chon",), version=4)))
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")

    expect(visit.problem).to_contain_text("(stale)")
    expect(visit.writing).to_have_value("Lớp tôi đã thử.")
    expect(visit.step("chon").locator("form")).to_have_count(0)
    visit.server.fails.clear()
    assert visit.send("lien-he")["row_version"] == 4


@pytest.mark.parametrize(
    ("status", "code", "panel"), [(403, "not_logged_in", ""), (403, "other_login", "other"), (503, "", "")]
)
def test_refusals_keep_the_answer_and_say_why(visit: Visit, status: int, code: str, panel: str) -> None:
    visit.server.refuse("answer", status, code)
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")

    expect(visit.problem).to_be_visible()
    expect(visit.writing).to_have_value("Lớp tôi đã thử.")
    if panel:
        expect(visit.page.locator(f"[data-bd-panel={panel}]")).to_be_visible()


def test_the_servers_word_on_a_step_stands_at_that_step(visit: Visit) -> None:
    visit.server.refuse("answer", 400, "bad_input", fields={"lien-he": "Cần viết dài hơn."})
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")

    expect(visit.step("lien-he").locator("[data-bd-error]")).to_have_text("Cần viết dài hơn.")


def test_a_draft_of_another_device_is_for_the_person_to_choose(visit: Visit) -> None:
    payload = {"answers": {"lien-he.0": "Từ điện thoại"}, "self_rating": {}, "files": []}
    visit.server.refuse("draft", 409, "stale_draft", version=3, payload=payload, saved_text="20:01")
    visit.writing.fill("Từ máy tính")
    visit.wait(20)

    expect(visit.page.locator("[data-bd-panel=choice]")).to_be_visible()
    visit.page.locator("[data-bd-theirs]").click()
    expect(visit.writing).to_have_value("Từ điện thoại")
