"""What the form of minutes carries, by a plain post or by the script; lengths and dates are the applet's to judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import pgettext

from boidung_xblock.blocks import bodies
from boidung_xblock.meetings import api as meetings
from boidung_xblock.pages.forms import posted_id
from boidung_xblock.pages.forms import required_client_key as required_key
from boidung_xblock.pages.forms import required_row_version as required_version
from boidung_xblock.pages.guards import Typed
from boidung_xblock.pages.minutes_fields import COLUMNS, as_text

_MAX_ROWS = 200
_AWAY = meetings.states.AWAY


@dataclass(frozen=True)
class MinutesForm:
    """Filled minutes: ``given`` as typed, for ``meetings.parse``; the roll call as {person: status}.

    ``unsure_key``: of the page's own autosave whose answer did not come. ``called``: the roll call in words.
    """

    given: dict[str, Any]
    row_version: int
    client_key: str
    roll: dict[int, str] = field(default_factory=dict)
    unsure_key: str = ""
    called: str = ""


def parse_minutes(post: QueryDict) -> MinutesForm:
    """The posted form; BadInput if its hidden fields are damaged."""
    unsure = post.get("unsure_key", "")[:64]
    return MinutesForm(_given(post), required_version(post), required_key(post), _roll(post), unsure, _called(post))


def parse_minutes_json(data: Mapping[str, Any]) -> MinutesForm:
    """What the script sends: ``payload`` with ``fields``, ``opinions``, ``tasks``, ``roll``. BadInput if malformed."""
    payload = data.get("payload")
    if not isinstance(payload, dict):
        raise bodies.bad_input(payload=pgettext("boidung", "This field is missing or malformed."))
    fields = bodies.text_map(payload, "fields")
    given: dict[str, Any] = {name: fields.get(name, "") for name in meetings.TEXT_FIELDS}
    for name, columns in COLUMNS.items():
        rows = payload.get(name, [])
        if not isinstance(rows, list) or len(rows) > _MAX_ROWS or not all(isinstance(row, dict) for row in rows):
            raise bodies.bad_input(**{name: pgettext("boidung", "This field is missing or malformed.")})
        given[name] = [{column: str(row.get(column, "")) for column in columns} for row in rows]
    found = payload.get("roll", {})
    if not isinstance(found, dict):
        raise bodies.bad_input(roll=pgettext("boidung", "This field is missing or malformed."))
    roll = {int(person): str(status) for person, status in found.items() if posted_id(str(person))}
    return MinutesForm(given, bodies.required_int(data, "version"), bodies.required_key(data), roll)


@dataclass(frozen=True)
class StepForm:
    """A step taken about minutes: which version (or revision) was seen, a reason, a person."""

    client_key: str
    row_version: int = 0
    revision_no: int = 0
    reason: str = ""
    person_id: int = 0
    made_up: bool = True


def parse_step(post: Mapping[str, str]) -> StepForm:
    """The posted step; BadInput if its hidden fields are damaged."""
    return StepForm(
        client_key=required_key(post),
        row_version=posted_id(post.get("row_version", "")) or 0,
        revision_no=posted_id(post.get("revision_no", "")) or 0,
        reason=post.get("reason", "")[:100_000],
        person_id=posted_id(post.get("person", "")) or 0,
        made_up=post.get("made_up", "1") == "1",
    )


def typed_minutes(request: HttpRequest) -> list[Typed]:
    """All that was typed and chosen, labelled, for a page that cannot show the form again."""
    typed = [Typed(label, text) for label, text in as_text(_given(request.POST))]
    return [
        *typed,
        Typed(pgettext("boidung", "Roll call"), _called(request.POST)),
        Typed(pgettext("boidung", "Reason"), request.POST.get("reason", "")),
    ]


def _given(post: QueryDict) -> dict[str, Any]:
    given: dict[str, Any] = {name: post.get(name, "") for name in meetings.TEXT_FIELDS}
    for name, columns in COLUMNS.items():
        # A line of the form is one value under each of the names.
        cells = [post.getlist(f"{name}.{column}")[:_MAX_ROWS] for column in columns]
        given[name] = [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=False)]
    return given


def _roll(post: Mapping[str, str]) -> dict[int, str]:
    found = {posted_id(name.removeprefix("roll.")): post[name] for name in post if name.startswith("roll.")}
    return {person: status for person, status in found.items() if person}


def _called(post: Mapping[str, str]) -> str:
    """The roll call in words. The names are the form's own: who has lost the login is told no names by us."""
    labels = {status: meetings.states.status_label(status) for status in (*meetings.states.STATUSES, _AWAY)}
    lines = [(post.get(f"called.{person}", "")[:255], status) for person, status in _roll(post).items()]
    return "\n".join(f"{name}: {labels[status]}" for name, status in lines if name and status in labels)
