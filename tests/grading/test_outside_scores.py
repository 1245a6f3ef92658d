"""Scores that the platform sets: the echo of our own publish is nothing new, anything else is appended."""

from __future__ import annotations

from decimal import Decimal
from math import inf, nan
from typing import Any

import pytest
from django.utils import timezone

from boidung_xblock.authored import defaults
from boidung_xblock.authored.rubric import Rubric
from boidung_xblock.grading import api as grading
from boidung_xblock.grading.models import Mark, OutboxEntry
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.factories import World
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def work(made: World) -> Reflection:
    return factories.submit(made.an, made.activity)


def platform_sets(work: Reflection, earned: float, possible: float, **changes: Any) -> bool:
    wanted: dict[str, Any] = {"rubric": Rubric.model_validate(defaults.rubric()), "source": "override", **changes}
    return grading.record_outside_score(
        activity_id=work.activity_id,
        learner_id=work.author_id,
        raw_earned=earned,
        raw_possible=possible,
        **wanted,
    )


def marks(work: Reflection) -> list[tuple[str, Decimal, bool]]:
    found = grading.marks_of(work.activity_id, work.author_id)
    return [(mark.source, mark.earned, mark.passed) for mark in reversed(found)]


@pytest.mark.parametrize(("earned", "possible"), [(7.5, 10), (3.75, 5), (0.75, 1), (75, 100), (2.25, 3)])
def test_the_echo_of_our_own_mark_changes_nothing_on_any_scale(
    made: World, work: Reflection, earned: float, possible: float
) -> None:
    factories.mark(made.lan, work)
    before = factories.fresh(work).row_version

    assert platform_sets(work, earned, possible) is False
    assert len(marks(work)) == 1
    assert factories.fresh(work).row_version == before


def test_no_rounding_of_a_weight_makes_an_echo_look_new(made: World, work: Reflection) -> None:
    for quarter in range(0, 41, 3):
        given = factories.mark(made.lan, work, dict.fromkeys(factories.POINTS, str(Decimal(quarter) / 4)))
        for weight in (1, 3, 7, 12.5):
            earned = float(given.earned) * weight / float(given.possible)
            assert platform_sets(work, earned, weight) is False, (quarter, weight)


@pytest.mark.parametrize(("source", "stored"), [("override", True), ("rescore", False)])
def test_an_override_that_equals_a_reckoned_score_is_stored_once(made: World, source: str, stored: bool) -> None:
    """Staff confirm it: it no longer changes when the learner goes on."""
    ghost = Reflection(activity_id=made.activity.pk, author_id=made.binh.pk)
    now = timezone.now()
    grading.record_auto_score(ghost.activity_id, ghost.author_id, Decimal(0), Decimal(3), False, now)

    told = [platform_sets(ghost, 0, 10, rubric=grading.Scale(Decimal(3), Decimal(2)), source=source) for _ in range(2)]

    assert told == [stored, False]
    assert [source for source, *_ in marks(ghost)] == ["auto", "override"][: 1 + stored]
    raised = grading.record_auto_score(ghost.activity_id, ghost.author_id, Decimal(3), Decimal(3), True, now)
    assert raised is not stored


def test_an_override_is_appended_and_in_force(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)

    assert platform_sets(work, 0.7, 1.0) is True  # as the instructor's tool sends it: 7 of 10, by the weight

    grade, row = grading.grade_of(work.activity_id, work.author_id), factories.fresh(work)
    assert marks(work) == [("marker", Decimal("7.5"), True), ("override", 7, True)]
    assert grade is not None
    assert (grade.earned, grade.source, grade.delivered) == (7, "override", True)
    assert (row.mark_value, row.mark_passed) == (7, True)
    assert factories.fresh(work).row_version > work.row_version


