"""A course with one graded block, a round with one group; learners hand in through the block's handlers."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from common.djangoapps.student.models import CourseEnrollment
from common.djangoapps.student.roles import CourseStaffRole
from common.djangoapps.student.tests.factories import UserFactory
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from lms.djangoapps.courseware.models import StudentModule
from xmodule.modulestore.tests.factories import BlockFactory, CourseFactory

from boidung_xblock.activities import api as activities
from boidung_xblock.authored import defaults
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.roster import keys
from tests import factories
from tests.platform.instructor import committed
from tests.platform.site import bind, points

# As the platform's UserFactory sets it.
PASSWORD = "Password1234"


class World:
    """``an`` and ``mai`` are enrolled, ``lan`` is core teacher of their group, ``staff`` is course staff.

    ``key`` is the graded block: of ``KIND``, with ``FIELDS`` as its author has set them.
    """

    KIND: ClassVar[str] = "boidung_reflection"
    FIELDS: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.course = CourseFactory.create(org="BGDDT", course="BD1", run="2026", display_name="Mô đun 1")
        self.course_key = str(self.course.id)
        chapter = BlockFactory.create(parent=self.course, category="chapter")
        self.subsection = BlockFactory.create(parent=chapter, category="sequential", graded=True, format="Homework")
        unit = BlockFactory.create(parent=self.subsection, category="vertical")
        self.key = BlockFactory.create(parent=unit, category=self.KIND, **self.FIELDS).location
        assert activities.refresh_course(self.course_key) == 1
        self.activity = activities.get(str(self.key))
        self.an, self.mai = self._learner("an", "Nguyễn Văn Ân"), self._learner("mai", "Hồ Thị Mai")
        self.lan, self.outsider = self._user("lan", "Trần Thị Lan"), self._user("outsider", "Người ngoài")
        self.staff = self._user("staff", "Ban tổ chức")
        CourseStaffRole(self.course.id).add_users(self.staff)
        self.round = factories.round_of(self.course_key)
        self.group = factories.group(self.round)
        for user, role in ((self.an, keys.MEMBER), (self.mai, keys.LEADER), (self.lan, keys.CORE_TEACHER)):
            factories.assign(user, role, self.round, self.group)

    def _user(self, username: str, name: str) -> Any:
        user = UserFactory(username=username, email=f"{username}@example.com")
        user.profile.name = name
        user.profile.save()
        return get_user_model().objects.get(pk=user.pk)

    def _learner(self, username: str, name: str) -> Any:
        user = self._user(username, name)
        CourseEnrollment.enroll(user, self.course.id)
        return user

    def client(self, user: Any) -> Client:
        """A browser in which the user is logged in."""
        client = Client()
        assert client.login(username=user.username, password=PASSWORD)
        return client

    def submit(self, user: Any) -> Reflection:
        """The learner submits on the page of the block."""
        found = reflections.own(activity_id=self.activity.pk, user_id=user.pk)
        answers = {row["slug"]: "bài " * max(row["min_words"], 1) for row in defaults.prompts()}
        body = {
            "for_user": user.pk,
            "client_key": factories.key(),
            "base_version": found.version_no if found else 0,
            "answers": answers,
        }
        answer = self.call(user, "submit", body)
        assert answer.status_code == 200, answer.content
        assert answer.json()["receipt"]["code"].startswith("BD-")
        work = reflections.own(activity_id=self.activity.pk, user_id=user.pk)
        assert work is not None
        return work

    def page(self, user: Any, key: Any = None) -> str:
        """What the learning application shows of the graded block, or of another one, in its frame."""
        address = reverse("render_xblock", kwargs={"usage_key_string": str(key or self.key)})
        answer = self.client(user).get(address)
        assert answer.status_code == 200
        page: str = answer.content.decode()
        return page

    def call(self, user: Any, handler: str, body: dict[str, Any], client: Client | None = None, key: Any = None) -> Any:
        """The answer of a handler of the graded block in the LMS, or of another one."""
        names = {"course_id": self.course_key, "usage_id": str(key or self.key), "handler": handler}
        address = reverse("xblock_handler", kwargs=names)
        browser = client or self.client(user)
        return browser.post(address, json.dumps(body), content_type="application/json")

    def mark(self, work: Reflection, marker: Any = None, **changes: Any) -> Any:
        """The core teacher marks (7.5), and what the mark sets in motion has happened."""
        with committed():
            return factories.mark(marker or self.lan, work, **changes)

    def state(self, user: Any) -> StudentModule | None:
        """The platform's row of the user at the block."""
        return StudentModule.objects.filter(student=user, module_state_key=self.key).first()

    def points(self, user: Any) -> tuple[float | None, float] | None:
        """The subsection's persisted grade: (earned, possible)."""
        return points(user, self.key, self.subsection.location)

    def block(self, user: Any) -> Any:
        """The block bound to the user."""
        return bind(user, self.key)
