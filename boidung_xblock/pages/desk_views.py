"""The marking desk: the list of work, one work beside its rubric, giving a mark, returning for revision.

Who: core teachers for the work of their groups, course staff and round administrators for all of the course; nobody
for their own work. The views only translate between forms, applets and templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock.errors import BadInput, Conflict, Refused, missing
from boidung_xblock.grading import api as grading
from boidung_xblock.host import CourseFacts, Masquerade, get_host
from boidung_xblock.pages import desk_list, forms, work_page
from boidung_xblock.pages.guards import page, wants_json
from boidung_xblock.permissions import Action, can
from boidung_xblock.present import number, person
from boidung_xblock.reflections import api as reflections
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

# How long the address of a page after a mark still tells of that mark.
_DONE_FOR = timedelta(minutes=10)


@page("GET")
def desk(request: HttpRequest, course_key: str) -> HttpResponse:
    """The list of work to mark. Who: core teachers (own groups), course staff, round administrators; others 403."""
    viewer = roster.viewer_for(request.user, course_key)
    if not can(viewer, Action.OPEN_DESK) and can(viewer, Action.SEE_TAB):
        # The course tab leads here; leaders and managers have no work to mark, but minutes.
        return HttpResponseRedirect(reverse("boidung:minutes-list", args=[course_key]))
    course, viewer = _enter(request, course_key)
    query = forms.parse_desk_query(request.GET)
    context = desk_list.context(viewer, query, now=timezone.now())
    context.update(course=course, viewer=viewer, done=_done(request, viewer))
    return render(request, "boidung/desk/list.html", context)


@page("GET")
def work(request: HttpRequest, course_key: str, reflection_id: int) -> HttpResponse:
    """One work and its marking sheet; reads only. Who: who may MARK it; its author gets 403."""
    course, viewer = _enter(request, course_key)
    with _own_work_explained(viewer, reflection_id):
        found = reflections.work_for_marking(viewer, reflection_id)
    return _work_response(request, course, viewer, found, work_page.Sheet.fresh(found))


@page("POST")
def opened(request: HttpRequest, course_key: str, reflection_id: int) -> HttpResponse:
    """The page's script says that the work is really shown: now it cannot be withdrawn. Who: who may MARK it."""
    _, viewer = _enter(request, course_key)
    reflections.note_opened(viewer, reflection_id)
    return JsonResponse({"opened": reflection_id})


@page("POST", typed=forms.typed_text, reopen="boidung:work")
def mark(request: HttpRequest, course_key: str, reflection_id: int) -> HttpResponse:
    """Give a mark, then 303 to the next waiting work or the desk. Who: who may MARK it; its author gets 403.

    400 and 409 show the sheet again with everything typed.
    """
    course, viewer = _enter(request, course_key)
    form = forms.parse_mark(request.POST)
    try:
        with _own_work_explained(viewer, reflection_id):
            grading.give_mark(
                viewer,
                reflection_id=reflection_id,
                row_version=form.row_version,
                points=form.points,
                comments=form.comments,
                comment=form.comment,
                private_note=form.private_note,
                client_key=form.client_key,
            )
    except (BadInput, Conflict) as error:
        return _again(request, course, viewer, reflection_id, error)
    return _onward(request, viewer, "mark", reflection_id)


@page("POST", typed=forms.typed_text, reopen="boidung:work")
def return_work(request: HttpRequest, course_key: str, reflection_id: int) -> HttpResponse:
    """Return work with a reason, then 303 as after a mark. Who: who may MARK it; its author gets 403.

    400 and 409 show the page again with everything typed.
    """
    course, viewer = _enter(request, course_key)
    form = forms.parse_return(request.POST)
    try:
        with _own_work_explained(viewer, reflection_id):
            grading.return_work(
                viewer,
                reflection_id=reflection_id,
                row_version=form.row_version,
                reason=form.reason,
                client_key=form.client_key,
            )
    except (BadInput, Conflict) as error:
        return _again(request, course, viewer, reflection_id, error)
    return _onward(request, viewer, "return", reflection_id)


