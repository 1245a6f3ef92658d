"""Lists by state in the order people wait, and what stands at each place of an activity."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from boidung_xblock import around
from boidung_xblock.blocks import asking
from boidung_xblock.errors import Refused
from boidung_xblock.host import Masquerade
from boidung_xblock.support import api as support
from tests import factories
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.queries import counted
from tests.support.talk import PLACE, ask, say

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def texts(page: support.QuestionPage) -> list[str]:
    return [row.text for row in page.rows]


def test_who_waits_longest_stands_first(made: World) -> None:
    now = timezone.now()
    for hours, text in ((1, "mới"), (30, "cũ nhất"), (5, "giữa")):
        ask(made, made.an, text, now=now - timedelta(hours=hours))
    assert texts(support.question_page(factories.viewer(made.lan))) == ["cũ nhất", "giữa", "mới"]


def test_a_further_question_waits_from_then_on_and_shows_its_own_words(made: World) -> None:
    now = timezone.now()
    first = ask(made, made.an, "một", now=now - timedelta(hours=9))
    say(made.lan, first, now=now - timedelta(hours=8))
    ask(made, made.mai, "hai", now=now - timedelta(hours=3))
    say(made.an, first, "một nữa", now=now)
    page = support.question_page(factories.viewer(made.lan))
    assert texts(page) == ["hai", "một nữa"]
    assert page.counts == {"open": 2}


def test_answered_ones_come_latest_first_and_are_counted_apart(made: World) -> None:
    now = timezone.now()
    for number in (1, 2, 3):
        say(made.lan, ask(made, made.an, f"{number}"), now=now - timedelta(hours=number))
    ask(made, made.mai, "mở")
    page = support.question_page(factories.viewer(made.lan), state="answered")
    assert texts(page) == ["1", "2", "3"]
    assert page.counts == {"open": 1, "answered": 3}
    assert len(support.question_page(factories.viewer(made.lan), state="").rows) == 4


@pytest.mark.parametrize("state", ["open", "answered", ""])
def test_pages_show_every_question_once(made: World, state: str) -> None:
    moment = timezone.now()
    for number in range(7):
        question = ask(made, made.an, f"{number}", now=moment)  # all at the same moment
        if state == "answered":
            say(made.lan, question, now=moment)
    lan, seen, after = factories.viewer(made.lan), [], ""
    for _ in range(4):
        page = support.question_page(lan, state=state, after=after, size=2)
        seen += texts(page)
        after = page.next_cursor
    assert sorted(seen) == [f"{number}" for number in range(7)]
    assert after == ""


@pytest.mark.parametrize("cursor", ["%%%", "bm8=", "WzEsMl0=", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwxXQ=="])
def test_a_damaged_cursor_begins_anew(made: World, cursor: str) -> None:
    ask(made, made.an)
    assert len(support.question_page(factories.viewer(made.lan), after=cursor).rows) == 1


def test_everybody_lists_their_own(made: World) -> None:
    ask(made, made.an, "của Ân")
    ask(made, made.mai, "của Mai")
    assert texts(support.question_page(factories.viewer(made.an), mine=True)) == ["của Ân"]
    assert texts(support.question_page(factories.viewer(made.an))) == []
    assert texts(support.question_page(factories.viewer(made.lan), mine=True)) == []


def test_one_thread_is_for_its_author_and_those_who_answer(made: World) -> None:
    question = ask(made, made.an)
    say(made.lan, question)
    for account in (made.an, made.lan, made.staff, made.admin):
        thread = support.thread(factories.viewer(account), question.pk)
        assert [message.is_answer for message in thread.messages] == [False, True]
    for account in (made.mai, made.tam, made.binh, made.hung, made.quang, made.outsider):
        with pytest.raises(Refused):
            support.thread(factories.viewer(account), question.pk)


def test_a_blocks_page_finds_everything_at_its_place_in_one_query(made: World) -> None:
    first, second = ask(made, made.an, "một"), ask(made, made.an, "hai", place="")
    say(made.lan, first, "trả lời một")
    ask(made, made.mai, "của Mai")
    an = factories.viewer(made.an)
    with counted() as queries:
        found = asking.places(an, made.activity.pk, made.activity.usage_key, COURSE)
    assert queries.ours == 1
    (thread,) = found[PLACE]["threads"]
    assert (thread["question"], thread["state_label"]) == ("một", support.states.label("answered"))
    assert [(one["text"], one["by"]) for one in thread["answers"]] == [("trả lời một", "Trần Thị Lan")]
    assert [one["question"] for one in found[""]["threads"]] == ["hai"]
    assert found[""]["threads"][0]["url"].endswith(f"/question/{second.pk}/")
    assert found.get("another-step") == {"url": found.url("another-step"), "threads": []}
    assert "place=another-step" in found.url("another-step")


def test_who_may_not_ask_is_shown_no_way_to_ask(made: World, host: MemoryHost) -> None:
    ask(made, made.an)
    for account in (made.lan, made.outsider):
        found = asking.places(factories.viewer(account), made.activity.pk, made.activity.usage_key, COURSE)
        assert found.get(PLACE) is None
    host.wear_mask(COURSE, Masquerade.LEARNER)
    masked = factories.viewer(made.an)
    assert asking.places(masked, made.activity.pk, made.activity.usage_key, COURSE).get(PLACE) is None


def test_messages_stand_around_a_reflection_with_their_place_and_order(made: World) -> None:
    question = ask(made, made.an, "một")
    say(made.lan, question, "trả lời")
    rows = around.fetch([support.messages_around(activity_id=made.activity.pk, user_id=made.an.pk)])
    found = sorted((row.number, row.kind, row.key, row.title, row.text, row.who) for row in rows)
    assert found == [
        (1, "said", PLACE, str(question.pk), "một", "Nguyễn Văn Ân"),
        (2, "answered", PLACE, str(question.pk), "trả lời", "Trần Thị Lan"),
    ]
