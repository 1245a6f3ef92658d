"""Reading the grounds: the register's blocks, and what the applets know of learners. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from boidung_xblock.activities import api as activities
from boidung_xblock.activities.api import Activity
from boidung_xblock.authored import checkpoint_scoring as scoring
from boidung_xblock.authored.ledger import LedgerContent
from boidung_xblock.grading import api as grading
from boidung_xblock.host import DueDate, get_host
from boidung_xblock.meetings import api as meetings
from boidung_xblock.periods import rules
from boidung_xblock.periods.rules import Ground
from boidung_xblock.periods.shapes import CHECKPOINT, REFLECTION, Component, Module, ModuleRow
from boidung_xblock.reflections import api as reflections
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.viewer import Viewer

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
        components=components(rows),
    )


def components(found: Iterable[Activity]) -> tuple[Component, ...]:
    """What counts among activities in course order: all but ledgers."""
    return tuple(component(row) for row in found if row.kind in _KINDS)


def component(row: Activity) -> Component:
    """The register's row as the module counts it. Rows from before a setting was there count by its default."""
    given, kind = row.settings, _KINDS[row.kind]
    pass_percent = Decimal(given.get("pass_percent", "0")) if kind == CHECKPOINT else Decimal(0)
    return Component(
        activity_id=row.pk,
        usage_key=row.usage_key,
        kind=kind,
        title=row.title,
        periods=row.periods,
        due=row.due,
        role=given.get("role", "") if kind == CHECKPOINT else "",
        scored=kind == REFLECTION or pass_percent > 0,
        pass_percent=pass_percent,
        has_meeting=bool(given.get("meeting")),
        credit_when=given.get("credit_when", "passed") if kind == REFLECTION else "",
        show_correctness=given.get("show_correctness", "always"),
    )


def rows_of(
    module: Module,
    user_ids: Collection[int],
    *,
    attendance: Mapping[tuple[int, int], meetings.Attendance] | None = None,
    hidden: Collection[int] = (),
) -> dict[int, ModuleRow]:
    """{user: their module}, everybody asked for. Four queries, whatever the numbers; asks for no permission.

    With ``attendance`` given, three. ``hidden``: activities whose results may not be told yet; what hangs on them
    waits for "result".
    """
    ids = [part.activity_id for part in module.components]
    works = selfstudy.works_of([part.activity_id for part in module.checkpoints], user_ids)
    stands = reflections.stands_of(ids, user_ids)
    marks = grading.marks_in_force(ids, user_ids)
    if attendance is None:
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
            if part.activity_id in hidden:
                grounds[part.activity_id] = replace(grounds[part.activity_id], hidden=True)
        made[user_id] = rules.row_of(module, user_id, grounds)
    return made


def dues_of(module: Module, user_id: int) -> dict[str, DueDate]:
    """{usage key: when it is due for the learner}, extensions included; the platform's queries, none of ours."""
    keys = [part.usage_key for part in module.components]
    return get_host().own_due_dates(course_key=module.course_key, usage_keys=keys, user_id=user_id)


def untold(module: Module, viewer: Viewer, *, dues: Mapping[str, DueDate] | None = None) -> set[int]:
    """Activities whose results the platform's ``show_correctness`` keeps from the viewer, a learner, now."""
    waiting = [part for part in module.components if part.show_correctness == "past_due" and not viewer.access.staff]
    found = {part.activity_id for part in module.components if part.show_correctness.startswith("never")}
    if waiting:
        dues, now = dues or dues_of(module, viewer.known_id), timezone.now()
        closes = {part.activity_id: dues[part.usage_key].closes for part in waiting}
        found |= {activity_id for activity_id, closing in closes.items() if closing and now <= closing}
    return found


def _studied(part: Component, work: selfstudy.WorkBrief | None, mark: grading.MarkBrief | None) -> Ground:
    """An instructor's override stands above what the checkpoint reckoned by itself, and above work not done here.

    What passed once stays passed; a pass mark that was lowered helps at once (decision 10).
    """
    by_hand = mark if mark and mark.source != "auto" else None
    if work is None and by_hand is None:
        return Ground()
    done = work is not None and work.state == selfstudy.COMPLETED
    points = by_hand or work
    own_pass = done and (not part.scored or _passes(part, work))
    return Ground(
        begun=True,
        done=done or by_hand is not None,
        done_at=work.completed_at if work and done else None,
        earned=points.earned if points else None,
        possible=points.possible if points else None,
        passed=_passes(part, points) if part.scored else None,
        # What was there without it is not dated later by it.
        marked_at=by_hand.at if by_hand and not own_pass else None,
    )


def _passes(part: Component, points: selfstudy.WorkBrief | grading.MarkBrief | None) -> bool:
    if points is None:
        return False
    return scoring.is_passed(points.passed, points.earned, points.possible, part.pass_percent)


def _reflected(
    stand: reflections.Stand | None, mark: grading.MarkBrief | None, roll: meetings.Attendance | None
) -> Ground:
    state = stand.state if stand else ""
    return Ground(
        begun=state in _BEGUN,
        # A mark from the gradebook counts even for work that was never handed in here, or came back: a return by its
        # marker takes the mark away.
        done=state in _WITH_MARKER or mark is not None,
        returned=state == reflections.states.RETURNED and mark is None,
        done_at=stand.submitted_at if stand else None,
        earned=mark.earned if mark else None,
        possible=mark.possible if mark else None,
        passed=mark.passed if mark else None,
        marked_at=mark.at if mark else None,
        attended=roll is not None and (roll.status == meetings.states.PRESENT or roll.made_up),
        minutes_approved=roll is not None and roll.approved,
        approved_at=max((at for at in (roll.approved_at, roll.made_up_at) if at), default=None) if roll else None,
    )
