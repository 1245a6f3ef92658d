"""Counting learners: for the tiles of the page and for the second sheet, by group, school and office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from boidung_xblock.periods import api as periods
from boidung_xblock.roster import api as roster

# Something is still to be studied, written or revised; a meeting missed or a low mark is no lack of work handed in.
_TO_HAND_IN = frozenset({"study", "write", "revise"})


@dataclass
class Count:
    """How many learners, and how far they are. Of ``people`` exactly one result each."""

    people: int = 0
    started: int = 0
    submitted: int = 0
    passed: int = 0
    not_passed: int = 0
    unfinished: int = 0
    women: int = 0
    women_passed: int = 0
    minority: int = 0
    minority_passed: int = 0

    def add(self, learner: roster.Learner, row: periods.ModuleRow | None, needed: frozenset[int]) -> None:
        """One learner more; without a row nothing was started. ``needed`` are the activities to hand in."""
        result = row.result if row else periods.UNFINISHED
        passed = int(result == periods.PASSED)
        self.people += 1
        self.started += int(row is not None and _has_started(row))
        self.submitted += int(row is not None and _has_handed_in(row, needed))
        self.passed += passed
        self.not_passed += int(result == periods.NOT_PASSED)
        self.unfinished += int(result == periods.UNFINISHED)
        if learner.is_female:
            self.women += 1
            self.women_passed += passed
        if learner.is_minority:
            self.minority += 1
            self.minority_passed += passed

    def as_dict(self) -> dict[str, int]:
        """What the page's tiles need."""
        names = ("people", "started", "submitted", "passed", "not_passed", "unfinished")
        return {name: getattr(self, name) for name in names}


@dataclass
class Line:
    """One line of the second sheet: a group, a school, a cluster or an office."""

    code: str
    name: str
    within: str  # the school or cluster of a group, the office of a school
    count: Count = field(default_factory=Count)


@dataclass
class Tally:
    """The counts of a whole round. Memory grows with its groups, not with its learners."""

    needed: frozenset[int]  # see ``for_module``
    total: Count = field(default_factory=Count)
    offices: dict[int, Line] = field(default_factory=dict)
    clusters: dict[int, Line] = field(default_factory=dict)
    schools: dict[int, Line] = field(default_factory=dict)
    groups: dict[int, Line] = field(default_factory=dict)
    knows_women: bool = False  # the staff list said so of somebody
    knows_minority: bool = False

    @classmethod
    def for_module(cls, module: periods.Module) -> Tally:
        """Everything is to be handed in but what counts for nothing, such as a survey without periods."""
        return cls(frozenset(part.activity_id for part in module.components if part.periods or part.role == "test"))

    def add(
        self, learner: roster.Learner, row: periods.ModuleRow | None, above: Iterable[roster.UnitAbove] = ()
    ) -> None:
        """One learner more, in the order of the first sheet; ``above`` is what lies over the school."""
        self.knows_women |= learner.is_female is not None
        self.knows_minority |= learner.is_minority is not None
        self.total.add(learner, row, self.needed)
        for office in above:
            lines = self.clusters if office.is_cluster else self.offices
            line = lines.setdefault(office.id, Line(office.code, office.name, office.office_name))
            line.count.add(learner, row, self.needed)
        own = Line(learner.unit_code, learner.unit_name, learner.office_name)
        school = self.schools.setdefault(learner.unit_id, own)
        school.count.add(learner, row, self.needed)
        group = self.groups.setdefault(learner.group_id, Line("", learner.group_name, learner.group_unit_name))
        group.count.add(learner, row, self.needed)


def _has_started(row: periods.ModuleRow) -> bool:
    """Anything at all was begun, handed in or attended."""
    return any(each.state != periods.NONE or each.attended for each in row.standings)


def _has_handed_in(row: periods.ModuleRow, needed: frozenset[int]) -> bool:
    waiting = {each.activity_id for each in row.standings if each.waits_for in _TO_HAND_IN}
    return bool(needed) and needed.isdisjoint(waiting)
