"""What people do in a whole module: study, write, ask, mark. Each step ends where the person sees that it worked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests import samples
from tests.e2e.watch import Watcher

COURSE = "/courses/course-v1:SoGDDT+MD1-GV+dot1/"
MANAGERS_COURSE = "/courses/course-v1:SoGDDT+MD1-CBQL+dot1/"
_SENTENCES = (
    "Tuần trước tôi dạy bài phân số ở lớp 6A và ghi lại việc làm của từng nhóm.",
    "Nhóm của em Tuấn vẽ hình rồi mới nói được vì sao hai phân số bằng nhau.",
    "Nhóm bên cạnh chỉ quy đồng mẫu, ra đúng kết quả nhưng không giải thích được.",
    "Tôi đổi câu hỏi: em hãy thuyết phục bạn chưa tin, bằng hình hoặc bằng lời.",
    "Mười hai em tự đặt câu hỏi cho bạn, bốn em vẫn chờ tôi gọi tên.",
    "Cô Hoa gợi ý cho các em chọn cách trước khi tính, tôi sẽ thử ở lớp 6B.",
    "Minh chứng là phiếu học tập của sáu em ở tiết đầu và tiết cuối.",
)


@dataclass(frozen=True)
class Actor:
    """Somebody at a page."""

    page: Page
    watcher: Watcher


# -- the course ---------------------------------------------------------------------------------------------------
@cache
def units() -> dict[str, str]:
    """{activity: title of the unit that holds it}, as the teachers' course names them."""
    found, title = {}, ""
    for name, node in samples.nodes(samples.TEACHERS):
        if node.tag == "vertical":
            title = node.get("display_name", "")
        elif node.tag.startswith("boidung_"):
            found[name] = title
    return found


@cache
def contents() -> dict[str, Any]:
    """{activity: what its author wrote}."""
    return {name: block.content() for name, block in samples.activities(samples.TEACHERS).items()}


@cache
def titles() -> dict[str, str]:
    """{activity: its title}."""
    return {name: block.display_name for name, block in samples.blocks(samples.TEACHERS).items()}


def checkpoints() -> list[str]:
    """Those of the module, in course order."""
    return [name for name, content in contents().items() if hasattr(content, "steps")]


def framed(page: Page) -> FrameLocator:
    """The unit that is open."""
    frame = page.frame_locator("#unit-iframe")
    expect(frame.locator(".xblock-initialized").first).to_be_visible()
    return frame


def open_unit(one: Actor, activity: str, course: str = COURSE) -> FrameLocator:
    """From the course's outline to the unit of an activity."""
    one.page.goto(course)
    one.page.locator("ol.outline").get_by_role("link", name=units()[activity], exact=True).click()
    return framed(one.page)


def follow(one: Actor, link: Locator) -> FrameLocator:
    """From one unit to another by a link inside it."""
    before = one.page.url
    link.click()
    one.page.wait_for_url(lambda url: url != before)
    return framed(one.page)


def new_tab(one: Actor, link: Locator) -> Actor:
    """What a link opens beside the page."""
    with one.page.context.expect_page() as opened:
        link.click()
    page = opened.value
    page.set_default_timeout(15_000)
    page.wait_for_load_state("load")
    return Actor(page, Watcher(page))


def passage(least: int, opening: str = "") -> str:
    """Sentences of at least that many words."""
    words = f"{opening} {' '.join(_SENTENCES)}".split()
    return " ".join(islice(cycle(words), max(least + 5, 25)))


# -- Studio --------------------------------------------------------------------------------------------------------
def edit(one: Actor, activity: str, place: str, value: str, wrong: tuple[str, str]) -> None:
    """Change one field of a block in its form; a wrong value in another is refused at its field first."""
    page, title = one.page, titles()[activity]
    page.goto(f"{COURSE}studio/")
    page.locator("ol.outline").get_by_role("link", name=units()[activity], exact=True).click()
    link = page.get_by_role("link", name=f"Sửa {title}")
    expect(link).to_be_visible()
    page.wait_for_load_state()
    one.watcher.look(f"preview of {activity}")
    link.click()
    expect(page.locator("[data-bd-studio]")).to_be_visible()
    for folded in page.locator(place).locator("xpath=ancestor::details/summary").all():
        folded.click()
    name, typed = wrong
    field = page.locator(f".bds-section > .bds-grid > [data-bd-name={name}]")
    before = field.locator("[data-bd-input]").input_value()
    field.locator("[data-bd-input]").fill(typed)
    page.locator(place).fill(value)
    one.watcher.allowed_statuses.add(400)
    page.locator("[data-bd-save]").click()
    expect(field.locator("[data-bd-error]")).not_to_be_empty()
    expect(field.locator("[data-bd-input]")).to_be_focused()
    one.watcher.look(f"form of {activity} with a message")
    field.locator("[data-bd-input]").fill(before)
    page.locator("[data-bd-save]").click()
    page.wait_for_url("**/studio/unit/**")
    expect(page.locator(".preview").get_by_text(value).first).to_be_visible()


