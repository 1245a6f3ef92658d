"""The dry run: every error by row and column, and nothing written but the import itself."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from boidung_xblock.errors import Conflict
from boidung_xblock.roster import api as roster
from boidung_xblock.roster import imports
from boidung_xblock.roster.models import Assignment, Group, Person, RosterImport, Unit
from tests import factories
from tests.roster.office import Office, codes, warnings
from tests.roster.workbooks import HEADINGS, book_of, cells_of, row, sheet_of


def one_error(office: Office, **values: Any) -> tuple[str, str]:
    """(heading, code) of the only error of one row with these values."""
    view = office.check(row(1, **values))
    assert (view.ok, view.rejected) == (0, 1)
    ((number, heading, code),) = codes(view)
    assert number == 2
    return heading, code


@pytest.mark.parametrize(
    ("values", "heading", "code"),
    [
        ({"ma_dinh_danh": None}, "ma_dinh_danh", "missing_value"),
        ({"ma_dinh_danh": "mã 1"}, "ma_dinh_danh", "bad_code"),
        ({"ma_dinh_danh": "4,01E+09"}, "ma_dinh_danh", "digits_lost"),
        ({"ma_dinh_danh": 40120000161234567}, "ma_dinh_danh", "digits_lost"),
        ({"ma_dinh_danh": "040012345678"}, "ma_dinh_danh", "national_id"),
        ({"ma_dinh_danh": "=B1+1"}, "ma_dinh_danh", "formula"),
        ({"ho_ten": None}, "ho_ten", "missing_value"),
        ({"ho_ten": "=1+1"}, "ho_ten", "formula"),
        ({"ho_ten": "<script>alert(1)</script>"}, "ho_ten", "bad_name"),
        ({"ho_ten": "Hoa" * 100}, "ho_ten", "too_long"),
        ({"ho_ten": "#N/A"}, "ho_ten", "error_value"),
        ({"email": "hoa@"}, "email", "bad_email"),
        ({"email": None}, "email", "missing_account_key"),
        ({"email": "=A1"}, "email", "formula"),
        ({"username": "hoa lan"}, "username", "bad_username"),
        ({"ma_truong": None}, "ma_truong", "missing_value"),
        ({"ma_truong": "trường?"}, "ma_truong", "bad_code"),
        ({"ten_truong": "<b>THCS</b>"}, "ten_truong", "bad_text"),
        ({"to_chuyen_mon": None}, "to_chuyen_mon", "missing_group"),
        ({"to_chuyen_mon": None, "nhom": "Nhóm 8"}, "to_chuyen_mon", "missing_group"),
        ({"to_chuyen_mon": "x" * 200}, "to_chuyen_mon", "too_long"),
        ({"vai_tro": "Bí thư"}, "vai_tro", "unknown_role"),
        ({"gvcc_phu_trach": 4_999_999_999}, "gvcc_phu_trach", "unknown_core_teacher"),
        ({"gvcc_phu_trach": "Lê Văn Không"}, "gvcc_phu_trach", "unknown_core_teacher"),
    ],
)
def test_each_error_has_its_cell(office: Office, values: dict[str, Any], heading: str, code: str) -> None:
    assert one_error(office, **values) == (heading, code)


def test_all_errors_of_a_row_are_told_at_once(office: Office) -> None:
    view = office.check(row(1, ho_ten=None, email="x", vai_tro="?"))
    assert {code for _, _, code in codes(view)} == {"missing_value", "bad_email", "unknown_role"}
    assert view.rejected == 1


def test_rows_and_columns_are_those_that_excel_shows(office: Office) -> None:
    headings = ["STT", "Email", "Họ và tên", "Mã GV", "Mã trường", "Tổ"]
    people = [1, "a@example.com", "Hoa", 1, "T1", "Tổ 1"], [], [2, "b", "Lan", 2, "T1", "Tổ 1"]
    view = office.check(data=sheet_of(["SỞ GD&ĐT"], [], headings, *people))
    (issue,) = view.errors
    assert (issue.row, issue.column, issue.heading, issue.value) == (6, "B", "Email", "b")
    assert issue.message


# -- rows against rows ------------------------------------------------------------------------------------------
def test_two_people_with_one_id_are_both_refused(office: Office) -> None:
    same = {"ma_dinh_danh": 4_000_000_001}
    view = office.check(row(1, ho_ten="Trần Thị Lan"), row(2, **same, ho_ten="Lê Văn Hùng"), row(3))
    assert codes(view) == [(2, "ma_dinh_danh", "two_people_one_id"), (3, "ma_dinh_danh", "two_people_one_id")]
    assert [issue.other for issue in view.errors] == ["3", "2"]
    assert view.would_create["people"] == 1


def test_the_same_row_again_is_skipped(office: Office) -> None:
    view = office.check(row(1), row(2), row(1) | {"ma_dinh_danh": "4000000001.0"})
    assert (view.ok, view.skipped, view.errors) == (2, 1, [])
    assert warnings(view) == [(4, "ma_dinh_danh", "same_row_again")]


def test_one_person_with_different_details_is_taken_once(office: Office) -> None:
    view = office.check(row(1), row(1, to_chuyen_mon="Tổ Văn"))
    assert codes(view) == [(3, "ma_dinh_danh", "duplicate_id")]
    assert view.ok == 1


def test_addresses_and_usernames_belong_to_one_row(office: Office) -> None:
    view = office.check(
        row(1, username="hoa"), row(2, email="GV1@example.com"), row(3, username="HOA"), row(4, username="lan")
    )
    assert codes(view) == [(3, "email", "duplicate_email"), (4, "username", "duplicate_username")]


def test_a_group_has_one_leader(office: Office) -> None:
    leader = {"vai_tro": "Tổ trưởng"}
    view = office.check(row(1, **leader), row(2, **leader), row(3, **leader, to_chuyen_mon="Tổ Văn"))
    assert codes(view) == [(3, "vai_tro", "second_leader")]
    assert view.errors[0].other == "2"


def test_a_rejected_leader_leaves_the_place_free(office: Office) -> None:
    view = office.check(row(1, vai_tro="Tổ trưởng", email="?"), row(2, vai_tro="Tổ trưởng"))
    assert codes(view) == [(2, "email", "bad_email")]


def test_a_school_has_one_name_however_it_is_written(office: Office) -> None:
    view = office.check(
        row(1, ten_truong="THCS Kim Đồg"),
        row(2, ten_truong="Trường THCS Kim Đồng"),
        row(3, ten_truong="Trung học cơ sở Kim Đồng"),
        row(4, ten_truong=None),
    )
    assert codes(view) == [(2, "ten_truong", "school_name_differs")]
    assert view.errors[0].other == "Trường THCS Kim Đồng"
    assert view.would_create["units"] == 1


def test_core_teachers_are_named_by_code_or_name_wherever_they_stand(office: Office) -> None:
    core = {"vai_tro": "GV cốt cán", "to_chuyen_mon": None}
    view = office.check(
        row(1, gvcc_phu_trach=4_000_000_004),
        row(2, gvcc_phu_trach="Đặng Thị Ánh"),
        row(3, gvcc_phu_trach="dang thi anh; 4000000005", to_chuyen_mon="Tổ Văn"),
        row(4, **core, ho_ten="Đặng Thị Ánh"),
        row(5, **core, ho_ten="Hồ Văn Sơn"),
    )
    assert view.errors == []
    assert view.would_create["assignments"] == 3 + 3
    assert view.would_create["enrolments"] == 3


def test_a_name_of_two_core_teachers_is_not_guessed(office: Office) -> None:
    core = {"vai_tro": "GVCC", "to_chuyen_mon": None}
    view = office.check(row(1, gvcc_phu_trach="Nguyễn Thị Hoa"), row(2, **core), row(3, **core))
    assert codes(view) == [(2, "gvcc_phu_trach", "ambiguous_core_teacher")]


def test_who_is_only_a_teacher_is_no_core_teacher(office: Office) -> None:
    view = office.check(row(1, gvcc_phu_trach=4_000_000_002), row(2))
    assert codes(view) == [(2, "gvcc_phu_trach", "unknown_core_teacher")]


def test_rows_that_need_a_rejected_core_teacher_say_so(office: Office) -> None:
    view = office.check(row(1, gvcc_phu_trach=4_000_000_002), row(2, vai_tro="GVCC", email="?"))
    assert codes(view) == [(2, "gvcc_phu_trach", "core_teacher_rejected"), (3, "email", "bad_email")]


def test_a_core_teacher_whom_no_group_names_is_pointed_out(office: Office) -> None:
    view = office.check(row(1, vai_tro="GVCC", to_chuyen_mon=None, ten_truong=None))
    assert warnings(view) == [(2, "vai_tro", "core_without_group")]


# -- rows against the database ----------------------------------------------------------------------------------
def test_a_code_that_belongs_to_somebody_else_is_a_conflict(office: Office) -> None:
    office.apply(row(1, ho_ten="Trần Thị Lan"))
    view = office.check(row(1, ho_ten="Lê Văn Hùng"))
    assert codes(view) == [(2, "ma_dinh_danh", "id_conflict")]
    assert "Trần Thị Lan" in view.errors[0].message


def test_a_username_of_another_person_is_not_taken_over(office: Office) -> None:
    factories.user("hoant", "Hồ Thị Thủy")
    assert one_error(office, username="hoant") == ("username", "username_taken")


def test_username_and_address_of_two_accounts_do_not_go_together(office: Office) -> None:
    factories.user("hoant", "Nguyễn Thị Hoa")
    factories.user("gv1", "Nguyễn Thị Hoa")
    assert one_error(office, username="hoant") == ("username", "account_mismatch")


def test_an_account_is_one_person(office: Office) -> None:
    office.apply(row(1))
    assert one_error(office, ma_dinh_danh=4_000_000_777) == ("email", "account_of_other_person")


def test_two_rows_cannot_share_an_account(office: Office) -> None:
    factories.user("gv1", "Nguyễn Thị Hoa")
    view = office.check(row(1), row(2, username="gv1", email="khac@example.com"))
    assert codes(view) == [(3, "email", "duplicate_account")]


def test_an_account_under_another_name_is_pointed_out(office: Office) -> None:
    factories.user("gv1", "Hồ Thị Thủy")
    assert (2, "email", "account_name_differs") in warnings(office.check(row(1)))


def test_without_account_and_address_the_person_waits(office: Office) -> None:
    view = office.check(row(1, email=None, username="hoant"))
    assert warnings(view) == [(2, "username", "no_account_yet")]
    assert (view.would_create["people"], view.would_create["accounts"], view.would_create["enrolments"]) == (1, 0, 0)


# -- rows that are no staff -------------------------------------------------------------------------------------
def test_only_who_works_is_imported(office: Office) -> None:
    view = office.check(
        row(1, trang_thai="Đang làm việc"), row(2, trang_thai="Đã nghỉ hưu"), row(3, trang_thai=None),
        row(4, trang_thai="Chuyển công tác"), row(5, trang_thai="Đã nghỉ hưu"),
    )  # fmt: skip
    assert (view.ok, view.skipped, view.rejected) == (2, 3, 0)
    assert view.statuses == {"Đã nghỉ hưu": 2, "Chuyển công tác": 1}


def test_signatures_and_blank_rows_below_the_list_are_no_errors(office: Office) -> None:
    lines = [list(HEADINGS), [row(1).get(name) for name in HEADINGS], [], ["  "], [None, "Người lập biểu"]]
    view = office.check(data=sheet_of(*lines))
    assert (view.ok, view.skipped, view.rejected) == (1, 1, 0)
    assert warnings(view) == [(5, "ho_ten", "note_row")]


# -- what is kept -----------------------------------------------------------------------------------------------
def test_a_dry_run_writes_nothing_but_the_import(office: Office) -> None:
    before = get_user_model().objects.count(), Person.objects.count(), Assignment.objects.count()
    view = office.check(row(1), row(2, vai_tro="Hiệu trưởng"), row(3, email="?"))
    assert (get_user_model().objects.count(), Person.objects.count(), Assignment.objects.count()) == before
    assert not Unit.objects.exists()
    assert not Group.objects.exists()
    assert not factories.host().enrolments
    assert view.would_create == {
        "units": 1, "groups": 1, "people": 2, "accounts": 2, "enrolments": 2, "assignments": 3,
    }  # fmt: skip


def test_identity_numbers_and_birth_dates_leave_our_storage(office: Office) -> None:
    secrets = {"Số CCCD": "040085001234", "Ngày sinh": "02/03/1985", "SĐT liên hệ": "0912345678"}
    view = office.check(row(1, **secrets), row(2, **secrets, email="?"))
    record = RosterImport.objects.get(pk=view.id)
    stored = factories.host().storage()
    kept = gzip.decompress(stored.open(record.file_path).read()).decode()
    everything = kept + str(cells_of(office.rejected(view.id))) + str(record.summary) + str(record.issues)
    assert "Nguyễn Thị Hoa" in everything
    assert not [secret for secret in secrets.values() if secret in everything]
    assert sorted(stored.listdir("boidung/roster")[1]) == sorted(
        path.rpartition("/")[2] for path in (record.file_path, record.rejected_path)
    )


def test_rejected_rows_come_back_as_a_workbook_that_can_be_corrected(office: Office) -> None:
    view = office.check(row(1), row(2, email="hoa@"), row(3, ho_ten='=HYPERLINK("http://x")', ma_truong="-1"))
    lines = cells_of(office.rejected(view.id))
    assert lines[0][: len(HEADINGS)] == list(HEADINGS)
    assert [line[0] for line in lines[1:]] == ["4000000002", "4000000003"]
    assert [line[-2] for line in lines[1:]] == ["3", "4"]
    assert all(line[-1] for line in lines[1:])
    assert lines[2][1] == """'=HYPERLINK("http://x")"""
    assert lines[2][3] == "'-1"
    again = office.check(data=office.rejected(view.id))
    assert {(number, code) for number, _, code in codes(again)} == {(2, "bad_email"), (3, "formula"), (3, "bad_code")}
    lines[1][2], lines[2][1], lines[2][3] = "hoa@example.com", "Nguyễn Thị Hoa", "40412501"
    assert office.check(data=sheet_of(*lines)).ok == 2


