"""The register of activities: what desk, ledger and dashboards know of a course without opening it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from boidung_xblock.activities.models import Activity
from boidung_xblock.commits import after_commit
from boidung_xblock.errors import missing
from boidung_xblock.host import BlockFacts, get_host

__all__ = [
    "Activity",
    "by_id",
    "close_course",
    "course_keys",
    "find",
    "get",
    "in_course",
    "on_changed",
    "refresh_course",
    "register",
]

REFLECTION = "boidung_reflection"
CHECKPOINT = "boidung_checkpoint"

_after_change: list[Callable[[Activity], None]] = []


def on_changed(tell: Callable[[Activity], None]) -> None:
    """Set what is called with an activity once a change of its ``settings`` has committed. Not for a new one."""
    _after_change[:] = [tell]


def get(usage_key: str) -> Activity:
    """The registered activity, live or not. Missing (404) if it never was published."""
    found = find(usage_key)
    if found is None:
        raise missing()
    return found


def by_id(activity_id: int) -> Activity:
    """The activity of one of our own rows. Missing (404) if there is none."""
    found = Activity.objects.filter(pk=activity_id).first()
    if found is None:
        raise missing()
    return found


def find(usage_key: str) -> Activity | None:
    """As ``get``, but None."""
    return Activity.objects.filter(usage_key=usage_key).first()


def in_course(course_key: str, *, kind: str = "", live_only: bool = True) -> list[Activity]:
    """The course's activities in course order; one query."""
    rows = Activity.objects.filter(course_key=course_key).order_by("position", "id")
    if kind:
        rows = rows.filter(kind=kind)
    if live_only:
        rows = rows.filter(live=True)
    return list(rows)


def register(course_key: str, facts: BlockFacts) -> Activity:
    """Write one block's row, new or changed (see ``on_changed``). Called by ``refresh_course``."""
    before = Activity.objects.filter(usage_key=facts.usage_key).values_list("settings", flat=True).first()
    activity, _ = Activity.objects.update_or_create(
        usage_key=facts.usage_key,
        defaults={
            "course_key": course_key,
            "kind": facts.kind,
            "title": facts.title[:255],
            "position": facts.position,
            "periods": facts.periods,
            "weight": facts.weight,
            "due": facts.due,
            "settings": dict(facts.settings),
            "live": True,
            "refreshed_at": timezone.now(),
        },
    )
    if before is not None and before != activity.settings:
        for tell in _after_change:
            after_commit(tell, activity)
    return activity


@transaction.atomic
def refresh_course(course_key: str) -> int:
    """Make the register agree with the published course; blocks that are gone stay as not live. Returns live blocks."""
    blocks = get_host().own_blocks(course_key)
    for facts in blocks:
        register(course_key, facts)
    gone = Activity.objects.filter(course_key=course_key, live=True)
    gone.exclude(usage_key__in=[facts.usage_key for facts in blocks]).update(live=False, refreshed_at=timezone.now())
    return len(blocks)


def close_course(course_key: str) -> int:
    """The course was deleted: none of its activities is live, their records stay. Returns how many were; one query."""
    live = Activity.objects.filter(course_key=course_key, live=True)
    return live.update(live=False, refreshed_at=timezone.now())


def course_keys() -> list[str]:
    """Every course the register has ever known, in the order of their keys; one query."""
    return list(Activity.objects.order_by("course_key").values_list("course_key", flat=True).distinct())
