"""Reading the grounds: the register's blocks, and what the applets know of learners. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from boidung_xblock.activities import api as activities
from boidung_xblock.activities.api import Activity
from boidung_xblock.authored.ledger import LedgerContent
from boidung_xblock.grading import api as grading
from boidung_xblock.meetings import api as meetings
from boidung_xblock.periods import rules
from boidung_xblock.periods.rules import Ground
from boidung_xblock.periods.shapes import CHECKPOINT, REFLECTION, Component, Module, ModuleRow
from boidung_xblock.reflections import api as reflections
from boidung_xblock.selfstudy import api as selfstudy

LEDGER = "boidung_ledger"
_KINDS = {"boidung_checkpoint": CHECKPOINT, "boidung_reflection": REFLECTION}
_WITH_MARKER = reflections.states.WAITING | {reflections.states.MARKED}
_BEGUN = _WITH_MARKER | {reflections.states.RETURNED}


def module_of(course_key: str) -> Module | None:
    """The course's module by its first ledger; None if it has none. One query."""
    return module_from(activities.in_course(course_key))


def module_from(found: Iterable[Activity], *, ledger_key: str = "") -> Module | None:
    """The same from activities in course order; ``ledger_key`` picks a ledger, else the first counts."""
    rows = list(found)
    ledgers = [row for row in rows if row.kind == LEDGER and ledger_key in ("", row.usage_key)]
    if not ledgers:
        return None
    ledger = ledgers[0]
    return Module(
        course_key=ledger.course_key,
        ledger_id=ledger.pk,
        usage_key=ledger.usage_key,
        title=ledger.title,
        rule=LedgerContent.model_validate(ledger.settings),
        components=tuple(component(row) for row in rows if row.kind in _KINDS),
    )


def component(row: Activity) -> Component:
    """The register's row as the module counts it. Rows from before a setting was there count by its default."""
    given, kind = row.settings, _KINDS[row.kind]
    scored = bool(Decimal(given.get("pass_percent", "0"))) if kind == CHECKPOINT else True
    return Component(
        activity_id=row.pk,
        usage_key=row.usage_key,
        kind=kind,
        title=row.title,
        periods=row.periods,
        due=row.due,
        role=given.get("role", "") if kind == CHECKPOINT else "",
        scored=scored,
        has_meeting=bool(given.get("meeting")),
        credit_when=given.get("credit_when", "passed") if kind == REFLECTION else "",
        show_correctness=given.get("show_correctness", "always"),
    )


def rows_of(module: Module, user_ids: Collection[int]) -> dict[int, ModuleRow]:
    """{user: their module}, everybody asked for. Four queries, whatever the numbers; asks for no permission."""
    ids = [part.activity_id for part in module.components]
    works = selfstudy.works_of([part.activity_id for part in module.checkpoints], user_ids)
    stands = reflections.stands_of(ids, user_ids)
    marks = grading.marks_in_force(ids, user_ids)
    attendance = meetings.attendance_of([part.activity_id for part in module.meetings], user_ids)
    made = {}
    for user_id in user_ids:
        grounds = {}
        for part in module.components:
            place = (part.activity_id, user_id)
            if part.kind == CHECKPOINT:
                grounds[part.activity_id] = _studied(part, works.get(place), marks.get(place))
            else:
                grounds[part.activity_id] = _reflected(stands.get(place), marks.get(place), attendance.get(place))
        made[user_id] = rules.row_of(module, user_id, grounds)
    return made


def _studied(part: Component, work: selfstudy.WorkBrief | None, mark: grading.MarkBrief | None) -> Ground:
    """An instructor's override stands above what the checkpoint reckoned by itself."""
    if work is None and mark is None:
        return Ground()
    by_hand = mark if mark and mark.source != "auto" else None
    points = by_hand or work
    passed = by_hand.passed if by_hand else work.passed if work else None
    return Ground(
        begun=True,
        # Who was given a mark in the gradebook for work done elsewhere has done it.
        done=work.state == selfstudy.COMPLETED if work else True,
        done_at=work.completed_at if work else None,
        earned=points.earned if points else None,
        possible=points.possible if points else None,
        passed=passed if part.scored else None,
        marked_at=by_hand.at if by_hand else None,
    )


def _reflected(
    stand: reflections.Stand | None, mark: grading.MarkBrief | None, roll: meetings.Attendance | None
) -> Ground:
    state = stand.state if stand else ""
    return Ground(
        begun=state in _BEGUN,
        # A mark from the gradebook counts even for work that was never handed in here.
        done=state in _WITH_MARKER or (stand is None and mark is not None),
        returned=state == reflections.states.RETURNED,
        done_at=stand.submitted_at if stand else None,
        earned=mark.earned if mark else None,
        possible=mark.possible if mark else None,
        passed=mark.passed if mark else None,
        marked_at=mark.at if mark else None,
        attended=roll is not None and (roll.status == meetings.states.PRESENT or roll.made_up),
        minutes_approved=roll is not None and roll.approved,
        approved_at=roll.approved_at if roll else None,
    )
