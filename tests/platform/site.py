"""The platform as a site of the host contract: courses and people by its factories, tools by its own functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import crum
from common.djangoapps.student.models import CourseEnrollment, get_retired_username_by_username
from common.djangoapps.student.roles import CourseInstructorRole, CourseStaffRole
from common.djangoapps.student.tests.factories import UserFactory
from completion.models import BlockCompletion
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from edx_django_utils.cache import RequestCache
from lms.djangoapps.courseware.block_render import get_block_for_descriptor
from lms.djangoapps.courseware.masquerade import MasqueradeView
from lms.djangoapps.courseware.model_data import FieldDataCache
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.config.waffle import ENFORCE_FREEZE_GRADE_AFTER_COURSE_END
from lms.djangoapps.grades.models import PersistentSubsectionGrade
from lms.djangoapps.instructor.views.tools import set_due_date_extension
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.course_date_signals.handlers import extract_dates
from openedx.core.djangoapps.user_api.accounts.signals import USER_RETIRE_LMS_MISC
from openedx.core.djangoapps.user_api.accounts.utils import create_retirement_request_and_deactivate_account
from openedx.core.djangoapps.user_api.models import RetirementState
from openedx.core.djangoapps.waffle_utils.models import WaffleFlagCourseOverrideModel
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.tests.factories import BlockFactory, CourseFactory

from boidung_xblock.host import Masquerade, get_host
from boidung_xblock.host.openedx import receivers
from tests.host_contract.probe import KIND
from tests.host_contract.sites import DUE, GRACE, TITLE
from tests.platform import instructor


def bind(user: Any, usage_key: Any) -> Any:
    """The block bound to the user, as pages and tasks of the platform bind it; None if they may not load it."""
    unbound = modulestore().get_item(usage_key)
    return get_block_for_descriptor(
        user=user,
        request=None,
        block=unbound,
        field_data_cache=FieldDataCache.cache_for_block_descendents(usage_key.course_key, user, unbound),
        course_key=usage_key.course_key,
        track_function=lambda event_type, event: None,
        course=modulestore().get_course(usage_key.course_key),
    )


def points(user: Any, usage_key: Any, subsection_key: Any) -> tuple[float | None, float] | None:
    """What the gradebook keeps of a subsection with this one scored block; earned None: nothing handed in."""
    row = PersistentSubsectionGrade.objects.filter(user_id=user.pk, usage_key=subsection_key).first()
    possible = float(modulestore().get_item(usage_key).weight)
    if row is None:
        return None, possible
    state = StudentModule.objects.filter(student=user, module_state_key=usage_key).first()
    if (state is None or state.grade is None) and row.earned_graded == 0:
        return None, row.possible_graded
    return row.earned_graded, row.possible_graded


def retire(user: Any) -> None:
    """The account is gone for good; its row stays, under another name."""
    RetirementState.objects.get_or_create(state_name="PENDING", state_execution_order=1, required=True)
    create_retirement_request_and_deactivate_account(user)
    USER_RETIRE_LMS_MISC.send(sender=None, user=user)
    user.username = get_retired_username_by_username(user.username)
    user.is_active = False
    user.save()


def end_course(course_key: Any, ended: datetime) -> None:
    """The author moves the end of the course, and it is published; the site's freezing of grades is switched on."""
    WaffleFlagCourseOverrideModel.objects.get_or_create(
        waffle_flag=ENFORCE_FREEZE_GRADE_AFTER_COURSE_END.name,
        course_id=course_key,
        defaults={"override_choice": "on", "enabled": True},
    )
    RequestCache.clear_all_namespaces()
    course = modulestore().get_course(course_key)
    course.end = ended
    modulestore().update_item(course, 0)
    CourseOverview.load_from_module_store(course_key)


