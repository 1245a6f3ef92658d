"""Asking for a result file, and removing those that name somebody who is erased."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, pgettext

from boidung_xblock.errors import BadInput
from boidung_xblock.host import get_host
from boidung_xblock.periods import api as periods
from boidung_xblock.permissions import Action, require
from boidung_xblock.reports.models import ResultFile
from boidung_xblock.reports.reading import is_silent
from boidung_xblock.reports.states import ERASED, FAILED, WAITING, conflict
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

_CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True)
class Requested:
    """The file that was asked for; with ``start`` the caller starts ``make_file`` after the commit."""

    id: int
    start: bool


def request_file(viewer: Viewer, *, client_key: str) -> Requested:
    """Ask for the result file of the viewer's course. Who: may EXPORT_RESULTS (Refused otherwise).

    One at a time: while a file of the course is being made, that one is the answer, whoever asked; one that has been
    silent for ten minutes is started again. The same ``client_key`` gives the same file. Conflict ``no_round``,
    ``no_ledger``: there is nothing to put in. BadInput: a ``client_key`` that is none of ours.
    """
    require(viewer, Action.EXPORT_RESULTS)
    if not _CLIENT_KEY.fullmatch(client_key):
        raise _bad_key()
    if viewer.roster.round_id is None:
        raise conflict("no_round")
    if periods.module_of(viewer.course_key) is None:
        raise conflict("no_ledger")
    return _known(viewer, client_key) or _create(viewer, viewer.roster.round_id, client_key)


def erase_person(user_id: int, *, username: str = "", email: str = "") -> int:
    """An account is retired: the result files of every round it was in go from storage, how many did.

    Files name everybody, so they go as a whole; their rows stay, with numbers only, and one that is being made stops.
    To be called before the roster forgets the person. Doing it again changes nothing.
    """
    rounds = roster.rounds_naming(user_id, username=username, email=email)
    named = ResultFile.objects.filter(round_id__in=rounds).exclude(state__in=(ERASED, FAILED))
    erased = 0
    with transaction.atomic():
        for record in named.select_for_update().order_by("pk"):
            # Before the row is changed: if storage fails, the error passes and the next try finds the rest.
            if record.path:
                get_host().storage().delete(record.path)
            record.state, record.running_key, record.path = ERASED, None, ""
            record.save(update_fields=["state", "running_key", "path"])
            erased += 1
    return erased


def _known(viewer: Viewer, client_key: str) -> Requested | None:
    earlier = ResultFile.objects.filter(requested_by_id=viewer.user_id, client_key=client_key).first()
    if earlier is not None:
        return _same(viewer, earlier)
    running = ResultFile.objects.filter(running_key=viewer.course_key).first()
    return _join(running.pk) if running else None


def _same(viewer: Viewer, earlier: ResultFile) -> Requested:
    if earlier.course_key != viewer.course_key:
        raise _bad_key()
    return Requested(earlier.pk, start=False)


def _join(file_id: int) -> Requested | None:
    """The file that is being made, started again if nobody seems to work on it; None if it is finished by now."""
    with transaction.atomic():
        record = ResultFile.objects.select_for_update().filter(pk=file_id, running_key__isnull=False).first()
        if record is None:
            return None
        silent = is_silent(record)
        if silent:
            record.state, record.rows_done, record.alive_at = WAITING, 0, timezone.now()
            record.save(update_fields=["state", "rows_done", "alive_at"])
        return Requested(record.pk, start=silent)


def _create(viewer: Viewer, round_id: int, client_key: str) -> Requested:
    now = timezone.now()
    try:
        with transaction.atomic():
            record = ResultFile.objects.create(
                round_id=round_id,
                course_key=viewer.course_key,
                requested_by_id=viewer.user_id,
                client_key=client_key,
                running_key=viewer.course_key,
                state=WAITING,
                summary={"language": get_language() or ""},
                created_at=now,
                alive_at=now,
            )
    except IntegrityError:
        return _lost_race(viewer, client_key)
    return Requested(record.pk, start=True)


def _lost_race(viewer: Viewer, client_key: str) -> Requested:
    """Somebody was faster by a moment: theirs is the answer. Locked, else MySQL would not show it."""
    with transaction.atomic():
        rows = ResultFile.objects.select_for_update()
        earlier = rows.filter(requested_by_id=viewer.user_id, client_key=client_key).first()
        if earlier is not None:
            return _same(viewer, earlier)
        newest = rows.filter(course_key=viewer.course_key).latest("pk")  # it may be finished by now
        return Requested(newest.pk, start=False)


def _bad_key() -> BadInput:
    return BadInput("bad_client_key", pgettext("boidung", "The form was incomplete. Open the page again."))