# -- the ledger ---------------------------------------------------------------------------------------------------
def open_ledger(one: Actor, course: str = COURSE) -> FrameLocator:
    """One's own ledger, the first unit of the course."""
    one.page.goto(course)
    one.page.locator("ol.outline a").first.click()
    frame = framed(one.page)
    expect(frame.locator("[data-bd-ledger]")).to_be_visible()
    return frame


def earned(one: Actor, periods: str, result: str = "Chưa hoàn thành") -> FrameLocator:
    """Open the ledger, which says so much."""
    frame = open_ledger(one)
    expect(frame.locator(".bd-ledger__sum")).to_have_text(f"{periods} / 40 tiết")
    expect(frame.locator(".bd-head .bd-badge")).to_have_text(result)
    return frame


# -- checkpoints --------------------------------------------------------------------------------------------------
def step_of(frame: FrameLocator, slug: str) -> Locator:
    """One step of a checkpoint, unfolded."""
    box = frame.locator(f'[data-bd-step="{slug}"]')
    if box.locator("> details:not([open])").count():
        box.locator("> details > summary").click()
    return box


def fill(box: Locator, step: Any, *, right: bool = True) -> None:
    """Fill in an answer without sending it."""
    if step.kind == "choice":
        wanted = [option for option in step.options if option.correct] if right else [_a_wrong_one(step)]
        for option in step.options:
            if option in wanted or step.multiple:
                box.get_by_label(option.text, exact=True).set_checked(option in wanted)
    elif step.kind == "true_false":
        box.get_by_label("Đúng" if step.answer is right else "Sai", exact=True).check()
    elif step.kind == "short_answer":
        box.locator("textarea").fill(passage(step.min_words, f"{step.title}:"))
    elif step.kind == "rate":
        for item in step.items:
            box.get_by_role("group", name=item.text).get_by_label(step.levels[-2], exact=True).check()


def _a_wrong_one(step: Any) -> Any:
    return next(option for option in step.options if not option.correct)


def answer(frame: FrameLocator, step: Any, *, right: bool = True) -> Locator:
    """Answer a step, and see what became of it; the step."""
    box = step_of(frame, step.slug)
    fill(box, step, right=right)
    return send(box, "done" if step.kind not in ("choice", "true_false") else "right" if right else "wrong")


def send(box: Locator, outcome: str) -> Locator:
    """Send what is filled in."""
    box.locator("[data-bd-send]").click()
    expect(box.locator(f".bd-mark--{outcome}")).to_be_visible()
    return box


def finish(frame: FrameLocator, activity: str) -> None:
    """Answer rightly what is not done yet."""
    for step in contents()[activity].steps:
        box = frame.locator(f'[data-bd-step="{step.slug}"]')
        if box.get_attribute("data-state") != "done":
            outcome = "done" if contents()[activity].show == "nothing" or step.kind not in _SCORED else "right"
            fill(step_of(frame, step.slug), step)
            send(box, outcome)
    expect(frame.get_by_role("heading", name="Thầy/cô đã làm xong mọi bước bắt buộc")).to_be_visible()


_SCORED = ("choice", "true_false")


# -- reflections --------------------------------------------------------------------------------------------------
def prompt_of(frame: FrameLocator, slug: str) -> Locator:
    """One prompt of a reflection with all that stands around its field."""
    return frame.locator(".bd-prompt", has=frame.locator(f'textarea[data-bd-answer="{slug}"]'))


def write_all(frame: FrameLocator, activity: str, ending: str = "") -> None:
    """Fill every field with as many words as it asks for."""
    for prompt in contents()[activity].prompts:
        frame.locator(f'textarea[data-bd-answer="{prompt.slug}"]').fill(
            f"{passage(prompt.min_words, f'{prompt.title}.')} {ending}".strip()
        )


def ask(one: Actor, place: Locator, question: str, *, look: bool = False) -> None:
    """Ask the core teacher about a step or a prompt, in the tab that opens."""
    tab = new_tab(one, place.get_by_role("link", name=re.compile("Hỏi giáo viên cốt cán")))
    if look:
        tab.watcher.look("asking the core teacher")
    tab.page.get_by_label("Câu hỏi của thầy/cô").fill(question)
    tab.page.get_by_role("button", name="Gửi câu hỏi").click()
    expect(tab.page.locator("[data-bd-said=question]")).to_contain_text(question)
    if look:
        tab.watcher.look("the question that was asked")
    tab.page.close()


# -- marking ------------------------------------------------------------------------------------------------------
def open_work(one: Actor, name: str, activity: str) -> None:
    """From the desk to somebody's work that waits."""
    one.page.goto(f"{COURSE.replace('/courses/', '/boidung/course/')}")
    row = one.page.locator("tr", has_text=name).filter(has_text=titles()[activity])
    row.get_by_role("link", name=name).click()
    expect(one.page.get_by_role("heading", level=1)).to_have_text(name)


def mark(one: Actor, points: str = "8") -> None:
    """Give every criterion the same points, and store the mark."""
    for field in one.page.locator("[data-bd-points]").all():
        field.fill(points)
    one.page.locator("#bd-comment").fill("Bài cụ thể, có minh chứng của lớp mình.")
    one.page.locator("[data-bd-mark]").click()
    expect(one.page.locator("[data-bd-done=mark]")).to_contain_text(f"{points}/10")
