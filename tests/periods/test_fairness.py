"""Outcomes that a teacher would call unfair: each of these was one once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from boidung_xblock.periods.api import NOT_PASSED, PASSED, UNFINISHED, Reason
from boidung_xblock.periods.rules import Ground
from tests import factories
from tests.blocks.checkpoints import WRONG
from tests.factories import World
from tests.hosts import MemoryHost
from tests.periods.courses import checkpoint as published
from tests.periods.courses import ledger, override, reflection, says, stand, study
from tests.periods.values import (
    checkpoint,
    codes,
    day,
    hidden,
    meeting,
    module,
    only_attended,
    paper,
    reckon,
    returned,
    studied,
    written,
)
from tests.selfstudy.ways import content, give

ONCE = pytest.mark.django_db


@pytest.fixture
def made(host: MemoryHost) -> World:
    found = factories.world()
    ledger()
    return found


# -- the rule ----------------------------------------------------------------------------------------------------
def test_being_absent_never_spares_the_wait_for_a_mark() -> None:
    asked = module(checkpoint(1), meeting(2), min_periods=2)
    waits = (Reason("marks", {"count": 1}),)
    assert reckon(asked, studied(), written(minutes_on=3)).reasons == waits
    assert reckon(asked, studied(), written(minutes_on=3, attended=False)).reasons == waits


def test_returning_work_below_the_pass_mark_makes_nobody_pass() -> None:
    asked = module(checkpoint(1), paper(2), min_periods=2)
    assert reckon(asked, studied(), written(mark="4")).result == NOT_PASSED
    row = reckon(asked, studied(), returned())
    assert (row.result, row.reasons) == (UNFINISHED, (Reason("revise", {"titles": ["Phần 2"]}),))


def test_where_not_every_mark_matters_returned_work_holds_nobody_up() -> None:
    asked = module(checkpoint(1), paper(2), min_periods=2, every_mark_passes=False)
    assert reckon(asked, studied(), returned()).result == PASSED


def test_a_mark_that_may_not_be_told_is_not_called_a_missing_one() -> None:
    asked = module(paper(1, credit_when="submitted"))
    assert codes(reckon(asked, hidden(written(mark="8")))) == ["untold"]
    assert codes(reckon(asked, hidden(written()))) == ["marks"]


def test_a_low_mark_does_not_fail_somebody_whose_minutes_are_still_missing() -> None:
    asked = module(meeting(1))
    assert reckon(asked, written(mark="4")).result == UNFINISHED
    assert reckon(asked, written(mark="4", minutes_on=3)).result == NOT_PASSED


def test_marks_are_rounded_as_schools_round() -> None:
    row = reckon(module(paper(1), paper(2)), written(mark="7.25"), written(mark="7"))
    assert row.reflection_mark == Decimal("7.13")


# -- the day of completion ---------------------------------------------------------------------------------------
def test_a_meeting_that_only_counts_as_attended_dates_the_completion() -> None:
    asked = module(checkpoint(1), meeting(2), min_periods=2, min_meetings=1)
    assert reckon(asked, studied(3), only_attended(20)).completed_at == day(20)


def test_a_mark_that_everything_waited_for_dates_the_completion() -> None:
    asked = module(paper(1, credit_when="submitted"))
    assert reckon(asked, written(2, mark="8", marked_on=20)).completed_at == day(20)


def test_a_score_given_by_hand_dates_what_it_decided() -> None:
    asked = module(checkpoint(1, scored=True))
    given = Ground(begun=True, done=True, earned=Decimal(8), possible=Decimal(10), passed=True, marked_at=day(20))
    assert reckon(asked, given).completed_at == day(20)


# -- on record ---------------------------------------------------------------------------------------------------
@ONCE
def test_a_raised_pass_mark_takes_periods_from_nobody_who_has_them(made: World) -> None:
    place = published(pass_percent="0")
    study(made.an, place, wrong=True)
    assert says(made.an, place) == (2, "")
    place = published(pass_percent="80")
    assert says(made.an, place) == (2, "")


@ONCE
def test_a_lowered_pass_mark_helps_who_had_not_reached_it(made: World) -> None:
    place = published(pass_percent="80")
    study(made.an, place, percent=80, wrong=True)
    assert says(made.an, place) == (0, "pass")
    place = published(pass_percent="0")
    assert says(made.an, place) == (2, "")
    for step in content().steps:  # two points of three
        wrong = WRONG["dung-sai"] if step.slug == "dung-sai" else None
        give(made.mai, place, step.slug, wrong, asked=content(pass_percent=80))
    place = published(pass_percent="80")
    assert says(made.mai, place) == (0, "pass")
    place = published(pass_percent="60")
    assert says(made.mai, place) == (2, "")


@ONCE
def test_a_score_given_by_hand_helps_who_has_begun_as_well_as_who_has_not(made: World) -> None:
    place = published(pass_percent="50")
    give(made.an, place, "doc")
    override(made.an, place, 10)
    override(made.mai, place, 10)
    assert says(made.an, place) == says(made.mai, place) == (2, "")


@ONCE
@pytest.mark.parametrize("way", ["returned", "withdrawn"])
def test_a_score_given_by_hand_counts_for_work_that_is_with_its_author(made: World, way: str) -> None:
    place = reflection()
    work = factories.submit(made.an, place)
    if way == "returned":
        factories.give_back(made.lan, work)
    else:
        factories.withdraw(made.an, work)
    override(made.an, place, 8)
    assert says(made.an, place) == (2, "")


@ONCE
def test_a_later_correction_by_hand_does_not_move_the_day_of_what_was_passed(made: World) -> None:
    place = published(pass_percent="50")
    study(made.an, place, percent=50)
    before = stand(made.an, place).at
    override(made.an, place, 9)
    assert before is not None
    assert stand(made.an, place).at == before
