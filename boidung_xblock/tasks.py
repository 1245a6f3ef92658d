"""Celery tasks, loadable by the LMS's and Studio's workers alike; they only call the applets."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from edx_django_utils.monitoring import set_code_owner_attribute

from boidung_xblock import notices
from boidung_xblock.activities import api as activities
from boidung_xblock.conf import block_types
from boidung_xblock.grading import api as grading
from boidung_xblock.host import Message, get_host
from boidung_xblock.reports import api as reports
from boidung_xblock.roster import api as roster
from boidung_xblock.selfstudy import api as selfstudy


@shared_task(bind=True, ignore_result=True)
@set_code_owner_attribute
def publish_grade_entry(self: Any, entry_id: int) -> None:
    """Bring one outbox entry to the gradebook; tries again later until it is through or the retries are used up.

    What is left then is sent by ``publish_due_grades``. An eager worker does not wait, so it does not retry.
    """
    delay = grading.publish_entry(entry_id)
    if delay is not None and not self.app.conf.task_always_eager:
        self.apply_async((entry_id,), countdown=delay.total_seconds())


@shared_task(ignore_result=True)
@set_code_owner_attribute
def publish_due_grades() -> int:
    """Send every grade that is due; meant to run every few minutes (also: the command boidung_publish_grades)."""
    return grading.publish_due()


@shared_task(ignore_result=True)
@set_code_owner_attribute
def refresh_register(course_key: str) -> int:
    """Make the register of activities agree with the published course."""
    return activities.refresh_course(course_key)


@shared_task(
    ignore_result=True,
    autoretry_for=(Exception,),
    retry_backoff=60,
    retry_backoff_max=1800,
    retry_jitter=False,
    max_retries=3,
)
@set_code_owner_attribute
def reckon_checkpoint(activity_id: int) -> int:
    """What a checkpoint asks has changed: bring everybody's unfinished work there up to date."""
    return selfstudy.reckon_started(activities.by_id(activity_id))


def _reckon_changed(activity: activities.Activity) -> None:
    if activity.kind == activities.CHECKPOINT:
        reckon_checkpoint.delay(activity.pk)


# Wherever the register is refreshed from, the command included.
activities.on_changed(_reckon_changed)


@shared_task(ignore_result=True)
@set_code_owner_attribute
def offer_blocks(course_key: str) -> None:
    """Switch our blocks on in a course that was just created. Runs in Studio's worker."""
    get_host().offer_blocks(course_key, block_types())


@shared_task(ignore_result=True)
@set_code_owner_attribute
def check_roster_import(import_id: int) -> None:
    """Dry run of a staff workbook."""
    roster.run_check(import_id)


@shared_task(ignore_result=True)
@set_code_owner_attribute
def apply_roster_import(import_id: int) -> None:
    """Apply a checked staff workbook."""
    roster.run_apply(import_id)


@shared_task(ignore_result=True)
@set_code_owner_attribute
def make_result_file(file_id: int) -> None:
    """Write the workbook with everybody's module result."""
    reports.make_file(file_id)


@shared_task(
    ignore_result=True,
    autoretry_for=(OSError,),
    retry_backoff=60,
    retry_backoff_max=1800,
    retry_jitter=False,
    max_retries=6,
)
@set_code_owner_attribute
def send_notice(kind: str, activity_id: int, user_id: int) -> None:
    """Tell a learner by e-mail; a mail server that is away is tried again for an hour.

    Nobody is told of a mark that the author of the block does not show to learners at once.
    """
    activity = activities.by_id(activity_id)
    if kind == notices.MARKED and activity.settings.get("show_correctness", "always") != "always":
        return
    course = get_host().course_facts(activity.course_key) if activity.live else None
    if course is not None:
        message = Message(kind, activity.title, course.title, get_host().block_url(activity.usage_key))
        get_host().send_message(user_id=user_id, message=message)
