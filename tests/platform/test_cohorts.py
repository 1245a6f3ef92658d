"""Cohorts are read, and nobody is put into one by being looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platform import needs_lms

needs_lms()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from openedx.core.djangoapps.course_groups import cohorts  # noqa: E402
from openedx.core.djangoapps.course_groups.models import CohortMembership  # noqa: E402
from openedx.core.djangoapps.course_groups.tests.helpers import CohortFactory  # noqa: E402

from boidung_xblock.host import get_host  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


def _cohorted(world: World) -> None:
    cohorts.set_course_cohorted(world.course.id, True)
    CohortFactory(course_id=world.course.id, name="Khối 6", users=[world.an])


def test_members_of_a_cohort_are_named_and_the_others_stay_without(world: World) -> None:
    _cohorted(world)
    asked = {"course_key": world.course_key, "user_ids": [world.an.pk, world.mai.pk]}
    assert get_host().cohort_names(**asked) == {world.an.pk: "Khối 6"}
    assert list(CohortMembership.objects.values_list("user_id", flat=True)) == [world.an.pk]


def test_a_course_without_cohorts_has_none(world: World) -> None:
    _cohorted(world)
    cohorts.set_course_cohorted(world.course.id, False)
    assert get_host().cohort_names(course_key=world.course_key, user_ids=[world.an.pk]) == {}


def test_queries_do_not_grow_with_the_people(world: World) -> None:
    _cohorted(world)

    def queries(*user_ids: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            get_host().cohort_names(course_key=world.course_key, user_ids=user_ids)
        return len(counted)

    queries(world.an.pk)  # what the platform caches
    assert queries(world.an.pk) == queries(*range(1, 400))


def test_every_page_and_handler_leaves_cohorts_as_they_are(world: World) -> None:
    cohorts.set_course_cohorted(world.course.id, True)
    cohorts.add_cohort(world.course.id, "Ngẫu nhiên", "random")
    work = world.submit(world.an)
    # The platform itself assigns whoever opens a course page; what is left is what we add to it.
    CohortMembership.objects.all().delete()
    desk = world.client(world.lan)
    assert desk.get(reverse("boidung:desk", args=[world.course_key])).status_code == 200
    assert desk.get(reverse("boidung:work", args=[world.course_key, work.pk])).status_code == 200
    assert not CohortMembership.objects.exists()
    world.mark(work)
    assert world.points(world.an) == (7.5, 10.0)


def test_without_a_roster_markers_see_the_learners_cohort(world: World) -> None:
    world.round.courses.all().delete()
    work = world.submit(world.an)
    _cohorted(world)
    page = world.client(world.staff).get(reverse("boidung:work", args=[world.course_key, work.pk]))
    assert "Khối 6" in page.content.decode()
