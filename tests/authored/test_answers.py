"""What a learner may submit, by what the author asked."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from boidung_xblock.authored import defaults
from boidung_xblock.authored.reflection import MAX_ANSWER_CHARS, CheckedAnswers, ReflectionContent, check_answers

REQUIRED = {"slug": "hoc-duoc", "title": "Điều học được", "min_words": 3, "max_words": 5}
OPTIONAL = {"slug": "kho-khan", "title": "Khó khăn", "max_words": 5, "required": False}


def content(*prompts: dict[str, Any], **changes: Any) -> ReflectionContent:
    return ReflectionContent(prompts=prompts or (REQUIRED, OPTIONAL), rubric=defaults.rubric(), **changes)


def check(answers: dict[str, Any], rating: dict[str, Any] | None = None, **changes: Any) -> CheckedAnswers:
    return check_answers(content(**changes), answers, rating or {})


def test_answers_come_back_in_the_order_of_the_prompts_with_the_prompts_words() -> None:
    checked = check({"kho-khan": "Thiếu máy chiếu", "hoc-duoc": "  Dạy học theo trạm "})

    assert checked.errors == {}
    assert checked.answers == [
        {"slug": "hoc-duoc", "title": "Điều học được", "text": "Dạy học theo trạm"},
        {"slug": "kho-khan", "title": "Khó khăn", "text": "Thiếu máy chiếu"},
    ]
    assert checked.word_count == 7


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", ("missing", 0)),
        (" \n\t ", ("missing", 0)),
        ("hai từ", ("too_short", 3)),
        ("một hai ba", None),
        ("một hai ba bốn năm", None),
        ("một hai ba bốn năm sáu", ("too_long", 5)),
        ("x" * (MAX_ANSWER_CHARS + 1), ("too_many_characters", MAX_ANSWER_CHARS)),
        (None, ("not_text", 0)),
        (["một"], ("not_text", 0)),
    ],
)
def test_bounds_of_a_required_prompt(text: Any, error: tuple[str, int] | None) -> None:
    assert check({"hoc-duoc": text}).errors.get("hoc-duoc") == error


def test_a_required_answer_that_was_not_sent_is_missing() -> None:
    assert check({}).errors == {"hoc-duoc": ("missing", 0)}


def test_an_optional_prompt_may_stay_empty_but_keeps_its_upper_bound() -> None:
    assert check({"hoc-duoc": "một hai ba", "kho-khan": ""}).errors == {}
    assert check({"hoc-duoc": "một hai ba", "kho-khan": "1 2 3 4 5 6"}).errors == {"kho-khan": ("too_long", 5)}


def test_an_answer_to_a_prompt_that_is_no_longer_there_is_named_not_dropped() -> None:
    checked = check({"hoc-duoc": "một hai ba", "cu": "đã viết"})

    assert checked.errors == {"cu": ("unknown_prompt", 0)}


def test_vietnamese_words_count_by_white_space() -> None:
    checked = check({"hoc-duoc": "tổ\nchuyên\tmôn"})

    assert checked.errors == {}
    assert checked.word_count == 3


@pytest.mark.parametrize("level", [0, 5, -1, True, "2", 2.0])
def test_a_self_rating_names_a_level_of_the_rubric(level: Any) -> None:
    checked = check({"hoc-duoc": "một hai ba"}, {"hieu-noi-dung": level})

    assert checked.errors == {"self_rating.hieu-noi-dung": ("not_a_level", 4)}


def test_rating_oneself_is_an_invitation() -> None:
    checked = check({"hoc-duoc": "một hai ba"}, {"hieu-noi-dung": 4, "tiep-thu-tu-to": None, "la": 9})

    assert checked.errors == {}
    assert checked.self_rating == {"hieu-noi-dung": 4}


def test_a_block_that_asks_for_no_rating_keeps_none() -> None:
    assert check({"hoc-duoc": "một hai ba"}, {"hieu-noi-dung": 4}, ask_self_rating=False).self_rating == {}


@pytest.mark.parametrize(
    "spoiled",
    [
        {"prompts": ()},
        {"prompts": ({**REQUIRED, "min_words": 9},)},
        {"prompts": (REQUIRED, REQUIRED)},
        {"prompts": ({**REQUIRED, "slug": "Có dấu"},)},
        {"prompts": ({**REQUIRED, "title": "  "},)},
        {"prompts": (REQUIRED,), "files": {"max_files": -1}},
        {"prompts": (REQUIRED,), "files": {"types": ["pdf", "a b"]}},
        {"prompts": (REQUIRED,), "files": {"types": [""]}},
        {"prompts": (REQUIRED,), "files": {"types": [".pdf"]}},
    ],
)
def test_authored_content_that_cannot_work_is_refused(spoiled: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReflectionContent.model_validate({"rubric": defaults.rubric(), **spoiled})


def test_the_default_block_is_valid() -> None:
    made = ReflectionContent(prompts=defaults.prompts(), rubric=defaults.rubric())

    assert [prompt.required for prompt in made.prompts] == [True, True, True, False]
