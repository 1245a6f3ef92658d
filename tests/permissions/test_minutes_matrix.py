"""Who reads, writes, confirms, approves and reopens minutes of maths: every role; and the archive agrees."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from boidung_xblock.host import Masquerade
from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes, RollCall
from boidung_xblock.meetings.reading import MeetingInView
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster
from boidung_xblock.roster.models import Group, UnitClosure
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.hosts import MemoryHost
from tests.meetings.desk import meeting_activity, meeting_world, save

pytestmark = pytest.mark.django_db

MATRIX = """
role                     read  write  confirm  approve  reopen
visitor                  .     .      .        .        .
outsider                 .     .      .        .        .
member                   yes   .      yes      .        .
leader                   yes   yes    yes      yes      yes
secretary                yes   yes    yes      .        .
new member               yes   .      .        .        .
moved member             yes   .      yes      .        .
former leader            .     .      .        .        .
member elsewhere         .     .      .        .        .
leader elsewhere         .     .      .        .        .
core teacher             yes   .      .        .        yes
other core teacher       .     .      .        .        .
former core teacher      .     .      .        .        .
unit manager             yes   .      .        .        .
manager above            yes   .      .        .        .
manager elsewhere        .     .      .        .        .
course staff             yes   yes    .        yes      yes
instructor               yes   yes    .        yes      yes
global staff             yes   yes    .        yes      yes
administrator            yes   yes    .        yes      yes
staff of another course  .     .      .        .        .
"""
COLUMNS = {
    "read": Action.READ_MINUTES,
    "write": Action.WRITE_MINUTES,
    "confirm": Action.CONFIRM_MINUTES,
    "approve": Action.APPROVE_MINUTES,
    "reopen": Action.REOPEN_MINUTES,
}
ROWS = [
    (line[:25].strip(), {name for name, word in zip(COLUMNS, line[25:].split(), strict=True) if word == "yes"})
    for line in MATRIX.strip().splitlines()[1:]
]
ROLES = [role for role, _ in ROWS]


@pytest.fixture
def people(host: MemoryHost) -> dict[str, Any]:
    """Role → account; the maths group's minutes are saved."""
    made = meeting_world()
    moved, fresh, left, boss, other, above, aside, elsewhere = (
        factories.user(name) for name in ("moved", "fresh", "left", "truong", "other", "above", "aside", "elsewhere")
    )
    factories.assign(moved, "member", made.round, made.maths)
    save(made, made.tam)
    factories.move(moved, made.round, made.letters)
    factories.assign(fresh, "member", made.round, made.maths)
    factories.end(factories.assign(left, "core_teacher", made.round, made.maths))
    factories.end(factories.assign(boss, "leader", made.round, made.maths))
    factories.assign(other, "leader", made.round, made.letters)
    office = factories.unit("Phòng GD&ĐT Vinh")
    UnitClosure.objects.create(ancestor=office, descendant=made.maths.unit, depth=1)
    factories.assign(above, "unit_manager", made.round, school=office)
    factories.assign(aside, "unit_manager", made.round, school=made.letters.unit)
    host.make_instructor(elsewhere, OTHER_COURSE)
    return {
        "visitor": AnonymousUser(),
        "outsider": made.outsider,
        "member": made.an,
        "leader": made.mai,
        "secretary": made.tam,
        "new member": fresh,
        "moved member": moved,
        "former leader": boss,
        "member elsewhere": made.binh,
        "leader elsewhere": other,
        "core teacher": made.lan,
        "other core teacher": made.hung,
        "former core teacher": left,
        "unit manager": made.quang,
        "manager above": above,
        "manager elsewhere": aside,
        "course staff": made.staff,
        "instructor": made.instructor,
        "global staff": made.boss,
        "administrator": made.admin,
        "staff of another course": elsewhere,
        "world": made,
    }


