"""What the pages do with imports: upload, look, apply, fetch the rejected rows. Round administrators only."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from boidung_xblock.errors import missing, refused
from boidung_xblock.host import get_host
from boidung_xblock.permissions import Action, require
from boidung_xblock.roster import cleaned, problems
from boidung_xblock.roster.columns import find_header
from boidung_xblock.roster.issues import Issue
from boidung_xblock.roster.models import RosterImport
from boidung_xblock.roster.running import APPLIED, APPLYING, CHECKED, CHECKING, UPLOADED, data_lines
from boidung_xblock.roster.xlsx import open_workbook
from boidung_xblock.text import clean_line
from boidung_xblock.viewer import Viewer

_CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SILENCE = timedelta(minutes=10)  # after which an application is taken for dead and may be started again
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class ImportBrief:
    """One line of the list of imports. ``state``: uploaded, checking, checked, failed, applying, applied."""

    id: int
    file_name: str
    state: str
    uploaded_by: str
    created_at: datetime
    applied_at: datetime | None
    rows: int
    rejected: int


@dataclass(frozen=True)
class ImportView:
    """A dry run and what came of it, as its page shows it. Counts are {kind: number}, kinds as in ``planning``."""

    id: int
    round_id: int
    file_name: str
    state: str
    rows_done: int
    rows_total: int
    sheet: str = ""
    header_row: int = 0
    headings: list[tuple[str, str, str]] = field(default_factory=list)  # letter, heading, field
    rows: int = 0
    ok: int = 0
    rejected: int = 0
    skipped: int = 0
    statuses: dict[str, int] = field(default_factory=dict)  # of skipped people who do not work now
    would_create: dict[str, int] = field(default_factory=dict)
    would_change: dict[str, int] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    errors_in_all: int = 0
    warnings_in_all: int = 0
    has_rejected_file: bool = False
    interrupted: bool = False
    failure: str = ""  # in words
    may_apply: bool = False

    @property
    def is_running(self) -> bool:
        """The task has still to finish."""
        return self.state in (UPLOADED, CHECKING, APPLYING)

    @property
    def changes_nothing(self) -> bool:
        """All rows are in the roster already."""
        return not any(self.would_create.values()) and not any(self.would_change.values())

    @property
    def changed_nothing(self) -> bool:
        """The application found everything done."""
        return not any(self.created.values()) and not any(self.changed.values())


def upload_workbook(viewer: Viewer, *, round_id: int, file_name: str, file: IO[bytes] | None, client_key: str) -> int:
    """Store a staff workbook for its dry run; the id of the import. The caller starts ``run_check`` after commit.

    A round administrator only (Refused). The same ``client_key`` again gives the same import. BadInput, TooLarge:
    what is no workbook, has no headings or no rows is refused at once, and nothing is stored.
    """
    _require(viewer, round_id)
    if not _CLIENT_KEY.fullmatch(client_key):
        raise problems.bad("bad_client_key")
    earlier = _by_client_key(viewer, round_id, client_key)
    if earlier is not None:
        return earlier
    if file is None:
        raise problems.bad("no_file")
    _look_into(file)
    name = clean_line(re.split(r"[/\\]", file_name)[-1])[-255:] or "workbook.xlsx"
    digest = _sha256(file)
    path = get_host().storage().save(f"{cleaned.FOLDER}/{uuid.uuid4().hex}.xlsx", File(file))
    try:
        with transaction.atomic():
            return _create(viewer, round_id, client_key, name, path, digest)
    except IntegrityError:
        cleaned.discard(path)
        with transaction.atomic():
            won = _by_client_key(viewer, round_id, client_key, lock=True)
        if won is None:
            raise
        return won


def _create(viewer: Viewer, round_id: int, client_key: str, name: str, path: str, digest: str) -> int:
    record = RosterImport.objects.create(
        round_id=round_id,
        uploaded_by_id=viewer.user_id,
        client_key=client_key,
        file_name=name,
        file_path=path,
        file_sha256=digest,
        state=UPLOADED,
        summary={"language": get_language() or ""},
        created_at=timezone.now(),
    )
    return int(record.pk)


def request_apply(viewer: Viewer, import_id: int) -> bool:
    """Let a checked import be applied; True if the caller is to start ``run_apply`` after commit.

    A round administrator only. False if it is being applied or has been: a second click starts nothing. An
    application that has been silent for ten minutes is started again. Conflict ``not_checked`` before the check has
    finished, or if it failed.
    """
    round_id = viewer.roster.round_id
    if round_id is None:
        raise refused()
    _require(viewer, round_id)
    with transaction.atomic():
        record = RosterImport.objects.select_for_update().filter(pk=import_id, round_id=round_id).first()
        if record is None:
            raise missing()
        if record.state == APPLIED or (record.state == APPLYING and not _is_silent(record)):
            return False
        if record.state not in (CHECKED, APPLYING):
            raise problems.conflict("not_checked")
        record.state = APPLYING
        record.rows_done = 0
        record.summary["alive_at"] = timezone.now().isoformat()
        record.save(update_fields=["state", "rows_done", "summary"])
    return True


def import_view(viewer: Viewer, round_id: int, import_id: int) -> ImportView:
    """The dry run and the application of one import. A round administrator only; Missing for another round's."""
    _require(viewer, round_id)
    record = RosterImport.objects.filter(pk=import_id, round_id=round_id).first()
    if record is None:
        raise missing()
    summary = record.summary
    issues = [Issue.from_dict(data) for data in record.issues]
    counted = _count(summary.get("issue_counts", {}))
    failure = summary.get("failure")
    plain = ("sheet", "header_row", "rows", "ok", "rejected", "skipped", "statuses", "would_create", "would_change")
    return ImportView(
        id=record.pk,
        round_id=round_id,
        file_name=record.file_name,
        state=record.state,
        rows_done=record.rows_done,
        rows_total=record.rows_total,
        headings=[(letter, heading, name) for letter, heading, name in summary.get("headings", [])],
        created=summary.get("created", {}),
        changed=summary.get("changed", {}),
        errors=[issue for issue in issues if issue.is_error],
        warnings=[issue for issue in issues if not issue.is_error],
        errors_in_all=counted[0],
        warnings_in_all=counted[1],
        has_rejected_file=bool(record.rejected_path),
        interrupted=bool(summary.get("interrupted")),
        failure=problems.text(failure["code"], failure["arguments"]) if failure else "",
        may_apply=(record.state == CHECKED and bool(summary.get("ok"))) or _is_silent(record),
        **{name: summary[name] for name in plain if name in summary},
    )


