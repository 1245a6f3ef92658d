"""Workbooks for tests and benchmarks: small ones cell by cell, and large ones as Excel writes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

HEADINGS = ("ma_dinh_danh", "ho_ten", "email", "ma_truong", "ten_truong", "to_chuyen_mon", "vai_tro", "gvcc_phu_trach")
REAL_HEADINGS = (
    "STT", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Email", "Mã trường",
    "Tên trường", "UBND xã", "Cụm trường", "Tổ chuyên môn", "Môn dạy", "Vai trò", "GVCC phụ trách", "Trạng thái",
)  # fmt: skip

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
_TYPE = (
    '<Override PartName="/xl/{}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"/>'
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_BOOK = (
    f'<workbook {MAIN} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Danh sách" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def row(number: int, **values: Any) -> dict[str, Any]:
    """A good row by field; ``values`` replace or add fields."""
    plain = {
        "ma_dinh_danh": 4_000_000_000 + number,
        "ho_ten": "Nguyễn Thị Hoa",
        "email": f"gv{number}@example.com",
        "ma_truong": "40412501",
        "ten_truong": "Trường THCS Kim Đồng",
        "to_chuyen_mon": "Tổ Toán",
        "vai_tro": "Giáo viên",
        "gvcc_phu_trach": None,
    }
    return plain | values


def book_of(*rows: dict[str, Any], headings: Sequence[str] | None = None, above: Iterable[Sequence[Any]] = ()) -> bytes:
    """A workbook with these rows; the headings are those of the first row unless given."""
    columns = list(headings or (rows[0].keys() if rows else HEADINGS))
    for extra in (name for one in rows for name in one if name not in columns):
        columns.append(extra)
    return sheet_of(*above, columns, *([one.get(column) for column in columns] for one in rows))


def sheet_of(*lines: Sequence[Any]) -> bytes:
    """A workbook with one sheet of these lines."""
    book = Workbook()
    for line in lines:
        book.active.append(list(line))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cells_of(data: bytes) -> list[list[Any]]:
    """All cells of the first sheet, formulas as they are written."""
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [list(line) for line in sheet.iter_rows(values_only=True)]


def package(sheet_xml: str, *, strings: Sequence[str] | None = None, strings_xml: str = "") -> bytes:
    """A workbook with this sheet as it stands, for what no library would write."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        write_package(archive, sheet_xml, strings_xml or strings_part(strings or []))
    return file.getvalue()


def write_package(archive: zipfile.ZipFile, sheet_xml: str, strings_xml: str) -> None:
    """The parts of a minimal workbook."""
    types = _TYPE.format("workbook", "sheet.main") + _TYPE.format("worksheets/sheet1", "worksheet")
    archive.writestr("[Content_Types].xml", _TYPES.format(types + _TYPE.format("sharedStrings", "sharedStrings")))
    archive.writestr("_rels/.rels", _RELATIONS.format(_RELATION.format("rId1", "officeDocument", "xl/workbook.xml")))
    archive.writestr("xl/workbook.xml", _BOOK)
    relations = _RELATION.format("rId1", "worksheet", "worksheets/sheet1.xml")
    relations += _RELATION.format("rId2", "sharedStrings", "sharedStrings.xml")
    archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format(relations))
    archive.writestr("xl/worksheets/sheet1.xml", sheet_xml)
    archive.writestr("xl/sharedStrings.xml", strings_xml)


def strings_part(strings: Iterable[str]) -> str:
    """The part of the shared strings."""
    return f"<sst {MAIN}>{''.join(f'<si><t>{escape(text)}</t></si>' for text in strings)}</sst>"


def sheet_part(rows_xml: str, dimension: str = "A1:D4") -> str:
    """The part of a sheet."""
    return f'<worksheet {MAIN}><dimension ref="{dimension}"/><sheetData>{rows_xml}</sheetData></worksheet>'


def large_lines(people: int) -> Iterator[list[Any]]:
    """As many people as asked for, 7 to a group, 35 to a school, one core teacher to 70 people."""
    for number in range(people):
        school, group = number // 35, number // 7
        core = number % 70 == 69
        yield [
            number + 1, 4_000_000_000 + number, f"Nguyễn Thị {'Thanh' if number % 2 else 'Minh'} Hoa", "01/01/1980",
            "Nữ", f"0400{number:08d}", f"gv{number}@example.com", f"NA{school:05d}", f"Trường THCS số {school}",
            f"UBND xã số {school // 8}", f"Cụm {school // 10}", None if core else f"Tổ số {group % 5 + 1}", "Toán",
            "GV cốt cán" if core else "Tổ trưởng" if number % 7 == 0 else "Giáo viên",
            None if core else 4_000_000_000 + number // 70 * 70 + 69 if number // 70 * 70 + 69 < people else None,
            "Đang làm việc",
        ]  # fmt: skip


def write_large(path: Path, people: int) -> None:
    """A workbook as Excel writes it: shared strings, heights for every row, and a declared size of four rows."""
    places: dict[str, int] = {}
    pieces = []
    lines = [["SỞ GIÁO DỤC VÀ ĐÀO TẠO"], ["DANH SÁCH GIÁO VIÊN"], [], [], list(REAL_HEADINGS)]
    for number, line in enumerate([*lines, *large_lines(people)], start=1):
        cells = "".join(_cell(column, number, value, places) for column, value in enumerate(line, start=1))
        pieces.append(f'<row r="{number}" spans="1:16" ht="15.75" customHeight="1">{cells}</row>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        write_package(archive, sheet_part("".join(pieces)), strings_part(places))


def _cell(column: int, row_number: int, value: Any, places: dict[str, int]) -> str:
    reference = f'r="{get_column_letter(column)}{row_number}" s="0"'
    if value is None:
        return f"<c {reference}/>"
    if isinstance(value, int):
        return f"<c {reference}><v>{value}</v></c>"
    return f'<c {reference} t="s"><v>{places.setdefault(value, len(places))}</v></c>'
