"""Due dates of one or many learners, as a bound block would see them, without binding it.

An unbound block knows the authored date only; extensions and self-paced dates are edx-when's. Its public functions
answer for one learner at a time, so its tables (the same in all releases) are read here for all at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from boidung_xblock.host import DueDate
from boidung_xblock.host.openedx import keys, names
from boidung_xblock.host.openedx.courses import published

# Above it, all of the course's rows are read rather than named.
_MANY = 500


def due_dates(*, course_key: str, usage_key: str, user_ids: Iterable[int]) -> dict[int, DueDate]:
    """The date of the block, or of the nearest block around it that has one, with each learner's extension.

    As edx-when's ``DateLookupFieldData`` does it. The grace period is the authored one. At most five queries besides
    the modulestore's, however many learners. LMS and Studio.
    """
    wanted = list(user_ids)
    usage = keys.usage_key(usage_key)
    if usage is None or str(usage.context_key) != course_key:
        return {user_id: DueDate() for user_id in wanted}
    lineage, authored, grace = _authored(usage)
    nearest = _nearest(usage.context_key, lineage)
    own = _own_dates(usage.context_key, nearest, wanted, authored) if nearest is not None else {}
    return {user_id: _due_date(own.get(user_id, authored), grace) for user_id in wanted}


def _due_date(due: datetime | None, grace: timedelta | None) -> DueDate:
    return DueDate(due, due + (grace or timedelta()) if due else None)


def _authored(usage: Any) -> tuple[list[Any], datetime | None, timedelta | None]:
    """The block's key and those around it, innermost first; its authored or inherited date; its grace period."""
    from xmodule.modulestore.exceptions import ItemNotFoundError

    with published(usage.context_key) as store:
        try:
            block = store.get_item(usage)
        except ItemNotFoundError:
            return [], None, None
        due, grace = block.due, block.graceperiod
        lineage = []
        while block is not None:
            lineage.append(block.scope_ids.usage_id.map_into_course(usage.context_key))
            block = block.get_parent()
    return lineage, due, grace


def _nearest(course_key: Any, lineage: list[Any]) -> Any:
    """The innermost ``ContentDate`` for ``due``; None if edx-when knows none."""
    from edx_when.models import ContentDate

    rows = ContentDate.objects.filter(course_id=course_key, location__in=lineage, field="due", active=True)
    if not names.relative_dates_enabled(course_key):
        rows = rows.filter(policy__rel_date=None)
    by_place = {row.location.map_into_course(course_key): row for row in rows.select_related("policy")}
    return next((by_place[key] for key in lineage if key in by_place), None)


def _own_dates(
    course_key: Any, nearest: Any, user_ids: list[int], authored: datetime | None
) -> dict[int, datetime | None]:
    """Each learner's date by this ``ContentDate``: absolute, or counted from their own start; extensions on top."""
    from edx_when.models import UserDate

    if nearest.policy.rel_date is None:
        due: dict[int, datetime | None] = dict.fromkeys(user_ids, nearest.policy.abs_date)
    else:
        due = {**dict.fromkeys(user_ids, authored), **_self_paced(course_key, nearest.policy, user_ids)}
    base = dict(due)
    rows = _only(UserDate.objects.filter(content_date=nearest), "user_id", user_ids)
    # The last word counts; a row without a date takes an extension back.
    for row in rows.order_by("modified").values("user_id", "abs_date", "rel_date"):
        user_id, usual = row["user_id"], base.get(row["user_id"])
        shift = row["rel_date"] or timedelta()
        due[user_id] = row["abs_date"] or (usual + shift if usual else None)
    return due


def _self_paced(course_key: Any, policy: Any, user_ids: list[int]) -> dict[int, datetime | None]:
    """Dates by the learners' schedules; whoever has none is left out."""
    from openedx.core.djangoapps.schedules.models import Schedule

    end, cutoff = _end_of_course(course_key)
    rows = Schedule.objects.filter(enrollment__course_id=course_key).select_related("enrollment")
    rows = _only(rows, "enrollment__user_id", user_ids)
    return {row.enrollment.user_id: policy.actual_date(row, end, cutoff) for row in rows}


def _end_of_course(course_key: Any) -> tuple[datetime | None, datetime | None]:
    """The course's end, and the latest enrolment that still gets dates: as edx-when reckons them."""
    from django.db.models import Q
    from edx_when.models import ContentDate

    rows = ContentDate.objects.filter(course_id=course_key, active=True).select_related("policy")
    rows = rows.filter(Q(field="end") | Q(field="due", policy__rel_date__isnull=False))
    end, longest = None, timedelta()
    for row in rows:
        if row.field == "end" and row.location.block_type == "course":
            end = row.policy.abs_date
        elif row.field == "due":
            longest = max(longest, row.policy.rel_date)
    return end, end - longest if end else None


def _only(rows: Any, column: str, user_ids: list[int]) -> Any:
    return rows.filter(**{f"{column}__in": user_ids}) if len(user_ids) <= _MANY else rows
