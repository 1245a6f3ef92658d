"""The block and the gradebook: what is sent, what comes back, and what an unbound block must answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from xblock.scorable import Score

from boidung_xblock.grading import api as grading
from boidung_xblock.grading.models import Mark
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.block_runtime import BlockSite, hand_in
from tests.factories import BETTER, World
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(site: BlockSite, made: World) -> Reflection:
    hand_in(site, made.an)
    site.events.clear()
    return Reflection.objects.get()


def marks(made: World) -> list[tuple[str, Decimal]]:
    found = grading.marks_of(made.activity.pk, made.an.pk)
    return [(mark.source, mark.earned) for mark in reversed(found)]


def publish(site: BlockSite, made: World) -> dict[str, Any]:
    """The event that ``publish_grade`` of the learner's block sends."""
    site.events.clear()
    site.block(made.an).publish_grade()
    (event,) = site.sent("grade")
    return event


# -- the maximum ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("weight", "maximum"), [(10.0, 10.0), (5.0, 5.0), (0.25, 0.25), (0.0, 1.0), (None, 1.0)])
def test_the_maximum_is_the_weight_and_always_positive(
    site: BlockSite, made: World, weight: float | None, maximum: float
) -> None:
    site.author(weight=weight)

    assert site.block(None).max_score() == maximum


def test_the_maximum_of_an_unbound_block_asks_no_query(site: BlockSite, made: World) -> None:
    with counted() as queries:
        assert site.block(None).max_score() == 10.0
    assert queries.statements == []


# -- publishing -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("weight", "value"), [(10.0, 7.5), (5.0, 3.75), (100.0, 75.0), (1.0, 0.75)])
def test_a_mark_is_sent_on_the_gradebooks_scale(
    site: BlockSite, made: World, work: Reflection, weight: float, value: float
) -> None:
    site.publish(weight=weight)
    factories.mark(made.lan, work)

    assert publish(site, made) == {"value": value, "max_value": weight, "only_if_higher": False}


def test_a_lower_mark_replaces_a_higher_one(site: BlockSite, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work, BETTER)
    factories.mark(made.lan, work)

    assert publish(site, made)["only_if_higher"] is False


def test_no_mark_in_force_clears_the_score(site: BlockSite, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    factories.give_back(made.lan, work)

    assert publish(site, made) == {"value": 0.0, "max_value": 10.0, "score_deleted": True}


def test_the_echo_of_a_publish_changes_nothing(site: BlockSite, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    publish(site, made)
    factories.give_back(made.lan, work)
    publish(site, made)

    assert marks(made) == [("marker", Decimal("7.5"))]
    assert grading.grade_of(made.activity.pk, made.an.pk) is None


def test_an_echo_that_arrives_at_another_copy_of_the_block_changes_nothing(
    site: BlockSite, made: World, work: Reflection
) -> None:
    site.publish(weight=3.0)
    factories.mark(made.lan, work)
    sent = publish(site, made)

    site.block(made.an).set_score(Score(raw_earned=sent["value"], raw_possible=sent["max_value"]))

    assert len(marks(made)) == 1


def test_a_marker_never_grades_themselves(site: BlockSite, made: World, host: MemoryHost, work: Reflection) -> None:
    factories.mark(made.lan, work)
    grading.publish_due()

    assert [(score.user_id, score.earned) for score in host.scores] == [(made.an.pk, Decimal("7.5"))]


def test_a_failing_publish_leaves_the_block_ready_for_overrides(
    site: BlockSite, made: World, work: Reflection, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.mark(made.lan, work)
    block = site.block(made.an)
    monkeypatch.setattr(block.runtime, "publish", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        block.publish_grade()

    block.set_score(Score(raw_earned=0.4, raw_possible=1.0))

    assert marks(made)[-1] == ("override", 4)


# -- the instructor's tools -------------------------------------------------------------------------------------
def override(site: BlockSite, made: World, score: float) -> None:
    """As the instructor's tool does: ``set_score`` by the weight, then ``publish_grade``, whose echo comes back."""
    block = site.block(made.an)
    block.set_score(Score(raw_earned=score / block.weight, raw_possible=block.max_score() / block.weight))
    block.publish_grade()


def test_an_override_is_appended_once_and_reaches_the_gradebook(
    site: BlockSite, made: World, host: MemoryHost, work: Reflection
) -> None:
    factories.mark(made.lan, work)
    override(site, made, 9)

    assert marks(made) == [("marker", Decimal("7.5")), ("override", 9)]
    score = host.score_of(made.an.pk, made.activity.usage_key)
    assert score is not None
    assert score.earned == 9


def test_an_override_with_weight_5_is_on_the_rubrics_scale(site: BlockSite, made: World, work: Reflection) -> None:
    site.publish(weight=5.0)
    override(site, made, 4)  # of 5

    assert marks(made) == [("override", 8)]
    assert publish(site, made)["value"] == 4.0


def test_a_rescore_sends_the_mark_in_force_and_adds_none(site: BlockSite, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    site.block(made.an).rescore(only_if_higher=False)

    assert site.sent("grade")[-1]["value"] == 7.5
    assert marks(made) == [("marker", Decimal("7.5"))]


@pytest.mark.parametrize("only_if_higher", [False, True])
def test_whether_only_a_higher_score_counts_is_for_the_gradebook_to_see(
    site: BlockSite, made: World, work: Reflection, only_if_higher: bool
) -> None:
    factories.mark(made.lan, work)
    site.block(made.an).rescore(only_if_higher=only_if_higher)

    assert site.sent("grade")[-1]["only_if_higher"] is only_if_higher


def test_a_rescore_of_unmarked_work_makes_no_mark_of_zero(site: BlockSite, made: World, work: Reflection) -> None:
    site.block(made.an).rescore(only_if_higher=False)

    assert Mark.objects.count() == 0
    assert site.sent("grade") == []


def test_calculating_never_writes(site: BlockSite, made: World, footprint: Any, work: Reflection) -> None:
    before = footprint()
    assert site.block(made.an).calculate_score() == Score(0.0, 10.0)
    assert footprint() == before

    factories.mark(made.lan, work)
    before = footprint()
    assert site.block(made.an).calculate_score() == Score(7.5, 10.0)
    assert footprint() == before


def test_submitted_means_that_something_counts(site: BlockSite, made: World, work: Reflection) -> None:
    assert site.block(made.an).has_submitted_answer() is True
    assert site.block(made.mai).has_submitted_answer() is False
    assert site.block(None).has_submitted_answer() is False
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)
    assert site.block(made.an).has_submitted_answer() is False


def test_scores_of_nobody_and_of_unpublished_blocks_are_left_alone(site: BlockSite, made: World) -> None:
    site.author("r9")
    for block in (site.block(None), site.block(made.an, "r9")):
        block.set_score(Score(raw_earned=5, raw_possible=10))
        assert block.get_score() is None

    assert Mark.objects.count() == 0


def test_deleted_state_leaves_no_score(site: BlockSite, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)

    assert site.block(made.an).get_score() is None


def test_a_mark_from_the_desk_reaches_the_gradebook_through_the_block(
    site: BlockSite, made: World, host: MemoryHost, work: Reflection, django_capture_on_commit_callbacks: Any
) -> None:
    site.publish(weight=5.0)
    with django_capture_on_commit_callbacks(execute=True):
        factories.mark(made.lan, work)

    score = host.score_of(made.an.pk, made.activity.usage_key)
    assert score is not None
    assert (score.earned, score.possible) == (Decimal("3.75"), 5)
    grade = grading.grade_of(made.activity.pk, made.an.pk)
    assert grade is not None
    assert grade.delivered
