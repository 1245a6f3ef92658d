"""What the platform's problem-response report says of a checkpoint: one row for each learner who has begun.

As with reflections, what was written is not told: how far, how often, which score.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import pgettext

from boidung_xblock import present
from boidung_xblock.activities import api as activities
from boidung_xblock.grading import api as grading
from boidung_xblock.selfstudy import api as selfstudy

Columns = OrderedDict[str, Any]
# A cell that begins so would be a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(usage_key: str, *, limit: int | None = None) -> Iterator[tuple[str, Columns]]:
    """(username, columns) in the order of the accounts, at most ``limit``; two queries for each 500 learners."""
    activity = activities.find(usage_key)
    if activity is None or (limit is not None and limit <= 0):
        return
    told = 0
    for batch in selfstudy.started(activity.pk):
        marks = grading.grades_of(activity.pk, [row.learner_id for row in batch])
        for row in batch:
            yield row.username, _columns(row, marks.get(row.learner_id))
            told += 1
            if told == limit:
                return


def _columns(row: selfstudy.WorkRow, mark: grading.GradeView | None) -> Columns:
    done = row.state == selfstudy.COMPLETED
    # An override stands above what the checkpoint reckoned by itself, as in the gradebook and in the result file.
    points: grading.GradeView | selfstudy.WorkRow = mark if mark and mark.source != "auto" else row
    return OrderedDict(
        [
            (pgettext("boidung", "State of the work"), _state(done)),
            (pgettext("boidung", "Steps done"), row.steps_done),
            (pgettext("boidung", "Steps required"), row.steps_required),
            (pgettext("boidung", "Answers given"), row.tries),
            (pgettext("boidung", "Started at (UTC)"), _iso(row.started_at)),
            (pgettext("boidung", "Completed at (UTC)"), _iso(row.completed_at)),
            (pgettext("boidung", "Group"), _text(row.group_name)),
            (pgettext("boidung", "Points earned"), present.plain_number(points.earned) if points.possible else ""),
            (pgettext("boidung", "Points possible"), present.plain_number(points.possible) if points.possible else ""),
            (pgettext("boidung", "Pass"), _yes(points.passed)),
        ]
    )


def _state(done: bool) -> str:
    return pgettext("boidung", "Completed") if done else pgettext("boidung", "In progress")


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _yes(value: bool | None) -> str:
    if value is None:
        return ""
    return pgettext("boidung", "yes") if value else pgettext("boidung", "no")


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
