"""The marker's list: whose work one may see, filtered, sorted three ways, paged by key."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Subquery, When
from django.utils.dateparse import parse_datetime

from boidung_xblock.permissions import is_core_teacher, is_course_staff, is_round_admin
from boidung_xblock.reflections import states
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.text import fold
from boidung_xblock.viewer import Viewer

PAGE_SIZE = 25


@dataclass(frozen=True)
class DeskFilter:
    """What the marker asked for. ``state``: "" everything, "waiting" submitted or resubmitted, or one state."""

    activity_id: int | None = None
    group_id: int | None = None
    state: str = ""
    query: str = ""
    sort: str = "waiting"  # waiting: longest first; newest; name: by given name


@dataclass(frozen=True)
class DeskRow:
    """One line of the desk."""

    id: int
    author_name: str
    group_id: int | None
    group_name: str
    unit_name: str
    activity_title: str
    state: str
    submitted_at: datetime | None
    is_late: bool
    version_no: int
    mark_value: Decimal | None
    mark_passed: bool | None


@dataclass(frozen=True)
class DeskPage:
    """One page; ``next_cursor`` is "" on the last. ``counts`` by state, under all other filters."""

    rows: list[DeskRow]
    next_cursor: str = ""
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Sort:
    column: str
    descending: bool
    load: Callable[[str], Any]


def _sort_key(value: Any) -> str | None:
    """A key as ``name_sort_key`` makes it, or None: PostgreSQL refuses a NUL even in a comparison."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else None


_SORTS = {
    "waiting": _Sort("submitted_at", False, parse_datetime),
    "newest": _Sort("submitted_at", True, parse_datetime),
    "name": _Sort("author_sort", False, _sort_key),
}


def scope(viewer: Viewer) -> QuerySet[Reflection]:
    """What the viewer may MARK in their course: staff and administrators all, core teachers their groups; never own.

    Agrees with ``permissions.Action.MARK`` row by row (tested).
    """
    rows = Reflection.objects.filter(course_key=viewer.course_key, archive_no=0, version_no__gt=0)
    if is_course_staff(viewer) or is_round_admin(viewer):
        return rows.exclude(author_id=viewer.user_id)
    if is_core_teacher(viewer):
        return rows.filter(group_id__in=viewer.roster.core_teacher_of).exclude(author_id=viewer.user_id)
    return rows.none()


def desk_page(viewer: Viewer, wanted: DeskFilter, *, after: str = "", size: int = PAGE_SIZE) -> DeskPage:
    """One page of the desk in two queries, whatever the number of learners. A bad cursor starts at the beginning."""
    sort = _SORTS.get(wanted.sort, _SORTS["waiting"])
    rows = _filtered(viewer, wanted)
    counted = rows.order_by().values("state").annotate(number=Count("id"))
    counts = {row["state"]: row["number"] for row in counted}
    rows = _in_state(rows, wanted.state)
    cursor = _decode(after, sort)
    if cursor is not None:
        rows = rows.filter(_beyond(sort, *cursor))
    order = (f"-{sort.column}", "-id") if sort.descending else (sort.column, "id")
    found = list(rows.select_related("activity", "latest").order_by(*order)[: size + 1])
    more = len(found) > size
    return DeskPage(
        rows=[_row(reflection) for reflection in found[:size]],
        next_cursor=_encode(found[size - 1], sort) if more else "",
        counts=counts,
    )


def next_waiting(viewer: Viewer, wanted: DeskFilter, *, not_id: int) -> int | None:
    """The id of the work to go on with under the same filter, or None: the one that came in after ``not_id``, and
    after the last one again the first, so that what was skipped does not return at once. One query.
    """
    rows = _in_state(_filtered(viewer, wanted), "waiting").exclude(pk=not_id)
    here = Reflection.objects.filter(pk=not_id).values("submitted_at")
    comes_later = Case(When(submitted_at__gt=Subquery(here), then=0), default=1)
    found: int | None = rows.order_by(comes_later, "submitted_at", "id").values_list("id", flat=True).first()
    return found


def _filtered(viewer: Viewer, wanted: DeskFilter) -> QuerySet[Reflection]:
    rows = scope(viewer)
    if wanted.activity_id is not None:
        rows = rows.filter(activity_id=wanted.activity_id)
    if wanted.group_id is not None:
        rows = rows.filter(group_id=wanted.group_id)
    for word in fold(wanted.query).split()[:8]:
        rows = rows.filter(author_folded__contains=word)
    return rows


def _in_state(rows: QuerySet[Reflection], state: str) -> QuerySet[Reflection]:
    if state == "waiting":
        return rows.filter(state__in=states.WAITING)
    if not state:
        return rows
    return rows.filter(state=state) if state in states.STORED else rows.none()


def _beyond(sort: _Sort, value: Any, row_id: int) -> Q:
    further = "lt" if sort.descending else "gt"
    return Q(**{f"{sort.column}__{further}": value}) | Q(**{sort.column: value, f"id__{further}": row_id})


def _encode(reflection: Reflection, sort: _Sort) -> str:
    value = getattr(reflection, sort.column)
    text = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([text, reflection.pk]).encode()).decode()


def _decode(cursor: str, sort: _Sort) -> tuple[Any, int] | None:
    if not cursor:
        return None
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        loaded, row_id = sort.load(value), int(row_id)
        return (loaded, row_id) if loaded is not None and 0 <= row_id < 2**63 else None
    except (ValueError, TypeError, binascii.Error):
        return None


def _row(reflection: Reflection) -> DeskRow:
    latest = reflection.latest
    return DeskRow(
        id=reflection.pk,
        author_name=reflection.author_name,
        group_id=reflection.group_id,
        group_name=latest.group_name if latest else "",
        unit_name=latest.unit_name if latest else "",
        activity_title=reflection.activity.title,
        state=reflection.state,
        submitted_at=reflection.submitted_at,
        is_late=reflection.is_late,
        version_no=reflection.version_no,
        mark_value=reflection.mark_value,
        mark_passed=reflection.mark_passed,
    )
