"""The page of minutes in a browser without scripts: written, sent, confirmed, approved, reopened; and autosave."""

from __future__ import annotations

import re
from typing import Any

import pytest

from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes
from tests import factories
from tests.factories import World
from tests.meetings.desk import AGENDA, CONCLUSION, approved, meeting_activity, sent, step
from tests.pages.minutes_pages import FILLED, OPINIONS, autosave, body, fill, form, press, state, url
from tests.pages.reading import text_of


@pytest.fixture
def world(world: World) -> World:
    world.activity = meeting_activity()
    return world


# -- the road -----------------------------------------------------------------------------------------------------
def test_from_the_first_word_to_approved_and_back(world: World, browse: Any) -> None:
    tam, an, mai, lan = (browse(account) for account in (world.tam, world.an, world.mai, world.lan))
    opened = tam.get(url(world))
    assert state(opened) == "none"
    assert AGENDA in text_of(opened)
    assert not Minutes.objects.exists()

    roll = {f"roll.{factories.person(world.mai).pk}": "excused"}
    assert fill(tam, world, **roll).status_code == 303
    assert state(tam.get(url(world))) == "draft"
    assert Minutes.objects.get().roll.get(person__user=world.mai).status == "excused"

    assert fill(tam, world, "minutes-send", chair="Nguyễn Văn Ân").status_code == 303
    waiting = an.get(url(world))
    assert state(waiting) == "waiting"
    assert "Not yet: Nguyễn Văn Ân, Phan Thanh Tâm." in text_of(waiting)
    assert press(an, world, "minutes-confirm").status_code == 303
    assert "Not yet: Phan Thanh Tâm." in text_of(mai.get(url(world)))

    assert press(mai, world, "minutes-approve").status_code == 303
    page = text_of(an.get(url(world)))
    assert "Approved by Hồ Thị Mai" in page
    assert CONCLUSION in page
    assert press(mai, world, "minutes-made-up").status_code == 303
    assert "Made up later" in text_of(an.get(url(world)))

    assert press(lan, world, "minutes-reopen", reason="Thiếu hạn hoàn thành.").status_code == 303
    reopened = tam.get(url(world))
    assert state(reopened) == "reopened"
    assert "Thiếu hạn hoàn thành." in text_of(reopened)


