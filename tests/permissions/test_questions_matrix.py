"""Who asks, answers and reads questions: every role, with a question of ``an`` (maths) in view; and the lists agree."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from boidung_xblock.host import Masquerade
from boidung_xblock.permissions import Action, can
from boidung_xblock.support import api as support
from boidung_xblock.support.models import Question
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.hosts import MemoryHost
from tests.support.talk import ask

pytestmark = pytest.mark.django_db

MATRIX = """
role                     ask  answer  read
visitor                  .    .       .
outsider                 .    .       .
author                   yes  .       yes
fellow member            yes  .       .
leader                   yes  .       .
secretary                yes  .       .
member elsewhere         yes  .       .
core teacher             .    yes     yes
core teacher, enrolled   yes  yes     yes
other core teacher       .    .       .
former core teacher      .    .       .
unit manager             .    .       .
course staff             .    yes     yes
instructor               .    yes     yes
global staff             .    yes     yes
administrator            .    yes     yes
staff of another course  .    .       .
"""
COLUMNS = {"ask": Action.ASK, "answer": Action.ANSWER_QUESTION, "read": Action.READ_QUESTION}
ROWS = [
    (line[:25].strip(), {name for name, word in zip(COLUMNS, line[25:].split(), strict=True) if word == "yes"})
    for line in MATRIX.strip().splitlines()[1:]
]


@pytest.fixture
def people(host: MemoryHost) -> dict[str, Any]:
    """Role → account."""
    made = factories.world()
    fellow, teaches_too, left, elsewhere = (factories.user(name) for name in ("fellow", "both", "left", "elsewhere"))
    for account in (fellow, teaches_too):
        host.enrol(user_id=account.pk, course_key=COURSE)
    factories.assign(fellow, "member", made.round, made.maths)
    factories.assign(teaches_too, "core_teacher", made.round, made.maths)
    factories.end(factories.assign(left, "core_teacher", made.round, made.maths))
    host.make_instructor(elsewhere, OTHER_COURSE)
    return {
        "visitor": AnonymousUser(),
        "outsider": made.outsider,
        "author": made.an,
        "fellow member": fellow,
        "leader": made.mai,
        "secretary": made.tam,
        "member elsewhere": made.binh,
        "core teacher": made.lan,
        "core teacher, enrolled": teaches_too,
        "other core teacher": made.hung,
        "former core teacher": left,
        "unit manager": made.quang,
        "course staff": made.staff,
        "instructor": made.instructor,
        "global staff": made.boss,
        "administrator": made.admin,
        "staff of another course": elsewhere,
        "world": made,
    }


def allowed(account: Any, question: Question) -> set[str]:
    viewer = factories.viewer(account)
    return {name for name, action in COLUMNS.items() if can(viewer, action, None if name == "ask" else question)}


@pytest.mark.parametrize(("role", "expected"), ROWS, ids=[role for role, _ in ROWS])
def test_each_role_may_do_exactly_this(people: dict[str, Any], role: str, expected: set[str]) -> None:
    made: World = people["world"]
    assert allowed(people[role], ask(made, made.an)) == expected


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
@pytest.mark.parametrize("role", [role for role, _ in ROWS])
def test_under_view_as_nobody_asks_or_answers(
    host: MemoryHost, people: dict[str, Any], role: str, mask: Masquerade
) -> None:
    made: World = people["world"]
    question = ask(made, made.an)
    host.wear_mask(COURSE, mask)
    assert allowed(people[role], question) == ({"read"} if role == "author" else set())


@pytest.mark.parametrize("role", ["core teacher, enrolled", "author", "course staff", "administrator", "instructor"])
def test_nobody_answers_themselves_whatever_they_are(host: MemoryHost, people: dict[str, Any], role: str) -> None:
    made: World = people["world"]
    host.enrol(user_id=people[role].pk, course_key=COURSE)
    own = ask(made, people[role])
    Question.objects.filter(pk=own.pk).update(group=made.maths)
    assert allowed(people[role], factories.fresh(own)) == {"ask", "read"}


@pytest.mark.parametrize("role", [role for role, _ in ROWS])
def test_an_action_on_a_question_without_it_is_refused(people: dict[str, Any], role: str) -> None:
    for action in (Action.ANSWER_QUESTION, Action.READ_QUESTION):
        assert not can(factories.viewer(people[role]), action)


@pytest.fixture
def population(host: MemoryHost, people: dict[str, Any]) -> dict[str, Any]:
    """Questions of many people, in this course and others; one whose author has moved."""
    made: World = people["world"]
    for account in (made.lan, made.staff, made.admin, made.outsider):
        host.enrol(user_id=account.pk, course_key=COURSE)
    for account in (made.an, made.mai, made.binh, made.lan, made.staff, made.admin, made.outsider):
        ask(made, account)
    Question.objects.filter(author=made.lan).update(group=made.maths)
    factories.move(made.an, made.round, made.letters)
    ask(made, made.an)
    factories.RoundCourse.objects.create(round=made.round, course_key=OTHER_COURSE)
    host.enrol(user_id=made.an.pk, course_key=OTHER_COURSE)
    ask(made, made.an, activity=factories.activity("s1", course_key=OTHER_COURSE), course_key=OTHER_COURSE)
    return people


@pytest.mark.parametrize("course_key", [COURSE, OTHER_COURSE, "course-v1:X+Y+Z"])
@pytest.mark.parametrize("role", [role for role, _ in ROWS])
def test_the_lists_show_what_the_predicates_allow(population: dict[str, Any], role: str, course_key: str) -> None:
    viewer = factories.viewer(population[role], course_key)
    everything = list(Question.objects.all())
    answered = set(support.scope(viewer).values_list("id", flat=True))
    own = set(support.own(viewer).values_list("id", flat=True))
    assert answered == {one.pk for one in everything if can(viewer, Action.ANSWER_QUESTION, one)}
    assert answered | own == {one.pk for one in everything if can(viewer, Action.READ_QUESTION, one)}


def test_the_population_is_not_empty_for_those_who_answer(population: dict[str, Any]) -> None:
    counts = {role: support.scope(factories.viewer(population[role])).count() for role, _ in ROWS}
    assert counts["core teacher"] == 2  # an, before the move, and mai; not their own
    assert counts["other core teacher"] == 2  # binh, and an after the move
    assert counts["course staff"] == 7
    assert counts["leader"] == 0
