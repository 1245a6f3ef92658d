"""What changes a learner's way through a checkpoint: an answer to a step, and the deletion of the learner's state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock import tracking
from boidung_xblock.activities.api import Activity
from boidung_xblock.authored import checkpoint_scoring as scoring
from boidung_xblock.authored.checkpoint import AnyStep, CheckpointContent, Order, ReadStep
from boidung_xblock.errors import Conflict, missing
from boidung_xblock.permissions import Action, require
from boidung_xblock.selfstudy import outcomes
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from boidung_xblock.selfstudy.reading import COMPLETED
from boidung_xblock.selfstudy.reckoning import count, number_of, reckon, rows_of, terms_of
from boidung_xblock.viewer import Viewer


@dataclass(frozen=True)
class Given:
    """An answer to store; ``checked`` by ``authored.checkpoint_scoring``.

    ``tells``: the learner learns what was right, so that a right answer is final. ``closed``: scored steps are.
    """

    client_key: str
    row_version: int  # of the work as the page knows it, 0 for none yet
    step: str
    checked: scoring.Checked
    tells: bool = True
    closed: bool = False


@dataclass(frozen=True)
class Answered:
    """The work as it is now; ``repeated`` if this answer had arrived before, ``scored`` if it changed the score."""

    work: CheckpointWork
    repeated: bool = False
    scored: bool = False


def answer(
    viewer: Viewer, activity: Activity, content: CheckpointContent, given: Given, *, now: datetime | None = None
) -> Answered:
    """Append the viewer's own answer to a step, and carry it into summary, score and completion. Who: anybody enrolled.

    The same ``client_key`` again changes nothing. Conflict ``stale`` (with ``row_version``), ``locked`` (a step before
    is not done), ``final`` (it is right already, or read), ``no_attempts``, ``closed``, ``key_reused``; Missing for a
    step that is no longer asked. Nothing is written on any of these.
    """
    require(viewer, Action.WRITE_OWN)
    step = next((step for step in content.steps if step.slug == given.step), None)
    if step is None:
        raise missing()
    now = now or timezone.now()
    try:
        return _answer(viewer, activity, content, step, given, now)
    except _StartedElsewhere:
        # In a new transaction, for the reason given in ``reflections.writing.submit``.
        return _answer(viewer, activity, content, step, given, now)


class _StartedElsewhere(Exception):
    """Another first answer of the same person was faster."""


@transaction.atomic
def _answer(
    viewer: Viewer, activity: Activity, content: CheckpointContent, step: AnyStep, given: Given, now: datetime
) -> Answered:
    place = {"activity_id": activity.pk, "learner_id": viewer.known_id, "archive_no": 0}
    work = CheckpointWork.objects.select_for_update().filter(**place).first()
    known = StepAnswer.objects.filter(answered_by_id=viewer.user_id, client_key=given.client_key).first()
    if known is not None:
        if work is None or known.work_id != work.pk:  # of another block, or archived
            raise _key_reused()
        return Answered(work, repeated=True)
    if given.row_version != (work.row_version if work else 0):
        raise _refusal("stale", work)
    if work is None:
        work = CheckpointWork(**place, course_key=activity.course_key, steps={}, row_version=0, started_at=now)
    _check_turn(work, content, step, given)
    was_completed = work.state == COMPLETED
    _carry(work, viewer, content, step, given.checked, now)
    _save(work)
    _append(work, viewer, step, given, now)
    completed = work.state == COMPLETED and not was_completed
    # Once there is something to score: who has only read has no 0.
    scored = (scoring.is_scored(step) or completed) and outcomes.record_score(work, activity, now)
    _track(work, activity, viewer, step)
    if completed:
        outcomes.track_completed(work, activity, viewer.user_id)
    return Answered(work, scored=scored)


def is_open(content: CheckpointContent, rows: dict[str, Any], slug: str, *, closed: bool = False) -> bool:
    """Whether the step may be answered as to order: in order, every required step before it is done.

    ``rows`` as ``rows_of`` gives them. ``closed``: scored steps take no answers any more, so they hold up nobody who
    still wants to read and write.
    """
    if content.order is Order.FREE:
        return True
    for step in content.steps:
        if step.slug == slug:
            return True
        passed_over = closed and scoring.is_scored(step)
        if step.required and not passed_over and not rows.get(step.slug, {}).get("done"):
            return False
    return False


def tries_left(content: CheckpointContent, step: AnyStep, row: dict[str, Any]) -> int | None:
    """How often the step may still be answered; None: as often as one likes."""
    allowed = scoring.tries_allowed(content, step)
    return max(allowed - int(row.get("tries", 0)), 0) if allowed else None


def is_final(content: CheckpointContent, step: AnyStep, row: dict[str, Any], *, tells: bool) -> bool:
    """Whether nothing more can be answered: read, known to be right, or no attempt left."""
    if not row.get("done"):
        return False
    if isinstance(step, ReadStep):
        return True
    return scoring.is_scored(step) and (bool(tells and row.get("right")) or tries_left(content, step, row) == 0)


def archive(*, activity_id: int, learner_id: int) -> None:
    """An instructor deleted the learner's state: put the work aside with its answers. Repeats do nothing."""
    with transaction.atomic():
        for work in CheckpointWork.objects.select_for_update().filter(
            activity_id=activity_id, learner_id=learner_id, archive_no=0
        ):
            work.archive_no = work.pk
            work.save(update_fields=["archive_no"])


