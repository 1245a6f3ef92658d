"""The dry run and the application of an import, as the tasks run them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from boidung_xblock import tracking
from boidung_xblock.conf import setting
from boidung_xblock.errors import BoidungError
from boidung_xblock.roster import cleaned, problems, rows
from boidung_xblock.roster.applying import Applier, CannotMakeAccount
from boidung_xblock.roster.columns import cells_of, find_header
from boidung_xblock.roster.issues import Columns
from boidung_xblock.roster.known import Known
from boidung_xblock.roster.models import RosterImport, Round, RoundCourse
from boidung_xblock.roster.planning import Counts, count, plan_row
from boidung_xblock.roster.rejected import write_rejected
from boidung_xblock.roster.staging import Staging
from boidung_xblock.roster.xlsx import Sheet, Workbook, open_workbook

UPLOADED, CHECKING, CHECKED, FAILED, APPLYING, APPLIED = (
    "uploaded", "checking", "checked", "failed", "applying", "applied",
)  # fmt: skip
CHECK_BATCH = 500  # rows looked up together
APPLY_BATCH = 50  # rows written in one transaction: accounts and enrolments are dear on the platform
MAX_ISSUES = 500  # kept for the page; the counts are complete
_PROGRESS = 2000


def run_check(import_id: int) -> None:
    """Dry run of an upload. Called by the task; an import that is not waiting for it is left alone.

    Ends in state "checked" (summary, issues, rejected rows) or "failed" (summary["failure"]); writes nothing else.
    Only a fault of the system is raised again.
    """
    record = _begin(import_id, UPLOADED, CHECKING)
    if record is None:
        return
    with translation.override(record.summary.get("language") or settings.LANGUAGE_CODE):
        try:
            _check(record)
        except BoidungError as error:
            _fail(record, error.code, error.details.get("arguments", {}))
        except Exception:
            _fail(record, "internal", {})
            raise


def run_apply(import_id: int) -> None:
    """Apply a checked import. Called by the task, after ``request_apply``; others are left alone.

    Batches of rows, each in a transaction with its progress; running it again goes on and repeats nothing.
    If it breaks off, the import is "checked" again with summary["interrupted"], and what was done stays.
    """
    record = _begin(import_id, APPLYING, APPLYING)
    if record is None:
        return
    with translation.override(record.summary.get("language") or settings.LANGUAGE_CODE):
        try:
            _apply(record)
        except Exception:
            _interrupt(record.pk)
            raise


def _begin(import_id: int, before: str, state: str) -> RosterImport | None:
    with transaction.atomic():
        record = RosterImport.objects.select_for_update().filter(pk=import_id, state=before).first()
        if record is not None:
            record.state = state
            record.rows_done = 0
            record.save(update_fields=["state", "rows_done"])
    return record


def load(staging: Staging, lines: cleaned.Rows, progress: Callable[[int], None] | None = None) -> int:
    """Parse every line into the staging; the number of rows. TooLarge beyond ``BOIDUNG_MAX_ROSTER_ROWS``."""
    most = setting("BOIDUNG_MAX_ROSTER_ROWS")
    done = 0
    for number, cells in lines:
        if not any(cells):
            continue
        done += 1
        if done > most:
            raise problems.too_large("too_many_rows", rows=most)
        staging.add(cells, rows.parse(number, cells, staging.columns))
        if progress and done % _PROGRESS == 0:
            progress(done)
    staging.index()
    return done


# -- the dry run ------------------------------------------------------------------------------------------------
def _check(record: RosterImport) -> None:
    with cleaned.local_copy(record.file_path) as file, open_workbook(file) as workbook:
        sheet, header_row, columns = find_header(workbook)
        facts = {"sheet": sheet.title, "header_row": header_row}
        with Staging(columns) as staging, cleaned.Writer(columns, facts) as writer:
            lines = writer.passing(data_lines(workbook, sheet, header_row, columns))
            total = load(staging, lines, lambda done: _progress(record, rows_done=done))
            _progress(record, rows_done=0, rows_total=total)
            counts = _rehearse(record, staging)
            facts |= {"headings": [[column.letter, column.heading, column.field] for column in columns.all]}
            would = counts.as_dict()
            summary = {**facts, "would_create": would["create"], "would_change": would["change"]}
            _finish_check(record, staging, writer, summary)


def data_lines(workbook: Workbook, sheet: Sheet, header_row: int, columns: Columns) -> cleaned.Rows:
    """(row number, recognised cells) of each row below the headings."""
    for number, cells in workbook.rows(sheet, max_column=columns.last):
        if number > header_row:
            yield number, cells_of(columns, cells)


def _rehearse(record: RosterImport, staging: Staging) -> Counts:
    """Plan everything, do nothing."""
    counts = Counts()
    courses = RoundCourse.objects.filter(round_id=record.round_id).count()
    done = 0
    for batch in staging.batches(CHECK_BATCH):
        known = Known(record.round, batch, staging)
        for row in batch:
            plan = plan_row(known, row)
            if plan is not None:
                count(known, plan, counts, courses=courses)
        done += len(batch)
        _progress(record, rows_done=done)
    staging.warn_of_idle_core_teachers()
    return counts


def _finish_check(record: RosterImport, staging: Staging, writer: cleaned.Writer, summary: dict[str, Any]) -> None:
    """Store the results; from now on the cleaned list stands for the upload."""
    upload = record.file_path
    record.file_path = writer.keep()
    record.rows_done = record.rows_total
    record.state = CHECKED
    record.checked_at = timezone.now()
    record.summary = {**record.summary, **summary}
    _store_results(record, staging)
    record.save()
    cleaned.discard(upload)


def _store_results(record: RosterImport, staging: Staging) -> None:
    counts = staging.counts()
    record.summary |= {**counts, "statuses": dict(staging.statuses), "issue_counts": dict(staging.issue_counts)}
    record.issues = [issue.as_dict() for issue in staging.issues(MAX_ISSUES)]
    if counts["rejected"]:
        with write_rejected(staging) as file:
            record.rejected_path = cleaned.keep(file, "xlsx")


def _progress(record: RosterImport, **fields: int) -> None:
    for name, value in fields.items():
        setattr(record, name, value)
    RosterImport.objects.filter(pk=record.pk).update(**fields)


def _fail(record: RosterImport, code: str, arguments: dict[str, Any]) -> None:
    upload = record.file_path
    record.state = FAILED
    record.checked_at = timezone.now()
    record.file_path = ""
    record.summary = {**record.summary, "failure": {"code": code, "arguments": arguments}}
    record.save(update_fields=["state", "checked_at", "file_path", "summary"])
    cleaned.discard(upload)


# -- the application --------------------------------------------------------------------------------------------
def _apply(record: RosterImport) -> None:
    courses = list(RoundCourse.objects.filter(round_id=record.round_id).values_list("course_key", flat=True))
    with cleaned.reading(record.file_path) as (columns, lines), Staging(columns) as staging:
        load(staging, lines)
        done = 0
        for batch in staging.batches(APPLY_BATCH):
            done += len(batch)
            _apply_batch(record, batch, staging, courses, done)
        _finish_apply(record.pk, staging)


def _apply_batch(record: RosterImport, batch: list[rows.Row], staging: Staging, courses: list[str], done: int) -> None:
    """One transaction; once more if somebody outside the round's own lock was faster."""
    for chance in (1, 2):
        try:
            with transaction.atomic():
                round_ = Round.objects.select_for_update().get(pk=record.round_id)
                counts = Counts()
                _apply_rows(Known(round_, batch, staging), batch, courses, counts)
                _note_progress(record.pk, counts, done)
            return
        except IntegrityError:
            if chance == 2:
                raise
            batch = staging.still_good(batch)


