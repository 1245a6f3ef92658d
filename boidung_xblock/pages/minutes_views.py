"""Minutes of a group's meeting: written, sent, confirmed, approved, reopened, printed; and the archive of a course.

Who may do what is the table of design section 4 (``permissions``). The views only translate between forms, the
applet and the templates.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from boidung_xblock import present
from boidung_xblock.blocks import bodies
from boidung_xblock.errors import BadInput, BoidungError, Conflict, Refused, missing
from boidung_xblock.host import CourseFacts, Masquerade, get_host
from boidung_xblock.meetings import api as meetings
from boidung_xblock.pages import minutes_docx, minutes_forms, minutes_layout, minutes_page, sections
from boidung_xblock.pages.guards import page
from boidung_xblock.pages.json_answers import json_answer, json_error
from boidung_xblock.pages.minutes_forms import MinutesForm, StepForm, typed_minutes
from boidung_xblock.pages.minutes_page import Box
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Step = Callable[[Viewer, meetings.MeetingInView, StepForm], object]


@page("GET", "POST", typed=typed_minutes, reopen="boidung:minutes")
def minutes(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """The minutes, to write or to read; a post saves, then 303. Who: may READ_MINUTES, to post WRITE_MINUTES.

    400 and 409 show the page with what was typed.
    """
    viewer, found = _enter(request, course_key, activity_id, group_id)
    if request.method != "POST":
        return _page(request, viewer, found)
    form = minutes_forms.parse_minutes(request.POST)
    try:
        _save(viewer, found, form)
    except (BadInput, Conflict) as error:
        return _page(request, viewer, _again(viewer, found), Box.of(error, form))
    return _done(request, found, pgettext("boidung", "The minutes are saved."), forget=True)


@require_POST
def save(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> JsonResponse:
    """Autosave, as ``draft`` does for reflections: JSON in and out. Who: may WRITE_MINUTES.

    400 with ``fields``, 403 another or no login, 409 ``stale`` or ``locked`` with what is stored (``version``,
    ``saved_by``, ``saved_text``), 413 too large.
    """
    try:
        return _autosave(request, course_key, activity_id, group_id)
    except BoidungError as error:
        return json_error(error)


def _autosave(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> JsonResponse:
    data = bodies.read_json(request.META.get("CONTENT_LENGTH"), lambda: request.body)
    viewer = roster.viewer_for(request.user, course_key)
    bodies.check_same_person(viewer, bodies.required_int(data, "for_user"))
    found = meetings.meeting_in_view(viewer, activity_id, group_id)
    now = timezone.now()
    try:
        stored = _save(viewer, found, minutes_forms.parse_minutes_json(data))
    except Conflict as conflict:
        at = parse_datetime(conflict.details.get("saved_at") or "")
        conflict.details["saved_text"] = present.clock(at, now, viewer.time_zone)
        conflict.details["saved_by"] = present.person(conflict.details.get("saved_by", ""))
        conflict.details["version"] = conflict.details.get("row_version", 0)
        raise
    saved_text = present.clock(stored.saved_at, now, viewer.time_zone)
    return json_answer(
        {"version": stored.row_version, "saved_at": stored.saved_at.isoformat(), "saved_text": saved_text}
    )


@page("POST", typed=typed_minutes, reopen="boidung:minutes")
def send(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """Save the posted form and send it for confirmation, then 303. Who: may WRITE_MINUTES.

    400 names each field that is missing; what was typed is saved by then.
    """
    viewer, found = _enter(request, course_key, activity_id, group_id)
    form = minutes_forms.parse_minutes(request.POST)
    try:
        stored = _save(viewer, found, form)
        meetings.send(viewer, found, row_version=stored.row_version, client_key=form.client_key)
    except (BadInput, Conflict) as error:
        return _page(request, viewer, _again(viewer, found), Box.of(error, form))
    told = pgettext("boidung", "The minutes are sent to the members for confirmation.")
    return _done(request, found, told, forget=True)


@page("POST", reopen="boidung:minutes")
def confirm(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """Confirm one's own name, then 303. Who: may CONFIRM_MINUTES; 409 if another text has been sent since."""

    def step(viewer: Viewer, found: meetings.MeetingInView, form: StepForm) -> object:
        return meetings.confirm(viewer, found, revision_no=form.revision_no)

    told = pgettext("boidung", "Thank you. You have confirmed the minutes.")
    return _step(request, (course_key, activity_id, group_id), step, told)


