"""What a group does about the minutes of its meetings, each step to where the person sees that it worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from playwright.sync_api import expect

from tests.e2e import module_steps as module
from tests.e2e.module_steps import Actor

MEETINGS = ("suy-ngam-1", "suy-ngam-2", "suy-ngam-3", "suy-ngam-4")
OPINIONS = (
    "Trường hợp của lớp 6A cho thấy động từ “giải thích” chưa được luyện đủ.",
    "Nên cho học sinh chọn cách làm trước khi tính, rồi so sánh với nhau.",
    "Sẽ thu phiếu của sáu em ở tiết đầu và tiết cuối để cả tổ cùng đọc.",
)
TASK, DEADLINE = "Dạy thử câu hỏi “thuyết phục bạn” ở lớp 6A", "trước ngày 15/01"


@dataclass(frozen=True)
class Meeting:
    """What is written down of one."""

    day: date
    conclusion: str
    speakers: tuple[str, ...]


def open_minutes(one: Actor, activity: str) -> Actor:
    """From the reflection on the meeting to its minutes, in a tab of their own."""
    frame = module.open_unit(one, activity)
    return module.new_tab(one, frame.get_by_role("link", name="Mở biên bản"))


def write_minutes(tab: Actor, told: Meeting, absent: str = "") -> None:
    """The roll call, what was said, what is to be done, what was concluded."""
    page = tab.page
    page.get_by_label("Ngày họp").fill(told.day.isoformat())
    page.get_by_label("Bắt đầu lúc").fill("14:00")
    page.get_by_label("Kết thúc lúc").fill("15:30")
    page.locator("#bd-place").fill("Phòng họp tổ, Trường THCS Kim Liên")
    if absent:
        page.get_by_role("group", name=absent).get_by_label("Vắng có phép").check()
    for what, who in zip(OPINIONS, told.speakers, strict=True):
        line = page.locator("[data-bd-lines=opinions] > li").last
        line.locator("[name='opinions.who']").fill(who)
        line.locator("[name='opinions.what']").fill(what)
        page.locator("[data-bd-add=opinions]").click()
    for name, text in zip(("what", "who", "when"), (TASK, told.speakers[-1], DEADLINE), strict=True):
        page.locator(f"[data-bd-lines=tasks] [name='tasks.{name}']").first.fill(text)
    page.locator("#bd-conclusion").fill(told.conclusion)


def send(tab: Actor) -> None:
    """Send the minutes to the members."""
    tab.page.get_by_role("button", name="Gửi để xác nhận").click()
    expect(tab.page.locator("[data-bd-state=waiting]")).to_be_visible()


def confirm(tab: Actor) -> None:
    """Confirm that one took part."""
    tab.page.get_by_role("button", name="Tôi có dự và xác nhận biên bản").click()
    expect(tab.page.get_by_text("Thầy/cô đã xác nhận biên bản lúc")).to_be_visible()


def approve(tab: Actor) -> None:
    """Approve; the minutes are locked then."""
    tab.page.get_by_role("button", name="Thông qua và khóa biên bản").click()
    expect(tab.page.locator("[data-bd-state=approved]")).to_be_visible()
    expect(tab.page.locator("[data-bd-minutes]")).to_have_count(0)


def document(tab: Actor) -> Any:
    """The minutes as Word opens them."""
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Tệp Word (.docx)").click()
    return Document(BytesIO(Path(download.value.path()).read_bytes()))


def words_of(made: Any) -> str:
    """Every text of a document, tables included, in order of kind."""
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])
