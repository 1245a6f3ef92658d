"""What the templates of minutes show: the form or the text, the roll call, what may be done now, the archive."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import pgettext

from boidung_xblock.errors import BadInput, Conflict
from boidung_xblock.host import get_host
from boidung_xblock.meetings import api as meetings
from boidung_xblock.pages import minutes_fields as fields
from boidung_xblock.pages.desk_list import Tab, group_label
from boidung_xblock.pages.minutes_forms import MinutesForm
from boidung_xblock.permissions import Action, can
from boidung_xblock.present import clock, date_time, person
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

states = meetings.states
BADGES = {states.WAITING: "warn", states.APPROVED: "ok", states.REOPENED: "info"}
ALL = "all"
_BLANK_ROWS = 2


@dataclass(frozen=True)
class Box:
    """What was sent and did not succeed: shown again with what is wrong."""

    form: MinutesForm | None = None
    message: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    stored: dict[str, Any] | None = None  # somebody else's version, of a conflict
    status: int = 200
    code: str = ""

    @classmethod
    def of(cls, error: BadInput | Conflict, form: MinutesForm | None = None, reason: str = "") -> Box:
        """To be sent again against the minutes as they are now."""
        told = error.details if error.code == "stale" else None
        return cls(form, error.message, error.details.get("fields", {}), reason, told, error.status, error.code)


def context(viewer: Viewer, found: meetings.MeetingInView, box: Box) -> dict[str, Any]:
    """Everything the page shows; one query besides ``found``, which checked the reader."""
    minutes = found.minutes
    may = _may(viewer, found)
    stored = meetings.content_of(found).model_dump(mode="json")
    given = box.form.given if box.form and may["write"] else stored
    at_stake = {"reason": box.reason} if box.reason else {}
    roll = _roll(found, box.form.roll if box.form and may["write"] else {})
    # Beside the form only those who may have to make up the meeting.
    for one in roll:
        one["is_listed"] = one["is_called"] and (not may["write"] or (may["make_up"] and one["was_absent"]))
    return {
        "activity": found.activity.title,
        "activity_url": get_host().block_url(found.activity.usage_key) if found.activity.live else "",
        "group": group_label(found.group.name, found.group.unit_name),
        "meeting": {"min_opinions": found.meeting.min_opinions},
        "minutes": _minutes(viewer, found),
        "goes_on": _goes_on(viewer, found, box),
        "may": may,
        "roll": roll,
        "listed": any(one["is_listed"] for one in roll),
        "newcomers": ", ".join(one["name"] for one in roll if one["is_new"]),
        "confirming": _confirming(viewer, found),
        "parts": _parts(given, box.errors),
        "opinions": fields.rows_of(given, "opinions", box.errors, blank=_BLANK_ROWS if may["write"] else 0),
        "tasks": fields.rows_of(given, "tasks", box.errors, blank=_BLANK_ROWS if may["write"] else 0),
        "names": [member.full_name for member in found.members],
        "problem": _problem(viewer, box, writes=may["write"]),
        "errors": box.errors,
        "posted": at_stake,
        "history": _history(viewer, found),
        "urls": urls(found),
        "client_key": uuid.uuid4().hex,
        "max_reason": meetings.MAX_REASON,
        "saved_at": minutes.saved_at.isoformat() if minutes else "",
    }


def urls(found: meetings.MeetingInView) -> dict[str, str]:
    """Every address of these minutes."""
    place = [found.course_key, found.activity.pk, found.group.id]
    names = ("save", "send", "confirm", "approve", "reopen", "made-up", "print", "docx")
    made = {name.replace("-", "_"): reverse(f"boidung:minutes-{name}", args=place) for name in names}
    archive = reverse("boidung:minutes-list", args=[found.course_key])
    return {**made, "page": reverse("boidung:minutes", args=place), "list": archive}


def _may(viewer: Viewer, found: meetings.MeetingInView) -> dict[str, bool]:
    """What the viewer may do with the minutes as they stand now."""
    writes, reopens = can(viewer, Action.WRITE_MINUTES, found), can(viewer, Action.REOPEN_MINUTES, found)
    state = found.state
    decides = can(viewer, Action.APPROVE_MINUTES, found)
    return {
        "write": writes and state not in (states.WAITING, states.APPROVED),
        "approve": state == states.WAITING and decides,
        "take_back": state == states.WAITING and (writes or reopens),
        "reopen": state == states.APPROVED and reopens,
        "make_up": decides and found.minutes is not None,
    }


def _minutes(viewer: Viewer, found: meetings.MeetingInView) -> dict[str, Any]:
    minutes, zone = found.minutes, viewer.time_zone
    shown = {"state": found.state, "state_label": states.label(found.state), "badge": BADGES.get(found.state, "")}
    if minutes is None:
        return {**shown, "row_version": 0, "revision_no": 0, "saved_text": ""}
    return {
        **shown,
        "row_version": minutes.row_version,
        "revision_no": minutes.revision_no,
        "saved_text": clock(minutes.saved_at, timezone.now(), zone),
        "saved_by": person(minutes.saved_by_name),
        "approved_text": date_time(minutes.approved_at, zone),
        "approved_by": person(minutes.approved_by_name),
    }


def _goes_on(viewer: Viewer, found: meetings.MeetingInView, box: Box) -> dict[str, Any]:
    """Which version the form's text goes on from: ``seen`` the autosave's, ``row_version`` that of the buttons.

    They differ after a conflict only: a button replaces knowingly what the page shows, nothing else does.
    """
    minutes, form = found.minutes, box.form
    stored = minutes.row_version if minutes else 0
    holds = form is not None and box.status == 409
    # What was refused is not saved: it goes on from what its writer had seen, not from what has come since.
    refused = form is not None and box.status == 400 and box.code != "incomplete"
    own_key = minutes.client_key if minutes and minutes.saved_by_id == viewer.user_id else ""
    knows = form is None or (own_key and form.unsure_key == own_key)
    return {
        "row_version": form.row_version if form and refused and not knows else stored,
        "seen": form.row_version if form and (refused or holds) and not knows else stored,
        "own_key": own_key,
        "posted": "conflict" if holds else "refused" if refused else "",
    }


def _roll(found: meetings.MeetingInView, posted: Mapping[int, str]) -> list[dict[str, Any]]:
    """Everybody in the roll call and in the group, by given name, with what may be chosen for them."""
    called = {row.person_id: row for row in found.roll}
    people = {member.person_id: (member.name_sort, member.full_name) for member in found.members}
    in_group = set(people)
    people |= {row.person_id: (row.name_sort, row.name) for row in found.roll}
    sent = found.minutes.revision_no if found.minutes else 0
    shown = []
    for person_id, (_, name) in sorted(people.items(), key=lambda item: (item[1][0], item[0])):
        row = called.get(person_id)
        first = states.AWAY if called else states.PRESENT
        status = posted.get(person_id) or (row.status if row else first)
        is_odd = person_id not in in_group or (called and row is None)
        choices = (*states.STATUSES, states.AWAY) if is_odd else states.STATUSES
        shown.append(
            {
                "id": person_id,
                "name": person(name),
                "status": status,
                "status_label": states.status_label(status),
                "is_present": status == states.PRESENT,
                "is_called": row is not None,
                "is_new": bool(called) and row is None,
                "was_absent": row is not None and row.status != states.PRESENT,
                "made_up": bool(row and row.made_up_at),
                "confirmed": bool(row and 0 < row.confirmed_revision == sent),
                "choices": [(one, states.status_label(one), one == status) for one in choices],
            }
        )
    return shown


def _confirming(viewer: Viewer, found: meetings.MeetingInView) -> dict[str, Any] | None:
    """Who has confirmed the text as it was sent and who has not; None while it is being written."""
    if found.state not in (states.WAITING, states.APPROVED) or found.minutes is None:
        return None
    sent = found.minutes.revision_no
    present = [row for row in found.roll if row.status == states.PRESENT]
    missing = [person(row.name) for row in present if row.confirmed_revision < sent]
    own = next((row for row in present if row.person_id == viewer.roster.person_id), None)
    return {
        "present": len(present),
        "confirmed": len(present) - len(missing),
        "missing": missing,
        "asks_me": own is not None and own.confirmed_revision < sent and can(viewer, Action.CONFIRM_MINUTES, found),
        "own_text": date_time(own.confirmed_at, viewer.time_zone) if own and own.confirmed_revision == sent else "",
    }


def _parts(given: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, list[fields.Field]]:
    return {
        "when": fields.when_and_where(given, errors),
        "who": fields.who_leads(given, errors),
        "review": fields.review(given, errors),
        "agenda": fields.agenda(given, errors),
        "ending": fields.ending(given, errors),
        "head": fields.printed_head(given, errors),
    }


def _problem(viewer: Viewer, box: Box, *, writes: bool) -> dict[str, Any] | None:
    if not box.message:
        return None
    stored = box.stored or {}
    at = parse_datetime(stored.get("saved_at") or "")
    return {
        "message": box.message,
        "is_conflict": box.status == 409,
        "by": person(stored.get("saved_by", "")),
        "at_text": clock(at, timezone.now(), viewer.time_zone),
        "stored": fields.as_text(stored["content"]) if writes and box.form and stored.get("content") else [],
        # Where the form is gone, what was typed is there to be copied.
        "typed": _typed(box.form) if box.form and not writes else [],
        "fields": [(name.partition(".")[0], text) for name, text in box.errors.items()],
    }


def _typed(form: MinutesForm) -> list[tuple[str, str]]:
    called = [(pgettext("boidung", "Roll call"), form.called)] if form.called else []
    return [*fields.as_text(form.given), *called]


def _history(viewer: Viewer, found: meetings.MeetingInView) -> list[dict[str, str]]:
    revisions = meetings.history(found.minutes) if found.minutes else []
    return [
        {
            "what": states.kind_label(one.kind),
            "who": person(one.actor_name),
            "at_text": date_time(one.created_at, viewer.time_zone),
            "reason": one.reason,
        }
        for one in revisions
    ]


# -- the archive --------------------------------------------------------------------------------------------------
def list_context(viewer: Viewer, state: str, after: str) -> dict[str, Any]:
    """Everything the archive shows, four queries; the caller has checked that there can be something to see."""
    wanted = "" if state == ALL else state
    found = meetings.archive_page(viewer, state=wanted, after=after)
    url = reverse("boidung:minutes-list", args=[viewer.course_key])
    groups = {one.id: one for one in roster.group_briefs(row.group_id for row in found.rows).values()}
    return {
        "tabs": _tabs(url, state, found.counts),
        "rows": [_row(viewer, row, groups) for row in found.rows],
        "next_url": f"{url}?{urlencode({'state': state, 'after': found.next_cursor})}" if found.next_cursor else "",
        "first_url": f"{url}?state={state}" if after else "",
    }


def _tabs(url: str, state: str, counts: dict[str, int]) -> list[Tab]:
    numbers = {ALL: sum(counts.values()), **{one: counts.get(one, 0) for one in states.STATES}}
    labels = {ALL: pgettext("boidung", "All"), **{one: states.label(one) for one in states.STATES}}
    return [Tab(labels[one], numbers[one], f"{url}?state={one}", one == state) for one in labels]


def _row(viewer: Viewer, row: meetings.ArchiveRow, groups: Mapping[int, roster.GroupBrief]) -> dict[str, Any]:
    group = groups[row.group_id]
    return {
        "url": reverse("boidung:minutes", args=[viewer.course_key, row.activity_id, row.group_id]),
        "group": group_label(group.name, group.unit_name),
        "activity": row.activity_title,
        "day": row.day,
        "state_label": states.label(row.state),
        "badge": BADGES.get(row.state, ""),
        "present": row.present,
        "called": row.present + row.absent,
        "confirmed": row.confirmed,
        "is_sent": row.state in (states.WAITING, states.APPROVED),
        "saved_text": date_time(row.saved_at, viewer.time_zone),
    }
