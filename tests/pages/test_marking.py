"""Marking and returning by form: what is stored, where it goes on, and that nothing typed is ever lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from boidung_xblock.grading import api as grading
from boidung_xblock.grading.models import Mark
from boidung_xblock.host import Masquerade
from boidung_xblock.reflections.models import Reflection, ReflectionEvent
from tests import factories
from tests.factories import COURSE, POINTS, World
from tests.pages.reading import form_of, own_queries, text_of

JSON = {"accept": "application/json"}


def address(name: str, work: Reflection) -> str:
    return reverse(f"boidung:{name}", args=[COURSE, work.pk])


def fill(client: Client, work: Reflection, query: str = "", **typed: str) -> dict[str, str]:
    """The form of the work's page as a person fills it."""
    points = {f"points.{slug}": value for slug, value in POINTS.items()}
    return {**form_of(client.get(f"{address('work', work)}{query}")), **points, "comment": "Bài viết cụ thể.", **typed}


@pytest.fixture
def work(world: World) -> Reflection:
    """Submitted by ``an``, whom ``lan`` marks."""
    return factories.submit(world.an, world.activity, days_ago=3)


@pytest.fixture
def lan(world: World, browse: Any) -> Client:
    """The core teacher at her browser."""
    return browse(world.lan)


def test_a_mark_is_stored_and_told_of(world: World, lan: Client, work: Reflection) -> None:
    form = fill(lan, work, **{"comments.hieu-noi-dung": "Rõ ràng.", "private_note": "Mời trình bày."})
    response = lan.post(address("mark", work), form)
    assert response.status_code == 303
    given = grading.marks_of(world.activity.pk, world.an.pk)[0]
    assert (str(given.earned), given.passed, given.comment) == ("7.500", True, "Bài viết cụ thể.")
    assert given.criteria[0]["comment"] == "Rõ ràng."
    assert given.private_note == "Mời trình bày."
    page = text_of(lan.get(response["Location"]))
    assert "Mark 7.5/10 given to Nguyễn Văn Ân." in page
    assert f'data-bd-done="mark" data-bd-work="{work.pk}" data-user="{world.lan.pk}"' in page


def test_it_goes_on_to_what_waits_longest_under_the_filter(world: World, lan: Client, work: Reflection) -> None:
    later = factories.submit(world.tam, world.activity, days_ago=1)
    sooner = factories.submit(world.mai, world.activity, days_ago=2)
    response = lan.post(address("mark", work), fill(lan, work))
    assert urlsplit(response["Location"]).path == address("work", sooner)
    response = lan.post(address("mark", sooner), fill(lan, sooner, "?q=tam"))
    assert urlsplit(response["Location"]).path == address("work", later)
    assert parse_qs(urlsplit(response["Location"]).query) == {"q": ["tam"], "done": ["mark"], "id": [str(sooner.pk)]}
    response = lan.post(address("mark", later), fill(lan, later))
    assert urlsplit(response["Location"]).path == reverse("boidung:desk", args=[COURSE])


def test_who_corrects_a_mark_goes_back_to_the_list(world: World, lan: Client, work: Reflection) -> None:
    factories.submit(world.mai, world.activity)
    factories.mark(world.lan, work)
    response = lan.post(address("mark", work), fill(lan, work, "?state=marked", **{"points.hieu-noi-dung": "10"}))
    assert urlsplit(response["Location"]).path == reverse("boidung:desk", args=[COURSE])
    assert [mark.number for mark in grading.marks_of(world.activity.pk, world.an.pk)] == [2, 1]


def test_a_script_is_told_the_way_as_json(world: World, lan: Client, work: Reflection) -> None:
    form = fill(lan, work)
    response = lan.post(address("mark", work), form, headers=JSON)
    assert response.status_code == 200
    assert response.json() == {"next": f"{reverse('boidung:desk', args=[COURSE])}?done=mark&id={work.pk}"}
    stale = lan.post(address("mark", work), {**form, "client_key": factories.key()}, headers=JSON)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale")


def test_sent_twice_counts_once(world: World, lan: Client, work: Reflection) -> None:
    form = fill(lan, work)
    first, second = lan.post(address("mark", work), form), lan.post(address("mark", work), form)
    assert first["Location"] == second["Location"]
    assert Mark.objects.count() == 1


def test_a_level_alone_is_a_choice(world: World, lan: Client, work: Reflection) -> None:
    form = fill(lan, work, **{f"points.{slug}": "" for slug in POINTS}, **{f"level.{slug}": "7.5" for slug in POINTS})
    assert lan.post(address("mark", work), form).status_code == 303
    assert str(grading.marks_of(world.activity.pk, world.an.pk)[0].earned) == "7.500"


