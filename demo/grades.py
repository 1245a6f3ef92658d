"""Scores as the LMS keeps them (StudentModule), the echo to the block, and the instructor's tools."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from completion.handlers import scorable_block_completion
from edx_when import api as when
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.scorable import ScorableXBlockMixin, Score

from demo.models import StudentModule
from demo.runtime import DemoRuntime, bind

Points = tuple[float | None, float]  # weighted: earned (None: nothing yet), possible


class CannotDo(Exception):
    """An instructor's tool cannot do this; the message is Vietnamese."""


def module_of(user: Any, usage_key: UsageKey) -> StudentModule | None:
    """The learner's row at a block."""
    return StudentModule.objects.filter(student_id=user.pk, module_state_key=str(usage_key)).first()


def score_published(block: Any, user: Any, event: dict[str, Any]) -> None:
    """A "grade" event: store for the bound user, echo to the block as ``set_score``, then completion's receiver."""
    key, earned, possible = block.location, event["value"], event["max_value"]
    row = module_of(user, key)
    if event.get("only_if_higher") and row and row.max_grade and row.grade * possible > earned * row.max_grade:
        return
    # As on the platform: a row made by a score has no module_type.
    row = row or StudentModule(student=user, module_state_key=str(key), course_id=str(key.course_key))
    row.grade, row.max_grade = earned, possible
    row.save()
    if isinstance(block, ScorableXBlockMixin):
        block.set_score(Score(raw_earned=earned, raw_possible=possible))
    _completed(user, key, event)


def _completed(user: Any, usage_key: UsageKey, event: dict[str, Any]) -> None:
    """Without custom completion any score completes the block."""
    event = {name: event.get(name) for name in ("score_deleted", "grader_response")}
    event |= {"usage_id": str(usage_key), "course_id": str(usage_key.course_key), "user_id": user.pk}
    scorable_block_completion(None, **event)


def weighted(raw_earned: float | None, raw_possible: float, weight: float | None) -> Points:
    """SubsectionGrade's arithmetic: raw_earned × weight / raw_possible."""
    if weight is None or not raw_possible:
        return raw_earned, raw_possible
    return None if raw_earned is None else raw_earned * weight / raw_possible, weight


def scored_blocks(course_key: CourseKey) -> list[Any]:
    """The course's scored blocks, unbound, in course order."""
    runtime = DemoRuntime(course_key)
    blocks = [runtime.get_block(key) for key in runtime.content.fields]
    return [block for block in blocks if getattr(block, "has_score", False) and block.weight != 0]


def score_table(blocks: list[Any], user_ids: list[int]) -> dict[tuple[int, str], Points]:
    """Weighted score of every learner at every block, in one query."""
    by_key = {str(block.location): block for block in blocks}
    nothing = {key: weighted(None, block.max_score(), block.weight) for key, block in by_key.items()}
    table = {(user_id, key): points for user_id in user_ids for key, points in nothing.items()}
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
    """Override score: ``set_score`` with score/weight of max/weight first, then ``publish_grade()``."""
    block = _bound(user, usage_key)
    if not 0 <= score <= block.max_score():
        raise CannotDo(f"Điểm phải nằm trong khoảng từ 0 đến {block.max_score():g}.")
    weight = block.weight if block.weight is not None else 1
    block.set_score(Score(raw_earned=score / weight, raw_possible=block.max_score() / weight))
    block.publish_grade()
    block.save()


def rescore(user: Any, usage_key: UsageKey) -> None:
    """Rescore one learner who has a StudentModule and has submitted."""
    block = _bound(user, usage_key)
    if module_of(user, usage_key) is None or not block.has_submitted_answer():
        raise CannotDo("Học viên chưa nộp bài nên không có gì để chấm lại.")
    block.rescore(only_if_higher=False)
    block.save()


def delete_state(user: Any, usage_key: UsageKey) -> None:
    """Delete the state of one learner; afterwards the score counts as deleted."""
    row = module_of(user, usage_key)
    if row is None:
        raise CannotDo("Học viên chưa có dữ liệu ở nội dung này.")
    row.delete()
    _completed(user, usage_key, {"score_deleted": True})


def delete_all_state(usage_key: UsageKey) -> int:
    """Delete the state of all learners: rows go, nothing else is told. Returns how many."""
    rows = list(StudentModule.objects.filter(module_state_key=str(usage_key)))
    for row in rows:
        row.delete()
    return len(rows)


def extend_due(user: Any, usage_key: UsageKey, due: datetime | None, *, actor: Any = None) -> None:
    """A learner's own date for a block and for everything below it that has a date; None takes it back."""
    content = DemoRuntime(usage_key.course_key).content
    dates = when.get_dates_for_course(usage_key.course_key, use_cached=False)
    below = {key for key in content.fields if (key, "due") in dates and usage_key in content.lineage(key)}
    for key in {usage_key} | below:
        try:
            when.set_date_for_block(usage_key.course_key, key, "due", due, user=user, actor=actor)
        except when.MissingDateError:
            raise CannotDo("Nội dung này chưa có hạn nộp để gia hạn.") from None
        except when.InvalidDateError:
            raise CannotDo("Hạn mới phải sau hạn chung.") from None
