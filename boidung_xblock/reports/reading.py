"""What the page shows of result files, and the file itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO

from django.utils import timezone

from boidung_xblock import tracking
from boidung_xblock.errors import missing
from boidung_xblock.host import get_host
from boidung_xblock.permissions import Action, require
from boidung_xblock.reports.models import ResultFile
from boidung_xblock.reports.states import DONE, FAILED, RUNNING, WAITING, text
from boidung_xblock.viewer import Viewer

SILENCE = timedelta(minutes=10)  # after which a file in the making is taken for dead and may be started again


@dataclass(frozen=True)
class FileBrief:
    """One result file. ``state``: waiting, running, done, failed or erased; ``failure`` in words.

    ``counts`` of a finished one: people, started, submitted, passed, not_passed, unfinished.
    """

    id: int
    state: str
    requested_by: str
    created_at: datetime
    finished_at: datetime | None
    rows_done: int
    rows_total: int
    counts: dict[str, int] = field(default_factory=dict)
    failure: str = ""
    is_silent: bool = False

    @property
    def is_running(self) -> bool:
        """The task has still to finish."""
        return self.state in (WAITING, RUNNING)

    @property
    def is_there(self) -> bool:
        """It can be downloaded."""
        return self.state == DONE


@dataclass(frozen=True)
class OpenedFile:
    """A file to send: its bytes, and when it was made."""

    stream: IO[bytes]
    made_at: datetime


def recent_files(viewer: Viewer, *, most: int = 10) -> list[FileBrief]:
    """The latest result files of the viewer's course, newest first. Who: may READ_RESULTS. One query.

    Without a round there is none, and nothing is asked of the database.
    """
    require(viewer, Action.READ_RESULTS)
    if viewer.roster.round_id is None:
        return []
    found = ResultFile.objects.filter(course_key=viewer.course_key, round_id=viewer.roster.round_id)
    return [_brief(record) for record in found.select_related("requested_by").order_by("-pk")[:most]]


def open_file(viewer: Viewer, file_id: int) -> OpenedFile:
    """A finished file of the viewer's course, to be sent. Who: may EXPORT_RESULTS. Missing for any other.

    Tells the site's event log: the file names everybody.
    """
    require(viewer, Action.EXPORT_RESULTS)
    if viewer.roster.round_id is None:
        raise missing()
    record = ResultFile.objects.filter(
        pk=file_id, course_key=viewer.course_key, round_id=viewer.roster.round_id, state=DONE
    ).first()
    if record is None or record.finished_at is None:
        raise missing()
    try:
        stream: IO[bytes] = get_host().storage().open(record.path, "rb")
    except FileNotFoundError as error:
        raise missing() from error
    tracking.emit(
        tracking.ResultFileOpened(
            course_id=record.course_key,
            actor_id=viewer.user_id,
            round_id=record.round_id,
            file_id=record.pk,
            rows=record.rows_total,
        )
    )
    return OpenedFile(stream, record.finished_at)


def is_silent(record: ResultFile) -> bool:
    """It should be in the making, and nothing has been heard of it for ten minutes."""
    return record.state in (WAITING, RUNNING) and timezone.now() - record.alive_at > SILENCE


def _brief(record: ResultFile) -> FileBrief:
    return FileBrief(
        id=record.pk,
        state=record.state,
        requested_by=get_host().display_name(record.requested_by) if record.requested_by else "",
        created_at=record.created_at,
        finished_at=record.finished_at,
        rows_done=record.rows_done,
        rows_total=record.rows_total,
        counts=record.summary.get("counts", {}),
        failure=text(record.summary.get("failure", "")) if record.state == FAILED else "",
        is_silent=is_silent(record),
    )
