"""What the platform tells us: a learner's state was deleted; a course was created, published or deleted.

Connected through ``plugin_app["signals_config"]`` of ``apps.py``, in all releases; nothing of the LMS is imported
until it calls.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from boidung_xblock.activities import api as activities
from boidung_xblock.commits import after_commit
from boidung_xblock.conf import setting
from boidung_xblock.host.openedx import keys, scores
from boidung_xblock.signals import learner_retired, learner_state_deleted
from boidung_xblock.tasks import offer_blocks, refresh_register

# A command that creates a course goes on writing it, from a copy that knows nothing of what others write meanwhile.
_AFTER_A_COMMAND = 60


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
    facts = {"user_id": instance.student_id, "usage_key": usage, "had_score": had_score}
    after_commit(scores.forget, using=using, **facts)


def _meant(sender: Any, origin: Any) -> bool:
    """Whether states were what somebody deleted (one, or a queryset of them), not users."""
    return origin is None or getattr(origin, "model", type(origin)) is sender


def on_user_retired(sender: Any, user: Any, **kwargs: Any) -> None:
    """``USER_RETIRE_LMS_MISC`` (LMS, all releases): erase what is personal. An error stops the platform's pipeline.

    Name and address are the original ones, from ``UserRetirementStatus``: the account has lost its address by now.
    """
    from openedx.core.djangoapps.user_api.models import UserRetirementStatus

    status = UserRetirementStatus.objects.filter(user=user).order_by("-id").first()
    username, email = (status.original_username, status.original_email) if status else (user.username, user.email)
    learner_retired(user.pk, username=username, email=email)


def on_course_published(sender: Any, course_key: Any, **kwargs: Any) -> None:
    """``SignalHandler.course_published`` (Studio; in the LMS the command ``simulate_publish``): refresh the register.

    Not for libraries, and not for CCX runs, whose blocks are those of their course.
    """
    if not course_key.is_course or getattr(course_key, "ccx", None):
        return
    after_commit(_queue_refresh, keys.plain(course_key))


def _queue_refresh(course_key: str) -> None:
    refresh_register.delay(course_key)


def on_course_deleted(sender: Any, course_key: Any, **kwargs: Any) -> None:
    """``SignalHandler.course_deleted`` (Studio's command ``delete_course``): its activities are no longer live.

    Learners' records stay. At once, because the platform's own records of the course go at once too; one query.
    """
    if course_key.is_course:
        activities.close_course(keys.plain(course_key))


def on_course_created(sender: Any, course: Any, **kwargs: Any) -> None:
    """``COURSE_CREATED`` of openedx-events (Studio): offer our blocks to the authors of the new course, once.

    Sent by ``modulestore().create_course``: for courses made on Studio's page, by a command or by an import into a
    new course; not for a re-run, which takes the list of its source. Whoever creates a course writes it once more
    afterwards and would undo a change made now; so a task makes it when the request is through, and a minute later
    for a command. Creating a course never fails because of it.
    """
    if not setting("BOIDUNG_ENABLE_IN_NEW_COURSES"):
        return
    countdown = None if connection.in_atomic_block else _AFTER_A_COMMAND
    after_commit(offer_blocks.apply_async, (keys.plain(course.course_key),), countdown=countdown)