def _apply_rows(known: Known, batch: list[rows.Row], courses: list[str], counts: Counts) -> None:
    applier = Applier(known, courses, counts, timezone.now())
    staging = known.staging
    for row in batch:
        plan = plan_row(known, row)
        if plan is None:
            continue
        try:
            applier.apply(plan)
        except CannotMakeAccount:
            staging.release(row.number)
            staging.reject(staging.columns.issue(row.number, "email", "account_refused", value=row.email))


def _note_progress(import_id: int, counts: Counts, done: int) -> None:
    """In the batch's own transaction: what is counted was done."""
    record = RosterImport.objects.select_for_update().get(pk=import_id)
    counts.add({"create": record.summary.get("created", {}), "change": record.summary.get("changed", {})})
    total = counts.as_dict()
    record.summary |= {"created": total["create"], "changed": total["change"]}
    record.summary["alive_at"] = timezone.now().isoformat()
    record.rows_done = done
    record.save(update_fields=["summary", "rows_done"])


def _finish_apply(import_id: int, staging: Staging) -> None:
    """Rows that were refused only now (somebody else was faster) join the rejected ones."""
    record = RosterImport.objects.get(pk=import_id)
    before = record.rejected_path
    if staging.counts()["rejected"] != record.summary.get("rejected"):
        _store_results(record, staging)
    record.summary.pop("interrupted", None)
    nothing = Counts().as_dict()
    record.summary = {"created": nothing["create"], "changed": nothing["change"], **record.summary}
    record.state = APPLIED
    record.applied_at = timezone.now()
    record.rows_done = record.rows_total
    record.save()
    tracking.emit(
        tracking.RosterImported(
            course_id="",
            actor_id=record.uploaded_by_id,
            round_id=record.round_id,
            import_id=record.pk,
            rows=record.rows_total,
            rejected=record.summary.get("rejected", 0),
        )
    )
    if before != record.rejected_path:
        cleaned.discard(before)


def _interrupt(import_id: int) -> None:
    with transaction.atomic():
        record = RosterImport.objects.select_for_update().get(pk=import_id)
        record.state = CHECKED
        record.summary["interrupted"] = True
        record.save(update_fields=["state", "summary"])
