"""What holds of every module, every rule and every learner."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import strategies as st

from boidung_xblock.periods.rules import Ground
from boidung_xblock.periods.shapes import COMPLETED, NOT_PASSED, PASSED, ModuleRow, Reason
from tests.periods.grounds import RANK, Case, cases, of_every
from tests.periods.values import codes


def rank(case: Case) -> int:
    """Not completed, not passed, passed."""
    return RANK[case.row.result]


# -- what is earned ---------------------------------------------------------------------------------------------
@of_every(cases())
def test_earned_is_the_sum_of_what_is_completed_and_never_more_than_the_components_are_worth(case: Case) -> None:
    row = case.row
    done = [where.activity_id for where in row.standings if where.state == COMPLETED]
    worth = {part.activity_id: part.periods for part in case.module.components}
    assert [(credit.activity_id, credit.periods) for credit in row.credits] == [(one, worth[one]) for one in done]
    assert row.earned == sum((worth[one] for one in done), Decimal(0)) <= sum(worth.values())


@of_every(cases())
def test_a_component_is_completed_exactly_when_it_waits_for_nothing(case: Case) -> None:
    assert all((where.state == COMPLETED) is (where.waits_for == "") for where in case.row.standings)


@of_every(cases())
def test_a_ground_that_goes_takes_its_own_periods_and_adds_none(case: Case) -> None:
    before = case.row
    for gone in case.ids:
        after = case.without(gone).row
        assert after.credits == tuple(credit for credit in before.credits if credit.activity_id != gone)
        assert after.earned <= before.earned
        assert after.meetings_attended <= before.meetings_attended


# -- the result -------------------------------------------------------------------------------------------------
def under_many_rules(case: Case) -> list[Case]:
    """The learner under stricter and more lenient rules."""
    periods = (Decimal(0), case.row.earned, case.row.earned + Decimal("0.5"))
    return [
        case.under(min_periods=needed, min_meetings=meetings, every_mark_passes=every)
        for needed, meetings, every in product(periods, (0, 1), (True, False))
    ]


@of_every(cases())
def test_passed_is_who_has_no_reason_against_it(case: Case) -> None:
    for row in [each.row for each in (case, *under_many_rules(case))]:
        assert (row.result == PASSED) is (row.reasons == ())
        assert (row.result == NOT_PASSED) is (codes(row) == ["failed"])


@of_every(cases())
def test_passed_has_the_periods_and_the_meetings_that_are_asked_for(case: Case) -> None:
    for passed in [each for each in under_many_rules(case) if each.row.result == PASSED]:
        assert passed.row.earned >= passed.module.rule.min_periods
        assert passed.row.meetings_attended >= passed.module.rule.min_meetings


@of_every(cases(every_mark_passes=True, min_periods=0, min_meetings=0))
def test_nobody_passes_with_a_failed_or_waiting_mark_where_every_mark_must_pass(case: Case) -> None:
    row = case.row
    if row.result == PASSED:
        assert not [where for where in row.standings if where.passed is False or where.waits_for in ("pass", "mark")]
        state = row.checkpoints
        assert {state[part.activity_id] for part in case.module.components if part.role == "test"} <= {COMPLETED}


@of_every(cases(every_mark_passes=False))
def test_marks_alone_do_not_stand_in_the_way_where_they_need_not_pass(case: Case) -> None:
    row, rule = case.row, case.module.rule
    enough = row.earned >= rule.min_periods and row.meetings_attended >= rule.min_meetings
    assert (row.result == PASSED) is enough


@of_every(cases(every_mark_passes=False))
def test_a_ground_that_goes_never_improves_the_result(case: Case) -> None:
    assert all(rank(case.without(gone)) <= rank(case) for gone in case.ids)


@of_every(cases(every_mark_passes=True))
def test_a_ground_that_counts_and_goes_never_improves_the_result(case: Case) -> None:
    # A mark that failed or is waited for stands in the way by itself; without it there is nothing to wait for.
    fine = [
        one.activity_id for one in case.module.components if not one.credit_when or case.grounds[one.activity_id].passed
    ]
    for gone in {one.activity_id for one in case.row.credits} & set(fine):
        assert rank(case.without(gone)) <= rank(case)


@of_every(cases())
def test_reopened_minutes_never_add_or_improve_anything(case: Case) -> None:
    for part in case.ids:
        after = case.changed(part, minutes_approved=False, approved_at=None)
        assert after.row.earned <= case.row.earned
        assert after.row.meetings_attended <= case.row.meetings_attended
        assert rank(after) <= rank(case)


@of_every(cases())
def test_a_pass_that_becomes_a_fail_adds_no_periods_and_makes_nobody_pass(case: Case) -> None:
    for part in [number for number, ground in case.grounds.items() if ground.passed]:
        after = case.changed(part, passed=False)
        assert after.row.earned <= case.row.earned
        assert after.row.result != PASSED or case.row.result == PASSED


# -- since when -------------------------------------------------------------------------------------------------
def moments(case: Case) -> set[datetime]:
    """Every moment on record."""
    return {at for one in case.grounds.values() for at in (one.done_at, one.marked_at, one.approved_at) if at}


@of_every(cases(min_meetings=0))
def test_the_day_of_completion_is_on_record_and_only_for_who_has_passed(case: Case) -> None:
    for needed in (case.module.rule.min_periods, case.row.earned):
        row = case.under(min_periods=needed).row
        assert row.completed_at is None or row.completed_at in moments(case)
        assert row.completed_at is None or row.result == PASSED


@of_every(cases(min_meetings=0, every_mark_passes=False))
def test_on_the_day_of_completion_the_periods_were_there_and_not_before(case: Case) -> None:
    dated = [(credit.at, credit.periods) for credit in case.row.credits if credit.at and credit.periods]
    for number in range(1, len(dated) + 1):
        needed = sum((periods for _, periods in dated[:number]), Decimal(0))
        on = case.under(min_periods=needed).row.completed_at
        assert on is not None
        assert sum(periods for at, periods in dated if at <= on) >= needed
        assert sum(periods for at, periods in dated if at < on) < needed


# -- order, and what may not be told ------------------------------------------------------------------------------
def unordered(row: ModuleRow) -> ModuleRow:
    """The row without the order of its parts."""
    return replace(
        row,
        credits=tuple(sorted(row.credits, key=lambda one: one.activity_id)),
        standings=tuple(sorted(row.standings, key=lambda one: one.activity_id)),
        reasons=tuple(_unordered(one) for one in row.reasons),
    )


def _unordered(reason: Reason) -> Reason:
    titles = reason.params.get("titles")
    return replace(reason, params={"titles": sorted(titles)}) if titles else reason


@of_every(cases(), st.data())
def test_the_order_of_the_course_changes_nothing_but_the_order(case: Case, data: Any) -> None:
    shuffled = tuple(data.draw(st.permutations(case.module.components)))
    other = replace(case, module=replace(case.module, components=shuffled))
    assert [where.activity_id for where in other.row.standings] == [part.activity_id for part in shuffled]
    assert unordered(other.row) == unordered(case.row)


@of_every(cases())
def test_no_ground_and_an_empty_one_are_the_same(case: Case) -> None:
    for part in case.ids:
        empty = replace(case, grounds={**case.grounds, part: Ground()})
        assert empty.row == case.without(part).row


@of_every(cases())
def test_a_hidden_result_is_the_same_whether_passed_or_failed(case: Case) -> None:
    for part in [number for number, ground in case.grounds.items() if ground.passed is not None]:
        good = case.changed(part, hidden=True, passed=True, earned=Decimal(9))
        bad = case.changed(part, hidden=True, passed=False, earned=Decimal(1))
        assert good.row == bad.row
        assert good.row.earned <= case.changed(part, passed=True).row.earned
