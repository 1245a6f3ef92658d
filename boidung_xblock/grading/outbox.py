"""The outbox: every change of a grade is written here in its own transaction and brought to the gradebook by a task.

A mark is never lost on the way: an entry stays pending until the platform took it. Publishing twice is harmless,
because the block publishes the mark in force, whatever entry woke it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from boidung_xblock import tracking
from boidung_xblock.commits import after_commit
from boidung_xblock.conf import setting
from boidung_xblock.grading.models import Grade, OutboxEntry
from boidung_xblock.host import CannotGrade, GradesFrozen, get_host

log = logging.getLogger(__name__)

PENDING, SENT, SUPERSEDED = "pending", "sent", "superseded"
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=1)
_MOST_OVERTAKINGS = 5

_after_commit: list[Callable[[int], None]] = []


def on_enqueued(send: Callable[[int], None]) -> None:
    """Set what is called with the id of an entry once its transaction has committed (the Celery task)."""
    _after_commit[:] = [send]


def enqueue(grade: Grade, now: datetime) -> None:
    """Queue the grade's present value, in the caller's transaction; older entries are superseded."""
    if grade.updates > 1:
        supersede(grade, now)
    entry = OutboxEntry.objects.create(
        grade=grade,
        update_no=grade.updates,
        earned=grade.earned,
        possible=grade.possible,
        next_try_at=now,
        created_at=now,
    )
    for send in _after_commit:
        after_commit(send, entry.pk)


def supersede(grade: Grade, now: datetime) -> None:
    """Entries that nobody needs to send any more."""
    OutboxEntry.objects.filter(grade=grade, state=PENDING).update(state=SUPERSEDED, sent_at=now)


def publish_entry(entry_id: int) -> timedelta | None:
    """Bring one entry's grade to the gradebook. Returns how long to wait before the next try, None if there is none."""
    return _publish(entry_id)[1]


def publish_due(limit: int = 500) -> int:
    """Send what is due now; for a periodic task or the management command. Returns how many got through.

    Grades of courses that are frozen are left waiting: no try is used up, and they keep nobody else from their turn.
    """
    due = OutboxEntry.objects.filter(state=PENDING, next_try_at__lte=timezone.now())
    due = due.exclude(grade__activity__course_key__in=frozen_courses()).order_by("next_try_at", "id")
    return sum(_publish(entry_id)[0] for entry_id in list(due.values_list("id", flat=True)[:limit]))


def frozen_courses() -> list[str]:
    """Courses with waiting grades whose gradebook takes nothing more at present."""
    waiting = OutboxEntry.objects.filter(state=PENDING)
    courses = waiting.values_list("grade__activity__course_key", flat=True).order_by().distinct()
    return [course for course in courses if _is_frozen(course)]


def _is_frozen(course_key: str) -> bool:
    """A course that cannot even be asked must not stop those of others: its grades then fail one by one."""
    try:
        return get_host().grades_frozen(course_key)
    except Exception:
        log.exception("whether grades of %s are frozen could not be found out", course_key)
        return False


def _publish(entry_id: int) -> tuple[bool, timedelta | None]:
    """Whether the entry got through just now, and when to try again if it did not."""
    entry = OutboxEntry.objects.select_related("grade__activity").filter(pk=entry_id).first()
    if entry is None or entry.state != PENDING:
        return False, None
    try:
        change = _send(entry.grade)
    except GradesFrozen as error:
        # No failure, and asking again every few minutes would not thaw them: it waits, due as it was.
        OutboxEntry.objects.filter(pk=entry.pk, state=PENDING).update(last_error=f"GradesFrozen: {error}"[:2000])
        return False, None
    except Exception as error:
        return False, _failed(entry, error)
    with transaction.atomic():  # the grade first, as a marker locks them
        Grade.objects.filter(pk=entry.grade_id, delivered_no__lt=change).update(delivered_no=change)
        OutboxEntry.objects.filter(grade=entry.grade, update_no__lte=change, state=PENDING).update(
            state=SENT, sent_at=timezone.now(), attempts=F("attempts") + 1
        )
        _track(entry, change)
    return True, None


def _track(entry: OutboxEntry, change: int) -> None:
    activity = entry.grade.activity
    tracking.emit(
        tracking.MarkDelivered(
            course_id=activity.course_key,
            usage_id=activity.usage_key,
            learner_id=entry.grade.learner_id,
            actor_id=None,
            number=change,
            attempts=entry.attempts + 1,
            seconds=round((timezone.now() - entry.created_at).total_seconds(), 1),
        )
    )


def _send(grade: Grade) -> int:
    """Publish the mark in force until nothing newer came in between; returns the change that the gradebook has."""
    for _ in range(_MOST_OVERTAKINGS):
        change = _change_of(grade)
        get_host().publish_score(user_id=grade.learner_id, usage_key=grade.activity.usage_key)
        if _change_of(grade) == change:
            return change
        # The newer mark may have been published first, and ours over it: it is not through yet after all.
        OutboxEntry.objects.filter(grade=grade, update_no__gt=change, state=SENT).update(state=PENDING)
    raise CannotGrade("the mark keeps changing")


def _change_of(grade: Grade) -> int:
    return Grade.objects.values_list("updates", flat=True).get(pk=grade.pk)


def _failed(entry: OutboxEntry, error: Exception) -> timedelta | None:
    attempts = entry.attempts + 1
    delay = min(_FIRST_DELAY * 2 ** min(attempts - 1, 16), _LONGEST_DELAY)
    OutboxEntry.objects.filter(pk=entry.pk, state=PENDING).update(
        attempts=attempts,
        next_try_at=timezone.now() + delay,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )
    log.warning("grade %s not published (try %s): %s", entry.grade_id, attempts, type(error).__name__)
    return delay if attempts < setting("BOIDUNG_OUTBOX_RETRIES") else None
