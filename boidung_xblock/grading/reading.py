"""Reading marks. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from boidung_xblock.grading.models import Grade, Mark


@dataclass(frozen=True)
class MarkView:
    """One mark with its words; ``criteria`` as in ``Mark``."""

    number: int
    version_no: int
    marker_name: str
    source: str
    earned: Decimal
    possible: Decimal
    passed: bool
    criteria: list[dict[str, Any]]
    comment: str
    private_note: str  # for markers only
    created_at: datetime


@dataclass(frozen=True)
class GradeView:
    """The mark in force; ``delivered`` once the gradebook has it."""

    earned: Decimal
    possible: Decimal
    passed: bool
    source: str
    delivered: bool
    mark: MarkView | None


@dataclass(frozen=True)
class MarkBrief:
    """The mark in force without its words; ``source`` "auto" where a checkpoint reckoned it by itself."""

    earned: Decimal
    possible: Decimal
    passed: bool
    source: str
    at: datetime


def grade_of(activity_id: int, learner_id: int) -> GradeView | None:
    """The mark in force, or None; one query."""
    grade = (
        Grade.objects.select_related("mark")
        .filter(activity_id=activity_id, learner_id=learner_id, archive_no=0, earned__isnull=False)
        .first()
    )
    return _grade(grade)


def grades_of(activity_id: int, learner_ids: Iterable[int]) -> dict[int, GradeView]:
    """The marks in force of many learners, without the words (``mark`` is None); one query, for reports."""
    rows = Grade.objects.filter(
        activity_id=activity_id, learner_id__in=list(learner_ids), archive_no=0, earned__isnull=False
    )
    found = ((row.learner_id, _grade(row, with_mark=False)) for row in rows)
    return {learner_id: grade for learner_id, grade in found if grade is not None}


def marks_in_force(activity_ids: Collection[int], learner_ids: Collection[int]) -> dict[tuple[int, int], MarkBrief]:
    """{(activity, learner): the mark in force}, those who have one; one query."""
    rows = Grade.objects.filter(
        activity_id__in=activity_ids, learner_id__in=learner_ids, archive_no=0, earned__isnull=False
    ).values_list("activity_id", "learner_id", "earned", "possible", "passed", "source", "updated_at")
    found = {}
    for activity_id, learner_id, earned, possible, passed, source, at in rows:
        if earned is not None and possible is not None:
            found[activity_id, learner_id] = MarkBrief(earned, possible, bool(passed), source, at)
    return found


def grade_by_usage(usage_key: str, learner_id: int) -> GradeView | None:
    """As ``grade_of``, for a block that knows only its own key; one query."""
    grade = (
        Grade.objects.select_related("mark")
        .filter(activity__usage_key=usage_key, learner_id=learner_id, archive_no=0, earned__isnull=False)
        .first()
    )
    return _grade(grade)


def marks_of(activity_id: int, learner_id: int) -> list[MarkView]:
    """All marks of a learner's present work, newest first; for markers. One query."""
    rows = Mark.objects.filter(grade__activity_id=activity_id, grade__learner_id=learner_id, grade__archive_no=0)
    return [_mark(row) for row in rows.order_by("-number")]


def _grade(grade: Grade | None, *, with_mark: bool = True) -> GradeView | None:
    if grade is None or grade.earned is None:
        return None
    return GradeView(
        earned=grade.earned,
        possible=grade.possible,
        passed=bool(grade.passed),
        source=grade.source,
        delivered=grade.delivered_no >= grade.updates,
        mark=_mark(grade.mark) if with_mark and grade.mark else None,
    )


def _mark(row: Mark) -> MarkView:
    return MarkView(
        number=row.number,
        version_no=row.version_no,
        marker_name=row.marker_name,
        source=row.source,
        earned=row.earned,
        possible=row.possible,
        passed=row.passed,
        criteria=row.criteria,
        comment=row.comment,
        private_note=row.private_note,
        created_at=row.created_at,
    )
