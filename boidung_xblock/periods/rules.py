"""The rule of the module, in pure code: what counts, what is missing, and the result with its reasons.

A checkpoint counts once its required steps are answered and, where it has a pass mark, passed. A reflection counts
once it is passed or submitted, as its author chose; one on a group meeting asks for approved minutes as well that
name the learner present or say that the meeting was made up. Complete means all contents studied and every component
mark at least the pass mark (the annual guideline; 10-point scale, pass at 5: Thông tư 19/2019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from boidung_xblock.periods.shapes import (
    CHECKPOINT,
    COMPLETED,
    MEETING,
    NONE,
    NOT_PASSED,
    PAPER,
    PASSED,
    REFLECTION,
    STARTED,
    STUDY,
    UNFINISHED,
    Component,
    Credit,
    Module,
    ModuleRow,
    Reason,
    Standing,
)

_TEN, _CENT = Decimal(10), Decimal("0.01")
# What only somebody else can move on.
NOT_MINE = ("mark", "minutes", "result")


@dataclass(frozen=True)
class Ground:
    """What the records say of one learner at one component; the rule decides what it is worth.

    ``begun``: there is work. ``done``: a checkpoint's required steps are answered, a reflection lies with its marker
    or is marked. ``returned``: it came back for revision. ``passed`` None while undecided. ``marked_at``: of a mark
    that decides. ``approved_at``: of the minutes, or when the meeting was made up after that. ``hidden``: the result
    may not be told to whoever reads.
    """

    begun: bool = False
    done: bool = False
    returned: bool = False
    done_at: datetime | None = None
    earned: Decimal | None = None
    possible: Decimal | None = None
    passed: bool | None = None
    marked_at: datetime | None = None
    attended: bool = False
    minutes_approved: bool = False
    approved_at: datetime | None = None
    hidden: bool = False


def row_of(module: Module, user_id: int, grounds: Mapping[int, Ground]) -> ModuleRow:
    """One learner's module; ``grounds`` by activity, absent where there are none."""
    places = [(part, _standing(part, grounds.get(part.activity_id, Ground()))) for part in module.components]
    credits = tuple(_credit(part, where) for part, where in places if where.state == COMPLETED)
    earned = sum((credit.periods for credit in credits), Decimal(0))
    attended = sum(1 for _, where in places if where.attended)
    missing = _missing(module, places, earned, attended)
    failed = _failed(module, places, earned)
    result = UNFINISHED if missing else NOT_PASSED if failed else PASSED
    return ModuleRow(
        user_id=user_id,
        credits=credits,
        standings=tuple(where for _, where in places),
        earned=earned,
        total=module.rule.total_periods,
        meetings_attended=attended,
        meetings_total=len(module.meetings),
        test_mark=_mean([where.mark for part, where in places if part.role == "test"]),
        reflection_mark=_mean(_paper_marks(places)),
        result=result,
        reasons=(*missing, *failed),
        completed_at=_completed_at(module, places, credits) if result == PASSED else None,
    )


def _standing(part: Component, ground: Ground) -> Standing:
    waits_for = _waits_for(part, ground)
    if not waits_for:
        state = COMPLETED
    else:
        state = STARTED if ground.begun else NONE
    is_marked = ground.done and ground.earned is not None and bool(ground.possible)
    has_mark = is_marked and not ground.hidden
    moments = [ground.done_at, ground.approved_at]
    if part.credit_when != "submitted":
        moments.append(ground.marked_at)
    attended = part.has_meeting and ground.minutes_approved and ground.attended
    return Standing(
        activity_id=part.activity_id,
        state=state,
        waits_for=waits_for,
        attended=attended,
        mark=_of_ten(ground) if has_mark else None,
        passed=ground.passed if has_mark else None,
        at=max((moment for moment in moments if moment), default=None) if state == COMPLETED else None,
        met_at=ground.approved_at if attended else None,
        marked_at=ground.marked_at if has_mark else None,
        untold=is_marked and ground.hidden,
    )


def _waits_for(part: Component, ground: Ground) -> str:
    """What is missing; what the learner can do comes before what others must."""
    if part.kind == CHECKPOINT:
        if not ground.done:
            return "study"
        if part.scored and ground.hidden:
            return "result"
        return "pass" if ground.passed is False else ""
    if ground.returned:
        return "revise"
    if not ground.done:
        return "write"
    if part.has_meeting and ground.minutes_approved and not ground.attended:
        return "attend"
    if part.credit_when == "passed" and (ground.hidden or not ground.passed):
        return "mark" if ground.passed is None else "result" if ground.hidden else "pass"
    return "minutes" if part.has_meeting and not ground.minutes_approved else ""


