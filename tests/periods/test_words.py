"""Results and reasons as people read them, in Vietnamese and in English."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from boidung_xblock.periods.api import NOT_PASSED, PASSED, UNFINISHED, Reason, reason_text, result_label
from boidung_xblock.periods.rules import Ground
from tests.periods.values import begun, checkpoint, hidden, meeting, module, paper, reckon, studied, written

RESULTS = (PASSED, NOT_PASSED, UNFINISHED)
BOTH = pytest.mark.parametrize("language", ["vi", "en"])


def text(language: str, code: str, **params: Any) -> str:
    with translation.override(language):
        return reason_text(Reason(code, params))


@BOTH
def test_the_three_results_are_told_apart_and_none_is_called_a_failure(language: str) -> None:
    with translation.override(language):
        labels = {result_label(result) for result in RESULTS}
    assert len(labels) == 3
    assert "" not in labels
    assert not [label for label in labels if "fail" in label.lower() or "trượt" in label.lower()]


@BOTH
def test_every_reason_that_the_rule_gives_has_a_sentence(language: str) -> None:
    test, hard = checkpoint(2, role="test"), checkpoint(5, scored=True)
    asked = module(checkpoint(1), test, paper(3), paper(4), hard, meeting(6), min_meetings=1)
    secret = hidden(studied(mark="1", passed=False))
    reasons = reckon(asked, Ground(), begun(), written(), written(mark="1"), secret).reasons
    assert [one.code for one in reasons] == ["periods", "meetings", "test", "marks", "untold", "failed"]
    with translation.override(language):
        sentences = [reason_text(one) for one in reasons]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") and "%" not in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("language", "earned", "needed", "shown"),
    [
        ("vi", "26.50", "40.00", ("26,5", "40")),
        ("en", "26.50", "40.00", ("26.5", "40")),
        ("vi", "0", "39.25", ("0", "39,25")),
        ("en", "0", "39.25", ("0", "39.25")),
    ],
)
def test_periods_are_written_with_the_sign_of_the_language_and_without_useless_zeros(
    language: str, earned: str, needed: str, shown: tuple[str, str]
) -> None:
    words = (
        text(language, "periods", earned=Decimal(earned), needed=Decimal(needed)).rstrip(".").replace("/", " ").split()
    )
    numbers = [word for word in words if word[0].isdigit()]
    assert numbers == list(shown)


@BOTH
def test_meetings_say_how_many_of_how_many(language: str) -> None:
    words = text(language, "meetings", attended=2, needed=3).rstrip(".").replace("/", " ").split()
    assert [word for word in words if word.isdigit()] == ["2", "3"]


@BOTH
@pytest.mark.parametrize("code", ["test", "failed"])
def test_components_are_called_by_their_titles_in_course_order(language: str, code: str) -> None:
    words = text(language, code, titles=["Khảo sát 100%", "Bài thu hoạch"])
    assert "Khảo sát 100%; Bài thu hoạch" in words
    assert words != text(
        language, {"test": "failed", "failed": "test"}[code], titles=["Khảo sát 100%", "Bài thu hoạch"]
    )


@BOTH
@pytest.mark.parametrize("code", ["marks", "untold"])
@pytest.mark.parametrize("count", [1, 2, 11])
def test_what_waits_is_counted(language: str, code: str, count: int) -> None:
    assert str(count) in text(language, code, count=count).split()


@pytest.mark.parametrize(
    ("code", "params", "sentence"),
    [
        ("periods", {"earned": Decimal(26), "needed": Decimal(40)}, "26 of 40 periods have been earned."),
        ("meetings", {"attended": 1, "needed": 3}, "Present at 1 of at least 3 group meetings."),
        ("test", {"titles": ["A", "B"]}, "Still to be done: A; B."),
        ("marks", {"count": 1}, "1 piece of work waits for its mark."),
        ("marks", {"count": 3}, "3 pieces of work wait for their marks."),
        ("untold", {"count": 1}, "The result of 1 activity is not shown yet."),
        ("untold", {"count": 2}, "The results of 2 activities are not shown yet."),
        ("failed", {"titles": ["A"]}, "Below the pass mark: A."),
    ],
)
def test_each_reason_is_a_plain_english_sentence(code: str, params: dict[str, Any], sentence: str) -> None:
    assert text("en", code, **params) == sentence
