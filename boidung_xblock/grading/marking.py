"""Giving marks and giving work back: one transaction each, ending in an outbox row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import pgettext

from boidung_xblock import notices, tracking
from boidung_xblock.activities.api import Activity
from boidung_xblock.authored.rubric import Rubric, RubricInputError, Scored
from boidung_xblock.errors import BadInput
from boidung_xblock.grading import outbox
from boidung_xblock.grading.models import Grade, Mark
from boidung_xblock.host import get_host
from boidung_xblock.reflections import api as reflections
from boidung_xblock.text import normalise
from boidung_xblock.viewer import Viewer

MAX_COMMENT_CHARS = 8000
# Marks agree when they differ by less than what the column can hold.
_SAME = Decimal("0.001")


@dataclass(frozen=True)
class MarkGiven:
    """The mark as stored; ``repeated`` if this very write had arrived before."""

    earned: Decimal
    possible: Decimal
    passed: bool
    number: int
    repeated: bool = False


@dataclass(frozen=True)
class Scale:
    """The highest mark, and the one that passes; all that a score from outside needs to know of a rubric."""

    scale: Decimal
    pass_mark: Decimal


def give_mark(
    viewer: Viewer,
    *,
    reflection_id: int,
    row_version: int,
    points: dict[str, str],
    comments: dict[str, str],
    comment: str,
    private_note: str,
    client_key: str,
    now: datetime | None = None,
) -> MarkGiven:
    """Mark a submitted reflection with its activity's rubric. Who: may MARK it; nobody their own work.

    Each call appends a mark, the last one is in force, and an outbox row carries it to the gradebook. The same
    ``client_key`` again returns the first result. Missing, Refused, Conflict (``stale``, ``not_waiting``),
    BadInput with ``fields`` named ``points.<slug>``, ``comments.<slug>``, ``comment``, ``private_note``.
    """
    now = now or timezone.now()
    with transaction.atomic():
        reflection = reflections.locked_for_marking(viewer, reflection_id)
        repeated = _repeat_of(viewer, reflection, client_key)
        if repeated is not None:
            return repeated
        reflections.check_markable(reflection, row_version)
        rubric = Rubric.model_validate(reflection.activity.settings["rubric"])
        scored = _score(rubric, points, comments, comment, private_note)
        grade = locked_grade(reflection.activity_id, reflection.author_id, scored.possible, now)
        grade.activity = reflection.activity
        mark = Mark(
            grade=grade,
            version_no=reflection.version_no,
            marker_id=viewer.user_id,
            marker_name=viewer.name[:255],
            source="marker",
            earned=scored.earned,
            possible=scored.possible,
            passed=scored.passed,
            criteria=_criteria_rows(scored, comments),
            comment=normalise(comment).strip(),
            private_note=normalise(private_note).strip(),
            client_key=client_key,
        )
        put_in_force(grade, mark, now)
        reflections.note_marked(reflection, viewer, value=scored.earned, passed=scored.passed, now=now)
        outbox.enqueue(grade, now)
        notices.tell(notices.MARKED, activity_id=reflection.activity_id, user_id=reflection.author_id)
        _track(grade, mark)
    return _given(mark)


def return_work(
    viewer: Viewer,
    *,
    reflection_id: int,
    row_version: int,
    reason: str,
    client_key: str,
    now: datetime | None = None,
) -> None:
    """Give work back for revision with a reason; a mark in force stops counting. Who: may MARK it; never their own.

    A repeat changes nothing. Missing, Refused, Conflict (``stale``, ``not_waiting``), BadInput (``reason``).
    """
    now = now or timezone.now()
    with transaction.atomic():
        reflection = reflections.locked_for_marking(viewer, reflection_id)
        if reflections.was_returned_with(viewer, reflection, client_key):
            return
        reflections.check_markable(reflection, row_version)
        reflections.return_for_revision(reflection, viewer, reason=reason, client_key=client_key, now=now)
        notices.tell(notices.RETURNED, activity_id=reflection.activity_id, user_id=reflection.author_id)
        _clear(reflection.activity_id, reflection.author_id, now)  # an override counts before anybody has marked


def record_outside_score(
    *, activity_id: int, learner_id: int, rubric: Rubric | Scale, raw_earned: float, raw_possible: float, source: str
) -> bool:
    """The platform set a score (``set_score``: override, rescore, or the echo of our own publish). True if stored.

    Rescaled by the possible points given, and kept between 0 and the scale; what equals the mark in force is the echo
    and changes nothing, and so does what is no score at all. An override that equals what a checkpoint reckoned by
    itself is stored: it is a person's word, and stays when the learner goes on. (A block hands no echo of it on.)
    """
    share = _share(raw_earned, raw_possible)
    if share is None or not rubric.scale:
        return False
    now = timezone.now()
    with transaction.atomic():
        reflections.lock(activity_id=activity_id, author_id=learner_id)  # before the grade, as a marker does
        grade = locked_grade(activity_id, learner_id, rubric.scale, now)
        confirms = source == "override" and grade.source == "auto"
        if not confirms and grade.earned is not None and abs(grade.earned - share * grade.possible) <= _SAME:
            return False
        earned = (share * rubric.scale).quantize(_SAME)
        mark = Mark(grade=grade, source=source, earned=earned, possible=rubric.scale, passed=earned >= rubric.pass_mark)
        put_in_force(grade, mark, now)
        if get_host().grades_frozen(grade.activity.course_key):
            # The platform says success and drops the score: it waits with the others until the course's end is moved.
            outbox.enqueue(grade, now)
        else:
            Grade.objects.filter(pk=grade.pk).update(delivered_no=grade.updates)
        reflections.note_outside_mark(activity_id=activity_id, author_id=learner_id, value=earned, passed=mark.passed)
        _track(grade, mark)
    return True


def record_auto_score(
    activity_id: int,
    learner_id: int,
    earned: Decimal,
    possible: Decimal,
    passed: bool,
    now: datetime,
    *,
    activity: Activity | None = None,
) -> bool:
    """What a checkpoint earned, reckoned by itself: a mark with source "auto", and its outbox row. True if stored.

    In the caller's transaction, which holds the checkpoint's row: the order of locks is work, grade, outbox. What
    equals the score in force adds nothing. An override is a person's word: it stays until the state is deleted.
    """
    with transaction.atomic():
        grade = locked_grade(activity_id, learner_id, possible, now)
        if grade.source == "override":
            return False
        if (grade.earned, grade.possible, grade.passed) == (earned, possible, passed):
            return False
        if activity is not None:
            grade.activity = activity  # spares a query
        mark = Mark(grade=grade, source="auto", earned=earned, possible=possible, passed=passed)
        put_in_force(grade, mark, now)
        outbox.enqueue(grade, now)
        _track(grade, mark)
    return True


def _share(raw_earned: float, raw_possible: float) -> Decimal | None:
    """Earned of possible as 0–1, or None if that is no score."""
    if not (isfinite(raw_earned) and isfinite(raw_possible) and raw_possible > 0):
        return None
    return min(max(Decimal(str(raw_earned)) / Decimal(str(raw_possible)), Decimal(0)), Decimal(1))


def archive(*, activity_id: int, learner_id: int) -> None:
    """An instructor deleted the learner's state: the grade no longer counts, its marks stay. Repeats do nothing.

    The caller has locked (or archived) the reflection before: the order of locks is reflection, grade, outbox.
    """
    with transaction.atomic():
        for grade in Grade.objects.select_for_update().filter(
            activity_id=activity_id, learner_id=learner_id, archive_no=0
        ):
            outbox.supersede(grade, timezone.now())
            grade.archive_no = grade.pk
            grade.save(update_fields=["archive_no"])


def locked_grade(activity_id: int, learner_id: int, possible: Decimal, now: datetime) -> Grade:
    """The learner's grade row, made if needed, locked until the caller's transaction ends."""
    place = {"activity_id": activity_id, "learner_id": learner_id, "archive_no": 0}
    grade = Grade.objects.select_for_update().filter(**place).first()
    if grade is not None:
        return grade
    try:
        with transaction.atomic():
            return Grade.objects.create(**place, possible=possible, updated_at=now)
    except IntegrityError:
        return Grade.objects.select_for_update().get(**place)


def put_in_force(grade: Grade, mark: Mark, now: datetime) -> None:
    """Append ``mark`` to the locked grade and make it the one in force."""
    grade.updates += 1
    mark.number, mark.created_at = grade.updates, now
    mark.save()
    grade.mark = mark
    grade.earned, grade.possible, grade.passed, grade.source = mark.earned, mark.possible, mark.passed, mark.source
    grade.updated_at = now
    grade.save()


def _track(grade: Grade, mark: Mark) -> None:
    activity = grade.activity
    tracking.emit(
        tracking.MarkGiven(
            course_id=activity.course_key,
            usage_id=activity.usage_key,
            learner_id=grade.learner_id,
            actor_id=mark.marker_id,
            version=mark.version_no,
            number=mark.number,
            source=mark.source,
            earned=float(mark.earned),
            possible=float(mark.possible),
            passed=mark.passed,
        )
    )


def _clear(activity_id: int, learner_id: int, now: datetime) -> None:
    grade = (
        Grade.objects.select_for_update().filter(activity_id=activity_id, learner_id=learner_id, archive_no=0).first()
    )
    if grade is None or grade.earned is None:
        return
    grade.updates += 1
    grade.earned = grade.passed = grade.mark = None
    grade.source, grade.updated_at = "", now
    grade.save()
    outbox.enqueue(grade, now)


def _score(rubric: Rubric, points: dict[str, str], comments: dict[str, str], comment: str, private_note: str) -> Scored:
    too_long = pgettext("boidung", "This comment is too long.")
    texts = {f"comments.{slug}": text for slug, text in comments.items()}
    texts.update({"comment": comment, "private_note": private_note})
    fields = {name: too_long for name, text in texts.items() if len(text) > MAX_COMMENT_CHARS}
    try:
        scored = rubric.score(points)
    except RubricInputError as error:
        fields.update({f"points.{slug}": _points_message(code, rubric) for slug, code in error.fields.items()})
    if fields:
        raise BadInput(
            "bad_mark", pgettext("boidung", "The mark is not complete yet. See the messages below."), fields=fields
        )
    return scored


def _points_message(code: str, rubric: Rubric) -> str:
    messages = {
        "missing": pgettext("boidung", "Points are missing here."),
        "not_a_number": pgettext("boidung", "This is not a number."),
        "out_of_range": pgettext("boidung", "Points go from 0 to %(scale)s."),
        "not_a_step": pgettext("boidung", "Points go in steps of %(step)s."),
    }
    return messages[code] % {"scale": _comma(rubric.scale), "step": _comma(rubric.step)}


def _comma(value: Decimal) -> str:
    return number_format(f"{value.normalize():f}")


def _criteria_rows(scored: Scored, comments: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for criterion in scored.criteria:
        row = asdict(criterion)
        row.update(
            weight=str(criterion.weight),
            points=str(criterion.points),
            comment=normalise(comments.get(criterion.slug, "")).strip(),
        )
        rows.append(row)
    return rows


def _repeat_of(viewer: Viewer, reflection: reflections.Reflection, client_key: str) -> MarkGiven | None:
    mark = Mark.objects.select_related("grade").filter(marker_id=viewer.user_id, client_key=client_key).first()
    if mark is None:
        return None
    place = (mark.grade.activity_id, mark.grade.learner_id, mark.grade.archive_no)
    if place != (reflection.activity_id, reflection.author_id, 0):
        raise reflections.key_reused()
    return _given(mark, repeated=True)


def _given(mark: Mark, *, repeated: bool = False) -> MarkGiven:
    return MarkGiven(
        earned=mark.earned, possible=mark.possible, passed=mark.passed, number=mark.number, repeated=repeated
    )
