"""What a component is worth: when its periods count, since when, and what is still missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from boidung_xblock.periods import rules
from boidung_xblock.periods.rules import NOT_MINE, Ground
from boidung_xblock.periods.shapes import (
    COMPLETED,
    MEETING,
    NONE,
    PAPER,
    STARTED,
    STUDY,
    UNFINISHED,
    Component,
    Credit,
    Reason,
)
from tests.periods.values import (
    LEARNER,
    begun,
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
    stand,
    studied,
    written,
)

ABSENT = {"minutes_on": 3, "attended": False}


# -- checkpoints ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "ground", "state", "waits_for"),
    [
        (checkpoint(), Ground(), NONE, "study"),
        (checkpoint(), begun(), STARTED, "study"),
        (checkpoint(), studied(), COMPLETED, ""),
        (checkpoint(role="survey"), studied(), COMPLETED, ""),
        (checkpoint(scored=True), studied(mark="4.9", passed=False), STARTED, "pass"),
        (checkpoint(scored=True), studied(mark="5", passed=True), COMPLETED, ""),
        # The pass mark reached while required steps are still to be answered.
        (checkpoint(scored=True), replace(studied(mark="9", passed=True), done=False), STARTED, "study"),
    ],
)
def test_a_checkpoint_counts_once_it_is_answered_and_its_pass_mark_reached(
    part: Component, ground: Ground, state: str, waits_for: str
) -> None:
    found = stand(part, ground)
    assert (found.state, found.waits_for) == (state, waits_for)


def test_points_are_a_mark_only_once_all_steps_are_answered() -> None:
    early = replace(studied(mark="9", passed=True), done=False)
    assert (stand(checkpoint(scored=True), early).mark, stand(checkpoint(scored=True), early).passed) == (None, None)
    late = stand(checkpoint(scored=True), studied(mark="9", passed=True))
    assert (late.mark, late.passed) == (9, True)


def test_a_checkpoint_without_points_has_no_mark() -> None:
    assert stand(checkpoint(), studied(mark="0", of="0")).mark is None


# -- papers -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("credit_when", "ground", "state", "waits_for"),
    [
        ("passed", Ground(), NONE, "write"),
        ("passed", written(), STARTED, "mark"),
        ("passed", written(mark="5"), COMPLETED, ""),
        ("passed", written(mark="4.9"), STARTED, "pass"),
        ("passed", returned(), STARTED, "revise"),
        ("submitted", Ground(), NONE, "write"),
        ("submitted", written(), COMPLETED, ""),
        ("submitted", written(mark="5"), COMPLETED, ""),
        ("submitted", written(mark="4.9"), COMPLETED, ""),
        ("submitted", returned(), STARTED, "revise"),
    ],
)
def test_a_paper_counts_as_its_author_chose(credit_when: str, ground: Ground, state: str, waits_for: str) -> None:
    found = stand(paper(credit_when=credit_when), ground)
    assert (found.state, found.waits_for) == (state, waits_for)


def test_a_mark_on_work_that_came_back_does_not_count() -> None:
    found = stand(paper(), replace(written(mark="9"), done=False, returned=True))
    assert (found.state, found.waits_for, found.mark, found.passed) == (STARTED, "revise", None, None)


def test_a_roll_call_is_nothing_to_a_paper_without_a_meeting() -> None:
    asked = module(paper(), meeting(2))
    row = reckon(asked, written(mark="9", **ABSENT), Ground())
    assert (row.standings[0].state, row.standings[0].waits_for) == (COMPLETED, "")
    row = reckon(asked, written(mark="9", minutes_on=3), Ground())
    assert (row.meetings_attended, row.meetings_total) == (0, 1)


# -- meetings ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("credit_when", "ground", "state", "waits_for"),
    [
        ("passed", only_attended(), NONE, "write"),
        ("passed", replace(only_attended(), attended=False), NONE, "write"),
        ("passed", written(), STARTED, "mark"),
        ("passed", written(minutes_on=3), STARTED, "mark"),
        ("passed", written(**ABSENT), STARTED, "attend"),
        ("passed", written(mark="7"), STARTED, "minutes"),
        ("passed", written(mark="7", minutes_on=3), COMPLETED, ""),
        ("passed", written(mark="7", **ABSENT), STARTED, "attend"),
        ("passed", written(mark="4"), STARTED, "pass"),
        ("passed", written(mark="4", minutes_on=3), STARTED, "pass"),
        ("passed", written(mark="4", **ABSENT), STARTED, "attend"),
        ("passed", returned(minutes_on=3), STARTED, "revise"),
        ("submitted", only_attended(), NONE, "write"),
        ("submitted", written(), STARTED, "minutes"),
        ("submitted", written(minutes_on=3), COMPLETED, ""),
        ("submitted", written(**ABSENT), STARTED, "attend"),
        ("submitted", written(mark="4", minutes_on=3), COMPLETED, ""),
        ("submitted", returned(minutes_on=3), STARTED, "revise"),
    ],
)
def test_a_meeting_counts_with_its_reflection_and_approved_minutes_that_name_the_learner(
    credit_when: str, ground: Ground, state: str, waits_for: str
) -> None:
    found = stand(meeting(credit_when=credit_when), ground)
    assert (found.state, found.waits_for) == (state, waits_for)


def test_a_roll_call_counts_nobody_before_its_minutes_are_approved() -> None:
    named = replace(written(mark="7"), attended=True)
    row = reckon(module(meeting()), named)
    assert (row.meetings_attended, row.earned, row.standings[0].waits_for) == (0, 0, "minutes")


def test_attendance_counts_as_a_meeting_whatever_becomes_of_the_reflection() -> None:
    asked = module(meeting(1), meeting(2), meeting(3), meeting(4))
    row = reckon(asked, only_attended(), returned(minutes_on=1), written(mark="2", minutes_on=1), Ground())
    assert (row.meetings_attended, row.meetings_total, row.earned) == (3, 4, 0)


def test_only_what_others_must_do_is_not_the_learners() -> None:
    others = [written(), written(mark="7"), hidden(written(mark="7", minutes_on=3))]
    assert {stand(meeting(), ground).waits_for for ground in others} == set(NOT_MINE)
    own = [Ground(), returned(), written(mark="2"), written(**ABSENT)]
    assert not {stand(meeting(), ground).waits_for for ground in own} & set(NOT_MINE)


# -- results that may not be told yet -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "ground", "waits_for"),
    [
        (checkpoint(scored=True), studied(mark="9", passed=True), "result"),
        (checkpoint(scored=True), studied(mark="2", passed=False), "result"),
        (checkpoint(scored=True), begun(), "study"),
        (checkpoint(), studied(mark="2"), ""),
        (paper(), written(mark="9"), "result"),
        (paper(), written(mark="2"), "result"),
        (paper(), written(), "mark"),
        (paper(), returned(), "revise"),
        (paper(credit_when="submitted"), written(mark="2"), ""),
        (meeting(), written(mark="2", **ABSENT), "attend"),
        (meeting(), written(mark="9"), "result"),
    ],
)
def test_a_result_that_may_not_be_told_shows_neither_mark_nor_what_hangs_on_it(
    part: Component, ground: Ground, waits_for: str
) -> None:
    found = stand(part, hidden(ground))
    assert (found.waits_for, found.mark, found.passed) == (waits_for, None, None)
    assert (found.state == COMPLETED) is (waits_for == "")


def test_what_waits_to_be_told_leaves_the_module_open() -> None:
    asked = module(checkpoint(1), checkpoint(2, scored=True), paper(3), min_periods=2, every_mark_passes=False)
    row = reckon(asked, studied(), hidden(studied(mark="9", passed=True)), hidden(written(mark="9")))
    assert (row.result, row.reasons, row.completed_at) == (UNFINISHED, (Reason("untold", {"count": 2}),), None)


# -- credits ----------------------------------------------------------------------------------------------------
def test_each_credit_names_its_ground_its_periods_and_its_moment() -> None:
    asked = module(checkpoint(1, periods="1.5"), paper(2, periods="3"), meeting(3, periods="2"), paper(4))
    row = reckon(asked, studied(4), written(5, mark="7", marked_on=9), written(6, mark="7", minutes_on=12), Ground())
    assert row.credits == (
        Credit(1, STUDY, Decimal("1.5"), day(4)),
        Credit(2, PAPER, Decimal(3), day(9)),
        Credit(3, MEETING, Decimal(2), day(12)),
    )
    assert (row.earned, row.total) == (Decimal("6.5"), Decimal("8.5"))


@pytest.mark.parametrize(
    ("part", "ground", "since"),
    [
        (meeting(), written(3, mark="7", marked_on=9, minutes_on=1), 9),
        (meeting(), written(9, mark="7", marked_on=10, minutes_on=20), 20),
        # A mark is nothing to work that counts when it is handed in.
        (paper(credit_when="submitted"), written(3, mark="7", marked_on=9), 3),
        (meeting(credit_when="submitted"), written(3, mark="7", marked_on=9, minutes_on=5), 5),
        (meeting(credit_when="submitted"), written(6, mark="7", marked_on=9, minutes_on=5), 6),
    ],
)
def test_a_credit_stands_since_the_last_of_its_grounds(part: Component, ground: Ground, since: int) -> None:
    assert stand(part, ground).at == day(since)


def test_what_does_not_count_has_no_moment() -> None:
    assert stand(meeting(), written(3, mark="7", marked_on=9)).at is None
    assert stand(checkpoint(scored=True), studied(3, mark="2", passed=False)).at is None


def test_grounds_at_other_activities_are_nothing_to_the_module() -> None:
    elsewhere = {2: studied(), 3: studied(mark="2", passed=False), 4: only_attended()}
    row = rules.row_of(module(checkpoint(1)), LEARNER, elsewhere)
    assert (row.earned, row.meetings_attended, len(row.standings), codes(row)) == (0, 0, 1, ["periods"])
    row = rules.row_of(module(checkpoint(1)), LEARNER, {**elsewhere, 1: studied()})
    assert (row.earned, row.reasons) == (2, ())


def test_who_has_done_nothing_stands_at_the_beginning_everywhere() -> None:
    asked = module(checkpoint(1), paper(2), meeting(3))
    row = reckon(asked)
    assert row.checkpoints == {1: NONE, 2: NONE, 3: NONE}
    assert [found.waits_for for found in row.standings] == ["study", "write", "write"]
    assert (row.user_id, row.credits, row.earned, row.completed_at) == (LEARNER, (), 0, None)


# -- marks ------------------------------------------------------------------------------------------------------
def test_the_test_mark_is_the_mean_of_the_tests_that_are_done() -> None:
    tests = [checkpoint(number, role="test") for number in (1, 2, 3)]
    asked = module(*tests, checkpoint(4), checkpoint(5, role="survey"))
    others = (studied(mark="1"), studied(mark="1"))
    row = reckon(asked, studied(mark="8"), studied(mark="3", of="4"), begun(), *others)
    assert row.test_mark == Decimal("7.75")
    assert reckon(asked, begun(), begun(), begun(), *others).test_mark is None


def test_marks_are_of_ten_whatever_the_scale() -> None:
    row = reckon(module(paper(1)), written(mark="2", of="3"))
    assert row.standings[0].mark == row.reflection_mark == Decimal("6.67")


def test_the_reflection_mark_is_the_mean_of_the_papers_not_of_what_was_written_on_meetings() -> None:
    asked = module(paper(1), paper(2), paper(3), meeting(4))
    row = reckon(asked, written(mark="9"), written(mark="6"), written(), written(mark="1", minutes_on=3))
    assert row.reflection_mark == Decimal("7.5")
    assert reckon(asked, written(), Ground(), returned(), written(mark="1", minutes_on=3)).reflection_mark is None


def test_without_papers_the_reflection_mark_is_of_what_was_written_on_meetings() -> None:
    asked = module(checkpoint(1), meeting(2), meeting(3))
    row = reckon(asked, studied(mark="1"), written(mark="9"), written(mark="6", minutes_on=3))
    assert row.reflection_mark == Decimal("7.5")
