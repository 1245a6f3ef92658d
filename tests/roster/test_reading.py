"""Reading workbooks as they are in the field, and refusing what is none, whatever it holds."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest

from boidung_xblock.errors import BadInput, TooLarge
from boidung_xblock.roster.columns import find_header
from boidung_xblock.roster.xlsx import open_workbook
from tests.roster.workbooks import HEADINGS, MAIN, book_of, package, row, sheet_of, sheet_part

WIDE = 20


def read(data: bytes) -> list[tuple[int, dict[int, str]]]:
    """All rows of the first sheet."""
    with open_workbook(io.BytesIO(data)) as workbook:
        return list(workbook.rows(workbook.sheets[0], max_column=WIDE))


def header(data: bytes) -> tuple[str, int, dict[str, str]]:
    """Sheet, row of the headings, {field: column letter}."""
    with open_workbook(io.BytesIO(data)) as workbook:
        sheet, number, columns = find_header(workbook)
        return sheet.title, number, {column.field: column.letter for column in columns.all}


def rows_xml(*rows: str) -> str:
    """A sheet with these rows."""
    return sheet_part("".join(rows))


@pytest.fixture
def small(settings: Any) -> None:
    """Sites may allow little."""
    settings.BOIDUNG_MAX_WORKBOOK_BYTES = 20_000


# -- workbooks of the field -------------------------------------------------------------------------------------
def test_the_declared_size_of_a_sheet_is_not_believed() -> None:
    body = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="H{n}"><v>1</v></c></row>' for n in range(1, 200))
    assert len(read(package(sheet_part(body, dimension="A1:B4")))) == 199


def test_all_kinds_of_cells_become_text() -> None:
    cells = (
        '<c r="A1" t="s"><v>1</v></c><c r="B1"><v>4012000016.0</v></c><c r="C1"><v>1.5</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1" t="e"><v>#N/A</v></c><c r="F1" t="str"><v>a &amp; b</v></c>'
        '<c r="G1" t="inlineStr"><is><r><t>Nguyễn </t></r><r><t>Hoa</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>'
        '<c r="H1"><f>A1&amp;B1</f><v>7</v></c><c r="I1"><f t="shared" si="0"/><v>7</v></c><c r="J1" s="3"/>'
        '<c r="K1"><v>1.2345E4</v></c>'
    )
    strings = ["không dùng", "Tổ Toán_x000D_ 1"]
    ((number, texts),) = read(package(rows_xml(f'<row r="1">{cells}</row>'), strings=strings))
    assert number == 1
    assert texts == {
        1: "Tổ Toán\r 1", 2: "4012000016", 3: "1.5", 4: "TRUE", 5: "#N/A", 6: "a & b", 7: "Nguyễn Hoa", 8: "=A1&B1",
        9: "=", 11: "12345",
    }  # fmt: skip


def test_formulas_of_other_kinds_are_formulas_still() -> None:
    cells = (
        '<c r="A1"><f t="array" ref="A1">B1:B2*2</f><v>7</v></c>'
        '<c r="B1"><f t="dataTable" ref="B1" r1="A1"/><v>7</v></c>'
        '<c r="C1"><f t="shared" si="0" ref="C1:C2">A1*2</f><v>7</v></c><c r="D1"><f t="shared" si="0"/><v>7</v></c>'
    )
    ((_, texts),) = read(package(rows_xml(f'<row r="1">{cells}</row>')))
    assert texts == {1: "=B1:B2*2", 2: "=", 3: "=A1*2", 4: "=B1*2"}


def test_dates_show_themselves_as_dates() -> None:
    ((_, texts),) = read(sheet_of([date(2026, 8, 7), datetime(2026, 8, 7, 9, 30), 4_012_000_016]))
    assert texts == {1: "2026-08-07 00:00:00", 2: "2026-08-07 09:30:00", 3: "4012000016"}


def test_blank_rows_are_passed_over_and_the_numbers_are_those_of_excel() -> None:
    lines = '<row r="7"><c r="B7"><v>1</v></c></row>', '<row r="9"><c r="A9" t="str"><v>  </v></c></row>'
    last = '<row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    assert read(package(rows_xml(*lines, last))) == [(7, {2: "1"}), (1_048_576, {1: "2"})]


def test_cells_and_rows_without_numbers_follow_one_another() -> None:
    found = read(package(rows_xml("<row><c><v>1</v></c><c><v>2</v></c></row>", "<row><c><v>3</v></c></row>")))
    assert found == [(1, {1: "1", 2: "2"}), (2, {1: "3"})]


def test_sheets_whose_elements_carry_a_prefix_are_read() -> None:
    root = f"<x:worksheet {MAIN.replace('xmlns=', 'xmlns:x=')}>"
    line = '<x:sheetData><x:row r="3"><x:c r="B3"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert read(package(root + line)) == [(3, {2: "5"})]


def test_rich_shared_strings_are_joined_without_their_reading_aids() -> None:
    strings = f"<sst {MAIN}><si><r><t>Tổ </t></r><r><t>Toán</t></r><rPh sb='0' eb='1'><t>aid</t></rPh></si></sst>"
    data = package(rows_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings_xml=strings)
    assert read(data) == [(1, {1: "Tổ Toán"})]


def test_headings_are_found_below_titles_under_their_real_names() -> None:
    lines = [["SỞ GIÁO DỤC VÀ ĐÀO TẠO"], ["DANH SÁCH"], [], []]
    headings = ["STT", "Mã định danh Bộ GD&ĐT (*)", "Họ tên", "Ngày sinh", "Địa chỉ email", "Mã trường", "Tổ bộ môn"]
    sheet, number, columns = header(sheet_of(*lines, headings, [1, 2, "Hoa"]))
    assert (sheet, number) == ("Sheet", 5)
    assert columns == {"ma_dinh_danh": "B", "ho_ten": "C", "email": "E", "ma_truong": "F", "to_chuyen_mon": "G"}


def test_the_better_name_of_two_wins() -> None:
    headings = ["Mã định danh", "Họ tên", "Email", "Mã trường", "Tổ", "Mã định danh Bộ GD&ĐT", "Tổ chuyên môn"]
    columns = header(sheet_of(headings))[2]
    assert (columns["ma_dinh_danh"], columns["to_chuyen_mon"]) == ("F", "G")


def test_a_site_adds_headings_of_its_own(settings: Any) -> None:
    settings.BOIDUNG_ROSTER_ALIASES = {"ma_dinh_danh": ["Số hiệu viên chức"], "to_chuyen_mon": ["Bộ phận"]}
    columns = header(sheet_of(["Số hiệu viên chức", "Họ tên", "Email", "Mã trường", "Bộ phận"]))[2]
    assert columns["ma_dinh_danh"] == "A"
    assert columns["to_chuyen_mon"] == "E"


def test_missing_headings_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        header(sheet_of(["Hướng dẫn"], ["Họ và tên", "Tổ chuyên môn", "Tên trường"]))
    assert caught.value.code == "no_header"
    assert caught.value.details["arguments"]["missing"] == "Mã định danh Bộ GD&ĐT, Mã trường, Email / Tên đăng nhập"


def test_headings_below_the_fortieth_row_are_not_looked_for() -> None:
    with pytest.raises(BadInput, match="40"):
        header(sheet_of(*[["x"]] * 40, list(HEADINGS)))


# -- what is no workbook ----------------------------------------------------------------------------------------
def zip_of(**parts: str) -> bytes:
    """Some other package."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = package(rows_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=["a"])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        ("Họ tên;Email\nHoa;hoa@example.com".encode(), "not_a_workbook"),
        (b"<html><table></table></html>", "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"PK\x03\x04" + b"\0" * 50, "not_a_workbook"),
        (zip_of(mimetype="application/vnd.oasis.opendocument.spreadsheet", content="x"), "not_a_workbook"),
        (zip_of(xl__workbook="x"), "not_a_workbook"),
        (OLE + b"\0" * 600, "old_workbook"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        (GOOD[: len(GOOD) // 2], "not_a_workbook"),
        (package("<worksheet><sheetData><row"), "damaged_workbook"),
        (package(rows_xml('<row r="1"><c r="A1" t="s"><v>9</v></c></row>')), "damaged_workbook"),
        (package(rows_xml('<row r="1"><c r="A1"><v>abc</v></c></row>')), "damaged_workbook"),
        (package(rows_xml('<row r="2"/>', '<row r="1"/>')), "damaged_workbook"),
        (package(rows_xml('<row r="1"/>', '<row r="1"/>')), "damaged_workbook"),
        (package(rows_xml('<row r="2000000000"><c><v>1</v></c></row>')), "damaged_workbook"),
        (package(rows_xml('<row r="1"><c r="AAAAA1"><v>1</v></c></row>')), "damaged_workbook"),
        (package(rows_xml('<row r="1"><c r="11"><v>1</v></c></row>')), "damaged_workbook"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(data)
    assert caught.value.code == code
    assert caught.value.details["fields"]["workbook"]


def test_a_package_with_flipped_bytes_is_damaged() -> None:
    data = bytearray(GOOD)
    place = data.index(b"xl/worksheets/sheet1.xml") + 40
    data[place : place + 12] = bytes(12)
    with pytest.raises(BadInput) as caught:
        read(bytes(data))
    assert caught.value.code == "damaged_workbook"


LAUGHS = "<!DOCTYPE b [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


@pytest.mark.parametrize("doctype", ['<!DOCTYPE b [<!ENTITY a9 "ha">]>', LAUGHS, "<!DOCTYPE b>"])
def test_entities_are_not_expanded(doctype: str) -> None:
    line = rows_xml('<row r="1"><c r="A1" t="str"><v>&a9;</v></c></row>')
    strings = f"{doctype}<sst {MAIN}><si><t>&a9;</t></si></sst>"
    sheet = rows_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    for data in (package(doctype + line), package(sheet, strings_xml=strings)):
        with pytest.raises(BadInput) as caught:
            read(data)
        assert caught.value.code == "damaged_workbook"


def test_a_file_beyond_the_limit_is_too_large(small: None) -> None:
    import random

    noise = random.Random(1)
    lines = [["".join(noise.choices("abcdefghij", k=60))] for _ in range(2000)]
    with pytest.raises(TooLarge) as caught:
        read(sheet_of(*lines))
    assert caught.value.code == "workbook_too_large"


def test_a_small_file_that_unpacks_without_end_is_too_large(small: None) -> None:
    data = package(rows_xml('<row r="1"/>') + " " * 5_000_000)
    assert len(data) < 20_000
    with pytest.raises(TooLarge) as caught:
        read(data)
    assert caught.value.code == "workbook_unpacks_too_large"


def test_a_package_of_thousands_of_parts_is_too_large() -> None:
    with pytest.raises(TooLarge):
        read(zip_of(**{f"xl__{number}": "" for number in range(2100)}))


def test_one_endless_cell_is_cut() -> None:
    ((_, texts),) = read(package(rows_xml(f'<row r="1"><c r="A1" t="str"><v>{"x" * 100_000}</v></c></row>')))
    assert len(texts[1]) == 2000


def test_books_written_by_openpyxl_are_read_as_they_were_written() -> None:
    found = read(book_of(row(1, ho_ten="Đặng Thị Ánh"), row(2)))
    assert [list(texts.values())[:2] for _, texts in found[1:]] == [
        ["4000000001", "Đặng Thị Ánh"],
        ["4000000002", "Nguyễn Thị Hoa"],
    ]
