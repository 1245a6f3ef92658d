"""Who is in a round: its list of people, briefs of groups, whom to ask; linking people to accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from boidung_xblock import around
from boidung_xblock.errors import refused
from boidung_xblock.host import get_host
from boidung_xblock.permissions import Action, require
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Group, Person, RoundCourse
from boidung_xblock.text import fold, normalise
from boidung_xblock.viewer import GroupBrief, Viewer

_LARGEST_PAGE = 200


@dataclass(frozen=True)
class Contact:
    """Whom to ask."""

    full_name: str
    email: str


@dataclass(frozen=True)
class PersonRow:
    """One line of a round's list. ``roles`` are those of ``keys``, without repeats."""

    id: int
    full_name: str
    code: str
    email: str
    unit_name: str
    group_name: str
    roles: tuple[str, ...]
    supports: int  # groups as core teacher
    has_account: bool


@dataclass(frozen=True)
class RosterPage:
    """A page of the list; ``next_cursor`` is "" on the last one; ``total`` counts all that match."""

    rows: list[PersonRow] = field(default_factory=list)
    next_cursor: str = ""
    total: int = 0


def group_briefs(ids: Iterable[int]) -> dict[int, GroupBrief]:
    """{id: brief} of the groups that exist. One query. For other applets: asks for no permission."""
    found = Group.objects.filter(pk__in=set(ids)).select_related("unit")
    return {group.pk: GroupBrief(group.pk, group.name, group.unit.name) for group in found}


def core_contacts(group_id: int | None) -> list[Contact]:
    """The core teachers of a group, sorted by name. One query. For other applets: asks for no permission."""
    if group_id is None:
        return []
    standing = Assignment.objects.filter(group_id=group_id, role=keys.CORE_TEACHER, active_key__isnull=False)
    people = [assignment.person for assignment in standing.select_related("person__user").order_by("person__name_sort")]
    return [Contact(person.full_name, person.email or (person.user.email if person.user else "")) for person in people]


def contacts_around(group_id: int) -> QuerySet[Any]:
    """The group's core teachers for ``around``: ``title`` the name, ``key`` the address, ``text`` to sort by."""
    standing = Assignment.objects.filter(group_id=group_id, role=keys.CORE_TEACHER, active_key__isnull=False)
    of_account = Coalesce(F("person__user__email"), Value(""), output_field=TextField())
    address = Case(When(person__email="", then=of_account), default=F("person__email"), output_field=TextField())
    return around.part(standing, "contact", title="person__full_name", text="person__name_sort", key=address)


def roster_page(viewer: Viewer, round_id: int, *, after: str = "", query: str = "", size: int = 50) -> RosterPage:
    """People of a round by given name, from the cursor ``after`` on; ``query`` finds names without regard to marks,
    codes and e-mail addresses.

    Course staff and round administrators (Refused otherwise). Three queries, whatever the size. An unreadable cursor
    begins anew.
    """
    require(viewer, Action.READ_ROSTER)
    if viewer.roster.round_id != round_id:
        raise refused()
    size = max(1, min(size, _LARGEST_PAGE))
    people = _matching(round_id, query)
    total = people.count()
    found = list(_after(people, after).select_related("unit").order_by("name_sort", "pk")[: size + 1])
    shown = found[:size]
    assignments = _assignments(round_id, shown)
    rows = [_person_row(person, assignments.get(person.pk, [])) for person in shown]
    return RosterPage(rows, f"{shown[-1].name_sort}~{shown[-1].pk}" if len(found) > size else "", total)


def _matching(round_id: int, query: str) -> QuerySet[Person]:
    standing = Assignment.objects.filter(person=OuterRef("pk"), round_id=round_id, active_key__isnull=False)
    people = Person.objects.filter(Exists(standing))
    wanted = fold(query)[:120]
    if not wanted:
        return people
    return people.filter(
        Q(name_folded__contains=wanted) | Q(ministry_id__startswith=wanted.upper()) | Q(email__startswith=wanted)
    )


def _after(people: QuerySet[Person], cursor: str) -> QuerySet[Person]:
    name, _, number = cursor.rpartition("~")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return people
    name = normalise(name)
    return people.filter(Q(name_sort__gt=name) | Q(name_sort=name, pk__gt=int(number)))


def _assignments(round_id: int, people: list[Person]) -> dict[int, list[Assignment]]:
    standing = Assignment.objects.filter(
        round_id=round_id, person_id__in=[person.pk for person in people], active_key__isnull=False
    )
    found: dict[int, list[Assignment]] = {}
    for assignment in standing.select_related("group").order_by("pk"):
        found.setdefault(assignment.person_id, []).append(assignment)
    return found


def _person_row(person: Person, assignments: list[Assignment]) -> PersonRow:
    own = [one for one in assignments if one.role in keys.GROUP_ROLES and one.group]
    return PersonRow(
        id=person.pk,
        full_name=person.full_name,
        code=person.ministry_id or "",
        email=person.email,
        unit_name=person.unit.name if person.unit else "",
        group_name=own[0].group.name if own and own[0].group else "",
        roles=tuple(dict.fromkeys(one.role for one in assignments)),
        supports=sum(one.role == keys.CORE_TEACHER for one in assignments),
        has_account=person.user_id is not None,
    )


def link_person(user: Any) -> bool:
    """Link a person of a staff list to an account at its first login, and enrol them where they learn.

    The host calls it for accounts whose e-mail address is verified. Per organisation exactly one unlinked person must
    match: by e-mail; or by username where the list has no e-mail address, since usernames can be chosen by anybody.
    True if somebody was linked. Doing it again changes nothing.
    """
    if not user.is_active:
        return False
    waiting = Person.objects.filter(user__isnull=True)
    by_name = Q(username=user.get_username(), email="")
    by_mail = Q(email=user.email.lower()) if user.email else Q(pk__in=[])
    found: dict[str, list[Person]] = {}
    for person in waiting.filter(by_mail | by_name)[:100]:
        found.setdefault(person.organisation, []).append(person)
    linked = [people[0] for people in found.values() if len(people) == 1 and _link(people[0], user)]
    for person in linked:
        _enrol(person, user.pk)
    return bool(linked)


def _link(person: Person, user: Any) -> bool:
    try:
        with transaction.atomic():
            rows = Person.objects.filter(pk=person.pk, user__isnull=True).update(
                user=user, username=user.get_username()
            )
    except IntegrityError:  # the account is another person of the organisation already
        return False
    return bool(rows)


def _enrol(person: Person, user_id: int) -> None:
    learning = Assignment.objects.filter(
        person=person, active_key__isnull=False, role__in=(*keys.GROUP_ROLES, keys.UNIT_MANAGER)
    )
    courses = RoundCourse.objects.filter(round_id__in=learning.values("round_id"))
    for course_key in courses.values_list("course_key", flat=True):
        get_host().enrol(user_id=user_id, course_key=course_key)
