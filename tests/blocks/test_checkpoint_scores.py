"""A checkpoint and the gradebook: what it sends by itself, and what a person's word changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from xblock.scorable import Score

from boidung_xblock.grading import api as grading
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.signals import learner_retired, learner_state_deleted
from tests.block_runtime import view
from tests.blocks.checkpoints import CHOICE, READ, SHORT, WRONG, CheckpointSite, reply, reply_all, usage
from tests.factories import World
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(made: World) -> CheckpointSite:
    published = CheckpointSite()
    made.activity = published.publish(weight=6.0)
    return published


def marks(made: World) -> list[tuple[str, Decimal]]:
    found = grading.marks_of(made.activity.pk, made.an.pk)
    return [(mark.source, mark.earned) for mark in reversed(found)]


def test_each_scored_answer_reaches_the_gradebook_on_its_scale(
    site: CheckpointSite, made: World, host: MemoryHost, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reply(site, made.an, "doc")
    assert host.score_of(made.an.pk, usage()) is None
    with django_capture_on_commit_callbacks(execute=True):
        reply(site, made.an, "chon")

    score = host.score_of(made.an.pk, usage())
    assert score is not None
    assert (score.earned, score.possible) == (4, 6)  # 2 of 3 points
    assert marks(made) == [("auto", 2)]


def test_another_try_counts_as_it_is_and_equal_ones_add_nothing(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    for answer in (WRONG["chon"], {"options": ["Mười"]}, None):
        reply(site, made.an, "chon", answer)

    assert marks(made) == [("auto", 0), ("auto", 2)]


def test_a_checkpoint_without_points_leaves_the_gradebook_alone(site: CheckpointSite, made: World) -> None:
    made.activity = site.publish(steps=[READ, SHORT])
    reply(site, made.an, "doc")
    reply(site, made.an, "lien-he")

    assert site.block(None).max_score() == 0
    assert marks(made) == []
    work = selfstudy.own(activity_id=made.activity.pk, user_id=made.an.pk)
    assert work is not None
    assert (work.state, work.passed) == ("completed", True)


def test_an_override_stays_and_is_what_the_page_shows(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an, chon=WRONG["chon"])
    site.block(made.an).set_score(Score(raw_earned=5, raw_possible=6))
    assert marks(made)[-1] == ("override", Decimal("2.5"))

    with translation.override("en"):
        for html in (view(site.block(made.an)), reply(site, made.an, "chon")["html"]):
            assert "2.5/3" in html
            assert "The course team set this score." in html
    assert marks(made)[-1] == ("override", Decimal("2.5"))


def test_a_rescore_sends_the_score_in_force_and_adds_none(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an)
    site.events.clear()
    site.block(made.an).rescore(only_if_higher=False)

    assert site.sent("grade") == [{"value": 6.0, "max_value": 6.0, "only_if_higher": False}]
    assert marks(made)[-1] == ("auto", 3)
    assert site.block(made.an).calculate_score() == Score(6.0, 6.0)


def test_a_rescore_of_nothing_makes_no_zero(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    site.events.clear()
    site.block(made.an).rescore(only_if_higher=False)

    assert site.sent("grade") == []
    assert marks(made) == []


def test_the_pass_mark_in_percent_is_that_of_an_override(site: CheckpointSite, made: World) -> None:
    made.activity = site.publish(steps=[CHOICE], pass_percent=75, weight=10.0)
    for raw, passed in ((7, False), (8, True)):
        site.block(made.an).set_score(Score(raw_earned=raw, raw_possible=10))
        grade = grading.grade_of(made.activity.pk, made.an.pk)
        assert grade is not None
        assert grade.passed is passed


def test_submitted_means_that_something_was_answered(site: CheckpointSite, made: World) -> None:
    assert site.block(made.an).has_submitted_answer() is False
    reply(site, made.an, "doc")
    assert site.block(made.an).has_submitted_answer() is True
    learner_state_deleted(usage_key=usage(), user_id=made.an.pk)
    assert site.block(made.an).has_submitted_answer() is False
    assert site.block(made.an).get_score() is None


def test_a_retired_accounts_words_are_gone_and_its_numbers_stay(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an)
    learner_retired(made.an.pk)

    html = view(site.block(made.an))
    assert "Lớp tôi đã thử." not in html
    work = selfstudy.own(activity_id=made.activity.pk, user_id=made.an.pk)
    assert work is not None
    assert (work.earned, work.steps_done) == (3, 5)