def test_reasons_are_in_the_language_of_the_uploader(office: Office) -> None:
    from django.utils import translation

    with translation.override("en"):
        import_id = office.upload(book_of(row(1, email="hoa@")))
    with translation.override("vi"):
        roster.run_check(import_id)
    assert cells_of(office.rejected(import_id))[1][-1] == "email: This is not a valid e-mail address."


def test_many_errors_are_counted_though_not_all_are_shown(office: Office) -> None:
    view = office.check(*(row(number, email="?") for number in range(700)))
    assert (len(view.errors), view.errors_in_all, view.rejected) == (500, 700, 700)
    assert len(cells_of(office.rejected(view.id))) == 701
    assert not view.may_apply


# -- the import as a whole --------------------------------------------------------------------------------------
def test_more_rows_than_the_site_allows_fail_the_check(office: Office, settings: Any) -> None:
    settings.BOIDUNG_MAX_ROSTER_ROWS = 10
    view = office.check(*(row(number) for number in range(11)))
    assert view.state == "failed"
    assert "10" in view.failure
    with pytest.raises(Conflict) as caught:
        roster.request_apply(office.viewer, view.id)
    assert caught.value.code == "not_checked"


def test_a_lost_upload_fails_the_check_in_words(office: Office) -> None:
    import_id = office.upload(book_of(row(1)))
    factories.host().storage().delete(RosterImport.objects.get(pk=import_id).file_path)
    roster.run_check(import_id)
    assert office.view(import_id).failure


def test_a_check_runs_once(office: Office) -> None:
    view = office.check(row(1))
    record = RosterImport.objects.get(pk=view.id)
    roster.run_check(view.id)
    assert RosterImport.objects.get(pk=view.id).checked_at == record.checked_at


def test_an_upload_sent_twice_is_one_import(office: Office) -> None:
    first = office.upload(book_of(row(1)), client_key="mot-khoa-1")
    assert office.upload(book_of(row(1)), client_key="mot-khoa-1") == first
    assert RosterImport.objects.count() == 1
    assert len(factories.host().storage().listdir("boidung/roster")[1]) == 1


@pytest.mark.database
def test_two_uploads_at_the_same_moment_are_one_import(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first = office.upload(book_of(row(1)), client_key="mot-khoa-1")
    find, asked = imports._by_client_key, []

    def see_nothing_at_first(*args: Any, **options: Any) -> int | None:
        asked.append(options)
        return find(*args, **options) if len(asked) > 1 else None

    monkeypatch.setattr(imports, "_by_client_key", see_nothing_at_first)
    assert office.upload(book_of(row(1)), client_key="mot-khoa-1") == first
    assert RosterImport.objects.count() == 1
    assert len(factories.host().storage().listdir("boidung/roster")[1]) == 1
