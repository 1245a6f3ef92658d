"""Two writers, a lost answer, a lost login: nothing that was typed is lost, and nothing replaces it by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes
from tests import factories
from tests.factories import World
from tests.meetings.desk import CONCLUSION, meeting_activity, save, step
from tests.pages.minutes_pages import FILLED, autosave, body, fill, form, press, state, url
from tests.pages.reading import text_of


@pytest.fixture
def world(world: World) -> World:
    world.activity = meeting_activity()
    return world


def told(response: Any, name: str) -> str | None:
    """What the form tells its script under ``data-…``."""
    (tag,) = re.findall(r"<form[^>]*data-bd-minutes[^>]*>", text_of(response))
    found = re.search(rf' data-{name}="([^"]*)"', tag)
    return found[1] if found else None


def forgets(response: Any) -> list[str]:
    """The copies that the page makes the device forget."""
    return re.findall(r'data-bd-forget="([^"]*)"', text_of(response))


# -- two writers --------------------------------------------------------------------------------------------------
def test_of_two_writers_the_slower_one_sees_both_texts_and_decides(world: World, browse: Any) -> None:
    tam, mai = browse(world.tam), browse(world.mai)
    seen = form(mai.get(url(world)), url(world))
    fill(tam, world, place="Của Tâm")
    response = mai.post(url(world), {**seen, **FILLED, "place": "Của Mai"})
    assert response.status_code == 409
    page = text_of(response)
    assert "Phan Thanh Tâm saved at" in page
    assert "Của Tâm" in page
    assert form(response, url(world))["place"] == ["Của Mai"]
    assert Minutes.objects.get().content["place"] == "Của Tâm"
    assert mai.post(url(world), form(response, url(world))).status_code == 303
    assert Minutes.objects.get().content["place"] == "Của Mai"


def test_what_was_typed_while_somebody_sent_is_shown_to_be_copied(world: World, browse: Any) -> None:
    save(world, world.tam)
    mai = browse(world.mai)
    seen = form(mai.get(url(world)), url(world))
    step(world, world.tam, "send")
    response = mai.post(url(world), {**seen, "conclusion": "Câu vừa gõ"})
    assert (response.status_code, state(response)) == (409, "waiting")
    assert "Câu vừa gõ" in text_of(response)
    assert "These minutes have been sent for confirmation" in text_of(response)
    assert Minutes.objects.get().conclusion == CONCLUSION


def test_after_a_conflict_the_buttons_go_on_from_what_is_shown_and_the_autosave_does_not(
    world: World, browse: Any
) -> None:
    mai = browse(world.mai)
    seen = form(mai.get(url(world)), url(world))
    stored = save(world, world.tam)
    response = mai.post(url(world), {**seen, **FILLED})
    assert (told(response, "posted"), told(response, "version")) == ("conflict", "0")
    assert form(response, url(world))["row_version"] == [str(stored.row_version)]


def test_what_was_refused_does_not_replace_what_somebody_saved_meanwhile(world: World, browse: Any) -> None:
    mai = browse(world.mai)
    seen = form(mai.get(url(world)), url(world))
    save(world, world.tam, content={"place": "Của Tâm"})
    refused = mai.post(url(world), {**seen, **FILLED, "day": "hôm qua"})
    assert (refused.status_code, told(refused, "posted"), told(refused, "version")) == (400, "refused", "0")
    again = mai.post(url(world), {**form(refused, url(world)), **FILLED})
    assert again.status_code == 409
    assert "Của Tâm" in text_of(again)
    assert Minutes.objects.get().content["place"] == "Của Tâm"


def test_what_is_saved_but_cannot_be_sent_yet_is_written_further(world: World, browse: Any) -> None:
    response = fill(browse(world.tam), world, "minutes-send", end="")
    stored = Minutes.objects.get().row_version
    assert (response.status_code, told(response, "posted"), told(response, "version")) == (400, None, str(stored))


# -- a lost answer ------------------------------------------------------------------------------------------------
def lost(client: Any, made: World, account: Any, seen: Any) -> str:
    """An autosave that arrives and whose answer does not; its key."""
    data = body(made, account, version=int(seen["row_version"][0]))
    assert autosave(client, made, data).status_code == 200
    return str(data["client_key"])


def test_sending_after_an_autosave_whose_answer_was_lost_is_no_conflict_with_oneself(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    seen = form(tam.get(url(world)), url(world))
    key = lost(tam, world, world.tam, seen)
    response = tam.post(url(world, "minutes-send"), {**seen, **FILLED, "unsure_key": key})
    assert response.status_code == 303
    assert Minutes.objects.get().content["place"] == FILLED["place"]


def test_an_unsure_save_of_somebody_else_is_no_version_of_ones_own(world: World, browse: Any) -> None:
    tam, mai = browse(world.tam), browse(world.mai)
    seen = form(mai.get(url(world)), url(world))
    key = lost(tam, world, world.tam, seen)
    assert mai.post(url(world), {**seen, **FILLED, "unsure_key": key}).status_code == 409
    own = lost(mai, world, world.mai, {"row_version": [Minutes.objects.get().row_version]})
    save(world, world.tam)
    assert mai.post(url(world), {**seen, **FILLED, "unsure_key": own}).status_code == 409


def test_a_page_tells_its_script_the_key_of_the_writers_own_save_alone(world: World, browse: Any) -> None:
    stored = save(world, world.tam)
    assert told(browse(world.tam).get(url(world)), "own-key") == stored.client_key
    assert told(browse(world.mai).get(url(world)), "own-key") == ""


# -- a shared computer --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["minutes", "minutes-send"])
def test_once_stored_the_device_is_told_to_forget_and_only_once(world: World, browse: Any, name: str) -> None:
    tam = browse(world.tam)
    assert forgets(tam.get(url(world))) == []
    assert fill(tam, world, name).status_code == 303
    page = tam.get(url(world))
    assert forgets(page) == [f"boidung:{world.tam.pk}:minutes:{url(world)}"]
    assert "js/minutes.js" in text_of(page)
    assert "The minutes are s" in text_of(page)  # saved, or sent
    assert forgets(tam.get(url(world))) == []


def test_what_is_not_stored_or_of_another_meeting_is_not_forgotten(world: World, browse: Any) -> None:
    staff = browse(world.staff)
    assert forgets(fill(staff, world, day="hôm qua")) == []
    assert fill(staff, world).status_code == 303
    assert forgets(staff.get(url(world, group=world.letters))) == []
    step(world, world.tam, "send")
    assert press(staff, world, "minutes-approve").status_code == 303
    assert forgets(staff.get(url(world))) == []


# -- a lost login -------------------------------------------------------------------------------------------------
def test_after_a_lost_login_everything_that_was_typed_and_chosen_is_shown_again(world: World, browse: Any) -> None:
    seen = form(browse(world.tam).get(url(world)), url(world))
    texts = {name: f"Chữ của {name}" for name in meetings.TEXT_FIELDS}
    rows = {
        "opinions.who": ["Chỉ có tên", ""],
        "opinions.what": ["", "Chỉ có lời"],
        "tasks.what": [""],
        "tasks.who": ["Chỉ có người"],
        "tasks.when": ["chỉ có hạn"],
    }
    absent = {f"roll.{factories.person(world.an).pk}": "excused"}
    for client in (browse(), browse(world.mai)):
        response = client.post(url(world), {**seen, **texts, **rows, **absent})
        assert response.status_code == 403
        page = text_of(response)
        typed = [*texts.values(), "Chỉ có tên", "Chỉ có lời", "Chỉ có người – chỉ có hạn"]
        assert [words for words in typed if words not in page] == []
        assert "Nguyễn Văn Ân: Absent, excused" in page
    assert not Minutes.objects.exists()


def test_who_has_lost_the_login_is_told_no_name_that_the_form_did_not_have(world: World, browse: Any) -> None:
    data = {"for_user": world.tam.pk, f"roll.{factories.person(world.an).pk}": "excused", "place": "Phòng 2"}
    page = text_of(browse().post(url(world), data))
    assert "Phòng 2" in page
    assert "Nguyễn Văn Ân" not in page
