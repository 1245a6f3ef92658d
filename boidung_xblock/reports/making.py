"""Making a result file, as the task runs it: batches of learners with their progress, then one file in storage."""

from __future__ import annotations

import tempfile
import uuid
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone, translation

from boidung_xblock import tracking
from boidung_xblock.conf import setting
from boidung_xblock.host import get_host
from boidung_xblock.periods import api as periods
from boidung_xblock.reports.models import ResultFile
from boidung_xblock.reports.states import DONE, FAILED, RUNNING, WAITING
from boidung_xblock.reports.tally import Tally
from boidung_xblock.reports.workbook import Facts, ResultBook
from boidung_xblock.roster import api as roster

FOLDER = "boidung/results"
BATCH = 500  # learners looked up together


class _Overtaken(Exception):
    """The file is no longer wanted: somebody was erased meanwhile, or another run has finished it."""


def make_file(file_id: int) -> None:
    """Make a requested file. Called by the task; one that is finished or no longer wanted is left alone.

    Ends in state "done" (stored, summary["counts"]) or "failed" (summary["failure"], a code of ``states``). A run that
    died is begun anew by calling again: nothing of it is seen. Only a fault of the system is raised again.
    """
    record = _begin(file_id)
    if record is None:
        return
    with translation.override(record.summary.get("language") or settings.LANGUAGE_CODE):
        try:
            _make(record)
        except _Overtaken:
            return
        except Exception:
            _fail(file_id, "internal")
            raise


def _begin(file_id: int) -> ResultFile | None:
    with transaction.atomic():
        record = ResultFile.objects.select_for_update().filter(pk=file_id, state__in=(WAITING, RUNNING)).first()
        if record is not None:
            record.state, record.rows_done, record.alive_at = RUNNING, 0, timezone.now()
            record.rows_total = roster.count_learners(record.round_id)
            record.save(update_fields=["state", "rows_done", "rows_total", "alive_at"])
    return record


def _make(record: ResultFile) -> None:
    module = periods.module_of(record.course_key)
    if module is None:
        _fail(record.pk, "no_ledger")
        return
    tally, done = Tally.for_module(module), 0
    with ResultBook(module, _facts(record)) as book, tempfile.TemporaryFile() as file:
        for batch in roster.learners_in_batches(record.round_id, size=BATCH):
            _write(book, tally, module, batch)
            done += len(batch)
            _progress(record.pk, done)
        book.save(tally, file)
        _finish(record.pk, file, tally)


def _facts(record: ResultFile) -> Facts:
    course = get_host().course_facts(record.course_key)
    return Facts(
        course_title=course.title if course else record.course_key,
        round_title=roster.round_title(record.round_id),
        made_at=timezone.now(),
        zone_name=setting("BOIDUNG_TIME_ZONE"),
    )


def _write(book: ResultBook, tally: Tally, module: periods.Module, batch: list[roster.Learner]) -> None:
    """A constant number of queries, whatever the batch."""
    rows = periods.rows_of(module, [learner.user_id for learner in batch if learner.user_id is not None])
    teachers = roster.core_teachers_of({learner.group_id for learner in batch})
    offices = roster.offices_above({learner.unit_id for learner in batch})
    for learner in batch:
        row = rows.get(learner.user_id) if learner.user_id is not None else None
        book.add(learner, row, teachers.get(learner.group_id, ()))
        tally.add(learner, row, offices.get(learner.unit_id, ()))


def _progress(file_id: int, done: int) -> None:
    running = ResultFile.objects.filter(pk=file_id, state=RUNNING)
    if not running.update(rows_done=done, alive_at=timezone.now()):
        raise _Overtaken


def _finish(file_id: int, file: IO[bytes], tally: Tally) -> None:
    """Into storage first: a row that says "done" has its file."""
    file.seek(0)
    storage = get_host().storage()
    path = str(storage.save(f"{FOLDER}/{uuid.uuid4().hex}.xlsx", File(file)))
    try:
        with transaction.atomic():
            record = ResultFile.objects.select_for_update().filter(pk=file_id, state=RUNNING).first()
            if record is None:
                raise _Overtaken
            _done(record, path, tally)
    except BaseException:
        storage.delete(path)
        raise


def _done(record: ResultFile, path: str, tally: Tally) -> None:
    counts = tally.total.as_dict()
    record.state, record.running_key, record.path = DONE, None, path
    record.rows_done = record.rows_total = counts["people"]
    record.summary = {**record.summary, "counts": counts}
    record.finished_at = timezone.now()
    record.save()
    tracking.emit(
        tracking.ResultFileMade(
            course_id=record.course_key,
            actor_id=record.requested_by_id,
            round_id=record.round_id,
            file_id=record.pk,
            rows=counts["people"],
            passed=counts["passed"],
            seconds=(record.finished_at - record.created_at).total_seconds(),
        )
    )


def _fail(file_id: int, code: str) -> None:
    with transaction.atomic():
        record = ResultFile.objects.select_for_update().filter(pk=file_id, state=RUNNING).first()
        if record is not None:
            record.state, record.running_key, record.finished_at = FAILED, None, timezone.now()
            record.summary = {**record.summary, "failure": code}
            record.save(update_fields=["state", "running_key", "finished_at", "summary"])