@page("POST", reopen="boidung:minutes")
def approve(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """Approve and lock, then 303. Who: may APPROVE_MINUTES; 409 if the minutes have changed since."""

    def step(viewer: Viewer, found: meetings.MeetingInView, form: StepForm) -> object:
        return meetings.approve(viewer, found, row_version=form.row_version, client_key=form.client_key)

    return _step(request, (course_key, activity_id, group_id), step, pgettext("boidung", "The minutes are approved."))


@page("POST", typed=typed_minutes, reopen="boidung:minutes")
def reopen(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """Let them be written again, then 303. Who: may REOPEN_MINUTES (a reason is needed), or their writers while they
    wait for confirmation."""

    def step(viewer: Viewer, found: meetings.MeetingInView, form: StepForm) -> object:
        given = {"row_version": form.row_version, "client_key": form.client_key}
        return meetings.reopen(viewer, found, reason=form.reason, **given)  # type: ignore[arg-type]

    told = pgettext("boidung", "The minutes can be written again.")
    return _step(request, (course_key, activity_id, group_id), step, told)


@page("POST", reopen="boidung:minutes")
def made_up(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """Record that an absent member made up the meeting, or take that back; then 303. Who: may APPROVE_MINUTES."""

    def step(viewer: Viewer, found: meetings.MeetingInView, form: StepForm) -> object:
        return meetings.make_up(
            viewer, found, person_id=form.person_id, made_up=form.made_up, client_key=form.client_key
        )

    return _step(request, (course_key, activity_id, group_id), step, pgettext("boidung", "The roll call is saved."))


@page("GET")
def minutes_print(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """The official layout as a page to print. Who: may READ_MINUTES."""
    _, found = _enter(request, course_key, activity_id, group_id)
    sheet = minutes_layout.sheet(found)
    return render(request, "boidung/minutes/print.html", {"sheet": sheet, "urls": minutes_page.urls(found)})


@page("GET")
def minutes_as_docx(request: HttpRequest, course_key: str, activity_id: int, group_id: int) -> HttpResponse:
    """The same as a Word document. Who: may READ_MINUTES."""
    _, found = _enter(request, course_key, activity_id, group_id)
    document = minutes_docx.document(minutes_layout.sheet(found))
    response = HttpResponse(document, content_type=_DOCX)
    response["Content-Disposition"] = f'attachment; filename="bien-ban-{activity_id}-{group_id}.docx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page("GET")
def minutes_list(request: HttpRequest, course_key: str) -> HttpResponse:
    """The archive by state. Who: staff and administrators all, others the groups they belong to, support or manage."""
    course, viewer = _viewer(request, course_key)
    if not can(viewer, Action.LIST_MINUTES):
        message = pgettext("boidung", "Minutes are for the groups of this course and for those who support them.")
        raise Refused("not_a_participant", message)
    state = request.GET.get("state", "")
    state = state if state in meetings.states.STATES else minutes_page.ALL
    context = minutes_page.list_context(viewer, state, request.GET.get("after", "")[:200])
    context.update(course=course, viewer=viewer, sections=sections.for_course(viewer, sections.MINUTES))
    return render(request, "boidung/minutes/list.html", context)


def _step(request: HttpRequest, place: tuple[str, int, int], step: Step, told: str) -> HttpResponse:
    viewer, found = _enter(request, *place)
    form = minutes_forms.parse_step(request.POST)
    try:
        step(viewer, found, form)
    except (BadInput, Conflict) as error:
        return _page(request, viewer, _again(viewer, found), Box.of(error, reason=form.reason))
    return _done(request, found, told)


def _save(viewer: Viewer, found: meetings.MeetingInView, form: MinutesForm) -> meetings.Minutes:
    content = meetings.parse(form.given, found.meeting)
    return meetings.save(
        viewer,
        found,
        content=content,
        roll=form.roll,
        row_version=form.row_version,
        client_key=form.client_key,
        unsure_key=form.unsure_key,
    )


def _page(request: HttpRequest, viewer: Viewer, found: meetings.MeetingInView, box: Box | None = None) -> HttpResponse:
    box = box or Box()
    context = minutes_page.context(viewer, found, box)
    context.update(
        course=get_host().course_facts(found.course_key),
        viewer=viewer,
        forget=_is_stored(request, found),
        sections=sections.for_course(viewer, sections.MINUTES),
    )
    return render(request, "boidung/minutes/minutes.html", context, status=box.status)


def _tag(found: meetings.MeetingInView) -> str:
    return f"bd-stored-{found.activity.pk}-{found.group.id}"


def _is_stored(request: HttpRequest, found: meetings.MeetingInView) -> bool:
    """Whether the page is about to say that what was typed is stored: the device may forget its copy then."""
    return any(_tag(found) in one.tags.split() for one in messages.get_messages(request))


def _done(request: HttpRequest, found: meetings.MeetingInView, told: str, *, forget: bool = False) -> HttpResponse:
    messages.success(request, told, extra_tags=_tag(found) if forget else "", fail_silently=True)
    place = [found.course_key, found.activity.pk, found.group.id]
    response = HttpResponseRedirect(reverse("boidung:minutes", args=place))
    response.status_code = 303
    return response


def _again(viewer: Viewer, found: meetings.MeetingInView) -> meetings.MeetingInView:
    """As things stand now."""
    return meetings.meeting_in_view(viewer, found.activity.pk, found.group.id)


def _enter(
    request: HttpRequest, course_key: str, activity_id: int, group_id: int
) -> tuple[Viewer, meetings.MeetingInView]:
    _, viewer = _viewer(request, course_key)
    return viewer, meetings.meeting_in_view(viewer, activity_id, group_id)


def _viewer(request: HttpRequest, course_key: str) -> tuple[CourseFacts, Viewer]:
    course = get_host().course_facts(course_key)
    if course is None:
        raise missing()
    viewer = roster.viewer_for(request.user, course_key)
    if viewer.masquerade is not Masquerade.NONE:
        message = pgettext(
            "boidung", "You are viewing this course as a learner. Switch back to your own role to open minutes."
        )
        raise Refused("masquerade", message)
    return course, viewer
