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
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.formats import number_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from edx_when import api as when
from opaque_keys.edx.keys import CourseKey

from boidung_xblock.permissions import Action, can
from boidung_xblock.roster.api import viewer_for
from demo import access, grades
from demo.courseware import usage_key_or_404
from demo.host import DemoHost
from demo.models import Block
from demo.runtime import DemoRuntime

_SHOWN = 100
_TEAM = {"instructor": "Quản trị khóa học", "staff": "Nhân viên khóa học"}


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    me = access.real_user(request)
    my_name = DemoHost().display_name(me) if me.is_authenticated else ""
    return render(request, f"demo/{name}.html", {"me": me, "my_name": my_name, "active": name, **context})


def _found(request: HttpRequest, users: Any) -> dict[str, Any]:
    """The first people who match the search ``q``, and how many there are."""
    query = request.GET.get("q", "").strip()
    if query:
        users = users.filter(Q(username__icontains=query) | Q(email=query) | Q(profile__name__icontains=query))
    return {"query": query, "users": users[:_SHOWN], "count": users.count(), "shown": _SHOWN}


# -- who one is -----------------------------------------------------------------------------------------------
def people(request: HttpRequest) -> HttpResponse:
    """GET: everybody one can be. POST ``user`` (an id, or empty for a visitor): be that person."""
    if request.method == "POST":
        return _switch(request)
    every = get_user_model().objects.select_related("profile").prefetch_related("course_roles").order_by("pk")
    context = _found(request, every)
    course_key = Block.objects.filter(position=0).values_list("course_key", flat=True).first()
    rows = [(user, _labels(user, course_key or "")) for user in context["users"]]
    rows.sort(key=lambda row: row[1] == ["Học viên"])  # who has a part to play stands first
    return _page(request, "people", {"rows": rows, "next": request.GET.get("next", ""), **context})


def _switch(request: HttpRequest) -> HttpResponse:
    user = get_user_model().objects.filter(pk=request.POST.get("user") or None).first()
    if user:
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    else:
        logout(request)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else "courses")


def _labels(user: Any, course_key: str) -> list[str]:
    """What the person is, in the words of the glossary."""
    roster = viewer_for(user, course_key).roster
    held = {
        "Quản trị hệ thống": user.is_staff,
        **{_TEAM[held.role]: True for held in user.course_roles.all()},
        "Quản trị viên của đợt": roster.round_admin,
        "Giáo viên cốt cán": roster.core_teacher_of,
        "Tổ trưởng": roster.leads,
        "Thư ký": roster.keeps_minutes_of,
        "Cán bộ quản lý": roster.manages,
    }
    return [label for label, holds in held.items() if holds] or ["Học viên"]


# -- the course -----------------------------------------------------------------------------------------------
def _course(request: HttpRequest, course_key: str, *, staff_only: bool = False) -> dict[str, Any]:
    """What every page of a course shows: title, the viewer's tabs, the mask."""
    facts = DemoHost().course_facts(course_key)
    if facts is None:
        raise Http404
    roles = access.course_access(request.user, course_key)
    if staff_only and not roles.staff:
        raise PermissionDenied
    mask = access.mask_settings(request, course_key)
    offered = [
        ("course", "outline", "Khóa học", True),
        ("progress", "progress", "Tiến độ", roles.enrolled or roles.staff or mask),
        ("boidung:desk", "desk", "Bồi dưỡng", can(viewer_for(request.user, course_key), Action.SEE_TAB)),
        ("gradebook", "gradebook", "Sổ điểm", roles.staff),
        ("instructor", "instructor", "Công cụ giảng viên", roles.staff),
        ("studio", "studio", "Soạn khóa học", roles.staff),
    ]
    tabs = [tab[:3] for tab in offered if tab[3]]
    may_mask = access.true_access(request.user, course_key).staff
    runtime = DemoRuntime(CourseKey.from_string(course_key))
    return {"course": facts, "roles": roles, "tabs": tabs, "mask": mask, "may_mask": may_mask, "runtime": runtime}


@require_GET
def courses(request: HttpRequest) -> HttpResponse:
    """Every course; whether one may enter shows inside."""
    return _page(request, "courses", {"roots": Block.objects.filter(position=0).order_by("pk")})


@require_GET
def outline(request: HttpRequest, course_key: str) -> HttpResponse:
    """Chapters, subsections and units; links only for those who may open units."""
    context = _course(request, course_key)
    runtime = context["runtime"]
    dates = when.get_dates_for_course(runtime.course_key, request.user, use_cached=False)
    context["chapters"] = [
        (chapter, [(section, dates.get((section.location, "due"))) for section in chapter.get_children()])
        for chapter in runtime.get_block(next(iter(runtime.content.fields))).get_children()
    ]
    context["may_open"] = context["roles"].enrolled or context["may_mask"]
    return _page(request, "outline", context)


