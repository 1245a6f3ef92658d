"""The pages around the blocks: who one is, the course with its tabs, grades and the instructor's tools."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from completion.models import BlockCompletion
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login, logout
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import number_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from edx_when import api as when
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from boidung_xblock.permissions import Action, can
from boidung_xblock.roster.api import viewer_for
from demo import access, grades
from demo.host import DemoHost
from demo.models import Course, Enrolment
from demo.runtime import DemoRuntime

_SHOWN = 50
_TEAM = {"instructor": "Quản trị khóa học", "staff": "Nhân viên khóa học"}


# -- who one is -----------------------------------------------------------------------------------------------
def people(request: HttpRequest) -> HttpResponse:
    """GET: everybody one can be, searched by ``q``. POST ``user`` (an id, or empty for a visitor): be that person."""
    if request.method == "POST":
        return _switch(request)
    query = request.GET.get("q", "").strip()
    found = get_user_model().objects.select_related("profile").prefetch_related("course_roles").order_by("pk")
    if query:
        where = Q(username__icontains=query) | Q(email__icontains=query) | Q(profile__name__icontains=query)
        found = found.filter(where)
    course = Course.objects.first()
    rows = [(user, _labels(user, course.course_key if course else "")) for user in found[:_SHOWN]]
    context = {"rows": rows, "count": found.count(), "shown": _SHOWN, "query": query}
    return _page(request, "people", next=request.GET.get("next", ""), **context)


def _switch(request: HttpRequest) -> HttpResponse:
    if request.POST.get("user"):
        user = get_user_model().objects.get(pk=request.POST["user"])
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    else:
        logout(request)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else "courses")


def _labels(user: Any, course_key: str) -> list[str]:
    """What the person is, in the words of the glossary."""
    roster = viewer_for(user, course_key).roster
    labels = ["Quản trị hệ thống"] if user.is_staff else [_TEAM[held.role] for held in user.course_roles.all()]
    held = {
        "Quản trị viên của đợt": roster.round_admin and not user.is_staff,
        "Giáo viên cốt cán": roster.core_teacher_of,
        "Tổ trưởng": roster.leads,
        "Thư ký": roster.keeps_minutes_of,
        "Cán bộ quản lý": roster.manages,
    }
    labels += [label for label, holds in held.items() if holds]
    return labels or ["Học viên"]


# -- the course -----------------------------------------------------------------------------------------------
def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    context |= {"host": DemoHost(), "me": access.real_user(request)}
    context["my_name"] = DemoHost().display_name(context["me"]) if context["me"].is_authenticated else ""
    return render(request, f"demo/{name}.html", context)


def _course(request: HttpRequest, course_key: str) -> dict[str, Any]:
    """What every page of a course shows: title, the viewer's tabs, the mask."""
    course = Course.objects.filter(course_key=course_key).first()
    if course is None:
        raise Http404
    roles = access.course_access(request.user, course_key)
    mask = access.mask_settings(request, course_key)
    tabs = [("course", reverse("course", args=[course_key]), "Khóa học")]
    if roles.enrolled or roles.staff or mask:
        tabs.append(("progress", reverse("progress", args=[course_key]), "Tiến độ"))
    if can(viewer_for(request.user, course_key), Action.SEE_TAB):
        tabs.append(("boidung", reverse("boidung:desk", args=[course_key]), "Bồi dưỡng"))
    if roles.staff:
        tabs.append(("gradebook", reverse("gradebook", args=[course_key]), "Sổ điểm"))
        tabs.append(("instructor", reverse("instructor", args=[course_key]), "Công cụ giảng viên"))
    may_mask = access.true_access(request.user, course_key).staff
    return {"course": course, "roles": roles, "tabs": tabs, "mask": mask, "may_mask": may_mask}


def _staff_only(request: HttpRequest, course_key: str) -> dict[str, Any]:
    context = _course(request, course_key)
    if not context["roles"].staff:
        raise PermissionDenied
    return context


def _key(text: str, kind: Any) -> Any:
    try:
        return kind.from_string(text)
    except InvalidKeyError:
        raise Http404 from None


