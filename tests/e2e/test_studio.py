"""An author at work in the demo's Studio: form, messages, rows, saving, and what somebody else did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.watch import Watcher

AUTHOR = "nhan-vien-khoa-hoc"
STUDIO = "/courses/course-v1:SoGDDT+MD1-GV+dot1/studio/"


def new_checkpoint(page: Page) -> str:
    """Add a checkpoint to the first unit; its editor is open then. The editor's address."""
    page.goto(STUDIO)
    page.locator("ol.outline a").first.click()
    page.get_by_role("button", name="điểm dừng").click()
    expect(page.locator("[data-bd-studio]")).to_be_visible()
    return page.url


def field(page: Page, name: str, *, row: int | None = None) -> Any:
    """An input at the top of the form, or in a step."""
    place = page.locator("[data-bd-name=steps] > ol > li").nth(row) if row is not None else page
    return place.locator(f"[data-bd-name={name}]").first.locator("[data-bd-input]")


def wrong_input(page: Page, watcher: Watcher) -> None:
    """Each message stands at its field, the first has the focus, and everything typed is still there."""
    field(page, "display_name").fill("")
    field(page, "weight").fill("mười")
    page.get_by_role("button", name="Thêm: Đúng/sai").click()
    watcher.allowed_statuses.add(400)
    page.locator("[data-bd-save]").click()
    expect(page.locator("[data-bd-problem]")).to_contain_text("4")
    expect(field(page, "display_name")).to_be_focused()
    assert field(page, "weight").get_attribute("aria-invalid") == "true"
    assert field(page, "weight").input_value() == "mười"
    assert field(page, "answer", row=4).get_attribute("aria-invalid") == "true"
    watcher.look("the form with messages")


def rows(page: Page, watcher: Watcher) -> None:
    """Rows move, go and come back."""
    up = page.locator("[data-bd-name=steps] > ol > li").nth(4).locator("> .bds-tools [data-bd-up]")
    up.click()
    assert page.locator("[data-bd-name=steps] > ol > li").nth(3).locator("[data-bd-name=answer]").count() == 1
    last = page.locator("[data-bd-name=steps] > ol > li").nth(4)
    last.locator("> details > summary").click()
    last.locator("> .bds-tools [data-bd-remove]").click()
    expect(field(page, "title", row=4)).to_be_hidden()
    last.locator("> .bds-tools [data-bd-undo]").click()
    expect(field(page, "title", row=4)).to_be_visible()
    last.locator("> .bds-tools [data-bd-remove]").click()


def saving(page: Page) -> None:
    """What is right is stored and shows in the preview."""
    field(page, "display_name").fill("Điểm dừng mới")
    field(page, "weight").fill("7,5")
    field(page, "title", row=3).fill("Nhận định cuối")
    field(page, "answer", row=3).select_option("false")
    page.locator("[data-bd-save]").click()
    page.wait_for_url("**/studio/unit/**")
    expect(page.get_by_text("Nhận định cuối").first).to_be_visible()


def test_an_author_adds_edits_and_saves_a_checkpoint(person: Callable[..., Any]) -> None:
    with person(AUTHOR) as (page, watcher):
        editor = new_checkpoint(page)
        watcher.look("the form")
        wrong_input(page, watcher)
        rows(page, watcher)
        saving(page)
        page.goto(editor)
        assert field(page, "weight").input_value() == "7,5"
        steps = page.locator("[data-bd-name=steps] > ol > li > details > summary")
        assert steps.count() == 4
        expect(steps.last).to_contain_text("Nhận định cuối")


def test_what_somebody_else_saved_meanwhile_is_not_written_over_unasked(person: Callable[..., Any]) -> None:
    with person(AUTHOR) as (page, watcher), person("quan-tri-dot") as (other, _):
        editor = new_checkpoint(page)
        other.goto(editor)
        field(other, "display_name").fill("Của người khác")
        other.locator("[data-bd-save]").click()
        other.wait_for_url("**/studio/unit/**")

        watcher.allowed_statuses.add(409)
        field(page, "display_name").fill("Của tôi")
        page.locator("[data-bd-save]").click()
        expect(page.locator("[data-bd-problem]")).to_be_visible()
        watcher.look("the form after a conflict")
        assert field(page, "display_name").input_value() == "Của tôi"
        page.locator("[data-bd-overwrite]").click()
        page.wait_for_url("**/studio/unit/**")
        expect(page.get_by_text("Của tôi").first).to_be_visible()


def test_a_reflections_form_is_fit_to_be_used_with_everything_open(person: Callable[..., Any]) -> None:
    with person(AUTHOR) as (page, watcher):
        page.goto(STUDIO)
        page.locator("ol.outline a").first.click()
        page.get_by_role("button", name="suy ngẫm").click()
        page.locator("[data-bd-switch]").check()
        page.locator("[data-bd-studio] details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        watcher.look("the form of a reflection")
        field(page, "agenda").fill("Rà soát mạch nội dung")
        page.locator("[data-bd-save]").click()
        page.wait_for_url("**/studio/unit/**")
