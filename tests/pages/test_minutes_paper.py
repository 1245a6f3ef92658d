"""Minutes on paper: the sheet that is printed, and the Word file."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from docx import Document

from boidung_xblock.meetings.models import Minutes
from boidung_xblock.pages import minutes_docx, minutes_layout
from boidung_xblock.pages.minutes_layout import Sheet
from tests.factories import World
from tests.meetings.desk import AGENDA, CONCLUSION, approved, meeting_activity, save, view
from tests.pages.minutes_pages import url
from tests.pages.reading import text_of


@pytest.fixture
def world(world: World) -> World:
    world.activity = meeting_activity()
    return world


def test_the_printed_sheet_has_the_official_layout(world: World, browse: Any) -> None:
    head = {"school": "THCS Kim Đồng", "team": "Tổ Toán – Tin", "locality": "Vinh", "document_no": "05/BB-TCM"}
    head["title"] = "Đọc lại yêu cầu cần đạt"
    world.activity = meeting_activity(number=2)
    approved(world, roll={world.an: "excused"}, content=head)
    page = text_of(browse(world.an, language="vi").get(url(world, "minutes-print"))).partition("<main>")[2]
    order = [
        "THCS Kim Đồng", "Tổ Toán – Tin", "Số: 05/BB-TCM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Vinh, ngày 24 tháng 11 năm 2026", "BIÊN BẢN",
        "HỌP TỔ CHUYÊN MÔN LẦN 2, NĂM HỌC 2026-2027", "Nội dung: Đọc lại yêu cầu cần đạt",
        "(Loại buổi: Sinh hoạt thường kì)",
        "vào lúc 14 giờ 00 phút", "Địa điểm:", "Tổng số thành viên:", "3; có mặt: 2; vắng: 1",
        "Nguyễn Văn Ân (có phép)", "Chủ trì:", "Thư ký:", AGENDA, "Soạn phiếu quan sát",
        "Nên chia nhóm theo bàn.", CONCLUSION,
        "kết thúc vào lúc 15 giờ 30 phút", "THƯ KÝ", "(Ký và ghi rõ họ tên)", ">CHỦ TRÌ<",
    ]  # fmt: skip
    assert [words for words in order if words not in page] == []
    at = 0
    for words in order:
        at = page.index(words, at)
    assert "BẢN NHÁP" not in page
    assert "HIỆU TRƯỞNG" not in page


def test_a_draft_says_so_on_paper_and_a_lesson_study_is_signed_by_the_principal(world: World, browse: Any) -> None:
    world.activity = meeting_activity(kind="lesson_study")
    save(world, world.tam)
    page = text_of(browse(world.an).get(url(world, "minutes-print")))
    assert "BẢN NHÁP" in page
    assert "HIỆU TRƯỞNG PHÊ DUYỆT" in page


def test_the_word_file_opens_again_and_holds_names_and_words(world: World, browse: Any) -> None:
    approved(world)
    response = browse(world.an).get(url(world, "minutes-docx"))
    assert response["Content-Disposition"].startswith("attachment;")
    document = Document(io.BytesIO(response.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)
    for expected in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BIÊN BẢN", "Nguyễn Văn Ân; Hồ Thị Mai; Phan Thanh Tâm", CONCLUSION,
        "Nguyễn Văn Ân: Nên chia nhóm theo bàn.", "Soạn phiếu quan sát", "THƯ KÝ", "CHỦ TRÌ",
    ):  # fmt: skip
        assert expected in words
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm), round(section.left_margin.mm)) == (
        210,
        297,
        30,
    )


# -- the sheet ----------------------------------------------------------------------------------------------------
def sheet(made: World) -> Sheet:
    return minutes_layout.sheet(view(made, made.mai))


def test_meetings_of_a_cluster_are_called_so(world: World) -> None:
    world.activity = meeting_activity(kind="cluster", number=3)
    save(world, world.tam, content={"title": "Cùng dự giờ"})
    assert sheet(world).title == ["BIÊN BẢN", "HỌP CỤM TRƯỜNG LẦN 3, NĂM HỌC 2026-2027"]
    assert sheet(world).about == ["Nội dung: Cùng dự giờ", "(Loại buổi: Sinh hoạt cụm trường)"]


def test_a_topic_that_only_repeats_the_heading_is_left_out(world: World) -> None:
    save(world, world.tam, content={"title": "Họp tổ chuyên môn", "day": ""})
    made = sheet(world)
    assert (made.title[1], made.about) == ("HỌP TỔ CHUYÊN MÔN LẦN 1", ["(Loại buổi: Sinh hoạt thường kì)"])


def test_an_opinion_without_a_speaker_is_printed_alone(world: World) -> None:
    save(world, world.tam, content={"opinions": [{"who": "", "what": "Không ai nói"}]})
    assert [list(part.items) for part in sheet(world).parts if part.items] == [["Không ai nói"]]


def test_paper_tells_the_approval_in_the_sites_zone_whoever_prints_it(world: World) -> None:
    approved(world)
    Minutes.objects.update(approved_at=datetime(2026, 11, 24, 20, 30, tzinfo=UTC))
    assert "thông qua lúc 25/11/2026 03:30" in sheet(world).parts[-1].text


# -- the Word file ------------------------------------------------------------------------------------------------
def word(made: World) -> Any:
    return Document(io.BytesIO(minutes_docx.document(sheet(made))))


def test_a_word_file_tells_of_the_minutes_and_not_of_the_program_that_made_it(world: World) -> None:
    save(world, world.tam, content={"title": "Họp " + "x" * 290, "team": "Tổ Toán – Tin"})
    told = word(world).core_properties
    assert told.title == "BIÊN BẢN HỌP TỔ CHUYÊN MÔN LẦN 1, NĂM HỌC 2026-2027"
    assert (told.author, told.last_modified_by, told.comments) == ("Tổ Toán – Tin", "Tổ Toán – Tin", "")
    assert told.created is not None
    assert abs(timezone.now() - told.created) < timedelta(hours=1)


def test_no_justified_paragraph_of_the_word_file_breaks_a_line(world: World) -> None:
    save(world, world.tam, content={"agenda": "Dòng một\nDòng hai", "guests": "Cô Lan\nThầy Hùng"})
    paragraphs = word(world).paragraphs
    assert [one.text for one in paragraphs if "<w:br/>" in one._p.xml] == []
    assert {"1. Triển khai nội dung:", "Dòng một", "Dòng hai", "Khách mời: Cô Lan", "Thầy Hùng"} <= {
        one.text for one in paragraphs
    }


def test_columns_of_the_word_file_are_as_wide_as_their_cells(world: World) -> None:
    approved(world)
    for table in word(world).tables:
        widths = [round(column.width.mm) for column in table.columns]
        assert [round(cell.width.mm) for cell in table.rows[0].cells] == widths
        assert sum(widths) == 165


def test_pages_of_the_word_file_are_numbered_from_the_second(world: World) -> None:
    save(world, world.tam)
    section = word(world).sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert "PAGE" not in section.first_page_header.paragraphs[0]._p.xml
