"""The archive of minutes, and that no page of them costs more where there is more."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from boidung_xblock.meetings.models import Minutes, RollCall
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Group, Person
from tests import factories
from tests.factories import COURSE, World
from tests.meetings.desk import approved, meeting_activity, save, sent, step
from tests.pages.minutes_pages import LIST, autosave, body, url
from tests.pages.reading import own_queries, text_of


@pytest.fixture
def world(world: World) -> World:
    world.activity = meeting_activity()
    return world


def test_the_archive_shows_what_one_may_read_by_state(world: World, browse: Any) -> None:
    approved(world)
    save(world, world.staff, group=world.letters)

    def listed(account: Any, query: str = "") -> list[str]:
        return re.findall(r"bd-desk__name[^>]*>[^<]*<span[^>]*>: ([^<]*)<", text_of(browse(account).get(LIST + query)))

    maths, letters = "Tổ Toán – Tin · THCS Kim Đồng", "Tổ Ngữ văn · THCS Lê Lợi"
    assert listed(world.lan) == listed(world.an) == listed(world.quang) == [maths]
    assert listed(world.hung) == [letters]
    assert sorted(listed(world.staff)) == sorted([maths, letters])
    assert listed(world.staff, "?state=approved") == [maths]
    assert listed(world.staff, "?state=waiting") == []
    assert len(listed(world.staff, "?state=nonsense&after=%25")) == 2


def _many(world: World, number: int) -> None:
    """``number`` more members of the group in the roll call, and as many groups with minutes of their own."""
    start = get_user_model().objects.count()
    common = {"organisation": factories.ORGANISATION, "name_folded": "x"}
    made = [Person(full_name=f"Giáo viên {start}-{one}", name_sort=f"{one}", **common) for one in range(number)]
    Person.objects.bulk_create(made, batch_size=200)
    people = list(Person.objects.order_by("-pk")[:number])
    minutes, now = Minutes.objects.get(group=world.maths), timezone.now()
    roles = {"round": world.round, "role": "member", "group": world.maths, "starts_at": now}
    keyed = [(one, keys.active_key(role="member", round_id=world.round.pk, person_id=one.pk)) for one in people]
    Assignment.objects.bulk_create([Assignment(person=one, active_key=key, **roles) for one, key in keyed], 200)
    RollCall.objects.bulk_create(
        [RollCall(minutes=minutes, person=one, name=one.full_name, name_sort=one.name_sort) for one in people], 200
    )
    names = [f"Tổ {people[0].pk}-{one}" for one in range(number)]
    groups = [Group(round=world.round, unit=world.maths.unit, name=name, name_folded=name) for name in names]
    Group.objects.bulk_create(groups, batch_size=200)
    Minutes.objects.bulk_create(
        [
            Minutes(activity=world.activity, group=one, course_key=COURSE, saved_at=now)
            for one in Group.objects.filter(name__in=names)
        ],
        batch_size=200,
    )


def test_texts_are_read_for_the_lines_of_one_page_only(world: World, browse: Any) -> None:
    sent(world)
    _many(world, 30)
    staff, seen, address = browse(world.staff), [], LIST
    while address:
        with own_queries() as found:
            page = text_of(staff.get(address))
        seen += re.findall(r'class="bd-desk__name" href="([^"]*)"', page)
        texts = [sql for sql in found if '"content"' in sql]
        assert [sql.partition("WHERE")[2].count('"id" IN (') for sql in texts] == [1]
        after = re.search(r'href="([^"]*)" rel="next"', page)
        address = unescape(after[1]) if after else ""
    assert len(seen) == len(set(seen)) == 31


def test_queries_do_not_grow_with_members_and_groups(world: World, browse: Any) -> None:
    minutes = sent(world)
    visits = [
        (browse(getattr(world, role)), url(world, name))
        for role in ("an", "mai", "lan", "quang", "staff")
        for name in ("minutes", "minutes-print", "minutes-docx")
    ]
    visits += [(browse(world.quang), LIST), (browse(world.staff), LIST)]
    _many(world, 10)
    few = [_cost(client, address) for client, address in visits]
    _many(world, 990)
    assert RollCall.objects.filter(minutes=minutes).count() == 1003
    assert [_cost(client, address) for client, address in visits] == few
    assert max(few) <= 10
    step(world, world.tam, "reopen", reason="")
    with own_queries() as found:
        response = autosave(browse(world.tam), world, body(world, world.tam, version=minutes.row_version + 1))
    assert response.status_code == 200
    assert len(found) <= 10


def _cost(client: Any, address: str) -> int:
    with own_queries() as found:
        assert client.get(address).status_code == 200
    return len(found)
