"""A person at the page of a checkpoint, against a network that a test plays.

The page is rendered from the real templates; the network is played by the test, and so is the clock.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from tests.e2e.watch import Watcher

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "http://unit.test"
SCRIPTS, STYLES = ("core", "drafts", "checkpoint"), ("base", "checkpoint")
INIT = 'new BoidungCheckpoint({handlerUrl: (element, name) => "/handler/" + name}, unit, {});'


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


LONG = "Tôi thấy học sinh giải thích bằng hình dễ hơn bằng lời. " * 4


def answered_elsewhere(text: str = "Ngắn gọn thôi.", tries: int = 1, **more: Any) -> dict[str, Any]:
    """The page once the short answer came from another device; it may be changed."""
    page = page_of(version=4, **more)
    told = {"state": "done", "outcome": "done", "outcome_text": "Đã trả lời", "said": text, "text": text}
    page["steps"][1].update(told, form_key=f"lien-he.{tries}")
    return page


def locked(**more: Any) -> dict[str, Any]:
    """The page once the author has put another step before the short answer."""
    page = page_of(version=4, **more)
    page["steps"][1].update(state="locked", form=False, reason="Bước này mở khi các bước trước đã xong.")
    return page


def render(name: str, page: dict[str, Any]) -> str:
    with translation.override("vi"):
        return render_to_string(f"boidung/checkpoint/{name}.html", {"page": page})


def body(page: dict[str, Any]) -> str:
    return render("body", page)


class Server:
    """Answers what a test tells it to, else as all is well; ``sent`` holds (what, body)."""

    def __init__(self) -> None:
        self.page = page_of()
        self.sent: list[tuple[str, Any]] = []
        self.fails: dict[str, Any] = {}
        self.held: list[Any] = []  # requests that wait for their answer

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
        elif failure == "no answer yet":
            self.held.append(route)
        elif failure:
            route.fulfill(**failure)
        elif what == "draft":
            route.fulfill(json={"version": data["version"] + 1, "saved_text": "20:14"})
        else:
            after = page_of((data["step"],), version=data["row_version"] + 1)
            route.fulfill(json={"row_version": 1, "completed": False, "html": body(after)})

    def _whole(self) -> str:
        block = render("student", self.page)
        styles = "".join(f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in STYLES)
        scripts = "".join(f'<script src="/static/js/{name}.js"></script>' for name in SCRIPTS)
        whole = f'<main><h1>Bài</h1><div id="unit">{block}</div></main>{scripts}<script src="/init.js"></script>'
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

    def look(self, what: str) -> None:
        """Accessible, Vietnamese, and no wider than the phone."""
        Watcher(self.page).look(f"checkpoint {what}")

    def store(self) -> dict[str, Any]:
        """The answers that the device holds, by form."""
        return self.page.evaluate("JSON.parse(localStorage['boidung:7:block-key'] || '{}').payload?.answers ?? {}")

    @property
    def choice(self) -> Any:
        return self.page.locator("[data-bd-panel=choice]")

    @property
    def leftover(self) -> Any:
        return self.page.locator("[data-bd-lost]")

    @property
    def writing(self) -> Any:
        return self.page.locator("textarea")

    @property
    def problem(self) -> Any:
        return self.page.locator("[data-bd-problem]")


@contextmanager
def visiting(chromium: Any) -> Iterator[Visit]:
    """A new visit on a phone; no script may have failed in the end."""
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="vi-VN", accept_downloads=True)
    opened = Visit(context)
    yield opened
    assert opened.errors == []
    context.close()
