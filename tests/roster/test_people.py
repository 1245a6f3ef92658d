"""Who is in a round: the list, briefs for others, linking at the first login, rounds and their administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boidung_xblock.errors import Conflict, Missing, Refused
from boidung_xblock.roster import api as roster
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Group, Person, Round
from boidung_xblock.text import fold, name_sort_key
from tests import factories
from tests.roster.office import Office
from tests.roster.workbooks import row

pytestmark = pytest.mark.database
NAMES = (
    "Trần Văn Ước", "Lê Thị Ánh", "Nguyễn Đức Anh", "Đặng Thị Đào", "Hồ Ân", "Vi Thị Dung", "Cao Bá Quát", "Phan An",
)  # fmt: skip


def fill(owner: Round, number: int) -> None:
    """A round with many people, written in bulk."""
    home = factories.group(owner)
    names = [f"{NAMES[index % 8]} {chr(65 + index % 26)}" for index in range(number)]
    Person.objects.bulk_create(
        Person(
            organisation=owner.organisation, ministry_id=f"{index:06d}", full_name=name, name_folded=fold(name),
            name_sort=name_sort_key(name), unit=home.unit, email=f"gv{index}@example.com",
        )
        for index, name in enumerate(names)
    )  # fmt: skip
    Assignment.objects.bulk_create(
        Assignment(
            round=owner, person=person, role=keys.MEMBER, group=home, starts_at="2026-08-01T00:00Z",
            active_key=keys.active_key(role=keys.MEMBER, round_id=owner.pk, person_id=person.pk),
        )
        for person in Person.objects.exclude(ministry_id=None)
    )  # fmt: skip


def page(office: Office, **options: Any) -> roster.RosterPage:
    """A page of the list as the administrator sees it."""
    return roster.roster_page(office.viewer, office.round.pk, **options)


# -- the list ---------------------------------------------------------------------------------------------------
def test_people_are_listed_by_given_name_as_vietnamese_lists_are(office: Office) -> None:
    office.apply(*(row(number, ho_ten=name) for number, name in enumerate(NAMES)))
    expected = [
        "Phan An", "Nguyễn Đức Anh", "Lê Thị Ánh", "Hồ Ân", "Vi Thị Dung", "Đặng Thị Đào", "Nguyễn Thị Thu Hà",
        "Cao Bá Quát", "Trần Văn Ước",
    ]  # fmt: skip
    assert [one.full_name for one in page(office).rows] == expected


@pytest.mark.parametrize("size", [1, 2, 7, 50])
def test_pages_follow_one_another_without_gaps_or_repeats(office: Office, size: int) -> None:
    fill(office.round, 40)
    seen: list[int] = []
    after = ""
    while True:
        found = page(office, after=after, size=size)
        seen += [one.id for one in found.rows]
        after = found.next_cursor
        if not after:
            break
    assert len(seen) == len(set(seen)) == 41 == page(office).total
    assert seen == [one.id for one in page(office, size=200).rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("dao", ["Đặng Thị Đào"]),
        ("ĐÀO", ["Đặng Thị Đào"]),
        ("thi", ["Lê Thị Ánh", "Vi Thị Dung", "Đặng Thị Đào", "Nguyễn Thị Thu Hà"]),
        ("4000000006", ["Cao Bá Quát"]),
        ("gv7@", ["Phan An"]),
        ("%", []),
        ("' OR 1=1", []),
        ("\x00", None),
    ],
)
def test_search_ignores_marks_and_case(office: Office, query: str, names: list[str] | None) -> None:
    office.apply(*(row(number, ho_ten=name) for number, name in enumerate(NAMES)))
    found = page(office, query=query)
    assert found.total == len(found.rows) == (9 if names is None else len(names))
    assert names is None or [one.full_name for one in found.rows] == names


def test_a_line_tells_role_group_school_and_account(office: Office) -> None:
    office.apply(
        row(1, vai_tro="GV cốt cán, Tổ trưởng", gvcc_phu_trach=4_000_000_001),
        row(2, email=None, username="chua-co", gvcc_phu_trach=4_000_000_001, to_chuyen_mon="Tổ Văn"),
    )
    first, second = (one for one in page(office).rows if one.code)
    assert (first.group_name, first.unit_name, first.supports) == ("Tổ Toán", "Trường THCS Kim Đồng", 2)
    assert (set(first.roles), first.has_account) == ({keys.LEADER, keys.CORE_TEACHER}, True)
    assert (second.roles, second.supports, second.has_account) == ((keys.MEMBER,), 0, False)


def test_people_of_other_rounds_and_of_the_past_are_not_listed(office: Office) -> None:
    office.apply(row(1), row(2))
    other = factories.round_of(slug="dot-2")
    factories.assign(factories.user("nguoi-khac"), keys.MEMBER, other, factories.group(other))
    factories.end(Assignment.objects.get(person__ministry_id="4000000002"))
    assert [one.code for one in page(office).rows if one.code] == ["4000000001"]


def test_a_damaged_cursor_begins_anew(office: Office) -> None:
    assert page(office, after="xyz") == page(office, after="~~") == page(office)


def test_the_list_asks_the_database_the_same_for_ten_and_for_a_thousand(office: Office) -> None:
    asked = []
    for number in (10, 1000):
        Person.objects.exclude(ministry_id=None).delete()
        Group.objects.all().delete()
        fill(office.round, number)
        viewer = office.viewer
        with CaptureQueriesContext(connection) as captured:
            assert len(page_of(viewer, office)) == min(number + 1, 50)
        asked.append(len(captured))
    assert asked == [3, 3]


def page_of(viewer: Any, office: Office) -> list[roster.PersonRow]:
    """The first page for a viewer made before."""
    return roster.roster_page(viewer, office.round.pk).rows


# -- for other parts --------------------------------------------------------------------------------------------
def test_briefs_and_contacts_of_groups(office: Office) -> None:
    office.apply(row(1, gvcc_phu_trach=4_000_000_009), row(9, vai_tro="GVCC", to_chuyen_mon=None, ho_ten="Hồ Ân"))
    (group,) = Group.objects.all()
    with CaptureQueriesContext(connection) as captured:
        briefs = roster.group_briefs([group.pk, 999])
        contacts = roster.core_contacts(group.pk)
    assert briefs == {group.pk: roster.GroupBrief(group.pk, "Tổ Toán", "Trường THCS Kim Đồng")}
    assert contacts == [roster.Contact("Hồ Ân", "gv9@example.com")]
    assert len(captured) == 2
    assert roster.core_contacts(None) == []


def test_everybody_finds_their_rounds(office: Office) -> None:
    other = factories.round_of(slug="dot-2")
    lan = factories.user("lan")
    factories.assign(lan, keys.LEADER, office.round, factories.group(office.round))
    ((brief),) = roster.rounds_for(lan)
    assert (brief.id, brief.course_keys) == (office.round.pk, (factories.COURSE,))
    assert (brief.is_leader, brief.is_member, brief.is_admin, brief.is_core_teacher) == (True, True, False, False)
    assert [one.is_admin for one in roster.rounds_for(office.admin)] == [True]
    assert [one.id for one in roster.rounds_for(factories.user("sep", is_staff=True))] == [other.pk, office.round.pk]
    assert roster.rounds_for(factories.user("khach")) == []


# -- linking at the first login ---------------------------------------------------------------------------------
@pytest.fixture
def waiting(office: Office) -> Callable[..., Person]:
    """Somebody on the list who has no account yet."""

    def make(number: int = 1, **values: Any) -> Person:
        office.apply(row(number, **({"email": None, "username": "hoant"} | values)))
        return Person.objects.get(ministry_id=str(4_000_000_000 + number))

    return make


def test_a_person_is_linked_by_username_and_enrolled(waiting: Callable[..., Person]) -> None:
    person = waiting()
    assert person.user_id is None
    account = factories.user("hoant")
    assert roster.link_person(account) is True
    assert Person.objects.get(pk=person.pk).user_id == account.pk
    assert factories.host().enrolments == {(account.pk, factories.COURSE)}
    assert roster.link_person(account) is False


def test_logging_in_is_what_links(waiting: Callable[..., Person], client: Client) -> None:
    person = waiting()
    account = factories.user("hoant")
    client.force_login(account)
    assert Person.objects.get(pk=person.pk).user_id == account.pk


def test_a_username_does_not_stand_against_another_address(waiting: Callable[..., Person]) -> None:
    person = waiting()
    Person.objects.filter(pk=person.pk).update(email="hoa.that@example.com")
    assert roster.link_person(factories.user("hoant")) is False


def test_an_address_links_whatever_the_username(waiting: Callable[..., Person]) -> None:
    person = waiting()
    Person.objects.filter(pk=person.pk).update(email="lan@example.com")
    assert roster.link_person(factories.user("lan")) is True
    assert Person.objects.get(pk=person.pk).username == "lan"


def test_two_who_match_are_not_guessed(waiting: Callable[..., Person]) -> None:
    waiting()
    waiting(2, username="khac")
    Person.objects.exclude(ministry_id=None).update(username="hoant")
    assert roster.link_person(factories.user("hoant")) is False


def test_accounts_that_are_not_active_and_those_of_others_are_not_linked(waiting: Callable[..., Person]) -> None:
    waiting()
    account = factories.user("hoant")
    account.is_active = False
    assert roster.link_person(account) is False
    account.is_active = True
    factories.person(account)
    assert roster.link_person(account) is False


# -- rounds -----------------------------------------------------------------------------------------------------
def test_a_round_is_made_once(db: None) -> None:
    made = {"slug": "dot-9", "organisation": "nghe-an", "course_keys": [factories.COURSE]}
    first = roster.create_round(title="Đợt 9", **made)
    assert roster.create_round(title="Đợt 9 (mới)", **made) == first
    assert roster.round_title(first) == "Đợt 9 (mới)"
    assert Round.objects.count() == 1


def test_a_course_belongs_to_one_round(office: Office) -> None:
    with pytest.raises(Conflict) as caught:
        roster.create_round(slug="dot-9", title="Đợt 9", organisation="nghe-an", course_keys=[factories.COURSE])
    assert caught.value.code == "course_taken"
    assert Round.objects.count() == 1


def test_an_administrator_is_named_once(office: Office) -> None:
    roster.name_round_admin(office.round.pk, office.admin)
    assert Assignment.objects.filter(role=keys.ROUND_ADMIN).count() == 1
    with pytest.raises(Missing):
        roster.name_round_admin(999, office.admin)


def test_the_command_makes_a_round_with_its_administrators(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    factories.host().add_course(factories.COURSE)
    admin = factories.user("quan-tri")
    options = {"slug": "dot-1", "title": "Đợt 1", "organisation": "nghe-an", "course": [factories.COURSE]}
    call_command("boidung_create_round", **options, admin=["quan-tri"])
    call_command("boidung_create_round", **options, admin=["quan-tri"])
    assert "1 courses, 1 administrators" in capsys.readouterr().out
    (brief,) = roster.rounds_for(admin)
    assert brief.is_admin
    with pytest.raises(CommandError, match="no such account: ai-do"):
        call_command("boidung_create_round", **options, admin=["ai-do"])
    with pytest.raises(CommandError, match="no such course"):
        call_command("boidung_create_round", **(options | {"course": ["course-v1:x+y+z"]}), admin=[])


# -- permissions of the applet itself ---------------------------------------------------------------------------
def test_nobody_but_an_administrator_of_this_round_imports(office: Office) -> None:
    view = office.check(row(1))
    other = factories.round_of(slug="dot-2")
    stranger = factories.user("la")
    roster.name_round_admin(other.pk, stranger)
    teacher = factories.user("lan")
    factories.assign(teacher, keys.LEADER, office.round, factories.group(office.round, "Tổ Văn"))
    viewers = [
        roster.viewer_for_round(stranger, office.round.pk),
        roster.viewer_for_round(stranger, other.pk),
        roster.viewer_for_round(teacher, office.round.pk),
    ]
    for viewer in viewers:
        for act in (
            lambda v: roster.import_view(v, office.round.pk, view.id),
            lambda v: roster.open_rejected(v, office.round.pk, view.id),
            lambda v: roster.recent_imports(v, office.round.pk),
            lambda v: roster.upload_workbook(
                v, round_id=office.round.pk, file_name="x", file=None, client_key="12345678"
            ),
            lambda v: roster.roster_page(v, office.round.pk),
        ):
            with pytest.raises(Refused):
                act(viewer)
    with pytest.raises((Refused, Missing)):
        roster.request_apply(viewers[1], view.id)
    assert office.view(view.id).state == "checked"
