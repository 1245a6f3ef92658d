"""The ledger's page: one's own periods, what is next and due, the result; what it costs; what authors are told."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone, translation
from xblock.completable import XBlockCompletionMode

from boidung_xblock.host import Masquerade
from boidung_xblock.ledger import LedgerXBlock
from tests import factories
from tests.block_runtime import view
from tests.blocks.ledgers import LedgerSite
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.meetings import desk
from tests.queries import counted
from tests.reports.module import ModuleWorld, answer_all, checkpoint, module_world

pytestmark = pytest.mark.django_db

RULE = {"total_periods": 5.0, "min_periods": 5.0, "min_meetings": 0}
BUDGET = 6


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def module(host: MemoryHost) -> ModuleWorld:
    """Two checkpoints (1 and 2 periods) and a paper (2 periods); ``an`` passed, ``mai`` did not, ``tam`` has begun."""
    made = module_world()
    made.paper.position = 8
    made.paper.save()
    return made


@pytest.fixture
def site(module: ModuleWorld) -> LedgerSite:
    published = LedgerSite()
    published.publish(**RULE)
    return published


def words(html: str) -> str:
    """What the page says, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def lines(html: str) -> dict[str, str]:
    """{title: the line of the table}"""
    found = re.findall(r'<tr role="row"(.*?)</tr>', html, re.DOTALL)
    return {re.search(r">([^<>]+)</a>", line)[1]: words("<" + line) for line in found}  # type: ignore[index]


# -- one's own ---------------------------------------------------------------------------------------------------
def test_a_teacher_who_has_everything_reads_passed_and_can_print_the_confirmation(
    site: LedgerSite, module: ModuleWorld
) -> None:
    html = view(site.block(module.world.an))
    assert "5 / 5 periods" in words(html)
    assert "Result of the module: Passed" in words(html)
    assert f"/boidung/course/{COURSE}/confirmation/" in html
    assert "Next" not in words(html)
    assert re.findall(r'data-bd-state="(\w+)"', html) == ["completed"] * 3


def test_a_teacher_on_the_way_reads_what_is_done_and_what_is_next(site: LedgerSite, module: ModuleWorld) -> None:
    html = view(site.block(module.world.tam))
    text = words(html)
    assert "0 / 5 periods" in text
    assert "Not completed" in text
    assert "0 of 5 periods have been earned." in text
    assert re.search(r"Next Khởi động .*Required steps are still to be done\. Go on", text)
    found = lines(html)
    assert "In progress" in found["Khởi động"]
    assert "Not started" in found["Năm phẩm chất"]
    assert "confirmation" not in html


def test_a_mark_below_the_pass_mark_is_told_with_its_activity(site: LedgerSite, module: ModuleWorld) -> None:
    text = words(view(site.block(module.world.mai)))
    assert "Result of the module: Not yet passed" in text
    assert "Below the pass mark: Bài suy ngẫm r1." in text
    assert "3 / 5 periods" in text


def test_returned_work_comes_before_everything_else(site: LedgerSite, module: ModuleWorld) -> None:
    world = module.world
    factories.give_back(world.lan, factories.submit(world.tam, module.paper))
    text = words(view(site.block(world.tam)))
    assert re.search(r"Next Bài suy ngẫm r1 .*It was returned to you", text)


def test_every_activity_leads_to_its_place(site: LedgerSite, module: ModuleWorld) -> None:
    html = view(site.block(module.world.tam))
    for part in (module.first, module.second, module.paper):
        assert f'href="/jump_to/{part.usage_key}"' in html


def test_due_dates_are_the_learners_own(site: LedgerSite, module: ModuleWorld, host: MemoryHost) -> None:
    due = timezone.now() + timedelta(days=1)
    host.set_due(module.second.usage_key, due)
    host.extend(user_id=module.world.tam.pk, usage_key=module.second.usage_key, due=due + timedelta(days=9))
    host.set_due(module.first.usage_key, timezone.now() - timedelta(days=1))
    theirs, others = lines(view(site.block(module.world.tam))), lines(view(site.block(module.world.binh)))
    assert "(soon)" in others["Năm phẩm chất"]
    assert "(soon)" not in theirs["Năm phẩm chất"]
    assert "(overdue)" in theirs["Khởi động"]
    assert "(overdue)" not in lines(view(site.block(module.world.an)))["Khởi động"]  # it is done


def test_results_that_the_platform_does_not_show_yet_are_not_counted_here(
    site: LedgerSite, module: ModuleWorld, host: MemoryHost
) -> None:
    due = timezone.now() + timedelta(days=1)
    host.set_due(module.paper.usage_key, due)
    module.paper.settings = {**module.paper.settings, "show_correctness": "past_due"}
    module.paper.save()
    html = view(site.block(module.world.an))
    assert "3 / 5 periods" in words(html)
    assert "The result of 1 activity is not shown yet." in words(html)
    assert "9/10" not in html
    assert "confirmation" not in html
    host.set_due(module.paper.usage_key, due - timedelta(days=2))
    assert "5 / 5 periods" in words(view(site.block(module.world.an)))


def test_group_meetings_ask_for_confirmation_and_then_for_approval(host: MemoryHost) -> None:
    made = desk.meeting_world()
    site = LedgerSite()
    site.publish(total_periods=2.0, min_periods=2.0, min_meetings=1)
    factories.mark(made.lan, factories.submit(made.an, made.activity), factories.BETTER)
    desk.sent(made)
    text = words(view(site.block(made.an)))
    assert "Minutes wait for your confirmation" in text
    assert "Waits for approved minutes of your group that name you." in text
    desk.step(made, made.an, "confirm")
    assert "Minutes wait for your confirmation" not in words(view(site.block(made.an)))
    desk.step(made, made.mai, "approve")
    assert "2 / 2 periods" in words(view(site.block(made.an)))
    desk.step(made, made.lan, "reopen")
    assert "0 / 2 periods" in words(view(site.block(made.an)))


