"""The desk's list and the predicate agree: what one may mark is exactly what one is shown."""

from __future__ import annotations

from typing import Any

import pytest

from boidung_xblock.permissions import Action, can
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.roster import keys
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db

ROLES = ("an", "mai", "tam", "binh", "lan", "hung", "quang", "staff", "instructor", "admin", "boss", "outsider")


@pytest.fixture
def population(host: MemoryHost) -> tuple[World, dict[str, Reflection]]:
    """Work of every kind: whose, where, and in which state."""
    made = factories.world()
    here, other = made.activity, factories.activity("r2")
    works = {
        "maths": factories.submit(made.an, here),
        "letters": factories.submit(made.binh, here),
        "of the leader": factories.submit(made.mai, here),
        "of the core teacher": factories.submit(made.lan, here),
        "of the staff": factories.submit(made.staff, here),
        "of the administrator": factories.submit(made.admin, here),
        "without a group": factories.submit(made.outsider, here),
        "withdrawn": factories.submit(made.tam, here),
        "archived": factories.submit(made.an, other),
        "marked": factories.submit(made.binh, other),
        "returned": factories.submit(made.mai, other),
    }
    # A core teacher and an administrator may be members of a group too.
    Reflection.objects.filter(pk=works["of the core teacher"].pk).update(group=made.maths)
    works["withdrawn"] = factories.withdraw(made.tam, works["withdrawn"])
    factories.mark(made.hung, works["marked"])
    factories.give_back(made.lan, works["returned"])
    learner_state_deleted(usage_key=other.usage_key, user_id=made.an.pk)
    return made, {**works, **_elsewhere(made)}


def _elsewhere(made: World) -> dict[str, Reflection]:
    """Another course of the same round, and one that belongs to no round."""
    sister = factories.activity("s1", course_key=OTHER_COURSE)
    factories.RoundCourse.objects.create(round=made.round, course_key=OTHER_COURSE)
    lone = factories.activity("l1", course_key="course-v1:X+Y+Z")
    return {"sister course": factories.submit(made.an, sister), "course alone": factories.submit(made.an, lone)}


def shown(account: Any, course_key: str = COURSE) -> set[int]:
    return set(reflections.scope(factories.viewer(account, course_key)).values_list("id", flat=True))


@pytest.mark.parametrize("course_key", [COURSE, OTHER_COURSE, "course-v1:X+Y+Z"])
@pytest.mark.parametrize("role", ROLES)
def test_the_list_shows_what_the_predicate_allows(
    population: tuple[World, dict[str, Reflection]], role: str, course_key: str
) -> None:
    account = getattr(population[0], role)
    viewer = factories.viewer(account, course_key)
    may_mark = {work.pk for work in Reflection.objects.all() if can(viewer, Action.MARK, work)}

    assert shown(account, course_key) == may_mark


def test_a_core_teacher_is_shown_their_groups_and_not_their_own_work(
    population: tuple[World, dict[str, Reflection]],
) -> None:
    made, works = population

    assert shown(made.lan) == {works[name].pk for name in ("maths", "of the leader", "withdrawn", "returned")}
    assert shown(made.hung) == {works[name].pk for name in ("letters", "marked")}
    assert shown(made.lan, OTHER_COURSE) == {works["sister course"].pk}


def test_staff_are_shown_everything_that_counts_but_their_own(population: tuple[World, dict[str, Reflection]]) -> None:
    made, works = population
    expected = set(works) - {"of the staff", "archived", "sister course", "course alone"}

    assert shown(made.staff) == {works[name].pk for name in expected}


@pytest.mark.parametrize("role", ["an", "mai", "tam", "quang", "outsider"])
def test_others_are_shown_nothing(population: tuple[World, dict[str, Reflection]], role: str) -> None:
    assert shown(getattr(population[0], role)) == set()


def test_work_stays_with_the_group_it_was_made_in(host: MemoryHost) -> None:
    made = factories.world()
    work = factories.submit(made.an, made.activity)
    factories.move(made.an, made.round, made.letters)

    assert shown(made.lan) == {work.pk}
    assert shown(made.hung) == set()
    later = factories.submit(made.an, factories.activity("r2"))
    assert shown(made.hung) == {later.pk}


def test_a_core_teacher_who_was_replaced_is_shown_nothing(host: MemoryHost) -> None:
    made = factories.world()
    factories.submit(made.an, made.activity)
    for assignment in factories.Assignment.objects.filter(person__user=made.lan, role=keys.CORE_TEACHER):
        factories.end(assignment)
    successor = factories.user("successor")
    factories.assign(successor, keys.CORE_TEACHER, made.round, made.maths)

    assert shown(made.lan) == set()
    assert len(shown(successor)) == 1