class PlatformSite:
    """A ``Site`` with its ``Tools``."""

    course_key = "course-v1:Thu+HostContract+1"
    usage_key = f"block-v1:Thu+HostContract+1+type@{KIND}+block@p"

    def __init__(self) -> None:
        self.host = get_host()
        self.tools = self
        self.course = CourseFactory.create(
            org="Thu", course="HostContract", run="1", display_name=TITLE, graceperiod=GRACE, emit_signals=False
        )
        chapter = self._add(self.course, "chapter", "c")
        self.subsection = self._add(chapter, "sequential", "s", graded=True, format="Homework", due=DUE)
        unit = self._add(self.subsection, "vertical", "v")
        self._add(unit, "html", "h", data="Bài đọc")
        self.key = self._add(unit, KIND, "p", display_name="Phép thử", weight=10.0, periods=2.0).location
        other = self._add(self._add(chapter, "sequential", "t", graded=True, format="Homework"), "vertical", "w")
        self._add(other, KIND, "q", display_name="Phép thử khác", weight=5.0)
        # What Studio does when a course is published.
        extract_dates(None, self.course.id)

    def _add(self, parent: Any, category: str, block_id: str, **fields: Any) -> Any:
        location = self.course.id.make_usage_key(category, block_id)
        return BlockFactory.create(parent=parent, category=category, location=location, **fields)

    # -- Site -------------------------------------------------------------------------------------------------
    def user(self, username: str, *, name: str = "", enrolled: bool = False, role: str = "") -> Any:
        user = UserFactory(username=username, email=f"{username}@example.com", is_staff=role == "global")
        user.profile.name = name
        user.profile.save()
        if enrolled:
            CourseEnrollment.enroll(user, self.course.id)
        for named, kind in (("staff", CourseStaffRole), ("instructor", CourseInstructorRole)):
            if role == named:
                kind(self.course.id).add_users(user)
        return get_user_model().objects.get(pk=user.pk)

    def unenrol(self, user: Any) -> None:
        CourseEnrollment.unenroll(user, self.course.id)

    def retire(self, user: Any) -> None:
        retire(user)

    def extend(self, user: Any, due: datetime) -> None:
        set_due_date_extension(self.course, self.subsection, user, due)

    @contextmanager
    def request_of(self, user: Any, *, mask: Masquerade, learner: Any = None) -> Iterator[None]:
        body = {"role": "student", "user_name": learner.username if learner else None}
        request = RequestFactory().post("/", json.dumps(body), content_type="application/json")
        request.user, request.session = user, SessionStore()  # type: ignore[assignment]
        crum.set_current_request(request)
        try:
            if mask is not Masquerade.NONE:
                answer = json.loads(MasqueradeView.as_view()(request, self.course_key).content)
                assert answer == {"success": True}
            yield
        finally:
            crum.set_current_request(None)

    def end_course(self, ended: datetime) -> None:
        end_course(self.course.id, ended)

    def points(self, user: Any) -> tuple[float | None, float] | None:
        return points(user, self.key, self.subsection.location)

    # -- Tools ------------------------------------------------------------------------------------------------
    def bound_due(self, user: Any) -> datetime | None:
        due: datetime | None = bind(user, self.key).due
        return due

    def override(self, user: Any, score: float) -> None:
        instructor.override(user, self.key, score)

    def rescore(self, user: Any) -> None:
        instructor.rescore(user, self.key)

    def delete_state(self, user: Any) -> None:
        instructor.delete_state(user, self.key)

    def delete_all_state(self) -> None:
        instructor.delete_all_state(self.key)

    def deletions(self, monkeypatch: Any) -> list[tuple[str, int]]:
        told: list[tuple[str, int]] = []

        def record(*, usage_key: str, user_id: int) -> None:
            told.append((usage_key, user_id))

        monkeypatch.setattr(receivers, "learner_state_deleted", record)
        return told

    def hide_block(self) -> None:
        store = modulestore()
        with store.branch_setting("draft-preferred", self.course.id):
            block = store.get_item(self.key)
            block.visible_to_staff_only = True
            store.update_item(block, 0)
            store.publish(self.key, 0)

    def completion(self, user: Any) -> float:
        done = BlockCompletion.get_learning_context_completions(user, self.course.id)
        return float(done.get(self.key, 0.0))

    def touch(self, user: Any) -> None:
        block = bind(user, self.key)
        block.note = "đã mở"
        block.save()
