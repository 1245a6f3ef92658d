"""The sample staff workbook, shaped like real ones: titles above the headings, headings of the staff database, ids as
numbers, a wrong declared size, formatted blank rows and signatures below, and rows that are wrong in the usual ways.

Every name and number is invented. The same bytes each time.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from boidung_xblock.text import fold

TITLES = ("SỞ GIÁO DỤC VÀ ĐÀO TẠO NGHỆ AN", "DANH SÁCH CÁN BỘ, GIÁO VIÊN THAM GIA BỒI DƯỠNG THƯỜNG XUYÊN, ĐỢT 1")
HEADER_ROW = 5
HEADINGS = (
    "STT", "Mã định danh Bộ GD&ĐT (*)", "Họ và tên (*)", "Ngày sinh", "Giới tính", "Dân tộc", "Số CCCD", "Email",
    "Mã trường (*)", "Đơn vị công tác", "Xã/Phường", "Cụm trường", "Tổ chuyên môn", "Môn dạy", "Chức vụ", "Vai trò",
    "GVCC phụ trách", "Trạng thái",
)  # fmt: skip
WIDTHS = (5, 18, 26, 12, 9, 9, 15, 26, 12, 32, 20, 18, 26, 20, 16, 20, 16, 16)

# code: names as different hands write them, commune, cluster, groups
SCHOOLS: dict[str, tuple[tuple[str, str], str, str, tuple[str, ...]]] = {
    "40412201": (("Trường Tiểu học Lê Mao", "TH Lê Mao"), "UBND phường Thành Vinh", "Cụm trường số 1",
                 ("Tổ 1", "Tổ 2 – 3", "Tổ 4 – 5")),
    "40412202": (("Trường Tiểu học Kim Liên", "Tiểu học Kim Liên"), "UBND xã Kim Liên", "Cụm trường số 2",
                 ("Tổ 1", "Tổ 2 – 3", "Tổ 4 – 5")),
    "40412501": (("Trường THCS Đặng Thai Mai", "Trung học cơ sở Đặng Thai Mai"), "UBND phường Thành Vinh",
                 "Cụm trường số 1", ("Tổ Toán – Tin", "Tổ Ngữ văn", "Tổ Khoa học tự nhiên")),
    "40412502": (("Trường THCS Kim Liên", "THCS Kim Liên"), "UBND xã Kim Liên", "Cụm trường số 2",
                 ("Tổ Toán – Tin", "Tổ Ngữ văn", "Tổ Khoa học tự nhiên")),
}  # fmt: skip
SUBJECTS = {"Tổ Toán – Tin": "Toán", "Tổ Ngữ văn": "Ngữ văn", "Tổ Khoa học tự nhiên": "Khoa học tự nhiên"}
FAMILIES = ("Nguyễn", "Trần", "Hồ", "Lê", "Phan", "Hoàng", "Cao", "Lô", "Đặng", "Võ", "Thái", "Vi", "Bùi")
MIDDLES = ("Thị", "Văn", "Thị Thanh", "Đình", "Thị Hồng", "Hữu", "Thị Minh", "Xuân", "Thị Ngọc", "Quang", "Thị Kim")
GIVEN = (
    "Hoa", "Sơn", "Lan", "Hùng", "Thủy", "Ánh", "Dũng", "Hương", "Bình", "Nga", "Đức", "Tuyết", "Hải", "Vân", "Long",
    "Nhung", "Ước",
)  # fmt: skip
LARGER_GROUPS = 2  # with 8 people; the others have 7


@dataclass(frozen=True)
class Staff:
    """One row; ``code`` is a number, as staff databases export it."""

    code: Any
    name: str
    email: str
    school: str
    group: str = ""
    position: str = "Giáo viên"
    role: str = "Giáo viên"
    core: Any = ""
    status: str = "Đang làm việc"

    @property
    def username(self) -> str:
        """What the import makes of the e-mail address."""
        return self.email.partition("@")[0]


def _person(number: int, school: str, **more: Any) -> Staff:
    name = " ".join((FAMILIES[number * 5 % 13], MIDDLES[number * 3 % 11], GIVEN[number * 7 % 17]))
    words = fold(name).split()
    email = f"{words[-1]}{''.join(word[0] for word in words[:-1])}{number:02d}@example.com"
    return Staff(4_012_000_000 + number, name, email, school, **more)


def _core_people() -> list[Staff]:
    """Two who only support others, two who are also members of a group."""
    alone = [
        _person(1, "40412201", position="Giáo viên cốt cán", role="GV cốt cán"),
        _person(2, "40412501", position="Giáo viên cốt cán", role="GV cốt cán"),
    ]
    also = [
        _person(3, "40412202", group="Tổ 1", role="GV cốt cán, Giáo viên"),
        _person(4, "40412502", group="Tổ Ngữ văn", role="GV cốt cán, Giáo viên"),
    ]
    return [*alone, *also]


def good_people() -> list[Staff]:
    """The 90 people whom the import takes, in the order of the workbook."""
    core = _core_people()
    people = [
        _person(5, "40412201", position="Hiệu trưởng", role="CBQL"),
        _person(6, "40412501", position="Phó hiệu trưởng", role="CBQL"),
        *core,
    ]
    number = 10
    for place, (school, (_, _, _, groups)) in enumerate(SCHOOLS.items()):
        for order, group in enumerate(groups):
            marker = core[(place + 1) % 4]  # of another school; one core teacher for each school's three groups
            in_group = sum(person.group == group and person.school == school for person in core)
            for seat in range(7 + (place == 0 and order < LARGER_GROUPS) - in_group):
                position, role = {0: ("Tổ trưởng", "Tổ trưởng"), 1: ("Giáo viên", "Thư ký")}.get(
                    seat, ("Giáo viên", "" if seat == 6 else "Giáo viên")
                )
                by_name = seat == 2 and order == 0
                people.append(
                    _person(
                        number, school, group=group, position=position, role=role,
                        core=marker.name if by_name else str(marker.code) if seat == 3 else marker.code,
                    )
                )  # fmt: skip
                number += 1
    return people


PEOPLE = good_people()
MANAGER = PEOPLE[0]
CORE_TEACHER = PEOPLE[2]  # enrolled nowhere; marks the three groups of GROUP_SCHOOL
CORE_MEMBER = PEOPLE[4]  # core teacher and member of a group at once
GROUP_SCHOOL, GROUP = "40412502", "Tổ Toán – Tin"
LEADER, SECRETARY, TEACHER = [one for one in PEOPLE if (one.school, one.group) == (GROUP_SCHOOL, GROUP)][:3]


def _bad_people() -> list[Staff]:
    """Two people with one id, four broken rows, somebody who has retired."""
    sample = {"school": "40412501", "group": "Tổ Ngữ văn"}
    twin = _person(201, "40412202", group="Tổ 1")
    return [
        twin,
        replace(twin, name="Phan Văn Lực", email="lucpv201@example.com"),
        replace(_person(203, **sample), name=""),
        replace(_person(204, **sample), email="khong-phai-thu-dien-tu"),
        replace(_person(205, **sample), name='=HYPERLINK("http://example.com";"Hoa")'),
        replace(_person(206, **sample), role="Bí thư chi đoàn"),
        replace(_person(207, **sample), status="Đã nghỉ hưu"),
    ]


# What the dry run of the sample says on an empty round.
EXPECTED = {"rows": 100, "ok": 90, "rejected": 6, "skipped": 4}
EXPECTED_CREATED = {"units": 8, "groups": 12, "people": 90, "accounts": 90, "assignments": 100}
EXPECTED_ENROLLED = 88


def sample_rows() -> list[Staff]:
    """All people of the sheet, the bad rows and two repeats among the good ones."""
    rows = list(PEOPLE)
    for place, bad in zip((95, 80, 66, 50, 41, 33, 25), reversed(_bad_people()), strict=True):
        rows.insert(min(place, len(rows)), bad)
    return [*rows, PEOPLE[12], PEOPLE[40]]


# -- the managers' round ---------------------------------------------------------------------------------------
CLUSTERS = ("Nhóm CBQL cụm 1", "Nhóm CBQL cụm 2")
CORE_MANAGER = _person(307, "40412502", position="Hiệu trưởng", role="CBQL cốt cán")


def managers() -> list[Staff]:
    """Head and deputy of each school in a group of their cluster, and the core manager, who marks both groups.

    The two who stand in the teachers' workbook, too, are the same people.
    """
    people = [CORE_MANAGER]
    for number, school in enumerate(SCHOOLS):
        cluster = SCHOOLS[school][2].endswith("2")
        known = {one.school: one for one in PEOPLE[:2]}.get(school)
        for seat, position in enumerate(("Hiệu trưởng", "Phó hiệu trưởng")):
            person = known if known and known.position == position else _person(301 + number * 2 + seat, school)
            if person.code == CORE_MANAGER.code:
                continue
            role = ("Tổ trưởng", "Thư ký")[seat] if number < len(CLUSTERS) else "Học viên"
            more = {"position": position, "role": role, "core": CORE_MANAGER.code}
            people.append(replace(person, group=CLUSTERS[cluster], **more))
    return people


def build_managers_workbook() -> bytes:
    """The managers' workbook: the same columns, with the cluster's group in the place of the department."""
    titles = (TITLES[0], "DANH SÁCH CÁN BỘ QUẢN LÝ THAM GIA BỒI DƯỠNG, ĐỢT 1")
    swapped = {"Tổ chuyên môn": "Nhóm", "Môn dạy": "Tổ chuyên môn"}
    headings = tuple(swapped.get(heading, heading) for heading in HEADINGS)
    return _workbook("Danh sách CBQL", titles, headings, managers())


def build_sample_workbook() -> bytes:
    """The teachers' workbook as a file."""
    return _workbook("Danh sách CBGV", TITLES, HEADINGS, sample_rows())