def _enter(request: HttpRequest, course_key: str) -> tuple[CourseFacts, Viewer]:
    """The course and who stands in it, for those whom the desk is for; 404 without such a course, else 403."""
    course = get_host().course_facts(course_key)
    if course is None:
        raise missing()
    viewer = roster.viewer_for(request.user, course_key)
    if can(viewer, Action.OPEN_DESK):
        return course, viewer
    if viewer.masquerade is not Masquerade.NONE:
        message = pgettext(
            "boidung",
            "You are viewing this course as a learner. Switch back to your own role to open the marking desk.",
        )
        raise Refused("masquerade", message)
    message = pgettext(
        "boidung",
        "The marking desk is for core teachers of this round, for the staff of the course and for administrators "
        "of the round.",
    )
    raise Refused("not_a_marker", message)


@contextmanager
def _own_work_explained(viewer: Viewer, reflection_id: int) -> Iterator[None]:
    """A refusal says so if the reason is that the work is the viewer's own."""
    try:
        yield
    except Refused:
        own = reflections.Reflection.objects.filter(
            pk=reflection_id, author_id=viewer.user_id, course_key=viewer.course_key
        )
        if not own.exists():
            raise
        message = pgettext("boidung", "This is your own work. Nobody marks or returns their own work.")
        raise Refused("own_work", message) from None


def _again(
    request: HttpRequest, course: CourseFacts, viewer: Viewer, reflection_id: int, error: BadInput | Conflict
) -> HttpResponse:
    """The work as it is now, with everything that was typed and with what went wrong."""
    if wants_json(request):
        raise error
    found = reflections.work_for_marking(viewer, reflection_id)
    sheet = work_page.Sheet.as_posted(request.POST, found, error)
    return _work_response(request, course, viewer, found, sheet, status=error.status)


def _work_response(
    request: HttpRequest,
    course: CourseFacts,
    viewer: Viewer,
    found: reflections.WorkView,
    sheet: work_page.Sheet,
    status: int = 200,
) -> HttpResponse:
    query = forms.parse_desk_query(request.POST if request.method == "POST" else request.GET)
    context = work_page.context(viewer, found, sheet, query, now=timezone.now())
    context.update(course=course, viewer=viewer, done=_done(request, viewer))
    context["typed"] = forms.typed_text(request) if sheet.posted else []
    return render(request, "boidung/desk/work.html", context, status=status)


def _onward(request: HttpRequest, viewer: Viewer, done: str, reflection_id: int) -> HttpResponse:
    """303 to the work that now waits longest under the same filter, else to the desk; to a script ``{"next": url}``.

    Only on the way through the waiting work: who looked something up goes back to the list.
    """
    query = forms.parse_desk_query(request.POST)
    following = None
    if query.state == forms.WAITING:
        following = reflections.next_waiting(viewer, desk_list.desk_filter(query), not_id=reflection_id)
    name, ids = ("work", [following]) if following else ("desk", [])
    told = "&".join(part for part in (query.querystring(after=query.after), f"done={done}&id={reflection_id}") if part)
    url = f"{reverse(f'boidung:{name}', args=[viewer.course_key, *ids])}?{told}"
    if wants_json(request):
        return JsonResponse({"next": url})
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _done(request: HttpRequest, viewer: Viewer) -> dict[str, str] | None:
    """What was done just before, told again from the tables: the address only names the work.

    Only for what the viewer did within the last minutes, so that a bookmark tells no old news.
    """
    done, work_id = request.GET.get("done", ""), forms.posted_id(request.GET.get("id", ""))
    if done not in ("mark", "return") or work_id is None:
        return None
    row = reflections.scope(viewer).select_related("last_event", "activity").filter(pk=work_id).first()
    event = row.last_event if row else None
    if row is None or event is None or event.actor_id != viewer.user_id:
        return None
    text = _done_text(done, row) if timezone.now() - event.created_at < _DONE_FOR else ""
    url = reverse("boidung:work", args=[viewer.course_key, row.pk])
    user_id = str(viewer.user_id)
    return {"kind": done, "work_id": str(row.pk), "user_id": user_id, "url": url, "text": text} if text else None


def _done_text(done: str, row: reflections.Reflection) -> str:
    """In words, if the tables say so too; else ""."""
    if done == "return" and row.state == reflections.states.RETURNED:
        return pgettext("boidung", "The work of %(name)s has been returned for revision.") % {
            "name": person(row.author_name)
        }
    if done == "return" or row.state != reflections.states.MARKED:
        return ""
    return pgettext("boidung", "Mark %(mark)s/%(scale)s given to %(name)s.") % {
        "mark": number(row.mark_value),
        "scale": number(row.activity.settings["rubric"]["scale"]),
        "name": person(row.author_name),
    }
