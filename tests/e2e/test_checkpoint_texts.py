"""What is written in a checkpoint outlives another device, a step that is gone, a slow line and a shared computer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.checkpoint_visit import LONG, Visit, answered_elsewhere, body, locked, page_of, visiting


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visit]:
    with visiting(chromium) as opened:
        yield opened


def test_a_text_refused_because_another_answer_came_is_in_the_field_beside_that_answer(visit: Visit) -> None:
    visit.server.refuse("answer", 409, "stale", html=body(answered_elsewhere()))
    visit.writing.fill(LONG)
    visit.send("lien-he")

    expect(visit.problem).to_be_focused()
    expect(visit.problem).to_contain_text("chưa được gửi và vẫn còn trong ô trả lời")
    expect(visit.writing).to_be_visible()
    expect(visit.writing).to_have_value(LONG.strip())
    expect(visit.step("lien-he").locator("[aria-labelledby$=told]")).to_contain_text("Ngắn gọn thôi.")
    assert visit.store()["lien-he.1"] == LONG.strip()
    visit.look("refused as another answer came")
    visit.wait(15)
    assert visit.server.sent[-1][1]["payload"]["answers"]["lien-he.1"] == LONG.strip()
    visit.server.fails.clear()
    sent = visit.send("lien-he")
    assert (sent["row_version"], sent["answer"]) == (4, {"text": LONG.strip()})
    expect(visit.problem).to_be_hidden()


def test_a_refused_text_replaces_no_other_that_was_not_sent_either(visit: Visit) -> None:
    page = answered_elsewhere()
    page["steps"][1]["text"] = "Nháp trên điện thoại."
    visit.server.refuse("answer", 409, "stale", html=body(page))
    visit.writing.fill(LONG)
    visit.send("lien-he")

    expect(visit.writing).to_have_value("Nháp trên điện thoại.")
    expect(visit.choice).to_contain_text("Tôi thấy học sinh")
    visit.page.locator("[data-bd-mine]").click()
    expect(visit.writing).to_have_value(f"Nháp trên điện thoại.\n\n{LONG.strip()}")


@pytest.mark.parametrize("page", [locked(), page_of(("lien-he",), version=4, steps=[])])
def test_a_refused_text_whose_form_is_gone_stands_in_a_box_until_it_is_erased(
    visit: Visit, page: dict[str, Any]
) -> None:
    visit.server.refuse("answer", 409, "locked", html=body(page))
    visit.writing.fill(LONG)
    visit.send("lien-he")

    expect(visit.leftover).to_contain_text(LONG.strip())
    visit.look("refused without a form")
    visit.wait(60)  # saved, and yet kept
    visit.server.page = page
    visit.open()
    expect(visit.leftover).to_contain_text(LONG.strip())
    with visit.page.expect_download() as download:
        visit.page.locator("[data-bd-leftover]").click()
    assert LONG.strip() in Path(download.value.path()).read_text(encoding="utf-8")
    visit.page.locator("[data-bd-forget]").click()
    expect(visit.leftover).to_be_hidden()
    visit.wait(60)
    visit.open()
    expect(visit.leftover).to_be_hidden()


def test_what_was_written_for_a_step_that_opens_again_is_back_in_its_field(visit: Visit) -> None:
    visit.writing.fill(LONG)
    visit.server.page = locked()
    visit.open()
    expect(visit.leftover).to_contain_text(LONG.strip())
    visit.send("doc")  # the answer's page has the step's form again

    expect(visit.writing).to_have_value(LONG.strip())
    expect(visit.leftover).to_be_hidden()


@pytest.mark.parametrize("saved", [False, True])
def test_after_a_reload_a_text_for_an_earlier_try_is_offered(visit: Visit, saved: bool) -> None:
    visit.writing.fill(LONG)
    if saved:
        visit.wait(60)
    visit.server.page = answered_elsewhere(draft={"version": int(saved)})
    visit.open()

    expect(visit.choice).to_contain_text("Tôi thấy học sinh")
    visit.look("another answer while away")
    visit.page.get_by_label("Năm").check()  # goes on without choosing
    visit.wait(60)
    visit.open()
    expect(visit.choice).to_be_visible()
    visit.page.locator("[data-bd-mine]").click()
    expect(visit.choice).to_be_hidden()
    expect(visit.writing).to_be_focused()
    expect(visit.writing).to_have_value(LONG.strip())
    visit.open()
    expect(visit.choice).not_to_contain_text("Tôi thấy học sinh")
    expect(visit.writing).to_have_value(LONG.strip())


def test_the_offered_text_is_dropped_by_the_person_alone(visit: Visit) -> None:
    visit.writing.fill(LONG)
    visit.server.page = answered_elsewhere()
    visit.open()
    visit.page.locator("[data-bd-theirs]").click()

    expect(visit.writing).to_have_value("Ngắn gọn thôi.")
    assert "lien-he.0" not in visit.store()
    visit.open()
    expect(visit.choice).to_be_hidden()


@pytest.mark.parametrize("case", ["contained", "answer", "seen"])
def test_nothing_is_offered_that_is_no_text_of_its_own(visit: Visit, case: str) -> None:
    if case == "answer":  # the field only held the answer that the system has
        visit.server.page = answered_elsewhere()
        visit.open()
        visit.page.get_by_label("Năm").check()
        visit.server.page = answered_elsewhere("Một câu khác hẳn.", tries=2)
    else:
        visit.writing.fill("Lớp tôi đã thử.")
        visit.server.page = answered_elsewhere("Lớp tôi đã thử. Các em thích.")
    if case == "seen":  # another device went on from the saved draft
        visit.wait(60)
        visit.server.page = answered_elsewhere("Một câu khác hẳn.", draft={"version": 2})
    visit.open()

    expect(visit.writing).to_have_count(1)
    if case == "answer":
        expect(visit.choice).to_contain_text("đã được khôi phục")  # what was chosen
        visit.page.locator("[data-bd-mine]").click()
    expect(visit.choice).to_be_hidden()
    expect(visit.leftover).to_be_hidden()


def test_the_text_of_another_step_is_offered_after_an_answer(visit: Visit) -> None:
    visit.server.refuse("answer", 409, "stale", html=body(answered_elsewhere()))
    visit.writing.fill(LONG)
    visit.send("doc")

    expect(visit.problem).to_be_focused()
    expect(visit.step("lien-he").locator("[data-bd-panel=choice]")).to_contain_text("Tôi thấy học sinh")
    expect(visit.writing).to_have_value("Ngắn gọn thôi.")


@pytest.mark.parametrize("code", ["ok", "busy"])
def test_while_an_answer_is_under_way_nothing_can_be_added_to_it(visit: Visit, code: str) -> None:
    visit.server.fails["answer"] = "no answer yet"
    visit.page.get_by_label("Ba").check()
    visit.writing.fill("Lớp tôi đã thử.")
    send = visit.step("lien-he").locator("[data-bd-send]")
    send.click()
    expect(visit.writing).not_to_be_editable()
    expect(send).to_have_attribute("aria-disabled", "true")
    expect(send).to_be_focused()
    visit.look("answer under way")
    visit.page.get_by_label("Năm").check()  # another step goes on
    expect(visit.page.locator("[data-bd-echo]")).to_have_text("Đã lưu trên máy")
    expect(visit.page.locator("[data-bd-say]")).to_have_text("")
    visit.server.fails.clear()
    if code == "busy":
        visit.server.held[0].fulfill(status=503, body="busy")
        expect(visit.problem).to_be_focused()
        expect(visit.writing).to_be_editable()
        visit.writing.fill("Lớp tôi đã thử. Các em thích.")
        assert visit.send("lien-he")["answer"] == {"text": "Lớp tôi đã thử. Các em thích."}
    else:
        after = body(page_of(("lien-he",), version=1))
        visit.server.held[0].fulfill(json={"row_version": 1, "completed": False, "html": after})
    expect(visit.writing).to_have_count(0)
    expect(visit.page.get_by_label("Năm")).to_be_checked()


def test_what_comes_into_the_field_all_the_same_is_not_taken_for_sent(visit: Visit) -> None:
    visit.server.fails["answer"] = "no answer yet"
    visit.writing.fill("Lớp tôi đã thử.")
    visit.step("lien-he").locator("[data-bd-send]").click()
    expect(visit.writing).not_to_be_editable()
    visit.writing.evaluate("field => { field.value = 'Từ bàn phím giọng nói.'; }")
    after = body(answered_elsewhere("Lớp tôi đã thử."))
    visit.server.held[0].fulfill(json={"row_version": 1, "completed": False, "html": after})

    expect(visit.writing).to_be_visible()
    expect(visit.writing).to_have_value("Từ bàn phím giọng nói.")


def test_the_fields_of_a_choice_are_shut_while_it_is_sent(visit: Visit) -> None:
    visit.server.fails["answer"] = "no answer yet"
    visit.page.get_by_label("Năm").check()
    visit.step("chon").locator("[data-bd-send]").click()
    expect(visit.page.get_by_label("Ba")).to_be_disabled()
    visit.look("choice under way")
    visit.server.held[0].fulfill(status=503, body="busy")
    expect(visit.page.get_by_label("Ba")).to_be_enabled()
    expect(visit.page.get_by_label("Năm")).to_be_checked()


def test_a_shared_computer_keeps_nothing(visit: Visit) -> None:
    visit.server.fails["answer"] = "no answer"
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")
    expect(visit.problem).to_be_focused()
    visit.page.get_by_text("Máy dùng chung").click()
    visit.look("shared computer")
    visit.page.locator("[data-bd-shared]").click()

    expect(visit.page.get_by_text("Máy dùng chung")).to_be_focused()
    expect(visit.page.locator("[data-bd-kept]")).not_to_be_empty()
    visit.writing.fill("Lớp tôi đã thử. Các em thích.")
    assert visit.page.evaluate("Object.keys(localStorage)") == []
    visit.wait(60)
    assert visit.server.sent[-1][1]["payload"]["answers"]["lien-he.0"] == "Lớp tôi đã thử. Các em thích."
    visit.look("shared computer, erased")
