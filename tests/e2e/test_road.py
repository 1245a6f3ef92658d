"""The main job from end to end: roster, reflection, mark, result; on a phone and on a desktop, in Vietnamese.

The tests of this file are one story in order: each goes on where the one before ended, on one demo site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import expect

from demo.make_workbook import CORE_MEMBER, CORE_TEACHER, EXPECTED, SECRETARY, TEACHER
from tests.e2e import steps
from tests.e2e.site import DemoSite

Person = Callable[..., Any]
ADMINISTRATOR, COURSE_STAFF = "quan-tri-dot", "nhan-vien-khoa-hoc"
POINTS = ["8", "7,5", "7", "7"]  # weights 30, 30, 25, 15: 7.45, in quarters 7.5
COMMENTS = [
    "Nắm chắc ý chính.",
    "Ví dụ của lớp 6A rất rõ.",
    "Nên ghi thêm cách điều chỉnh.",
    "Có nhắc ý kiến của cô Hoa.",
]
REASON = "Thầy/cô nêu rõ hơn ý kiến của ai trong tổ đã làm mình nghĩ khác."


def test_administrator_checks_and_applies_the_staff_workbook(person: Person, site: DemoSite, tmp_path: Path) -> None:
    with person(ADMINISTRATOR) as (page, watcher):
        steps.upload_roster(page, watcher, site)
        expect(page.locator("[data-bd-state=checked]")).to_be_visible()
        assert steps.counts(page) == EXPECTED
        wrong = page.locator("tr[data-bd-code]", has_text="HYPERLINK")
        expect(wrong).to_contain_text("C")  # the column of names
        watcher.look("dry run")
        with page.expect_download() as download:
            page.locator("a[href$='rejected.xlsx']").click()
        download.value.save_as(tmp_path / "rejected.xlsx")
        rows = list(load_workbook(tmp_path / "rejected.xlsx").active.iter_rows(values_only=True))
        assert sum(any(cell is not None for cell in row) for row in rows) >= EXPECTED["rejected"]
        page.locator("form[action$='/apply/'] button").click()
        expect(page.locator("[data-bd-state=applied]")).to_be_visible()
        watcher.look("applied import")
        page.goto("/boidung/")
        page.locator("main a[href*='/roster/']").first.click()
        watcher.look("full roster")


def test_applying_the_same_workbook_again_changes_nothing(person: Person, site: DemoSite) -> None:
    with person(ADMINISTRATOR) as (page, watcher):
        steps.upload_roster(page, watcher, site)
        expect(page.locator("[data-bd-state=checked]")).to_be_visible()
        assert set(page.locator("td.bd-num").all_inner_texts()) == {"0"}
        watcher.look("dry run of the same workbook")


def test_teacher_writes_attaches_and_submits(person: Person, site: DemoSite) -> None:
    with person(TEACHER.username) as (page, watcher):
        frame = steps.open_activity(page)
        watcher.look("empty reflection")
        steps.write(frame, steps.LEARNT)
        expect(frame.locator("[data-bd-kept]")).to_contain_text("máy")
        steps.write(frame, steps.LEARNT, steps.CHANGED, steps.PLAN)
        steps.saved_on_the_system(frame)
        steps.attach(frame)
        watcher.look("reflection being written")
        page.reload()
        frame = page.frame_locator("#unit-iframe")
        expect(frame.locator("textarea[data-bd-answer]").nth(2)).to_have_value(steps.PLAN)
        code = steps.submit(frame)
        assert code
        watcher.look("receipt")
        expect(frame.get_by_role("link", name=steps.FILE_NAME)).to_be_visible()


def test_second_teacher_submits_too(person: Person) -> None:
    with person(SECRETARY.username) as (page, _):
        frame = steps.open_activity(page)
        steps.write(frame, steps.LEARNT, steps.CHANGED, steps.PLAN)
        steps.submit(frame)


def test_core_teacher_sees_only_own_groups_and_marks(person: Person) -> None:
    with person(CORE_MEMBER.username) as (page, watcher):
        steps.open_desk(page)
        expect(page.locator("main")).not_to_contain_text(TEACHER.name)
    with person(CORE_TEACHER.username) as (page, watcher):
        steps.open_desk(page)
        watcher.look("desk")
        page.get_by_role("link", name=TEACHER.name).click()
        watcher.look("marking page")
        with page.expect_download() as download:
            page.get_by_role("link", name=steps.FILE_NAME).click()
        assert download.value.suggested_filename == steps.FILE_NAME
        steps.give_points(page, POINTS, COMMENTS)
        expect(page.locator("[data-bd-total]")).to_contain_text("7,5 / 10")
        page.locator("#bd-comment").fill("Bài cụ thể, có minh chứng.")
        page.locator("[data-bd-mark]").click()
        expect(page.locator("[data-bd-done=mark]")).to_contain_text("7,5/10")
        watcher.look("after the mark")


def test_core_teacher_returns_another_reflection_with_a_reason(person: Person) -> None:
    with person(CORE_TEACHER.username) as (page, watcher):
        steps.open_desk(page)
        page.get_by_role("link", name=SECRETARY.name).click()
        watcher.allowed_statuses.add(400)  # a reason is missing, and the page will say so
        page.locator("[data-bd-return]").click()
        expect(page.locator("#bd-reason-error")).not_to_be_empty()
        watcher.look("return without a reason")
        page.locator("#bd-reason").fill(REASON)
        page.locator("[data-bd-return]").click()
        expect(page.locator("[data-bd-done=return]")).to_be_visible()


def test_returned_teacher_revises_resubmits_and_both_versions_stay(person: Person) -> None:
    with person(SECRETARY.username) as (page, watcher):
        frame = steps.open_activity(page)
        expect(frame.locator("blockquote")).to_have_text(REASON)
        watcher.look("returned reflection")
        steps.write(frame, steps.LEARNT, steps.CHANGED + " Ý kiến của cô Hoa làm tôi đổi cách dạy.", steps.PLAN)
        steps.submit(frame)
        watcher.look("resubmitted reflection")
    with person(CORE_TEACHER.username) as (page, watcher):
        steps.open_desk(page)
        page.get_by_role("link", name=SECRETARY.name).click()
        expect(page.locator("main")).to_contain_text("Ý kiến của cô Hoa làm tôi đổi cách dạy")
        page.locator("summary", has_text=re.compile("Bản 1|bản 1")).first.click()
        expect(page.locator("main")).to_contain_text(REASON)
        watcher.look("marking page with two versions")


def test_nobody_marks_their_own_work(person: Person) -> None:
    with person(CORE_MEMBER.username) as (page, _):
        frame = steps.open_activity(page)
        steps.write(frame, steps.LEARNT, steps.CHANGED, steps.PLAN)
        steps.submit(frame)
        steps.open_desk(page)
        expect(page.locator("main")).not_to_contain_text(CORE_MEMBER.name)


def test_the_mark_stands_in_the_learners_gradebook_and_in_no_other(person: Person) -> None:
    with person(COURSE_STAFF) as (page, watcher):
        page.goto("/courses/")
        page.locator("main a").first.click()
        page.get_by_role("link", name="Sổ điểm").click()
        expect(page.locator("tr", has_text=TEACHER.username)).to_contain_text("7,5 / 10")
        expect(page.locator("tr", has_text=CORE_TEACHER.username)).to_have_count(0)
        watcher.look("gradebook")


def test_teacher_sees_mark_and_comments(person: Person) -> None:
    with person(TEACHER.username) as (page, watcher):
        frame = steps.open_activity(page)
        expect(frame.locator(".bd-score")).to_have_text("7,5/10")
        for comment in COMMENTS:
            expect(frame.locator("table")).to_contain_text(comment)
        watcher.look("result")
        page.get_by_role("link", name="Tiến độ").click()
        expect(page.locator("main")).to_contain_text("7,5 / 10")
        watcher.look("progress")
