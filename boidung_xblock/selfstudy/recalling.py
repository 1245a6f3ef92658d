"""What a learner wrote at a checkpoint, for the page of a later reflection."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from boidung_xblock import around
from boidung_xblock.selfstudy.models import StepAnswer


def answers_around(
    *, course_key: str, user_id: int, steps: Collection[str], activity_id: int | None = None
) -> QuerySet[Any]:
    """The person's own short answers to these steps for ``around``: kind "before", ``key`` the step.

    Every try is there with its time ``at`` and its ``number``; the latest counts, of whichever checkpoint has a step of
    that name, unless one is named.
    """
    rows = StepAnswer.objects.filter(
        work__course_key=course_key, work__learner_id=user_id, work__archive_no=0, step__in=steps
    )
    if activity_id is not None:
        rows = rows.filter(work__activity_id=activity_id)
    return around.part(rows, "before", key="step", title="title", text="text", at="created_at", number="number")
