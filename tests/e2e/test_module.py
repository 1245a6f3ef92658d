"""A whole module, as all who have a part in it go through it; on a phone and on a desktop, in Vietnamese.

The tests of this file are one story in order: each goes on where the one before ended, on one demo site. It begins
where the administrators have applied their staff workbooks (``test_road`` does that).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import expect

from demo.make_workbook import CORE_TEACHER, GROUP, GROUP_SCHOOL, LEADER, PEOPLE, SECRETARY, TEACHER, managers
from tests.e2e import meeting_steps as meeting
from tests.e2e import module_steps as module
from tests.e2e.meeting_steps import MEETINGS, Meeting
from tests.e2e.module_steps import COURSE, Actor

WITH_ROSTER = True

Cast = Callable[[str], tuple[Any, Any]]
ADMINISTRATOR, COURSE_STAFF = "quan-tri-dot", "nhan-vien-khoa-hoc"
MEMBER, ABSENT = [one for one in PEOPLE if (one.school, one.group) == (GROUP_SCHOOL, GROUP)][3:6:2]
STUDY = ("diem-dung-2", "diem-dung-3", "diem-dung-4", "diem-dung-5")
PAPERS = ("san-pham", "bai-thu-hoach")
STEP_TITLE, PROMPT_TITLE = "Trọng tâm của đổi mới là gì?", "Điều tôi học được ở buổi này"
LEDGER_INTRO = "Sổ của đợt 1, hoàn thành trước ngày khai giảng."
QUESTIONS = ("Hai điểm kế thừa có được lấy ở hai lớp khác nhau không?", "Tôi cần minh chứng của bao nhiêu em?")
ANSWERS = ("Được, miễn mỗi điểm có ví dụ thầy/cô đã làm.", "Ba em ở ba mức khác nhau là đủ.")
REASON = "Thầy/cô nêu rõ hơn học sinh đã làm được gì."
REOPENED = "Phần kết luận chưa ghi ai theo dõi việc dạy thử."
TODAY = date.today()
HEADINGS = (
    *("STT", "Mã định danh", "Họ tên", "Mã trường", "Tên trường", "Tổ", "GVCC phụ trách"),
    *("Số buổi dự/tổng", "Tiết tích lũy", "Điểm trắc nghiệm", "Điểm bài thu hoạch", "Kết quả", "Ngày hoàn thành"),
)
CONCLUSIONS = {
    name: f"Buổi {number}: tổ thống nhất thử một nhiệm vụ mới ở lớp 6A, cô Hải theo dõi, báo lại ngày 15/01."
    for number, name in enumerate(MEETINGS, start=1)
}


def actor(cast: Cast, username: str) -> Actor:
    """Somebody with the page they had before."""
    return Actor(*cast(username))


def meeting_of(activity: str) -> Meeting:
    """What the secretary writes down of one."""
    speakers = (SECRETARY.name, TEACHER.name, MEMBER.name)
    return Meeting(TODAY, CONCLUSIONS[activity], speakers)


# -- the author ---------------------------------------------------------------------------------------------------
def test_author_changes_a_checkpoint_a_reflection_and_the_ledger_in_their_forms(cast: Cast) -> None:
    author = actor(cast, ADMINISTRATOR)
    title = "[data-bd-name=steps] > ol > li:nth-child(2) [data-bd-name=title] [data-bd-input]"
    module.edit(author, "diem-dung-1", title, STEP_TITLE, ("attempts", "ba lượt"))
    title = "[data-bd-name=prompts] > ol > li:first-child [data-bd-name=title] [data-bd-input]"
    module.edit(author, "suy-ngam-1", title, PROMPT_TITLE, ("weight", "mười"))
    intro = "[data-bd-name=intro] [data-bd-input]"
    module.edit(author, "so-boi-duong", intro, LEDGER_INTRO, ("min_periods", "bốn mươi"))
    author.page.goto(f"{COURSE}studio/")
    author.page.get_by_role("button", name="Công bố khóa học").click()
    expect(author.page.get_by_role("status")).to_contain_text("Đã công bố khóa học")
    author.watcher.look("the published course in Studio")


# -- self-study ---------------------------------------------------------------------------------------------------
def test_teacher_begins_at_none_of_40_periods_with_what_is_next(cast: Cast) -> None:
    teacher = actor(cast, TEACHER.username)
    frame = module.earned(teacher, "0")
    expect(frame.locator(".bd-ledger__next")).to_contain_text("Khảo sát đầu khóa và mục tiêu của tôi")
    expect(frame.locator(".bd-prose")).to_contain_text(LEDGER_INTRO)
    teacher.watcher.look("ledger at the beginning")
    frame = module.follow(teacher, frame.locator(".bd-ledger__next a"))
    teacher.watcher.look("survey at the beginning")
    module.finish(frame, "khao-sat-dau-khoa")
    teacher.watcher.look("survey done")
    frame = module.earned(teacher, "1")
    expect(frame.locator(".bd-ledger__next")).to_contain_text("Điểm dừng 1")


def test_a_wrong_answer_a_second_attempt_and_a_question_to_the_core_teacher(cast: Cast) -> None:
    teacher, steps = actor(cast, TEACHER.username), module.contents()["diem-dung-1"].steps
    frame = module.open_unit(teacher, "diem-dung-1")
    expect(module.step_of(frame, "d1-trong-tam")).to_contain_text(STEP_TITLE)
    teacher.watcher.look("checkpoint at the beginning")
    module.answer(frame, steps[0])
    box = module.answer(frame, steps[1], right=False)
    expect(box).to_contain_text("còn 2 lượt làm")
    teacher.watcher.look("checkpoint with a wrong answer")
    for step in steps[1:4]:
        module.answer(frame, step)
    module.ask(teacher, module.step_of(frame, "d1-hai-diem"), QUESTIONS[0], look=True)


def test_what_is_half_done_goes_on_at_another_device(cast: Cast, person: Callable[..., Any]) -> None:
    teacher, half = actor(cast, TEACHER.username), module.passage(60, "Kế thừa:")
    frame = module.framed(teacher.page)
    box = module.step_of(frame, "d1-hai-diem")
    box.locator("textarea").fill(half)
    expect(box.locator("[data-bd-echo]")).to_contain_text("Đã lưu trên hệ thống lúc", timeout=40_000)
    teacher.watcher.look("checkpoint half done")
    with person(TEACHER.username) as (page, watcher):
        other = Actor(page, watcher)
        frame = module.open_unit(other, "diem-dung-1")
        expect(frame.locator(".bd-head")).to_contain_text("4 / 6 bước")
        box = module.step_of(frame, "d1-hai-diem")
        expect(box.locator("textarea")).to_have_value(half)
        expect(box).to_contain_text(QUESTIONS[0])
        watcher.look("checkpoint at another device")
        module.finish(frame, "diem-dung-1")
        watcher.look("checkpoint finished")


def test_every_other_checkpoint_the_test_and_the_survey(cast: Cast) -> None:
    teacher = actor(cast, TEACHER.username)
    for activity in STUDY:
        module.finish(module.open_unit(teacher, activity), activity)
    frame, steps = module.open_unit(teacher, "kiem-tra-cuoi"), module.contents()["kiem-tra-cuoi"].steps
    teacher.watcher.look("test at the beginning")
    module.answer(frame, steps[1], right=False)
    module.answer(frame, steps[1])
    module.finish(frame, "kiem-tra-cuoi")
    expect(frame.locator(".bd-head")).to_contain_text("Đạt")
    teacher.watcher.look("test passed")
    module.finish(module.open_unit(teacher, "phieu-cuoi-khoa"), "phieu-cuoi-khoa")
    frame = module.earned(teacher, "26")
    expect(frame.locator(".bd-ledger__next")).to_contain_text("Suy ngẫm sau buổi sinh hoạt 1")
    teacher.watcher.look("ledger after self-study")


# -- the group's meetings -----------------------------------------------------------------------------------------
def test_secretary_writes_the_minutes_of_the_first_meeting_and_sends_them(cast: Cast) -> None:
    secretary = actor(cast, SECRETARY.username)
    tab = meeting.open_minutes(secretary, MEETINGS[0])
    tab.watcher.look("minutes not begun")
    meeting.write_minutes(tab, meeting_of(MEETINGS[0]), absent=ABSENT.name)
    expect(tab.page.locator("[data-bd-saved]")).to_contain_text("Đã lưu lúc", timeout=40_000)
    tab.watcher.look("minutes being written")
    conclusion = tab.page.locator("#bd-conclusion")
    conclusion.fill("")
    tab.watcher.allowed_statuses.add(400)
    tab.page.get_by_role("button", name="Gửi để xác nhận").click()
    expect(tab.page.locator("[data-bd-problem]")).to_contain_text("kết luận của chủ trì")
    tab.watcher.look("minutes without a conclusion")
    conclusion.fill(CONCLUSIONS[MEETINGS[0]])
    meeting.send(tab)
    tab.watcher.look("minutes sent")
    tab.page.close()


def test_members_confirm_and_the_leader_approves_and_records_who_made_it_up(cast: Cast) -> None:
    teacher, member, leader = (actor(cast, one.username) for one in (TEACHER, MEMBER, LEADER))
    frame = module.open_ledger(teacher)
    expect(frame.get_by_role("heading", name="Biên bản chờ thầy/cô xác nhận")).to_be_visible()
    frame = module.follow(teacher, frame.get_by_role("link", name=module.titles()[MEETINGS[0]]).first)
    tab = module.new_tab(teacher, frame.get_by_role("link", name="Mở biên bản"))
    tab.watcher.look("minutes to be confirmed")
    meeting.confirm(tab)
    tab.page.close()
    tab = meeting.open_minutes(member, MEETINGS[0])
    meeting.confirm(tab)
    tab.page.close()
    tab = meeting.open_minutes(leader, MEETINGS[0])
    expect(tab.page.get_by_text("2/6 thành viên có mặt đã xác nhận")).to_be_visible()
    tab.watcher.look("minutes to be approved")
    meeting.approve(tab)
    tab.page.get_by_role("button", name=f"Đã sinh hoạt bù {ABSENT.name}").click()
    expect(tab.page.locator("[data-bd-called]", has_text=ABSENT.name)).to_contain_text("Đã sinh hoạt bù")
    tab.watcher.look("minutes approved")
    tab.page.close()


def test_minutes_of_the_other_meetings_are_written_confirmed_and_approved(cast: Cast) -> None:
    secretary, teacher, leader = (actor(cast, one.username) for one in (SECRETARY, TEACHER, LEADER))
    for activity in MEETINGS[1:]:
        tab = meeting.open_minutes(secretary, activity)
        meeting.write_minutes(tab, meeting_of(activity))
        meeting.send(tab)
        meeting.confirm(tab)
        place = tab.page.url
        tab.page.close()
        teacher.page.goto(place)
        meeting.confirm(teacher)
        leader.page.goto(place)
        meeting.approve(leader)
    leader.page.locator(".bd-sections").get_by_role("link", name="Biên bản").click()
    expect(leader.page.locator("[data-bd-minutes-row]")).to_have_count(4)
    leader.watcher.look("archive of minutes")


def test_the_minutes_are_printed_and_opened_in_word(cast: Cast) -> None:
    secretary = actor(cast, SECRETARY.username)
    tab = meeting.open_minutes(secretary, MEETINGS[0])
    text = meeting.words_of(meeting.document(tab))
    for words in (
        *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "TRƯỜNG THCS KIM LIÊN", "BIÊN BẢN"),
        *("Có mặt:", f"{ABSENT.name} (có phép, đã sinh hoạt bù)", CONCLUSIONS[MEETINGS[0]]),
        *(meeting.TASK, MEMBER.name, meeting.DEADLINE),
        *(f"{TEACHER.name}: {meeting.OPINIONS[1]}", f"{LEADER.name} – Tổ trưởng", "THƯ KÝ", "CHỦ TRÌ"),
        f"ngày {TODAY:%d} tháng {TODAY:%m} năm {TODAY:%Y}",
    ):
        assert words in text
    sheet = module.new_tab(tab, tab.page.get_by_role("link", name=re.compile("^In")))
    expect(sheet.page.locator("main")).to_contain_text("KẾT LUẬN CỦA CHỦ TRÌ")
    expect(sheet.page.locator(".bd-signs")).to_contain_text(SECRETARY.name)
    sheet.watcher.look("minutes to be printed")
    sheet.page.close()
    tab.page.close()


# -- reflections, questions, marks --------------------------------------------------------------------------------
def test_teacher_reflects_with_the_earlier_answer_and_the_conclusion_in_view(cast: Cast) -> None:
    teacher = actor(cast, TEACHER.username)
    frame = module.open_unit(teacher, MEETINGS[0])
    first = module.prompt_of(frame, "dieu-hoc-duoc")
    expect(first.locator("label")).to_contain_text(PROMPT_TITLE)
    expect(first.locator("blockquote")).to_contain_text("Một yêu cầu cần đạt của môn tôi:")
    expect(module.prompt_of(frame, "nghi-khac").locator("blockquote")).to_have_text(CONCLUSIONS[MEETINGS[0]])
    teacher.watcher.look("reflection with what came before")
    module.ask(teacher, module.prompt_of(frame, "se-thu"), QUESTIONS[1])
    for activity in (*MEETINGS, *PAPERS):
        frame = module.open_unit(teacher, activity)
        recalled = sum(bool(prompt.recall) for prompt in module.contents()[activity].prompts)
        expect(frame.locator(".bd-prompt summary", has_text="Điều thầy/cô đã viết trước đó")).to_have_count(recalled)
        module.write_all(frame, activity)
        frame.locator("[data-bd-submit]").click()
        expect(frame.locator(".bd-facts .bd-code")).to_be_visible()
    teacher.watcher.look("paper submitted")
    frame = module.earned(teacher, "26")
    expect(frame.locator(".bd-notice", has_text="Kết quả mô đun")).to_contain_text("Còn 6 bài chờ chấm")
    teacher.watcher.look("ledger waiting for marks")


def test_core_teacher_answers_at_the_desk_with_the_work_in_view(cast: Cast) -> None:
    core = actor(cast, CORE_TEACHER.username)
    core.page.goto(COURSE)
    core.page.get_by_role("link", name="Bồi dưỡng", exact=True).click()
    expect(core.page.locator("[data-bd-open-questions]")).to_contain_text("2")
    core.watcher.look("desk with work and questions")
    core.page.get_by_role("link", name=re.compile("^Hỏi đáp")).click()
    heading = core.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Hỏi đáp")
    core.watcher.look("questions to be answered")
    for question, told in zip(QUESTIONS, ANSWERS, strict=True):
        core.page.locator("[data-bd-question]", has_text=question).get_by_role("link").click()
        expect(core.page.get_by_role("heading", name="Điều giáo viên đã viết ở đó")).to_be_visible()
        core.watcher.look("question with the work in view")
        core.page.get_by_label("Câu trả lời của thầy/cô").fill(told)
        core.page.get_by_role("button", name="Gửi câu trả lời").click()
        expect(core.page.locator("[data-bd-said=answer]")).to_contain_text(told)
        core.page.get_by_role("link", name=re.compile("^Hỏi đáp")).first.click()
        expect(heading).to_have_text("Hỏi đáp")
    expect(core.page.locator("[data-bd-question]")).to_have_count(0)


def test_the_answers_are_back_where_they_were_asked(cast: Cast) -> None:
    teacher = actor(cast, TEACHER.username)
    frame = module.open_unit(teacher, "diem-dung-1")
    box = module.step_of(frame, "d1-hai-diem")
    expect(box.locator("[data-bd-asked]")).to_contain_text(ANSWERS[0])
    teacher.watcher.look("answer at the step")
    frame = module.open_unit(teacher, MEETINGS[0])
    expect(frame.locator("[data-bd-asked]", has_text=QUESTIONS[1])).to_contain_text(ANSWERS[1])
    teacher.watcher.look("answer at the reflection")


def test_core_teacher_marks_everything_but_what_goes_back_for_revision(cast: Cast) -> None:
    core, teacher = actor(cast, CORE_TEACHER.username), actor(cast, TEACHER.username)
    module.open_work(core, TEACHER.name, PAPERS[1])
    core.page.locator("#bd-reason").fill(REASON)
    core.page.locator("[data-bd-return]").click()
    expect(core.page.locator("[data-bd-done=return]")).to_be_visible()
    for activity in (*MEETINGS, PAPERS[0]):
        module.open_work(core, TEACHER.name, activity)
        module.mark(core)
    core.watcher.look("desk after the marks")
    frame = module.earned(teacher, "35")
    expect(frame.locator(".bd-ledger__next")).to_contain_text("Bài thu hoạch cuối mô đun")
    frame = module.follow(teacher, frame.locator(".bd-ledger__next a"))
    expect(frame.locator("blockquote").first).to_have_text(REASON)
    teacher.watcher.look("paper returned")
    module.write_all(frame, PAPERS[1], "Mười em lớp 6A đã giải thích được bằng hình.")
    frame.locator("[data-bd-submit]").click()
    expect(frame.locator(".bd-facts")).to_contain_text("Lần nộp")
    module.open_work(core, TEACHER.name, PAPERS[1])
    core.watcher.look("paper resubmitted")
    module.mark(core, "9")


# -- the result ---------------------------------------------------------------------------------------------------
def test_reopened_minutes_take_their_periods_back_until_they_are_approved_anew(cast: Cast) -> None:
    core, teacher, secretary, leader = (actor(cast, one.username) for one in (CORE_TEACHER, TEACHER, SECRETARY, LEADER))
    module.earned(teacher, "40", "Đạt")
    place = meeting.open_minutes(secretary, MEETINGS[1])
    core.page.goto(place.page.url)
    core.page.locator("summary", has_text="Mở lại biên bản").click()
    core.page.get_by_label("Lý do").fill(REOPENED)
    core.page.get_by_role("button", name="Mở lại biên bản").click()
    expect(core.page.locator("[data-bd-state=reopened]")).to_be_visible()
    core.watcher.look("minutes reopened")
    frame = module.earned(teacher, "38")
    expect(frame.locator("tr", has_text=module.titles()[MEETINGS[1]])).to_contain_text(
        "Chờ biên bản của tổ/nhóm được thông qua"
    )
    teacher.watcher.look("ledger with a credit taken back")
    place.page.reload()
    expect(place.page.locator("main")).to_contain_text(REOPENED)
    place.page.locator("#bd-conclusion").fill(f"{CONCLUSIONS[MEETINGS[1]]} Cô Nhung theo dõi.")
    place.watcher.look("reopened minutes written further")
    meeting.send(place)
    teacher.page.goto(place.page.url)
    meeting.confirm(teacher)
    leader.page.goto(place.page.url)
    meeting.approve(leader)
    place.page.close()


def test_teacher_has_40_of_40_and_prints_the_confirmation(cast: Cast) -> None:
    teacher, absent = actor(cast, TEACHER.username), actor(cast, ABSENT.username)
    frame = module.earned(teacher, "40", "Đạt")
    expect(frame.locator(".bd-head")).to_contain_text("4/4")
    teacher.watcher.look("ledger of a completed module")
    sheet = module.new_tab(teacher, frame.get_by_role("link", name="In giấy xác nhận"))
    expect(sheet.page.locator("main")).to_contain_text(TEACHER.name)
    expect(sheet.page.locator("main")).to_contain_text("40/40")
    sheet.watcher.look("confirmation to be printed")
    sheet.page.close()
    frame = module.earned(absent, "0")
    expect(frame.locator(".bd-notice", has_text="Kết quả mô đun")).to_contain_text("Đã tích lũy 0/40 tiết")
    absent.watcher.look("ledger of an unfinished module")


def test_administrator_makes_the_result_file(cast: Cast) -> None:
    administrator = actor(cast, ADMINISTRATOR)
    frame = module.open_ledger(administrator)
    administrator.watcher.look("ledger of the course team")
    frame.get_by_role("link", name="Kết quả mô đun").click()
    administrator.page.get_by_role("button", name="Lập tệp kết quả").click()
    link = administrator.page.locator(".bd-resultfiles").get_by_role("link", name="Tải về")
    expect(link).to_be_visible()
    administrator.watcher.look("results")
    with administrator.page.expect_download() as download:
        link.click()
    book = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    results, summary = book.worksheets
    rows = [list(row) for row in results.iter_rows(min_row=5, values_only=True)]
    headings = [*HEADINGS[:7], *(module.titles()[name] for name in module.checkpoints()), *HEADINGS[7:]]
    assert rows[0] == headings
    line = dict(zip(headings, next(row for row in rows if row[2] == TEACHER.name), strict=True))
    assert (line["Kết quả"], line["Tiết tích lũy"], line["Số buổi dự/tổng"]) == ("Đạt", 40, 4)
    assert (line["Điểm trắc nghiệm"], line["Điểm bài thu hoạch"]) == (10, 8.5)
    assert {line[module.titles()[name]] for name in module.checkpoints()} == {"Hoàn thành"}
    heads, whole = ([cell.value for cell in summary[row]] for row in (5, 6))
    counted = dict(zip(heads, whole, strict=True))
    assert (counted["Số giáo viên"], counted["Đã nộp đủ"], counted["Đạt"]) == (len(rows) - 1, 1, 1)


# -- course staff, managers ---------------------------------------------------------------------------------------
def test_course_staff_see_the_scores_and_the_ledger_as_the_learner_without_storing(cast: Cast) -> None:
    staff = actor(cast, COURSE_STAFF)
    staff.page.goto(COURSE)
    staff.page.get_by_role("link", name="Sổ điểm").click()
    staff.page.get_by_label("Tìm theo tên").fill(TEACHER.username)
    staff.page.get_by_role("button", name="Tìm").click()
    staff.page.wait_for_url(f"**q={TEACHER.username}**")
    scores = staff.page.locator("tr", has_text=TEACHER.username).locator("td")
    before = scores.all_inner_texts()
    assert Counter(before) == {"10 / 10": 6, "8 / 10": 5, "9 / 10": 1, "– / 0": 2}  # surveys have no points
    staff.watcher.look("gradebook of the module")
    staff.page.get_by_label("Tên đăng nhập").first.fill(TEACHER.username)
    staff.page.get_by_role("button", name="Xem như học viên").click()
    expect(staff.page.get_by_role("button", name="Thôi xem")).to_be_visible()
    module.earned(staff, "40", "Đạt")
    staff.watcher.look("ledger as the learner sees it")
    frame = module.open_unit(staff, "diem-dung-2")
    expect(frame.locator(".bd-notice--info")).to_contain_text("hệ thống không lưu gì")
    expect(frame.locator("[data-bd-send]")).to_have_count(0)
    staff.watcher.look("checkpoint as the learner sees it")
    staff.page.get_by_role("button", name="Thôi xem").click()
    staff.page.get_by_role("link", name="Sổ điểm").click()
    expect(scores).to_have_text(before)


def test_the_managers_course_opens_with_its_ledger_at_none(cast: Cast) -> None:
    manager = actor(cast, managers()[1].username)
    frame = module.open_ledger(manager, module.MANAGERS_COURSE)
    expect(frame.locator(".bd-ledger__sum")).to_have_text("0 / 40 tiết")
    manager.watcher.look("managers' ledger")
