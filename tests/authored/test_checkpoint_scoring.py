"""One answer judged: complete or not, right or not, and what it earns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from boidung_xblock.authored.checkpoint import AnyStep, CheckpointContent, Show
from boidung_xblock.authored.checkpoint_scoring import (
    MAX_CHARACTERS,
    Checked,
    Problem,
    check,
    order_for,
    tells,
    tries_allowed,
)

MANY = [{"text": text, "correct": text in "ab"} for text in "abcd"]


def step(kind: str, **fields: Any) -> AnyStep:
    made: AnyStep = TypeAdapter(AnyStep).validate_python({"kind": kind, "slug": "s", "title": "S", **fields})
    return made


@pytest.mark.parametrize(
    ("given", "right"),
    [(["a", "b"], True), (["b", "a"], True), (["a"], False), (["a", "b", "c"], False), (["c"], False)],
)
def test_of_several_right_options_all_and_only_they_count(given: list[str], right: bool) -> None:
    checked = check(step("choice", multiple=True, options=MANY, points="2.5"), {"options": given})

    assert isinstance(checked, Checked)
    assert (checked.right, checked.earned) == (right, Decimal("2.5") if right else 0)
    assert checked.answer["options"] == sorted(given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "malformed"),
        ({"options": "a"}, "malformed"),
        ({"options": [1]}, "malformed"),
        ({"options": []}, "missing"),
        ({"options": ["z"]}, "not_an_option"),
        ({"options": ["a", "z"]}, "not_an_option"),
    ],
)
def test_a_choice_that_cannot_be_taken(given: dict[str, Any], code: str) -> None:
    assert check(step("choice", multiple=True, options=MANY), given) == Problem(code)


def test_only_one_option_may_be_chosen_where_one_is_right() -> None:
    one = step("choice", options=[{"text": "a", "correct": True}, {"text": "b"}])
    assert check(one, {"options": ["a", "b"]}) == Problem("not_an_option")


@pytest.mark.parametrize("answer", [True, False])
def test_true_and_false(answer: bool) -> None:
    for value in (True, False):
        checked = check(step("true_false", answer=answer), {"value": value})
        assert isinstance(checked, Checked)
        assert checked.right is (value is answer)
    assert check(step("true_false", answer=answer), {"value": None}) == Problem("missing")
    assert check(step("true_false", answer=answer), {"value": 1}) == Problem("malformed")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("một hai", None),
        ("một hai ba bốn", None),
        ("một", Problem("too_short", 2)),
        ("một hai ba bốn năm", Problem("too_long", 4)),
        (" \n ", Problem("missing")),
        ("x" * (MAX_CHARACTERS + 1), Problem("too_many_characters")),
    ],
)
def test_the_length_of_a_short_answer(text: str, found: Problem | None) -> None:
    checked = check(step("short_answer", min_words=2, max_words=4), {"text": text})
    if found is not None:
        assert checked == found
    else:
        assert checked == Checked({"text": text}, text=text)


def test_a_short_answer_is_stored_composed() -> None:
    checked = check(step("short_answer"), {"text": " tô\u0309 chuye\u0302n môn\x00 "})
    assert isinstance(checked, Checked)
    assert checked.text == "tổ chuyên môn"


@pytest.mark.parametrize(
    ("ratings", "code"),
    [
        ({"a": 1}, "missing"),
        ({"a": 1, "b": 0}, "not_a_level"),
        ({"a": 1, "b": 5}, "not_a_level"),
        ({"a": 1, "b": True}, "not_a_level"),
        ({"a": 1, "b": 2, "c": 3}, "malformed"),
        ([1, 2], "malformed"),
    ],
)
def test_a_rating_that_cannot_be_taken(ratings: Any, code: str) -> None:
    rate = step("rate", items=[{"slug": "a", "text": "A"}, {"slug": "b", "text": "B"}])
    assert check(rate, {"ratings": ratings}) == Problem(code)


def test_unscored_steps_have_no_right_and_wrong() -> None:
    rate = step("rate", items=[{"slug": "a", "text": "A"}])
    assert check(rate, {"ratings": {"a": 4}}) == Checked({"ratings": {"a": 4}})
    assert check(step("read"), {"anything": 1}) == Checked({})


def test_the_steps_own_attempts_come_first() -> None:
    own, general, read = step("true_false", answer=True, attempts=3), step("true_false", answer=True), step("read")
    content = CheckpointContent(steps=[{"kind": "read", "slug": "a", "title": "A"}], attempts=2)
    assert [tries_allowed(content, one) for one in (own, general, read)] == [3, 2, 0]


def test_each_level_tells_what_those_before_it_tell() -> None:
    levels = list(Show)
    for place, show in enumerate(levels):
        assert [tells(show, level) for level in levels] == [index <= place for index in range(len(levels))]


def test_the_order_of_options_is_the_same_for_a_learner_and_differs_between_them() -> None:
    place = {"usage_key": "block-v1:x", "slug": "s"}
    orders = {tuple(order_for("abcdef", user_id=user, **place)) for user in range(20)}
    assert len(orders) > 10
    assert order_for("abcdef", user_id=7, **place) == order_for("abcdef", user_id=7, **place)
    assert all(sorted(order) == list("abcdef") for order in orders)
