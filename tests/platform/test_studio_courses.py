"""Authors find our blocks in new courses by themselves, in old ones after a command; libraries hold them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from cms.djangoapps.contentstore.views.component import get_component_templates  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.test import TestCase  # noqa: E402
from opaque_keys.edx.keys import CourseKey  # noqa: E402
from xmodule.contentstore.django import contentstore  # noqa: E402
from xmodule.modulestore.django import modulestore  # noqa: E402
from xmodule.modulestore.tests.factories import CourseFactory  # noqa: E402
from xmodule.modulestore.xml_exporter import export_course_to_xml  # noqa: E402
from xmodule.modulestore.xml_importer import import_course_from_xml  # noqa: E402

from boidung_xblock.conf import block_types  # noqa: E402
from boidung_xblock.host import get_host  # noqa: E402
from boidung_xblock.host.openedx import OpenedxHost, names  # noqa: E402
from tests.platform.studio import Studio, advanced_modules  # noqa: E402

OURS = list(block_types())


@pytest.fixture
def studio(course_store: Any) -> Studio:
    """A browser of somebody who may create courses."""
    return Studio()


def offered(course_key: str) -> set[str]:
    """The types under the button "Advanced" of a unit of the course."""
    templates = get_component_templates(modulestore().get_course(CourseKey.from_string(course_key)))
    advanced = next(group for group in templates if group["type"] == "advanced")
    return {row["category"] for row in advanced["templates"]}


def command(*args: str, **options: Any) -> list[str]:
    """What the command prints, line by line."""
    out = io.StringIO()
    call_command("boidung_enable_blocks", *args, stdout=out, stderr=out, **options)
    return out.getvalue().splitlines()


def set_modules(studio: Studio, course_key: str, modules: list[str]) -> None:
    """The author's page of advanced settings."""
    body = {"advanced_modules": {"value": modules}}
    studio.post(f"/settings/advanced/{course_key}", body)


# -- new courses ------------------------------------------------------------------------------------------------
def test_the_blocks_are_those_of_the_package() -> None:
    assert "boidung_reflection" in OURS
    assert all(name.startswith("boidung_") for name in OURS)


def test_a_course_created_in_studio_offers_the_blocks(studio: Studio) -> None:
    key = studio.new_course()
    assert advanced_modules(key) == OURS
    assert offered(key) >= set(OURS)


def test_what_an_author_switches_off_stays_off(studio: Studio) -> None:
    key = studio.new_course()
    set_modules(studio, key, ["poll"])
    studio.publish(studio.unit(key))
    assert advanced_modules(key) == ["poll"]
    assert not offered(key) & set(OURS)


def test_a_site_can_leave_new_courses_alone(studio: Studio, settings: Any) -> None:
    settings.BOIDUNG_ENABLE_IN_NEW_COURSES = False
    assert advanced_modules(studio.new_course()) == []


def test_a_course_is_created_even_if_the_blocks_cannot_be_switched_on(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> list[str]:
        raise ConnectionError("no modulestore")

    monkeypatch.setattr(OpenedxHost, "offer_blocks", broken)
    key = studio.new_course()
    assert advanced_modules(key) == []
    assert modulestore().get_course(CourseKey.from_string(key)).display_name == "Mô đun 1"


@pytest.mark.parametrize("modules", [OURS, ["poll"]], ids=["switched on", "switched off"])
def test_a_rerun_is_as_its_source(studio: Studio, modules: list[str]) -> None:
    source = studio.new_course()
    set_modules(studio, source, modules)
    rerun = studio.new_course(run="2027", source_course_key=source)
    assert advanced_modules(rerun) == modules


def test_a_course_that_an_import_creates_keeps_its_own_modules_and_gets_ours(studio: Studio, tmp_path: Path) -> None:
    course = CourseFactory.create(org="BGDDT", course="BD9", run="1", advanced_modules=["poll"])
    export_course_to_xml(modulestore(), contentstore(), course.id, str(tmp_path), "goi")
    with TestCase.captureOnCommitCallbacks(execute=True):
        made = import_course_from_xml(
            modulestore(),
            studio.user.id,
            str(tmp_path),
            ["goi"],
            static_content_store=contentstore(),
            target_id=CourseKey.from_string("course-v1:BGDDT+BD9+2"),
            create_if_not_present=True,
        )
    assert advanced_modules(str(made[0].id)) == ["poll", *OURS]


@pytest.mark.parametrize("archived", [[], ["poll"]], ids=["says nothing", "has a list"])
def test_an_import_over_a_course_brings_the_list_of_the_archive_and_the_command_adds_ours_again(
    studio: Studio, tmp_path: Path, archived: list[str]
) -> None:
    fields = {"advanced_modules": archived} if archived else {}
    course = CourseFactory.create(org="BGDDT", course="BD9", run="1", **fields)
    export_course_to_xml(modulestore(), contentstore(), course.id, str(tmp_path), "goi")
    target = studio.new_course()
    studio.import_into(target, tmp_path)
    assert advanced_modules(target) == archived
    command(target)
    assert advanced_modules(target) == [*archived, *OURS]


# -- courses that exist -----------------------------------------------------------------------------------------
def test_the_command_switches_the_blocks_on_and_keeps_the_rest(studio: Studio) -> None:
    keys = [str(CourseFactory.create(org="BGDDT", course="BD2", run=run).id) for run in ("1", "2")]
    set_modules(studio, keys[0], ["poll"])
    added = ", ".join(OURS)
    assert command(keys[0], dry_run=True) == [f"{keys[0]}: would add {added}"]
    assert advanced_modules(keys[0]) == ["poll"]
    assert command(keys[0]) == [f"{keys[0]}: added {added}"]
    assert advanced_modules(keys[0]) == ["poll", *OURS]
    assert advanced_modules(keys[1]) == []
    assert command(all=True) == [f"{keys[0]}: nothing to add", f"{keys[1]}: added {added}"]
    assert command(*keys) == [f"{key}: nothing to add" for key in keys]


def test_the_command_goes_on_after_a_course_that_does_not_exist(studio: Studio) -> None:
    key = str(CourseFactory.create(org="BGDDT", course="BD2", run="1").id)
    with pytest.raises(CommandError, match=r"1 of 3 courses|2 of 3 courses") as caught:
        command("course-v1:BGDDT+khong+co", "linh tinh", key)
    assert "course-v1:BGDDT+khong+co, linh tinh" in str(caught.value)
    assert advanced_modules(key) == OURS


def test_switching_on_leaves_drafts_unpublished(studio: Studio) -> None:
    key = str(CourseFactory.create(org="BGDDT", course="BD2", run="1").id)
    unit = studio.unit(key)
    studio.add(unit, "boidung_reflection", "Chưa công bố")
    command(key)
    assert get_host().own_blocks(key) == []


def test_outside_of_studio_the_command_says_where_it_belongs(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    key = str(CourseFactory.create(org="BGDDT", course="BD2", run="1").id)
    monkeypatch.setattr(names, "in_studio", lambda: False)
    with pytest.raises(CommandError, match="belongs to Studio"):
        command(key)
    assert advanced_modules(key) == []


# -- libraries --------------------------------------------------------------------------------------------------
def test_libraries_may_hold_our_blocks_beside_those_of_others() -> None:
    allowed = list(settings.LIBRARY_ENABLED_BLOCKS)
    assert {"problem", "html", "video", *OURS} <= set(allowed)
    assert len(allowed) == len(set(allowed))
