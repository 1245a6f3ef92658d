"""The instructor dashboard's tools, by the functions its pages call; Celery is eager in the platform's tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from common.djangoapps.student.tests.factories import UserFactory
from django.contrib.auth import get_user_model
from django.test import RequestFactory, TestCase
from lms.djangoapps.instructor.enrollment import reset_student_attempts
from lms.djangoapps.instructor_task import api as tasks


@contextmanager
def committed() -> Iterator[None]:
    """What waits for the commit runs at the end: a test itself never commits."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield


def somebody() -> Any:
    """An instructor, as far as the tools ask."""
    return get_user_model().objects.filter(username="instructor").first() or UserFactory(username="instructor")


def delete_state(user: Any, usage_key: Any) -> None:
    """Delete one learner's state."""
    with committed():
        reset_student_attempts(usage_key.course_key, user, usage_key, somebody(), delete_module=True)


def delete_all_state(usage_key: Any) -> dict[str, Any]:
    """Delete everybody's state; the task's own report."""
    return _run(tasks.submit_delete_problem_state_for_all_students, usage_key)


def override(user: Any, usage_key: Any, score: float) -> dict[str, Any]:
    """Override a learner's score."""
    return _run(tasks.submit_override_score, usage_key, user, score)


def rescore(user: Any, usage_key: Any, *, only_if_higher: bool = False) -> dict[str, Any]:
    """Rescore a learner's submission."""
    return _run(tasks.submit_rescore_problem_for_student, usage_key, user, only_if_higher)


def _run(submit: Any, *args: Any) -> dict[str, Any]:
    request = RequestFactory().post("/")
    request.user, request.session = somebody(), {}  # type: ignore[assignment]
    with committed():
        task = submit(request, *args)
    task.refresh_from_db()
    assert task.task_state == "SUCCESS", task.task_output
    report: dict[str, Any] = json.loads(task.task_output)
    assert report["failed"] == 0, report
    return report
