"""Who retired is in no minutes any more; that there was a meeting, and who else said what, stays."""

from __future__ import annotations

import json

import pytest
from django.core import serializers

from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.roster import api as roster
from boidung_xblock.roster.models import Person
from tests import factories
from tests.factories import World
from tests.hosts import MemoryHost
from tests.meetings.desk import approved, meeting_world, step

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
