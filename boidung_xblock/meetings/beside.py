"""What a member's page of a meeting, or their ledger, says of the group's minutes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from boidung_xblock import around
from boidung_xblock.meetings import states
from boidung_xblock.meetings.models import Minutes, RollCall
from boidung_xblock.meetings.reading import Attendance, best_of


def minutes_around(*, activity_id: int, group_id: int, user_id: int) -> QuerySet[Any]:
    """The group's minutes for ``around``: kind "minutes", ``key`` the state, ``text`` the conclusion.

    ``at`` is the approval, ``who`` the last writer; ``number`` is 1 while minutes wait and the person, who was
    present, has not confirmed the text as it was sent.
    """
    unconfirmed = RollCall.objects.filter(
        minutes=OuterRef("pk"),
        person__user_id=user_id,
        status=states.PRESENT,
        confirmed_revision__lt=OuterRef("revision_no"),
    )
    asks = Case(When(Exists(unconfirmed), state=states.WAITING, then=Value(1)), default=Value(0))
    rows = Minutes.objects.filter(activity_id=activity_id, group_id=group_id)
    shown = {"text": "conclusion", "who": "saved_by_name", "at": "approved_at"}
    return around.part(rows, "minutes", key="state", number=asks, **shown)


def attendance_around(*, activity_ids: Collection[int], user_id: int) -> QuerySet[Any]:
    """The person's lines in roll calls for ``around``: kind "roll", ``key`` the status, ``text`` the minutes' state.

    ``title`` is the activity, ``at`` the approval, ``who`` when the meeting was made up, as the database writes it ("":
    it was not); ``number`` is 1 while the person, who was present, is asked to confirm the text.
    """
    asks = Case(
        When(
            status=states.PRESENT,
            minutes__state=states.WAITING,
            confirmed_revision__lt=F("minutes__revision_no"),
            then=Value(1),
        ),
        default=Value(0),
    )
    # ``around`` has one moment for each row, and that is the approval.
    made_up = Coalesce(Cast("made_up_at", TextField()), Value(""))
    rows = RollCall.objects.filter(minutes__activity_id__in=activity_ids, person__user_id=user_id)
    shown = {"title": "minutes__activity_id", "text": "minutes__state", "at": "minutes__approved_at"}
    return around.part(rows, "roll", key="status", who=made_up, number=asks, **shown)


def attendance_from(rows: Iterable[around.Row], user_id: int) -> dict[tuple[int, int], Attendance]:
    """What ``attendance_of`` gives for this person, from rows of ``attendance_around``; no query."""
    lines = []
    for row in rows:
        if row.kind == "roll":
            approved = row.text == states.APPROVED
            one = Attendance(row.key, _moment(row.who), approved, row.at if approved else None)
            lines.append(((int(row.title), user_id), one))
    return best_of(lines)


def _moment(written: str) -> datetime | None:
    """What PostgreSQL ("2026-11-20 03:00:00.12+00"), MariaDB and SQLite (both without the zone) make of a moment."""
    if not written:
        return None
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
