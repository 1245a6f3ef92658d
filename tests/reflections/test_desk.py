"""The desk's list: three sorts, stable paging, filters and search, counts; the same number of queries at any size."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.api import DeskFilter, DeskPage
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAMES = ("Trần Bình", "Đặng Thị Ý", "Nguyễn Văn Ân", "Lê An", "Hồ Bình")


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def full(made: World) -> World:
    """Five teachers of maths have submitted, the last of ``NAMES`` longest ago."""
    for days, name in enumerate(NAMES):
        account = factories.user(f"gv{days}", name, enrolled_in=COURSE)
        factories.assign(account, "member", made.round, made.maths)
        factories.submit(account, made.activity, days_ago=days + 1)
    return made


def desk(made: World, account: Any = None, *, after: str = "", size: int = 25, **wanted: Any) -> DeskPage:
    return reflections.desk_page(factories.viewer(account or made.lan), DeskFilter(**wanted), after=after, size=size)


def names(page: DeskPage) -> list[str]:
    return [row.author_name for row in page.rows]


def walk(made: World, size: int, **wanted: Any) -> list[str]:
    """All names, page by page."""
    found, cursor = [], ""
    while True:
        page = desk(made, after=cursor, size=size, **wanted)
        found += names(page)
        cursor = page.next_cursor
        if not cursor:
            return found


SORTED = {
    "waiting": list(reversed(NAMES)),
    "newest": list(NAMES),
    "name": ["Lê An", "Nguyễn Văn Ân", "Hồ Bình", "Trần Bình", "Đặng Thị Ý"],
}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 25])
@pytest.mark.parametrize("sort", list(SORTED))
def test_pages_of_any_size_show_everybody_once_and_in_order(full: World, sort: str, size: int) -> None:
    assert walk(full, size, sort=sort) == SORTED[sort]


@pytest.mark.parametrize("sort", list(SORTED))
def test_rows_that_compare_equal_are_neither_lost_nor_repeated(full: World, sort: str) -> None:
    first = Reflection.objects.order_by("id").first()
    Reflection.objects.update(submitted_at=first.submitted_at, author_sort=first.author_sort)

    assert sorted(walk(full, 2, sort=sort)) == sorted(NAMES)


def test_a_row_that_is_marked_meanwhile_does_not_disturb_the_next_page(full: World) -> None:
    first = desk(full, size=2, state="waiting")
    factories.mark(full.lan, Reflection.objects.get(pk=first.rows[0].id))

    assert names(desk(full, after=first.next_cursor, size=9, state="waiting")) == SORTED["waiting"][2:]


@pytest.mark.parametrize("cursor", ["x", "%%%", "bnVsbA==", "WzFd", "W251bGwsIDFd", "WyJ4IiwgMV0=", "ÿ"])
def test_a_broken_cursor_starts_at_the_beginning(full: World, cursor: str) -> None:
    assert names(desk(full, after=cursor)) == SORTED["waiting"]


def test_a_cursor_of_another_sort_does_not_break_the_page(full: World) -> None:
    other = desk(full, sort="name", size=1).next_cursor

    assert names(desk(full, after=other, sort="waiting")) == SORTED["waiting"]


@pytest.mark.parametrize("value", [["2026-13-45T00:00:00", 1], ["x" * 500, "1"], ["a", 10**30], [{}, 1], ["a\x00", 1]])
@pytest.mark.parametrize("sort", list(SORTED))
def test_a_hostile_cursor_is_answered_with_a_page(full: World, value: Any, sort: str) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()

    assert isinstance(desk(full, after=cursor, sort=sort), DeskPage)


def test_an_unknown_sort_is_the_usual_one(full: World) -> None:
    assert names(desk(full, sort="mark_value; drop")) == SORTED["waiting"]


# -- filters ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("binh", {"Trần Bình", "Hồ Bình"}),
        ("BÌNH", {"Trần Bình", "Hồ Bình"}),
        ("tran binh", {"Trần Bình"}),
        ("binh tran", {"Trần Bình"}),
        ("dang y", {"Đặng Thị Ý"}),
        ("Đặng", {"Đặng Thị Ý"}),
        ("an", {"Trần Bình", "Đặng Thị Ý", "Nguyễn Văn Ân", "Lê An"}),
        ("", set(NAMES)),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("không có ai", set()),
    ],
)
def test_search_needs_no_diacritics_and_knows_no_wildcards(full: World, query: str, found: set[str]) -> None:
    assert set(names(desk(full, query=query))) == found


@pytest.fixture
def mixed(full: World) -> World:
    """One of each state: submitted ×1, marked, returned, resubmitted, withdrawn."""
    works = list(Reflection.objects.order_by("id"))
    factories.mark(full.lan, works[1])
    factories.give_back(full.lan, works[2])
    factories.give_back(full.lan, works[3])
    factories.submit(works[3].author, full.activity)
    factories.withdraw(works[4].author, works[4])
    return full


def test_counts_are_by_state_under_all_other_filters(mixed: World) -> None:
    everything = {"submitted": 1, "marked": 1, "returned": 1, "resubmitted": 1, "withdrawn": 1}

    assert desk(mixed).counts == everything
    assert desk(mixed, state="marked").counts == everything
    assert desk(mixed, query="dang").counts == {"marked": 1}


@pytest.mark.parametrize(
    ("state", "number"),
    [("waiting", 2), ("submitted", 1), ("resubmitted", 1), ("marked", 1), ("", 5), ("odd", 0), ("a\x00", 0)],
)
def test_waiting_means_submitted_or_resubmitted(mixed: World, state: str, number: int) -> None:
    assert len(desk(mixed, state=state).rows) == number


def test_a_row_tells_what_the_list_shows(mixed: World) -> None:
    row = desk(mixed, state="marked").rows[0]

    assert (row.author_name, row.group_name, row.unit_name) == ("Đặng Thị Ý", "Tổ Toán – Tin", "THCS Kim Đồng")
    assert (row.activity_title, row.version_no, row.is_late) == ("Bài suy ngẫm r1", 1, False)
    assert (float(row.mark_value or 0), row.mark_passed) == (7.5, True)


def test_filters_by_activity_and_group(full: World) -> None:
    other = factories.activity("r2")
    factories.submit(full.an, other)
    factories.submit(full.binh, full.activity)

    assert names(desk(full, activity_id=other.pk)) == ["Nguyễn Văn Ân"]
    assert names(desk(full, full.staff, group_id=full.letters.pk)) == ["Đặng Thị Bình"]
    assert names(desk(full, group_id=full.letters.pk)) == []


def test_the_next_one_is_who_waits_longest_under_the_same_filter(full: World) -> None:
    viewer = factories.viewer(full.lan)
    ids = {row.author_name: row.id for row in desk(full).rows}

    assert reflections.next_waiting(viewer, DeskFilter(), not_id=0) == ids["Hồ Bình"]
    assert reflections.next_waiting(viewer, DeskFilter(), not_id=ids["Hồ Bình"]) == ids["Lê An"]
    assert reflections.next_waiting(viewer, DeskFilter(query="dang"), not_id=0) == ids["Đặng Thị Ý"]
    assert reflections.next_waiting(viewer, DeskFilter(query="dang"), not_id=ids["Đặng Thị Ý"]) is None


# -- budget -----------------------------------------------------------------------------------------------------
def test_a_page_costs_the_same_at_10_and_at_1000_learners(made: World) -> None:
    def page(sort: str) -> int:
        viewer = factories.viewer(made.staff)
        with counted() as queries:
            found = reflections.desk_page(viewer, DeskFilter(sort=sort, query="van", state="waiting"))
        assert len(found.rows) == min(25, sum(found.counts.values()))
        return queries.ours

    factories.crowd(made.activity, made.maths, 10)
    few = [page(sort) for sort in SORTED]
    factories.crowd(made.activity, made.maths, 990)

    assert [page(sort) for sort in SORTED] == few
    assert max(few) <= 3
