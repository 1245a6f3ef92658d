"""What every host says of courses, blocks, due dates and files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boidung_xblock.host import DueDate, NoSuchCourse, NotInStudio
from tests.host_contract.probe import KIND
from tests.host_contract.sites import DUE, GRACE, TITLE, Site, Tools


def test_course_facts(site: Site) -> None:
    facts = site.host.course_facts(site.course_key)
    assert facts is not None
    assert (facts.course_key, facts.title) == (site.course_key, TITLE)
    assert facts.url.startswith(("/", "http"))
    assert site.host.course_facts("course-v1:Thu+Another+1") is None


def test_the_site_names_its_courses_once(site: Site) -> None:
    keys = site.host.course_keys()
    assert keys == sorted(set(keys))
    assert site.course_key in keys


def test_a_course_that_does_not_exist_offers_nothing(site: Site) -> None:
    """Neither does any course where courses are not written (in the LMS)."""
    with pytest.raises((NoSuchCourse, NotInStudio)):
        site.host.offer_blocks("course-v1:Thu+Another+1", [KIND])


def test_own_blocks_are_ours_in_course_order(site: Site) -> None:
    blocks = site.host.own_blocks(site.course_key)
    assert [block.title for block in blocks] == ["Phép thử", "Phép thử khác"]
    assert [block.position for block in blocks] == sorted(block.position for block in blocks)
    first = blocks[0]
    assert (first.usage_key, first.kind, first.weight, first.periods) == (site.usage_key, KIND, 10.0, 2.0)
    assert first.settings == {"probe": True}


def test_the_authored_due_date_is_among_the_facts(site: Site, tools: Tools) -> None:
    assert site.host.own_blocks(site.course_key)[0].due == DUE


def test_a_block_has_an_address(site: Site) -> None:
    assert site.host.block_url(site.usage_key).startswith(("/", "http"))


def _dates(site: Site, *users: object) -> list[DueDate]:
    ids = [user.pk for user in users]  # type: ignore[attr-defined]
    found = site.host.due_dates(course_key=site.course_key, usage_key=site.usage_key, user_ids=ids)
    assert list(found) == ids
    return [found[user_id] for user_id in ids]


def test_everybody_has_the_authored_date_and_closes_after_the_grace_period(site: Site) -> None:
    users = [site.user("lan", enrolled=True), site.user("hoa", enrolled=True)]
    assert _dates(site, *users) == [DueDate(DUE, DUE + GRACE)] * 2
    assert _dates(site) == []


def test_an_extension_is_for_one_learner(site: Site) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    later = DUE + timedelta(days=3)
    site.extend(lan, later)
    assert _dates(site, lan, hoa) == [DueDate(later, later + GRACE), DueDate(DUE, DUE + GRACE)]
    site.extend(lan, later + timedelta(days=1))
    assert _dates(site, lan)[0].due == later + timedelta(days=1)


def test_the_bound_block_knows_the_extension(site: Site, tools: Tools) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    site.extend(lan, DUE + timedelta(days=3))
    assert [tools.bound_due(lan), tools.bound_due(hoa)] == [DUE + timedelta(days=3), DUE]


def test_due_dates_cost_the_same_for_few_and_many(site: Site) -> None:
    users = [site.user(f"nguoi{number}", enrolled=True) for number in range(40)]
    for user in users[:20]:
        site.extend(user, DUE + timedelta(days=1))

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            _dates(site, *users[:count])
        return len(queries)

    assert cost(1) == cost(40)


def test_a_block_without_a_date_is_never_due(site: Site) -> None:
    gone = site.usage_key.replace("block@p", "block@khong-co")
    lan = site.user("lan", enrolled=True)
    found = site.host.due_dates(course_key=site.course_key, usage_key=gone, user_ids=[lan.pk])
    assert found == {lan.pk: DueDate()}


def test_all_dates_of_one_learner_agree_with_the_date_at_each_block(site: Site) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    gone = site.usage_key.replace("block@p", "block@khong-co")
    other = site.usage_key.replace("block@p", "block@q")
    site.extend(lan, DUE + timedelta(days=3))
    wanted = [site.usage_key, other, gone]
    for user in (lan, hoa):
        found = site.host.own_due_dates(course_key=site.course_key, usage_keys=wanted, user_id=user.pk)
        assert list(found) == wanted
        assert found[site.usage_key] == _dates(site, user)[0]
        assert found[gone] == DueDate()
    assert site.host.own_due_dates(course_key=site.course_key, usage_keys=[], user_id=lan.pk) == {}


def test_all_dates_of_one_learner_cost_the_same_for_few_and_many_blocks(site: Site) -> None:
    lan = site.user("lan", enrolled=True)
    blocks = [site.usage_key.replace("block@p", name) for name in ("block@p", "block@q")] * 10

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            site.host.own_due_dates(course_key=site.course_key, usage_keys=blocks[:count], user_id=lan.pk)
        return len(queries)

    cost(1)  # what the platform keeps for the request is read once
    assert cost(1) == cost(20)


def test_files_come_back_as_they_went(site: Site) -> None:
    storage = site.host.storage()
    name = storage.save("thu/tệp.txt", ContentFile("nội dung".encode()))
    try:
        with storage.open(name) as stream:
            assert stream.read().decode() == "nội dung"
    finally:
        storage.delete(name)
