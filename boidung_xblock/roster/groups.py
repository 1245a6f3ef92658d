"""One group as its meetings see it: its place among the units, who belongs to it; and the groups of managed units."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Group, UnitClosure


@dataclass(frozen=True)
class GroupMember:
    """Somebody who belongs to a group now; ``role`` is "member", "leader" or "secretary"."""

    person_id: int
    full_name: str
    name_sort: str
    role: str
    position: str


@dataclass(frozen=True)
class GroupFacts:
    """A group of a course's round. ``authority_name`` is the unit above its unit, "" where there is none."""

    id: int
    name: str
    unit_name: str
    authority_name: str
    unit_ids: frozenset[int]  # its school and its cluster

    def led_by(self, members: list[GroupMember]) -> GroupMember | None:
        """The leader among its members."""
        return next((member for member in members if member.role == keys.LEADER), None)

    def kept_by(self, members: list[GroupMember]) -> GroupMember | None:
        """The secretary among its members."""
        return next((member for member in members if member.role == keys.SECRETARY), None)


def group_facts(course_key: str, group_id: int) -> GroupFacts | None:
    """The group, if it is of the round of the course. One query. For other applets: asks for no permission."""
    rows = Group.objects.filter(pk=group_id, round__courses__course_key=course_key)
    group = rows.select_related("unit__parent").first()
    if group is None:
        return None
    units = frozenset(unit_id for unit_id in (group.unit_id, group.cluster_id) if unit_id)
    above = group.unit.parent.name if group.unit.parent else ""
    return GroupFacts(group.pk, group.name, group.unit.name, above, units)


def group_members(group_id: int) -> list[GroupMember]:
    """Who belongs to the group now, by given name. One query. For other applets: asks for no permission."""
    standing = Assignment.objects.filter(group_id=group_id, role__in=keys.GROUP_ROLES, active_key__isnull=False)
    rows = standing.order_by("person__name_sort", "person_id").values_list(
        "person_id", "person__full_name", "person__name_sort", "role", "person__position"
    )
    return [GroupMember(*row) for row in rows]


def units_above(unit_ids: Collection[int]) -> frozenset[int]:
    """The units and everything above them. One query."""
    rows = UnitClosure.objects.filter(descendant_id__in=unit_ids)
    return frozenset(unit_ids) | frozenset(rows.values_list("ancestor_id", flat=True))


def groups_below(unit_ids: Collection[int]) -> QuerySet[Any]:
    """Ids of the groups that lie in the units or below them, as a subquery."""
    below = UnitClosure.objects.filter(ancestor_id__in=unit_ids).values("descendant_id")
    lies = Q(unit_id__in=unit_ids) | Q(cluster_id__in=unit_ids) | Q(unit_id__in=below) | Q(cluster_id__in=below)
    return Group.objects.filter(lies).values("pk")
