"""One question sent twice, two answers: at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from boidung_xblock.support.models import QuestionMessage
from tests import factories
from tests.at_once import needs_server, together
from tests.factories import World
from tests.hosts import MemoryHost
from tests.support.talk import ask, said, say

pytestmark = needs_server


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def test_one_click_that_arrives_twice_asks_once(made: World) -> None:
    again: Any = partial(ask, made, made.an, client_key=factories.key())
    first, second = together(again, again)
    assert first == second
    assert QuestionMessage.objects.count() == 1


def test_of_two_answers_at_once_the_second_is_told_of_the_first(made: World) -> None:
    question = ask(made, made.an)
    results = together(
        partial(say, made.lan, question, row_version=1), partial(say, made.staff, question, row_version=1)
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Question"]
    assert len(said(question)) == 2
