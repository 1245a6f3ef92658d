"""What changes a reflection: submit, withdraw, return, open, and what grading and the platform report."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock import tracking
from boidung_xblock.activities.api import Activity
from boidung_xblock.drafts import api as drafts
from boidung_xblock.errors import BadInput, Conflict, missing
from boidung_xblock.files import api as files
from boidung_xblock.host import DueDate
from boidung_xblock.permissions import Action, require
from boidung_xblock.reflections import states
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion, VersionFile
from boidung_xblock.text import clean_line, fold, name_sort_key, normalise
from boidung_xblock.viewer import Viewer

# No 0/O, 1/I/L: the code is read out on the phone.
_RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
MAX_REASON_CHARS = 4000


@dataclass(frozen=True)
class Submission:
    """What a learner submits; ``answers`` are checked and in the order of the prompts."""

    client_key: str
    base_version: int  # number of the version the form was rendered on, 0 for none
    answers: list[dict[str, str]]
    self_rating: dict[str, int] = field(default_factory=dict)
    word_count: int = 0
    file_uids: tuple[str, ...] = ()
    due: DueDate = field(default_factory=DueDate)


@dataclass(frozen=True)
class Submitted:
    """The stored result; ``repeated`` if this very submission had arrived before."""

    reflection: Reflection
    version: ReflectionVersion
    attachments: list[files.Attachment]
    repeated: bool


def submit(viewer: Viewer, activity: Activity, submission: Submission, *, now: datetime | None = None) -> Submitted:
    """Store a version of the viewer's own reflection and erase the draft. Who: anybody enrolled.

    The same ``client_key`` again returns the first result. Conflict ``stale`` if another version came in between,
    ``already_submitted`` if the work is not with the learner; BadInput ``files_missing`` if a file is not (any
    longer) there. Nothing is written on any of these.
    """
    require(viewer, Action.WRITE_OWN)
    now = now or timezone.now()
    try:
        return _submit(viewer, activity, submission, now)
    except _StartedElsewhere:
        # Again from the beginning, in a new transaction: on MariaDB the first one holds a shared lock on the other's
        # row, and of several that wait to change it all but one would be ended as a deadlock.
        return _submit(viewer, activity, submission, now)


class _StartedElsewhere(Exception):
    """Another first submission of the same person was faster."""


@transaction.atomic
def _submit(viewer: Viewer, activity: Activity, submission: Submission, now: datetime) -> Submitted:
    reflection = _lock_or_start(viewer, activity)
    repeated = _repeat_of(viewer, reflection, submission.client_key)
    if repeated is not None:
        return repeated
    _check_turn(reflection, submission.base_version)
    attachments = _attachments(viewer, activity, submission.file_uids)
    version = _add_version(viewer, reflection, submission, now)
    VersionFile.objects.bulk_create([VersionFile(version=version, attachment=row) for row in attachments])
    again = reflection.state == states.RETURNED
    reflection.state = states.RESUBMITTED if again else states.SUBMITTED
    reflection.version_no, reflection.latest = version.number, version
    reflection.group_id = version.group_id
    reflection.submitted_at, reflection.is_late = now, version.is_late
    reflection.opened_at = None
    _record(reflection, kind=reflection.state, actor=viewer, now=now)
    drafts.discard(activity_id=activity.pk, user_id=version.submitted_by_id)
    tracking.emit(
        tracking.ReflectionSubmitted(
            **_about(reflection, activity, viewer),
            resubmission=again,
            words=version.word_count,
            files=len(attachments),
            late=version.is_late,
            group_id=version.group_id,
        )
    )
    return Submitted(reflection=reflection, version=version, attachments=attachments, repeated=False)


def withdraw(
    viewer: Viewer,
    activity: Activity,
    *,
    client_key: str,
    base_version: int,
    due: DueDate,
    now: datetime | None = None,
) -> Reflection:
    """Take one's own submission back to revise it. Who: its author, until a marker opens it or it is due.

    The version stays in the history. Conflict ``opened``, ``past_due`` or ``stale``; a repeat changes nothing.
    """
    require(viewer, Action.WRITE_OWN)
    now = now or timezone.now()
    with transaction.atomic():
        reflection = _locked(activity_id=activity.pk, author_id=viewer.user_id, archive_no=0)
        if _event_known(viewer, reflection, client_key):
            return reflection
        if reflection.version_no != base_version:
            raise _stale(reflection)
        if reflection.state not in states.WAITING or reflection.opened_at is not None:
            raise Conflict("opened", pgettext("boidung", "The core teacher has already opened this work."))
        if due.closes is not None and now > due.closes:
            raise Conflict(
                "past_due", pgettext("boidung", "The due date has passed; the work can no longer be withdrawn.")
            )
        reflection.state = states.WITHDRAWN
        _record(reflection, kind=states.WITHDRAWN, actor=viewer, now=now, client_key=client_key)
        tracking.emit(tracking.ReflectionWithdrawn(**_about(reflection, activity, viewer)))
    return reflection


def locked_for_marking(viewer: Viewer, reflection_id: int) -> Reflection:
    """The row, locked until the caller's transaction ends. Who: who may MARK it. Missing if it is archived."""
    reflection = _locked(pk=reflection_id, archive_no=0)
    require(viewer, Action.MARK, reflection)
    return reflection


