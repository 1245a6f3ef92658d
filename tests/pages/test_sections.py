"""The way between the pages of one course, and from home into them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import COURSE, World
from tests.pages.reading import text_of

ALL = ["Marking desk", "Questions", "Minutes", "Module results", "Roster of the round"]


@pytest.fixture
def world(db: None) -> World:
    return factories.world()


def sections(response: Any) -> dict[str, bool]:
    """{label: whether one is there}"""
    nav = re.search(r'<nav class="bd-tabs bd-sections".*?</nav>', text_of(response), re.DOTALL)
    links = re.findall(r"<a ([^>]*)>([^<]+)", nav[0]) if nav else []
    return {label.strip(): "aria-current" in attributes for attributes, label in links}


@pytest.mark.parametrize(
    ("page", "here"),
    [("desk", "Marking desk"), ("questions", "Questions"), ("minutes-list", "Minutes"), ("results", "Module results")],
)
def test_an_administrator_reaches_every_page_from_every_page(world: World, browse: Any, page: str, here: str) -> None:
    found = sections(browse(world.admin).get(reverse(f"boidung:{page}", args=[COURSE])))
    assert list(found) == ALL
    assert [label for label, is_here in found.items() if is_here] == [here]


@pytest.mark.parametrize(
    ("role", "page", "labels"),
    [
        ("lan", "desk", ["Marking desk", "Questions", "Minutes"]),
        ("staff", "desk", ALL),
        ("mai", "minutes-list", ["Questions", "Minutes"]),
        ("quang", "minutes-list", []),
    ],
)
def test_others_reach_what_is_for_them(world: World, browse: Any, role: str, page: str, labels: list[str]) -> None:
    assert list(sections(browse(getattr(world, role)).get(reverse(f"boidung:{page}", args=[COURSE])))) == labels


def test_every_link_opens_for_whoever_is_offered_it(world: World, browse: Any) -> None:
    for account, page in (
        (world.admin, "desk"),
        (world.staff, "desk"),
        (world.lan, "desk"),
        (world.mai, "minutes-list"),
    ):
        client = browse(account)
        html = text_of(client.get(reverse(f"boidung:{page}", args=[COURSE])))
        nav = re.search(r'<nav class="bd-tabs bd-sections".*?</nav>', html, re.DOTALL)
        assert nav is not None
        for address in re.findall(r'href="([^"]+)"', nav[0]):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("an", {"minutes-list"}),
        ("quang", {"minutes-list"}),
        ("lan", {"minutes-list", "desk"}),
        ("admin", {"minutes-list", "desk", "results"}),
    ],
)
def test_home_leads_to_what_is_for_each(world: World, browse: Any, role: str, wanted: set[str]) -> None:
    html = text_of(browse(getattr(world, role)).get(reverse("boidung:home")))
    pages = ("minutes-list", "desk", "results")
    assert {page for page in pages if f'"{reverse(f"boidung:{page}", args=[COURSE])}"' in html} == wanted
