"""The start page: whose rounds and courses it shows, and which ways it opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from boidung_xblock.roster import keys
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.pages.reading import own_queries, text_of

HOME = reverse("boidung:home")
DESK = reverse("boidung:desk", args=[COURSE])


def test_visitors_are_sent_to_log_in(world: World, browse: Any) -> None:
    response = browse().get(HOME)
    assert (response.status_code, response["Location"]) == (302, f"/login?next={HOME}")


@pytest.mark.parametrize(
    ("role", "sees_round", "sees_desk", "sees_roster"),
    [
        ("an", True, False, False),
        ("lan", True, True, False),
        ("admin", True, True, True),
        ("boss", True, True, True),
        ("outsider", False, False, False),
    ],
)
def test_everybody_sees_their_own_ways(
    world: World, browse: Any, role: str, sees_round: bool, sees_desk: bool, sees_roster: bool
) -> None:
    response = browse(getattr(world, role)).get(HOME)
    assert response.status_code == 200
    page = text_of(response)
    assert (world.round.title in page) == sees_round
    assert ("Mô đun 1 – giáo viên" in page) == sees_round
    assert (f'href="{DESK}"' in page) == sees_desk
    assert (reverse("boidung:roster", args=[world.round.pk]) in page) == sees_roster


def test_course_staff_who_learn_in_the_round_find_the_desk_of_their_course(world: World, browse: Any) -> None:
    factories.assign(world.staff, keys.MEMBER, world.round, world.maths)
    page = text_of(browse(world.staff).get(HOME))
    assert f'href="{DESK}"' in page
    assert reverse("boidung:roster", args=[world.round.pk]) in page


def test_who_is_on_no_roster_is_told_whom_to_ask(world: World, browse: Any) -> None:
    assert "You are not on the roster of any round yet." in text_of(browse(world.outsider).get(HOME))


def test_courses_that_are_gone_are_left_out(world: World, browse: Any) -> None:
    second = factories.round_of(OTHER_COURSE, slug="dot-2")
    factories.assign(world.lan, keys.CORE_TEACHER, second, factories.group(second))
    page = text_of(browse(world.lan).get(HOME))
    assert "This round has no course yet." in page
    assert OTHER_COURSE not in page


def test_names_are_text(world: World, browse: Any) -> None:
    world.round.title = "<script>alert(1)</script>"
    world.round.save()
    factories.host().names[world.lan.pk] = "<script>alert(2)</script>"
    assert "<script>alert" not in text_of(browse(world.lan).get(HOME))


def test_queries_stay_few(world: World, browse: Any) -> None:
    counted = []
    for number in range(1, 30):
        if number in (1, 29):
            with own_queries() as seen:
                assert browse(world.lan).get(HOME).status_code == 200
            counted.append(len(seen))
        more = factories.round_of(f"course-v1:BGDDT+M{number}+2026", slug=f"more-{number}")
        factories.assign(world.lan, keys.CORE_TEACHER, more, factories.group(more))
    assert counted[0] == counted[1] <= 10