def lock(*, activity_id: int, author_id: int) -> None:
    """Lock the learner's present row, if there is one, until the caller's transaction ends.

    Whoever changes a grade does so first: the order of locks is reflection, grade, outbox.
    """
    Reflection.objects.select_for_update().filter(activity_id=activity_id, author_id=author_id, archive_no=0).first()


def check_markable(reflection: Reflection, row_version: int) -> None:
    """Conflict ``stale`` unless the marker saw this very state, ``not_waiting`` if the work is with the learner."""
    if reflection.row_version != row_version:
        raise _stale(reflection)
    if reflection.state not in states.MARKABLE:
        message = pgettext("boidung", "This work is with its author at the moment; it cannot be marked now.")
        raise Conflict("not_waiting", message, state=reflection.state)


def was_returned_with(viewer: Viewer, reflection: Reflection, client_key: str) -> bool:
    """Whether this very write has arrived before. Conflict ``key_reused`` if its key came with other work."""
    return _event_known(viewer, reflection, client_key)


def return_for_revision(reflection: Reflection, viewer: Viewer, *, reason: str, client_key: str, now: datetime) -> None:
    """Give locked, markable work back with a reason; BadInput without one. ``grading`` calls it and clears the mark."""
    reason = normalise(reason).strip()
    if not reason:
        message = pgettext("boidung", "Write what should be revised: the author will read it.")
        raise BadInput("reason_missing", message, fields={"reason": message})
    if len(reason) > MAX_REASON_CHARS:
        message = pgettext("boidung", "The reason is too long.")
        raise BadInput("reason_too_long", message, fields={"reason": message})
    reflection.state = states.RETURNED
    reflection.mark_value = reflection.mark_passed = None
    _record(reflection, kind=states.RETURNED, actor=viewer, now=now, reason=reason, client_key=client_key)
    tracking.emit(tracking.ReflectionReturned(**_about(reflection, reflection.activity, viewer)))


def note_marked(reflection: Reflection, viewer: Viewer, *, value: Any, passed: bool, now: datetime) -> None:
    """Carry a new mark into the locked summary row. Called by ``grading`` in its transaction."""
    reflection.state = states.MARKED
    reflection.mark_value, reflection.mark_passed = value, passed
    _record(reflection, kind=states.MARKED, actor=viewer, now=now)


def note_outside_mark(*, activity_id: int, author_id: int, value: Any, passed: bool) -> None:
    """The platform's instructor tool changed the mark: repeat it in the summary row, if the learner has one."""
    Reflection.objects.filter(activity_id=activity_id, author_id=author_id, archive_no=0).update(
        mark_value=value, mark_passed=passed, row_version=F("row_version") + 1
    )


def note_opened(viewer: Viewer, reflection_id: int, *, now: datetime | None = None) -> None:
    """A marker has the work open: from now on it cannot be withdrawn. Who: who may MARK it. Repeats change nothing."""
    now = now or timezone.now()
    with transaction.atomic():
        reflection = locked_for_marking(viewer, reflection_id)
        if reflection.opened_at is None and reflection.state in states.WAITING:
            reflection.opened_at = now
            reflection.save(update_fields=["opened_at"])
            tracking.emit(tracking.ReflectionOpened(**_about(reflection, reflection.activity, viewer)))


def archive(*, activity_id: int, author_id: int) -> None:
    """An instructor deleted the learner's state: put the reflection aside with its versions. Repeats do nothing."""
    with transaction.atomic():
        for reflection in Reflection.objects.select_for_update().filter(
            activity_id=activity_id, author_id=author_id, archive_no=0
        ):
            reflection.archive_no = reflection.pk
            _record(reflection, kind="archived", actor=None, now=timezone.now())
            tracking.emit(tracking.ReflectionArchived(**_about(reflection, reflection.activity, None)))


def _locked(**lookup: Any) -> Reflection:
    # Without a join: MariaDB cannot lock one table of two, and all marks of an activity would queue at its row.
    reflection = Reflection.objects.select_for_update().filter(**lookup).first()
    if reflection is None:
        raise missing()
    return reflection


