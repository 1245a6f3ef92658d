"""Reading a learner's way through checkpoints. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from boidung_xblock.selfstudy.models import CheckpointWork

STARTED, COMPLETED = "started", "completed"
_BATCH = 500


@dataclass(frozen=True)
class WorkBrief:
    """Where a learner stands at a checkpoint; ``state`` "started" or "completed", ``passed`` None if undecided."""

    state: str
    steps_done: int
    steps_required: int
    earned: Decimal
    possible: Decimal
    passed: bool | None
    completed_at: datetime | None


@dataclass(frozen=True)
class WorkRow(WorkBrief):
    """A learner's way as the response report tells of it: without words."""

    learner_id: int
    username: str
    group_name: str
    tries: int
    started_at: datetime


def own(*, activity_id: int, user_id: int) -> CheckpointWork | None:
    """The person's present row, or None; one query."""
    return CheckpointWork.objects.filter(activity_id=activity_id, learner_id=user_id, archive_no=0).first()


def works_of(activity_ids: Collection[int], user_ids: Collection[int]) -> dict[tuple[int, int], WorkBrief]:
    """{(activity, user): where they stand}, those who have started only; one query."""
    rows = CheckpointWork.objects.filter(activity_id__in=activity_ids, learner_id__in=user_ids, archive_no=0)
    return {(row.activity_id, row.learner_id): brief(row) for row in rows.defer("steps")}


def brief(row: CheckpointWork) -> WorkBrief:
    """The row as others see it."""
    return WorkBrief(
        state=row.state,
        steps_done=row.steps_done,
        steps_required=row.steps_required,
        earned=row.earned,
        possible=row.possible,
        passed=row.passed,
        completed_at=row.completed_at,
    )


def started(activity_id: int) -> Iterator[list[WorkRow]]:
    """Everybody's present work at the activity in the order of the accounts, 500 at a time; for reports."""
    rows = CheckpointWork.objects.filter(activity_id=activity_id, archive_no=0)
    rows = rows.select_related("learner", "group").order_by("learner_id")
    last = 0
    while batch := list(rows.filter(learner_id__gt=last)[:_BATCH]):
        yield [_work_row(row) for row in batch]
        last = batch[-1].learner_id


def _work_row(row: CheckpointWork) -> WorkRow:
    return WorkRow(
        **vars(brief(row)),
        learner_id=row.learner_id,
        username=row.learner.get_username(),
        group_name=row.group.name if row.group else "",
        tries=sum(int(step.get("tries", 0)) for step in row.steps.values()),
        started_at=row.started_at,
    )
