"""The page of minutes as a browser without scripts sends it, and what the script sends by and by."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

from django.urls import reverse

from boidung_xblock.roster.models import Group
from tests import factories
from tests.factories import COURSE, World
from tests.meetings.desk import CONCLUSION
from tests.pages.reading import text_of

LIST = reverse("boidung:minutes-list", args=[COURSE])
OPINIONS = {
    "opinions.who": ["Nguyễn Văn Ân", "Phan Thanh Tâm"],
    "opinions.what": ["Nên chia nhóm theo bàn.", "Cần phiếu quan sát."],
}
TASKS = {"tasks.what": ["Soạn phiếu"], "tasks.who": ["Phan Thanh Tâm"], "tasks.when": ["27/11"]}
# What the page does not know by itself of minutes that can be sent.
FILLED = {
    "day": "2026-11-24",
    "start": "14:00",
    "end": "15:30",
    "place": "Phòng hội đồng",
    "conclusion": CONCLUSION,
    **OPINIONS,
    **TASKS,
}


def url(made: World, name: str = "minutes", group: Group | None = None) -> str:
    return reverse(f"boidung:{name}", args=[COURSE, made.activity.pk, (group or made.maths).pk])


class _Form(HTMLParser):
    """Every value under each name of one form, as a browser without scripts sends it."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.area, self.hidden = action, False, "", 0
        self.values: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("action") == self.action
        if tag == "template":
            self.hidden += 1
        name = given.get("name", "")
        if not self.inside or not name or self.hidden:
            return
        if tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value", ""))
        if tag == "textarea":
            self.area = name
            self.values.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area][-1] += data.removeprefix("\n") if not self.values[self.area][-1] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        if tag == "template":
            self.hidden -= 1
        if tag == "form":
            self.inside = False


def form(response: Any, action: str) -> dict[str, Any]:
    parser = _Form(action)
    parser.feed(text_of(response))
    assert parser.values, "no such form"
    return parser.values


def state(response: Any) -> str:
    found = re.search(r'data-bd-state="(\w+)"', text_of(response))
    assert found
    return found[1]


def fill(client: Any, made: World, name: str = "minutes", **changes: Any) -> Any:
    """Open the page, fill the form, press a button."""
    page = url(made)
    return client.post(url(made, name), {**form(client.get(page), page), **FILLED, **changes})


def press(client: Any, made: World, name: str, **changes: Any) -> Any:
    """Press the button of a step on the page as it is now."""
    action = url(made, name)
    return client.post(action, {**form(client.get(url(made)), action), **changes})


def body(made: World, account: Any, **changes: Any) -> dict[str, Any]:
    """What the script sends by and by."""
    fields = {"day": "2026-11-24", "place": "Phòng 2", "conclusion": CONCLUSION}
    payload = {"fields": fields, "opinions": [{"who": "Ân", "what": "Có"}], "tasks": [], "roll": {}}
    given = {"for_user": account.pk, "client_key": factories.key(), "version": 0, "payload": payload}
    return {**given, **changes}


def autosave(client: Any, made: World, data: Any) -> Any:
    return client.post(url(made, "minutes-save"), json.dumps(data), content_type="application/json")
