"""Learners are told what happened to their work and questions: once, after the commit, not in what words."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from boidung_xblock import notices
from boidung_xblock.activities.models import Activity
from tests import factories
from tests.factories import World
from tests.hosts import MemoryHost
from tests.support.talk import ask, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def told(host: MemoryHost, django_capture_on_commit_callbacks: Any) -> Any:
    """The messages sent because of an action, once its transaction has committed."""

    def run(action: Any, *args: Any, **kwargs: Any) -> list[Any]:
        before = len(host.messages)
        with django_capture_on_commit_callbacks(execute=True):
            action(*args, **kwargs)
        return host.messages[before:]

    return run


def test_the_author_is_told_that_work_came_back_and_where(made: World, told: Any) -> None:
    work = factories.submit(made.an, made.activity)
    ((user_id, message),) = told(factories.give_back, made.lan, work)
    assert user_id == made.an.pk
    assert (message.kind, message.title) == ("returned", made.activity.title)
    assert message.course_title == "Mô đun 1 – giáo viên"
    assert message.url == f"/jump_to/{made.activity.usage_key}"


def test_the_author_is_told_of_a_mark(made: World, told: Any) -> None:
    work = factories.submit(made.an, made.activity)
    ((user_id, message),) = told(factories.mark, made.lan, work)
    assert (user_id, message.kind) == (made.an.pk, "marked")


def test_who_asked_is_told_of_an_answer_once_and_of_nothing_else(made: World, told: Any) -> None:
    question = ask(made, made.an)
    key = factories.key()
    ((user_id, message),) = told(say, made.lan, question, client_key=key, row_version=1)
    assert (user_id, message.kind, message.title) == (made.an.pk, "answered", made.activity.title)
    assert message.url == f"/jump_to/{made.activity.usage_key}"
    assert told(say, made.lan, question, client_key=key, row_version=1) == []
    assert told(say, made.an, question) == []


def test_a_repeated_click_tells_once(made: World, told: Any) -> None:
    work = factories.submit(made.an, made.activity)
    key, row_version = factories.key(), work.row_version
    assert len(told(factories.mark, made.lan, work, client_key=key, row_version=row_version)) == 1
    assert told(factories.mark, made.lan, work, client_key=key, row_version=row_version) == []


@pytest.mark.parametrize(("wanted", "kinds"), [((), []), (("returned",), ["returned"]), (("marked",), ["marked"])])
def test_a_site_chooses_what_is_told(made: World, told: Any, settings: Any, wanted: Any, kinds: Any) -> None:
    settings.BOIDUNG_MESSAGES = wanted
    work = factories.submit(made.an, made.activity)
    sent = told(factories.mark, made.lan, work) + told(factories.give_back, made.lan, factories.fresh(work))
    assert [message.kind for _, message in sent] == kinds


def test_nobody_is_told_of_an_activity_that_has_left_the_course(made: World, told: Any) -> None:
    work = factories.submit(made.an, made.activity)
    Activity.objects.update(live=False)
    assert told(factories.give_back, made.lan, work) == []


@pytest.mark.parametrize("shown", ["never", "past_due", "never_but_include_grade"])
def test_nobody_is_told_of_a_mark_that_is_not_shown_yet(made: World, told: Any, shown: str) -> None:
    made.activity.settings["show_correctness"] = shown
    made.activity.save()
    work = factories.submit(made.an, made.activity)
    assert told(factories.mark, made.lan, work) == []
    assert [message.kind for _, message in told(factories.give_back, made.lan, factories.fresh(work))] == ["returned"]


def test_an_account_without_an_address_is_passed_over(made: World, told: Any) -> None:
    made.an.email = ""
    made.an.save()
    assert told(factories.mark, made.lan, factories.submit(made.an, made.activity)) == []


def test_a_mail_server_that_is_away_is_tried_again_and_takes_nothing_with_it(
    made: World, told: Any, host: MemoryHost, monkeypatch: Any, caplog: Any
) -> None:
    tries: list[int] = []

    def refuse(*, user_id: int, message: Any) -> bool:
        tries.append(user_id)
        raise ConnectionRefusedError

    monkeypatch.setattr(host, "send_message", refuse)
    work = factories.submit(made.an, made.activity)
    assert told(factories.mark, made.lan, work) == []
    assert factories.fresh(work).state == "marked"
    assert tries
    assert "celery.exceptions.Retry" in caplog.text


@pytest.mark.parametrize("kind", [notices.RETURNED, notices.MARKED, notices.ANSWERED])
def test_the_words_are_in_both_languages_and_survive_odd_titles(kind: str) -> None:
    context = {"title": 'Bài <1> & "2"', "course_title": "Mô đun 1", "url": "https://lms.example.com/x"}
    texts = {}
    for language in ("vi", "en"):
        with translation.override(language):
            texts[language] = [
                render_to_string(f"boidung/edx_ace/{kind}/email/{name}.txt", context) for name in ("subject", "body")
            ]
    for subject, body in texts.values():
        assert subject.strip() == subject.strip().replace("\n", " ")
        assert context["title"] in subject
        assert context["title"] in body
        assert context["url"] in body
    assert texts["vi"] != texts["en"]
