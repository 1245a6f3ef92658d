"""Vietnamese text: what is stored, what search finds, how lists are sorted."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boidung_xblock.text import clean_line, fold, name_sort_key, normalise

# Everything a browser can send, lone surrogates included: a script that cuts a text inside an emoji makes them.
# Marks and zero-width characters are rare among all characters, so they get a share of their own.
MARKS = st.sampled_from("eêaươ\u0301\u0302\u031b\u0323\u200b\ufeff\r\n \x00")
SENT = st.text(st.characters(exclude_categories=())) | st.text(MARKS)
VIETNAMESE = st.text(st.sampled_from("aáàảãạăắâấđeéêếiíoóôốơớuúưứyý nghctrmvNGĐÂ\u0301\u0309\u0323"))


def test_text_typed_on_a_mac_is_stored_as_on_windows() -> None:
    decomposed = unicodedata.normalize("NFD", "Đặng Thị Ý – tổ chuyên môn")

    assert normalise(decomposed) == "Đặng Thị Ý – tổ chuyên môn"
    assert unicodedata.is_normalized("NFC", normalise(decomposed))


@pytest.mark.parametrize("sent", ["a\r\nb", "a\rb", "a\nb"])
def test_every_kind_of_line_end_becomes_one(sent: str) -> None:
    assert normalise(sent) == "a\nb"


@pytest.mark.parametrize(
    "hidden",
    ["\x00", "\x0b", "\x1f", "\x7f", "\u200b", "\u2060", "\ufeff", chr(0xD83D), chr(0xDE00), "\ufffe", "\uffff"],
)
def test_what_no_database_or_reader_can_use_is_dropped(hidden: str) -> None:
    assert normalise(f"suy{hidden}ngẫm") == "suyngẫm"


def test_emoji_and_joined_emoji_stay() -> None:
    assert normalise("Tốt 👍 👩‍🏫") == "Tốt 👍 👩‍🏫"


@given(SENT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@given(SENT)
def test_normalised_text_fits_every_database(text: str) -> None:
    stored = normalise(text)

    stored.encode("utf-8")
    assert "\x00" not in stored
    assert json.loads(json.dumps(stored)) == stored


@given(SENT)
def test_a_clean_line_is_one_line_without_outer_blanks_and_stays_so(text: str) -> None:
    line = clean_line(text)

    assert "\n" not in line
    assert line == line.strip()
    assert clean_line(line) == line


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Nguyễn Văn Ân", "nguyen van an"),
        ("ĐẶNG THỊ Ý", "dang thi y"),
        ("  Hồ   Thị\tMai ", "ho thi mai"),
        ("Ưng Hoàng Phúc", "ung hoang phuc"),
        ("H'Hen Niê", "h'hen nie"),
    ],
)
def test_search_sees_neither_tones_nor_case_nor_d_bar(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert fold(unicodedata.normalize("NFD", name)) == folded


@given(SENT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_folded_vietnamese_is_plain_ascii(text: str) -> None:
    assert fold(text).isascii()


def sorted_names(*names: str) -> list[str]:
    return sorted(names, key=name_sort_key)


def test_lists_are_sorted_by_given_name_then_by_the_rest() -> None:
    assert sorted_names("Trần Thị Lan", "Nguyễn Văn Bình", "Đặng Thị Bình", "Lê An") == [
        "Lê An",
        "Đặng Thị Bình",
        "Nguyễn Văn Bình",
        "Trần Thị Lan",
    ]


def test_letters_follow_the_vietnamese_alphabet() -> None:
    assert sorted_names("Ê", "E", "Đ", "D", "Â", "Ă", "A", "Ơ", "Ô", "O", "Ư", "U") == list("AĂÂDĐEÊOÔƠUƯ")


def test_tones_decide_only_between_equal_letters() -> None:
    assert sorted_names("Bạ", "Bá", "Bã", "Bả", "Bà", "Ba") == ["Ba", "Bà", "Bả", "Bã", "Bá", "Bạ"]
    assert sorted_names("Hòa", "Hoa", "Hoan") == ["Hoa", "Hòa", "Hoan"]


def test_a_shorter_name_comes_before_a_longer_one_that_begins_with_it() -> None:
    assert sorted_names("An Bình", "Anh", "An") == ["An", "Anh", "An Bình"]
    assert sorted_names("Bích", "Bi", "Bìch") == ["Bi", "Bìch", "Bích"]


def test_name_typed_decomposed_sorts_as_composed() -> None:
    assert name_sort_key(unicodedata.normalize("NFD", "Đặng Thị Ý")) == name_sort_key("Đặng Thị Ý")


@given(SENT)
def test_sort_key_is_ascii_and_fits_its_column(name: str) -> None:
    sort_key = name_sort_key(name)

    assert sort_key.isascii()
    assert len(sort_key) <= 160


@given(SENT)
def test_case_does_not_change_where_a_vietnamese_name_stands(name: str) -> None:
    vietnamese = "".join(char for char in name if char in "nguyễnvănâđặthịýNGUYỄNVĂÂĐẶTHỊÝ ")

    assert name_sort_key(vietnamese) == name_sort_key(vietnamese.upper())
