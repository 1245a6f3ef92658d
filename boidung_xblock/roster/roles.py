"""From a user and a course (or a round) to the ``Viewer`` that permissions are decided on."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from boidung_xblock.errors import missing
from boidung_xblock.host import CourseAccess, Masquerade, get_host
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Round, RoundCourse
from boidung_xblock.viewer import GroupBrief, RosterRoles, Viewer

_COLUMNS = ("role", "group_id", "unit_id", "round_id", "person_id", "group__name", "group__unit__name")


def viewer_for(user: Any, course_key: str) -> Viewer:
    """The viewer of one course: platform roles from the host, roster roles in one query. Anybody may be asked about."""
    host = get_host()
    if not getattr(user, "is_authenticated", False):
        return Viewer(user_id=None, course_key=course_key)
    access = host.course_access(user, course_key)
    rows = list(
        Assignment.objects.filter(
            person__user_id=user.pk, active_key__isnull=False, round__courses__course_key=course_key
        ).values_list(*_COLUMNS)
    )
    round_id = _round_of(course_key) if access.staff and not rows else None
    roles = _roles(rows, is_admin=access.admin or access.global_staff, round_id=round_id)
    return _viewer(user, course_key, access, roles, host.masquerade(course_key))


def viewer_for_round(user: Any, round_id: int) -> Viewer:
    """The viewer of a round's own pages. ``course_key`` is empty. Missing if there is no such round.

    Administrators are those named, instructors of one of its courses, and global staff.
    """
    if not Round.objects.filter(pk=round_id).exists():
        raise missing()
    if not getattr(user, "is_authenticated", False):
        return Viewer(user_id=None, course_key="")
    rows = list(
        Assignment.objects.filter(person__user_id=user.pk, active_key__isnull=False, round_id=round_id).values_list(
            *_COLUMNS
        )
    )
    accesses = _round_accesses(user, round_id)
    staff = any(access.staff for access in accesses) or bool(user.is_staff)
    admin = any(access.admin or access.global_staff for access in accesses) or bool(user.is_staff)
    access = CourseAccess(staff=staff, admin=admin, global_staff=bool(user.is_staff))
    return _viewer(user, "", access, _roles(rows, is_admin=admin, round_id=round_id), Masquerade.NONE)


def _round_of(course_key: str) -> int | None:
    """The round of the course, for staff whom no assignment leads to it."""
    found: int | None = RoundCourse.objects.filter(course_key=course_key).values_list("round_id", flat=True).first()
    return found


def _round_accesses(user: Any, round_id: int) -> list[CourseAccess]:
    host = get_host()
    courses = RoundCourse.objects.filter(round_id=round_id).values_list("course_key", flat=True)
    return [host.course_access(user, course_key) for course_key in courses]


def _viewer(user: Any, course_key: str, access: CourseAccess, roles: RosterRoles, mask: Masquerade) -> Viewer:
    return Viewer(
        user_id=user.pk,
        course_key=course_key,
        username=user.get_username(),
        full_name=get_host().display_name(user),
        access=access,
        roster=roles,
        masquerade=mask,
        time_zone=get_host().time_zone(user),
    )


def _roles(rows: list[tuple[Any, ...]], *, is_admin: bool, round_id: int | None = None) -> RosterRoles:
    groups: dict[str, set[int]] = defaultdict(set)
    units: set[int] = set()
    person_id = None
    home = None
    for role, group_id, unit_id, row_round, row_person, group_name, unit_name in rows:
        round_id, person_id = row_round, row_person
        if role in keys.GROUP_ROLES:
            home = GroupBrief(id=group_id, name=group_name, unit_name=unit_name)
        is_admin = is_admin or role == keys.ROUND_ADMIN
        if group_id is not None:
            groups[role].add(group_id)
        if role == keys.UNIT_MANAGER and unit_id is not None:
            units.add(unit_id)
    return RosterRoles(
        round_id=round_id,
        person_id=person_id,
        round_admin=is_admin,
        member_of=frozenset(groups[keys.MEMBER] | groups[keys.LEADER] | groups[keys.SECRETARY]),
        leads=frozenset(groups[keys.LEADER]),
        keeps_minutes_of=frozenset(groups[keys.SECRETARY]),
        core_teacher_of=frozenset(groups[keys.CORE_TEACHER]),
        manages=frozenset(units),
        home_group=home,
    )
