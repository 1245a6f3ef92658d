"""A course that is over: the platform freezes its grades; marks wait, and arrive when its end is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.platform import needs_lms

needs_lms()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from edx_django_utils.cache import RequestCache  # noqa: E402
from lms.djangoapps.grades.config.waffle import ENFORCE_FREEZE_GRADE_AFTER_COURSE_END  # noqa: E402
from openedx.core.djangoapps.waffle_utils.models import WaffleFlagCourseOverrideModel  # noqa: E402

from boidung_xblock.grading.models import Mark, OutboxEntry  # noqa: E402
from boidung_xblock.host import get_host  # noqa: E402
from tests import factories  # noqa: E402
from tests.platform.dashboard import Dashboard  # noqa: E402
from tests.platform.site import end_course  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

NOTICE = "data-bd-frozen"


def _freeze(world: World) -> None:
    end_course(world.course.id, datetime.now(UTC) - timedelta(days=31))


def _thaw(world: World) -> None:
    end_course(world.course.id, datetime.now(UTC) + timedelta(days=1))


def test_a_mark_in_a_frozen_course_waits_without_using_up_tries(world: World) -> None:
    work = world.submit(world.an)
    _freeze(world)
    given = world.mark(work)
    for _ in range(3):
        call_command("boidung_publish_grades")
    entry = OutboxEntry.objects.get()
    assert given.earned == 7.5
    assert (entry.state, entry.attempts, entry.sent_at) == ("pending", 0, None)
    assert world.points(world.an) == (None, 10.0)
    state = world.state(world.an)
    assert state is not None
    assert state.grade is None


def test_it_arrives_with_the_next_sweep_once_the_end_is_moved(world: World) -> None:
    work = world.submit(world.an)
    _freeze(world)
    world.mark(work)
    _thaw(world)
    call_command("boidung_publish_grades")
    assert OutboxEntry.objects.get().state == "sent"
    assert world.points(world.an) == (7.5, 10.0)


def test_only_the_last_of_several_marks_arrives(world: World) -> None:
    work = world.submit(world.an)
    _freeze(world)
    world.mark(work)
    world.mark(work, points=factories.BETTER)
    _thaw(world)
    call_command("boidung_publish_grades")
    assert list(OutboxEntry.objects.order_by("id").values_list("state", flat=True)) == ["superseded", "sent"]
    assert world.points(world.an) == (9.0, 10.0)


def test_without_the_sites_flag_grades_are_never_frozen(world: World) -> None:
    end_course(world.course.id, datetime.now(UTC) - timedelta(days=400))
    override = WaffleFlagCourseOverrideModel.objects.get(waffle_flag=ENFORCE_FREEZE_GRADE_AFTER_COURSE_END.name)
    override.override_choice = "off"
    override.save()
    RequestCache.clear_all_namespaces()
    assert get_host().grades_frozen(world.course_key) is False
    world.mark(world.submit(world.an))
    assert world.points(world.an) == (7.5, 10.0)


def test_in_the_month_after_the_end_marks_still_arrive(world: World) -> None:
    work = world.submit(world.an)
    end_course(world.course.id, datetime.now(UTC) - timedelta(days=29))
    world.mark(work)
    assert world.points(world.an) == (7.5, 10.0)


def test_markers_are_told_on_the_list_and_beside_the_sheet(world: World) -> None:
    work = world.submit(world.an)
    pages = [
        reverse("boidung:desk", args=[world.course_key]),
        reverse("boidung:work", args=[world.course_key, work.pk]),
    ]
    marker = world.client(world.lan)
    assert not any(NOTICE in marker.get(page).content.decode() for page in pages)
    _freeze(world)
    assert all(NOTICE in marker.get(page).content.decode() for page in pages)


def test_asking_whether_grades_are_frozen_is_cheap(world: World) -> None:
    _freeze(world)
    RequestCache.clear_all_namespaces()
    with CaptureQueriesContext(connection) as first:
        assert get_host().grades_frozen(world.course_key) is True
    with CaptureQueriesContext(connection) as again:
        assert get_host().grades_frozen(world.course_key) is True
    assert (len(first), len(again)) <= (4, 1)


def test_an_override_in_a_frozen_course_waits_with_the_marks(world: World) -> None:
    """The platform's own tool says success and drops the recalculation."""
    work = world.submit(world.an)
    world.mark(work)
    dashboard = Dashboard(world)
    _freeze(world)
    dashboard.on_problem("override_problem_score", world.an, score="6")
    assert world.points(world.an) == (7.5, 10.0)
    assert list(Mark.objects.order_by("id").values_list("source", flat=True)) == ["marker", "override"]
    _thaw(world)
    call_command("boidung_publish_grades")
    assert world.points(world.an) == (6.0, 10.0)
