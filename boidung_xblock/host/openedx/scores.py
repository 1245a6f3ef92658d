"""Scores and completion of a learner, on their way into the platform."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import Http404
from django.utils import timezone

from boidung_xblock.host import CannotGrade, GradesFrozen
from boidung_xblock.host.openedx import keys, names
from boidung_xblock.host.openedx.courses import published


def publish_score(*, user_id: int, usage_key: str) -> None:
    """Bind the block to the learner, as the platform's own instructor tasks do, and let it publish its grade.

    ``courseware.block_render.get_block_for_descriptor`` without a request and ``FieldDataCache``, with the course for
    field overrides; all releases, LMS only. (A ``grade`` event grades whoever the block is bound to.) GradesFrozen if
    grades are frozen, because the platform would drop the score without a word; CannotGrade if the learner may not load
    the block: it is hidden, not yet open, or for another group. About 70 queries of the platform: never in a request.
    """
    key = keys.usage_key(usage_key)
    user = get_user_model().objects.filter(pk=user_id).first()
    if not names.in_lms() or key is None or user is None:
        raise CannotGrade(f"no learner {user_id} or no block {usage_key} here")
    if names.grades_frozen(key.context_key):
        raise GradesFrozen("grades are frozen since the course has ended")
    with published(key.context_key) as store:
        block = _bound(store, key, user)
        block.publish_grade()
        block.save()


def _bound(store: Any, key: Any, user: Any) -> Any:
    from lms.djangoapps.courseware.block_render import get_block_for_descriptor
    from lms.djangoapps.courseware.model_data import FieldDataCache
    from xmodule.modulestore.exceptions import ItemNotFoundError

    try:
        course, unbound = names.course_by_id(key.context_key), store.get_item(key)
    except (ItemNotFoundError, Http404) as error:
        raise CannotGrade(f"{key} is not in the published course") from error
    block = get_block_for_descriptor(
        user=user,
        request=None,
        block=unbound,
        field_data_cache=FieldDataCache.cache_for_block_descendents(key.context_key, user, unbound),
        course_key=key.context_key,
        track_function=lambda event_type, event: None,
        request_token=None,
        course=course,
    )
    if block is None:
        raise CannotGrade(f"user {user.pk} may not load {key}")
    return block


def grades_frozen(course_key: str) -> bool:
    """``grades.grade_utils.are_grades_frozen``; all releases, LMS only (False in Studio, where nobody marks).

    Two queries for its flag, which the platform keeps for the request, and one for the course where the flag is on.
    """
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview

    key = keys.course_key(course_key)
    if key is None or not names.in_lms():
        return False
    try:
        return names.grades_frozen(key)
    except (CourseOverview.DoesNotExist, OSError):
        return False


def set_completion(*, user_id: int, usage_key: str, value: float) -> None:
    """``BlockCompletion.objects.submit_completion`` of edx-completion; all releases.

    Does nothing where the site tracks no completion. ValueError outside 0.0–1.0.
    """
    from completion.models import BlockCompletion

    key = keys.usage_key(usage_key)
    if key is None or not 0.0 <= value <= 1.0:
        raise ValueError("completion lies between 0 and 1, and belongs to a block of a course")
    if names.completion_enabled():
        user = get_user_model().objects.get(pk=user_id)
        BlockCompletion.objects.submit_completion(user, key, value)


def forget(*, user_id: int, usage_key: str, had_score: bool) -> None:
    """A learner's state of a block is gone: the gradebook and the tick of completion must not go on showing it.

    The platform sends the signal itself when one learner's state is deleted, but not when all are; sent twice, it
    costs one more recalculation. It never takes a tick back from a block that completes itself.
    """
    from completion.models import BlockCompletion

    key = keys.usage_key(usage_key)
    if key is None or not get_user_model().objects.filter(pk=user_id).exists():
        return
    if had_score:
        _send_score_deleted(key, user_id)
    if names.completion_enabled():
        done = BlockCompletion.objects.filter(user_id=user_id, context_key=key.context_key, block_key=key)
        if done.filter(completion__gt=0).exists():
            set_completion(user_id=user_id, usage_key=usage_key, value=0.0)


def _send_score_deleted(key: Any, user_id: int) -> None:
    """``PROBLEM_RAW_SCORE_CHANGED`` with ``score_deleted``, from ``lms.djangoapps.grades.api``; all releases."""
    from lms.djangoapps.grades.api import constants, signals
    from xmodule.modulestore.exceptions import ItemNotFoundError

    try:
        with published(key.context_key) as store:
            block = store.get_item(key)
    except ItemNotFoundError:
        # Nothing is left in the course that a score could be shown for.
        return
    if not getattr(block, "has_score", False):
        return
    signals.PROBLEM_RAW_SCORE_CHANGED.send(
        sender=None,
        raw_earned=0,
        raw_possible=block.max_score(),
        weight=block.weight,
        user_id=user_id,
        course_id=str(key.context_key),
        usage_id=str(key),
        only_if_higher=False,
        modified=timezone.now(),
        score_deleted=True,
        score_db_table=constants.ScoreDatabaseTableEnum.courseware_student_module,
    )
