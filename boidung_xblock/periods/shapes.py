"""What the ledger says, as plain values: the module, a learner's credits, the result and its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from boidung_xblock.authored.ledger import LedgerContent

CHECKPOINT, REFLECTION = "checkpoint", "reflection"
# Grounds of a credit, and what a component still waits for.
STUDY, MEETING, PAPER = "study", "meeting", "reflection"
PASSED, NOT_PASSED, UNFINISHED = "passed", "not_passed", "unfinished"
NONE, STARTED, COMPLETED = "none", "started", "completed"


@dataclass(frozen=True)
class Component:
    """One block of ours in the course, in course order. ``role`` is a checkpoint's (study, test, survey), else "".

    ``credit_when`` is a reflection's ("passed" or "submitted"). ``scored``: it can have a mark that passes or fails;
    ``pass_percent`` is a checkpoint's pass mark as it is now.
    """

    activity_id: int
    usage_key: str
    kind: str  # CHECKPOINT or REFLECTION
    title: str
    periods: Decimal
    due: datetime | None
    role: str = ""
    scored: bool = False
    pass_percent: Decimal = Decimal(0)
    has_meeting: bool = False
    credit_when: str = ""
    show_correctness: str = "always"


@dataclass(frozen=True)
class Module:
    """A course's module: the ledger's rule and everything that counts, in course order."""

    course_key: str
    ledger_id: int  # activity
    usage_key: str  # of the ledger
    title: str
    rule: LedgerContent
    components: tuple[Component, ...]

    @property
    def meetings(self) -> tuple[Component, ...]:
        """Those with a group meeting."""
        return tuple(part for part in self.components if part.has_meeting)

    @property
    def checkpoints(self) -> tuple[Component, ...]:
        """The checkpoints."""
        return tuple(part for part in self.components if part.kind == CHECKPOINT)


@dataclass(frozen=True)
class Credit:
    """Periods that count now, with their ground and since when."""

    activity_id: int
    source: str  # STUDY, MEETING (attended and reflected) or PAPER
    periods: Decimal
    at: datetime | None


@dataclass(frozen=True)
class Reason:
    """Why the module is not passed yet; ``reason_text`` puts it into words."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where a learner stands at one component.

    ``state``: NONE, STARTED or COMPLETED (its periods count). ``waits_for`` says what is missing: "study" (steps),
    "pass" (a mark below the pass mark), "attend" (the roll call says absent), "minutes" (not approved yet), "write"
    (nothing submitted), "mark" (submitted, not marked), "revise" (came back), "result" (it may not be told yet), or ""
    (nothing). ``mark`` of 10. ``at``: completed since; ``met_at``: attended since; ``marked_at``: of the mark in force.
    ``untold``: there is a result that may not be told.
    """

    activity_id: int
    state: str
    waits_for: str = ""
    attended: bool = False
    mark: Decimal | None = None
    passed: bool | None = None
    at: datetime | None = None
    met_at: datetime | None = None
    marked_at: datetime | None = None
    untold: bool = False


@dataclass(frozen=True)
class ModuleRow:
    """One learner's module. Marks on the 10-point scale, the mean where there are several; None without any."""

    user_id: int
    credits: tuple[Credit, ...]
    standings: tuple[Standing, ...]  # one for each component, in course order
    earned: Decimal
    total: Decimal
    meetings_attended: int
    meetings_total: int
    test_mark: Decimal | None
    reflection_mark: Decimal | None
    result: str
    reasons: tuple[Reason, ...]
    completed_at: datetime | None

    @property
    def checkpoints(self) -> dict[int, str]:
        """{activity: NONE, STARTED or COMPLETED} of every component."""
        return {each.activity_id: each.state for each in self.standings}
