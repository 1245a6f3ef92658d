"""The result of the module: passed, not passed, not completed; with what reasons, and since when."""

from __future__ import annotations

from decimal import Decimal

import pytest

from boidung_xblock.periods.rules import Ground
from boidung_xblock.periods.shapes import NOT_PASSED, PASSED, UNFINISHED, Component, Reason
from tests.periods.values import (
    begun,
    checkpoint,
    codes,
    day,
    meeting,
    module,
    only_attended,
    paper,
    reckon,
    returned,
    studied,
    written,
)

ALL = {"every_mark_passes": True}
NOT_ALL = {"every_mark_passes": False}
BOTH = pytest.mark.parametrize("every", [True, False])


# -- periods ----------------------------------------------------------------------------------------------------
@BOTH
def test_who_has_everything_has_passed_without_reasons(every: bool) -> None:
    asked = module(
        checkpoint(1, role="test", scored=True), paper(2), meeting(3), min_meetings=1, every_mark_passes=every
    )
    row = reckon(asked, studied(mark="5", passed=True), written(mark="5"), written(mark="5", minutes_on=4))
    assert (row.result, row.reasons, row.earned, row.meetings_attended) == (PASSED, (), 6, 1)


@BOTH
def test_too_few_periods_leave_the_module_open_and_say_how_many(every: bool) -> None:
    asked = module(checkpoint(1, periods="1.5"), checkpoint(2), every_mark_passes=every)
    row = reckon(asked, studied(), begun())
    assert (row.result, row.reasons) == (
        UNFINISHED,
        (Reason("periods", {"earned": Decimal("1.5"), "needed": Decimal("3.5")}),),
    )


@pytest.mark.parametrize(("needed", "result"), [("2", PASSED), ("2.01", UNFINISHED)])
def test_exactly_the_periods_that_are_asked_for_are_enough(needed: str, result: str) -> None:
    assert reckon(module(checkpoint(1), checkpoint(2), min_periods=needed), studied()).result == result


def test_a_module_may_ask_for_more_than_its_components_are_worth() -> None:
    row = reckon(module(checkpoint(1), total_periods=40, min_periods=40), studied())
    assert (row.result, row.earned, row.total) == (UNFINISHED, 2, 40)


# -- meetings ---------------------------------------------------------------------------------------------------
@BOTH
@pytest.mark.parametrize(("needed", "result"), [(1, PASSED), (2, UNFINISHED)])
def test_meetings_are_counted_apart_from_periods(every: bool, needed: int, result: str) -> None:
    asked = module(checkpoint(1), meeting(2), meeting(3), min_periods=2, min_meetings=needed, every_mark_passes=every)
    row = reckon(asked, studied(), only_attended())
    assert row.result == result
    missing = (Reason("meetings", {"attended": 1, "needed": 2}),) if result == UNFINISHED else ()
    assert row.reasons == missing


def test_an_absence_leaves_the_module_open_until_it_is_made_up() -> None:
    asked = module(meeting(1), min_meetings=1)
    absent = reckon(asked, written(mark="9", minutes_on=3, attended=False))
    assert (absent.result, codes(absent)) == (UNFINISHED, ["periods", "meetings"])
    made_up = reckon(asked, written(mark="9", minutes_on=3, attended=True))
    assert (made_up.result, made_up.reasons) == (PASSED, ())


# -- marks below the pass mark ----------------------------------------------------------------------------------
@BOTH
def test_periods_that_only_a_mark_withholds_make_it_not_passed_instead_of_open(every: bool) -> None:
    asked = module(checkpoint(1, scored=True), paper(2), paper(3), every_mark_passes=every)
    row = reckon(asked, studied(mark="4", passed=False), written(mark="9"), written(mark="4"))
    assert (row.result, row.earned) == (NOT_PASSED, 2)
    assert row.reasons == (Reason("failed", {"titles": ["Phần 1", "Phần 3"]}),)


@BOTH
def test_where_more_is_missing_than_marks_withhold_both_are_said(every: bool) -> None:
    asked = module(paper(1), checkpoint(2), every_mark_passes=every)
    row = reckon(asked, written(mark="4"), begun())
    assert (row.result, codes(row)) == (UNFINISHED, ["periods", "failed"])


@pytest.mark.parametrize(
    ("part", "ground"),
    [
        (paper(2), written(mark="4")),
        (paper(2, credit_when="submitted"), written(mark="4")),
        (meeting(2), written(mark="4")),
        (meeting(2), written(mark="4", minutes_on=3, attended=False)),
        (meeting(2, credit_when="submitted"), written(mark="4", minutes_on=3)),
        (checkpoint(2, scored=True), studied(mark="4", passed=False)),
    ],
)
def test_a_failed_mark_matters_beyond_the_periods_only_where_every_mark_must_pass(
    part: Component, ground: Ground
) -> None:
    strict = reckon(module(checkpoint(1), part, min_periods=2, **ALL), studied(), ground)
    assert (strict.result, strict.reasons) == (NOT_PASSED, (Reason("failed", {"titles": ["Phần 2"]}),))
    lenient = reckon(module(checkpoint(1), part, min_periods=2, **NOT_ALL), studied(), ground)
    assert (lenient.result, lenient.reasons) == (PASSED, ())


def test_a_checkpoint_without_pass_mark_fails_nobody() -> None:
    row = reckon(module(checkpoint(1, role="test")), studied(mark="0"))
    assert (row.result, row.test_mark) == (PASSED, 0)


