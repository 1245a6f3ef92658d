"""How points become a mark: quarter marks, weights, rounding, the pass rule, and points that cannot stand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from boidung_xblock.authored import defaults
from boidung_xblock.authored.rubric import Rubric, RubricInputError, round_to_step

LEVELS = (("kem", 0, 4), ("dat", 5, 6), ("kha", 7, 8), ("tot", 9, 10))


def criterion(slug: str, weight: str = "1", **changes: Any) -> dict[str, Any]:
    levels = [{"slug": name, "title": name.title(), "low": low, "high": high} for name, low, high in LEVELS]
    return {"slug": slug, "title": slug, "weight": weight, "levels": levels, **changes}


def rubric(**weights: str) -> Rubric:
    return Rubric(criteria=[criterion(slug, weight) for slug, weight in weights.items()])


def earned(marking: Rubric, **points: str) -> Decimal:
    return marking.score(points).earned


def trouble(marking: Rubric, **points: str) -> dict[str, str]:
    with pytest.raises(RubricInputError) as caught:
        marking.score(points)
    return caught.value.fields


# -- the mark ---------------------------------------------------------------------------------------------------
def test_the_default_rubric_is_ours_of_100_per_cent_and_passes_at_5() -> None:
    marking = Rubric.model_validate(defaults.rubric())

    assert sum(one.weight for one in marking.criteria) == 100
    assert (marking.scale, marking.step, marking.pass_mark) == (10, Decimal("0.25"), 5)
    assert marking.lowest_level_fails


def test_the_mark_is_the_weighted_mean() -> None:
    marking = rubric(hieu="30", thuc="30", ke="25", to="15")

    assert earned(marking, hieu="8", thuc="7.5", ke="7", to="7") == Decimal("7.5")  # 7.45


def test_weights_are_relative_whatever_their_sum() -> None:
    assert earned(rubric(a="1", b="3"), a="10", b="6") == earned(rubric(a="25", b="75"), a="10", b="6") == 7


@pytest.mark.parametrize(
    ("mean", "mark"), [("7.55", "7.50"), ("7.625", "7.75"), ("7.624", "7.5"), ("9.875", "10"), ("0.125", "0.25")]
)
def test_marks_are_rounded_half_up_to_quarters(mean: str, mark: str) -> None:
    assert round_to_step(Decimal(mean), Decimal("0.25")) == Decimal(mark)


def test_half_a_step_between_two_criteria_goes_up() -> None:
    assert earned(rubric(a="1", b="1"), a="7.5", b="7.75") == Decimal("7.75")  # 7.625


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.data())
def test_a_mark_is_a_multiple_of_the_step_between_the_lowest_and_highest_points(
    quarters: list[int], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(1, 100), min_size=len(quarters), max_size=len(quarters)))
    marking = rubric(**{f"c{index}": str(weight) for index, weight in enumerate(weights)})
    points = {f"c{index}": str(Decimal(value) / 4) for index, value in enumerate(quarters)}

    mark = earned(marking, **points)

    assert mark % Decimal("0.25") == 0
    assert Decimal(min(quarters)) / 4 <= mark <= Decimal(max(quarters)) / 4


# -- passing ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("points", "passed"), [("5", True), ("4.75", False)])
def test_five_passes_and_less_does_not(points: str, passed: bool) -> None:
    marking = rubric(a="1", b="1").model_copy(update={"lowest_level_fails": False})

    assert marking.score({"a": points, "b": points}).passed is passed


def test_one_criterion_at_the_lowest_level_fails_however_high_the_mark() -> None:
    marking = rubric(a="9", b="1")
    scored = marking.score({"a": "10", "b": "4.75"})

    assert scored.earned == Decimal("9.5")
    assert scored.passed is False
    assert marking.model_copy(update={"lowest_level_fails": False}).score({"a": "10", "b": "4"}).passed is True


def test_points_between_two_levels_belong_to_the_lower() -> None:
    scored = rubric(a="1").score({"a": "8.75"})

    assert (scored.criteria[0].level, scored.criteria[0].level_title) == ("kha", "Kha")


@pytest.mark.parametrize(("points", "level"), [("0", "kem"), ("5", "dat"), ("7", "kha"), ("10", "tot")])
def test_bounds_belong_to_their_level(points: str, level: str) -> None:
    assert rubric(a="1").score({"a": points}).criteria[0].level == level


def test_points_below_the_first_level_are_at_the_first_level() -> None:
    levels = [{"slug": "thap", "title": "T", "low": 2, "high": 4}, {"slug": "cao", "title": "C", "low": 5, "high": 10}]
    marking = Rubric(criteria=[criterion("a", levels=levels)])

    assert marking.score({"a": "1"}).criteria[0].level == "thap"
    assert marking.score({"a": "1"}).passed is False


# -- what a marker types ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["7,5", "7.5", " 7,5 ", "7.50", "07,5", "+7.5"])
def test_a_decimal_comma_is_a_decimal_point(typed: str) -> None:
    assert earned(rubric(a="1"), a=typed) == Decimal("7.5")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("tám", "not_a_number"),
        ("7,5,0", "not_a_number"),
        ("NaN", "not_a_number"),
        ("sNaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-Infinity", "not_a_number"),
        ("1_0", "not_a_number"),
        ("10.25", "out_of_range"),
        ("-0.25", "out_of_range"),
        ("999999999", "out_of_range"),
        ("1e9999", "not_a_number"),
        ("1e-9999", "not_a_number"),
        ("7.3", "not_a_step"),
        ("7,500000001", "not_a_step"),
    ],
)
def test_what_is_not_a_mark_is_named(typed: str, code: str) -> None:
    assert trouble(rubric(a="1"), a=typed) == {"a": code}


def test_points_that_were_not_sent_are_missing_and_every_trouble_is_named_at_once() -> None:
    assert trouble(rubric(a="1", b="1", c="1"), b="11", c="8") == {"a": "missing", "b": "out_of_range"}


def test_points_of_an_unknown_criterion_do_not_count() -> None:
    assert earned(rubric(a="1"), a="8", extra="1") == 8


def test_minus_zero_is_zero() -> None:
    assert str(rubric(a="1").score({"a": "-0"}).criteria[0].points) == "0"


@given(st.text() | st.decimals().map(str) | st.floats().map(str))
def test_whatever_is_typed_gives_a_mark_or_a_reason(typed: str) -> None:
    try:
        mark = earned(rubric(a="1"), a=typed)
    except RubricInputError as error:
        mark, reason = None, error.fields
    assert reason.keys() == {"a"} if mark is None else 0 <= mark <= 10


# -- what an author may set -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"criteria": []},
        {"criteria": [criterion("a"), criterion("a")]},
        {"pass_mark": "10.5"},
        {"scale": "8"},  # levels reach 10
        {"scale": "0"},
        {"step": "0"},
        {"step": "-0.25"},
        {"step": "NaN"},
        {"step": "Infinity"},
        {"step": "0.0001"},  # finer than the gradebook's column
        {"step": "1e-40"},
        {"unheard_of": 1},
        {"criteria": [criterion("a", "0")]},
        {"criteria": [criterion("a", levels=[])]},
        {"criteria": [criterion("Có dấu")]},
    ],
)
def test_a_rubric_that_cannot_work_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Rubric.model_validate({"criteria": [criterion("a")], **changes})


@pytest.mark.parametrize("spoil", [{"low": 8, "high": 7}, {"low": 3}, {"slug": "kem"}, {"high": 11}])
def test_levels_go_up_do_not_overlap_and_have_names_of_their_own(spoil: dict[str, Any]) -> None:
    spoiled = criterion("a")
    spoiled["levels"][1] |= spoil

    with pytest.raises(ValidationError):
        Rubric(criteria=[spoiled])


def test_another_scale_and_step_work_too() -> None:
    levels = [{"slug": "x", "title": "X", "low": 0, "high": 49}, {"slug": "y", "title": "Y", "low": 50, "high": 100}]
    marking = Rubric(scale=100, step=1, pass_mark=50, criteria=[criterion("a", levels=levels)])

    assert marking.score({"a": "73"}).possible == 100
    assert earned(marking, a="73") == 73
    assert trouble(marking, a="73,5") == {"a": "not_a_step"}
