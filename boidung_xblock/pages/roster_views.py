"""The roster of a round: its people, the upload of a staff workbook, the dry run, its application."""

from __future__ import annotations

from typing import IO, Any, cast
from uuid import uuid4

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from boidung_xblock import tasks
from boidung_xblock.commits import after_commit
from boidung_xblock.errors import BadInput, TooLarge
from boidung_xblock.pages import roster_page
from boidung_xblock.pages.guards import page, wants_json
from boidung_xblock.permissions import Action, can, require
from boidung_xblock.roster import api as roster_api
from boidung_xblock.viewer import Viewer

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("GET", "POST", reopen="boidung:roster")
def roster(request: HttpRequest, round_id: int) -> HttpResponse:
    """GET: the people of a round. Who: its administrators and the staff of its courses; others 403, no such round 404.

    POST (multipart: ``workbook``, ``client_key``): upload a staff workbook for a dry run, then 303 to it. Who: the
    round's administrators. 400 or 413 show the page again with the message at the field; nothing is stored then.
    """
    viewer = roster_api.viewer_for_round(request.user, round_id)
    if request.method != "POST":
        require(viewer, Action.READ_ROSTER)
        return _list(request, viewer, round_id)
    try:
        import_id = _upload(request, viewer, round_id)
    except (BadInput, TooLarge) as error:
        if wants_json(request):
            raise
        return _list(request, viewer, round_id, error)
    return _see_other("boidung:roster-import", round_id, import_id)


@page("GET")
def roster_import(request: HttpRequest, round_id: int, import_id: int) -> HttpResponse:
    """A dry run: what would be created and changed, each error by row and column. Who: the round's administrators."""
    viewer = roster_api.viewer_for_round(request.user, round_id)
    view = roster_api.import_view(viewer, round_id, import_id)
    title = roster_api.round_title(round_id)
    return render(request, "boidung/roster/import.html", roster_page.import_context(viewer, title, view))


@page("POST", reopen="boidung:roster-import")
def roster_apply(request: HttpRequest, round_id: int, import_id: int) -> HttpResponse:
    """Apply a checked import, then 303 to it. Who: the round's administrators.

    A second click, or a later one, starts nothing. 409 before the check has finished, or if it failed.
    """
    viewer = roster_api.viewer_for_round(request.user, round_id)
    with transaction.atomic():
        if roster_api.request_apply(viewer, import_id):
            after_commit(tasks.apply_roster_import.delay, import_id)
    return _see_other("boidung:roster-import", round_id, import_id)


@page("GET")
def roster_rejected(request: HttpRequest, round_id: int, import_id: int) -> HttpResponseBase:
    """The rejected rows as a workbook, with a column saying why. Who: the round's administrators. 404 without any."""
    viewer = roster_api.viewer_for_round(request.user, round_id)
    stream = roster_api.open_rejected(viewer, round_id, import_id)
    name = f"dong-chua-nhan-{import_id}.xlsx"
    response = FileResponse(stream, as_attachment=True, filename=name, content_type=_XLSX)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _upload(request: HttpRequest, viewer: Viewer, round_id: int) -> int:
    """The id of the import; its check starts once it is stored (and only once: a repeat starts nothing)."""
    uploaded = request.FILES.get("workbook")
    with transaction.atomic():
        import_id = roster_api.upload_workbook(
            viewer,
            round_id=round_id,
            file_name=(uploaded.name or "") if uploaded else "",
            file=cast("IO[bytes]", uploaded.file) if uploaded else None,
            client_key=request.POST.get("client_key", ""),
        )
        after_commit(tasks.check_roster_import.delay, import_id)
    return import_id


def _list(
    request: HttpRequest, viewer: Viewer, round_id: int, error: BadInput | TooLarge | None = None
) -> HttpResponse:
    query = request.GET.get("q", "")[:100].strip()
    after = request.GET.get("after", "")[:200]
    found = roster_api.roster_page(viewer, round_id, after=after, query=query)
    may_change = can(viewer, Action.CHANGE_ROSTER)
    context: dict[str, Any] = roster_page.list_context(viewer, round_id, found, query=query, after=after)
    context |= {
        "round_title": roster_api.round_title(round_id),
        "may_change": may_change,
        "imports": roster_page.import_lines(viewer, roster_api.recent_imports(viewer, round_id)) if may_change else [],
        "client_key": uuid4().hex,
        "error": error.message if error else "",
    }
    return render(request, "boidung/roster/list.html", context, status=error.status if error else 200)


def _see_other(name: str, *args: int) -> HttpResponse:
    response = HttpResponseRedirect(reverse(name, args=args))
    response.status_code = 303
    return response
