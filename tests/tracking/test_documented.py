"""docs/events.md and the code say the same."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from boidung_xblock import tracking

_DOCS = (Path(__file__).parents[2] / "docs" / "events.md").read_text("utf-8")
_SECTIONS = re.split(r"^## ", _DOCS, flags=re.MULTILINE)[1:]
_TYPES = {
    "int": "integer",
    "int | None": "integer or null",
    "bool": "boolean",
    "bool | None": "boolean or null",
    "str": "text",
    "float": "number",
}


def _table(title: str) -> dict[str, str]:
    section = next(text for text in _SECTIONS if text.partition("\n")[0] == title)
    return dict(re.findall(r"^\| `(\w+)` \| ([\w ]+?) \|", section, re.MULTILINE))


def _fields(event: type[tracking.Event], above: type[tracking.Event] | None) -> dict[str, str]:
    inherited = {field.name for field in fields(above)} if above else set()
    return {field.name: _TYPES[str(field.type)] for field in fields(event) if field.name not in inherited}


def _above(event: type[tracking.Event]) -> type[tracking.Event]:
    return tracking.LearnerEvent if issubclass(event, tracking.LearnerEvent) else tracking.Event


def test_every_event_is_documented_and_nothing_else_is() -> None:
    documented = {title for text in _SECTIONS if (title := text.partition("\n")[0]).startswith("boidung.")}
    assert documented == {event.NAME for event in tracking.EVENTS}


def test_every_field_stands_there_with_its_type() -> None:
    for event in tracking.EVENTS:
        assert _table(event.NAME) == _fields(event, _above(event)), event.NAME
    assert _table("Fields of every event about a learner's work") == _fields(tracking.LearnerEvent, tracking.Event)
    common = {"schema_version": "integer", **_fields(tracking.Event, None)}
    assert _table("Fields of every event") == common


def test_every_event_states_its_version() -> None:
    for event in tracking.EVENTS:
        section = next(text for text in _SECTIONS if text.startswith(event.NAME + "\n"))
        assert f"Version {event.VERSION}." in section


def test_every_class_of_event_is_listed() -> None:
    def leaves(event: type[tracking.Event]) -> set[type[tracking.Event]]:
        below = event.__subclasses__()
        return set().union(*(leaves(one) for one in below)) if below else {event}

    assert leaves(tracking.Event) == set(tracking.EVENTS)
