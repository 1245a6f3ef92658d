"""What an author's edit changes of works under way, and what staff ask for who rescore: no learner answers here."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from boidung_xblock.activities.api import Activity
from boidung_xblock.authored import checkpoint_scoring as scoring
from boidung_xblock.authored.checkpoint import AnyStep, CheckpointContent
from boidung_xblock.host import get_host
from boidung_xblock.selfstudy import outcomes
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from boidung_xblock.selfstudy.reading import COMPLETED, STARTED
from boidung_xblock.selfstudy.reckoning import (
    Row,
    Terms,
    has_score,
    number_of,
    reckon,
    result_of,
    rows_of,
    terms_in,
    terms_of,
)

log = logging.getLogger(__name__)
_BATCH = 500


def reckon_started(activity: Activity, *, now: datetime | None = None) -> int:
    """Reckon everybody's unfinished work by what the register says is asked now. Returns how many works changed.

    Completed work is left alone. Each work has a transaction of its own; one that fails stops no other, and its error
    is raised once all others are done. Doing it again changes nothing.
    """
    terms, now = terms_in(activity.settings), now or timezone.now()
    if not terms.steps:
        return 0  # nothing is known of it; every published checkpoint asks something
    changed, failure = 0, None
    for work in _started(activity):
        if not _reckoned(work, terms, now):
            continue
        try:
            changed += _reckon_one(work.pk, activity, terms, now)
        except Exception as error:
            log.exception("checkpoint work %s could not be reckoned", work.pk)
            failure = error
    if failure is not None:
        raise failure
    return changed


def rescore(
    activity: Activity,
    content: CheckpointContent,
    *,
    learner_id: int,
    only_if_higher: bool = False,
    now: datetime | None = None,
) -> bool:
    """Judge the learner's answers anew by the present content, completed work too. True if anything changed.

    The result follows whatever comes out, but nothing is uncompleted; with ``only_if_higher`` nothing is stored where
    it comes out worse. What is judged otherwise than before is appended. An answer that can no longer be judged (its
    option has gone) stays as it was judged. Who: the platform's instructor tool, which has asked already.
    """
    now, terms = now or timezone.now(), terms_of(content)
    with transaction.atomic():
        place = {"activity_id": activity.pk, "learner_id": learner_id, "archive_no": 0}
        work = CheckpointWork.objects.select_for_update().filter(**place).first()
        if work is None:
            return False
        before = copy.copy(work)
        found = _judged_otherwise(work, content)
        work.steps = {**work.steps, **{step.slug: row for step, row, _ in found}}
        reckon(work, terms, now, follows=True)
        if only_if_higher and result_of(work).is_worse_than(result_of(before)):
            return False
        work.row_version += bool(found)
        _append(work, found, now)
        return _settle(work, before, activity, terms, now)


_Verdict = tuple[AnyStep, Row, scoring.Checked]


def _judged_otherwise(work: CheckpointWork, content: CheckpointContent) -> list[_Verdict]:
    """(step, its row as it is to be, the verdict) of each answer that is judged otherwise now."""
    rows, found = rows_of(content.steps, work.steps), []
    for step in content.steps:
        row = rows.get(step.slug, {})
        if not scoring.is_scored(step) or not row.get("done"):
            continue
        checked = scoring.check(step, row.get("answer") or {})
        if isinstance(checked, scoring.Checked) and checked.right != row.get("right"):
            found.append((step, {**row, "right": checked.right, "number": number_of(row) + 1}, checked))
    return found


def _append(work: CheckpointWork, found: list[_Verdict], now: datetime) -> None:
    """One ``StepAnswer`` for each; its key tells that it comes from a rescore: no browser's key has a colon."""
    StepAnswer.objects.bulk_create(
        StepAnswer(
            work=work,
            step=step.slug,
            number=row["number"],
            answer=row["answer"],
            title=step.title,
            right=checked.right,
            earned=checked.earned,
            answered_by_id=work.learner_id,
            client_key=f"rescore:{work.pk}:{work.row_version}:{index}",
            created_at=now,
        )
        for index, (step, row, checked) in enumerate(found)
    )


def _started(activity: Activity) -> Iterator[CheckpointWork]:
    """Unfinished works as they are now, unlocked, read in batches."""
    rows = CheckpointWork.objects.filter(activity_id=activity.pk, archive_no=0, state=STARTED).order_by("id")
    last = 0
    while batch := list(rows.filter(id__gt=last)[:_BATCH]):
        yield from batch
        last = batch[-1].pk


def _reckon_one(work_id: int, activity: Activity, terms: Terms, now: datetime) -> bool:
    """Under the row's lock: the learner may have answered since it was read."""
    with transaction.atomic():
        rows = CheckpointWork.objects.select_for_update().filter(pk=work_id, archive_no=0, state=STARTED)
        work = rows.first()
        if work is None:
            return False
        before = copy.copy(work)
        reckon(work, terms, now)
        return _settle(work, before, activity, terms, now)


def _settle(work: CheckpointWork, before: CheckpointWork, activity: Activity, terms: Terms, now: datetime) -> bool:
    """Store what has changed, and pass it on; in the caller's transaction, so that all of it happens or nothing."""
    changed = _facts(work) != _facts(before)
    if changed:
        work.save()
    if has_score(work, terms):
        changed = outcomes.record_score(work, activity, now) or changed
    if work.state == COMPLETED and before.state != COMPLETED:
        get_host().set_completion(user_id=work.learner_id, usage_key=activity.usage_key, value=1.0)
        outcomes.track_completed(work, activity, None)
    return changed


def _reckoned(work: CheckpointWork, terms: Terms, now: datetime) -> bool:
    """Whether reckoning would change the work."""
    after = copy.copy(work)
    reckon(after, terms, now)
    return _facts(after) != _facts(work)


def _facts(work: CheckpointWork) -> tuple[Any, ...]:
    return (
        work.state,
        work.steps,
        work.steps_done,
        work.steps_required,
        work.earned,
        work.possible,
        work.passed,
    )
