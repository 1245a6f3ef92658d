"""Writing minutes: the text and the roll call while they are open. A version names what the writer saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock.errors import Conflict
from boidung_xblock.meetings import content as contents
from boidung_xblock.meetings import states
from boidung_xblock.meetings.content import MinutesContent
from boidung_xblock.meetings.models import Minutes, RollCall
from boidung_xblock.meetings.reading import MeetingInView
from boidung_xblock.permissions import Action, require
from boidung_xblock.viewer import Viewer

Roll = Mapping[int, str]


def save(
    viewer: Viewer,
    found: MeetingInView,
    *,
    content: MinutesContent,
    roll: Roll,
    row_version: int,
    client_key: str,
    unsure_key: str = "",
    now: datetime | None = None,
) -> Minutes:
    """Replace the text and the roll call of open minutes that stand at ``row_version`` (0: not begun yet).

    Who: may WRITE_MINUTES. ``roll`` is {person: status} with ``AWAY`` for "not in the roll call"; only people of the
    group and of the roll call count, whom it leaves out stays as they are (new minutes: present). The ``client_key``
    that made the stored version is answered again without a write. ``unsure_key`` is that of the writer's own save
    whose answer did not come: if it made the stored version, that version counts as seen. Refused; Conflict ``stale``
    or ``locked`` with what is stored (``row_version``, ``state``, ``saved_by``, ``saved_at``, ``content``, ``roll``).
    Five queries.
    """
    require(viewer, Action.WRITE_MINUTES, found)
    now = now or timezone.now()
    with transaction.atomic():
        # Insert first: two who lock a row that is not there yet wait for each other for ever on MySQL.
        is_first = found.minutes is None and row_version == 0
        minutes = _begun(viewer, found, now) if is_first else _locked(found)
        if minutes is None:
            raise _gone()
        if minutes.client_key == client_key:
            return minutes
        if minutes.state not in states.OPEN:
            raise closed(minutes)
        if not _seen(viewer, minutes, row_version, unsure_key):
            raise stale(minutes)
        minutes.content, minutes.conclusion = contents.dump(content), content.conclusion
        touch(minutes, viewer, client_key, now)
        minutes.save()
        _call(minutes, found, roll)
    return minutes


def _seen(viewer: Viewer, minutes: Minutes, row_version: int, unsure_key: str) -> bool:
    """Whether the writer knows the version that is stored."""
    if unsure_key and (minutes.client_key, minutes.saved_by_id) == (unsure_key, viewer.known_id):
        return True
    return minutes.row_version == (row_version or 1) and not (row_version == 0 and minutes.client_key)


def touch(minutes: Minutes, viewer: Viewer, client_key: str, now: datetime) -> None:
    """The next version, by the viewer; the caller holds the row and saves it."""
    minutes.row_version += 1
    minutes.client_key = client_key
    minutes.saved_by_id, minutes.saved_by_name, minutes.saved_at = viewer.known_id, viewer.name[:255], now


def _locked(found: MeetingInView) -> Minutes | None:
    rows = Minutes.objects.select_for_update().filter(activity=found.activity, group_id=found.group.id)
    return rows.first()


def _begun(viewer: Viewer, found: MeetingInView, now: datetime) -> Minutes:
    """A new row, or the one that a colleague began at the same moment."""
    try:
        with transaction.atomic():
            return Minutes.objects.create(
                activity=found.activity,
                group_id=found.group.id,
                course_key=found.course_key,
                saved_by_id=viewer.known_id,
                saved_at=now,
            )
    except IntegrityError:
        again = _locked(found)
        if again is None:
            raise
        return again


def _call(minutes: Minutes, found: MeetingInView, roll: Roll) -> None:
    """Make the roll call say what was posted, touching only rows that change."""
    stored = {row.person_id: row for row in RollCall.objects.filter(minutes=minutes)}
    newly: list[RollCall] = []
    for member in found.members:
        default = states.PRESENT if not stored else states.AWAY
        status = roll.get(member.person_id, default)
        if member.person_id not in stored and status in states.STATUSES:
            name = {"name": member.full_name, "name_sort": member.name_sort}
            newly.append(RollCall(minutes=minutes, person_id=member.person_id, status=status, **name))
    RollCall.objects.bulk_create(newly)
    changed: dict[str, list[int]] = {}
    for person_id, row in stored.items():
        status = roll.get(person_id, row.status)
        if status != row.status and status in (*states.STATUSES, states.AWAY):
            changed.setdefault(status, []).append(row.pk)
    for status, ids in changed.items():
        rows = RollCall.objects.filter(pk__in=ids)
        if status == states.AWAY:
            rows.delete()
        else:
            made_up = {"made_up_at": None} if status == states.PRESENT else {}
            rows.update(status=status, confirmed_revision=0, confirmed_at=None, **made_up)


def roll_of(minutes: Minutes) -> list[dict[str, Any]]:
    """The roll call as a revision keeps it."""
    rows = minutes.roll.order_by("name_sort", "person_id")
    return [
        {
            "person": row.person_id,
            "name": row.name,
            "status": row.status,
            "made_up": row.made_up_at is not None,
            "confirmed": 0 < row.confirmed_revision == minutes.revision_no,
        }
        for row in rows
    ]


def stored_version(minutes: Minutes) -> dict[str, object]:
    """What a conflict tells of the stored minutes, as JSON data."""
    return {
        "row_version": minutes.row_version,
        "state": minutes.state,
        "saved_by": minutes.saved_by_name,
        "saved_at": minutes.saved_at.isoformat(),
        "content": minutes.content,
        "roll": {str(row.person_id): row.status for row in minutes.roll.all()},
    }


def stale(minutes: Minutes) -> Conflict:
    """Somebody else saved in between."""
    message = pgettext("boidung", "Somebody else has saved these minutes since you opened the page.")
    return Conflict("stale", message, **stored_version(minutes))


def closed(minutes: Minutes) -> Conflict:
    """They were sent or approved in between."""
    if minutes.state == states.APPROVED:
        message = pgettext("boidung", "These minutes have been approved and are locked.")
    else:
        message = pgettext("boidung", "These minutes have been sent for confirmation and cannot be changed now.")
    return Conflict("locked", message, **stored_version(minutes))


def _gone() -> Conflict:
    return Conflict("gone", pgettext("boidung", "These minutes do not exist any more. Please open the page again."))
