"""What a learner wrote at a checkpoint, for the page of a later reflection."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from boidung_xblock import around
from boidung_xblock.selfstudy.models import StepAnswer


def answers_around(*, course_key: str, user_id: int, steps: Collection[str]) -> QuerySet[Any]:
    """The person's own short answers to these steps for ``around``: kind "before", ``key`` the step.

    ``number`` is the try: every one is there, the highest counts.
    """
    rows = StepAnswer.objects.filter(
        work__course_key=course_key, work__learner_id=user_id, work__archive_no=0, step__in=steps
    )
    return around.part(rows, "before", key="step", title="title", text="text", at="created_at", number="number")