def _workbook(name: str, titles: tuple[str, ...], headings: tuple[str, ...], rows: list[Staff]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = name
    for number, title in enumerate(titles, start=1):
        sheet.cell(number, 1, title).font = Font(bold=True)
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(headings))
    for column, (heading, width) in enumerate(zip(headings, WIDTHS, strict=True), start=1):
        sheet.cell(HEADER_ROW, column, heading).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(HEADER_ROW, column).column_letter].width = width
    for number, person in enumerate(rows, start=1):
        for column, value in enumerate(_cells(number, person), start=1):
            if value != "":
                sheet.cell(HEADER_ROW + number, column, value)
    below = HEADER_ROW + len(rows) + 1
    for row in range(below, below + 20):
        sheet.cell(row, 2).fill = PatternFill("solid", fgColor="FFFDE9")
    sheet.cell(below + 2, 3, "Người lập biểu")
    file = io.BytesIO()
    book.save(file)
    return _made_ordinary(file)


def _cells(number: int, person: Staff) -> tuple[Any, ...]:
    names, commune, cluster, _ = SCHOOLS[person.school]
    gender = "Nữ" if " Thị " in person.name else "Nam"
    people = "Thái" if person.name.startswith(("Lô ", "Vi ")) else "Kinh"
    subject = SUBJECTS.get(person.group, "Các môn tiểu học" if person.group.startswith("Tổ ") else "")
    return (
        number, person.code, person.name, f"{number % 28 + 1:02d}/0{number % 9 + 1}/1985", gender, people,
        f"0400000{number:05d}", person.email, person.school, names[number % 5 == 0], commune, cluster, person.group,
        subject, person.position, person.role, person.core, person.status,
    )  # fmt: skip


def _made_ordinary(file: io.BytesIO) -> bytes:
    """A declared size that is wrong, as real exports have it; and no date of today, so that the bytes stay the same."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                data = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:D4"', data)
            elif info.filename == "docProps/core.xml":
                data = re.sub(rb">\d{4}-\d\d-\d\dT[\d:.]+Z?<", b">2026-08-01T00:00:00Z<", data)
            entry = zipfile.ZipInfo(info.filename, (2026, 8, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
    return made.getvalue()