# -- tests that are still to be done ------------------------------------------------------------------------------
@pytest.mark.parametrize("ground", [Ground(), begun()])
def test_a_test_must_be_done_where_every_mark_must_pass(ground: Ground) -> None:
    parts = (checkpoint(1), checkpoint(2, role="test"))
    strict = reckon(module(*parts, min_periods=2, **ALL), studied(), ground)
    assert (strict.result, strict.reasons) == (UNFINISHED, (Reason("test", {"titles": ["Phần 2"]}),))
    assert reckon(module(*parts, min_periods=2, **NOT_ALL), studied(), ground).result == PASSED


def test_a_test_that_was_failed_has_been_done() -> None:
    asked = module(checkpoint(1), checkpoint(2, role="test", scored=True), min_periods=2)
    row = reckon(asked, studied(), studied(mark="3", passed=False))
    assert (row.result, codes(row)) == (NOT_PASSED, ["failed"])


@pytest.mark.parametrize("role", ["study", "survey"])
def test_study_and_survey_are_asked_for_by_their_periods_alone(role: str) -> None:
    row = reckon(module(checkpoint(1), checkpoint(2, role=role), min_periods=2), studied(), begun())
    assert (row.result, row.reasons) == (PASSED, ())


# -- marks that are waited for ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "ground"),
    [
        (paper(2), written()),
        (paper(2, credit_when="submitted"), written()),
        (meeting(2), written()),
        (meeting(2), written(minutes_on=3)),
        (meeting(2, credit_when="submitted"), written()),
        (meeting(2, credit_when="submitted"), written(minutes_on=3)),
        (meeting(2, credit_when="submitted"), written(minutes_on=3, attended=False)),
    ],
)
def test_a_mark_is_waited_for_where_every_mark_must_pass(part: Component, ground: Ground) -> None:
    strict = reckon(module(checkpoint(1), part, min_periods=2, **ALL), studied(), ground)
    assert (strict.result, strict.reasons) == (UNFINISHED, (Reason("marks", {"count": 1}),))
    lenient = reckon(module(checkpoint(1), part, min_periods=2, **NOT_ALL), studied(), ground)
    assert (lenient.result, lenient.reasons) == (PASSED, ())


@pytest.mark.parametrize(
    ("part", "ground"),
    [
        (paper(2), written(mark="7")),
        (paper(2, credit_when="submitted"), written(mark="7")),
        (meeting(2), written(mark="7")),
        (meeting(2, credit_when="submitted"), written(mark="7", minutes_on=3)),
        (checkpoint(2), studied()),
    ],
)
def test_work_that_has_its_mark_or_gets_none_waits_for_none(part: Component, ground: Ground) -> None:
    assert reckon(module(checkpoint(1), part, min_periods=2), studied(), ground).reasons == ()


def test_every_piece_of_work_that_waits_is_counted_and_so_is_all_else_that_is_missing() -> None:
    parts = [checkpoint(1), paper(2), meeting(3), paper(4, credit_when="submitted"), checkpoint(5, role="test")]
    asked = module(*parts, paper(6), min_meetings=2)
    row = reckon(asked, studied(), written(), written(minutes_on=3), written(), begun(), written(mark="1"))
    assert row.result == UNFINISHED
    assert row.reasons == (
        Reason("periods", {"earned": Decimal(4), "needed": Decimal(12)}),
        Reason("meetings", {"attended": 1, "needed": 2}),
        Reason("test", {"titles": ["Phần 5"]}),
        Reason("marks", {"count": 3}),
        Reason("failed", {"titles": ["Phần 6"]}),
    )


def test_work_that_is_with_its_author_waits_for_no_mark() -> None:
    asked = module(paper(1), paper(2, credit_when="submitted"), paper(3))
    assert codes(reckon(asked, returned(), returned(), Ground())) == ["periods", "revise"]


# -- since when -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "grounds",
    [(studied(3), begun()), (studied(3), studied(4, mark="2", passed=False)), ()],
    ids=["open", "not passed", "not begun"],
)
def test_what_is_not_passed_has_no_day_of_completion(grounds: tuple[Ground, ...]) -> None:
    row = reckon(module(checkpoint(1), checkpoint(2, scored=True)), *grounds)
    assert row.result != PASSED
    assert row.completed_at is None


@BOTH
def test_the_module_is_complete_once_the_last_of_what_it_asks_for_is_there(every: bool) -> None:
    asked = module(checkpoint(1), meeting(2), paper(3), min_meetings=1, every_mark_passes=every)
    row = reckon(asked, studied(9), written(3, mark="7", marked_on=4, minutes_on=20), written(5, mark="7", marked_on=8))
    assert row.completed_at == day(20)


def test_periods_beyond_those_asked_for_do_not_move_the_day() -> None:
    asked = module(checkpoint(1), checkpoint(2), checkpoint(3), min_periods=4)
    assert reckon(asked, studied(25), studied(3), studied(7)).completed_at == day(7)


@pytest.mark.parametrize(("needed", "on"), [(1, 6), (2, 9), (3, 21)])
def test_as_many_meetings_as_are_asked_for_move_the_day(needed: int, on: int) -> None:
    parts = [checkpoint(1), *(meeting(number) for number in (2, 3, 4))]
    asked = module(*parts, min_periods=2, min_meetings=needed)
    there = [written(mark="7", marked_on=2, minutes_on=at) for at in (21, 6, 9)]
    assert reckon(asked, studied(3), *there).completed_at == day(on)


def test_a_later_test_moves_the_day_only_where_every_mark_must_pass() -> None:
    parts = (checkpoint(1), checkpoint(2, role="test"), checkpoint(3, role="survey"))
    grounds = (studied(3), studied(15), studied(20))
    assert reckon(module(*parts, min_periods=2, **ALL), *grounds).completed_at == day(15)
    assert reckon(module(*parts, min_periods=2, **NOT_ALL), *grounds).completed_at == day(3)
