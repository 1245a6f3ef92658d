"""All our blocks leave Studio as nested OLX that people can read, and come back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from lxml import etree  # noqa: E402
from opaque_keys.edx.keys import CourseKey, UsageKey  # noqa: E402
from xblock.fields import Scope  # noqa: E402
from xmodule.contentstore.django import contentstore  # noqa: E402
from xmodule.modulestore.django import SignalHandler, modulestore  # noqa: E402
from xmodule.modulestore.xml_exporter import export_course_to_xml  # noqa: E402

from boidung_xblock.activities import api as activities  # noqa: E402
from boidung_xblock.authored import defaults  # noqa: E402
from boidung_xblock.conf import block_types  # noqa: E402
from tests.blocks.checkpoints import STEPS  # noqa: E402
from tests.platform.studio import Studio  # noqa: E402

INTRO = '<p>Đọc <a href="/static/tai-lieu.pdf">tài liệu</a> & "ghi chú" <b>trước</b>.</p>\n  dòng hai]]>'
_FIRST = {**defaults.prompts()[0], "recall": "lien-he", "show_conclusion": True}
WRITTEN: dict[str, dict[str, Any]] = {
    "boidung_checkpoint": {
        "display_name": 'Điểm "dừng" <1> & 2', "intro": INTRO, "steps": STEPS, "role": "test", "order": "free",
        "show": "right_wrong", "attempts": 2, "pass_percent": 50.0, "periods": 1.5, "weight": 12.5,
    },
    "boidung_reflection": {
        "display_name": "Sinh hoạt tổ", "intro": INTRO, "prompts": [_FIRST, *defaults.prompts()[1:]],
        "meeting": {"kind": "cluster", "number": 3, "title": "Cụm <2>", "agenda": "Dòng 1\n\tDòng 2 & 3",
                    "min_opinions": 4, "members_write": True},
        "credit_when": "submitted", "periods": 2.0,
    },
    "boidung_ledger": {
        "display_name": "Sổ học phần", "intro": INTRO, "total_periods": 12.5, "min_periods": 10.0, "min_meetings": 2,
        "every_mark_passes": False,
    },
}  # fmt: skip


@pytest.fixture
def studio(course_store: Any) -> Iterator[Studio]:
    """The modulestore tells what happens to courses, as it does outside of tests."""
    SignalHandler.course_published.enable()
    yield Studio()
    SignalHandler.course_published.disable()


@pytest.fixture
def course(studio: Studio) -> str:
    """A course in which one block of each kind is published, everything set by hand."""
    key = studio.new_course()
    unit = studio.unit(key)
    for kind, fields in WRITTEN.items():
        block = modulestore().get_item(UsageKey.from_string(studio.add(unit, kind)))
        for name, value in fields.items():
            setattr(block, name, value)
        modulestore().update_item(block, 0)
    studio.publish(unit)
    return key


def blocks(course_key: str) -> dict[str, Any]:
    """{kind: the block}, as published."""
    store = modulestore()
    return {row.kind: store.get_item(UsageKey.from_string(row.usage_key)) for row in activities.in_course(course_key)}


def export(course_key: str, folder: Path) -> dict[str, etree._Element]:
    """{kind: the exported element}."""
    folder.mkdir(exist_ok=True)
    export_course_to_xml(modulestore(), contentstore(), CourseKey.from_string(course_key), str(folder), "goi")
    units = [etree.parse(str(path)).getroot() for path in (folder / "goi" / "vertical").glob("*.xml")]
    return {child.tag: child for unit in units for child in unit}


def attributes_of(block: Any) -> set[str]:
    """Names of the plain fields that the author has set: those that OLX holds as attributes."""
    own = type(block).fields
    return {
        name
        for name, field in own.items()
        if field.is_set_on(block) and field.scope is Scope.settings and name not in type(block).NESTED
    }


def test_every_kind_of_block_is_written_here() -> None:
    assert set(WRITTEN) == set(block_types())


def test_the_export_is_nested_and_holds_no_json(studio: Studio, course: str, tmp_path: Path) -> None:
    found = export(course, tmp_path)
    assert set(found) == set(WRITTEN)
    steps = found["boidung_checkpoint"].find("steps")
    assert steps is not None
    assert [child.get("slug") for child in steps] == [step["slug"] for step in STEPS]
    assert len(list(steps.iter("option"))) == 3
    meeting = found["boidung_reflection"].find("meeting")
    assert meeting is not None
    assert (meeting.get("kind"), meeting.get("number")) == ("cluster", "3")
    assert found["boidung_ledger"].get("total_periods") == "12.5"
    for kind, node in found.items():
        assert node.findtext("intro") == INTRO, kind
        assert not [value for one in node.iter() for value in one.attrib.values() if value.startswith(("{", "["))]


def test_an_import_gives_back_what_was_written(studio: Studio, course: str, tmp_path: Path) -> None:
    export(course, tmp_path)
    target = studio.new_course("BD2")
    studio.import_into(target, tmp_path)
    before, after = blocks(course), blocks(target)
    assert set(after) == set(WRITTEN)
    for kind, block in after.items():
        assert block.content() == before[kind].content(), kind
        assert attributes_of(block) == attributes_of(before[kind]), kind
        assert {name: getattr(block, name) for name in attributes_of(block)} == {
            name: getattr(before[kind], name) for name in attributes_of(block)
        }
    kept = {row.kind: (row.title, float(row.periods), row.settings) for row in activities.in_course(course)}
    assert {row.kind: (row.title, float(row.periods), row.settings) for row in activities.in_course(target)} == kept


def test_a_second_export_is_the_first_once_more(studio: Studio, course: str, tmp_path: Path) -> None:
    first = export(course, tmp_path)
    target = studio.new_course("BD2")
    studio.import_into(target, tmp_path)
    second = export(target, tmp_path / "2")
    for kind in WRITTEN:
        assert etree.tostring(first[kind]) == etree.tostring(second[kind])
