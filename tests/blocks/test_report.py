"""The problem-response report: one row for each learner who has submitted, and nothing of what they wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from xblock.fields import Scope

from boidung_xblock.grading.models import Grade
from boidung_xblock.reflections.models import ReflectionVersion
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.block_runtime import BlockSite, hand_in
from tests.factories import World
from tests.queries import counted

pytestmark = pytest.mark.django_db

# What the platform itself puts into each row.
PLATFORM = {"username", "title", "location", "block_key", "state"}


def rows(site: BlockSite, limit: int | None = None, language: str = "en") -> list[tuple[str, dict[str, Any]]]:
    """As the platform asks: an unbound block, and an iterator over the learners' states."""
    with translation.override(language):
        return [(name, dict(row)) for name, row in site.block(None).generate_report_data(iter(()), limit)]


def test_a_row_says_when_how_much_and_with_which_mark(site: BlockSite, made: World) -> None:
    work = factories.submit(made.an, made.activity)
    ReflectionVersion.objects.update(
        submitted_at=datetime(2026, 11, 20, 13, 5, 9, 77, tzinfo=UTC), receipt_code="BD-1", is_late=True
    )
    factories.mark(made.lan, work)

    assert rows(site) == [
        (
            "an",
            {
                "State of the work": "Marked",
                "Version number": 1,
                "Submitted at (UTC)": "2026-11-20T13:05:09Z",
                "Words": 24,
                "Receipt code": "BD-1",
                "Group": "Tổ Toán – Tin",
                "School": "THCS Kim Đồng",
                "Late": "yes",
                "Mark": "7.5",
                "Highest mark": "10",
                "Pass": "yes",
            },
        )
    ]


def test_unmarked_and_returned_work_has_no_mark(site: BlockSite, made: World) -> None:
    factories.submit(made.an, made.activity)
    returned = factories.submit(made.mai, made.activity)
    factories.mark(made.lan, returned)
    factories.give_back(made.lan, returned)

    found = dict(rows(site))
    assert [found["an"][name] for name in ("State of the work", "Mark", "Pass")] == ["Submitted", "", ""]
    assert [found["mai"][name] for name in ("State of the work", "Mark")] == ["Returned for revision", ""]


def test_the_latest_version_counts(site: BlockSite, made: World) -> None:
    factories.give_back(made.lan, factories.submit(made.an, made.activity))
    factories.submit(made.an, made.activity, word_count=99)

    ((_, row),) = rows(site)
    assert (row["Version number"], row["Words"], row["State of the work"]) == (2, 99, "Resubmitted")


def test_who_has_submitted_nothing_or_was_given_points_only_is_left_out(site: BlockSite, made: World) -> None:
    block = site.block(made.mai)
    block.participated = True
    block.save()
    factories.submit(made.an, made.activity)
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)
    Grade.objects.create(activity=made.activity, learner=made.tam, earned=5, possible=10, updated_at=datetime.now(UTC))

    assert rows(site) == []


def test_nothing_that_was_written_is_in_it(site: BlockSite, made: World) -> None:
    work = factories.submit(made.an, made.activity, text="Điều riêng tư")
    factories.mark(made.lan, work, comment="Nhận xét riêng", private_note="Ghi chú riêng")

    assert "riêng" not in str(rows(site))


def test_the_site_may_add_a_column_for_each_prompt(site: BlockSite, made: World, settings: Any) -> None:
    settings.BOIDUNG_REPORT_ANSWERS = True
    factories.submit(made.an, made.activity, text="Tôi đã thử với lớp 6A.")

    ((_, row),) = rows(site)
    for prompt in made.activity.settings["prompts"]:
        assert row[f"{prompt['title']} [{prompt['slug']}]"] == "Tôi đã thử với lớp 6A."


def test_answers_to_prompts_that_are_no_longer_asked_stay_in_it(site: BlockSite, made: World, settings: Any) -> None:
    settings.BOIDUNG_REPORT_ANSWERS = True
    factories.submit(made.an, made.activity, text="Câu trả lời cũ")
    site.publish(prompts=[{"slug": "moi", "title": "Câu mới", "required": False, "min_words": 0}])

    ((_, row),) = rows(site)
    assert row["Câu mới [moi]"] == ""
    assert list(row.values()).count("Câu trả lời cũ") == len(factories.answers())


def test_what_was_withdrawn_unread_stays_unread(site: BlockSite, made: World, settings: Any) -> None:
    settings.BOIDUNG_REPORT_ANSWERS = True
    factories.withdraw(made.an, factories.submit(made.an, made.activity, text="Điều rút lại"))

    ((_, row),) = rows(site)
    assert row["State of the work"] == "Withdrawn"
    assert "Điều rút lại" not in str(row)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(site: BlockSite, made: World, settings: Any, text: str) -> None:
    settings.BOIDUNG_REPORT_ANSWERS = True
    factories.submit(made.an, made.activity, text=text)
    ReflectionVersion.objects.update(group_name=text)

    ((_, row),) = rows(site)
    assert row["Group"] == f"'{text}"
    assert list(row.values()).count(f"'{text}") == 1 + len(factories.answers())


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_heading_takes_the_place_of_one_of_the_platform(
    site: BlockSite, made: World, settings: Any, language: str
) -> None:
    settings.BOIDUNG_REPORT_ANSWERS = True
    titles = [{"slug": f"p{number}", "title": name} for number, name in enumerate(sorted(PLATFORM))]
    site.publish(prompts=[{**row, "required": False, "min_words": 0} for row in titles])
    factories.submit(made.an, made.activity)
    ((_, row),) = rows(site, language=language)
    assert not PLATFORM & row.keys()
    assert len(row) == 11 + len(titles) + len(factories.answers())


@pytest.mark.parametrize(("limit", "names"), [(None, 3), (2, 2), (3, 3), (10, 3), (0, 0)])
def test_the_limit_is_kept(site: BlockSite, made: World, limit: int | None, names: int) -> None:
    for account in (made.an, made.mai, made.binh):
        factories.submit(account, made.activity)

    assert len(rows(site, limit)) == names


def test_queries_do_not_grow_with_the_number_of_learners(site: BlockSite, made: World) -> None:
    factories.crowd(made.activity, made.maths, 10)
    with counted() as few:
        assert len(rows(site)) == 10
    factories.crowd(made.activity, made.maths, 480)
    with counted() as many:
        assert len(rows(site)) == 490
    assert len(few.statements) == len(many.statements) <= 4
    factories.crowd(made.activity, made.maths, 510)
    with counted() as batches:
        assert len({name for name, _ in rows(site)}) == 1000
    assert len(batches.statements) == len(many.statements) + 2  # one more batch


def test_the_texts_are_not_even_read_unless_they_are_wanted(site: BlockSite, made: World) -> None:
    factories.submit(made.an, made.activity)
    with counted() as queries:
        rows(site)
    assert not any('"answers"' in statement for statement in queries.statements)


def test_a_block_that_was_never_published_has_no_rows(site: BlockSite, made: World) -> None:
    site.author("r9")
    assert list(site.block(None, "r9").generate_report_data(iter(()))) == []


def test_the_state_that_the_platform_puts_beside_it_holds_only_the_marker(site: BlockSite, made: World) -> None:
    hand_in(site, made.an)
    block = site.block(made.an)
    fields = [field for field in block.fields.values() if field.scope is Scope.user_state]
    assert {field.name: field.read_from(block) for field in fields} == {"participated": True}
