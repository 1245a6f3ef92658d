"""The module's results: everybody's present result, and the result file for the administration.

Who: course staff and round administrators read; round administrators have the file made and download it. The views
only translate between forms, applets and templates.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from boidung_xblock import tasks
from boidung_xblock.commits import after_commit
from boidung_xblock.errors import Refused, missing
from boidung_xblock.host import CourseFacts, Masquerade, get_host
from boidung_xblock.pages import results_page
from boidung_xblock.pages.guards import page
from boidung_xblock.permissions import Action, can
from boidung_xblock.reports import api as reports
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CURSOR = 18  # digits


@page("GET")
def results(request: HttpRequest, course_key: str) -> HttpResponse:
    """Everybody's present result, 25 a page, and the files. Who: may READ_RESULTS; others 403, no such course 404."""
    course, viewer = _enter(request, course_key)
    after = request.GET.get("after", "")
    is_number = after.isascii() and after.isdigit() and len(after) <= _LONGEST_CURSOR
    context = results_page.context(viewer, after=int(after) if is_number else 0)
    context.update(course=course, viewer=viewer, client_key=uuid4().hex)
    return render(request, "boidung/results/list.html", context)


@page("POST", reopen="boidung:results")
def make(request: HttpRequest, course_key: str) -> HttpResponse:
    """Have a result file made, then 303 to the list. Who: may EXPORT_RESULTS; others 403.

    A second click, or a colleague's, starts nothing while one is being made. 409 without a round or a ledger.
    """
    _, viewer = _enter(request, course_key)
    with transaction.atomic():
        asked = reports.request_file(viewer, client_key=request.POST.get("client_key", ""))
        if asked.start:
            after_commit(tasks.make_result_file.delay, asked.id)
    response = HttpResponseRedirect(reverse("boidung:results", args=[course_key]))
    response.status_code = 303
    return response


@page("GET")
def download(request: HttpRequest, course_key: str, file_id: int) -> HttpResponseBase:
    """One finished file, as an attachment. Who: may EXPORT_RESULTS; others 403, no such file 404."""
    _, viewer = _enter(request, course_key)
    opened = reports.open_file(viewer, file_id)
    name = results_page.file_name(viewer, opened)
    response = FileResponse(opened.stream, as_attachment=True, filename=name, content_type=_XLSX)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _enter(request: HttpRequest, course_key: str) -> tuple[CourseFacts, Viewer]:
    course = get_host().course_facts(course_key)
    if course is None:
        raise missing()
    viewer = roster.viewer_for(request.user, course_key)
    if can(viewer, Action.READ_RESULTS):
        return course, viewer
    if viewer.masquerade is not Masquerade.NONE:
        message = pgettext(
            "boidung", "You are viewing this course as a learner. Switch back to your own role to see the results."
        )
        raise Refused("masquerade", message)
    message = pgettext("boidung", "The results of all are for the staff of the course and administrators of the round.")
    raise Refused("not_staff", message)