def open_rejected(viewer: Viewer, round_id: int, import_id: int) -> IO[bytes]:
    """The workbook of the rejected rows. A round administrator only; Missing if there is none."""
    _require(viewer, round_id)
    record = RosterImport.objects.filter(pk=import_id, round_id=round_id).only("rejected_path").first()
    if record is None or not record.rejected_path:
        raise missing()
    try:
        return get_host().storage().open(record.rejected_path, "rb")
    except FileNotFoundError as error:
        raise missing() from error


def recent_imports(viewer: Viewer, round_id: int, *, most: int = 5) -> list[ImportBrief]:
    """The latest imports of the round, newest first. A round administrator only. One query."""
    _require(viewer, round_id)
    found = RosterImport.objects.filter(round_id=round_id).select_related("uploaded_by").defer("issues")
    return [
        ImportBrief(
            id=record.pk,
            file_name=record.file_name,
            state=record.state,
            uploaded_by=record.uploaded_by.get_username() if record.uploaded_by else "",
            created_at=record.created_at,
            applied_at=record.applied_at,
            rows=record.summary.get("rows", 0),
            rejected=record.summary.get("rejected", 0),
        )
        for record in found.order_by("-pk")[:most]
    ]


def _require(viewer: Viewer, round_id: int) -> None:
    """An administrator, and of this very round."""
    require(viewer, Action.CHANGE_ROSTER)
    if viewer.roster.round_id != round_id:
        raise refused()


def _by_client_key(viewer: Viewer, round_id: int, client_key: str, *, lock: bool = False) -> int | None:
    """With ``lock`` also what was committed after this transaction began (MySQL would not show it otherwise)."""
    earlier = RosterImport.objects.filter(uploaded_by_id=viewer.user_id, client_key=client_key)
    found = (earlier.select_for_update() if lock else earlier).first()
    if found is not None and found.round_id != round_id:
        raise problems.bad("bad_client_key")
    return found.pk if found else None


def _look_into(file: IO[bytes]) -> None:
    """Refuse at once what the dry run could make nothing of."""
    with open_workbook(file) as workbook:
        sheet, header_row, columns = find_header(workbook)
        if not any(any(cells) for _, cells in data_lines(workbook, sheet, header_row, columns)):
            raise problems.bad("no_rows")


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _is_silent(record: RosterImport) -> bool:
    alive = parse_datetime(record.summary.get("alive_at", ""))
    return record.state == APPLYING and (alive is None or timezone.now() - alive > _SILENCE)


def _count(issue_counts: dict[str, Any]) -> tuple[int, int]:
    """(errors, warnings)"""
    errors = sum(number for code, number in issue_counts.items() if Issue(0, "", "", code).is_error)
    return errors, sum(issue_counts.values()) - errors