def _lock_or_start(viewer: Viewer, activity: Activity) -> Reflection:
    place = {"activity_id": activity.pk, "author_id": viewer.user_id, "archive_no": 0}
    reflection = Reflection.objects.select_for_update().filter(**place).first()
    if reflection is not None:
        return reflection
    name = clean_line(viewer.name)
    try:
        return Reflection.objects.create(
            **place,
            course_key=activity.course_key,
            author_name=name[:255],
            author_folded=fold(name)[:255],
            author_sort=name_sort_key(name),
            state=states.NEW,
        )
    except IntegrityError as error:
        raise _StartedElsewhere from error


def _repeat_of(viewer: Viewer, reflection: Reflection, client_key: str) -> Submitted | None:
    version = ReflectionVersion.objects.filter(submitted_by_id=viewer.user_id, client_key=client_key).first()
    if version is None:
        return None
    if version.reflection_id != reflection.pk:  # of another activity, or archived
        raise key_reused()
    attachments = [link.attachment for link in version.file_links.select_related("attachment").order_by("id")]
    return Submitted(reflection=reflection, version=version, attachments=attachments, repeated=True)


def key_reused() -> Conflict:
    """The answer to a write whose key has come with other work: a page was copied, not repeated."""
    return Conflict("key_reused", pgettext("boidung", "This submission was already used elsewhere. Reload the page."))


def _check_turn(reflection: Reflection, base_version: int) -> None:
    if reflection.state not in states.WITH_LEARNER:
        message = pgettext("boidung", "This work has already been submitted from another window or device.")
        raise Conflict("already_submitted", message, state=reflection.state, current_version=reflection.version_no)
    if reflection.version_no != base_version:
        raise _stale(reflection)


def _stale(reflection: Reflection) -> Conflict:
    return Conflict(
        "stale",
        pgettext("boidung", "This work has changed since the page was opened."),
        state=reflection.state,
        current_version=reflection.version_no,
        current_row_version=reflection.row_version,
    )


def _attachments(viewer: Viewer, activity: Activity, uids: tuple[str, ...]) -> list[files.Attachment]:
    wanted = {str(uid) for uid in uids}
    rows = files.mine(activity_id=activity.pk, user_id=viewer.known_id, uids=wanted) if wanted else []
    if len(rows) != len(wanted):
        message = pgettext("boidung", "An attached file has not arrived. Remove it or attach it again, then submit.")
        raise BadInput("files_missing", message, fields={"files": message})
    limit = int(activity.settings.get("files", {}).get("max_files", 0))
    if len(rows) > limit:
        message = pgettext("boidung", "No more than %(number)d files can be attached. Remove one first.")
        raise BadInput("too_many_files", message % {"number": limit}, fields={"files": message % {"number": limit}})
    return rows


def _add_version(viewer: Viewer, reflection: Reflection, submission: Submission, now: datetime) -> ReflectionVersion:
    group = viewer.roster.home_group
    closes = submission.due.closes
    return ReflectionVersion.objects.create(
        reflection=reflection,
        number=reflection.version_no + 1,
        submitted_by_id=viewer.known_id,
        client_key=submission.client_key,
        receipt_code=_receipt_code(),
        answers=submission.answers,
        self_rating=submission.self_rating,
        word_count=submission.word_count,
        group_id=group.id if group else None,
        group_name=group.name if group else "",
        unit_name=group.unit_name if group else "",
        submitted_at=now,
        due_at=submission.due.due,
        is_late=closes is not None and now > closes,
    )


def _receipt_code() -> str:
    letters = "".join(secrets.choice(_RECEIPT_LETTERS) for _ in range(8))
    return f"BD-{letters[:4]}-{letters[4:]}"


def _event_known(viewer: Viewer, reflection: Reflection, client_key: str) -> bool:
    events = ReflectionEvent.objects.filter(actor_id=viewer.user_id, client_key=client_key)
    known = events.values_list("reflection_id", flat=True).first()
    if known not in (None, reflection.pk):
        raise key_reused()
    return known is not None


def _about(reflection: Reflection, activity: Activity, actor: Viewer | None) -> dict[str, Any]:
    """What every tracking event of a reflection says."""
    return {
        "course_id": activity.course_key,
        "usage_id": activity.usage_key,
        "learner_id": reflection.author_id,
        "actor_id": actor.user_id if actor else None,
        "version": reflection.version_no,
    }


def _record(
    reflection: Reflection,
    *,
    kind: str,
    actor: Viewer | None,
    now: datetime,
    reason: str = "",
    client_key: str | None = None,
) -> None:
    """Append the event and save the summary row with its next version."""
    reflection.last_event = ReflectionEvent.objects.create(
        reflection=reflection,
        kind=kind,
        version_no=reflection.version_no,
        actor_id=actor.user_id if actor else None,
        actor_name=actor.name[:255] if actor else "",
        reason=reason,
        client_key=client_key,
        created_at=now,
    )
    reflection.row_version += 1
    reflection.save()
