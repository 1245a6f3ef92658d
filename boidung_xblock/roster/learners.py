"""Who learns in a round: members, leaders and secretaries of its groups, in the order of the module's result.

That order is school, group, given name. It is walked by keyset: a batch starts after the last learner of the one
before, so a list of 35,000 costs no more memory than a page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Person, UnitClosure
from boidung_xblock.roster.units import CLUSTER

_ORDER = ("school_sort", "school_id", "group__name_folded", "group_id", "person__name_sort", "pk")
_PERSON = ("pk", "person_id", "person__user_id", "person__ministry_id", "person__full_name")
_GROUP = ("group_id", "group__name")
_FLAGS = ("person__is_female", "person__is_minority")
_UNIT = ("id", "code", "name", "parent__name")
_OWN_UNIT = tuple(f"person__unit__{name}" for name in _UNIT)
_GROUP_UNIT = tuple(f"group__unit__{name}" for name in _UNIT)
# Codes that an import made from a name, for units that the staff list gives no code of.
_MADE_UP = ("office:", "cluster:")


@dataclass(frozen=True)
class Learner:
    """Somebody who learns in the round now. ``key`` says where they stand in the order, for the next batch.

    ``user_id`` is None without an account. The unit is the person's own school, else that of the group. The flags
    are None where the staff list did not say.
    """

    key: int
    person_id: int
    user_id: int | None
    code: str
    full_name: str
    unit_id: int
    unit_code: str
    unit_name: str
    office_name: str  # the unit above, "" without one
    group_id: int
    group_name: str
    group_unit_name: str  # a school, or the cluster that the group lies in
    is_female: bool | None
    is_minority: bool | None


@dataclass(frozen=True)
class UnitAbove:
    """An office or a cluster above a school; ``code`` is "" where the staff list gave none."""

    id: int
    code: str
    name: str
    office_name: str  # the unit above this one
    is_cluster: bool


def count_learners(round_id: int) -> int:
    """How many learn in the round now. One query. For other applets: asks for no permission."""
    return _standing(round_id).count()


def learners_after(round_id: int, *, after: int = 0, size: int) -> list[Learner]:
    """The next ``size`` learners after the one whose ``key`` is ``after``; from the first one on without it.

    One query, and one more for ``after``; an ``after`` of another round begins anew. For other applets: asks for no
    permission.
    """
    standing = _ordered(round_id)
    if after:
        # Also of an assignment that has ended meanwhile: its place in the order is still known.
        place = _placed(Assignment.objects.filter(pk=after, round_id=round_id)).values_list(*_ORDER).first()
        standing = standing.filter(_beyond(place)) if place else standing
    return [_learner(row) for row in standing.values(*_PERSON, *_GROUP, *_FLAGS, *_OWN_UNIT, *_GROUP_UNIT)[:size]]


def learners_in_batches(round_id: int, *, size: int) -> Iterator[list[Learner]]:
    """Everybody, ``size`` at a time; as ``learners_after``. Who joins meanwhile may be missing."""
    after = 0
    while batch := learners_after(round_id, after=after, size=size):
        yield batch
        if len(batch) < size:
            return
        after = batch[-1].key


def learner_of(round_id: int, user_id: int) -> Learner | None:
    """The account as a learner of the round, None if it learns in none of its groups. One query."""
    standing = _placed(_standing(round_id)).filter(person__user_id=user_id).order_by("pk")
    row = standing.values(*_PERSON, *_GROUP, *_FLAGS, *_OWN_UNIT, *_GROUP_UNIT).first()
    return _learner(row) if row else None


def core_teachers_of(group_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """{group: names of its core teachers, by given name}; groups without one are left out. One query."""
    standing = Assignment.objects.filter(group_id__in=set(group_ids), role=keys.CORE_TEACHER, active_key__isnull=False)
    found: dict[int, tuple[str, ...]] = {}
    for group_id, name in standing.order_by("person__name_sort", "pk").values_list("group_id", "person__full_name"):
        found[group_id] = (*found.get(group_id, ()), name)
    return found


def offices_above(unit_ids: Collection[int]) -> dict[int, tuple[UnitAbove, ...]]:
    """{unit: the offices and clusters above it, all the way up}; units without any are left out. One query."""
    rows = UnitClosure.objects.filter(descendant_id__in=set(unit_ids), depth__gt=0).order_by("descendant_id", "depth")
    found: dict[int, tuple[UnitAbove, ...]] = {}
    for row in rows.select_related("ancestor__parent"):
        unit = row.ancestor
        office = UnitAbove(
            id=unit.pk,
            code=_code(unit.code),
            name=unit.name,
            office_name=unit.parent.name if unit.parent else "",
            is_cluster=unit.kind == CLUSTER,
        )
        found[row.descendant_id] = (*found.get(row.descendant_id, ()), office)
    return found


def rounds_naming(user_id: int, *, username: str = "", email: str = "") -> frozenset[int]:
    """The rounds in which the account ever had a role, lines that wait for it included. Two queries at most."""
    theirs = Q(user_id=user_id)
    if email:
        theirs |= Q(user=None, email=email.lower())
    if username:
        theirs |= Q(user=None, email="", username=username)
    people = Person.objects.filter(theirs).values("pk")
    return frozenset(Assignment.objects.filter(person__in=people).values_list("round_id", flat=True))


def _standing(round_id: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        round_id=round_id, role__in=keys.GROUP_ROLES, group__isnull=False, active_key__isnull=False
    )


def _placed(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return assignments.annotate(
        school_id=Coalesce("person__unit_id", "group__unit_id"),
        school_sort=Coalesce("person__unit__name_folded", "group__unit__name_folded"),
    )


def _ordered(round_id: int) -> QuerySet[Assignment]:
    return _placed(_standing(round_id)).order_by(*(F(name).asc() for name in _ORDER))


def _beyond(place: tuple[Any, ...]) -> Q:
    """Behind ``place`` in the order: the first column that differs is greater."""
    beyond = Q()
    same: dict[str, Any] = {}
    for name, value in zip(_ORDER, place, strict=True):
        beyond |= Q(**same, **{f"{name}__gt": value})
        same[name] = value
    return beyond


def _learner(row: dict[str, Any]) -> Learner:
    unit_id, code, name, office = (row[column] for column in (_OWN_UNIT if row["person__unit__id"] else _GROUP_UNIT))
    return Learner(
        key=row["pk"],
        person_id=row["person_id"],
        user_id=row["person__user_id"],
        code=row["person__ministry_id"] or "",
        full_name=row["person__full_name"],
        unit_id=unit_id,
        unit_code=_code(code),
        unit_name=name,
        office_name=office or "",
        group_id=row["group_id"],
        group_name=row["group__name"],
        group_unit_name=row["group__unit__name"],
        is_female=row["person__is_female"],
        is_minority=row["person__is_minority"],
    )


def _code(code: str) -> str:
    return "" if code.startswith(_MADE_UP) else code