@require_GET
def unit(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """The learning MFE in small: the unit is an iframe. State typed under a mask is forgotten here, as there."""
    if not request.user.is_authenticated:
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    roles = access.true_access(request.user, course_key)
    if not (roles.enrolled or roles.staff):
        messages.warning(request, "Thầy/cô chưa ghi danh khóa học này nên chưa mở được bài học.")
        return redirect("course", course_key)
    request.session.pop("masquerade_data", None)
    context = _course(request, course_key)
    runtime, key = context["runtime"], usage_key_or_404(usage_key)
    units = [place for place in runtime.content.fields if place.block_type == "vertical"]
    if key not in units:
        raise Http404
    before, after = [None, *units], [*units[1:], None]
    context |= {
        "active": "outline",
        "usage_key": key,
        "previous": before[units.index(key)],
        "following": after[units.index(key)],
    }
    context["line"] = [runtime.get_block(above) for above in reversed(runtime.content.lineage(key)[:3])]
    return _page(request, "unit", context)


@require_GET
def jump_to(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """The unit that holds a block."""
    key = usage_key_or_404(usage_key)
    line = DemoRuntime(key.course_key).content.lineage(key)
    holders = [place for place in line if place.block_type == "vertical"]
    return redirect("unit", course_key, str(holders[0])) if holders else redirect("course", course_key)


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
    earned, possible = ("–" if part is None else number_format(f"{part:.4g}") for part in points)
    return f"{earned} / {possible}"


@require_GET
def progress(request: HttpRequest, course_key: str) -> HttpResponse:
    """One's own points and completion; under a mask those of the learner viewed as."""
    context = _course(request, course_key)
    user, key = access.viewed_as(request, course_key), context["runtime"].course_key
    if not user.is_authenticated:
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    blocks = grades.scored_blocks(key)
    table = grades.score_table(blocks, [user.pk])
    done = BlockCompletion.get_learning_context_completions(user, key)
    context["rows"] = [
        (block, _points(table[user.pk, str(block.location)]), done.get(block.location, 0) >= 1) for block in blocks
    ]
    context["total"] = _points((sum(part[0] or 0 for part in table.values()), sum(part[1] for part in table.values())))
    return _page(request, "progress", context)


@require_GET
def gradebook(request: HttpRequest, course_key: str) -> HttpResponse:
    """Staff: every learner's points at every scored block."""
    context = _course(request, course_key, staff_only=True) | _found(request, access.learners(course_key))
    blocks = grades.scored_blocks(context["runtime"].course_key)
    table = grades.score_table(blocks, [user.pk for user in context["users"]])
    rows = [(user, [_points(table[user.pk, str(block.location)]) for block in blocks]) for user in context["users"]]
    return _page(request, "gradebook", {"rows": rows, "blocks": blocks, **context})


def instructor(request: HttpRequest, course_key: str) -> HttpResponse:
    """Staff: score override, rescore, deletion of state, date extensions."""
    context = _course(request, course_key, staff_only=True)
    if request.method == "POST":
        try:
            messages.success(request, _use_tool(request, course_key))
        except grades.CannotDo as error:
            messages.error(request, str(error))
        return redirect("instructor", course_key)
    runtime = context["runtime"]
    dates = when.get_dates_for_course(runtime.course_key, use_cached=False)
    context["dated"] = [(runtime.get_block(key), due) for (key, field), due in dates.items() if field == "due"]
    context["blocks"] = grades.scored_blocks(runtime.course_key)
    context["learners"] = access.learners(course_key)[:500]
    return _page(request, "instructor", context)


def _use_tool(request: HttpRequest, course_key: str) -> str:
    """Do what the form asks for; returns what to tell."""
    asked = request.POST
    tool, key, name = asked.get("tool"), usage_key_or_404(asked.get("usage_key", "")), asked.get("learner", "").strip()
    if tool == "delete-all":
        return f"Đã xóa dữ liệu của {grades.delete_all_state(key)} học viên."
    learner = access.find_learner(course_key, name)
    if learner is None:
        raise grades.CannotDo(f"Không có học viên “{name}” trong khóa học này.")
    if tool == "override":
        grades.override_score(learner, key, _number(asked.get("score", "")))
    elif tool == "rescore":
        grades.rescore(learner, key)
    elif tool == "delete":
        grades.delete_state(learner, key)
    elif tool == "extend":
        grades.extend_due(learner, key, _end_of_day(asked.get("due", "")), actor=request.user)
    return f"Đã xong với học viên {DemoHost().display_name(learner)}."


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise grades.CannotDo("Điểm phải là một số, ví dụ 7,5.") from None


def _end_of_day(text: str) -> datetime | None:
    """The last minute of a date in the site's zone; None for none."""
    try:
        day = parse_date(text)
    except ValueError:
        raise grades.CannotDo("Ngày không hợp lệ.") from None
    return datetime.combine(day, time(23, 59), ZoneInfo(settings.BOIDUNG_TIME_ZONE)) if day else None
