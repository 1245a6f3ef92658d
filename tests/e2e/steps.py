"""What people do, in their words; each step ends where the person sees that it worked."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, Page, expect

from tests.e2e.site import DemoSite
from tests.e2e.watch import Watcher

ACTIVITY = "Buổi sinh hoạt 1: suy ngẫm của tôi"
FILE_NAME = "Báo cáo tổ chuyên môn – Đặng Thị Ý.docx"
LEARNT = (
    "Tôi hiểu yêu cầu cần đạt mô tả điều học sinh làm được sau một giai đoạn học, không phải danh sách bài trong sách. "
    "Với chủ đề phân số lớp 6, động từ “giải thích” đòi hỏi em nói được vì sao hai phân số bằng nhau, nên tôi phải "
    "đặt câu hỏi khác trước và nghe em trả lời trước lớp."
)
CHANGED = (
    "Sau khi trao đổi ở tổ, tôi nghe cô Hoa kể học sinh của cô vẽ hình để so sánh phân số. Trước đây tôi chỉ cho quy "
    "đồng mẫu. Tôi sẽ để các em tự chọn cách rồi so sánh với nhau."
)
PLAN = (
    "Lớp 6A, tuần 12: một hoạt động so sánh phân số bằng hình. Minh chứng: phiếu học tập của mười em, ghi âm câu trả "
    "lời của hai nhóm, ảnh chụp bảng nhóm trước và sau khi thảo luận."
)


def open_activity(page: Page) -> FrameLocator:
    """From the list of courses to the reflection, as the learning page frames it."""
    page.goto("/courses/")
    page.locator("main a").first.click()
    page.get_by_role("link", name=ACTIVITY).click()
    frame = page.frame_locator("#unit-iframe")
    expect(frame.locator("[data-bd-reflection]")).to_be_visible()
    return frame


def write(frame: FrameLocator, *texts: str) -> None:
    """Type into the first fields; a person types, so events fire."""
    fields = frame.locator("textarea[data-bd-answer]")
    for index, text in enumerate(texts):
        fields.nth(index).fill(text)


def saved_on_the_system(frame: FrameLocator) -> None:
    """Wait until the page says so: ten seconds after typing stops, and some jitter."""
    expect(frame.locator("[data-bd-server]")).to_contain_text("Đã lưu trên hệ thống lúc", timeout=40_000)


def attach(frame: FrameLocator) -> None:
    """One file with a Vietnamese name."""
    content = b"PK\x03\x04" + b"bien ban " * 500
    frame.locator("input[type=file]").set_input_files(
        {"name": FILE_NAME, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(frame.locator("[data-bd-files]").get_by_role("link", name=FILE_NAME)).to_be_visible()


def submit(frame: FrameLocator) -> str:
    """Submit and read the receipt code."""
    frame.locator("[data-bd-submit]").click()
    receipt = frame.locator(".bd-facts .bd-code").first
    expect(receipt).to_have_text(re.compile(r"^BD-[0-9A-Z]{4}-[0-9A-Z]{4}$"))
    return receipt.inner_text()


def open_desk(page: Page) -> None:
    """By the course tab, which an unenrolled core teacher sees, too."""
    page.goto("/courses/")
    page.locator("main a").first.click()
    page.get_by_role("link", name="Bồi dưỡng", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bàn chấm bài")


def give_points(page: Page, points: list[str], comments: list[str]) -> None:
    """Fill the marking sheet; a decimal comma is what people type."""
    inputs, texts = page.locator("[data-bd-points]"), page.locator("fieldset textarea[data-bd-comment]")
    for index, (value, comment) in enumerate(zip(points, comments, strict=True)):
        inputs.nth(index).fill(value)
        texts.nth(index).fill(comment)


def upload_roster(page: Page, watcher: Watcher, site: DemoSite) -> None:
    """The administrator's part: from home to the applied workbook."""
    page.goto("/boidung/")
    watcher.look("home of the administrator")
    page.locator("main a[href*='/roster/']").first.click()
    watcher.look("roster")
    page.locator("#bd-workbook").set_input_files(site.workbook)
    page.locator("form[enctype] button[type=submit]").click()


def counts(page: Page) -> dict[str, int]:
    """The four numbers of a dry run."""
    names = ("rows", "ok", "rejected", "skipped")
    return {name: int(page.locator(f"[data-bd-count={name}]").inner_text()) for name in names}
