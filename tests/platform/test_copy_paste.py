"""What an author wrote survives copying, duplicating, export and import, word for word; learners' work stays behind."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from django.test import TestCase  # noqa: E402
from django.utils import timezone  # noqa: E402
from opaque_keys.edx.keys import CourseKey, UsageKey  # noqa: E402
from xblock.fields import Scope  # noqa: E402
from xmodule.contentstore.django import contentstore  # noqa: E402
from xmodule.modulestore.django import SignalHandler, modulestore  # noqa: E402
from xmodule.modulestore.xml_exporter import export_course_to_xml  # noqa: E402

from boidung_xblock.activities import api as activities  # noqa: E402
from boidung_xblock.authored import defaults  # noqa: E402
from boidung_xblock.reflections.models import Reflection  # noqa: E402
from tests.platform.studio import Studio, register  # noqa: E402

CLIPBOARD = "/api/content-staging/v1/clipboard/"
INTRO = (
    '<p>Đọc <a href="/static/tai-lieu.pdf">tài liệu</a> & "ghi chú" <b>trước</b> buổi sinh hoạt.</p>\n  dòng thứ hai]]>'
)


def _prompts() -> list[dict[str, Any]]:
    # As OLX gives them back: with every part that it names.
    usual = [{**prompt, "recall": "", "show_conclusion": False} for prompt in defaults.prompts()]
    first = {**usual[0], "title": 'Điều "đã học" & <chưa học>', "help": "Dòng 1\nDòng 2 > 1 < 3"}
    return [first, {**usual[1], "recall": "lien-he", "show_conclusion": True}, usual[2]]


def _rubric() -> dict[str, Any]:
    rubric = defaults.rubric()
    rubric["criteria"][0]["title"] = "Hiểu ‘nội dung’ — <mô đun>"
    rubric["criteria"][0]["levels"][0]["descriptor"] = "Chép lại\n\tkhông lí giải & không ví dụ"
    return rubric


AUTHORED: dict[str, Any] = {
    "display_name": 'Bài "suy ngẫm" <1> & 2',
    "weight": 20.0,
    "periods": 2.5,
    "intro": INTRO,
    "prompts": _prompts(),
    "rubric": _rubric(),
    "file_rules": {"max_files": 2, "max_mb": 4, "types": ["pdf", "docx"]},
    "ask_self_rating": False,
    "leader_reads": True,
    "show_correctness": "past_due",
}


@pytest.fixture
def studio(course_store: Any) -> Iterator[Studio]:
    """The modulestore tells what happens to courses, as it does outside of tests."""
    SignalHandler.course_published.enable()
    yield Studio()
    SignalHandler.course_published.disable()


@pytest.fixture
def course(studio: Studio) -> str:
    """A course with one published reflection in which everything was written by hand, and one left at its defaults."""
    key = studio.new_course()
    unit = studio.unit(key)
    write(studio.add(unit, "boidung_reflection"))
    studio.add(unit, "boidung_reflection", "Mặc định")
    studio.publish(unit)
    return key


def write(locator: str, **more: Any) -> None:
    """The author's editor saves a block."""
    block = modulestore().get_item(UsageKey.from_string(locator))
    for name, value in {**AUTHORED, **more}.items():
        setattr(block, name, value)
    modulestore().update_item(block, 0)


def written(locator: str) -> dict[str, Any]:
    """What the author of the block has set."""
    block = modulestore().get_item(UsageKey.from_string(locator))
    return {
        name: field.read_from(block)
        for name, field in block.fields.items()
        if name in AUTHORED and field.scope in (Scope.content, Scope.settings) and field.is_set_on(block)
    }


def children(locator: str) -> list[str]:
    """The blocks in a unit."""
    return [str(child) for child in modulestore().get_item(UsageKey.from_string(locator)).children]


def unit_of(course_key: str) -> str:
    """The unit of the course's first reflection."""
    block = modulestore().get_item(UsageKey.from_string(activities.in_course(course_key)[0].usage_key))
    return str(block.get_parent().location)


# -- copy, paste, duplicate -------------------------------------------------------------------------------------
def test_a_block_pasted_into_another_course_is_word_for_word_the_same(studio: Studio, course: str) -> None:
    source = activities.in_course(course)[0].usage_key
    assert written(source) == AUTHORED
    target = studio.unit(studio.new_course("BD2"))
    studio.post(CLIPBOARD, {"usage_key": source})
    pasted = studio.post("/xblock/", {"parent_locator": target, "staged_content": "clipboard"})["locator"]
    assert written(pasted) == AUTHORED
    studio.publish(target)
    row = activities.get(pasted)
    assert (row.title, float(row.weight), row.settings) == (
        AUTHORED["display_name"],
        20.0,
        activities.get(source).settings,
    )


