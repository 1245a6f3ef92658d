"""Applying: what the dry run said, once, in whole batches, and nothing ever removed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from boidung_xblock.roster import api as roster
from boidung_xblock.roster import keys, running
from boidung_xblock.roster.applying import Applier
from boidung_xblock.roster.models import Assignment, Group, Person, RosterImport, Unit, UnitClosure
from tests import factories
from tests.roster.office import Office, codes, warnings
from tests.roster.sample import make_workbook as sample
from tests.roster.workbooks import row

pytestmark = pytest.mark.database
NOTHING = {"units": 0, "groups": 0, "people": 0, "accounts": 0, "enrolments": 0, "assignments": 0}


def standing(office: Office, code: int) -> set[tuple[str, str]]:
    """{(role, group or unit)} of a person now."""
    found = Assignment.objects.filter(person__ministry_id=str(code), active_key__isnull=False, round=office.round)
    return {(one.role, str(one.group or one.unit)) for one in found.select_related("group", "unit")}


def code(number: int) -> int:
    """The code of ``row(number)``."""
    return 4_000_000_000 + number


def everything() -> list[Any]:
    """All that an import may write, as it stands."""
    people = list(Person.objects.order_by("pk").values())
    assignments = list(Assignment.objects.order_by("pk").values())
    units = [*Unit.objects.order_by("pk").values(), *UnitClosure.objects.order_by("pk").values()]
    groups = list(Group.objects.order_by("pk").values())
    accounts = list(get_user_model().objects.order_by("pk").values())
    return [people, assignments, units, groups, accounts, sorted(factories.host().enrolments)]


# -- the sample workbook ----------------------------------------------------------------------------------------
def test_the_sample_workbook_is_the_same_bytes_each_time() -> None:
    assert sample.build_sample_workbook() == sample.build_sample_workbook()


def test_the_sample_round(office: Office) -> None:
    view = office.apply(data=sample.build_sample_workbook())
    counted = {"rows": view.rows, "ok": view.ok, "rejected": view.rejected, "skipped": view.skipped}
    assert counted == sample.EXPECTED
    assert view.created == sample.EXPECTED_CREATED | {"enrolments": sample.EXPECTED_ENROLLED} == view.would_create
    assert not any(view.changed.values())
    assert Group.objects.count() == 12
    assert Unit.objects.filter(kind="school").count() == 4
    assert Unit.objects.filter(kind="cluster").count() == 2
    users = get_user_model().objects
    leader = users.get(username=sample.LEADER.username)
    core = users.get(username=sample.CORE_TEACHER.username)
    teacher = users.get(username=sample.TEACHER.username)
    manager = users.get(username=sample.MANAGER.username)
    marks = Group.objects.filter(unit__code=sample.GROUP_SCHOOL)
    assert roster.viewer_for(core, factories.COURSE).roster.core_teacher_of == {group.pk for group in marks}
    assert roster.viewer_for(leader, factories.COURSE).roster.leads == {marks.get(name=sample.GROUP).pk}
    assert roster.viewer_for(manager, factories.COURSE).roster.manages == {Unit.objects.get(code="40412201").pk}
    host = factories.host()
    enrolled = {user.username: host.course_access(user, factories.COURSE).enrolled for user in (core, teacher, manager)}
    assert enrolled == {core.username: False, teacher.username: True, manager.username: True}


def test_the_same_workbook_again_changes_nothing_and_says_so(office: Office) -> None:
    data = sample.build_sample_workbook()
    first = office.apply(data=data)
    before = everything()
    second = office.check(data=data)
    assert second.changes_nothing
    assert roster.request_apply(office.viewer, second.id)
    roster.run_apply(second.id)
    done = office.view(second.id)
    assert (done.created, done.changed_nothing, done.rejected) == (NOTHING, True, first.rejected)
    assert everything() == before


def test_an_applied_import_is_not_applied_again(office: Office) -> None:
    view = office.apply(row(1))
    before = everything(), RosterImport.objects.get(pk=view.id).applied_at
    assert roster.request_apply(office.viewer, view.id) is False
    roster.run_apply(view.id)
    assert (everything(), RosterImport.objects.get(pk=view.id).applied_at) == before


def test_a_second_click_starts_nothing(office: Office) -> None:
    view = office.check(row(1))
    assert roster.request_apply(office.viewer, view.id) is True
    assert roster.request_apply(office.viewer, view.id) is False


# -- what is written --------------------------------------------------------------------------------------------
def test_people_are_stored_as_the_list_has_them(office: Office) -> None:
    office.apply(row(1, ho_ten="  Đặng  Thị Ánh ", mon="Toán", chuc_vu="Phó hiệu trưởng", gioi_tinh="Nữ", dtts="Thái"))
    person = Person.objects.get(ministry_id=str(code(1)))
    assert (person.full_name, person.name_folded, person.email) == ("Đặng Thị Ánh", "dang thi anh", "gv1@example.com")
    assert (person.subject, person.position) == ("Toán", "Phó hiệu trưởng")
    assert (person.is_female, person.is_minority) == (True, True)
    assert person.user is not None
    assert (person.username, person.user.username) == ("gv1", "gv1")
    assert not person.user.has_usable_password()
    assert str(person.unit) == "Trường THCS Kim Đồng"


def test_existing_accounts_are_linked_not_made(office: Office) -> None:
    lan = factories.user("lan.tran", "Trần Thị Lan")
    hoa = factories.user("hoant", "Nguyễn Thị Hoa")
    view = office.apply(
        row(1, ho_ten="Trần Thị Lan", email="Lan.Tran@example.com"),
        row(2, email=None, username="hoant"),
        row(3, email=None, username="chua-co"),
    )
    assert (view.created["accounts"], view.changed["accounts"], view.created["enrolments"]) == (0, 2, 2)
    linked = dict(Person.objects.exclude(ministry_id=None).values_list("ministry_id", "user_id"))
    assert linked == {str(code(1)): lan.pk, str(code(2)): hoa.pk, str(code(3)): None}


def test_usernames_come_from_the_address_and_never_collide(office: Office) -> None:
    factories.user("hoa", "Hồ Văn Hoa")
    office.apply(row(1, email="hoa@truong-a.vn"), row(2, email="hoa@truong-b.vn"), row(3, email="thu.ha@truong-b.vn"))
    names = dict(Person.objects.exclude(ministry_id=None).values_list("ministry_id", "username"))
    assert names == {str(code(1)): "hoa_4000000001", str(code(2)): "hoa_4000000002", str(code(3)): "thu_ha"}


def test_an_account_that_cannot_be_made_refuses_its_row_only(office: Office) -> None:
    gone = factories.user("gv2", "Nguyễn Thị Hoa")
    factories.host().retire(gone)
    view = office.apply(row(1), row(2, to_chuyen_mon="Tổ Văn"), row(3))
    assert (view.ok, view.rejected) == (2, 1)
    assert codes(view) == [(3, "email", "account_refused")]
    assert view.has_rejected_file
    assert view.created["people"] == 2
    assert not Group.objects.filter(name="Tổ Văn").exists()


def test_the_administrator_may_be_on_the_list(office: Office) -> None:
    office.apply(row(1, ho_ten="Nguyễn Thị Thu Hà", email="quan-tri@example.com", vai_tro="Hiệu trưởng"))
    person = Person.objects.get(user=office.admin)
    assert person.ministry_id == str(code(1))
    assert office.viewer.roster.round_admin
    assert len(office.viewer.roster.manages) == 1


def test_units_form_a_tree_with_clusters_across_it(office: Office) -> None:
    above = {"don_vi_cap_tren": "UBND xã Kim Liên", "cum_truong": "Cụm số 1"}
    office.apply(row(1, **above), row(2, ma_truong="40412502", ten_truong="THCS Nam Đàn", cum_truong="Cụm số 1"))
    pairs = UnitClosure.objects.exclude(depth=0).values_list("ancestor__name", "descendant__name", "depth")
    assert set(pairs) == {
        ("UBND xã Kim Liên", "Trường THCS Kim Đồng", 1),
        ("Cụm số 1", "Trường THCS Kim Đồng", 1),
        ("Cụm số 1", "THCS Nam Đàn", 1),
    }
    assert UnitClosure.objects.filter(depth=0).count() == Unit.objects.count() == 4
    assert str(Unit.objects.get(code="40412501").parent) == "UBND xã Kim Liên"
    assert {str(group.cluster) for group in Group.objects.all()} == {"Cụm số 1"}


def test_a_group_across_schools_lies_in_the_cluster(office: Office) -> None:
    together = {"to_chuyen_mon": None, "nhom": "Nhóm Tiếng Anh", "cum_truong": "Cụm số 1"}
    office.apply(row(1, **together), row(2, **together, ma_truong="40412502", ten_truong="THCS Nam Đàn"))
    (group,) = Group.objects.all()
    assert (group.name, group.unit.kind) == ("Nhóm Tiếng Anh", "cluster")
    assert group.assignments.count() == 2


def test_a_school_moves_in_the_tree_and_gets_its_new_name(office: Office) -> None:
    office.apply(row(1, don_vi_cap_tren="Phòng GD&ĐT Nam Đàn", cum_truong="Cụm số 1"))
    view = office.apply(row(1, don_vi_cap_tren="UBND xã Kim Liên", cum_truong="Cụm số 2", ten_truong="THCS Kim Liên"))
    assert (view.created["units"], view.changed["units"], view.changed["groups"]) == (2, 1, 1)
    assert (2, "ten_truong", "school_renamed") in warnings(view)
    school = Unit.objects.get(code="40412501")
    above = UnitClosure.objects.filter(descendant=school, depth=1).values_list("ancestor__name", flat=True)
    assert (school.name, set(above)) == ("THCS Kim Liên", {"UBND xã Kim Liên", "Cụm số 2"})
    assert office.check(row(1, ten_truong="Trường THCS Kim Liên")).changes_nothing


# -- changes over time ------------------------------------------------------------------------------------------
def test_a_person_moves_to_another_group_and_the_old_role_is_kept_as_history(office: Office) -> None:
    office.apply(row(1, vai_tro="Tổ trưởng"), row(2))
    view = office.apply(row(1, to_chuyen_mon="Tổ Văn", vai_tro="Giáo viên"))
    assert (view.created["groups"], view.created["assignments"], view.changed["assignments"]) == (1, 0, 1)
    assert standing(office, code(1)) == {(keys.MEMBER, "Tổ Văn")}
    old = Assignment.objects.get(person__ministry_id=str(code(1)), active_key=None)
    assert (old.role, old.ends_at is not None) == (keys.LEADER, True)
    assert standing(office, code(2)) == {(keys.MEMBER, "Tổ Toán")}


def test_a_list_without_roles_leaves_roles_as_they_are(office: Office) -> None:
    office.apply(row(1, vai_tro="Tổ trưởng"), row(2, vai_tro="Thư ký"))
    assert office.check(row(1, vai_tro=None), row(2, vai_tro=None)).changes_nothing


def test_a_new_leader_replaces_the_old_one_who_stays_a_member(office: Office) -> None:
    office.apply(row(1, vai_tro="Tổ trưởng"), row(2))
    view = office.apply(row(2, vai_tro="Tổ trưởng"))
    assert warnings(view) == [(2, "vai_tro", "leader_replaced")]
    assert view.changed["assignments"] == view.would_change["assignments"] == 2
    assert standing(office, code(1)) == {(keys.MEMBER, "Tổ Toán")}
    assert standing(office, code(2)) == {(keys.LEADER, "Tổ Toán")}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_leaders_change_places_in_one_list(office: Office, order: tuple[int, int]) -> None:
    office.apply(row(1, vai_tro="Tổ trưởng"), row(2))
    lines = {1: row(1, vai_tro="Giáo viên"), 2: row(2, vai_tro="Tổ trưởng")}
    view = office.apply(*(lines[number] for number in order))
    assert (view.warnings, view.changed["assignments"]) == ([], 2)
    assert standing(office, code(2)) == {(keys.LEADER, "Tổ Toán")}


def test_a_manager_who_moves_manages_the_new_school_only(office: Office) -> None:
    office.apply(row(1, vai_tro="Hiệu trưởng", to_chuyen_mon=None))
    office.apply(row(1, vai_tro="Hiệu trưởng", to_chuyen_mon=None, ma_truong="40412502", ten_truong="THCS Nam Đàn"))
    assert standing(office, code(1)) == {(keys.UNIT_MANAGER, "THCS Nam Đàn")}
    office.apply(row(1, vai_tro="Giáo viên", ma_truong="40412502", ten_truong="THCS Nam Đàn"))
    assert standing(office, code(1)) == {(keys.MEMBER, "Tổ Toán")}


def test_core_teachers_are_added_and_those_not_in_the_list_stay(office: Office) -> None:
    core = {"vai_tro": "GVCC", "to_chuyen_mon": None}
    office.apply(row(1, gvcc_phu_trach=code(8)), row(8, **core))
    view = office.apply(row(1, gvcc_phu_trach=code(9)), row(9, **core))
    assert (view.created["assignments"], view.created["people"]) == (1, 1)
    contacts = {contact.email for contact in roster.core_contacts(Group.objects.get().pk)}
    assert contacts == {"gv8@example.com", "gv9@example.com"}
    assert office.check(row(1, gvcc_phu_trach=code(8))).errors == []


def test_a_core_teacher_may_be_member_of_a_group_as_well(office: Office) -> None:
    office.apply(row(1, vai_tro="GV cốt cán, Giáo viên", to_chuyen_mon="Tổ Văn"), row(2, gvcc_phu_trach=code(1)))
    assert standing(office, code(1)) == {(keys.MEMBER, "Tổ Văn"), (keys.CORE_TEACHER, "Tổ Toán")}
    assert len(factories.host().enrolments) == 2


def test_a_merged_group_receives_those_whom_the_list_still_puts_into_the_old_one(office: Office) -> None:
    office.apply(row(1), row(2, to_chuyen_mon="Tổ Toán – Lý"))
    old, new = Group.objects.get(name="Tổ Toán"), Group.objects.get(name="Tổ Toán – Lý")
    old.merged_into = new
    old.save()
    view = office.apply(row(1), row(3))
    assert (view.created["groups"], view.created["assignments"], view.changed["assignments"]) == (0, 1, 1)
    assert standing(office, code(1)) == standing(office, code(3)) == {(keys.MEMBER, "Tổ Toán – Lý")}


def test_changed_details_are_updated_and_silent_columns_are_not(office: Office) -> None:
    office.apply(row(1, mon="Toán", gioi_tinh="Nữ"))
    view = office.apply(row(1, ho_ten="Nguyễn Thị Hòa", mon="Tin học", email="moi@example.com"))
    assert (view.changed["people"], view.created["accounts"]) == (1, 0)
    person = Person.objects.get(ministry_id=str(code(1)))
    assert (person.full_name, person.subject, person.is_female) == ("Nguyễn Thị Hòa", "Tin học", True)
    assert (person.email, person.username) == ("moi@example.com", "gv1")


def test_a_course_added_to_the_round_is_reached_by_applying_again(office: Office) -> None:
    office.apply(row(1))
    organisation, courses = office.round.organisation, [factories.OTHER_COURSE]
    roster.create_round(slug=office.round.slug, title="Đợt 1", organisation=organisation, course_keys=courses)
    office.apply(row(1))
    assert {course for _, course in factories.host().enrolments} == {factories.COURSE, factories.OTHER_COURSE}


# -- whole or not at all ----------------------------------------------------------------------------------------
def test_an_application_that_breaks_off_keeps_whole_batches_and_goes_on_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "APPLY_BATCH", 4)
    apply_row = Applier.apply

    def break_at_seven(self: Applier, plan: Any) -> None:
        apply_row(self, plan)
        if plan.row.code == str(code(7)):
            raise RuntimeError("the power is gone")

    view = office.check(*(row(number, to_chuyen_mon=f"Tổ {number}") for number in range(1, 11)))
    roster.request_apply(office.viewer, view.id)
    with monkeypatch.context() as broken:
        broken.setattr(Applier, "apply", break_at_seven)
        with pytest.raises(RuntimeError):
            roster.run_apply(view.id)
    half = office.view(view.id)
    assert (half.state, half.interrupted, half.rows_done, half.may_apply) == ("checked", True, 4, True)
    assert Person.objects.exclude(ministry_id=None).count() == 4 == Group.objects.count() == half.created["people"]
    assert roster.request_apply(office.viewer, view.id)
    roster.run_apply(view.id)
    whole = office.view(view.id)
    assert (whole.state, whole.interrupted, whole.created) == ("applied", False, view.would_create)
    assert Person.objects.exclude(ministry_id=None).count() == 10


def test_a_silent_application_may_be_started_again(office: Office) -> None:
    view = office.check(row(1))
    assert roster.request_apply(office.viewer, view.id)
    record = RosterImport.objects.get(pk=view.id)
    record.summary["alive_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    record.save()
    assert office.view(view.id).may_apply
    assert roster.request_apply(office.viewer, view.id)
    roster.run_apply(view.id)
    assert office.view(view.id).state == "applied"


def test_what_happened_since_the_dry_run_is_seen(office: Office) -> None:
    checked = office.check(row(1), row(2))
    office.apply(row(1, ho_ten="Hồ Văn Sơn", email="son@example.com"))
    assert roster.request_apply(office.viewer, checked.id)
    roster.run_apply(checked.id)
    done = office.view(checked.id)
    assert (done.ok, done.rejected, done.created["people"]) == (1, 1, 1)
    assert codes(done) == [(2, "ma_dinh_danh", "id_conflict")]
