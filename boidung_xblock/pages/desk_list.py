"""What the template of the desk's list shows: tabs with counts, filters, rows. Reads through the applets only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from boidung_xblock.activities import api as activities
from boidung_xblock.host import get_host
from boidung_xblock.pages import sections
from boidung_xblock.pages.forms import STATES, WAITING, DeskQuery
from boidung_xblock.permissions import Action, can
from boidung_xblock.present import age, date_time, number, person
from boidung_xblock.reflections import api as reflections
from boidung_xblock.roster import api as roster
from boidung_xblock.support import api as support
from boidung_xblock.viewer import Viewer

_BADGES = {"submitted": "info", "resubmitted": "info", "returned": "warn", "marked": "ok"}


@dataclass(frozen=True)
class Choice:
    """One entry of a select."""

    value: int | str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Tab:
    """One state with the number of works in it (None: not counted)."""

    label: str
    count: int | None
    url: str
    current: bool


@dataclass(frozen=True)
class Row:
    """One work, ready to print."""

    url: str
    author: str
    group: str
    group_url: str
    activity: str
    state: str
    badge: str
    version: int
    submitted: str
    age: str
    is_late: bool
    mark: str
    verdict: str


def desk_filter(query: DeskQuery) -> reflections.DeskFilter:
    """The applet's filter for what the address line says."""
    return reflections.DeskFilter(
        activity_id=query.activity_id,
        group_id=query.group_id,
        state="" if query.state == "all" else query.state,
        query=query.query,
        sort=query.sort,
    )


def context(viewer: Viewer, query: DeskQuery, *, now: datetime) -> dict[str, Any]:
    """Everything the list shows, in six queries at most; the caller has checked OPEN_DESK."""
    found = reflections.desk_page(viewer, desk_filter(query), after=query.after)
    desk_url = reverse("boidung:desk", args=[viewer.course_key])
    acts = activities.in_course(viewer.course_key, kind=activities.REFLECTION, live_only=False)
    next_url = _link(desk_url, query.querystring(after=found.next_cursor)) if found.next_cursor else ""
    return {
        "desk_url": desk_url,
        "query": query,
        "tabs": _tabs(desk_url, query, found.counts),
        "activities": [Choice(act.pk, act.title, act.pk == query.activity_id) for act in acts],
        "groups": _groups(viewer, query, found.rows),
        "sorts": _sorts(query),
        "rows": [_row(viewer, query, desk_url, row, now) for row in found.rows],
        "shows_group_links": _sees_all(viewer),
        "next_url": next_url,
        "first_url": _link(desk_url, query.querystring()) if query.after else "",
        "clear_url": _link(desk_url, DeskQuery(state=query.state, sort=query.sort).querystring()),
        "waiting_url": _link(desk_url, query.querystring(state=WAITING)),
        "all_url": _link(desk_url, query.querystring(state="all")),
        "total": sum(found.counts.values()),
        "sections": sections.for_course(viewer, sections.DESK, open_questions=support.open_count(viewer)),
        "grades_frozen": get_host().grades_frozen(viewer.course_key),
    }


def _link(url: str, querystring: str) -> str:
    return f"{url}?{querystring}" if querystring else url


def _tabs(desk_url: str, query: DeskQuery, counts: dict[str, int]) -> list[Tab]:
    labels = {
        WAITING: pgettext("boidung", "Awaiting marking"),
        "returned": pgettext("boidung", "Returned"),
        "marked": pgettext("boidung", "Marked"),
        "all": pgettext("boidung", "All"),
    }
    numbers = {
        WAITING: sum(counts.get(state, 0) for state in reflections.states.WAITING),
        "returned": counts.get("returned", 0),
        "marked": counts.get("marked", 0),
        "all": sum(counts.values()),
    }
    return [
        Tab(labels[state], numbers[state], _link(desk_url, query.querystring(state=state)), state == query.state)
        for state in STATES
    ]


def _sees_all(viewer: Viewer) -> bool:
    return can(viewer, Action.READ_ROSTER)


def _groups(viewer: Viewer, query: DeskQuery, rows: list[reflections.DeskRow]) -> list[Choice]:
    """A core teacher chooses among their groups. Staff have too many to choose from: they follow the link in a row,
    and the select shows the group they are in (named by its rows: an id in the address line opens nothing)."""
    briefs = roster.group_briefs(sorted(viewer.roster.core_teacher_of)) if viewer.roster.core_teacher_of else {}
    ordered = sorted(briefs.values(), key=lambda brief: (brief.unit_name, brief.name))
    choices = [
        Choice(brief.id, group_label(brief.name, brief.unit_name), brief.id == query.group_id) for brief in ordered
    ]
    if query.group_id and query.group_id not in briefs:
        names = (group_label(row.group_name, row.unit_name) for row in rows)
        choices.append(Choice(query.group_id, next(names, "") or pgettext("boidung", "The chosen group"), chosen=True))
    return choices


def group_label(name: str, unit_name: str) -> str:
    """Group and school on one line: "Tổ Toán · THCS Kim Đồng"."""
    return " · ".join(part for part in (name, unit_name) if part)


def _sorts(query: DeskQuery) -> list[Choice]:
    labels = {
        "waiting": pgettext("boidung", "Waiting longest first"),
        "newest": pgettext("boidung", "Newest first"),
        "name": pgettext("boidung", "By given name"),
    }
    return [Choice(value, label, value == query.sort) for value, label in labels.items()]


def _row(viewer: Viewer, query: DeskQuery, desk_url: str, row: reflections.DeskRow, now: datetime) -> Row:
    work_url = reverse("boidung:work", args=[viewer.course_key, row.id])
    is_waiting = row.state in reflections.states.WAITING
    return Row(
        url=_link(work_url, query.querystring(after=query.after)),
        author=person(row.author_name),
        group=group_label(row.group_name, row.unit_name),
        group_url=_link(desk_url, query.querystring(group_id=row.group_id)) if row.group_id else "",
        activity=row.activity_title,
        state=reflections.states.label(row.state),
        badge="warn" if row.mark_passed is False else _BADGES.get(row.state, ""),
        version=row.version_no,
        submitted=date_time(row.submitted_at, viewer.time_zone),
        age=age(row.submitted_at, now) if is_waiting else "",
        is_late=row.is_late,
        mark=number(row.mark_value),
        verdict=verdict(row.mark_passed),
    )


def verdict(passed: bool | None) -> str:
    """Đạt, chưa đạt, or "" where there is no mark."""
    if passed is None:
        return ""
    return pgettext("boidung", "Pass") if passed else pgettext("boidung", "Not yet passed")
