"""Who may do what: every role × every action, allowed and refused, with work of ``an`` (maths) in view."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from boidung_xblock.errors import Refused
from boidung_xblock.host import Masquerade
from boidung_xblock.permissions import Action, can, require
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db

# "led": the block lets the group's leader read. Everybody named stands in the course of the work.
MATRIX = """
role                     write  read  read-led  mark  desk  tab  archive  see-roster  change-roster
visitor                  .      .     .         .     .     .    .        .           .
outsider                 .      .     .         .     .     .    .        .           .
author                   yes    yes   yes       .     .     .    yes      .           .
fellow member            yes    .     .         .     .     .    yes      .           .
leader                   yes    .     yes       .     .     yes  yes      .           .
secretary                yes    .     .         .     .     yes  yes      .           .
leader of another group  yes    .     .         .     .     yes  yes      .           .
core teacher             .      yes   yes       yes   yes   yes  yes      .           .
core teacher, enrolled   yes    yes   yes       yes   yes   yes  yes      .           .
other core teacher       .      .     .         .     yes   yes  yes      .           .
former core teacher      .      .     .         .     .     .    .        .           .
unit manager             .      .     .         .     .     yes  yes      .           .
course staff             .      yes   yes       yes   yes   yes  yes      yes         .
instructor               .      yes   yes       yes   yes   yes  yes      yes         yes
global staff             .      yes   yes       yes   yes   yes  yes      yes         yes
administrator            .      yes   yes       yes   yes   yes  yes      yes         yes
staff of another course  .      .     .         .     .     .    .        .           .
"""
COLUMNS = {
    "write": (Action.WRITE_OWN, None),
    "read": (Action.READ, "work"),
    "read-led": (Action.READ, "led"),
    "mark": (Action.MARK, "work"),
    "desk": (Action.OPEN_DESK, None),
    "tab": (Action.SEE_TAB, None),
    "archive": (Action.LIST_MINUTES, None),
    "see-roster": (Action.READ_ROSTER, None),
    "change-roster": (Action.CHANGE_ROSTER, None),
}


def rows() -> list[tuple[str, frozenset[str]]]:
    """(role, columns that say yes) of every line."""
    header, *lines = MATRIX.strip().splitlines()
    places = [(name, header.index(f" {name} " if name != "change-roster" else f" {name}") + 1) for name in COLUMNS]
    found = []
    for line in lines:
        words = {name: line[start:].split()[0] for name, start in places}
        assert set(words.values()) <= {"yes", "."}, line
        found.append((line[:25].strip(), frozenset(name for name, word in words.items() if word == "yes")))
    return found


ROWS = rows()


@pytest.fixture
def people(host: MemoryHost) -> dict[str, Any]:
    """Role → account, the world's and the few that only this table needs."""
    made = factories.world()
    extra = {name: factories.user(name) for name in ("fellow", "leads_letters", "teaches_too", "left", "elsewhere")}
    for name in ("fellow", "leads_letters", "teaches_too"):
        host.enrol(user_id=extra[name].pk, course_key=COURSE)
    factories.assign(extra["fellow"], "member", made.round, made.maths)
    factories.assign(extra["leads_letters"], "leader", made.round, made.letters)
    factories.assign(extra["teaches_too"], "core_teacher", made.round, made.maths)
    factories.end(factories.assign(extra["left"], "core_teacher", made.round, made.maths))
    host.make_instructor(extra["elsewhere"], OTHER_COURSE)
    return {
        "visitor": AnonymousUser(),
        "outsider": made.outsider,
        "author": made.an,
        "fellow member": extra["fellow"],
        "leader": made.mai,
        "secretary": made.tam,
        "leader of another group": extra["leads_letters"],
        "core teacher": made.lan,
        "core teacher, enrolled": extra["teaches_too"],
        "other core teacher": made.hung,
        "former core teacher": extra["left"],
        "unit manager": made.quang,
        "course staff": made.staff,
        "instructor": made.instructor,
        "global staff": made.boss,
        "administrator": made.admin,
        "staff of another course": extra["elsewhere"],
        "world": made,
    }


@pytest.fixture
def works(people: dict[str, Any]) -> dict[str | None, Reflection | None]:
    """The work of ``an`` at a block that keeps it from leaders, and at one that lets them read."""
    made: World = people["world"]
    led = factories.activity("r2", leader_reads=True)
    return {None: None, "work": factories.submit(made.an, made.activity), "led": factories.submit(made.an, led)}


def allowed(account: Any, works: dict[str | None, Reflection | None]) -> set[str]:
    viewer = factories.viewer(account)
    return {name for name, (action, work) in COLUMNS.items() if can(viewer, action, works[work])}


