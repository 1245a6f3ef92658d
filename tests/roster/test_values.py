"""Cells to values: ids keep their digits, names are told apart from formulas and from other people's names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boidung_xblock.roster import keys, values
from boidung_xblock.roster.columns import heading_key
from boidung_xblock.roster.rejected import safe_text
from boidung_xblock.roster.xlsx import number_text
from boidung_xblock.text import fold

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
words = st.text(VIETNAMESE, min_size=1, max_size=7)
names = st.lists(words, min_size=1, max_size=5).map(lambda parts: " ".join(parts).title())
digits = st.text("0123456789", min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("4012000016", "4012000016"),
        ("4012000016.0", "4012000016"),
        (" 401 2000 016 ", "4012000016"),
        ("0012000016", "0012000016"),
        ("1.234567890E9", "1234567890"),
        ("gv-na.07/a", "GV-NA.07/A"),
        ("'0123", "0123"),
    ],
)
def test_staff_codes_read_the_same_however_excel_shows_them(cell: str, code: str) -> None:
    assert values.staff_code(cell) == code


@pytest.mark.parametrize("cell", ["1.23457E+09", "1,2E+11", "4.01E9"])
def test_a_shortened_number_is_refused_rather_than_guessed(cell: str) -> None:
    with pytest.raises(values.DigitsLost):
        values.staff_code(cell)


@pytest.mark.parametrize("cell", ["", "-", "12<3", "=A1", "mã số", "#N/A", "x" * 65])
def test_what_is_no_code_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        values.staff_code(cell)


@given(digits)
def test_digits_are_never_lost_or_added(text: str) -> None:
    assert values.staff_code(text) == text
    assert values.staff_code(f" {text}.0 ") == text
    assert values.staff_code(values.staff_code(text)) == text


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_number_cells_become_their_digits(number: int) -> None:
    assert values.staff_code(number_text(number)) == str(number)
    assert values.staff_code(number_text(float(number))) == str(number)


@given(st.integers(min_value=10**16, max_value=10**30))
def test_numbers_beyond_excels_fifteen_digits_are_refused(number: int) -> None:
    with pytest.raises(values.DigitsLost):
        values.staff_code(number_text(number))
    with pytest.raises(values.DigitsLost):
        values.staff_code(number_text(float(number)))


@given(names)
def test_vietnamese_names_are_names_and_the_same_without_marks(name: str) -> None:
    assert values.person_name(f"  {name} ") == name
    assert values.same_person(name, fold(name))
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    "cell",
    ["<script>alert(1)</script>", '=HYPERLINK("http://x")', "Hoa & Lan", "Hoa; Lan", "0912345678", "{{ 7*7 }}", "@Hoa"],
)
def test_markup_formulas_and_numbers_are_no_names(cell: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        values.person_name(cell)


@pytest.mark.parametrize("name", ["Y", "H'Hen Niê", "Nguyễn Thị Hoa (B)", "Trần Văn A 2", "Lê-Thị Mai", "Ka Să K’Brơi"])
def test_unusual_names_are_names(name: str) -> None:
    assert values.person_name(name) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nguyễn Thị Hoa", "NGUYỄN THỊ HOA", True),
        ("Nguyễn Thị Hoà", "Nguyễn Thị Hòa", True),
        ("Nguyễn Thị Hoa", "Nguyễn Hoa", True),
        ("Nguyễn Thị Hoa", "N. T. Hoa", True),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoan", True),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Lan", False),
        ("Nguyễn Thị Hoa", "Trần Thị Hoa", False),
        ("Nguyễn Thị Hoa", "", True),
    ],
)
def test_corrections_of_a_name_are_told_from_another_person(one: str, other: str, same: bool) -> None:
    assert values.same_person(one, other) is same
    assert values.same_person(other, one) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trường Tiểu học Hà Huy Tập 2", "TH Hà Huy Tập 2"),
        ("Trường THCS Đặng Thai Mai", "Trung học cơ sở Đặng Thai Mai"),
        ("TRƯỜNG TRUNG HỌC PHỔ THÔNG HUỲNH THÚC KHÁNG", "THPT Huỳnh Thúc Kháng"),
        ("TH-THCS Môn Sơn", "TH THCS Môn Sơn"),
    ],
)
def test_school_names_are_compared_without_their_prefixes(one: str, other: str) -> None:
    assert values.school_key(one) == values.school_key(other)


def test_schools_of_another_level_are_other_schools() -> None:
    assert values.school_key("Trường Tiểu học Kim Liên") != values.school_key("Trường THCS Kim Liên")


@pytest.mark.parametrize(
    ("cell", "roles"),
    [
        ("Giáo viên", [keys.MEMBER]),
        ("giao_vien", [keys.MEMBER]),
        ("TỔ TRƯỞNG", [keys.LEADER]),
        ("Thư kí", [keys.SECRETARY]),
        ("GV cốt cán", [keys.CORE_TEACHER]),
        ("CBQL cốt cán", [keys.CORE_TEACHER]),
        ("Phó hiệu trưởng", [keys.UNIT_MANAGER]),
        ("GVCC, tổ trưởng", [keys.CORE_TEACHER, keys.LEADER]),
        ("Tổ trưởng kiêm GV cốt cán", [keys.CORE_TEACHER, keys.LEADER]),
    ],
)
def test_roles_are_read_in_the_words_of_the_field(cell: str, roles: list[str]) -> None:
    assert values.roles_of(cell) == roles


def test_a_site_teaches_the_import_its_own_words(settings: object) -> None:
    settings.BOIDUNG_ROSTER_ROLES = {"gvcc": ["Giáo viên nòng cốt"]}  # type: ignore[attr-defined]
    assert values.roles_of("giáo viên nòng cốt") == [keys.CORE_TEACHER]


@pytest.mark.parametrize("cell", ["hoa@example.com", " HOA@Example.COM ", "gv.12+a@truong.edu.vn"])
def test_addresses_are_taken_in_lower_case(cell: str) -> None:
    assert values.email_address(cell) == cell.strip().lower()


@pytest.mark.parametrize(
    "cell",
    ["hoa", "hoa@", "hoa@example", "hoa@@example.com", "h oa@example.com", "hoà@example.com", ".a@b.vn", "a..b@c.vn"],
)
def test_malformed_addresses_are_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        values.email_address(cell)


@given(st.text(max_size=60))
def test_no_text_of_the_rejected_rows_is_a_live_formula(text: str) -> None:
    assert not safe_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("heading", ["Họ và tên (*)", "HỌ VÀ TÊN", " ho  va ten * ", "Họ_và_tên"])
def test_headings_are_known_in_every_dress(heading: str) -> None:
    assert heading_key(heading) == "ho va ten"


def test_long_office_names_keep_codes_of_their_own() -> None:
    long = "Phòng Giáo dục và Đào tạo Ủy ban nhân dân thành phố trực thuộc tỉnh "
    assert values.slug(f"{long} A") != values.slug(f"{long} B")
    assert len(values.slug(f"{long} A")) <= 48
