"""A checkpoint and the gradebook: what it sends by itself, and what a person's word changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from xblock.scorable import Score

from boidung_xblock.grading import api as grading
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from boidung_xblock.signals import learner_retired, learner_state_deleted
from tests.block_runtime import view
from tests.blocks.checkpoints import CHOICE, READ, SHORT, STEPS, WRONG, CheckpointSite, refused, reply, reply_all, usage
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


# -- rescore ------------------------------------------------------------------------------------------------------
FIVE_IS_WRONG = {**CHOICE, "options": [{"text": "Ba", "correct": True}, {"text": "Năm"}, {"text": "Mười"}]}


def rescored(site: CheckpointSite, account: Any, *, only_if_higher: bool = False) -> CheckpointWork:
    site.events.clear()
    site.block(account).rescore(only_if_higher=only_if_higher)
    return CheckpointWork.objects.get(learner=account)


def publish_other_key(site: CheckpointSite, **fields: Any) -> None:
    site.publish(steps=[READ, FIVE_IS_WRONG, *STEPS[2:]], weight=6.0, **fields)


def test_a_rescore_after_the_key_was_mended_gives_those_who_were_right_their_points(
    site: CheckpointSite, made: World
) -> None:
    reply_all(site, made.an, chon=WRONG["chon"])
    publish_other_key(site)

    work = rescored(site, made.an)

    assert (work.earned, work.possible, work.state) == (3, 3, "completed")
    assert site.sent("grade") == [{"value": 6.0, "max_value": 6.0, "only_if_higher": False}]
    assert marks(made)[-1] == ("auto", 3)
    first, second = StepAnswer.objects.filter(step="chon").order_by("number")
    assert (first.right, second.right, second.answer) == (False, True, first.answer)
    assert second.client_key.startswith("rescore:")
    assert work.steps["chon"]["tries"] == 1


def test_a_rescore_again_sends_the_same_and_writes_nothing(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an, chon=WRONG["chon"])
    publish_other_key(site)
    first = rescored(site, made.an)

    assert rescored(site, made.an).row_version == first.row_version
    assert StepAnswer.objects.filter(step="chon").count() == 2
    assert [earned for _, earned in marks(made)] == [0, 1, 1, 3]  # 1 again once it is completed and so passes
    assert len(site.sent("grade")) == 1


def test_a_rescore_follows_the_content_whatever_comes_out_and_uncompletes_nothing(
    site: CheckpointSite, made: World
) -> None:
    site.publish(pass_percent=80, weight=6.0)
    reply_all(site, made.an)
    publish_other_key(site, pass_percent=80)

    work = rescored(site, made.an)

    assert (work.earned, work.passed, work.state) == (1, False, "completed")
    assert site.sent("grade")[0]["value"] == 2.0
    with translation.override("en"):
        html = view(site.block(made.an))
    assert "Not yet passed" in html
    assert "Answer again" in html  # the try was not used up
    reply(site, made.an, "chon", {"options": ["Ba"]})
    assert marks(made)[-1] == ("auto", 3)


@pytest.mark.parametrize("began_right", [True, False])
def test_only_if_higher_changes_nothing_where_the_result_would_be_worse(
    site: CheckpointSite, made: World, began_right: bool
) -> None:
    reply_all(site, made.an, **({} if began_right else {"chon": WRONG["chon"]}))
    publish_other_key(site)

    work = rescored(site, made.an, only_if_higher=True)

    assert work.earned == 3
    assert StepAnswer.objects.filter(client_key__startswith="rescore:").count() == (0 if began_right else 1)
    assert site.sent("grade") == [{"value": 6.0, "max_value": 6.0, "only_if_higher": True}]


def test_new_points_reach_completed_work_by_a_rescore(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an, dung_sai=WRONG["dung-sai"])
    site.publish(steps=[READ, {**CHOICE, "points": "8"}, *STEPS[2:]], weight=6.0)

    work = rescored(site, made.an)

    assert (work.earned, work.possible) == (8, 9)
    assert marks(made)[-1] == ("auto", 8)


def test_an_override_stands_above_a_rescore(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an, chon=WRONG["chon"])
    site.block(made.an).set_score(Score(raw_earned=5, raw_possible=6))
    publish_other_key(site)

    assert rescored(site, made.an).earned == 3
    assert marks(made)[-1] == ("override", Decimal("2.5"))
    assert site.sent("grade")[0]["value"] == 5.0


def test_an_answer_that_can_no_longer_be_judged_stays_as_it_was_judged(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an)
    reworded = [{"text": "Năm phẩm chất", "correct": True}, {"text": "Ba"}]
    site.publish(steps=[READ, {**CHOICE, "options": reworded}, *STEPS[2:]], weight=6.0)

    assert rescored(site, made.an).earned == 3
    assert StepAnswer.objects.filter(step="chon").count() == 1


def test_a_rescore_completes_whoever_has_done_all_that_is_asked_now(
    site: CheckpointSite, made: World, host: MemoryHost
) -> None:
    reply(site, made.an, "doc")
    reply(site, made.an, "chon", WRONG["chon"])
    site.publish(steps=[READ, FIVE_IS_WRONG], weight=6.0)

    work = rescored(site, made.an)

    assert (work.state, work.earned) == ("completed", 2)
    assert host.completion == {(made.an.pk, usage()): 1.0}


def test_a_rescore_where_the_content_is_broken_sends_what_is_in_force(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an)
    site.author(steps=[{"kind": "choice", "slug": "chon", "title": "x", "options": []}], weight=6.0)

    assert rescored(site, made.an).earned == 3
    assert len(site.sent("grade")) == 1


def test_no_browser_can_take_the_key_of_a_rescore(site: CheckpointSite, made: World) -> None:
    assert refused(site, made.an, "doc", client_key="rescore:1:2:0")[0] == 400


# -- a person's word ----------------------------------------------------------------------------------------------
def test_an_override_that_equals_what_was_reckoned_is_a_persons_word_too(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    reply(site, made.an, "chon", WRONG["chon"])
    site.block(made.an).set_score(Score(raw_earned=0.0, raw_possible=6.0))
    site.block(made.an).set_score(Score(raw_earned=0.0, raw_possible=6.0))
    reply(site, made.an, "chon")

    assert marks(made) == [("auto", 0), ("override", 0)]


def test_the_echo_of_our_own_publish_is_no_override(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an)
    site.block(made.an).publish_grade()
    site.block(made.an).rescore(only_if_higher=False)

    assert {source for source, _ in marks(made)} == {"auto"}


def test_the_report_tells_the_mark_in_force(site: CheckpointSite, made: World) -> None:
    site.publish(pass_percent=80, weight=6.0)
    reply_all(site, made.an, chon=WRONG["chon"])
    reply_all(site, made.mai)
    site.block(made.an).set_score(Score(raw_earned=5, raw_possible=6))

    with translation.override("en"):
        rows = dict(site.block(None).generate_report_data(iter(()), None))
    told = {
        name: [row[column] for column in ("Points earned", "Points possible", "Pass")] for name, row in rows.items()
    }
    assert told == {"an": ["2.5", "3", "yes"], "mai": ["3", "3", "yes"]}