def in_view(made: World, minutes: Minutes | None = None, group: Group | None = None) -> MeetingInView:
    """The meeting as ``meeting_in_view`` makes it, for anybody; with every unit above."""
    activity = minutes.activity if minutes else made.activity
    group_id = minutes.group_id if minutes else (group or made.maths).pk
    facts = roster.group_facts(COURSE, group_id)
    assert facts is not None
    stored = Minutes.objects.filter(activity=activity, group_id=group_id).first()
    roll = list(RollCall.objects.filter(minutes=stored))
    units = roster.units_above(facts.unit_ids)
    return MeetingInView(activity, meetings.meeting_of(activity), facts, [], stored, roll, units)


def allowed(account: Any, meeting: MeetingInView, course_key: str = COURSE) -> set[str]:
    viewer = factories.viewer(account, course_key)
    return {name for name, action in COLUMNS.items() if can(viewer, action, meeting)}


@pytest.mark.parametrize(("role", "expected"), ROWS, ids=ROLES)
def test_each_role_may_do_exactly_this(people: dict[str, Any], role: str, expected: set[str]) -> None:
    assert allowed(people[role], in_view(people["world"])) == expected


@pytest.mark.parametrize(("role", "expected"), ROWS, ids=ROLES)
def test_where_the_block_lets_members_write_they_do_and_nothing_else_changes(
    people: dict[str, Any], role: str, expected: set[str]
) -> None:
    made: World = people["world"]
    made.activity = meeting_activity(members_write=True)
    assert Minutes.objects.filter(activity=made.activity).exists()
    more = {"write"} if role in ("member", "new member") else set()
    assert allowed(people[role], in_view(made)) == expected | more


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
@pytest.mark.parametrize("role", ROLES)
def test_under_view_as_nobody_does_anything(
    host: MemoryHost, people: dict[str, Any], role: str, mask: Masquerade
) -> None:
    host.wear_mask(COURSE, mask)
    assert allowed(people[role], in_view(people["world"])) == set()


@pytest.mark.parametrize("role", ROLES)
def test_an_action_on_minutes_without_them_or_from_another_course_is_refused(people: dict[str, Any], role: str) -> None:
    viewer = factories.viewer(people[role])
    assert not any(can(viewer, action) for action in COLUMNS.values())
    assert allowed(people[role], in_view(people["world"]), OTHER_COURSE) == set()


@pytest.fixture
def population(host: MemoryHost, people: dict[str, Any]) -> dict[str, Any]:
    """Minutes of both groups at two meetings, and of one of them in another course of the round."""
    made: World = people["world"]
    save(made, made.staff, group=made.letters)
    made.activity = meeting_activity("r2")
    save(made, made.staff, group=made.letters)
    save(made, made.staff)
    factories.RoundCourse.objects.create(round=made.round, course_key=OTHER_COURSE)
    made.activity = meeting_activity("s1", course_key=OTHER_COURSE)
    save(made, made.boss)
    return people


@pytest.mark.parametrize("course_key", [COURSE, OTHER_COURSE, "course-v1:X+Y+Z"])
@pytest.mark.parametrize("role", ROLES)
def test_the_archive_shows_what_the_predicate_allows(population: dict[str, Any], role: str, course_key: str) -> None:
    viewer, made = factories.viewer(population[role], course_key), population["world"]
    everything = list(Minutes.objects.select_related("activity"))
    readable = {one.pk for one in everything if can(viewer, Action.READ_MINUTES, in_view(made, one))}
    assert set(meetings.scope(viewer).values_list("id", flat=True)) == readable


def test_the_population_is_not_empty_for_those_who_read(population: dict[str, Any]) -> None:
    counts = {role: meetings.scope(factories.viewer(population[role])).count() for role in ROLES}
    assert (counts["course staff"], counts["member"], counts["moved member"]) == (4, 2, 3)
    assert (counts["manager above"], counts["other core teacher"], counts["outsider"]) == (2, 2, 0)