def _credit(part: Component, where: Standing) -> Credit:
    source = STUDY if part.kind == CHECKPOINT else MEETING if part.has_meeting else PAPER
    return Credit(part.activity_id, source, part.periods, where.at)


def _missing(
    module: Module, places: Sequence[tuple[Component, Standing]], earned: Decimal, attended: int
) -> tuple[Reason, ...]:
    """What keeps the module open, whatever the marks are."""
    rule, found = module.rule, []
    open_to_pass = sum((part.periods for part, where in places if _is_failed_alone(part, where)), Decimal(0))
    if earned + open_to_pass < rule.min_periods:
        found.append(Reason("periods", {"earned": earned, "needed": rule.min_periods}))
    if attended < rule.min_meetings:
        found.append(Reason("meetings", {"attended": attended, "needed": rule.min_meetings}))
    if rule.every_mark_passes:
        untested = [part.title for part, where in places if part.role == "test" and where.waits_for == "study"]
        if untested:
            found.append(Reason("test", {"titles": untested}))
        returned = [part.title for part, where in places if where.waits_for == "revise"]
        if returned:
            found.append(Reason("revise", {"titles": returned}))
        waiting = sum(1 for part, where in places if _awaits_mark(part, where))
        if waiting:
            found.append(Reason("marks", {"count": waiting}))
    untold = sum(1 for _, where in places if where.untold and (rule.every_mark_passes or where.waits_for == "result"))
    if untold:
        found.append(Reason("untold", {"count": untold}))
    return tuple(found)


def _is_failed_alone(part: Component, where: Standing) -> bool:
    """Nothing but the mark keeps its periods from counting."""
    return where.waits_for == "pass" and (where.attended or not part.has_meeting)


def _awaits_mark(part: Component, where: Standing) -> bool:
    """Work that is with its marker, whatever else it waits for."""
    is_with_marker = part.kind == REFLECTION and where.waits_for not in ("write", "revise")
    return is_with_marker and where.passed is None and not where.untold


def _failed(module: Module, places: Sequence[tuple[Component, Standing]], earned: Decimal) -> tuple[Reason, ...]:
    """Marks below the pass mark, where they matter."""
    below = [part.title for part, where in places if where.waits_for == "pass" or where.passed is False]
    if not below or not (module.rule.every_mark_passes or earned < module.rule.min_periods):
        return ()
    return (Reason("failed", {"titles": below}),)


def _completed_at(
    module: Module, places: Sequence[tuple[Component, Standing]], credits: Sequence[Credit]
) -> datetime | None:
    """When the last of what the rule asks for was there; what came later changes nothing."""
    rule, reached, moments = module.rule, Decimal(0), []
    for credit in sorted((credit for credit in credits if credit.at), key=lambda credit: credit.at or datetime.max):
        if reached >= rule.min_periods:
            break
        reached += credit.periods
        moments.append(credit.at)
    met = sorted(where.met_at for _, where in places if where.met_at)
    moments += met[: rule.min_meetings]
    if rule.every_mark_passes:
        moments += [where.at for part, where in places if part.role == "test"]
        moments += [where.marked_at for _, where in places]
    return max((moment for moment in moments if moment), default=None)


def _paper_marks(places: Sequence[tuple[Component, Standing]]) -> list[Decimal | None]:
    """Of the papers of one's own; of the reflections on meetings where there is no such paper."""
    written = [(part, where) for part, where in places if part.kind == REFLECTION]
    papers = [where.mark for part, where in written if not part.has_meeting]
    return papers or [where.mark for _, where in written]


def _of_ten(ground: Ground) -> Decimal | None:
    if ground.earned is None or not ground.possible:
        return None
    return _rounded(ground.earned * _TEN / ground.possible)


def _mean(marks: Sequence[Decimal | None]) -> Decimal | None:
    given = [mark for mark in marks if mark is not None]
    return _rounded(sum(given, Decimal(0)) / len(given)) if given else None


def _rounded(mark: Decimal) -> Decimal:
    """To hundredths, halves up: as schools round, and as the rubric does."""
    return mark.quantize(_CENT, ROUND_HALF_UP)
