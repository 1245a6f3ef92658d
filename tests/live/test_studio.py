"""An author's way: add, preview, publish, import and export, all through Studio's own addresses and its worker."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.live import course as courses
from tests.live.site import COURSE, STUDIO, Person, in_shell, usage, wait_for

_REGISTERED = (
    "from boidung_xblock.activities.models import Activity\n"
    "answer = sorted(Activity.objects.filter(course_key={course!r}, live=True).values_list('usage_key', flat=True))"
)


def registered(course_key: str) -> list[str]:
    """The keys that the register of activities holds for a course."""
    found: list[str] = in_shell(_REGISTERED.format(course=course_key))
    return found


@pytest.fixture
def unit(staff: Person, course: str) -> Iterator[str]:
    """A new unit in a section of its own at the end of the course, taken away afterwards; its key."""
    section = courses.new_block(staff, usage("course", "course"), category="chapter", display_name="Thử")
    subsection = courses.new_block(staff, section, category="sequential", display_name="Thử")
    yield courses.new_block(staff, subsection, category="vertical", display_name="Thử")
    assert staff.send("DELETE", f"{STUDIO}/xblock/{section}").status_code == 204


def test_an_author_adds_the_block_previews_and_publishes_it_and_learners_get_it(
    staff: Person, learner: Any, unit: str
) -> None:
    key = courses.new_block(staff, unit, category="boidung_reflection")
    shown = staff.get(f"{STUDIO}/xblock/{unit}/container_preview", headers={"Accept": "application/json"})
    assert shown.status_code == 200, shown.text[:500]
    html = shown.json()["html"]
    assert "data-bd-reflection" in html
    assert "data-bd-form" not in html
    links = re.findall(r'[^"\']*/boidung/css/[^"\']+', shown.text.replace('\\"', '"'))
    assert links
    assert [link for link in links if not re.search(r"\.[0-9a-f]{12}\.css", link)] == []
    courses.publish(staff, unit)
    page = wait_for(lambda: _page_of(learner(1), key))
    assert "data-bd-reflection" in page


def _page_of(person: Person, key: str) -> str:
    answer = person.get(f"/xblock/{key}")
    return answer.text if answer.status_code == 200 else ""


@pytest.mark.operator("BOIDUNG_LIVE_SHELL")
def test_publishing_refreshes_the_register_through_the_worker(staff: Person, unit: str) -> None:
    key = courses.new_block(staff, unit, category="boidung_reflection")
    assert key not in registered(COURSE)
    courses.publish(staff, unit)
    assert wait_for(lambda: key in registered(COURSE), seconds=60)
    assert staff.send("DELETE", f"{STUDIO}/xblock/{key}").status_code == 204
    courses.publish(staff, unit)
    assert wait_for(lambda: key not in registered(COURSE), seconds=60)


@pytest.mark.operator("BOIDUNG_LIVE_SHELL")
def test_importing_the_sample_course_registers_every_activity(course: str) -> None:
    expected = {usage(f"suy-ngam-{number}") for number in range(1, 5)}
    assert wait_for(lambda: expected <= set(registered(COURSE))), registered(COURSE)


def test_an_export_gives_the_nested_olx_back(staff: Person, course: str) -> None:
    with tarfile.open(fileobj=io.BytesIO(courses.archive())) as tar:
        source = tar.extractfile("course/vertical/sinh-hoat-1.xml")
        assert source is not None
        prompts = re.findall(r'<prompt slug="([^"]+)"', source.read().decode())
    files = courses.xml_files(courses.export_archive(staff, COURSE))
    texts = [text for text in files.values() if 'url_name="suy-ngam-1"' in text and "<prompt" in text]
    own = [text for name, text in files.items() if name.endswith("boidung_reflection/suy-ngam-1.xml")]
    assert len(texts + own) == 1, sorted(files)
    text = (texts + own)[0]
    assert re.findall(r'<prompt slug="([^"]+)"', text) == prompts
    assert "<rubric" in text
    assert "<level" in text


@pytest.mark.operator("BOIDUNG_LIVE_SHELL")
def test_what_was_exported_can_be_imported_into_another_course(staff: Person, course: str) -> None:
    other = f"course-v1:SoGDDT+MD1-GV+x{uuid4().hex[:8]}"
    courses.make_course(staff, other)
    courses.import_archive(staff, other, courses.export_archive(staff, COURSE))
    names = {key.rpartition("@")[2] for key in wait_for(lambda: registered(other))}
    assert {f"suy-ngam-{number}" for number in range(1, 5)} <= names
