"""Which heading of a real staff workbook means which field, and where the heading row is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from boidung_xblock.conf import setting
from boidung_xblock.roster import problems
from boidung_xblock.roster.issues import Column, Columns
from boidung_xblock.roster.xlsx import Sheet, Workbook
from boidung_xblock.text import clean_line, fold

HEADER_ROWS = 40
_WIDEST = 200

# Field → headings, the best first. Fields are the columns of our own list; chuc_vu and trang_thai come from the
# staff databases. "ma_dinh_danh" and "Mã định danh" are one heading (see
# ``heading_key``). What is not here (identity numbers, birth dates, telephone numbers …) is never read.
ALIASES: dict[str, tuple[str, ...]] = {
    "ma_dinh_danh": (
        "Mã định danh Bộ GD&ĐT", "Mã định danh của Bộ", "Mã CBGVNV", "Mã cán bộ", "Mã giáo viên", "Mã GV",
        "Mã viên chức", "Mã nhân sự", "Mã định danh",
    ),
    "ho_ten": ("Họ và tên", "Họ tên", "Họ và tên giáo viên", "Họ tên giáo viên"),
    "email": ("Email", "E-mail", "Thư điện tử", "Địa chỉ email", "Hộp thư", "Địa chỉ thư điện tử"),
    "username": ("Tên đăng nhập", "Username", "Tài khoản", "Tên tài khoản"),
    "ma_truong": ("Mã trường", "Mã đơn vị", "Mã cơ sở giáo dục", "Mã CSGD"),
    "ten_truong": ("Tên trường", "Đơn vị công tác", "Trường", "Tên đơn vị", "Đơn vị"),
    "cap_hoc": ("Cấp học", "Cấp", "Bậc học"),
    "don_vi_cap_tren": (
        "Đơn vị cấp trên", "Đơn vị chủ quản", "Đơn vị quản lý", "UBND xã", "Xã/Phường", "Phòng GD&ĐT",
        "Phòng Giáo dục", "Đơn vị trực thuộc",
    ),
    "to_chuyen_mon": ("Tổ chuyên môn", "Tổ bộ môn", "Tổ"),
    "nhom": ("Nhóm", "Nhóm chuyên môn"),
    "cum_truong": ("Cụm trường", "Cụm"),
    "mon": ("Môn", "Môn dạy", "Môn học", "Môn tham gia bồi dưỡng", "Môn giảng dạy"),
    "vai_tro": ("Vai trò", "Vai trò trong tổ", "Nhiệm vụ"),
    "chuc_vu": ("Chức vụ", "Chức vụ hiện tại", "Chức danh", "Vị trí việc làm"),
    "gvcc_phu_trach": (
        "GVCC phụ trách", "Giáo viên cốt cán phụ trách", "GV cốt cán phụ trách", "Mã GVCC", "GV cốt cán",
        "Giáo viên cốt cán",
    ),
    "gioi_tinh": ("Giới tính",),
    "dtts": ("DTTS", "Dân tộc thiểu số", "Dân tộc"),
    "trang_thai": ("Trạng thái", "Trạng thái công tác", "Tình trạng", "Trạng thái làm việc"),
}  # fmt: skip

# What a person who lacks the column is told: the usual heading of each field.
USUAL = {field: names[0] for field, names in ALIASES.items()}
REQUIRED = ("ma_dinh_danh", "ho_ten", "ma_truong", "to_chuyen_mon")
ACCOUNT_KEYS = ("email", "username")


def heading_key(heading: str) -> str:
    """What two headings are compared by: no diacritics, brackets, stars or punctuation."""
    plain = re.sub(r"\([^)]*\)", " ", fold(heading))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def heading_map() -> dict[str, tuple[int, str]]:
    """{heading key: (rank, field)}; the site's ``BOIDUNG_ROSTER_ALIASES`` go before ours."""
    found: dict[str, tuple[int, str]] = {}
    for field, names in setting("BOIDUNG_ROSTER_ALIASES").items():
        if field not in ALIASES:
            raise ValueError(f"BOIDUNG_ROSTER_ALIASES: unknown column {field!r}")
        for rank, name in enumerate(names):
            found.setdefault(heading_key(name), (rank - 1000, field))
    for field, names in ALIASES.items():
        for rank, name in enumerate(names):
            found.setdefault(heading_key(name), (rank, field))
    return found


def find_header(workbook: Workbook) -> tuple[Sheet, int, Columns]:
    """The first sheet with all required headings in its first rows, the row number of the headings, the columns.

    BadInput ``no_header``, naming what the best row lacks.
    """
    known = heading_map()
    best: Columns | None = None
    for sheet in workbook.sheets:
        for number, cells in workbook.rows(sheet, max_column=_WIDEST, max_row=HEADER_ROWS):
            columns = _columns(known, cells)
            if not missing_columns(columns):
                return sheet, number, columns
            if best is None or len(columns.all) > len(best.all):
                best = columns
    missing = ", ".join(missing_columns(best or Columns([])))
    raise problems.bad("no_header", rows=HEADER_ROWS, missing=missing)


def missing_columns(columns: Columns) -> list[str]:
    """Usual headings of the required columns that are not there; e-mail and username count as one."""
    missing = [USUAL[field] for field in REQUIRED if field not in columns]
    if not any(field in columns for field in ACCOUNT_KEYS):
        missing.append(" / ".join(USUAL[field] for field in ACCOUNT_KEYS))
    return missing


def _columns(known: dict[str, tuple[int, str]], cells: dict[int, str]) -> Columns:
    """Of several headings for one field the best alias wins, then the leftmost."""
    best: dict[str, tuple[int, int]] = {}
    for number, heading in cells.items():
        rank, field = known.get(heading_key(heading), (0, ""))
        if field and (rank, number) < best.get(field, (rank, number + 1)):
            best[field] = (rank, number)
    return Columns([Column(field, number, clean_line(cells[number])) for field, (_, number) in best.items()])


def cells_of(columns: Columns, row: dict[int, str]) -> list[str]:
    """The recognised cells of a row in sheet order, "" where empty."""
    return [row.get(column.number, "") for column in columns.all]


def columns_to_json(columns: Columns) -> list[list[object]]:
    """For the cleaned list in storage."""
    return [[column.field, column.number, column.heading] for column in columns.all]


def columns_from_json(data: Iterable[list[object]]) -> Columns:
    """Back again."""
    return Columns([Column(str(field), int(str(number)), str(heading)) for field, number, heading in data])
