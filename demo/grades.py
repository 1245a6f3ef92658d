"""Scores as the LMS keeps them (StudentModule), the echo to the block, and the instructor's tools."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from completion.handlers import scorable_block_completion
from edx_when import api as when
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.scorable import Score, ScorableXBlockMixin

from boidung_xblock.signals import learner_state_deleted
from demo.models import StudentModule
from demo.runtime import DemoRuntime, bind

Points = tuple[float | None, float]  # weighted: earned (None: nothing yet), possible


class CannotDo(Exception):
    """An instructor's tool cannot do this; the message is Vietnamese."""


def set_score(user_id: int, usage_key: UsageKey, score: float, max_score: float) -> None:
    """The raw score on the learner's StudentModule; a row made here has no module_type, as on the platform."""
    row, created = StudentModule.objects.get_or_create(
        student_id=user_id,
        module_state_key=str(usage_key),
        defaults={"course_id": str(usage_key.course_key), "grade": score, "max_grade": max_score},
    )
    if not created:
        row.grade, row.max_grade = score, max_score
        row.save(update_fields=["grade", "max_grade", "modified"])


def score_published(block: Any, user: Any, event: dict[str, Any]) -> None:
    """A "grade" event: store for the bound user, echo to the block as ``set_score``, then completion's receiver."""
    earned, possible = event["value"], event["max_value"]
    if event.get("only_if_higher"):
        row = StudentModule.objects.filter(student_id=user.pk, module_state_key=str(block.location)).first()
        if row and row.max_grade and (row.grade or 0) / row.max_grade > (earned / possible if possible else 0):
            return
    set_score(user.pk, block.location, earned, possible)
    if isinstance(block, ScorableXBlockMixin):
        block.set_score(Score(raw_earned=earned, raw_possible=possible))
    _completed(user.pk, block.location, event)


def _completed(user_id: int, usage_key: UsageKey, event: dict[str, Any]) -> None:
    """Without custom completion any score completes the block."""
    extra = {name: event.get(name) for name in ("score_deleted", "grader_response")}
    course_id = str(usage_key.course_key)
    scorable_block_completion(None, usage_id=str(usage_key), course_id=course_id, user_id=user_id, **extra)


def weighted(raw_earned: float | None, raw_possible: float, weight: float | None) -> Points:
    """SubsectionGrade's arithmetic: raw_earned × weight / raw_possible."""
    if weight is None or not raw_possible:
        return raw_earned, raw_possible
    return None if raw_earned is None else raw_earned * weight / raw_possible, weight


def scored_blocks(course_key: CourseKey) -> list[Any]:
    """The course's graded blocks, unbound, in course order."""
    runtime = DemoRuntime(course_key)
    blocks = [runtime.get_block(key) for key in runtime.content.fields]
    return [block for block in blocks if getattr(block, "has_score", False) and block.weight != 0]


def score_table(blocks: list[Any], user_ids: list[int]) -> dict[tuple[int, str], Points]:
    """Weighted score of every learner at every block, in one query."""
    by_key = {str(block.location): block for block in blocks}
    table: dict[tuple[int, str], Points] = {
        (user_id, key): weighted(None, block.max_score(), block.weight)
        for user_id in user_ids
        for key, block in by_key.items()
    }
    rows = StudentModule.objects.filter(student_id__in=user_ids, module_state_key__in=by_key)
    for row in rows.exclude(max_grade=None):
        key = row.module_state_key
        table[row.student_id, key] = weighted(row.grade, row.max_grade, by_key[key].weight)
    return table


# -- the instructor's tools -----------------------------------------------------------------------------------
def _bound(user: Any, usage_key: UsageKey) -> Any:
    block = bind(user, usage_key)
    if block is None:
        raise CannotDo("Học viên không mở được nội dung này.")
    return block


def override_score(user: Any, usage_key: UsageKey, score: float) -> None:
    """ "Override score": ``set_score`` first with score/weight of max/weight, then ``publish_grade()`` (trap 21)."""
    block = _bound(user, usage_key)
    if not hasattr(block, "set_score") or not 0 <= score <= block.max_score():
        raise CannotDo(f"Điểm phải nằm trong khoảng từ 0 đến {block.max_score():g}.")
    weight = block.weight if block.weight is not None else 1
    if not weight:
        raise CannotDo("Nội dung có trọng số 0 thì không sửa điểm được.")
    block.set_score(Score(raw_earned=score / weight, raw_possible=block.max_score() / weight))
    block.publish_grade()
    block.save()


def rescore(user: Any, usage_key: UsageKey, *, only_if_higher: bool = False) -> None:
    """ "Rescore" of one learner who has a StudentModule."""
    if not StudentModule.objects.filter(student=user, module_state_key=str(usage_key)).exists():
        raise CannotDo("Học viên chưa có dữ liệu ở nội dung này.")
    block = _bound(user, usage_key)
    if not block.has_submitted_answer():
        raise CannotDo("Học viên chưa nộp bài nên không có gì để chấm lại.")
    block.rescore(only_if_higher=only_if_higher)
    block.save()


def delete_state(user: Any, usage_key: UsageKey) -> None:
    """ "Delete state" of one learner; afterwards the score counts as deleted."""
    row = StudentModule.objects.filter(student=user, module_state_key=str(usage_key)).first()
    if row is None:
        raise CannotDo("Học viên chưa có dữ liệu ở nội dung này.")
    row.delete()
    _completed(user.pk, usage_key, {"score_deleted": True})


def delete_all_state(usage_key: UsageKey) -> int:
    """ "Delete state" of all learners: only rows are deleted, nothing else is told. Returns how many."""
    rows = StudentModule.objects.filter(module_state_key=str(usage_key))
    for row in rows:
        row.delete()
    return len(rows)


def state_deleted(sender: Any, instance: StudentModule, **_kwargs: Any) -> None:
    """Receiver of ``post_delete``: our app archives its records (by the key's type: module_type may be empty)."""
    if UsageKey.from_string(instance.module_state_key).block_type.startswith("boidung_"):
        learner_state_deleted(usage_key=instance.module_state_key, user_id=instance.student_id)


def extend_due(user: Any, usage_key: UsageKey, due: datetime | None, *, actor: Any = None, reason: str = "") -> None:
    """ "Date extension" of a block and of everything below it that has a date of its own; None takes it back."""
    runtime = DemoRuntime(usage_key.course_key)
    dates = when.get_dates_for_course(usage_key.course_key, use_cached=False)
    below = {key for key in runtime.content.fields if usage_key in runtime.content.lineage(key)}
    for key in {usage_key} | {key for key in below if (key, "due") in dates}:
        try:
            when.set_date_for_block(usage_key.course_key, key, "due", due, user=user, reason=reason, actor=actor)
        except when.MissingDateError:
            raise CannotDo("Nội dung này chưa có hạn nộp để gia hạn.") from None
        except when.InvalidDateError:
            raise CannotDo("Hạn mới phải sau hạn chung.") from None