def test_who_was_absent_is_told_to_make_up_the_meeting(host: MemoryHost) -> None:
    made = desk.meeting_world()
    site = LedgerSite()
    site.publish(total_periods=2.0, min_periods=2.0, min_meetings=1)
    factories.mark(made.lan, factories.submit(made.an, made.activity), factories.BETTER)
    desk.approved(made, roll={made.an: "excused"})
    assert "The roll call says absent." in words(view(site.block(made.an)))
    desk.step(made, made.mai, "make_up", whom=made.an)
    assert "2 / 2 periods" in words(view(site.block(made.an)))


def test_the_page_names_whom_to_ask(site: LedgerSite, module: ModuleWorld) -> None:
    html = view(site.block(module.world.an))
    assert host_name(module.world.lan) in html
    assert "Ask the core teacher" in html
    assert "usage=block-v1" in html


def host_name(account: Any) -> str:
    return factories.host().display_name(account)


# -- others ------------------------------------------------------------------------------------------------------
def test_visitors_staff_and_outsiders_see_the_module_without_anybodys_periods(
    site: LedgerSite, module: ModuleWorld
) -> None:
    for account, told in (
        (None, "Log in to see your own periods."),
        (module.world.staff, "You see the module as course staff."),
        (module.world.outsider, "Only people enrolled in the course have periods here."),
    ):
        html = view(site.block(account))
        assert told in words(html)
        assert "data-bd-state" not in html
        assert "Năm phẩm chất" in html
        assert ("/results/" in html) == (account is module.world.staff)


def test_viewing_as_a_learner_shows_that_learners_ledger(
    site: LedgerSite, module: ModuleWorld, host: MemoryHost
) -> None:
    host.wear_mask(COURSE, Masquerade.LEARNER)
    assert "5 / 5 periods" in words(view(site.block(module.world.an)))


def test_a_course_without_anything_else_says_so(host: MemoryHost) -> None:
    made = factories.world()
    factories.activities.close_course(COURSE)
    site = LedgerSite()
    site.publish()
    assert "No activity with periods has been published yet." in words(view(site.block(made.an)))


def test_broken_content_is_said_and_shows_nothing_else(site: LedgerSite, module: ModuleWorld) -> None:
    site.author(total_periods=-1.0)
    text = words(view(site.block(module.world.an)))
    assert "This activity is not set up correctly yet." in text
    assert "periods" not in text


def test_hostile_titles_and_introductions_stay_text(site: LedgerSite, module: ModuleWorld) -> None:
    site.author(display_name="<script>1</script>", intro="<p onclick='x()'>Chào<script>2</script></p>", **RULE)
    html = view(site.block(module.world.an))
    assert "<script" not in html
    assert "onclick" not in html
    assert "<p>Chào</p>" in html


# -- the platform ------------------------------------------------------------------------------------------------
def test_a_ledger_is_neither_graded_nor_part_of_completion() -> None:
    assert LedgerXBlock.completion_mode == XBlockCompletionMode.EXCLUDED
    assert not getattr(LedgerXBlock, "has_score", False)
    assert (LedgerXBlock.weight, LedgerXBlock.periods) == (0.0, 0.0)
    assert LedgerXBlock.show_in_read_only_mode


def test_looking_writes_nothing_and_costs_six_queries_whatever_the_module(
    site: LedgerSite, module: ModuleWorld
) -> None:
    def cost(account: Any) -> int:
        block = site.block(account)
        with counted() as found:
            view(block)
        assert found.writes == []
        return found.ours

    few = {name: cost(getattr(module.world, name)) for name in ("an", "mai", "tam", "binh")}
    for number in range(20):
        answer_all(module.world.binh, checkpoint(f"d{number}", f"Thêm {number}", periods=1, position=20 + number))
        desk.meeting_activity(f"m{number}")
    many = {name: cost(getattr(module.world, name)) for name in few}
    assert few == many
    assert max(many.values()) <= BUDGET


# -- authors -----------------------------------------------------------------------------------------------------
def preview(site: LedgerSite, made: World, name: str = "ledger") -> str:
    return words(view(site.block(made.staff, name, author_mode=True), "author_view"))


def test_the_preview_shows_the_module_and_nobodys_periods(site: LedgerSite, module: ModuleWorld) -> None:
    text = preview(site, module.world)
    assert "Preview: learners see here the periods they have earned" in text
    assert "Năm phẩm chất" in text
    assert "At least 5 of 5 periods." in text
    assert "needs attention" not in text


def test_an_author_is_told_of_a_second_ledger(site: LedgerSite, module: ModuleWorld) -> None:
    site.publish("second", position=10, **RULE)
    assert "This course has another ledger (Sổ bồi dưỡng). Only the first one counts." in preview(
        site, module.world, "second"
    )


def test_an_author_is_told_when_the_sums_do_not_agree(site: LedgerSite, module: ModuleWorld) -> None:
    site.author(total_periods=40.0, min_periods=40.0, min_meetings=3)
    text = preview(site, module.world)
    assert "The published activities add up to 5 periods, the module has 40." in text
    assert "Nobody can complete the module: 40 periods are needed, there are 5." in text
    assert "Nobody can complete the module: 3 meetings are needed, there are 0." in text


def test_a_rule_that_cannot_hold_is_told_at_its_field(site: LedgerSite, module: ModuleWorld) -> None:
    site.author(total_periods=-1.0)
    assert "Periods of the module: Must be more than 0." in preview(site, module.world)
