"""The register follows the published course, and forgets nothing that learners have worked on."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command

from boidung_xblock import tasks
from boidung_xblock.activities import api as activities
from boidung_xblock.errors import Missing
from boidung_xblock.tasks import refresh_register
from tests import factories
from tests.factories import COURSE, OTHER_COURSE
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db


def titles(course_key: str = COURSE, **options: object) -> list[str]:
    return [row.title for row in activities.in_course(course_key, **options)]  # type: ignore[arg-type]


def test_publishing_registers_every_block_in_course_order(host: MemoryHost) -> None:
    due = datetime(2026, 12, 1, 16, 59, tzinfo=UTC)
    host.add_block(COURSE, factories.facts("r2", title="Bài 2", position=1))
    host.add_block(COURSE, factories.facts("r1", title="Bài 1", position=0, due=due, weight=5.0, periods=2.5))

    assert activities.refresh_course(COURSE) == 2

    first = activities.in_course(COURSE)[0]
    assert titles() == ["Bài 1", "Bài 2"]
    assert (first.due, float(first.weight), float(first.periods)) == (due, 5.0, 2.5)
    assert first.settings["files"] == factories.FILE_RULES


def test_publishing_again_changes_rows_in_place(host: MemoryHost) -> None:
    host.add_block(COURSE, factories.facts(title="Tên cũ"))
    activities.refresh_course(COURSE)
    before = activities.get(factories.usage())
    host.add_block(COURSE, factories.facts(title="Tên mới"))

    refresh_register.delay(COURSE)

    after = activities.get(factories.usage())
    assert (after.pk, after.title) == (before.pk, "Tên mới")


def test_a_block_that_left_the_course_stays_registered_but_is_not_live(host: MemoryHost) -> None:
    host.add_block(COURSE, factories.facts("r1", title="Còn"))
    host.add_block(COURSE, factories.facts("r2", title="Đã xoá"))
    activities.refresh_course(COURSE)
    host.remove_block(factories.usage("r2"))

    assert activities.refresh_course(COURSE) == 1

    assert titles() == ["Còn"]
    assert set(titles(live_only=False)) == {"Còn", "Đã xoá"}
    assert activities.get(factories.usage("r2")).live is False


def test_a_block_that_comes_back_is_live_again_with_its_records(host: MemoryHost) -> None:
    made = factories.activity()
    host.remove_block(made.usage_key)
    activities.refresh_course(COURSE)
    host.add_block(COURSE, factories.facts())
    activities.refresh_course(COURSE)

    assert activities.get(made.usage_key).pk == made.pk
    assert activities.get(made.usage_key).live is True


def test_refreshing_one_course_leaves_others_alone(host: MemoryHost) -> None:
    factories.activity("x", course_key=OTHER_COURSE)

    activities.refresh_course(COURSE)

    assert len(titles(OTHER_COURSE)) == 1


def test_lists_can_be_narrowed_to_one_kind(host: MemoryHost) -> None:
    host.add_block(COURSE, factories.facts("r1"))
    host.add_block(COURSE, factories.facts("c1", kind="boidung_checkpoint", title="Điểm dừng"))
    activities.refresh_course(COURSE)

    assert titles(kind="boidung_checkpoint") == ["Điểm dừng"]


def test_an_unpublished_block_is_missing(host: MemoryHost) -> None:
    assert activities.find(factories.usage()) is None
    with pytest.raises(Missing) as caught:
        activities.get(factories.usage())
    assert caught.value.status == 404


@pytest.mark.database
def test_usage_keys_differ_by_case(host: MemoryHost) -> None:
    upper, lower = factories.activity("R1"), factories.activity("r1")

    assert upper.pk != lower.pk
    assert activities.get(factories.usage("R1")).pk == upper.pk


def test_a_course_with_a_hundred_blocks_costs_one_query_to_list(
    host: MemoryHost, django_assert_num_queries: object
) -> None:
    for index in range(20):
        factories.activity(f"r{index}")

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(activities.in_course(COURSE)) == 20


def test_a_long_title_is_cut_to_its_column(host: MemoryHost) -> None:
    host.add_block(COURSE, factories.facts(title="Ê" * 400))
    activities.refresh_course(COURSE)

    assert titles() == ["Ê" * 255]


# -- changes ----------------------------------------------------------------------------------------------------
STEPS = [{"slug": "doc", "title": "Đọc", "kind": "read", "required": True}]


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The activities whose unfinished work was to be reckoned, in order."""
    found: list[int] = []
    monkeypatch.setattr(tasks.reckon_checkpoint, "delay", found.append)
    return found


def checkpoint(host: MemoryHost, name: str, steps: Any = STEPS, **changes: Any) -> None:
    block = factories.facts(name, kind="boidung_checkpoint", settings={"steps": steps}, **changes)
    host.add_block(COURSE, block)


def test_only_checkpoints_that_now_ask_something_else_are_reckoned_and_once_the_register_says_so(
    host: MemoryHost, reckoned: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    for name in ("c1", "c2"):
        checkpoint(host, name)
    host.add_block(COURSE, factories.facts("r1"))
    with django_capture_on_commit_callbacks(execute=True):
        refresh_register.delay(COURSE)
    assert reckoned == []  # nobody has begun what is new

    checkpoint(host, "c1", [{**STEPS[0], "required": False}])
    checkpoint(host, "c2", title="Tên mới", weight=5.0)
    host.add_block(COURSE, factories.facts("r1", settings=factories.settings_of_activity(leader_reads=True)))
    with django_capture_on_commit_callbacks(execute=True):
        refresh_register.delay(COURSE)
        assert reckoned == []
    assert reckoned == [activities.get(factories.usage("c1")).pk]

    with django_capture_on_commit_callbacks(execute=True):
        refresh_register.delay(COURSE)
    assert len(reckoned) == 1


def test_the_command_that_rebuilds_the_register_has_changes_reckoned_too(
    host: MemoryHost, reckoned: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    checkpoint(host, "c1")
    activities.refresh_course(COURSE)
    checkpoint(host, "c1", [])
    with django_capture_on_commit_callbacks(execute=True):
        call_command("boidung_refresh_register", COURSE, stdout=io.StringIO())
    assert len(reckoned) == 1
