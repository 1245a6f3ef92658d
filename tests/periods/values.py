"""Modules and grounds as plain values: a test says what matters to it, the rest is usual."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from boidung_xblock.authored.ledger import LedgerContent
from boidung_xblock.periods import rules
from boidung_xblock.periods.rules import Ground
from boidung_xblock.periods.shapes import CHECKPOINT, REFLECTION, Component, Module, ModuleRow, Standing

LEARNER = 7


def day(number: int) -> datetime:
    """A day of the month in which everything happens."""
    return datetime(2026, 3, number, 8, tzinfo=UTC)


# -- the module -------------------------------------------------------------------------------------------------
def checkpoint(number: int = 1, *, periods: str = "2", role: str = "study", scored: bool = False) -> Component:
    """A checkpoint; ``scored`` with a pass mark."""
    return _component(number, CHECKPOINT, periods, role=role, scored=scored)


def paper(number: int = 1, *, periods: str = "2", credit_when: str = "passed") -> Component:
    """A reflection of one's own."""
    return _component(number, REFLECTION, periods, scored=True, credit_when=credit_when)


def meeting(number: int = 1, *, periods: str = "2", credit_when: str = "passed") -> Component:
    """A reflection on a group meeting."""
    return _component(number, REFLECTION, periods, scored=True, has_meeting=True, credit_when=credit_when)


def _component(number: int, kind: str, periods: str, **changes: Any) -> Component:
    return Component(
        activity_id=number,
        usage_key=f"block-{number}",
        kind=kind,
        title=f"Phần {number}",
        periods=Decimal(periods),
        due=None,
        **changes,
    )


def module(*parts: Component, **rule: Any) -> Module:
    """A module that asks for all of its periods and for every mark, but for no meeting, unless said otherwise."""
    total = sum((part.periods for part in parts), Decimal(0))
    content = LedgerContent(**{"total_periods": total or 1, "min_periods": total, "min_meetings": 0, **rule})
    return Module("course", 99, "ledger", "Sổ học phần", content, parts)


# -- grounds ----------------------------------------------------------------------------------------------------
def studied(on: int = 1, *, mark: str | None = None, of: str = "10", passed: bool | None = None) -> Ground:
    """A checkpoint whose required steps are answered."""
    return Ground(begun=True, done=True, done_at=day(on), passed=passed, **_points(mark, of))


def begun() -> Ground:
    """A checkpoint with steps still to be answered."""
    return Ground(begun=True)


def written(
    on: int = 1,
    *,
    mark: str | None = None,
    of: str = "10",
    marked_on: int = 2,
    minutes_on: int | None = None,
    attended: bool = True,
) -> Ground:
    """A reflection that was handed in; marked if ``mark`` is given, passed from half of ``of``; with minutes."""
    passed = None if mark is None else Decimal(mark) * 2 >= Decimal(of)
    return Ground(
        begun=True,
        done=True,
        done_at=day(on),
        passed=passed,
        marked_at=None if mark is None else day(marked_on),
        attended=minutes_on is not None and attended,
        minutes_approved=minutes_on is not None,
        approved_at=day(minutes_on) if minutes_on else None,
        **_points(mark, of),
    )


def returned(*, minutes_on: int | None = None) -> Ground:
    """A reflection that came back for revision."""
    there = minutes_on is not None
    at = day(minutes_on) if minutes_on else None
    return Ground(begun=True, returned=True, done_at=day(1), attended=there, minutes_approved=there, approved_at=at)


def only_attended(on: int = 1) -> Ground:
    """Present at an approved meeting, and nothing handed in."""
    return Ground(attended=True, minutes_approved=True, approved_at=day(on))


def hidden(ground: Ground) -> Ground:
    """The same, to somebody who may not be told the result yet."""
    return replace(ground, hidden=True)


def _points(mark: str | None, of: str) -> dict[str, Decimal | None]:
    if mark is None:
        return {"earned": None, "possible": None}
    return {"earned": Decimal(mark), "possible": Decimal(of)}


# -- what the rule makes of them --------------------------------------------------------------------------------
def reckon(asked: Module, *grounds: Ground) -> ModuleRow:
    """The row of a learner with these grounds, in the order of the components."""
    return rules.row_of(
        asked, LEARNER, {part.activity_id: ground for part, ground in zip(asked.components, grounds, strict=False)}
    )


def stand(part: Component, ground: Ground) -> Standing:
    """Where a learner with this ground stands at the one component of a module."""
    (found,) = reckon(module(part), ground).standings
    return found


def codes(row: ModuleRow) -> list[str]:
    """The reasons without their numbers."""
    return [reason.code for reason in row.reasons]
