"""The road of minutes: begun, saved, sent, confirmed, approved, reopened; and what each step refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from boidung_xblock import around
from boidung_xblock.errors import BadInput, Conflict, Missing, Refused
from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes, RollCall
from tests import factories
from tests.factories import OTHER_COURSE, World
from tests.hosts import MemoryHost
from tests.meetings.desk import AGENDA, CONCLUSION, approved, meeting_activity, meeting_world, roll, save, sent, step
from tests.meetings.desk import view as see
from tests.queries import counted

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return meeting_world()


def kinds(minutes: Minutes) -> list[str]:
    return list(minutes.revisions.order_by("number").values_list("kind", flat=True))


# -- writing ------------------------------------------------------------------------------------------------------
def test_opening_shows_what_is_known_and_stores_nothing(made: World) -> None:
    found = see(made, made.mai)
    begun = meetings.content_of(found)
    assert (begun.agenda, begun.chair, begun.secretary) == (AGENDA, "Hồ Thị Mai", "Phan Thanh Tâm")
    assert (begun.school, begun.team) == ("THCS Kim Đồng", "Tổ Toán – Tin")
    assert [member.full_name for member in found.members] == ["Nguyễn Văn Ân", "Hồ Thị Mai", "Phan Thanh Tâm"]
    assert not Minutes.objects.exists()


def test_the_first_save_begins_the_minutes_with_everybody_present(made: World) -> None:
    minutes = save(made, made.tam)
    assert (minutes.state, minutes.conclusion, minutes.saved_by_name) == ("draft", CONCLUSION, "Phan Thanh Tâm")
    assert roll(minutes) == dict.fromkeys(("an", "mai", "tam"), "present")
    stored = factories.fresh(minutes).content
    assert (stored["day"], stored["end"]) == ("2026-11-24", "15:30")


def test_text_is_stored_in_one_normal_form(made: World) -> None:
    content = {"conclusion": "Thu\u031b\u0309\u0000 lo\u031b\u0301p", "place": "  Phòng \n 2 "}
    minutes = save(made, made.tam, content=content)
    assert (minutes.content["conclusion"], minutes.content["place"]) == ("Thử lớp", "Phòng 2")


def test_kind_and_number_are_the_authors(made: World) -> None:
    made.activity = meeting_activity(kind="lesson_study", number=3)
    minutes = save(made, made.tam, content={"kind": "online", "number": 9})
    assert (minutes.content["kind"], minutes.content["number"]) == ("lesson_study", 3)


def test_the_roll_call_follows_what_is_chosen(made: World) -> None:
    minutes = save(made, made.tam, roll={made.an: "excused"})
    assert roll(minutes)["an"] == "excused"
    save(made, made.tam, roll={made.an: "unexcused"})
    assert roll(minutes) == {"an": "unexcused", "mai": "present", "tam": "present"}
    save(made, made.tam, roll={made.an: "away", made.binh: "present", made.mai: "nonsense"})
    assert roll(minutes) == {"mai": "present", "tam": "present"}


def test_who_joins_the_group_later_was_not_at_the_meeting_unless_somebody_says_so(made: World) -> None:
    minutes = save(made, made.tam)
    factories.move(made.binh, made.round, made.maths)
    save(made, made.tam)
    assert "binh" not in roll(minutes)
    save(made, made.tam, roll={made.binh: "present"})
    assert roll(minutes)["binh"] == "present"


def test_who_left_the_group_stays_in_the_roll_call_and_may_read_on(made: World) -> None:
    minutes = save(made, made.tam)
    factories.move(made.an, made.round, made.letters)
    save(made, made.tam)
    assert roll(minutes)["an"] == "present"
    assert see(made, made.an).minutes == minutes


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "32/11/2026"), ("day", "mai"), ("start", "25:00"), ("end", "chiều"), ("place", "x" * 301)],
)
def test_what_cannot_be_read_is_refused_at_its_field(made: World, field: str, value: str) -> None:
    with pytest.raises(BadInput) as caught:
        save(made, made.tam, content={field: value})
    assert set(caught.value.details["fields"]) == {field}
    assert not Minutes.objects.exists()


def test_a_row_that_is_too_long_names_its_row(made: World) -> None:
    rows = [{"who": "Ân", "what": "x"}, {"who": "", "what": " "}, {"who": "Ân", "what": "x" * 2001}]
    with pytest.raises(BadInput) as caught:
        save(made, made.tam, content={"opinions": rows})
    assert set(caught.value.details["fields"]) == {"opinions.1.what"}
    with pytest.raises(BadInput) as caught:
        save(made, made.tam, content={"tasks": [{"what": "Việc"}] * 51})
    assert set(caught.value.details["fields"]) == {"tasks"}


def test_the_same_save_twice_writes_once(made: World) -> None:
    found, again = see(made, made.tam), {"client_key": factories.key()}
    first = save(made, made.tam, found=found, **again)
    second = save(made, made.tam, found=found, content={"place": "Nơi khác"}, **again)
    assert second.row_version == first.row_version
    assert factories.fresh(first).content["place"] == "Phòng hội đồng"


def test_a_second_writer_is_told_what_stands_there_and_overwrites_nothing(made: World) -> None:
    found = see(made, made.mai)
    save(made, made.tam, content={"place": "Của Tâm"})
    with pytest.raises(Conflict) as caught:
        save(made, made.mai, found=found, content={"place": "Của Mai"})
    told = caught.value.details
    assert (caught.value.code, told["saved_by"], told["content"]["place"]) == ("stale", "Phan Thanh Tâm", "Của Tâm")
    assert Minutes.objects.get().content["place"] == "Của Tâm"
    assert save(made, made.mai, row_version=told["row_version"]).row_version == told["row_version"] + 1


def test_the_writers_own_save_whose_answer_was_lost_is_no_other_writer(made: World) -> None:
    found, again = see(made, made.tam), {"unsure_key": factories.key()}
    save(made, made.tam, found=found, client_key=again["unsure_key"], content={"place": "Lần một"})
    with pytest.raises(Conflict):
        save(made, made.mai, found=found, **again)
    assert save(made, made.tam, found=found, content={"place": "Lần hai"}, **again).content["place"] == "Lần hai"
    save(made, made.mai)
    with pytest.raises(Conflict):
        save(made, made.tam, found=found, **again)


def test_an_activity_without_a_meeting_and_groups_of_other_rounds_are_not_found(made: World) -> None:
    elsewhere = factories.group(factories.round_of(OTHER_COURSE, slug="dot-2"), "Tổ khác")
    with pytest.raises(Missing):
        see(made, made.staff, elsewhere)
    made.activity = factories.activity("plain")
    with pytest.raises(Missing):
        see(made, made.staff)


# -- steps ------------------------------------------------------------------------------------------------------
def test_sent_and_approved_minutes_cannot_be_written(made: World) -> None:
    sent(made)
    with pytest.raises(Conflict) as caught:
        save(made, made.tam)
    assert caught.value.code == "locked"
    step(made, made.mai, "approve")
    with pytest.raises(Conflict) as caught:
        save(made, made.staff)
    assert (caught.value.code, caught.value.details["state"]) == ("locked", "approved")


def test_each_step_sent_twice_is_taken_once(made: World) -> None:
    save(made, made.tam)
    for who, name in ((made.tam, "send"), (made.mai, "approve"), (made.mai, "reopen")):
        found, again = see(made, who), {"client_key": factories.key()}
        first = step(made, who, name, found=found, **again)
        assert step(made, who, name, found=found, **again).row_version == first.row_version
    assert kinds(Minutes.objects.get()) == ["sent", "approved", "reopened"]


@pytest.mark.parametrize("name", ["send", "approve", "reopen"])
def test_a_step_on_an_older_version_is_refused(made: World, name: str) -> None:
    save(made, made.tam)
    if name != "send":
        step(made, made.tam, "send")
    with pytest.raises(Conflict) as caught:
        step(made, made.mai, name, row_version=1)
    assert caught.value.code == "stale"


# -- confirming ---------------------------------------------------------------------------------------------------
def test_members_confirm_their_own_name_once(made: World) -> None:
    minutes = sent(made)
    for _ in range(2):
        step(made, made.an, "confirm")
    confirmed = dict(minutes.roll.values_list("person__user__username", "confirmed_revision"))
    assert confirmed == {"an": 1, "mai": 0, "tam": 0}


def test_a_text_sent_again_must_be_confirmed_anew(made: World) -> None:
    minutes = sent(made)
    step(made, made.an, "confirm")
    step(made, made.tam, "reopen", reason="")
    save(made, made.tam, content={"conclusion": "Khác"})
    with pytest.raises(Conflict):
        step(made, made.an, "confirm")
    step(made, made.tam, "send")
    with pytest.raises(Conflict):
        step(made, made.an, "confirm", revision_no=1)
    row = minutes.roll.get(person__user=made.an)
    assert row.confirmed_revision < factories.fresh(minutes).revision_no == 2
    step(made, made.an, "confirm")
    assert factories.fresh(row).confirmed_revision == 2


def test_who_was_absent_does_not_confirm(made: World) -> None:
    sent(made, roll={made.an: "excused"})
    with pytest.raises(Conflict) as caught:
        step(made, made.an, "confirm")
    assert caught.value.code == "absent"


def test_who_is_in_no_roll_call_confirms_nothing(made: World) -> None:
    sent(made)
    with pytest.raises(Refused):
        step(made, made.lan, "confirm")


# -- approving and reopening --------------------------------------------------------------------------------------
def test_the_chair_approves_before_everybody_has_confirmed(made: World) -> None:
    minutes = approved(made)
    assert (minutes.state, minutes.approved_by_name) == ("approved", "Hồ Thị Mai")
    assert minutes.approved_at is not None
    step(made, made.an, "confirm")
    assert minutes.roll.get(person__user=made.an).confirmed_revision == 1


def test_a_draft_cannot_be_approved(made: World) -> None:
    save(made, made.tam)
    with pytest.raises(Conflict):
        step(made, made.mai, "approve")


def test_reopening_needs_a_reason_and_revokes_the_approval(made: World) -> None:
    minutes = approved(made)
    with pytest.raises(BadInput) as caught:
        step(made, made.lan, "reopen", reason="  ")
    assert set(caught.value.details["fields"]) == {"reason"}
    step(made, made.lan, "reopen", reason="Thiếu ngày giao việc.")
    now = factories.fresh(minutes)
    assert (now.state, now.approved_at, now.approved_by_name) == ("reopened", None, "")
    last = minutes.revisions.order_by("number").last()
    assert last is not None
    assert (last.kind, last.reason, last.actor_name) == ("reopened", "Thiếu ngày giao việc.", "Trần Thị Lan")
    save(made, made.tam)
    step(made, made.tam, "send")
    step(made, made.mai, "approve")
    assert kinds(minutes) == ["sent", "approved", "reopened", "sent", "approved"]


def test_the_secretary_takes_back_what_waits_and_does_not_reopen_what_is_approved(made: World) -> None:
    sent(made)
    assert step(made, made.tam, "reopen", reason="").state == "draft"
    step(made, made.tam, "send")
    step(made, made.mai, "approve")
    with pytest.raises(Refused):
        step(made, made.tam, "reopen")


def test_an_absent_member_makes_up_without_unlocking(made: World) -> None:
    minutes = approved(made, roll={made.an: "excused"})
    step(made, made.mai, "make_up", whom=made.an)
    now = factories.fresh(minutes)
    assert (now.state, now.row_version) == ("approved", minutes.row_version)
    assert minutes.roll.get(person__user=made.an).made_up_at is not None
    assert kinds(minutes)[-1] == "made_up"
    step(made, made.mai, "make_up", whom=made.an, made_up=False)
    assert minutes.roll.get(person__user=made.an).made_up_at is None
    with pytest.raises(Conflict):
        step(made, made.mai, "make_up", whom=made.tam)
    with pytest.raises(Missing):
        step(made, made.mai, "make_up", whom=made.binh)


# -- what others reckon with --------------------------------------------------------------------------------------
def test_attendance_counts_once_approved_and_goes_with_the_approval(made: World) -> None:
    everybody, places = [made.an.pk, made.mai.pk, made.binh.pk], [made.activity.pk]
    minutes = sent(made, roll={made.an: "unexcused"})
    found = meetings.attendance_of(places, everybody)
    assert {user for _, user in found} == {made.an.pk, made.mai.pk}
    assert not any(one.approved for one in found.values())
    step(made, made.mai, "approve")
    step(made, made.mai, "make_up", whom=made.an)
    with counted() as queries:
        found = meetings.attendance_of(places, everybody)
    assert queries.ours == 1
    an, mai = found[made.activity.pk, made.an.pk], found[made.activity.pk, made.mai.pk]
    assert (an.status, an.made_up, an.approved) == ("unexcused", True, True)
    assert (mai.status, mai.made_up, mai.approved_at) == ("present", False, factories.fresh(minutes).approved_at)
    step(made, made.lan, "reopen")
    assert not any(one.approved or one.approved_at for one in meetings.attendance_of(places, everybody).values())


def test_when_an_absence_was_made_up_is_told_alike_to_a_list_and_to_a_members_own_page(made: World) -> None:
    approved(made, roll={made.an: "excused"})
    place, own = [made.activity.pk], (made.activity.pk, made.an.pk)

    def told() -> list[tuple[Any, bool]]:
        rows = around.fetch([meetings.attendance_around(activity_ids=place, user_id=made.an.pk)])
        ways = meetings.attendance_of(place, [made.an.pk]), meetings.attendance_from(rows, made.an.pk)
        return [(way[own].made_up_at, way[own].made_up) for way in ways]

    assert told() == [(None, False)] * 2
    for moment in (datetime(2026, 11, 30, 1, 2, 3, 450000, tzinfo=UTC), datetime(2026, 11, 30, 20, 0, tzinfo=UTC)):
        RollCall.objects.filter(person__user=made.an).update(made_up_at=moment)
        assert told() == [(moment, True)] * 2


def test_who_was_at_the_meetings_of_two_groups_counts_where_they_were(made: World) -> None:
    approved(made)
    factories.move(made.an, made.round, made.letters)
    save(made, made.staff, group=made.letters, roll={made.an: "unexcused"})
    (found,) = meetings.attendance_of([made.activity.pk], [made.an.pk]).values()
    assert (found.status, found.approved) == ("present", True)


def test_the_conclusion_in_two_words(made: World) -> None:
    assert meetings.conclusion_of(made.activity.pk, made.maths.pk) is None
    approved(made)
    brief = meetings.conclusion_of(made.activity.pk, made.maths.pk)
    assert brief == meetings.MinutesBrief("approved", CONCLUSION)


def test_a_members_page_asks_them_to_confirm_while_it_waits_for_them(made: World) -> None:
    def asked(who: Any) -> tuple[str, int]:
        part = meetings.minutes_around(activity_id=made.activity.pk, group_id=made.maths.pk, user_id=who.pk)
        (row,) = around.fetch([part])
        return row.key, row.number

    save(made, made.tam, roll={made.mai: "excused"}, content={"chair": "Nguyễn Văn Ân"})
    assert asked(made.an) == ("draft", 0)
    step(made, made.tam, "send")
    assert (asked(made.an), asked(made.mai)) == (("waiting", 1), ("waiting", 0))
    step(made, made.an, "confirm")
    assert asked(made.an) == ("waiting", 0)
    step(made, made.mai, "approve")
    assert asked(made.tam) == ("approved", 0)
