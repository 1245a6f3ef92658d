"""The register of activities follows all that happens to a course in Studio, and forgets nothing of learners."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from cms.djangoapps.contentstore.utils import delete_course  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from opaque_keys.edx.keys import CourseKey, UsageKey  # noqa: E402
from xmodule.contentstore.django import contentstore  # noqa: E402
from xmodule.modulestore.django import SignalHandler, modulestore  # noqa: E402
from xmodule.modulestore.tests.factories import CourseFactory  # noqa: E402
from xmodule.modulestore.xml_exporter import export_course_to_xml  # noqa: E402

from boidung_xblock.activities import api as activities  # noqa: E402
from boidung_xblock.activities.models import Activity  # noqa: E402
from boidung_xblock.host import BlockFacts, get_host  # noqa: E402
from boidung_xblock.reflections.models import Reflection  # noqa: E402
from tests.platform.studio import Studio, register  # noqa: E402


@pytest.fixture
def studio(course_store: Any) -> Iterator[Studio]:
    """The modulestore tells what happens to courses, as it does outside of tests."""
    told = (SignalHandler.course_published, SignalHandler.course_deleted, SignalHandler.item_deleted)
    for signal in told:
        signal.enable()
    yield Studio()
    for signal in told:
        signal.disable()


@pytest.fixture
def course(studio: Studio) -> str:
    """A course with two published reflections, in two units."""
    key = studio.new_course()
    for name in ("Bài 1", "Bài 2"):
        unit = studio.unit(key)
        studio.add(unit, "boidung_reflection", name)
        studio.publish(unit)
    assert register(key) == [("Bài 1", True), ("Bài 2", True)]
    return key


def parent_of(locator: str) -> str:
    """The block around a block."""
    return str(modulestore().get_item(UsageKey.from_string(locator)).get_parent().location)


def command(*args: str, **options: Any) -> list[str]:
    """What the command prints, line by line."""
    out = io.StringIO()
    call_command("boidung_refresh_register", *args, stdout=out, stderr=out, **options)
    return out.getvalue().splitlines()


def test_a_draft_is_not_registered_before_it_is_published(studio: Studio, course: str) -> None:
    unit = studio.unit(course)
    studio.add(unit, "boidung_reflection", "Bài 3")
    assert len(register(course)) == 2
    studio.publish(unit)
    assert register(course)[-1] == ("Bài 3", True)


@pytest.mark.parametrize("what", ["boidung_reflection", "vertical", "sequential", "chapter"])
def test_a_deleted_block_is_no_longer_live_whatever_around_it_was_deleted(
    studio: Studio, course: str, what: str
) -> None:
    locator = activities.in_course(course)[0].usage_key
    unit = parent_of(locator)
    while f"+type@{what}+" not in locator:
        locator = parent_of(locator)
    studio.delete(locator)
    if what == "boidung_reflection":
        # A unit without its block is a draft until it is published.
        assert register(course) == [("Bài 1", True), ("Bài 2", True)]
        studio.publish(unit)
    assert sorted(register(course)) == [("Bài 1", False), ("Bài 2", True)]


def test_records_stay_when_their_block_is_deleted(studio: Studio, course: str) -> None:
    row = activities.in_course(course)[0]
    work = Reflection.objects.create(
        activity=row, course_key=course, author=studio.user, author_name="Ân", submitted_at=timezone.now()
    )
    chapter = parent_of(parent_of(parent_of(row.usage_key)))
    studio.delete(chapter)
    delete_course(CourseKey.from_string(course), studio.user.id)
    assert Reflection.objects.get() == work
    assert activities.get(row.usage_key).live is False


def test_a_deleted_course_has_no_live_activities(studio: Studio, course: str) -> None:
    other = studio.new_course("BD2")
    unit = studio.unit(other)
    studio.add(unit, "boidung_reflection", "Của khoá khác")
    studio.publish(unit)
    delete_course(CourseKey.from_string(course), studio.user.id)
    assert register(course) == [("Bài 1", False), ("Bài 2", False)]
    assert register(other) == [("Của khoá khác", True)]
    assert activities.refresh_course(course) == 0


def test_a_rerun_has_activities_of_its_own(studio: Studio, course: str) -> None:
    rerun = studio.new_course(run="2027", source_course_key=course)
    assert register(rerun) == [("Bài 1", True), ("Bài 2", True)]
    assert register(course) == [("Bài 1", True), ("Bài 2", True)]
    keys = {row.usage_key for key in (course, rerun) for row in activities.in_course(key)}
    assert len(keys) == 4


def test_an_import_over_a_course_registers_what_it_brings_and_closes_what_it_takes_away(
    studio: Studio, course: str, tmp_path: Path
) -> None:
    target = studio.new_course("BD2")
    unit = studio.unit(target)
    studio.add(unit, "boidung_reflection", "Bài cũ")
    studio.publish(unit)
    export_course_to_xml(modulestore(), contentstore(), CourseKey.from_string(course), str(tmp_path), "goi")
    studio.import_into(target, tmp_path)
    live = [row.title for row in activities.in_course(target)]
    assert live[-2:] == ["Bài 1", "Bài 2"]
    assert [row.usage_key for row in activities.in_course(target)] == [
        block.usage_key for block in get_host().own_blocks(target)
    ]


def test_the_command_rebuilds_the_register_of_one_course(studio: Studio, course: str) -> None:
    Activity.objects.all().delete()
    assert command(course) == [f"{course}: 2 blocks"]
    assert register(course) == [("Bài 1", True), ("Bài 2", True)]


def test_the_command_rebuilds_the_register_of_every_course_deleted_ones_included(studio: Studio, course: str) -> None:
    empty = str(CourseFactory.create(org="BGDDT", course="BD3", run="1").id)
    gone = "course-v1:BGDDT+BD0+1"
    once = f"{gone}+type@boidung_reflection+block@a".replace("course-v1", "block-v1")
    activities.register(gone, BlockFacts(once, "boidung_reflection", "Bài cũ", 0, 0, 10, None))
    Activity.objects.filter(course_key=course).update(live=False, title="?")
    lines = command(all=True)
    assert sorted(lines) == sorted([f"{course}: 2 blocks", f"{gone}: 0 blocks", f"{empty}: 0 blocks"])
    assert register(course) == [("Bài 1", True), ("Bài 2", True)]
    assert register(gone) == [("Bài cũ", False)]


def test_the_command_asks_for_courses_or_for_all(studio: Studio) -> None:
    for args, options in (((), {}), (("course-v1:BGDDT+BD0+1",), {"all": True})):
        with pytest.raises(CommandError, match="Name courses, or give --all"):
            command(*args, **options)
