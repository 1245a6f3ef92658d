"""Where a learner stands, from the answers that are stored and from what is asked: no query, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from boidung_xblock.authored.checkpoint import CheckpointContent, ScoredStep
from boidung_xblock.selfstudy.models import CheckpointWork
from boidung_xblock.selfstudy.reading import COMPLETED

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One step as far as reckoning goes; ``points`` None: there is no right and wrong."""

    slug: str
    kind: str
    required: bool
    points: Decimal | None = None


@dataclass(frozen=True)
class Terms:
    """What a checkpoint asks, and when it is passed; ``pass_percent`` 0: there is no pass mark."""

    steps: tuple[Asked, ...]
    pass_percent: Decimal

    @property
    def possible(self) -> Decimal:
        """The points of all scored steps."""
        return sum((step.points for step in self.steps if step.points is not None), Decimal(0))


@dataclass(frozen=True)
class Result:
    """What was earned; ``passed`` None while it is open."""

    earned: Decimal
    possible: Decimal
    passed: bool | None

    @property
    def share(self) -> Decimal:
        """Earned of possible, 0–1."""
        return self.earned / self.possible if self.possible else Decimal(0)

    def is_worse_than(self, other: Result) -> bool:
        """Whether it is a smaller share, or no longer passes."""
        return self.share < other.share or bool(other.passed and not self.passed)


class _Step(Protocol):
    @property
    def slug(self) -> str: ...

    @property
    def kind(self) -> str: ...


def terms_of(content: CheckpointContent) -> Terms:
    """The terms that a block has."""
    steps = (
        Asked(step.slug, step.kind, step.required, step.points if isinstance(step, ScoredStep) else None)
        for step in content.steps
    )
    return Terms(tuple(steps), content.pass_percent)


def terms_in(settings: Mapping[str, Any]) -> Terms:
    """The terms as the register keeps them (``CheckpointXBlock.activity_settings``); without steps if it has none."""
    steps = (
        Asked(
            slug=step["slug"],
            kind=step["kind"],
            required=step["required"],
            points=Decimal(step["points"]) if "points" in step else None,
        )
        for step in settings.get("steps", ())
    )
    return Terms(tuple(steps), Decimal(settings.get("pass_percent", "0")))


def rows_of(steps: Iterable[_Step], stored: Mapping[str, Row]) -> dict[str, Row]:
    """{slug: what is stored of the step}, of those that are asked and were answered.

    An answer to a step of another kind that went by the same name is none: only the numbering goes on. A row without
    a kind is of the present one.
    """
    found = {}
    for step in steps:
        row = stored.get(step.slug)
        if row is not None:
            found[step.slug] = row if row.get("kind", step.kind) == step.kind else {"number": number_of(row)}
    return found


def number_of(row: Mapping[str, Any]) -> int:
    """The number of the step's last ``StepAnswer``; a rescore takes a number and no try."""
    return int(row.get("number", row.get("tries", 0)))


def result_of(work: CheckpointWork) -> Result:
    """What is stored."""
    return Result(work.earned, work.possible, work.passed)


def has_score(work: CheckpointWork, terms: Terms) -> bool:
    """Whether there is something to score: who has only read has no 0."""
    if work.state == COMPLETED:
        return True
    rows = rows_of(terms.steps, work.steps)
    return any(step.points is not None and rows.get(step.slug, {}).get("done") for step in terms.steps)


def count(work: CheckpointWork, terms: Terms) -> None:
    """How many of the steps that are required now are done."""
    rows = rows_of(terms.steps, work.steps)
    required = [step.slug for step in terms.steps if step.required]
    work.steps_required = len(required)
    work.steps_done = sum(1 for slug in required if rows.get(slug, {}).get("done"))


def reckon(work: CheckpointWork, terms: Terms, now: datetime, *, follows: bool = False) -> None:
    """Bring counts, state and result of ``work`` up to date with its answers and with what is asked now.

    What was completed stays so, and its result is replaced by no worse one unless it ``follows`` whatever comes out:
    the author's later edit takes nothing from anybody (docs/decisions/0010).
    """
    was_completed = work.state == COMPLETED
    count(work, terms)
    if not was_completed and work.steps_done == work.steps_required:
        work.state, work.completed_at = COMPLETED, now
    result = _result(work, terms)
    if follows or not was_completed or not result.is_worse_than(result_of(work)):
        work.earned, work.possible, work.passed = result.earned, result.possible, result.passed


def _result(work: CheckpointWork, terms: Terms) -> Result:
    """The points of a step are those it has now, whatever they were when it was answered."""
    rows = rows_of(terms.steps, work.steps)
    right = (step.points or Decimal(0) for step in terms.steps if rows.get(step.slug, {}).get("right"))
    earned = sum(right, Decimal(0))
    return Result(earned, terms.possible, _passed(earned, terms, completed=work.state == COMPLETED))


def _passed(earned: Decimal, terms: Terms, *, completed: bool) -> bool | None:
    """None while it is open: reached early is passed, not reached counts once all is done."""
    if not terms.pass_percent:
        return True if completed else None
    reached = earned * 100 >= terms.pass_percent * terms.possible
    return reached if reached or completed else None
