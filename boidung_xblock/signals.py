"""What the site tells us: a learner's state was deleted. Connected by the host, in the platform or the demo."""

from __future__ import annotations

from django.db import transaction

from boidung_xblock.activities import api as activities
from boidung_xblock.grading import api as grading
from boidung_xblock.reflections import api as reflections


def learner_state_deleted(*, usage_key: str, user_id: int) -> bool:
    """An instructor deleted a learner's state of one block: put our rows aside, with their history.

    Nothing is destroyed: versions and marks stay, archived; drafts and attached files stay with the learner.
    True if the block is one of ours. Calling it again changes nothing.
    """
    activity = activities.find(usage_key)
    if activity is None:
        return False
    with transaction.atomic():
        reflections.archive(activity_id=activity.pk, author_id=user_id)
        grading.archive(activity_id=activity.pk, learner_id=user_id)
    return True
