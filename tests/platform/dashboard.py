"""The instructor dashboard as an instructor's browser uses it: its addresses, the tasks they start, their reports."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

from common.djangoapps.student.roles import CourseDataResearcherRole, CourseInstructorRole
from common.djangoapps.student.tests.factories import UserFactory
from django.urls import reverse
from lms.djangoapps.instructor_task.models import InstructorTask, ReportStore

from tests.platform.instructor import committed

if TYPE_CHECKING:
    from tests.platform.world import World


class Dashboard:
    """Somebody's dashboard of the world's course; the instructor's own, unless said otherwise."""

    def __init__(self, world: World, user: Any = None) -> None:
        self.world = world
        self.user = user or self._instructor()
        self.client = world.client(self.user)

    def _instructor(self) -> Any:
        user = UserFactory(username="truong-khoa")
        for role in (CourseInstructorRole, CourseDataResearcherRole):
            role(self.world.course.id).add_users(user)
        return user

    def post(self, name: str, **data: Any) -> Any:
        """The answer of one of its addresses, and all that it sets in motion."""
        with committed():
            return self.client.post(reverse(name, kwargs={"course_id": self.world.course_key}), data)

    def run(self, name: str, **data: Any) -> dict[str, Any]:
        """Start a task that must come through; its own count of learners."""
        before = set(InstructorTask.objects.values_list("id", flat=True))
        answer = self.post(name, **data)
        assert answer.status_code == 200, answer.content
        task = InstructorTask.objects.exclude(id__in=before).get()
        assert task.task_state == "SUCCESS", task.task_output
        report: dict[str, Any] = json.loads(task.task_output)
        return report

    def on_problem(self, name: str, learner: Any = None, **data: Any) -> dict[str, Any]:
        """``run`` on the world's reflection, for one learner or for all."""
        who = {"unique_student_identifier": learner.username} if learner else {"all_students": "true"}
        return self.run(name, problem_to_reset=str(self.world.key), **who, **data)

    def table(self, name: str, **data: Any) -> list[dict[str, str]]:
        """Start a report and read its CSV file."""
        store = ReportStore.from_config(config_name="GRADES_DOWNLOAD")
        folder = store.path_to(self.world.course.id)
        self.run(name, **data)
        (found,) = [each for each in store.storage.listdir(folder)[1] if "err" not in each]
        with store.storage.open(f"{folder}/{found}") as stream:
            return list(csv.DictReader(StringIO(stream.read().decode("utf-8-sig"))))
