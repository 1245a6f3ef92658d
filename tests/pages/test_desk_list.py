"""The list of the desk: who gets in, whose work they see, filters, counts, order, pages, empty states."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from boidung_xblock.host import Masquerade
from boidung_xblock.roster import keys
from tests import factories
from tests.factories import COURSE, World
from tests.pages.reading import own_queries, text_of

DESK = reverse("boidung:desk", args=[COURSE])


def names(response: Any) -> list[str]:
    """The authors of the rows, from the top."""
    return re.findall(r'class="bd-desk__name" href="[^"]*">([^<]*)<', text_of(response))


def counts(response: Any) -> list[int]:
    """The numbers on the tabs: waiting, returned, marked, all."""
    return [int(number) for number in re.findall(r'class="bd-count">(\d+)<', text_of(response))]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("lan", 200),
        ("hung", 200),
        ("staff", 200),
        ("instructor", 200),
        ("admin", 200),
        ("boss", 200),
        ("an", 403),
        ("mai", 302),
        ("tam", 302),
        ("quang", 302),
        ("outsider", 403),
    ],
)
def test_who_may_open_the_desk(world: World, browse: Any, role: str, status: int) -> None:
    response = browse(getattr(world, role)).get(DESK)
    assert response.status_code == status
    if status == 403:
        assert "for core teachers of this round" in text_of(response)
    if status == 302:  # the course tab leads here; they have no work to mark, but minutes
        assert response["Location"] == reverse("boidung:minutes-list", args=[COURSE])


def test_visitors_are_sent_to_log_in_and_come_back(world: World, browse: Any) -> None:
    response = browse().get(f"{DESK}?state=marked")
    assert response.status_code == 302
    assert response["Location"].startswith("/login?next=/boidung/course/")
    assert "state%3Dmarked" in response["Location"]


def test_a_course_that_does_not_exist(world: World, browse: Any) -> None:
    assert browse(world.boss).get(reverse("boidung:desk", args=["course-v1:no+such+course"])).status_code == 404


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_viewing_as_a_learner_says_why_the_desk_is_shut(world: World, browse: Any, mask: Masquerade) -> None:
    factories.host().wear_mask(COURSE, mask)
    response = browse(world.staff).get(DESK)
    assert response.status_code == 403
    assert "Switch back to your own role" in text_of(response)


def test_everybody_sees_only_what_they_may_mark(world: World, browse: Any) -> None:
    factories.submit(world.an, world.activity)
    factories.submit(world.binh, world.activity)
    factories.host().enrol(user_id=world.lan.pk, course_key=COURSE)
    factories.submit(world.lan, world.activity)
    assert names(browse(world.lan).get(DESK)) == ["Nguyễn Văn Ân"]
    assert names(browse(world.hung).get(DESK)) == ["Đặng Thị Bình"]
    assert len(names(browse(world.staff).get(DESK))) == 3
    assert names(browse(world.lan).get(f"{DESK}?group={world.letters.pk}")) == []


def test_work_with_its_state_age_and_mark(world: World, browse: Any) -> None:
    factories.submit(world.an, world.activity, days_ago=3.1)
    marked = factories.submit(world.mai, world.activity, days_ago=1)
    factories.mark(world.lan, marked)
    page = text_of(browse(world.lan).get(DESK))
    assert "waiting 3 days" in page
    assert "THCS Kim Đồng" in page
    everything = browse(world.lan, language="vi").get(f"{DESK}?state=all")
    assert "<strong>7,5</strong>" in text_of(everything)
    assert counts(everything) == [1, 0, 1, 2]


def test_tabs_count_under_the_filter_and_show_their_state(world: World, browse: Any) -> None:
    client = browse(world.lan)
    factories.submit(world.an, world.activity)
    returned = factories.submit(world.mai, world.activity)
    factories.give_back(world.lan, returned)
    assert counts(client.get(DESK)) == [1, 1, 0, 2]
    assert names(client.get(f"{DESK}?state=returned")) == ["Hồ Thị Mai"]
    assert names(client.get(f"{DESK}?state=nonsense")) == ["Nguyễn Văn Ân"]
    assert counts(client.get(f"{DESK}?q=mai")) == [0, 1, 0, 1]


def test_search_ignores_case_and_diacritics(world: World, browse: Any) -> None:
    client = browse(world.staff)
    factories.submit(world.an, world.activity)
    factories.submit(world.binh, world.activity)
    for typed in ("dang thi", "ĐẶNG", "bình"):
        assert names(client.get(DESK, {"q": typed})) == ["Đặng Thị Bình"]


def test_filter_by_activity_and_group(world: World, browse: Any) -> None:
    other = factories.activity("r2")
    factories.submit(world.an, world.activity)
    factories.submit(world.binh, other)
    client = browse(world.staff)
    assert names(client.get(DESK, {"activity": other.pk})) == ["Đặng Thị Bình"]
    response = client.get(DESK, {"group": world.maths.pk})
    assert names(response) == ["Nguyễn Văn Ân"]
    assert f'<option value="{world.maths.pk}" selected>Tổ Toán – Tin · THCS Kim Đồng</option>' in text_of(response)


def test_a_foreign_group_in_the_address_opens_and_tells_nothing(world: World, browse: Any) -> None:
    elsewhere = factories.group(factories.round_of(slug="dot-2"), "Tổ Bí mật", "THCS Nơi khác")
    for account in (world.lan, world.staff):
        assert "Tổ Bí mật" not in text_of(browse(account).get(DESK, {"group": elsewhere.pk}))


def test_orders(world: World, browse: Any) -> None:
    for account, days in ((world.an, 1), (world.mai, 3), (world.tam, 2)):
        factories.submit(account, world.activity, days_ago=days)
    client = browse(world.lan)
    assert names(client.get(DESK)) == ["Hồ Thị Mai", "Phan Thanh Tâm", "Nguyễn Văn Ân"]
    assert names(client.get(f"{DESK}?sort=newest")) == ["Nguyễn Văn Ân", "Phan Thanh Tâm", "Hồ Thị Mai"]
    assert names(client.get(f"{DESK}?sort=name")) == ["Nguyễn Văn Ân", "Hồ Thị Mai", "Phan Thanh Tâm"]


@pytest.mark.parametrize("sort", ["waiting", "newest", "name"])
def test_pages_show_everybody_once(world: World, browse: Any, sort: str) -> None:
    factories.crowd(world.activity, world.maths, 60)
    client, url, seen = browse(world.lan), f"{DESK}?sort={sort}", []
    for _ in range(4):
        response = client.get(url)
        seen += names(response)
        following = re.search(r'href="([^"]*)" rel="next"', text_of(response))
        if not following:
            break
        url = following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 60


def test_a_damaged_address_is_no_error(world: World, browse: Any) -> None:
    factories.submit(world.an, world.activity)
    wild = {"after": "%%%", "group": "-1", "activity": "9" * 40, "sort": "'", "done": "mark", "id": "x" * 50}
    assert names(browse(world.lan).get(DESK, wild)) == ["Nguyễn Văn Ân"]


@pytest.mark.parametrize(
    ("address", "words"),
    [("", "Nobody has submitted anything yet"), ("?q=khong", "Nothing here matches the filter")],
)
def test_empty_desks_say_why(world: World, browse: Any, address: str, words: str) -> None:
    assert words in text_of(browse(world.lan).get(f"{DESK}{address}"))


def test_an_empty_queue_is_good_news(world: World, browse: Any) -> None:
    factories.mark(world.lan, factories.submit(world.an, world.activity))
    client = browse(world.lan)
    assert "Nothing is waiting" in text_of(client.get(DESK))
    assert "There is no work in this state" in text_of(client.get(f"{DESK}?state=returned"))


def test_hostile_names_are_text(world: World, browse: Any) -> None:
    author = factories.user("evil", "<script>alert(1)</script>")
    factories.assign(author, keys.MEMBER, world.round, world.maths)
    factories.submit(author, world.activity)
    client = browse(world.lan)
    for address in (DESK, f"{DESK}?q=<script>alert(2)</script>", f'{DESK}?q="onfocus=alert(3)'):
        page = text_of(client.get(address))
        assert "<script>alert" not in page
        assert '"onfocus' not in page
    assert "&lt;script&gt;alert(1)" in text_of(client.get(DESK))


def test_the_way_to_the_roster_is_for_administrators(world: World, browse: Any) -> None:
    roster = reverse("boidung:roster", args=[world.round.pk])
    assert roster in text_of(browse(world.admin).get(DESK))
    assert roster not in text_of(browse(world.lan).get(DESK))


def test_nothing_stays_in_a_cache(world: World, browse: Any) -> None:
    assert "no-store" in browse(world.lan).get(DESK)["Cache-Control"]


@pytest.mark.parametrize("address", ["", "?sort=name&q=nguyen&state=all", "?done=mark&id={marked}"])
def test_queries_do_not_grow_with_the_number_of_learners(world: World, browse: Any, address: str) -> None:
    marked = factories.submit(world.an, world.activity)
    factories.mark(world.lan, marked)
    factories.crowd(world.activity, world.maths, 10)
    client, url = browse(world.lan), DESK + address.format(marked=marked.pk)
    with own_queries() as few:
        assert client.get(url).status_code == 200
    factories.crowd(world.activity, world.maths, 990)
    with own_queries() as many:
        assert client.get(url).status_code == 200
    assert len(few) == len(many) <= 10
