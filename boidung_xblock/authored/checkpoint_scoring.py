"""One answer to one step: is it complete, is it right, what does it earn. Pure; the words to people are elsewhere."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from boidung_xblock.authored.checkpoint import (
    AnyStep,
    CheckpointContent,
    ChoiceStep,
    RateStep,
    ReadStep,
    ScoredStep,
    ShortAnswerStep,
    Show,
    TrueFalseStep,
)
from boidung_xblock.text import normalise

MAX_CHARACTERS = 20000
Item = TypeVar("Item")


@dataclass(frozen=True)
class Problem:
    """Why an answer cannot be taken. ``code``: missing, too_short, too_long (``number``: the bound in words),
    too_many_characters, not_an_option, not_a_level, malformed.
    """

    code: str
    number: int = 0


@dataclass(frozen=True)
class Checked:
    """An answer as it is stored. ``right`` is None for steps without right and wrong; ``text`` its own words.

    ``answer`` by kind: read {}, choice {"options": [texts]}, true_false {"value": bool}, short_answer {"text"},
    rate {"ratings": {item: number of the level from 1}}.
    """

    answer: dict[str, Any]
    right: bool | None = None
    earned: Decimal = Decimal(0)
    text: str = ""


def check(step: AnyStep, given: Mapping[str, Any]) -> Checked | Problem:
    """Judge what a page sent for ``step``; ``given`` is anything that JSON can hold in an object."""
    if isinstance(step, ReadStep):
        return Checked({})
    if isinstance(step, ChoiceStep):
        return _check_choice(step, given.get("options"))
    if isinstance(step, TrueFalseStep):
        return _check_true_false(step, given.get("value"))
    if isinstance(step, ShortAnswerStep):
        return _check_short_answer(step, given.get("text"))
    return _check_rate(step, given.get("ratings"))


def is_scored(step: AnyStep) -> bool:
    """Whether there is right and wrong."""
    return isinstance(step, ScoredStep)


def tries_allowed(content: CheckpointContent, step: AnyStep) -> int:
    """How often a scored step may be answered; 0: as often as one likes."""
    return (step.attempts or content.attempts) if isinstance(step, ScoredStep) else 0


def order_for(options: Sequence[Item], *, usage_key: str, slug: str, user_id: int) -> list[Item]:
    """The options shuffled, always alike for this learner, block and step."""
    seed = hashlib.sha256(f"{usage_key}\n{slug}\n{user_id}".encode()).digest()
    shuffled = list(options)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
    return shuffled


def tells(show: Show, level: Show) -> bool:
    """Whether what ``show`` lets a learner know includes ``level``."""
    order = list(Show)
    return order.index(show) >= order.index(level)


def _judged(step: ChoiceStep | TrueFalseStep, answer: dict[str, Any], right: bool) -> Checked:
    return Checked(answer, right=right, earned=step.points if right else Decimal(0))


def _check_choice(step: ChoiceStep, given: Any) -> Checked | Problem:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        return Problem("malformed")
    # In the author's order: the same choice is stored alike, however it was shuffled.
    chosen = [option for option in step.options if option.text in given]
    if len(chosen) != len(set(given)) or (len(chosen) > 1 and not step.multiple):
        return Problem("not_an_option")
    if not chosen:
        return Problem("missing")
    right = [option for option in step.options if option.correct]
    return _judged(step, {"options": [option.text for option in chosen]}, chosen == right)


def _check_true_false(step: TrueFalseStep, given: Any) -> Checked | Problem:
    if given is None:
        return Problem("missing")
    if not isinstance(given, bool):
        return Problem("malformed")
    return _judged(step, {"value": given}, given == step.answer)


def _check_short_answer(step: ShortAnswerStep, given: Any) -> Checked | Problem:
    if not isinstance(given, str):
        return Problem("malformed")
    text = normalise(given).strip()
    words = len(text.split())
    if len(text) > MAX_CHARACTERS:
        return Problem("too_many_characters")
    if not words:
        return Problem("missing")
    if words < step.min_words:
        return Problem("too_short", step.min_words)
    if step.max_words and words > step.max_words:
        return Problem("too_long", step.max_words)
    return Checked({"text": text}, text=text)


def _check_rate(step: RateStep, given: Any) -> Checked | Problem:
    if not isinstance(given, dict) or not set(given) <= {item.slug for item in step.items}:
        return Problem("malformed")
    levels = [given.get(item.slug) for item in step.items]
    if None in levels:
        return Problem("missing")
    if not all(isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= len(step.levels) for n in levels):
        return Problem("not_a_level")
    return Checked({"ratings": {item.slug: given[item.slug] for item in step.items}})


def is_passed(passed: bool | None, earned: Decimal, possible: Decimal, pass_percent: Decimal) -> bool:
    """Whether finished work passes under the pass mark as it is now: what passed once stays, a lowered mark helps.

    ``passed`` as it was reckoned then, None where there was no pass mark.
    """
    return passed is not False or (possible > 0 and earned * 100 >= pass_percent * possible)
