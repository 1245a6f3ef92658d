"""Two writers, one click sent twice, two who decide: at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from boidung_xblock.errors import Conflict
from boidung_xblock.meetings.models import Minutes, RollCall
from tests import factories
from tests.at_once import needs_server, together
from tests.factories import World
from tests.hosts import MemoryHost
from tests.meetings.desk import meeting_world, save, sent, step
from tests.meetings.desk import view as see

pytestmark = needs_server


@pytest.fixture
def made(host: MemoryHost) -> World:
    return meeting_world()


def outcomes(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_of_two_who_begin_at_once_one_is_told_of_the_other(made: World) -> None:
    tam = partial(save, made, made.tam, found=see(made, made.tam), content={"place": "Tâm"})
    mai = partial(save, made, made.mai, found=see(made, made.mai), content={"place": "Mai"})
    results = together(tam, mai)
    assert outcomes(results) == ["Conflict", "Minutes"]
    (refusal,) = (result for result in results if isinstance(result, Conflict))
    assert refusal.details["content"]["place"] == Minutes.objects.get().content["place"]
    assert RollCall.objects.count() == 3


def test_of_two_who_save_at_once_nobody_overwrites_the_other(made: World) -> None:
    save(made, made.tam)
    tam = partial(save, made, made.tam, found=see(made, made.tam), roll={made.an: "excused"})
    mai = partial(save, made, made.mai, found=see(made, made.mai), roll={made.an: "unexcused"})
    assert outcomes(together(tam, mai)) == ["Conflict", "Minutes"]
    assert Minutes.objects.get().row_version == 3


def test_one_click_that_arrives_twice_is_one_step(made: World) -> None:
    again: dict[str, Any] = {"client_key": factories.key()}
    first = partial(save, made, made.tam, found=see(made, made.tam), **again)
    assert outcomes(together(first, first)) == ["Minutes", "Minutes"]
    send = partial(step, made, made.tam, "send", found=see(made, made.tam), client_key=factories.key())
    assert outcomes(together(send, send)) == ["Minutes", "Minutes"]
    assert Minutes.objects.get().revisions.count() == 1


def test_confirming_and_taking_back_at_once_leave_no_confirmation_of_another_text(made: World) -> None:
    minutes = sent(made)
    confirm = partial(step, made, made.an, "confirm", found=see(made, made.an))
    back = partial(step, made, made.tam, "reopen", found=see(made, made.tam), reason="")
    together(confirm, back)
    assert factories.fresh(minutes).state == "draft"
    step(made, made.tam, "send")
    assert minutes.roll.get(person__user=made.an).confirmed_revision < 2
