"""What an author writes in a reflection block: prompts, self-rating, files, rubric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from boidung_xblock.authored.meeting import Meeting
from boidung_xblock.authored.rubric import SLUG, Authored, Rubric

# The end of a file name, without its dot.
FileType = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,10}$")]


class Prompt(Authored):
    """One question to reflect on. An optional one may stay empty; what is written keeps to the bounds in words."""

    slug: str = Field(pattern=SLUG)
    title: str = Field(min_length=1, max_length=300)
    help: str = Field(default="", max_length=2000)
    min_words: int = Field(default=0, ge=0, le=5000)
    max_words: int = Field(default=0, ge=0, le=10000)  # 0: no limit
    required: bool = True
    recall: str = Field(default="", pattern=f"{SLUG}|^$")  # a checkpoint's step whose answer is shown above
    show_conclusion: bool = False  # the group's conclusion is shown above

    @model_validator(mode="after")
    def _bounds(self) -> Prompt:
        if self.max_words and self.max_words < self.min_words:
            raise ValueError("word_bounds: the upper bound is below the lower")
        return self


class FileRules(Authored):
    """What may be attached. ``max_files`` 0: nothing."""

    max_files: int = Field(default=5, ge=0, le=20)
    max_mb: int = Field(default=10, ge=1, le=100)
    types: tuple[FileType, ...] = ("docx", "doc", "pdf", "xlsx", "pptx", "jpg", "jpeg", "png", "odt", "txt")


class CreditWhen(StrEnum):
    """When the block's periods count; with a meeting, attendance in approved minutes is asked for as well."""

    SUBMITTED = "submitted"
    PASSED = "passed"


class ReflectionContent(Authored):
    """The authored content of a reflection block; without ``meeting`` it is a paper of one's own."""

    intro: str = Field(default="", max_length=20000)
    prompts: tuple[Prompt, ...] = Field(min_length=1, max_length=20)
    rubric: Rubric
    files: FileRules = FileRules()
    ask_self_rating: bool = True
    leader_reads: bool = False
    credit_when: CreditWhen = CreditWhen.PASSED
    meeting: Meeting | None = None

    @model_validator(mode="after")
    def _slugs(self) -> ReflectionContent:
        if len({prompt.slug for prompt in self.prompts}) != len(self.prompts):
            raise ValueError("prompt_slugs: two prompts have the same name")
        return self


# An answer longer than this is refused whatever the author set: about 20,000 words.
MAX_ANSWER_CHARS = 120_000


@dataclass(frozen=True)
class CheckedAnswers:
    """Answers that may be submitted, in the order of the prompts, or ``errors`` by field name."""

    answers: list[dict[str, str]] = field(default_factory=list)  # slug, title, text
    self_rating: dict[str, int] = field(default_factory=dict)  # criterion slug → level number from 1
    word_count: int = 0
    errors: dict[str, tuple[str, int]] = field(default_factory=dict)  # field → (code, number to show)


def count_words(text: str) -> int:
    """Words as a teacher counts them: runs of characters between white space."""
    return len(text.split())


def check_answers(content: ReflectionContent, answers: Mapping[str, Any], rating: Mapping[str, Any]) -> CheckedAnswers:
    """Check what a learner wants to submit against what the author asked. Text must already be normalised.

    Error codes: missing, not_text, too_short (n words wanted), too_long (n allowed), too_many_characters,
    unknown_prompt, not_a_level.
    """
    errors: dict[str, tuple[str, int]] = {
        slug: ("unknown_prompt", 0) for slug in answers if slug not in {prompt.slug for prompt in content.prompts}
    }
    kept, words = [], 0
    for prompt in content.prompts:
        text = answers.get(prompt.slug, "")
        problem = _answer_problem(prompt, text)
        if problem:
            errors[prompt.slug] = problem
            continue
        kept.append({"slug": prompt.slug, "title": prompt.title, "text": text.strip()})
        words += count_words(text)
    levels, rating_errors = _check_rating(content, rating)
    errors.update(rating_errors)
    return CheckedAnswers(answers=kept, self_rating=levels, word_count=words, errors=errors)


def _answer_problem(prompt: Prompt, text: Any) -> tuple[str, int] | None:
    if not isinstance(text, str):
        return ("not_text", 0)
    if len(text) > MAX_ANSWER_CHARS:
        return ("too_many_characters", MAX_ANSWER_CHARS)
    words = count_words(text)
    if not words:
        return ("missing", 0) if prompt.required else None
    if words < prompt.min_words:
        return ("too_short", prompt.min_words)
    if prompt.max_words and words > prompt.max_words:
        return ("too_long", prompt.max_words)
    return None


def _check_rating(
    content: ReflectionContent, rating: Mapping[str, Any]
) -> tuple[dict[str, int], dict[str, tuple[str, int]]]:
    """The self-rating is an invitation, never a condition: what is absent is absent."""
    levels: dict[str, int] = {}
    errors: dict[str, tuple[str, int]] = {}
    if not content.ask_self_rating:
        return levels, errors
    for criterion in content.rubric.criteria:
        value = rating.get(criterion.slug)
        if value in (None, ""):
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= len(criterion.levels):
            errors[f"self_rating.{criterion.slug}"] = ("not_a_level", len(criterion.levels))
        else:
            levels[criterion.slug] = value
    return levels, errors