@pytest.mark.parametrize("wrong", ["", "bảy", "7,1", "10,25", "-1", "1e1000", "NaN"])
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    world: World, lan: Client, work: Reflection, wrong: str
) -> None:
    form = fill(lan, work, **{"points.hieu-noi-dung": wrong, "comments.ke-hoach-van-dung": "Chưa có thời gian."})
    response = lan.post(address("mark", work), {**form, "reason": "Viết dở"})
    assert response.status_code == 400
    again = form_of(response)
    kept = {name: value for name, value in form.items() if name.startswith(("points", "comment", "private"))}
    assert {name: again[name] for name in kept} == kept
    assert again["reason"] == "Viết dở"
    assert 'href="#bd-points-hieu-noi-dung"' in text_of(response)
    assert 'id="bd-points-hieu-noi-dung-error"></span>' not in text_of(response)
    assert 'id="bd-points-ke-hoach-van-dung-error"></span>' in text_of(response)
    assert not Mark.objects.exists()
    mended = lan.post(address("mark", work), {**again, "points.hieu-noi-dung": "8"})
    assert mended.status_code == 303


def test_somebody_elses_mark_in_between(world: World, lan: Client, work: Reflection) -> None:
    form = fill(lan, work, comment="Ý kiến của Lan")
    factories.mark(world.admin, work, points=factories.BETTER, comment="Ý kiến của quản trị")
    response = lan.post(address("mark", work), form)
    assert response.status_code == 409
    page = text_of(response)
    assert "Quản trị đợt gave 9/10" in page
    assert "Ý kiến của quản trị" in page
    again = form_of(response)
    assert again["comment"] == "Ý kiến của Lan"
    assert again["points.hieu-noi-dung"] == "8"
    assert lan.post(address("mark", work), again).status_code == 303
    assert grading.marks_of(world.activity.pk, world.an.pk)[0].comment == "Ý kiến của Lan"


def test_a_new_version_in_between(world: World, lan: Client, work: Reflection) -> None:
    form = fill(lan, work, comment="Về bản một")
    factories.give_back(world.admin, work, reason="Bổ sung")
    factories.submit(world.an, world.activity, text="Bản hai")
    response = lan.post(address("mark", work), form)
    assert response.status_code == 409
    page = text_of(response)
    for words in ("returned version 1 for revision", "resubmitted: version 2", "Bản hai", "Về bản một"):
        assert words in page
    assert lan.post(address("mark", work), form_of(response)).status_code == 303


def test_returned_in_between_leaves_only_what_was_typed(world: World, lan: Client, work: Reflection) -> None:
    form = fill(lan, work, **{"comments.hieu-noi-dung": "Rõ ràng."})
    factories.give_back(world.admin, work)
    response = lan.post(address("mark", work), form)
    assert response.status_code == 409
    assert "client_key" not in form_of(response)
    for words in ("Rõ ràng.", "Bài viết cụ thể.", "8 · 7,5 · 7 · 7"):
        assert words in text_of(response)


def test_returning_needs_a_reason(lan: Client, work: Reflection) -> None:
    form = fill(lan, work, reason="  ")
    response = lan.post(address("return", work), form)
    assert response.status_code == 400
    assert 'href="#bd-reason"' in text_of(response)
    assert form_of(response)["points.hieu-noi-dung"] == "8"
    assert factories.fresh(work).state == "submitted"


def test_a_return_is_stored_and_told_of(lan: Client, work: Reflection) -> None:
    form = fill(lan, work, reason="Nêu ví dụ của lớp mình.")
    response = lan.post(address("return", work), form)
    assert lan.post(address("return", work), form).status_code == 303
    assert factories.fresh(work).state == "returned"
    assert ReflectionEvent.objects.filter(kind="returned").count() == 1
    assert "The work of Nguyễn Văn Ân has been returned" in text_of(lan.get(response["Location"]))


@pytest.mark.parametrize("name", ["mark", "return"])
@pytest.mark.parametrize(
    ("role", "status"), [("hung", 403), ("an", 403), ("mai", 403), ("quang", 403), ("outsider", 403), ("staff", 303)]
)
def test_who_may_write(
    world: World, browse: Any, lan: Client, work: Reflection, name: str, role: str, status: int
) -> None:
    account = getattr(world, role)
    form = fill(lan, work, for_user=str(account.pk), reason="Bổ sung", comment="Đã gõ")
    response = browse(account).post(address(name, work), form)
    assert response.status_code == status
    if status == 403:
        assert "Đã gõ" in text_of(response)
        assert factories.fresh(work).state == "submitted"