@require_GET
def courses(request: HttpRequest) -> HttpResponse:
    """Every course; which of them one may enter shows inside."""
    return _page(request, "courses", courses=Course.objects.order_by("title"))


@require_GET
def outline(request: HttpRequest, course_key: str) -> HttpResponse:
    """Chapters, subsections and units; links only for those who may open units."""
    context = _course(request, course_key)
    runtime = DemoRuntime(_key(course_key, CourseKey))
    dates = when.get_dates_for_course(runtime.course_key, request.user, use_cached=False)
    chapters = []
    for chapter in runtime.get_block(next(iter(runtime.content.fields))).get_children():
        sections = [
            (section, dates.get((section.location, "due")), section.get_children())
            for section in chapter.get_children()
        ]
        chapters.append((chapter, sections))
    may_open = context["roles"].enrolled or context["may_mask"]
    return _page(request, "outline", active="course", chapters=chapters, may_open=may_open, **context)


@require_GET
def unit(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """The learning MFE in small: the unit is an iframe. State typed under a mask is forgotten here, as there."""
    roles = access.true_access(request.user, course_key)
    if not request.user.is_authenticated:
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    if not (roles.enrolled or roles.staff):
        messages.warning(request, "Thầy/cô chưa ghi danh khóa học này nên chưa mở được bài học.")
        return redirect("course", course_key)
    context = _course(request, course_key)
    request.session.pop("masquerade_data", None)
    runtime = DemoRuntime(_key(course_key, CourseKey))
    units = [key for key in runtime.content.fields if key.block_type == "vertical"]
    key = _key(usage_key, UsageKey)
    if key not in units:
        raise Http404
    place = units.index(key)
    around = {"previous": units[place - 1] if place else None, "following": (units + [None])[place + 1]}
    line = [runtime.get_block(above) for above in reversed(runtime.content.lineage(key)[:3])]
    return _page(request, "unit", active="course", usage_key=key, line=line, **around, **context)


@require_GET
def jump_to(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """The unit that holds a block, or the first unit below one."""
    content = DemoRuntime(_key(course_key, CourseKey)).content
    key = _key(usage_key, UsageKey)
    inside = [above for above in content.lineage(key) if above.block_type == "vertical" and above in content.fields]
    below = [unit for unit in content.fields if unit.block_type == "vertical" and key in content.lineage(unit)]
    if not inside + below:
        raise Http404
    return redirect("unit", course_key, str((inside + below)[0]))


@require_POST
def masquerade(request: HttpRequest, course_key: str) -> HttpResponse:
    """Staff choose whom to view the course as: ``role`` staff or student, ``user_name`` for one learner."""
    if not access.true_access(request.user, course_key).staff:
        raise PermissionDenied
    name = request.POST.get("user_name", "").strip()
    try:
        access.set_mask(request, course_key, role=request.POST.get("role", "staff"), user_name=name)
    except LookupError:
        messages.error(request, f"Không có học viên “{name}” trong khóa học này.")
    return redirect("course", course_key)


# -- grades ---------------------------------------------------------------------------------------------------
def _points(points: grades.Points) -> str:
    """ "7,5 / 10", "– / 10"."""
    earned, possible = (None if part is None else number_format(round(part, 2)) for part in points)
    return f"{earned if earned is not None else '–'} / {possible}"


@require_GET
def progress(request: HttpRequest, course_key: str) -> HttpResponse:
    """One's own points and completion; under a mask those of the learner viewed as."""
    context = _course(request, course_key)
    user = access.viewed_as(request, course_key)
    if not user.is_authenticated:
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    key = _key(course_key, CourseKey)
    blocks = grades.scored_blocks(key)
    table = grades.score_table(blocks, [user.pk])
    done = BlockCompletion.get_learning_context_completions(user, key)
    rows = [
        (block, _points(table[user.pk, str(block.location)]), done.get(block.location, 0) >= 1, block.location)
        for block in blocks
    ]
    earned = [table[user.pk, str(block.location)] for block in blocks]
    total = _points((sum(part or 0 for part, _ in earned), sum(whole for _, whole in earned)))
    return _page(request, "progress", active="progress", rows=rows, total=total, **context)


@require_GET
def gradebook(request: HttpRequest, course_key: str) -> HttpResponse:
    """Staff: every learner's points at every graded block."""
    context = _staff_only(request, course_key)
    query = request.GET.get("q", "").strip()
    found = get_user_model().objects.filter(enrolments__course_key=course_key, enrolments__is_active=True)
    if query:
        found = found.filter(Q(username__icontains=query) | Q(profile__name__icontains=query))
    page = Paginator(found.select_related("profile").order_by("pk"), _SHOWN).get_page(request.GET.get("page"))
    blocks = grades.scored_blocks(_key(course_key, CourseKey))
    table = grades.score_table(blocks, [user.pk for user in page])
    rows = [
        (user, DemoHost().display_name(user), [_points(table[user.pk, str(block.location)]) for block in blocks])
        for user in page
    ]
    return _page(request, "gradebook", active="gradebook", rows=rows, blocks=blocks, page=page, query=query, **context)


def instructor(request: HttpRequest, course_key: str) -> HttpResponse:
    """Staff: score override, rescore, deletion of state, date extensions."""
    context = _staff_only(request, course_key)
    if request.method == "POST":
        try:
            messages.success(request, _use_tool(request, course_key))
        except grades.CannotDo as error:
            messages.error(request, str(error))
        return redirect("instructor", course_key)
    key = _key(course_key, CourseKey)
    enrolled = Enrolment.objects.filter(course_key=course_key, is_active=True).select_related("user__profile")
    dates = when.get_dates_for_course(key, use_cached=False)
    runtime = DemoRuntime(key)
    dated = [(runtime.get_block(place), due) for (place, field), due in dates.items() if field == "due"]
    context |= {"blocks": grades.scored_blocks(key), "dated": dated, "learners": enrolled.order_by("user_id")[:500]}
    return _page(request, "instructor", active="instructor", **context)


def _use_tool(request: HttpRequest, course_key: str) -> str:
    """Do what the form asks for; returns what to tell."""
    tool, key = request.POST.get("tool", ""), _key(request.POST.get("usage_key", ""), UsageKey)
    if str(key.course_key) != course_key:
        raise Http404
    if tool == "delete-all":
        return f"Đã xóa dữ liệu của {grades.delete_all_state(key)} học viên."
    name = request.POST.get("learner", "").strip()
    enrolled = get_user_model().objects.filter(enrolments__course_key=course_key, enrolments__is_active=True)
    learner = enrolled.filter(Q(username=name) | Q(email=name)).first()
    if learner is None:
        raise grades.CannotDo(f"Không có học viên “{name}” trong khóa học này.")
    if tool == "override":
        grades.override_score(learner, key, _number(request.POST.get("score", "")))
        return "Đã sửa điểm."
    if tool == "rescore":
        grades.rescore(learner, key)
        return "Đã chấm lại."
    if tool == "delete":
        grades.delete_state(learner, key)
        return "Đã xóa dữ liệu của học viên ở nội dung này."
    if tool == "extend":
        grades.extend_due(learner, key, _end_of_day(request.POST.get("due", "")), actor=request.user)
        return "Đã đổi hạn nộp của học viên."
    raise Http404


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise grades.CannotDo("Điểm phải là một số, ví dụ 7,5.") from None


def _end_of_day(text: str) -> datetime | None:
    """The last minute of a date in the site's zone; empty means no date of one's own."""
    try:
        day = parse_date(text)
    except ValueError:
        raise grades.CannotDo("Ngày không hợp lệ.") from None
    return datetime.combine(day, time(23, 59), ZoneInfo(settings.BOIDUNG_TIME_ZONE)) if day else None


def favicon(_request: HttpRequest) -> HttpResponse:
    """What browsers ask for on pages that name none."""
    return redirect(static("boidung/img/favicon.svg"))
