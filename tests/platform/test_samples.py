"""The sample courses as an author imports them on Studio's page: every block of ours arrives, whole and registered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from opaque_keys.edx.keys import CourseKey, UsageKey  # noqa: E402
from xblock.fields import Scope  # noqa: E402
from xmodule.modulestore.django import SignalHandler, modulestore  # noqa: E402

from boidung_xblock.activities import api as activities  # noqa: E402
from tests import samples  # noqa: E402
from tests.platform.studio import Studio  # noqa: E402

FORMATS = {
    "Điểm dừng": 0.2,
    "Sinh hoạt tổ/nhóm": 0.4,
    "Sản phẩm, bài thu hoạch": 0.2,
    "Kiểm tra": 0.2,
}


@pytest.fixture(params=[samples.TEACHERS, samples.MANAGERS], ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """The files of a sample course."""
    return Path(request.param)


@pytest.fixture
def course(course_store: Any, folder: Path, tmp_path: Path) -> Iterator[str]:
    """A course of that content, by Studio's import; its key. The modulestore tells of it, as outside of tests."""
    SignalHandler.course_published.enable()
    studio = Studio()
    key = studio.new_course("MD1", "dot1")
    shutil.copytree(folder, tmp_path / "goi")
    studio.import_into(key, tmp_path)
    yield key
    SignalHandler.course_published.disable()


def at(course: str, kind: str, name: str) -> UsageKey:
    """The key of a block."""
    return CourseKey.from_string(course).make_usage_key(kind, name)


def authored(block: Any) -> dict[str, Any]:
    """What an author has set of a block of ours."""
    scopes = (Scope.settings, Scope.content)
    own = {name: field for name, field in type(block).fields.items() if field.scope in scopes and name != "due"}
    return {name: field.read_from(block) for name, field in own.items() if field.is_set_on(block)}


def test_every_block_of_the_samples_arrives_as_it_was_written(course: str, folder: Path) -> None:
    written = samples.blocks(folder)
    assert len(written) >= 14
    for name, expected in written.items():
        arrived = modulestore().get_item(at(course, expected.scope_ids.block_type, name))
        assert arrived.content() == expected.content(), name
        kept = authored(arrived)
        assert {field: kept.get(field) for field in authored(expected)} == authored(expected), name


def test_no_block_of_the_samples_is_lost_or_broken(course: str, folder: Path) -> None:
    store, key = modulestore(), CourseKey.from_string(course)
    items = {(item.location.block_type, item.location.block_id) for item in store.get_items(key)}
    assert not [name for kind, name in items if kind == "error"]
    expected = {(node.tag, name) for name, node in samples.nodes(folder) if node.tag != "course"}
    assert expected <= items
    units = [item for item in store.get_items(key, qualifiers={"category": "vertical"}) if item.children]
    assert all(store.has_published_version(unit) for unit in units)


def test_an_import_of_a_sample_fills_the_register_with_its_forty_periods(course: str, folder: Path) -> None:
    scored = list(samples.activities(folder))
    rows = activities.in_course(course)
    registered = [UsageKey.from_string(row.usage_key).block_id for row in rows]
    assert [name for name in registered if name in scored] == scored
    assert sum(row.periods for row in rows) == 40


def test_a_sample_brings_its_dates_and_its_weights(course: str, folder: Path) -> None:
    root = modulestore().get_course(CourseKey.from_string(course))
    assert {row["type"]: row["weight"] for row in root.raw_grader} == FORMATS
    for name, node in samples.of_kind(folder, "sequential").items():
        section = modulestore().get_item(at(course, "sequential", name))
        assert section.format == node.get("format")
        assert section.due is None if node.get("due") is None else section.due.strftime("%Y-%m-%d") in node.get("due")


def test_a_sample_brings_one_ledger_whose_rule_its_activities_can_fulfil(course: str, folder: Path) -> None:
    (name,) = samples.of_kind(folder, "boidung_ledger")
    (row,) = activities.in_course(course, kind="boidung_ledger")
    assert UsageKey.from_string(row.usage_key).block_id == name
    assert float(row.settings["total_periods"]) == 40
    # What its author is told above the preview: nothing.
    assert modulestore().get_item(at(course, "boidung_ledger", name)).studio_problems() == []
