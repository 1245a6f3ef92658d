"""Who retired is in no minutes any more; that there was a meeting, and who else said what, stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import serializers

from boidung_xblock.errors import Conflict
from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.roster import api as roster
from boidung_xblock.roster.models import Person
from tests import factories
from tests.factories import World
from tests.hosts import MemoryHost
from tests.meetings.desk import approved, meeting_world, save, sent, step, view

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WORDS = "Nên chia nhóm theo bàn."


@pytest.fixture
def made(host: MemoryHost) -> World:
    return meeting_world()


def stored() -> str:
    rows = [row for model in (Minutes, MinutesRevision, RollCall) for row in model._default_manager.all()]
    return json.dumps(serializers.serialize("python", rows), ensure_ascii=False, default=str)


def test_name_and_opinions_go_from_the_text_the_roll_call_and_every_revision(made: World) -> None:
    minutes = approved(made, content={"conclusion": "Nguyễn Văn Ân dạy thử ở lớp 6A."})
    step(made, made.lan, "reopen", reason="Nguyễn Văn Ân vắng.")
    assert stored().count("Nguyễn Văn Ân") > 8
    for _ in range(2):
        meetings.erase_person(made.an.pk)
        assert "Nguyễn Văn Ân" not in stored()
        assert WORDS not in stored()
    now = factories.fresh(minutes)
    assert "dạy thử ở lớp 6A." in now.conclusion
    assert now.content["opinions"][0] == {"who": "—", "what": ""}
    assert now.content["opinions"][1] == {"who": "Phan Thanh Tâm", "what": "Cần phiếu quan sát."}
    assert now.roll.get(person__user=made.an).status == "present"


def test_writers_and_those_who_decided_lose_their_names_too(made: World) -> None:
    approved(made)
    for account, name in ((made.mai, "Hồ Thị Mai"), (made.tam, "Phan Thanh Tâm")):
        assert name in stored()
        meetings.erase_person(account.pk)
        assert name not in stored()
    minutes = Minutes.objects.get()
    assert (minutes.saved_by_name, minutes.approved_by_name, minutes.state) == ("—", "—", "approved")


def test_somebody_who_is_in_no_group_is_erased_as_well(made: World) -> None:
    approved(made)
    step(made, made.staff, "reopen", reason="Sửa ngày.")
    assert "Ban tổ chức" in stored()
    meetings.erase_person(made.staff.pk)
    assert "Ban tổ chức" not in stored()


def test_a_line_of_the_staff_list_without_an_account_is_found_by_its_address(made: World) -> None:
    approved(made)
    Person.objects.filter(user=made.an).update(user=None, email="an@example.com")
    meetings.erase_person(made.an.pk, username="an", email="an@example.com")
    assert "Nguyễn Văn Ân" not in stored()


def test_what_is_left_can_still_be_read(made: World) -> None:
    approved(made)
    meetings.erase_person(made.an.pk)
    roster.erase_person(made.an.pk)
    found = meetings.meeting_in_view(factories.viewer(made.mai), made.activity.pk, made.maths.pk)
    assert meetings.content_of(found).opinions[0].what == ""
    assert [row.name for row in found.roll].count("—") == 1


# -- and nobody else loses anything ---------------------------------------------------------------------------------
def call(account: Any, name: str) -> None:
    """The staff list's name of the account's person."""
    Person.objects.filter(user=account).update(full_name=name)


def test_a_name_inside_a_longer_name_or_word_is_somebody_elses(made: World) -> None:
    call(made.an, "Hoàng Anh")
    call(made.mai, "Lê Hoàng Anh")
    words = "Lê Hoàng Anh và Hoàng Anhh dạy thử; Hoàng Anh dự giờ."
    approved(made, content={"conclusion": words, "chair": "Lê Hoàng Anh", "guests": "Hoàng Anh"})
    meetings.erase_person(made.an.pk)
    minutes = Minutes.objects.get()
    assert minutes.conclusion == "Lê Hoàng Anh và Hoàng Anhh dạy thử; — dự giờ."
    assert minutes.content["conclusion"] == minutes.conclusion
    assert (minutes.content["chair"], minutes.content["guests"]) == ("Lê Hoàng Anh", "—")
    assert minutes.approved_by_name == "Hồ Thị Mai"
    for revision in minutes.revisions.all():
        assert [row["name"] for row in revision.roll].count("Lê Hoàng Anh") == 1


def test_an_opinion_of_somebody_whose_name_only_begins_alike_stays(made: World) -> None:
    call(made.an, "Nguyễn Văn An")
    opinions = [{"who": "Nguyễn Văn An", "what": "Một."}, {"who": "Nguyễn Văn Anh", "what": "Hai."}]
    approved(made, content={"opinions": opinions})
    meetings.erase_person(made.an.pk)
    assert Minutes.objects.get().content["opinions"] == [{"who": "—", "what": ""}, opinions[1]]


def test_a_name_of_one_word_goes_only_where_it_is_all_that_is_said_of_a_person(made: World) -> None:
    words = "Ngày mai dạy bài tam giác; tam là số ba."
    task = {"what": "tam", "who": "tam", "when": "27/11"}
    minutes = approved(made, content={"conclusion": words, "locality": "tam", "tasks": [task], "secretary": "tam"})
    Minutes.objects.update(saved_by_name="tam")
    RollCall.objects.filter(person__user=made.tam).update(name="tam")
    meetings.erase_person(made.tam.pk)
    now = factories.fresh(minutes)
    assert (now.conclusion, now.saved_by_name, now.content["secretary"]) == (words, "—", "—")
    assert (now.content["tasks"], now.content["locality"]) == ([{**task, "who": "—"}], "tam")


@pytest.mark.parametrize("name", ["regular", "present", "2026-11-24", "conclusion", "14:00"])
def test_a_name_never_touches_what_is_no_text(made: World, name: str) -> None:
    minutes = approved(made)
    Minutes.objects.update(saved_by_name=name)
    before = minutes.content
    meetings.erase_person(made.tam.pk)
    after = meetings.content_of(view(made, made.mai))
    assert {one: getattr(after, one) for one in ("kind", "number", "day", "start", "end")} == {
        one: before[one] for one in ("kind", "number", "day", "start", "end")
    }
    assert [row["status"] for row in minutes.revisions.get(number=2).roll] == ["present"] * 3


def test_a_school_keeps_the_name_it_shares_with_somebody(made: World) -> None:
    head = {"school": "THCS Nguyễn Văn Ân", "place": "Trường THCS Nguyễn Văn Ân"}
    approved(made, content=head)
    meetings.erase_person(made.an.pk)
    content = Minutes.objects.get().content
    assert {name: content[name] for name in head} == head


def test_minutes_of_others_that_a_namesake_approved_stay_as_they_are(made: World) -> None:
    elsewhere = save(made, made.staff, group=made.letters, content={"conclusion": "Nguyễn Văn Ân dạy thử."})
    Minutes.objects.filter(pk=elsewhere.pk).update(approved_by_name="Nguyễn Văn Ân")
    approved(made)
    meetings.erase_person(made.an.pk)
    now = factories.fresh(elsewhere)
    assert (now.conclusion, now.approved_by_name) == ("Nguyễn Văn Ân dạy thử.", "Nguyễn Văn Ân")
    assert now.row_version == elsewhere.row_version


# -- a form that was open -------------------------------------------------------------------------------------------
def test_a_form_that_was_open_does_not_bring_the_name_back(made: World) -> None:
    key = factories.key()
    save(made, made.tam, client_key=key)
    found = view(made, made.tam)
    meetings.erase_person(made.an.pk)
    for changes in ({}, {"client_key": key}, {"unsure_key": key}):
        with pytest.raises(Conflict) as caught:
            save(made, made.tam, found=found, **changes)
        assert caught.value.code == "stale"
    assert "Nguyễn Văn Ân" not in stored()
    assert Minutes.objects.get().client_key == ""


def test_what_waits_is_not_approved_by_a_page_that_showed_the_name(made: World) -> None:
    sent(made)
    found = view(made, made.mai)
    meetings.erase_person(made.an.pk)
    with pytest.raises(Conflict):
        step(made, made.mai, "approve", found=found)


def test_erasing_again_changes_nothing_not_even_the_version(made: World) -> None:
    approved(made)
    meetings.erase_person(made.an.pk)
    before = stored()
    meetings.erase_person(made.an.pk)
    assert stored() == before