def test_the_form_comes_back_as_it_was_saved(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    fill(tam, world, chair_title="Tổ trưởng", proposals="Thêm máy chiếu")
    shown = form(tam.get(url(world)), url(world))
    assert (shown["start"], shown["chair_title"], shown["proposals"]) == (["14:00"], ["Tổ trưởng"], ["Thêm máy chiếu"])
    assert shown["opinions.what"] == [*OPINIONS["opinions.what"], "", ""]
    assert shown["tasks.when"] == ["27/11", "", ""]


def test_bad_input_stands_at_its_field_and_what_was_typed_is_still_there(world: World, browse: Any) -> None:
    response = fill(browse(world.tam), world, day="hôm qua", place="Phòng 9")
    assert response.status_code == 400
    assert 'id="bd-day-error">Please give the day as dd/mm/yyyy.<' in text_of(response)
    shown = form(response, url(world))
    assert (shown["day"], shown["place"]) == (["hôm qua"], ["Phòng 9"])
    assert not Minutes.objects.exists()


def test_what_cannot_be_sent_yet_is_saved_and_says_what_is_missing(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    lacking = {"opinions.what": ["Một", ""], "tasks.who": [""]}
    response = fill(tam, world, "minutes-send", place="", conclusion=" ", end="", **lacking)
    assert response.status_code == 400
    page = text_of(response)
    for name in ("place", "conclusion", "opinions", "end", "tasks"):
        assert f'href="#bd-{name}"' in page
    assert "At least" in page
    assert Minutes.objects.get().content["day"] == "2026-11-24"
    again = tam.post(url(world, "minutes-send"), {**form(response, url(world)), **FILLED})
    assert again.status_code == 303


def test_what_is_needed_before_sending_is_marked(world: World, browse: Any) -> None:
    page = text_of(browse(world.tam).get(url(world)))
    marked = re.findall(r'name="(\w+)"[^>]*aria-required="true"', page)
    assert sorted(marked) == sorted(meetings.NEEDED)


def test_who_joins_after_the_first_save_is_named_above_the_roll_call_and_can_be_called(
    world: World, browse: Any
) -> None:
    tam = browse(world.tam)
    assert "data-bd-newcomers" not in text_of(tam.get(url(world)))
    fill(tam, world)
    factories.move(world.binh, world.round, world.maths)
    newcomer, field = factories.person(world.binh), f"roll.{factories.person(world.binh).pk}"
    page = tam.get(url(world))
    assert f"New in the group, not called yet: {newcomer.full_name}<" in text_of(page)
    assert form(page, url(world))[field] == ["away"]
    assert fill(tam, world, **{field: "present"}).status_code == 303
    assert Minutes.objects.get().roll.get(person=newcomer).status == "present"
    assert "data-bd-newcomers" not in text_of(tam.get(url(world)))


def test_the_school_year_follows_the_day_unless_somebody_says_otherwise(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    fill(tam, world, day="2027-07-31")
    assert form(tam.get(url(world)), url(world))["school_year"] == ["2026-2027"]
    fill(tam, world, day="2026-08-01", school_year="2026 – 2027 (hè)")
    assert form(tam.get(url(world)), url(world))["school_year"] == ["2026 – 2027 (hè)"]


def test_minutes_stay_in_reach_when_the_author_takes_the_meeting_away(world: World, browse: Any) -> None:
    approved(world)
    world.activity = factories.activity(world.activity.usage_key.rpartition("@")[2])
    assert not world.activity.settings.get("meeting")
    assert CONCLUSION in text_of(browse(world.an).get(url(world)))


def test_a_repeated_send_sends_once(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    data = {**form(tam.get(url(world)), url(world)), **FILLED}
    assert [tam.post(url(world, "minutes-send"), data).status_code for _ in range(2)] == [303, 303]
    assert Minutes.objects.get().revision_no == 1


def test_a_missing_reason_is_asked_for_at_its_field(world: World, browse: Any) -> None:
    approved(world)
    response = press(browse(world.mai), world, "minutes-reopen", reason=" ")
    assert response.status_code == 400
    assert 'id="bd-reason-error">Please say why' in text_of(response)
    assert Minutes.objects.get().state == "approved"


def test_a_stale_approval_changes_nothing_and_shows_how_things_stand(world: World, browse: Any) -> None:
    sent(world)
    mai = browse(world.mai)
    action = url(world, "minutes-approve")
    seen = form(mai.get(url(world)), action)
    step(world, world.tam, "reopen", reason="")
    response = mai.post(action, seen)
    assert (response.status_code, state(response)) == (409, "draft")
    assert mai.post(url(world, "minutes-confirm"), {**seen, "revision_no": "1"}).status_code == 409


# -- the script's way ---------------------------------------------------------------------------------------------
def test_autosave_stores_and_a_repeat_changes_nothing(world: World, browse: Any) -> None:
    tam, data = browse(world.tam), body(world, world.tam)
    first, second = autosave(tam, world, data), autosave(tam, world, data)
    assert first.status_code == 200
    assert first.json() == second.json()
    assert re.fullmatch(r"\d\d:\d\d", first.json()["saved_text"])
    after = autosave(tam, world, body(world, world.tam, version=first.json()["version"]))
    assert after.json()["version"] == first.json()["version"] + 1


def test_autosave_tells_who_was_faster(world: World, browse: Any) -> None:
    version = autosave(browse(world.tam), world, body(world, world.tam)).json()["version"]
    answer = autosave(browse(world.mai), world, body(world, world.mai))
    told = answer.json()["error"]
    assert answer.status_code == 409
    assert (told["code"], told["version"], told["saved_by"]) == ("stale", version, "Phan Thanh Tâm")
    assert told["content"]["place"] == "Phòng 2"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"for_user": 10**6}, 403, "other_login"),
        ({"version": "x"}, 400, "bad_input"),
        ({"client_key": "x"}, 400, "bad_input"),
        ({"payload": []}, 400, "bad_input"),
        ({"payload": {"opinions": "x"}}, 400, "bad_input"),
        ({"payload": {"roll": []}}, 400, "bad_input"),
        ({"payload": {"fields": {"day": "x"}}}, 400, "bad_minutes"),
    ],
)
def test_autosave_refuses_what_no_page_of_ours_sends(
    world: World, browse: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = autosave(browse(world.tam), world, body(world, world.tam, **changes))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not Minutes.objects.exists()


def test_autosave_of_a_visitor_and_of_others(world: World, browse: Any) -> None:
    assert autosave(browse(), world, body(world, world.tam)).json()["error"]["code"] == "not_logged_in"
    for account in (world.an, world.lan, world.outsider):
        assert autosave(browse(account), world, body(world, account)).status_code == 403
    assert browse(world.tam).get(url(world, "minutes-save")).status_code == 405