def _check_turn(work: CheckpointWork, content: CheckpointContent, step: AnyStep, given: Given) -> None:
    rows = rows_of(content.steps, work.steps)
    row = rows.get(step.slug, {})
    if not is_open(content, rows, step.slug, closed=given.closed):
        raise _refusal("locked", work)
    if tries_left(content, step, row) == 0:
        raise _refusal("no_attempts", work)
    if is_final(content, step, row, tells=given.tells):
        raise _refusal("final", work)
    if given.closed and scoring.is_scored(step):
        raise _refusal("closed", work)


def _carry(
    work: CheckpointWork,
    viewer: Viewer,
    content: CheckpointContent,
    step: AnyStep,
    checked: scoring.Checked,
    now: datetime,
) -> None:
    """The answer into the summary, and what follows from it. Steps that are no longer asked count for nothing."""
    before = rows_of([step], work.steps).get(step.slug, {})
    work.steps = {
        **work.steps,
        step.slug: {
            "kind": step.kind,
            "done": True,
            "tries": int(before.get("tries", 0)) + 1,
            "number": number_of(before) + 1,
            "answer": checked.answer,
            "right": checked.right,
            "at": now.isoformat(),
        },
    }
    group = viewer.roster.home_group
    work.group_id = group.id if group else None
    if work.state == COMPLETED and not scoring.is_scored(step):
        count(work, terms_of(content))  # nothing was scored, so the result stays whatever the author has changed since
    else:
        reckon(work, terms_of(content), now)
    work.row_version += 1


def _save(work: CheckpointWork) -> None:
    try:
        with transaction.atomic():
            work.save()
    except IntegrityError as error:
        if work.pk is None:
            raise _StartedElsewhere from error
        raise


def _append(work: CheckpointWork, viewer: Viewer, step: AnyStep, given: Given, now: datetime) -> None:
    try:
        with transaction.atomic():
            StepAnswer.objects.create(
                work=work,
                step=step.slug,
                number=work.steps[step.slug]["number"],
                answer=given.checked.answer,
                title=step.title,
                text=given.checked.text,
                right=given.checked.right,
                earned=given.checked.earned,
                answered_by_id=viewer.known_id,
                client_key=given.client_key,
                created_at=now,
            )
    except IntegrityError as error:  # the same key at the same moment at another block
        raise _key_reused() from error


def _track(work: CheckpointWork, activity: Activity, viewer: Viewer, step: AnyStep) -> None:
    row = work.steps[step.slug]
    tracking.emit(
        tracking.CheckpointAnswered(
            course_id=activity.course_key,
            usage_id=activity.usage_key,
            learner_id=work.learner_id,
            actor_id=viewer.user_id,
            step=step.slug,
            kind=step.kind,
            number=row["tries"],
            right=row["right"],
            done=work.steps_done,
            required=work.steps_required,
        )
    )


def _key_reused() -> Conflict:
    return Conflict("key_reused", pgettext("boidung", "This submission was already used elsewhere. Reload the page."))


def _refusal(code: str, work: CheckpointWork | None) -> Conflict:
    messages = {
        "stale": pgettext(
            "boidung",
            "You went on with this in another window or on another device. The page has been brought up to date; "
            "look at it and send again.",
        ),
        "locked": pgettext("boidung", "This step opens once the steps before it are done."),
        "no_attempts": pgettext("boidung", "There is no attempt left for this step."),
        "final": pgettext("boidung", "This step is already done."),
        "closed": pgettext("boidung", "The due date has passed; this can no longer be answered."),
    }
    return Conflict(code, messages[code], row_version=work.row_version if work else 0)
