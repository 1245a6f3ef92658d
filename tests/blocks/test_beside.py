"""What stands beside a reflection: its author's earlier answer, the conclusion of the group, answers, minutes."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.utils import translation

from tests import factories
from tests.block_runtime import SHORT_PROMPTS, BlockSite, hand_in, view
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.meetings import desk
from tests.queries import counted
from tests.selfstudy.ways import checkpoint, content, give
from tests.support.talk import ask, say

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BUDGET = 6
MEETING = {"kind": "regular", "number": 1, "agenda": desk.AGENDA}
FREE = content(order="free")
FIRST = SHORT_PROMPTS[0]["slug"]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def site(made: World) -> BlockSite:
    """A reflection on a group meeting; its first prompt recalls the step "lien-he" and shows the conclusion."""
    published = BlockSite()
    first, *others = SHORT_PROMPTS
    prompts = [{**first, "recall": "lien-he", "show_conclusion": True}, *others]
    made.activity = published.publish(prompts=prompts, meeting=MEETING)
    return published


def words(html: str) -> str:
    """What the page says, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_prompt_shows_what_its_author_wrote_before_the_meeting(site: BlockSite, made: World) -> None:
    give(made.an, checkpoint(title="Điểm dừng 1"), "lien-he", {"text": "Lớp tôi ngại nói."}, asked=FREE)
    text = words(view(site.block(made.an)))
    assert "What you wrote before" in text
    assert "Lớp tôi ngại nói." in text
    assert "Lớp tôi ngại nói." not in words(view(site.block(made.binh)))


def test_the_latest_words_count_of_whichever_checkpoint_has_that_step(site: BlockSite, made: World) -> None:
    old, new = checkpoint("c1", "Điểm dừng 1"), checkpoint("c2", "Điểm dừng 2")
    for text in ("Ý thứ nhất.", "Ý thứ hai."):
        give(made.an, old, "lien-he", {"text": text}, asked=FREE)
    give(made.an, new, "lien-he", {"text": "Ý ở chỗ khác."}, asked=FREE)
    shown = words(view(site.block(made.an)))
    assert "Ý ở chỗ khác." in shown
    assert "Ý thứ" not in shown


def test_the_groups_conclusion_is_shown_once_it_is_approved(site: BlockSite, made: World) -> None:
    desk.sent(made)
    assert desk.CONCLUSION not in words(view(site.block(made.an)))
    desk.step(made, made.mai, "approve")
    assert desk.CONCLUSION in words(view(site.block(made.an)))
    assert desk.CONCLUSION not in words(view(site.block(made.binh)))  # of another group
    desk.step(made, made.lan, "reopen")
    assert desk.CONCLUSION not in words(view(site.block(made.an)))


def test_who_was_present_is_asked_to_confirm(site: BlockSite, made: World) -> None:
    assert "Not begun" in words(view(site.block(made.an)))
    desk.sent(made, roll={made.an: "present"})
    assert "Please read the minutes and confirm that you took part." in words(view(site.block(made.an)))
    desk.step(made, made.an, "confirm")
    assert "Please read the minutes" not in words(view(site.block(made.an)))


def test_an_answer_of_the_core_teacher_comes_back_to_its_prompt(site: BlockSite, made: World) -> None:
    say(made.lan, ask(made, made.an, "Chia nhóm thế nào?", place=FIRST), "Chia theo bàn.")
    html = view(site.block(made.an))
    assert "Chia nhóm thế nào?" in words(html)
    assert "Chia theo bàn." in words(html)
    assert "Chia theo bàn." not in words(view(site.block(made.binh)))


def test_after_handing_in_all_of_it_stays_beside_the_answers(site: BlockSite, made: World) -> None:
    say(made.lan, ask(made, made.an, "Chia nhóm thế nào?", place=FIRST), "Chia theo bàn.")
    hand_in(site, made.an)
    assert "Chia theo bàn." in words(view(site.block(made.an)))


def test_everything_beside_costs_one_query(site: BlockSite, made: World) -> None:
    place = checkpoint()
    give(made.an, place, "lien-he", {"text": "Lớp tôi ngại nói."}, asked=FREE)
    desk.approved(made)
    for number in range(6):
        say(made.lan, ask(made, made.an, f"Hỏi {number}?", place=FIRST), "Trả lời.")
    block = site.block(made.an)
    with counted() as queries:
        view(block)
    assert queries.ours <= BUDGET
    assert queries.writes == []
    assert made.activity.course_key == COURSE


def test_the_preview_tells_authors_of_the_meeting_the_files_and_what_is_recalled(site: BlockSite, made: World) -> None:
    text = words(view(site.block(made.staff, author_mode=True), "author_view"))
    assert "Kind of meeting : Regular, Meeting number 1" in text.replace("meeting:", "meeting :")
    assert desk.AGENDA in text
    assert "Up to 3 files" in text
    assert "Show an earlier answer above it (lien-he); Show the group's conclusion above it" in text
