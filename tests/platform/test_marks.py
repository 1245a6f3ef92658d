"""A mark becomes the learner's grade, and the instructor's tools do to marks what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.platform import needs_lms

needs_lms()

import crum  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from lms.djangoapps.courseware.models import StudentModule  # noqa: E402
from lms.djangoapps.grades.api import CourseGradeFactory  # noqa: E402
from lms.djangoapps.grades.models import PersistentSubsectionGrade  # noqa: E402

from boidung_xblock.grading import api as grading  # noqa: E402
from boidung_xblock.grading.models import Mark, OutboxEntry  # noqa: E402
from boidung_xblock.host.openedx import names  # noqa: E402
from boidung_xblock.reflections import api as reflections  # noqa: E402
from tests import factories  # noqa: E402
from tests.platform import instructor  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


def test_submitting_leaves_only_a_marker_with_the_platform(world: World) -> None:
    world.submit(world.an)
    row = world.state(world.an)
    assert row is not None
    assert (row.state, row.grade) == ('{"participated": true}', None)


def test_a_mark_by_a_core_teacher_stands_in_the_learners_grades_and_nowhere_else(world: World) -> None:
    work = world.submit(world.an)
    request = RequestFactory().post("/")
    request.user = world.lan
    crum.set_current_request(request)
    try:
        given = world.mark(work)
    finally:
        crum.set_current_request(None)
    assert (given.earned, given.possible) == (7.5, 10)
    row = world.state(world.an)
    assert row is not None
    assert (row.grade, row.max_grade) == (7.5, 10.0)
    assert world.points(world.an) == (7.5, 10.0)
    course_grade = CourseGradeFactory().read(world.an, world.course)
    subsection = course_grade.graded_subsections_by_format()["Homework"][world.subsection.location]
    assert (subsection.graded_total.earned, subsection.graded_total.possible) == (7.5, 10.0)
    assert not StudentModule.objects.filter(student=world.lan).exists()
    assert not PersistentSubsectionGrade.objects.filter(user_id=world.lan.pk).exists()


def test_the_echo_of_a_published_mark_is_not_another_mark(world: World) -> None:
    world.mark(world.submit(world.an))
    assert list(Mark.objects.values_list("number", "source")) == [(1, "marker")]
    assert OutboxEntry.objects.get().state == "sent"
    grade = grading.grade_of(world.activity.pk, world.an.pk)
    assert grade is not None
    assert grade.delivered


def test_a_second_mark_takes_the_place_of_the_first(world: World) -> None:
    work = world.submit(world.an)
    world.mark(work)
    world.mark(work, points=factories.BETTER)
    assert world.points(world.an) == (9.0, 10.0)


def test_returned_work_counts_for_nothing_until_it_is_marked_again(world: World) -> None:
    work = world.submit(world.an)
    world.mark(work)
    with instructor.committed():
        factories.give_back(world.lan, work)
    earned, possible = world.points(world.an) or (0, 0)
    assert (earned or 0, possible) == (0, 10.0)
    world.mark(world.submit(world.an), points=factories.BETTER)
    assert world.points(world.an) == (9.0, 10.0)


def test_a_mark_waits_while_grades_are_frozen_and_arrives_afterwards(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as frozen:
        frozen.setattr(names, "grades_frozen", lambda key: True)
        world.mark(world.submit(world.an))
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts) == ("pending", 0)
    assert "frozen" in entry.last_error
    assert world.points(world.an) == (None, 10.0)
    assert grading.publish_entry(entry.pk) is None
    assert world.points(world.an) == (7.5, 10.0)


def _marks(user: Any) -> list[tuple[str, float]]:
    rows = Mark.objects.filter(grade__learner=user).order_by("number").values_list("source", "earned")
    return [(source, float(earned)) for source, earned in rows]


def test_an_override_is_a_mark_of_its_own(world: World) -> None:
    work = world.submit(world.an)
    world.mark(work)
    instructor.override(world.an, world.key, 7.0)
    assert _marks(world.an) == [("marker", 7.5), ("override", 7.0)]
    assert world.points(world.an) == (7.0, 10.0)
    assert float(factories.fresh(work).mark_value) == 7.0


def test_a_learner_who_handed_in_nothing_can_be_given_points(world: World) -> None:
    instructor.override(world.mai, world.key, 5.0)
    assert _marks(world.mai) == [("override", 5.0)]
    assert world.points(world.mai) == (5.0, 10.0)


def test_a_rescore_publishes_the_mark_in_force_and_changes_none(world: World) -> None:
    work = world.submit(world.an)
    world.mark(work)
    PersistentSubsectionGrade.objects.all().delete()
    report = instructor.rescore(world.an, world.key)
    assert report["succeeded"] == 1
    assert _marks(world.an) == [("marker", 7.5)]
    assert world.points(world.an) == (7.5, 10.0)


def test_a_rescore_leaves_unmarked_work_unmarked(world: World) -> None:
    work = world.submit(world.an)
    instructor.rescore(world.an, world.key)
    assert _marks(world.an) == []
    assert factories.fresh(work).state == reflections.states.SUBMITTED
    row = world.state(world.an)
    assert row is not None
    assert row.grade is None
