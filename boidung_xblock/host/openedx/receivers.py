"""What the platform tells us: a learner's state was deleted, a course was published.

Connected through ``plugin_app["signals_config"]`` of ``apps.py``, in all releases; nothing of the LMS is imported
until it calls.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from boidung_xblock.host.openedx import keys, scores
from boidung_xblock.signals import learner_state_deleted
from boidung_xblock.tasks import refresh_register


def on_state_deleted(sender: Any, instance: Any, origin: Any = None, using: str | None = None, **kwargs: Any) -> None:
    """``post_delete`` of ``courseware.StudentModule`` (LMS): archive our rows; once it is certain, clear the score.

    The only trace of the tool that deletes the state of all learners, which tells a block nothing. In the same
    transaction as the deletion: both happen or neither. Rows that go because their user goes are left alone, ours
    go with the same user.
    """
    key = instance.module_state_key
    if not keys.is_own(key) or not _meant(sender, origin):
        return
    usage = keys.plain(key)
    learner_state_deleted(usage_key=usage, user_id=instance.student_id)
    had_score = instance.grade is not None
    clear = partial(scores.forget, user_id=instance.student_id, usage_key=usage, had_score=had_score)
    transaction.on_commit(clear, using=using, robust=True)


def _meant(sender: Any, origin: Any) -> bool:
    """Whether states were what somebody deleted (one, or a queryset of them), not users."""
    return origin is None or getattr(origin, "model", type(origin)) is sender


def on_course_published(sender: Any, course_key: Any, **kwargs: Any) -> None:
    """``SignalHandler.course_published`` (Studio; in the LMS the command ``simulate_publish``): refresh the register.

    Not for libraries, and not for CCX runs, whose blocks are those of their course.
    """
    if not course_key.is_course or getattr(course_key, "ccx", None):
        return
    transaction.on_commit(partial(_queue_refresh, keys.plain(course_key)), robust=True)


def _queue_refresh(course_key: str) -> None:
    refresh_register.delay(course_key)
