"""Rounds: making one, naming its administrators, whose rounds are whose. For management, the demo and the home page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock.errors import Conflict, missing
from boidung_xblock.host import get_host
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Person, Round, RoundCourse
from boidung_xblock.text import clean_line, fold, name_sort_key


@dataclass(frozen=True)
class RoundBrief:
    """A round and what the person is in it."""

    id: int
    title: str
    course_keys: tuple[str, ...]
    is_admin: bool = False
    is_core_teacher: bool = False
    is_leader: bool = False
    is_member: bool = False  # of a group, whatever the role there
    is_manager: bool = False


def create_round(*, slug: str, title: str, organisation: str, course_keys: Iterable[str]) -> int:
    """A round with its courses; its id. Doing it again adds what is missing and changes the title, nothing else.

    Conflict ``course_taken`` if a course belongs to another round: then nothing is written. Asks for no permission:
    for management commands and the demo.
    """
    with transaction.atomic():
        round_, _ = Round.objects.get_or_create(slug=slug, defaults={"title": title, "organisation": organisation})
        if round_.title != title:
            round_.title = title
            round_.save(update_fields=["title"])
        for course_key in course_keys:
            link, _ = RoundCourse.objects.get_or_create(course_key=course_key, defaults={"round": round_})
            if link.round_id != round_.pk:
                message = pgettext("boidung", "The course %(course)s already belongs to another round.")
                raise Conflict("course_taken", message % {"course": course_key}, course_key=course_key)
    return int(round_.pk)


def name_round_admin(round_id: int, user: Any) -> None:
    """Make an account administrator of a round; doing it again changes nothing. Missing if there is no such round.

    Asks for no permission: for management commands and the demo.
    """
    with transaction.atomic():
        round_ = Round.objects.select_for_update().filter(pk=round_id).first()
        if round_ is None:
            raise missing()
        person = _person_of(user, round_.organisation)
        Assignment.objects.get_or_create(
            active_key=keys.active_key(role=keys.ROUND_ADMIN, round_id=round_.pk, person_id=person.pk),
            defaults={"round": round_, "person": person, "role": keys.ROUND_ADMIN, "starts_at": timezone.now()},
        )


def _person_of(user: Any, organisation: str) -> Person:
    full_name = clean_line(get_host().display_name(user))[:255]
    person, _ = Person.objects.get_or_create(
        organisation=organisation,
        user=user,
        defaults={
            "full_name": full_name,
            "name_folded": fold(full_name)[:255],
            "name_sort": name_sort_key(full_name),
            "username": user.get_username(),
            "email": user.email.lower(),
        },
    )
    return person


def round_title(round_id: int) -> str:
    """The title of a round, "" if there is none. One query. For pages of those who are in it."""
    return Round.objects.filter(pk=round_id).values_list("title", flat=True).first() or ""


def rounds_for(user: Any) -> list[RoundBrief]:
    """The rounds in which the roster gives the person a role, newest first; all of them for global staff.

    Three queries. Instructors who are in no roster reach their round through the course.
    """
    if not getattr(user, "is_authenticated", False):
        return []
    roles: dict[int, set[str]] = {}
    standing = Assignment.objects.filter(person__user_id=user.pk, active_key__isnull=False)
    for round_id, role in standing.values_list("round_id", "role"):
        roles.setdefault(round_id, set()).add(role)
    found = Round.objects.prefetch_related("courses").order_by("-pk")
    if not user.is_staff:
        found = found.filter(pk__in=roles)
    return [_brief(round_, roles.get(round_.pk, set()), is_staff=user.is_staff) for round_ in found]


def _brief(round_: Round, roles: set[str], *, is_staff: bool) -> RoundBrief:
    return RoundBrief(
        id=round_.pk,
        title=round_.title,
        course_keys=tuple(sorted(link.course_key for link in round_.courses.all())),
        is_admin=is_staff or keys.ROUND_ADMIN in roles,
        is_core_teacher=keys.CORE_TEACHER in roles,
        is_leader=keys.LEADER in roles,
        is_member=bool(roles & keys.GROUP_ROLES),
        is_manager=keys.UNIT_MANAGER in roles,
    )
