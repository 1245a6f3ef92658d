"""What others learn of a work that has changed: the gradebook its score, the site's log that it is completed."""

from __future__ import annotations

from datetime import datetime

from boidung_xblock import tracking
from boidung_xblock.activities.api import Activity
from boidung_xblock.grading import api as grading
from boidung_xblock.selfstudy.models import CheckpointWork


def record_score(work: CheckpointWork, activity: Activity, now: datetime) -> bool:
    """To the gradebook, in the caller's transaction; True if it changed anything there."""
    if not work.possible:
        return False
    return grading.record_auto_score(
        activity.pk, work.learner_id, work.earned, work.possible, bool(work.passed), now, activity=activity
    )


def track_completed(work: CheckpointWork, activity: Activity, actor_id: int | None) -> None:
    """The event; ``actor_id`` None where no answer completed it."""
    tracking.emit(
        tracking.CheckpointCompleted(
            course_id=activity.course_key,
            usage_id=activity.usage_key,
            learner_id=work.learner_id,
            actor_id=actor_id,
            group_id=work.group_id,
            earned=float(work.earned),
            possible=float(work.possible),
            passed=work.passed,
        )
    )
