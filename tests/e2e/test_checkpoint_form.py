"""The page of a checkpoint against a network that fails on demand: no answer is lost, none counts twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.blocks.checkpoints import ANSWERS
from tests.e2e.checkpoint_visit import Visit, body, page_of, visiting


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visit]:
    with visiting(chromium) as opened:
        yield opened


def test_an_answer_goes_out_as_the_server_takes_it_and_the_result_has_the_focus(visit: Visit) -> None:
    visit.page.get_by_label("Năm").check()
    sent = visit.send("chon")

    assert (sent["step"], sent["answer"], sent["row_version"], sent["for_user"]) == ("chon", ANSWERS["chon"], 0, 7)
    expect(visit.page.locator("[data-bd-heading]")).to_be_focused()
    assert visit.send("doc")["row_version"] == 1


def test_what_is_missing_is_said_at_its_step_and_not_sent(visit: Visit) -> None:
    for slug in ("chon", "lien-he"):
        visit.step(slug).locator("[data-bd-send]").click()
        expect(visit.step(slug).locator("[data-bd-error]")).not_to_be_empty()
        expect(visit.step(slug).locator("[aria-invalid=true]")).to_be_focused()
    assert visit.server.sent == []


@pytest.mark.parametrize("reload", [False, True])
def test_a_lost_answer_is_sent_again_with_the_same_key(visit: Visit, reload: bool) -> None:
    visit.server.fails["answer"] = "no answer"
    visit.writing.fill("Lớp tôi đã thử.")
    first = visit.send("lien-he")
    expect(visit.problem).to_be_focused()
    if reload:
        visit.open()
        expect(visit.writing).to_have_value("Lớp tôi đã thử.")
    visit.server.fails.clear()
    again = visit.send("lien-he")

    assert again["client_key"] == first["client_key"]
    assert again["answer"] == first["answer"] == {"text": "Lớp tôi đã thử."}
    expect(visit.step("lien-he").locator("textarea")).to_have_count(0)


def test_another_answer_has_another_key(visit: Visit) -> None:
    visit.server.fails["answer"] = "no answer"
    visit.writing.fill("Lớp tôi đã thử.")
    first = visit.send("lien-he")
    visit.writing.fill("Lớp tôi chưa thử.")

    assert visit.send("lien-he")["client_key"] != first["client_key"]


def test_offline_nothing_goes_out_and_the_button_sends_it_later(visit: Visit) -> None:
    visit.page.get_by_label("Năm").check()
    visit.page.context.set_offline(True)
    visit.step("chon").locator("[data-bd-send]").click()
    expect(visit.problem).to_be_visible()
    assert visit.server.sent == []
    visit.page.context.set_offline(False)
    with visit.page.expect_event("requestfinished"):
        visit.page.locator("[data-bd-retry]").click()

    assert visit.server.sent[-1][1]["answer"] == ANSWERS["chon"]
    expect(visit.problem).to_be_hidden()


def test_half_written_text_of_another_step_outlives_an_answer(visit: Visit) -> None:
    visit.writing.fill("Đang viết")
    visit.page.get_by_label("Năm").check()
    visit.send("chon")

    expect(visit.writing).to_have_value("Đang viết")
    visit.wait(15)
    what, sent = visit.server.sent[-1]
    assert (what, sent["payload"]["answers"]) == ("draft", {"lien-he.0": "Đang viết"})


def test_after_an_answer_drafts_go_on_from_the_version_they_had(visit: Visit) -> None:
    visit.writing.fill("Đang viết")
    visit.wait(15)
    visit.send("doc")
    visit.wait(60)
    assert [what for what, _ in visit.server.sent] == ["draft", "answer"]  # nothing new to save
    visit.writing.fill("Đang viết tiếp")
    visit.wait(60)
    assert visit.server.sent[-1][1]["version"] == 1


def test_the_device_keeps_nothing_that_the_system_has(visit: Visit) -> None:
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")
    expect(visit.writing).to_have_count(0)

    assert visit.page.evaluate("Object.keys(localStorage)") == []


def test_a_stale_page_is_brought_up_to_date_and_keeps_what_was_typed(visit: Visit) -> None:
    visit.server.refuse("answer", 409, "stale", html=body(page_of(("chon",), version=4)))
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")

    expect(visit.problem).to_contain_text("(stale)")
    expect(visit.writing).to_have_value("Lớp tôi đã thử.")
    expect(visit.step("chon").locator("form")).to_have_count(0)
    visit.server.fails.clear()
    assert visit.send("lien-he")["row_version"] == 4


@pytest.mark.parametrize(
    ("status", "code", "panel"), [(403, "not_logged_in", ""), (403, "other_login", "other"), (503, "", "")]
)
def test_refusals_keep_the_answer_and_say_why(visit: Visit, status: int, code: str, panel: str) -> None:
    visit.server.refuse("answer", status, code)
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")

    expect(visit.problem).to_be_visible()
    expect(visit.writing).to_have_value("Lớp tôi đã thử.")
    if panel:
        expect(visit.page.locator(f"[data-bd-panel={panel}]")).to_be_visible()


def test_the_servers_word_on_a_step_stands_at_that_step(visit: Visit) -> None:
    visit.server.refuse("answer", 400, "bad_input", fields={"lien-he": "Cần viết dài hơn."})
    visit.writing.fill("Lớp tôi đã thử.")
    visit.send("lien-he")

    expect(visit.step("lien-he").locator("[data-bd-error]")).to_have_text("Cần viết dài hơn.")


def test_a_draft_of_another_device_is_for_the_person_to_choose(visit: Visit) -> None:
    payload = {"answers": {"lien-he.0": "Từ điện thoại"}, "self_rating": {}, "files": []}
    visit.server.refuse("draft", 409, "stale_draft", version=3, payload=payload, saved_text="20:01")
    visit.writing.fill("Từ máy tính")
    visit.wait(20)

    expect(visit.page.locator("[data-bd-panel=choice]")).to_be_visible()
    visit.page.locator("[data-bd-theirs]").click()
    expect(visit.writing).to_have_value("Từ điện thoại")
