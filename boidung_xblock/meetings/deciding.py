"""What decides about minutes: sending, confirming, approving, reopening, making up. Every step leaves a revision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock import tracking
from boidung_xblock.errors import BadInput, Conflict, missing
from boidung_xblock.meetings import content as contents
from boidung_xblock.meetings import states, writing
from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.meetings.reading import MeetingInView
from boidung_xblock.permissions import Action, can, require
from boidung_xblock.text import normalise
from boidung_xblock.viewer import Viewer

MAX_REASON = 2000


@transaction.atomic
def send(
    viewer: Viewer, found: MeetingInView, *, row_version: int, client_key: str, now: datetime | None = None
) -> Minutes:
    """Send open minutes, as they stand at ``row_version``, to the members for confirmation.

    Who: may WRITE_MINUTES. What was confirmed before must be confirmed anew. The same ``client_key`` again changes
    nothing. Refused; BadInput ``incomplete`` (``fields``); Conflict ``stale`` or ``locked``.
    """
    require(viewer, Action.WRITE_MINUTES, found)
    minutes = _held(found)
    if _done(viewer, minutes, states.SENT, client_key):
        return minutes
    if minutes.state not in states.OPEN:
        raise writing.closed(minutes)
    _same(minutes, row_version)
    content, roll = contents.load(minutes.content), writing.roll_of(minutes)
    contents.check_whole(content, roll, found.meeting)
    present = sum(row["status"] == states.PRESENT for row in roll)
    now = now or timezone.now()
    minutes.state, minutes.sent_at = states.WAITING, now
    minutes.revision_no += 1
    writing.touch(minutes, viewer, client_key, now)
    minutes.save()
    _revise(viewer, minutes, states.SENT, client_key, now)
    opinions = sum(opinion.counts for opinion in content.opinions)
    about = _about(viewer, found, minutes)
    tracking.emit(tracking.MinutesSent(**about, present=present, absent=len(roll) - present, opinions=opinions))
    return minutes


@transaction.atomic
def confirm(viewer: Viewer, found: MeetingInView, *, revision_no: int, now: datetime | None = None) -> Minutes:
    """Confirm one's own name under the minutes as they were sent the ``revision_no``-th time.

    Who: may CONFIRM_MINUTES and was present. Doing it again changes nothing. Refused; Conflict ``stale`` if another
    text has been sent since or they are being written again; Conflict ``absent``.
    """
    require(viewer, Action.CONFIRM_MINUTES, found)
    minutes = _held(found)
    row = next((one for one in minutes.roll.all() if one.person_id == viewer.roster.person_id), None)
    if row is None:
        raise missing()
    if minutes.state in states.OPEN or minutes.revision_no != revision_no:
        raise writing.stale(minutes)
    if row.status != states.PRESENT:
        message = pgettext(
            "boidung", "The roll call says that you were absent. If that is not so, ask the leader of your group."
        )
        raise Conflict("absent", message)
    if row.confirmed_revision != revision_no:
        row.confirmed_revision, row.confirmed_at = revision_no, now or timezone.now()
        row.save(update_fields=["confirmed_revision", "confirmed_at"])
        tracking.emit(tracking.MinutesConfirmed(**_about(viewer, found, minutes)))
    return minutes


@transaction.atomic
def approve(
    viewer: Viewer, found: MeetingInView, *, row_version: int, client_key: str, now: datetime | None = None
) -> Minutes:
    """Approve and lock minutes that were sent, as they stand at ``row_version``. Not everybody need have confirmed.

    Who: may APPROVE_MINUTES. The same ``client_key`` again changes nothing. Refused; Conflict ``stale``.
    """
    require(viewer, Action.APPROVE_MINUTES, found)
    minutes = _held(found)
    if _done(viewer, minutes, states.APPROVED, client_key):
        return minutes
    _same(minutes, row_version)
    if minutes.state != states.WAITING:
        raise writing.stale(minutes)
    now = now or timezone.now()
    minutes.state, minutes.approved_at, minutes.approved_by_name = states.APPROVED, now, viewer.name[:255]
    minutes.row_version += 1
    minutes.save()
    present = minutes.roll.filter(status=states.PRESENT)
    if viewer.roster.person_id is not None:  # who approves the text has read it
        own = present.filter(person_id=viewer.roster.person_id)
        own.update(confirmed_revision=minutes.revision_no, confirmed_at=now)
    _revise(viewer, minutes, states.APPROVED, client_key, now)
    confirmed = present.filter(confirmed_revision=minutes.revision_no).count()
    about = _about(viewer, found, minutes)
    tracking.emit(tracking.MinutesApproved(**about, present=present.count(), confirmed=confirmed))
    return minutes


@transaction.atomic
def reopen(
    viewer: Viewer,
    found: MeetingInView,
    *,
    reason: str,
    row_version: int,
    client_key: str,
    now: datetime | None = None,
) -> Minutes:
    """Let minutes be written again. Approved ones: who may REOPEN_MINUTES, with a reason, and they count no longer.
    Those that wait: also who may WRITE_MINUTES, and a reason may be left out.

    The same ``client_key`` again changes nothing. Refused; BadInput (``reason``); Conflict ``stale``.
    """
    minutes = _held(found)
    was_approved = minutes.state == states.APPROVED
    if was_approved or not can(viewer, Action.WRITE_MINUTES, found):
        require(viewer, Action.REOPEN_MINUTES, found)
    if _done(viewer, minutes, states.REOPENED, client_key) or _done(viewer, minutes, states.DRAFT, client_key):
        return minutes
    _same(minutes, row_version)
    if minutes.state in states.OPEN:
        raise writing.stale(minutes)
    words = _reason(reason, is_needed=was_approved)
    now = now or timezone.now()
    minutes.state = states.REOPENED if was_approved else states.DRAFT
    minutes.approved_at, minutes.approved_by_name = None, ""
    minutes.row_version += 1
    minutes.save()
    _revise(viewer, minutes, minutes.state, client_key, now, reason=words)
    tracking.emit(tracking.MinutesReopened(**_about(viewer, found, minutes), approved=was_approved))
    return minutes


@transaction.atomic
def make_up(
    viewer: Viewer,
    found: MeetingInView,
    *,
    person_id: int,
    made_up: bool,
    client_key: str,
    now: datetime | None = None,
) -> Minutes:
    """Record that an absent member made up the meeting (or that this was a slip), also when the minutes are locked.

    Who: may APPROVE_MINUTES. The same ``client_key`` again changes nothing. Missing (not in the roll call), Refused;
    Conflict ``present``.
    """
    require(viewer, Action.APPROVE_MINUTES, found)
    minutes = _held(found)
    if _done(viewer, minutes, states.MADE_UP, client_key):
        return minutes
    row = RollCall.objects.filter(minutes=minutes, person_id=person_id).first()
    if row is None:
        raise missing()
    if row.status == states.PRESENT:
        raise Conflict("present", pgettext("boidung", "This member was present; there is nothing to make up."))
    if (row.made_up_at is not None) != made_up:
        now = now or timezone.now()
        row.made_up_at = now if made_up else None
        row.save(update_fields=["made_up_at"])
        _revise(viewer, minutes, states.MADE_UP, client_key, now)
    return minutes


def _held(found: MeetingInView) -> Minutes:
    rows = Minutes.objects.select_for_update().filter(activity=found.activity, group_id=found.group.id)
    minutes = rows.first()
    if minutes is None:
        raise missing()
    return minutes


def _same(minutes: Minutes, row_version: int) -> None:
    if minutes.row_version != row_version:
        raise writing.stale(minutes)


def _done(viewer: Viewer, minutes: Minutes, kind: str, client_key: str) -> bool:
    """Whether this very step was taken before."""
    revision = MinutesRevision.objects.filter(actor_id=viewer.known_id, client_key=client_key).first()
    if revision is not None and revision.minutes_id != minutes.pk:
        raise writing.stale(minutes)
    return revision is not None and revision.kind == kind


def _revise(
    viewer: Viewer, minutes: Minutes, kind: str, client_key: str, now: datetime, *, reason: str = ""
) -> MinutesRevision:
    last = minutes.revisions.aggregate(last=Max("number"))["last"] or 0
    return MinutesRevision.objects.create(
        minutes=minutes,
        number=last + 1,
        kind=kind,
        content=minutes.content,
        roll=writing.roll_of(minutes),
        reason=reason,
        actor_id=viewer.known_id,
        actor_name=viewer.name[:255],
        client_key=client_key,
        created_at=now,
    )


def _reason(reason: str, *, is_needed: bool) -> str:
    words = normalise(reason).strip()
    if is_needed and not words:
        problem = pgettext("boidung", "Please say why the minutes are reopened.")
    elif len(words) > MAX_REASON:
        problem = pgettext("boidung", "At most %(number)d characters.") % {"number": MAX_REASON}
    else:
        return words
    raise BadInput("bad_reason", pgettext("boidung", "The minutes were not reopened."), fields={"reason": problem})


def _about(viewer: Viewer, found: MeetingInView, minutes: Minutes) -> dict[str, Any]:
    return {
        "course_id": found.course_key,
        "actor_id": viewer.known_id,
        "usage_id": found.activity.usage_key,
        "group_id": found.group.id,
        "minutes_id": minutes.pk,
        "revision": minutes.revision_no,
    }