@pytest.mark.parametrize("name", ["mark", "return"])
def test_nobody_judges_their_own_work(world: World, browse: Any, lan: Client, work: Reflection, name: str) -> None:
    own = factories.submit(world.staff, world.activity)
    form = fill(lan, work, for_user=str(world.staff.pk), row_version=str(own.row_version), reason="Bổ sung")
    response = browse(world.staff).post(address(name, own), form)
    assert response.status_code == 403
    assert "This is your own work." in text_of(response)
    assert factories.fresh(own).state == "submitted"


@pytest.mark.parametrize("name", ["mark", "return"])
def test_a_page_of_another_login_writes_nothing(
    world: World, browse: Any, lan: Client, work: Reflection, name: str
) -> None:
    form = fill(lan, work, reason="Bổ sung", private_note="Của Lan")
    response = browse(world.admin).post(address(name, work), form)
    assert response.status_code == 403
    assert "opened under another login" in text_of(response)
    assert "Của Lan" in text_of(response)
    assert factories.fresh(work).state == "submitted"


def test_a_lost_login_keeps_the_text_and_leads_back(browse: Any, lan: Client, work: Reflection) -> None:
    form = fill(lan, work, comment="Đã gõ <i>dở</i>")
    response = browse().post(address("mark", work), form)
    assert response.status_code == 403
    assert "Đã gõ &lt;i&gt;dở&lt;/i&gt;" in text_of(response)
    assert f"/login?next={quote(address('work', work))}" in text_of(response)
    answer = browse().post(address("mark", work), form, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_logged_in")
    assert not Mark.objects.exists()


def test_under_masquerade_nothing_is_written(world: World, browse: Any, work: Reflection) -> None:
    client = browse(world.staff)
    form = fill(client, work)
    factories.host().wear_mask(COURSE, Masquerade.LEARNER)
    response = client.post(address("mark", work), form)
    assert response.status_code == 403
    assert "Switch back to your own role" in text_of(response)
    assert not Mark.objects.exists()


@pytest.mark.parametrize("damage", [{"row_version": "x"}, {"client_key": ""}, {"client_key": "k" * 65}])
def test_a_damaged_form_is_refused_with_the_text(lan: Client, work: Reflection, damage: dict[str, str]) -> None:
    response = lan.post(address("mark", work), {**fill(lan, work), **damage})
    assert response.status_code == 400
    assert "Bài viết cụ thể." in text_of(response)
    assert address("work", work) in text_of(response)


@pytest.mark.parametrize("name", ["mark", "return"])
def test_state_changes_by_post_alone_and_with_the_token(
    world: World, browse: Any, lan: Client, work: Reflection, name: str
) -> None:
    assert lan.get(address(name, work)).status_code == 405
    strict = browse(world.lan, enforce_csrf_checks=True)
    form = fill(strict, work, reason="Bổ sung")
    token = form.pop("csrfmiddlewaretoken")
    assert strict.post(address(name, work), form).status_code == 403
    assert factories.fresh(work).state == "submitted"
    assert strict.post(address(name, work), {**form, "csrfmiddlewaretoken": token}).status_code == 303


def test_old_or_foreign_news_are_not_told(world: World, browse: Any, lan: Client, work: Reflection) -> None:
    desk = reverse("boidung:desk", args=[COURSE])
    factories.mark(world.admin, work)
    assert "data-bd-done" not in text_of(lan.get(f"{desk}?done=mark&id={work.pk}"))
    factories.mark(world.lan, work)
    assert "data-bd-done" in text_of(lan.get(f"{desk}?done=mark&id={work.pk}"))
    assert "data-bd-done" not in text_of(lan.get(f"{desk}?done=return&id={work.pk}"))
    assert "data-bd-done" not in text_of(browse(world.hung).get(f"{desk}?done=mark&id={work.pk}"))
    last = factories.fresh(work).last_event
    ReflectionEvent.objects.filter(pk=last.pk).update(created_at=last.created_at.replace(year=2020))
    assert "data-bd-done" not in text_of(lan.get(f"{desk}?done=mark&id={work.pk}"))


@pytest.mark.parametrize("name", ["mark", "return"])
def test_queries_do_not_grow(world: World, lan: Client, name: str) -> None:
    factories.crowd(world.activity, world.maths, 10)
    counted = []
    for author in (world.an, world.mai):
        work = factories.submit(author, world.activity)
        form = fill(lan, work, reason="Bổ sung")
        with own_queries() as seen:
            assert lan.post(address(name, work), form).status_code == 303
        counted.append(len(seen))
        if len(counted) == 1:
            factories.crowd(world.activity, world.maths, 990)
    assert counted[0] == counted[1] <= 12
