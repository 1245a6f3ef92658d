"""Questions to the core teacher: asking from a place in the course, one thread, the list.

Who: whoever is enrolled asks; core teachers answer in their groups, course staff and round administrators in all of
the course; nobody answers themselves. The views only translate between forms, applets and templates.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from boidung_xblock.activities import api as activities
from boidung_xblock.errors import BadInput, Conflict, Refused, missing
from boidung_xblock.host import CourseFacts, Masquerade, get_host
from boidung_xblock.pages import forms, question_page
from boidung_xblock.pages.guards import Typed, page
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster
from boidung_xblock.support import api as support
from boidung_xblock.viewer import Viewer


def _typed(request: HttpRequest) -> list[Typed]:
    return [Typed(pgettext("boidung", "Your message"), request.POST.get("text", ""))]


@page("GET", "POST", typed=_typed, reopen="boidung:ask")
def ask(request: HttpRequest, course_key: str) -> HttpResponse:
    """The form to ask from ``?usage=&place=``; a post asks, then 303 to the question. Who: may ASK; others 403.

    A place that the author has meanwhile taken away stands for the whole activity. 400 and 409 show what was typed.
    """
    course, viewer = _enter(request, course_key)
    _may(viewer, can(viewer, Action.ASK))
    activity = activities.get(request.GET.get("usage", ""))
    if activity.course_key != course_key or not activity.live:
        raise missing()
    place = question_page.place_of(activity, request.GET.get("place", ""))
    box = question_page.Box()
    if request.method == "POST":
        form = forms.parse_message(request.POST, is_first=True)
        try:
            asked = support.ask(
                viewer,
                activity,
                place=place.slug,
                place_title=place.title,
                text=form.text,
                client_key=form.client_key,
            )
        except (BadInput, Conflict) as error:
            box = question_page.Box.as_posted(form.text, error)
        else:
            return _to_thread(viewer, asked.pk)
    context = question_page.ask_context(viewer, activity, place, box)
    context.update(course=course, viewer=viewer)
    return render(request, "boidung/support/ask.html", context, status=box.status)


@page("GET", "POST", typed=_typed, reopen="boidung:question")
def question(request: HttpRequest, course_key: str, question_id: int) -> HttpResponse:
    """One question with what was said and the work in view; a post says more, then 303 to the same page.

    Who: its author and those who may ANSWER_QUESTION; others 403. 400 and 409 show the page with what was typed.
    """
    course, viewer = _enter(request, course_key)
    box = question_page.Box()
    if request.method == "POST":
        form = forms.parse_message(request.POST)
        try:
            support.say(viewer, question_id, text=form.text, row_version=form.row_version, client_key=form.client_key)
        except (BadInput, Conflict) as error:
            box = question_page.Box.as_posted(form.text, error)
        else:
            return _to_thread(viewer, question_id)
    found = support.thread(viewer, question_id)
    context = question_page.thread_context(viewer, found, box)
    context.update(course=course, viewer=viewer)
    return render(request, "boidung/support/question.html", context, status=box.status)


@page("GET")
def questions(request: HttpRequest, course_key: str) -> HttpResponse:
    """Questions by state: those one may answer, and one's own. Who: may OPEN_DESK or ASK; others 403."""
    course, viewer = _enter(request, course_key)
    _may(viewer, can(viewer, Action.OPEN_DESK) or can(viewer, Action.ASK))
    context = question_page.list_context(viewer, _state(viewer, request.GET), request.GET.get("after", "")[:200])
    context.update(course=course, viewer=viewer)
    return render(request, "boidung/support/list.html", context)


def _state(viewer: Viewer, data: Mapping[str, str]) -> str:
    """The tab: those who only ask see all their questions first."""
    state = data.get("state", "")
    first = question_page.OPEN if can(viewer, Action.OPEN_DESK) else question_page.ALL
    return state if state in question_page.tabs_for(viewer) else first


def _to_thread(viewer: Viewer, question_id: int) -> HttpResponse:
    response = HttpResponseRedirect(reverse("boidung:question", args=[viewer.course_key, question_id]))
    response.status_code = 303
    return response


def _enter(request: HttpRequest, course_key: str) -> tuple[CourseFacts, Viewer]:
    course = get_host().course_facts(course_key)
    if course is None:
        raise missing()
    return course, roster.viewer_for(request.user, course_key)


def _may(viewer: Viewer, allowed: bool) -> None:
    if allowed:
        return
    if viewer.masquerade is not Masquerade.NONE:
        message = pgettext(
            "boidung", "You are viewing this course as a learner. Switch back to your own role to ask or to answer."
        )
        raise Refused("masquerade", message)
    message = pgettext(
        "boidung", "Questions are for those who take part in this course and for those who support them."
    )
    raise Refused("not_a_participant", message)
