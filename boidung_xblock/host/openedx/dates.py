"""Due dates of one or many learners, as a bound block would see them, without binding it.

An unbound block knows the authored date only; extensions and self-paced dates are edx-when's. Its public functions
answer for one learner at a time, so its tables (the same in all releases) are read here for all at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
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
    found = _dates(course_key, [usage_key], wanted)
    return {user_id: found.get((usage_key, user_id), DueDate()) for user_id in wanted}


def own_due_dates(*, course_key: str, usage_keys: Collection[str], user_id: int) -> dict[str, DueDate]:
    """The same of one learner at several blocks; as many queries for many blocks as for one."""
    found = _dates(course_key, usage_keys, [user_id])
    return {usage_key: found.get((usage_key, user_id), DueDate()) for usage_key in usage_keys}


@dataclass(frozen=True)
class _Authored:
    """The block's key and those around it, innermost first; its authored or inherited date; its grace period."""

    lineage: list[Any]
    due: datetime | None
    grace: timedelta

    def nearest(self, rows: Mapping[Any, Any]) -> Any:
        """The innermost ``ContentDate`` of those given by their place; None if edx-when knows none."""
        return next((rows[key] for key in self.lineage if key in rows), None)


def _dates(course_key: str, usage_keys: Collection[str], user_ids: list[int]) -> dict[tuple[str, int], DueDate]:
    """{(block, learner): date}; blocks that are not in the course are left out."""
    course = keys.course_key(course_key)
    authored = _authored(course, usage_keys) if course is not None else {}
    if not authored:
        return {}
    rows = _content_dates(course, {place for block in authored.values() for place in block.lineage})
    nearest = {usage_key: block.nearest(rows) for usage_key, block in authored.items()}
    # Blocks with the same nearest date inherit the same authored one.
    asked = {row: authored[usage_key].due for usage_key, row in nearest.items() if row is not None}
    own = _own_dates(course, asked, user_ids)
    found = {}
    for usage_key, block in authored.items():
        row = nearest[usage_key]
        for user_id in user_ids:
            due = own[row.pk, user_id] if row is not None else block.due
            found[usage_key, user_id] = DueDate(due, due + block.grace if due else None)
    return found


def _authored(course_key: Any, usage_keys: Collection[str]) -> dict[str, _Authored]:
    from xmodule.modulestore.exceptions import ItemNotFoundError

    found = {}
    with published(course_key) as store:
        for text in usage_keys:
            usage = keys.usage_key(text)
            if usage is None or usage.context_key != course_key:
                continue
            try:
                block = store.get_item(usage)
            except ItemNotFoundError:
                continue
            due, grace, lineage = block.due, block.graceperiod or timedelta(), []
            while block is not None:
                lineage.append(block.scope_ids.usage_id.map_into_course(course_key))
                block = block.get_parent()
            found[text] = _Authored(lineage, due, grace)
    return found


def _content_dates(course_key: Any, places: Collection[Any]) -> dict[Any, Any]:
    """{place: ``ContentDate`` for ``due``}."""
    from edx_when.models import ContentDate

    rows = ContentDate.objects.filter(course_id=course_key, location__in=places, field="due", active=True)
    if not names.relative_dates_enabled(course_key):
        rows = rows.filter(policy__rel_date=None)
    return {row.location.map_into_course(course_key): row for row in rows.select_related("policy")}


def _own_dates(
    course_key: Any, content_dates: Mapping[Any, datetime | None], user_ids: list[int]
) -> dict[tuple[int, int], datetime | None]:
    """{(``ContentDate``, learner): date}: absolute, or counted from their own start; extensions on top.

    ``content_dates`` with the authored date, which counts where dates are relative for whoever has no start.
    """
    from edx_when.models import UserDate

    due: dict[tuple[int, int], datetime | None] = {}
    schedules = _Schedules(course_key, user_ids)
    for row, authored in content_dates.items():
        dates = dict.fromkeys(user_ids, row.policy.abs_date)
        if row.policy.rel_date is not None:
            dates = {**dict.fromkeys(user_ids, authored), **schedules.dates(row.policy)}
        due |= {(row.pk, user_id): dates[user_id] for user_id in user_ids}
    base = dict(due)
    rows = _only(UserDate.objects.filter(content_date__in=list(content_dates)), "user_id", user_ids)
    # The last word counts; a row without a date takes an extension back.
    for row in rows.order_by("modified").values("content_date_id", "user_id", "abs_date", "rel_date"):
        place = (row["content_date_id"], row["user_id"])
        usual, shift = base.get(place), row["rel_date"] or timedelta()
        due[place] = row["abs_date"] or (usual + shift if usual else None)
    return due


class _Schedules:
    """The learners' own starts, read when the first relative date asks for them."""

    def __init__(self, course_key: Any, user_ids: list[int]) -> None:
        self._course_key, self._user_ids = course_key, user_ids

    @cached_property
    def _found(self) -> tuple[list[Any], datetime | None, datetime | None]:
        from openedx.core.djangoapps.schedules.models import Schedule

        rows = Schedule.objects.filter(enrollment__course_id=self._course_key).select_related("enrollment")
        return list(_only(rows, "enrollment__user_id", self._user_ids)), *_end_of_course(self._course_key)

    def dates(self, policy: Any) -> dict[int, datetime | None]:
        """{learner: date}; whoever has no schedule is left out."""
        rows, end, cutoff = self._found
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