def test_a_pasted_unit_brings_its_blocks(studio: Studio, course: str) -> None:
    target = studio.new_course("BD2")
    subsection = str(modulestore().get_item(UsageKey.from_string(studio.unit(target))).get_parent().location)
    studio.post(CLIPBOARD, {"usage_key": unit_of(course)})
    pasted = studio.post("/xblock/", {"parent_locator": subsection, "staged_content": "clipboard"})["locator"]
    assert [written(child) for child in children(pasted)] == [AUTHORED, {"display_name": "Mặc định"}]
    studio.publish(pasted)
    assert register(target) == [(AUTHORED["display_name"], True), ("Mặc định", True)]


def test_a_duplicate_is_a_block_of_its_own_without_anybodys_work(studio: Studio, course: str) -> None:
    source = activities.in_course(course)[0]
    Reflection.objects.create(
        activity=source, course_key=course, author=studio.user, author_name="Ân", submitted_at=timezone.now()
    )
    unit = unit_of(course)
    body = {"parent_locator": unit, "duplicate_source_locator": source.usage_key}
    copy = studio.post("/xblock/", body)["locator"]
    assert copy != source.usage_key
    name = written(copy).pop("display_name")
    assert {**written(copy), "display_name": name} == {**AUTHORED, "display_name": name}
    assert AUTHORED["display_name"] in name
    studio.publish(unit)
    assert not Reflection.objects.filter(activity__usage_key=copy).exists()
    assert len(register(course)) == 3


# -- export and import ------------------------------------------------------------------------------------------
def export(course_key: str, folder: Path) -> dict[str, bytes]:
    """The exported course: every file that does not carry the name of the run."""
    folder.mkdir(exist_ok=True)
    export_course_to_xml(modulestore(), contentstore(), CourseKey.from_string(course_key), str(folder), "goi")
    files = {str(path.relative_to(folder / "goi")): path for path in folder.rglob("*") if path.is_file()}
    named_by_run = ("course.xml", "course/", "policies/")
    # A draft names its parent, and with it the course.
    kept = {name: path.read_bytes() for name, path in files.items() if not name.startswith(named_by_run)}
    return {name: re.sub(rb' parent_url="[^"]*"', b"", text) for name, text in kept.items()}


def test_export_and_import_settle_byte_for_byte(studio: Studio, course: str, tmp_path: Path) -> None:
    draft = studio.unit(course)
    write(studio.add(draft, "boidung_reflection"), display_name="Còn là bản nháp")
    first = export(course, tmp_path / "1")
    copies = [studio.new_course("BD2"), studio.new_course("BD3")]
    studio.import_into(copies[0], tmp_path / "1")
    second = export(copies[0], tmp_path / "2")
    studio.import_into(copies[1], tmp_path / "2")
    third = export(copies[1], tmp_path / "3")
    ours = {name for name, text in second.items() if b"<boidung_reflection" in text}
    assert any(name.startswith("vertical/") for name in ours)
    assert any(name.startswith("drafts/") for name in ours)
    assert {name: second[name] for name in ours} == {name: third[name] for name in ours}
    assert {name: first[name] for name in ours} == {name: second[name] for name in ours}


def test_an_imported_block_is_word_for_word_the_same_and_a_draft_stays_one(
    studio: Studio, course: str, tmp_path: Path
) -> None:
    draft = studio.unit(course)
    write(studio.add(draft, "boidung_reflection"), display_name="Còn là bản nháp")
    export(course, tmp_path)
    target = studio.new_course("BD2")
    studio.import_into(target, tmp_path)
    rows = activities.in_course(target)
    assert [written(row.usage_key) for row in rows] == [AUTHORED, {"display_name": "Mặc định"}]
    found = modulestore().get_items(CourseKey.from_string(target), qualifiers={"category": "boidung_reflection"})
    assert "Còn là bản nháp" in {block.display_name for block in found}


def test_the_exported_olx_can_be_read_by_people(studio: Studio, course: str, tmp_path: Path) -> None:
    olx = "".join(text.decode() for name, text in export(course, tmp_path).items() if name.startswith("vertical/"))
    assert "<boidung_reflection" in olx
    assert "<prompt slug=" in olx
    assert "<criterion slug=" in olx
    assert "&quot;slug&quot;" not in olx  # no JSON in attributes
    for foreign in ("user_id", "usage_key", "course-v1:"):
        assert foreign not in olx


def test_studios_own_export_and_import_pages_carry_our_blocks(studio: Studio, course: str, tmp_path: Path) -> None:
    """The archive as the author downloads it, uploaded to another course."""
    from cms.djangoapps.contentstore.tasks import create_export_tarball

    key = CourseKey.from_string(course)
    archive = create_export_tarball(modulestore().get_course(key), key, {})
    with tarfile.open(archive.name) as opened:
        names = opened.getnames()
    assert any("vertical/" in name for name in names)
    target = studio.new_course("BD2")
    with Path(archive.name).open("rb") as stream, TestCase.captureOnCommitCallbacks(execute=True):
        data = {"name": "khoa.tar.gz", "course-data": [stream]}
        answer = studio.client.post(f"/import/{target}", data)
    assert answer.status_code == 200, answer.content
    assert [row.title for row in activities.in_course(target)] == [AUTHORED["display_name"], "Mặc định"]
