"""What stands beneath a step or a prompt: the way to ask in a new tab, and the answers that came back."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from boidung_xblock.blocks import asking
from tests import factories
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.support.talk import PLACE, ask, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def beneath(made: World, place: str = PLACE) -> str:
    with translation.override("en"):
        found = asking.places(factories.viewer(made.an), made.activity.pk, made.activity.usage_key, COURSE)
        return render_to_string("boidung/support/_place.html", {"ask": found[place]})


def test_asking_opens_a_new_tab_and_says_so(made: World) -> None:
    html = beneath(made)
    assert html.count('target="_blank" rel="noopener"') == html.count("<a ") == 1
    assert "(opens a new tab)" in html
    assert f"place={PLACE}" in html


def test_an_answer_stands_where_it_was_asked_for_and_nowhere_else(made: World) -> None:
    question = ask(made, made.an, "Chia nhóm thế nào?")
    assert "Waiting for an answer" in beneath(made)
    say(made.lan, question, "Chia theo bàn & đổi nhóm trưởng.")
    html = beneath(made)
    assert "Chia nhóm thế nào?" in html
    assert "Chia theo bàn &amp; đổi nhóm trưởng." in html
    assert "Trần Thị Lan" in html
    assert "Waiting for an answer" not in html
    assert "Chia theo bàn" not in beneath(made, "ke-hoach")


def test_a_further_question_waits_again_and_the_earlier_answer_stays(made: World) -> None:
    question = ask(made, made.an)
    say(made.lan, question, "Chia theo bàn.")
    say(made.an, question, "Còn học sinh vắng?")
    html = beneath(made)
    assert "Chia theo bàn." in html
    assert "Waiting for an answer" in html
