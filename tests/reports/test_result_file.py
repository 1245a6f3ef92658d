"""The result file, read again as a spreadsheet reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from boidung_xblock.reports import making
from boidung_xblock.roster.models import Assignment, Person, Unit, UnitClosure
from tests import factories
from tests.hosts import MemoryHost
from tests.reports.module import ModuleWorld, checkpoint, module_world

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> ModuleWorld:
    translation.activate("en")
    return module_world()


def lines(sheet: Any) -> list[list[Any]]:
    """The rows below the headings, as values."""
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]


PASSED, NOT_PASSED, UNFINISHED = "Passed", "Not yet passed", "Not completed"


def by_name(made: ModuleWorld) -> dict[str, dict[str, Any]]:
    """{name: {heading: cell}} of the first sheet."""
    sheet = made.book().worksheets[0]
    headings = [cell.value for cell in sheet[5]]
    rows = (dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=6))
    return {row["Name of the teacher"].value: row for row in rows}


# -- the first sheet --------------------------------------------------------------------------------------------
def test_every_learner_has_a_line_with_the_columns_of_the_province(made: ModuleWorld) -> None:
    sheet = made.book().worksheets[0]
    assert [cell.value for cell in sheet[5]] == [
        "No.",
        "Staff code",
        "Name of the teacher",
        "School code",
        "School name",
        "Subject group",
        "Core teacher in charge",
        "Checkpoint 1: Khởi động",
        "Checkpoint 2: Năm phẩm chất",
        "Meetings attended/in all",
        "Periods earned",
        "Test mark",
        "Reflection mark",
        "Result",
        "Completed on",
    ]
    maths, letters = ("040123", "THCS Kim Đồng", "Tổ Toán – Tin", "Trần Thị Lan"), (
        "thcs le loi",
        "THCS Lê Lợi",
        "Tổ Ngữ văn",
        "Lê Văn Hùng",
    )  # fmt: skip
    today = datetime.combine(timezone.now().astimezone(timezone.get_fixed_timezone(420)).date(), datetime.min.time())
    nothing = ("Not started", "Not started", 0, 0, None, None, UNFINISHED, None)
    assert lines(sheet) == [
        [1, "0400000001", "Nguyễn Văn Ân", *maths, "Finished", "Finished", 0, 5, None, 9, PASSED, today],
        [2, "0400000002", "Hồ Thị Mai", *maths, "Finished", "Finished", 0, 3, None, 4, NOT_PASSED, None],
        [3, "0400000003", "Phan Thanh Tâm", *maths, "In progress", *nothing[1:]],
        [4, "0400000004", "Đặng Thị Bình", *letters, *nothing],
        [5, "0400000005", "Vi Thị Thu", *letters, *nothing],
    ]


def test_numbers_are_numbers_dates_are_dates_and_codes_keep_their_zeros(made: ModuleWorld) -> None:
    passed = by_name(made)["Nguyễn Văn Ân"]
    assert {name: passed[name].data_type for name in ("Staff code", "School code", "Result")} == {
        "Staff code": "s",
        "School code": "s",
        "Result": "s",
    }
    numbers = ("No.", "Meetings attended/in all", "Periods earned", "Reflection mark")
    assert [passed[name].data_type for name in numbers] == ["n"] * 4
    assert passed["Completed on"].is_date
    assert passed["Completed on"].number_format == "dd/mm/yyyy"


def test_meetings_read_as_so_many_of_so_many_and_stay_a_number(made: ModuleWorld) -> None:
    cell = by_name(made)["Nguyễn Văn Ân"]["Meetings attended/in all"]
    assert (cell.value, cell.number_format) == (0, '0"/0"')


def test_headings_stay_in_view_can_be_filtered_and_the_title_says_what_and_when(made: ModuleWorld) -> None:
    sheet = made.book().worksheets[0]
    assert sheet.title == "Results"
    assert sheet["A1"].value == "Module results – Mô đun 1 – giáo viên"
    assert sheet["A2"].value == made.world.round.title
    assert sheet["A3"].value.startswith("Made at ")
    assert sheet.freeze_panes == "D6"
    assert sheet.auto_filter.ref == "A5:O10"
    assert sheet.column_dimensions["C"].width == 28


@pytest.mark.parametrize("name", ["=1+1", "+84 912", "-1", "@SUM(A1)", "\t=1+1", "=HYPERLINK(1)\n"])
def test_no_text_is_a_live_formula_and_it_still_reads(made: ModuleWorld, name: str) -> None:
    Person.objects.filter(user=made.world.an).update(full_name=name)
    cells = by_name(made)
    assert f"'{name.strip()}" in cells
    assert all(cell.data_type != "f" for row in cells.values() for cell in row.values())


def test_who_left_the_round_is_no_longer_in_it_and_who_moved_is_where_they_are_now(made: ModuleWorld) -> None:
    factories.end(Assignment.objects.get(person__user=made.world.binh))
    factories.move(made.world.tam, made.world.round, made.world.letters)
    found = {name: row["Subject group"].value for name, row in by_name(made).items()}
    assert found["Phan Thanh Tâm"] == "Tổ Ngữ văn"
    assert "Đặng Thị Bình" not in found


def test_learners_stand_by_school_group_and_given_name_however_small_the_batches(
    made: ModuleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = list(by_name(made))
    assert expected == ["Nguyễn Văn Ân", "Hồ Thị Mai", "Phan Thanh Tâm", "Đặng Thị Bình", "Vi Thị Thu"]
    for size in (1, 2, 4):
        monkeypatch.setattr(making, "BATCH", size)
        assert list(by_name(made)) == expected


# -- the second sheet -------------------------------------------------------------------------------------------
def test_the_summary_counts_by_office_school_and_group(made: ModuleWorld) -> None:
    sheet = made.book().worksheets[1]
    assert [cell.value for cell in sheet[5]][4:] == [
        "Teachers",
        "Have started",
        "Have submitted everything",
        "Passed",
        "Share passed (%)",
        "Of them women",
        "Women who passed",
        "Of them ethnic minority",
        "Ethnic minority who passed",
    ]
    whole, maths = [5, 3, 2, 1, 0.2, 2, 0, 1, 1], [3, 3, 2, 1, pytest.approx(1 / 3), 1, 0, 1, 1]
    letters = [2, 0, 0, 0, 0, 1, 0, 0, 0]
    assert lines(sheet) == [
        ["Round", None, made.world.round.title, None, *whole],
        ["Office", "X-01", "Phường Vinh", None, *whole],
        ["School", "040123", "THCS Kim Đồng", "Phường Vinh", *maths],
        ["School", "thcs le loi", "THCS Lê Lợi", "Phường Vinh", *letters],
        ["Subject group", None, "Tổ Toán – Tin", "THCS Kim Đồng", *maths],
        ["Subject group", None, "Tổ Ngữ văn", "THCS Lê Lợi", *letters],
    ]
    assert sheet["I6"].number_format == "0.0%"


def test_clusters_stand_apart_and_codes_that_the_import_made_up_are_not_shown(made: ModuleWorld) -> None:
    cluster = Unit.objects.create(
        organisation=factories.ORGANISATION,
        code="cluster:so-1",
        name="Cụm số 1",
        name_folded="cum so 1",
        kind="cluster",
    )
    UnitClosure.objects.create(ancestor=cluster, descendant=made.world.maths.unit, depth=1)
    summary = lines(made.book().worksheets[1])
    assert ["School cluster", None, "Cụm số 1", None, 3] in [row[:5] for row in summary]
    assert ["School", "040123", "THCS Kim Đồng", "Phường Vinh", 3] in [row[:5] for row in summary]


def test_checkpoints_are_numbered_only_where_the_author_has_not(made: ModuleWorld) -> None:
    checkpoint("c0", "Khảo sát", periods=0, position=0, role="survey")
    checkpoint("c3", "Điểm dừng 3: nhìn lại", periods=0, position=3)
    headings = [cell.value for cell in made.book().worksheets[0][5]]
    assert headings[7:11] == [
        "Khảo sát",
        "Checkpoint 1: Khởi động",
        "Checkpoint 2: Năm phẩm chất",
        "Điểm dừng 3: nhìn lại",
    ]


def test_a_school_without_an_office_above_it_is_counted_too(made: ModuleWorld) -> None:
    UnitClosure.objects.filter(depth=1, descendant=made.world.letters.unit).delete()
    Unit.objects.filter(pk=made.world.letters.unit_id).update(parent=None)
    levels = [(row[0], row[2], row[3], row[4]) for row in lines(made.book().worksheets[1])]
    assert ("Office", "Phường Vinh", None, 3) in levels
    assert ("School", "THCS Lê Lợi", None, 2) in levels


def test_women_and_minorities_are_counted_only_where_the_staff_list_tells(made: ModuleWorld) -> None:
    Person.objects.update(is_female=None)
    headings = [cell.value for cell in made.book().worksheets[1][5]]
    assert "Of them women" not in headings
    assert "Of them ethnic minority" in headings
    Person.objects.update(is_minority=None)
    assert [cell.value for cell in made.book().worksheets[1][5]][-1] == "Share passed (%)"


def test_the_row_keeps_the_counts_for_the_page(made: ModuleWorld) -> None:
    row = made.make()
    assert row.summary["counts"] == {
        "people": 5,
        "started": 3,
        "submitted": 2,
        "passed": 1,
        "not_passed": 1,
        "unfinished": 3,
    }
    assert (row.state, row.rows_done, row.rows_total, row.running_key) == ("done", 5, 5, None)
