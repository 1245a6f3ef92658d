"""A teacher asks the core teacher of their group; what is said is appended, once, and never over somebody's head."""

from __future__ import annotations

from functools import partial

import pytest

from boidung_xblock.errors import BadInput, Conflict, Missing, Refused
from boidung_xblock.host import Masquerade
from boidung_xblock.signals import learner_retired
from boidung_xblock.support import api as support
from boidung_xblock.support.models import Question, QuestionMessage
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.hosts import MemoryHost
from tests.support.talk import PLACE, TITLE, ask, said, say

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def test_a_question_belongs_to_the_place_and_the_group_it_was_asked_in(made: World) -> None:
    question = ask(made, made.an, " Chia nhóm\r\nthế nào? ")
    assert (question.place, question.place_title, question.group_id) == (PLACE, TITLE, made.maths.pk)
    assert (question.state, question.author_name, question.course_key) == ("open", "Nguyễn Văn Ân", COURSE)
    assert said(question) == [(1, False, "Chia nhóm\nthế nào?")]


def test_an_answer_answers_and_a_further_question_opens_again(made: World) -> None:
    question = ask(made, made.an, "Một?")
    assert say(made.lan, question, "Hai.").state == "answered"
    assert say(made.an, question, "Ba?").state == "open"
    assert say(made.staff, question, "Bốn.").state == "answered"
    assert said(question) == [(1, False, "Một?"), (2, True, "Hai."), (3, False, "Ba?"), (4, True, "Bốn.")]


@pytest.mark.parametrize("role", ["mai", "tam", "binh", "hung", "quang", "outsider"])
def test_nobody_else_may_answer(made: World, role: str) -> None:
    question = ask(made, made.an)
    with pytest.raises(Refused):
        say(getattr(made, role), question)
    assert len(said(question)) == 1


@pytest.mark.parametrize("role", ["lan", "quang", "staff", "outsider"])
def test_who_is_not_enrolled_does_not_ask(made: World, role: str) -> None:
    with pytest.raises(Refused):
        ask(made, getattr(made, role))
    assert not Question.objects.exists()


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_nothing_is_said_under_view_as(made: World, host: MemoryHost, mask: Masquerade) -> None:
    question = ask(made, made.an)
    host.wear_mask(COURSE, mask)
    for action in (partial(ask, made, made.an), partial(say, made.an, question), partial(say, made.staff, question)):
        with pytest.raises(Refused):
            action()
    assert QuestionMessage.objects.count() == 1


def test_a_core_teacher_who_learns_too_asks_and_does_not_answer_themselves(made: World, host: MemoryHost) -> None:
    host.enrol(user_id=made.lan.pk, course_key=COURSE)
    question = ask(made, made.lan)
    Question.objects.filter(pk=question.pk).update(group=made.maths)
    assert say(made.lan, question, "Thêm một ý.").state == "open"
    assert [is_answer for _, is_answer, _ in said(question)] == [False, False]


def test_the_same_click_asks_and_answers_once(made: World) -> None:
    key = factories.key()
    question = ask(made, made.an, client_key=key)
    assert ask(made, made.an, client_key=key) == question
    say(made.lan, question, client_key=key, row_version=1)
    assert say(made.lan, question, client_key=key, row_version=1).state == "answered"
    assert (Question.objects.count(), QuestionMessage.objects.count()) == (1, 2)


def test_a_key_is_good_for_one_place_only(made: World) -> None:
    key = factories.key()
    question = ask(made, made.an, client_key=key)
    other = ask(made, made.an)
    for action in (
        partial(ask, made, made.an, activity=factories.activity("r2"), client_key=key),
        partial(say, made.an, other, client_key=key),
    ):
        with pytest.raises(Conflict) as caught:
            action()
        assert caught.value.code == "key_reused"
    assert len(said(question)) == len(said(other)) == 1


def test_who_has_not_read_the_last_word_is_told_so(made: World) -> None:
    question = ask(made, made.an)
    say(made.lan, question, row_version=1)
    with pytest.raises(Conflict) as caught:
        say(made.staff, question, row_version=1)
    assert caught.value.code == "stale"
    assert caught.value.details == {"row_version": 2, "state": "answered"}
    assert len(said(question)) == 2


@pytest.mark.parametrize("text", ["", " \n ", "x" * (support.MAX_CHARS + 1)])
def test_no_words_and_too_many_words_are_refused(made: World, text: str) -> None:
    question = ask(made, made.an)
    for action in (partial(ask, made, made.an, text), partial(say, made.lan, question, text)):
        with pytest.raises(BadInput) as caught:
            action()
        assert caught.value.details["fields"]["text"]
    assert QuestionMessage.objects.count() == 1


def test_a_question_stays_with_its_group_when_its_author_moves(made: World) -> None:
    question = ask(made, made.an)
    factories.move(made.an, made.round, made.letters)
    with pytest.raises(Refused):
        say(made.hung, question)
    assert say(made.lan, question).state == "answered"
    assert ask(made, made.an).group_id == made.letters.pk


def test_without_a_group_the_course_team_answers(made: World, host: MemoryHost) -> None:
    host.enrol(user_id=made.outsider.pk, course_key=COURSE)
    question = ask(made, made.outsider)
    assert question.group_id is None
    with pytest.raises(Refused):
        say(made.lan, question)
    assert say(made.staff, question).state == "answered"


def test_other_courses_and_unknown_questions(made: World) -> None:
    elsewhere = factories.activity("x1", course_key=OTHER_COURSE)
    with pytest.raises(Missing):
        ask(made, made.an, activity=elsewhere)
    question = ask(made, made.an)
    with pytest.raises(Refused):
        support.say(
            factories.viewer(made.boss, OTHER_COURSE), question.pk, text="x", row_version=1, client_key=factories.key()
        )
    with pytest.raises(Missing):
        support.say(factories.viewer(made.lan), 10**6, text="x", row_version=1, client_key=factories.key())


# -- retired accounts ---------------------------------------------------------------------------------------------
def test_a_retired_teachers_questions_lose_their_words_and_wait_for_nobody(made: World) -> None:
    question, other = ask(made, made.an, "Lời riêng"), ask(made, made.mai, "Lời của Mai")
    say(made.lan, question, "Ân nên thử lại")
    say(made.an, question, "Vâng ạ")
    learner_retired(made.an.pk)
    now = factories.fresh(question)
    assert (now.author_name, now.state) == ("—", "closed")
    assert [text for _, _, text in said(now)] == ["", "", ""]
    assert support.open_count(factories.viewer(made.lan)) == 1
    assert [text for _, _, text in said(other)] == ["Lời của Mai"]
    with pytest.raises(Conflict):
        say(made.lan, now, "Còn đó không?")


def test_a_retired_core_teachers_answer_stays_without_the_name(made: World) -> None:
    question = ask(made, made.an)
    say(made.lan, question, "Thử với một lớp trước.")
    learner_retired(made.lan.pk)
    answer = question.messages.get(number=2)
    assert (answer.text, answer.author_name) == ("Thử với một lớp trước.", "—")
    assert factories.fresh(question).author_name == "Nguyễn Văn Ân"
