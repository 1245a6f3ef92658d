"""Celery tasks, loadable by the LMS's and Studio's workers alike; they only call the applets."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from edx_django_utils.monitoring import set_code_owner_attribute

from boidung_xblock.activities import api as activities
from boidung_xblock.grading import api as grading
from boidung_xblock.roster import api as roster


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
