"""Modules and grounds at random, as the records can give them: for properties of the rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boidung_xblock.periods import rules
from boidung_xblock.periods.rules import Ground
from boidung_xblock.periods.shapes import CHECKPOINT, Component, Module, ModuleRow
from tests.periods import values
from tests.periods.values import LEARNER

RANK = {"unfinished": 0, "not_passed": 1, "passed": 2}
MARKS = st.sampled_from(["0", "4", "4.75", "5", "8.25", "10"])
DAYS = st.integers(1, 28)
PERIODS = st.sampled_from(["0", "0.5", "1", "2", "3.25"])


def of_every(*strategies: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """Decorator: the test holds of whatever the strategies make, however busy the machine is."""
    calm = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
    return lambda test: calm(given(*strategies)(test))


@dataclass(frozen=True)
class Case:
    """A module and one learner's grounds in it."""

    module: Module
    grounds: dict[int, Ground]

    @property
    def row(self) -> ModuleRow:
        """What the rule makes of it."""
        return rules.row_of(self.module, LEARNER, self.grounds)

    @property
    def ids(self) -> list[int]:
        """The components."""
        return [part.activity_id for part in self.module.components]

    def under(self, **rule: Any) -> Case:
        """The same under a rule that is changed in part."""
        changed = self.module.rule.model_copy(update=rule)
        return replace(self, module=replace(self.module, rule=changed))

    def without(self, activity_id: int) -> Case:
        """The same after one ground has gone altogether."""
        return replace(self, grounds={number: each for number, each in self.grounds.items() if number != activity_id})

    def changed(self, activity_id: int, **changes: Any) -> Case:
        """The same after something about one ground has changed."""
        return replace(self, grounds={**self.grounds, activity_id: replace(self.grounds[activity_id], **changes)})


@st.composite
def checkpoints(draw: st.DrawFn, number: int) -> Component:
    """A checkpoint of any role."""
    role = draw(st.sampled_from(["study", "test", "survey"]))
    return values.checkpoint(number, periods=draw(PERIODS), role=role, scored=draw(st.booleans()))


@st.composite
def reflections(draw: st.DrawFn, number: int) -> Component:
    """A reflection with or without a meeting."""
    make = draw(st.sampled_from([values.paper, values.meeting]))
    return make(number, periods=draw(PERIODS), credit_when=draw(st.sampled_from(["passed", "submitted"])))


@st.composite
def ground_of(draw: st.DrawFn, part: Component) -> Ground:
    """What can be on record at the component."""
    if part.kind == CHECKPOINT:
        mark = draw(MARKS)
        passed = float(mark) >= 5 if part.scored else None
        done = values.studied(draw(DAYS), mark=mark, passed=passed)
        return draw(st.sampled_from([Ground(), values.begun(), replace(done, done=False, done_at=None), done]))
    minutes = draw(DAYS | st.none()) if part.has_meeting else None
    there = draw(st.sampled_from([True, True, True, False]))
    marks = {"mark": draw(st.none() | MARKS), "marked_on": draw(DAYS)}
    handed_in = values.written(draw(DAYS), minutes_on=minutes, attended=there, **marks)
    nothing = replace(Ground(), attended=there, minutes_approved=bool(minutes), approved_at=handed_in.approved_at)
    came_back = replace(nothing, begun=True, returned=True, done_at=handed_in.done_at)
    return draw(st.sampled_from([handed_in, handed_in, handed_in, came_back, nothing]))


@st.composite
def cases(draw: st.DrawFn, **fixed: Any) -> Case:
    """A module of up to five components, a rule that can be met, and a learner; ``fixed`` parts of the rule."""
    size = draw(st.integers(1, 5))
    parts = [draw(st.one_of(checkpoints(number), reflections(number))) for number in range(1, size + 1)]
    total = sum((part.periods for part in parts), Decimal(0))
    rule = {
        "min_periods": (total * draw(st.sampled_from([0, 1, 2])) / 2).quantize(Decimal("0.01")),
        "min_meetings": draw(st.integers(0, 2)),
        "every_mark_passes": draw(st.booleans()),
    }
    found = values.module(*parts, **{**rule, **fixed})
    return Case(found, {part.activity_id: draw(ground_of(part)) for part in parts})
