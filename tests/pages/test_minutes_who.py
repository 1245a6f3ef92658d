"""Who opens and who posts the pages of minutes; visitors, other logins, masks; words that are no markup."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from boidung_xblock.host import Masquerade
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.meetings.desk import CONCLUSION, meeting_activity, save, sent
from tests.pages.minutes_pages import FILLED, LIST, form, url
from tests.pages.reading import text_of


@pytest.fixture
def world(world: World) -> World:
    world.activity = meeting_activity()
    return world


@pytest.mark.parametrize(
    ("role", "page", "archive"),
    [
        ("an", 200, 200),
        ("mai", 200, 200),
        ("tam", 200, 200),
        ("binh", 403, 200),
        ("lan", 200, 200),
        ("hung", 403, 200),
        ("quang", 200, 200),
        ("staff", 200, 200),
        ("instructor", 200, 200),
        ("admin", 200, 200),
        ("boss", 200, 200),
        ("outsider", 403, 403),
    ],
)
def test_who_may_open_what(world: World, browse: Any, role: str, page: int, archive: int) -> None:
    sent(world)
    client = browse(getattr(world, role))
    pages = [url(world, name) for name in ("minutes", "minutes-print", "minutes-docx")]
    assert [client.get(one).status_code for one in pages] == [page] * 3
    assert client.get(LIST).status_code == archive


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("minutes", ["an", "lan", "quang", "binh"]),
        ("minutes-send", ["an", "lan", "quang", "outsider"]),
        ("minutes-confirm", ["lan", "staff", "binh"]),
        ("minutes-approve", ["an", "tam", "lan", "quang"]),
        ("minutes-reopen", ["an", "quang", "hung"]),
        ("minutes-made-up", ["an", "tam", "lan"]),
    ],
)
def test_a_post_by_others_is_refused_and_changes_nothing(
    world: World, browse: Any, name: str, roles: list[str]
) -> None:
    minutes = sent(world)
    for role in roles:
        account = getattr(world, role)
        data = {
            **FILLED,
            "for_user": account.pk,
            "client_key": factories.key(),
            "row_version": minutes.row_version,
            "revision_no": "1",
            "person": factories.person(world.an).pk,
        }
        assert browse(account).post(url(world, name), data).status_code == 403, role
    now = factories.fresh(minutes)
    assert (now.row_version, now.state, now.revisions.count()) == (minutes.row_version, "waiting", 1)


def test_who_only_reads_gets_no_form(world: World, browse: Any) -> None:
    save(world, world.tam)
    for account in (world.an, world.lan, world.quang):
        assert "<form" not in text_of(browse(account).get(url(world)))


def test_before_anybody_has_begun_readers_are_told_who_writes(world: World, browse: Any) -> None:
    assert "Nobody has begun these minutes yet." in text_of(browse(world.an).get(url(world)))


def test_visitors_other_logins_and_masks(world: World, browse: Any) -> None:
    assert browse().get(url(world)).status_code == 302
    seen = form(browse(world.tam).get(url(world)), url(world))
    response = browse(world.mai).post(url(world), {**seen, **FILLED})
    assert response.status_code == 403
    assert CONCLUSION in text_of(response)
    for mask in (Masquerade.ROLE, Masquerade.LEARNER):
        factories.host().wear_mask(COURSE, mask)
        for address in (url(world), LIST):
            refused = browse(world.staff).get(address)
            assert refused.status_code == 403
            assert "Switch back to your own role" in text_of(refused)


def test_what_does_not_exist_is_not_found(world: World, browse: Any) -> None:
    staff, elsewhere = browse(world.staff), meeting_activity("x1", course_key=OTHER_COURSE)
    place = [world.activity.pk, world.maths.pk]
    for args in (
        [COURSE, 10**6, place[1]],
        [COURSE, place[0], 10**6],
        [COURSE, elsewhere.pk, place[1]],
        [COURSE, factories.activity("plain").pk, place[1]],
        ["course-v1:no+such+course", *place],
    ):
        assert staff.get(reverse("boidung:minutes", args=args)).status_code == 404


def test_hostile_words_are_text(world: World, browse: Any) -> None:
    words = "<script>alert(1)</script>"
    sent(world, content={"conclusion": words, "opinions": [{"who": words, "what": words}] * 2, "place": words})
    for name in ("minutes", "minutes-print"):
        page = text_of(browse(world.an).get(url(world, name)))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