def test_the_tables_ask_about_every_action() -> None:
    asked: set[Action] = set()
    for path in Path(__file__).parent.glob("test_*matrix.py"):
        columns = import_module(f"{__package__}.{path.stem}").COLUMNS.values()
        asked |= {column if isinstance(column, Action) else column[0] for column in columns}
    assert asked == set(Action)
    assert len(ROWS) == 17


@pytest.mark.parametrize(("role", "expected"), ROWS, ids=[role for role, _ in ROWS])
def test_each_role_may_do_exactly_this(
    people: dict[str, Any], works: dict[str | None, Reflection | None], role: str, expected: frozenset[str]
) -> None:
    assert allowed(people[role], works) == expected


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
@pytest.mark.parametrize("role", [role for role, _ in ROWS])
def test_under_view_as_nobody_may_write_mark_or_manage(
    host: MemoryHost, people: dict[str, Any], works: dict[str | None, Reflection | None], role: str, mask: Masquerade
) -> None:
    host.wear_mask(COURSE, mask)

    assert allowed(people[role], works) == ({"read", "read-led"} if role == "author" else set())


@pytest.mark.parametrize("role", ["course staff", "instructor", "global staff", "administrator", "core teacher"])
def test_nobody_marks_their_own_work_whatever_they_are(people: dict[str, Any], role: str) -> None:
    made: World = people["world"]
    account = people[role]
    own = factories.submit(account, factories.activity("r3"))
    Reflection.objects.filter(pk=own.pk).update(group=made.maths)
    own = factories.fresh(own)

    assert can(factories.viewer(account), Action.READ, own)
    assert not can(factories.viewer(account), Action.MARK, own)


@pytest.mark.parametrize("role", ["core teacher", "course staff", "administrator", "leader", "author"])
@pytest.mark.parametrize("action", [Action.READ, Action.MARK])
def test_work_of_another_course_is_nobodys_business_here(people: dict[str, Any], role: str, action: Action) -> None:
    made: World = people["world"]
    elsewhere = factories.activity("x1", course_key=OTHER_COURSE, leader_reads=True)
    work = factories.submit(made.an, elsewhere)
    Reflection.objects.filter(pk=work.pk).update(group=made.maths)

    assert not can(factories.viewer(people[role]), action, factories.fresh(work))


@pytest.mark.parametrize("role", [role for role, _ in ROWS])
def test_work_without_a_group_is_for_its_author_and_the_course_team(people: dict[str, Any], role: str) -> None:
    loner = factories.user("loner", enrolled_in=COURSE)
    work = factories.submit(loner, people["world"].activity)
    viewer = factories.viewer(people[role])
    team = role in {"course staff", "instructor", "global staff", "administrator"}

    assert work.group_id is None
    assert can(viewer, Action.READ, work) is team
    assert can(viewer, Action.MARK, work) is team


@pytest.mark.parametrize("action", [Action.READ, Action.MARK])
@pytest.mark.parametrize("role", [role for role, _ in ROWS])
def test_an_action_on_work_without_the_work_is_refused(people: dict[str, Any], role: str, action: Action) -> None:
    assert can(factories.viewer(people[role]), action) is False


def test_archived_work_is_marked_by_nobody(people: dict[str, Any], works: dict[str | None, Reflection | None]) -> None:
    archived = factories.fresh(works["work"])
    archived.archive_no = archived.pk

    for role in ("core teacher", "course staff", "instructor", "global staff", "administrator"):
        assert not can(factories.viewer(people[role]), Action.MARK, archived), role


def test_archived_work_is_read_by_its_author_alone(people: dict[str, Any], works: dict[Any, Any]) -> None:
    archived = factories.fresh(works["work"])
    archived.archive_no = archived.pk
    archived.save()
    readers = {role for role, person in people.items() if can(factories.viewer(person), Action.READ, archived)}
    assert {people[role].pk for role in readers} == {archived.author_id}


def test_a_frozen_viewer_cannot_be_promoted(people: dict[str, Any]) -> None:
    viewer = factories.viewer(people["outsider"])

    with pytest.raises(AttributeError):
        viewer.user_id = 1  # type: ignore[misc]
    assert replace(viewer, user_id=None).is_known is False


def test_insisting_raises_a_refusal_with_status_403(people: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        require(factories.viewer(people["outsider"]), Action.OPEN_DESK)

    assert caught.value.status == 403
    assert caught.value.as_dict()["error"]["code"] == "forbidden"
    require(factories.viewer(people["core teacher"]), Action.OPEN_DESK)