def test_an_override_needs_no_trip_to_the_gradebook(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    grading.publish_due()
    platform_sets(work, 4, 10)

    assert OutboxEntry.objects.filter(state="pending").count() == 0


def test_a_marker_who_saw_the_work_before_an_override_is_told_so(made: World, work: Reflection) -> None:
    from boidung_xblock.errors import Conflict

    seen = work.row_version
    platform_sets(work, 4, 10)

    with pytest.raises(Conflict):
        factories.mark(made.lan, work, row_version=seen)


def test_the_next_mark_wins_over_an_override_and_is_sent(host: MemoryHost, made: World, work: Reflection) -> None:
    platform_sets(work, 4, 10)
    factories.mark(made.lan, work)
    grading.publish_due()

    assert marks(work) == [("override", 4, False), ("marker", Decimal("7.5"), True)]
    score = host.score_of(made.an.pk, made.activity.usage_key)
    assert score is not None
    assert score.earned == Decimal("7.5")


def test_an_override_of_somebody_who_submitted_nothing_is_kept(made: World) -> None:
    ghost = Reflection(activity_id=made.activity.pk, author_id=made.binh.pk)

    assert platform_sets(ghost, 6, 10) is True
    assert marks(ghost) == [("override", 6, True)]


@pytest.mark.parametrize(("earned", "passed"), [(4.999, False), (5, True), (0, False)])
def test_an_override_passes_by_the_pass_mark_alone(made: World, work: Reflection, earned: float, passed: bool) -> None:
    platform_sets(work, earned, 10)

    assert marks(work)[0][2] is passed


@pytest.mark.parametrize(("earned", "possible"), [(5, 0), (5, -1), (nan, 10), (inf, 10), (5, nan), (5, inf)])
def test_what_is_no_score_is_ignored(made: World, work: Reflection, earned: float, possible: float) -> None:
    assert platform_sets(work, earned, possible) is False
    assert marks(work) == []


@pytest.mark.parametrize(("earned", "stored"), [(1e9, 10), (10.5, 10), (-3, 0)])
def test_a_score_outside_the_scale_is_brought_to_its_end(
    made: World, work: Reflection, earned: float, stored: int
) -> None:
    assert platform_sets(work, earned, 10) is True
    assert marks(work)[0][1] == stored


def test_the_echo_of_a_mark_on_an_older_scale_is_still_an_echo(made: World, work: Reflection) -> None:
    """The author has changed the rubric's scale from 10 to 100 since the work was marked with 7.5."""
    factories.mark(made.lan, work)
    hundred = Rubric.model_validate(defaults.rubric()).model_copy(update={"scale": Decimal(100)})

    assert platform_sets(work, 7.5, 10, rubric=hundred) is False
    assert len(marks(work)) == 1


def test_an_override_on_a_new_scale_is_kept_on_that_scale(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    hundred = Rubric.model_validate(defaults.rubric()).model_copy(
        update={"scale": Decimal(100), "pass_mark": Decimal(50)}
    )
    platform_sets(work, 6, 10, rubric=hundred)

    grade = grading.grade_of(work.activity_id, work.author_id)
    assert grade is not None
    assert (grade.earned, grade.possible, grade.passed) == (60, 100, True)


def test_nothing_of_an_earlier_mark_is_touched(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    before = Mark.objects.values().get()
    platform_sets(work, 3, 10)

    assert Mark.objects.order_by("id").values()[0] == before


def test_returning_work_ends_an_override_too(host: MemoryHost, made: World, work: Reflection) -> None:
    platform_sets(work, 6, 10)
    factories.give_back(made.lan, work)

    assert grading.grade_of(work.activity_id, work.author_id) is None
    assert grading.publish_due() == 1
    score = host.score_of(made.an.pk, made.activity.usage_key)
    assert score is not None
    assert score.earned is None


def test_an_override_in_a_frozen_course_waits_until_grades_are_thawed(
    host: MemoryHost, made: World, work: Reflection
) -> None:
    host.freeze_grades(work.course_key)
    assert platform_sets(work, 9, 10) is True
    grade = grading.grade_of(work.activity_id, work.author_id)
    assert grade is not None
    assert (grade.earned, grade.delivered) == (9, False)
    assert grading.publish_due() == 0
    host.frozen.discard(work.course_key)
    assert grading.publish_due() == 1
    score = host.score_of(work.author_id, work.activity.usage_key)
    assert score is not None
    assert score.earned == 9
