"""The commands that rebuild the register and switch the blocks on; and what new and deleted courses set in motion."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from opaque_keys.edx.keys import CourseKey

from boidung_xblock import tasks
from boidung_xblock.activities import api as activities
from boidung_xblock.conf import block_types
from boidung_xblock.host.openedx import receivers
from tests import factories
from tests.factories import COURSE, OTHER_COURSE
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db


def run(name: str, *args: str, **options: Any) -> list[str]:
    """What the command prints, line by line."""
    out = io.StringIO()
    call_command(name, *args, stdout=out, stderr=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def courses(host: MemoryHost) -> MemoryHost:
    """Two courses, the first with a block."""
    host.add_course(COURSE)
    host.add_course(OTHER_COURSE)
    host.add_block(COURSE, factories.facts(title="Bài 1"))
    return host


# -- the register -----------------------------------------------------------------------------------------------
def test_all_means_the_courses_of_the_site_and_those_the_register_still_knows(courses: MemoryHost) -> None:
    gone = "course-v1:NgheAn+BD0+1"
    old = factories.activity("cu", course_key=gone)
    courses.remove_block(old.usage_key)
    lines = run("boidung_refresh_register", all=True)
    assert sorted(lines) == sorted([f"{COURSE}: 1 blocks", f"{OTHER_COURSE}: 0 blocks", f"{gone}: 0 blocks"])
    assert [row.title for row in activities.in_course(COURSE)] == ["Bài 1"]
    assert activities.get(old.usage_key).live is False


def test_a_course_that_cannot_be_read_stops_none_of_the_others(
    courses: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = courses.own_blocks

    def broken(course_key: str) -> Any:
        if course_key == OTHER_COURSE:
            raise OSError("no structure")
        return honest(course_key)

    monkeypatch.setattr(courses, "own_blocks", broken)
    with pytest.raises(CommandError, match="1 of 2 courses") as caught:
        run("boidung_refresh_register", OTHER_COURSE, COURSE)
    assert OTHER_COURSE in str(caught.value)
    assert len(activities.in_course(COURSE)) == 1


@pytest.mark.parametrize("name", ["boidung_refresh_register", "boidung_enable_blocks"])
def test_the_commands_take_courses_or_all_but_not_nothing_and_not_both(courses: MemoryHost, name: str) -> None:
    for args, options in (((), {}), ((COURSE,), {"all": True})):
        with pytest.raises(CommandError, match="Name courses, or give --all"):
            run(name, *args, **options)


def test_a_deleted_course_has_no_live_activities_and_others_are_left_alone(courses: MemoryHost) -> None:
    first, other = factories.activity("a"), factories.activity("b", course_key=OTHER_COURSE)
    receivers.on_course_deleted(None, CourseKey.from_string(COURSE))
    assert (activities.get(first.usage_key).live, activities.get(other.usage_key).live) == (False, True)
    assert activities.close_course(COURSE) == 0


# -- new courses ------------------------------------------------------------------------------------------------
def create(course_key: str) -> None:
    """What the platform sends when a course is created."""
    receivers.on_course_created(None, SimpleNamespace(course_key=CourseKey.from_string(course_key)))


def test_a_new_course_offers_the_blocks_once_the_request_is_through(
    courses: MemoryHost, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        create(COURSE)
        assert courses.offered == {}
    assert courses.offered == {COURSE: list(block_types())}


def test_a_site_can_leave_new_courses_alone(
    courses: MemoryHost, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.BOIDUNG_ENABLE_IN_NEW_COURSES = False
    with django_capture_on_commit_callbacks(execute=True):
        create(COURSE)
    assert courses.offered == {}


@pytest.mark.django_db(transaction=True)
def test_a_command_that_creates_a_course_has_a_minute_to_finish_it(
    courses: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(tasks.offer_blocks, "apply_async", lambda args, countdown=None: sent.append((args, countdown)))
    create(COURSE)
    with transaction.atomic():
        create(OTHER_COURSE)
        assert len(sent) == 1
    assert sent == [((COURSE,), 60), ((OTHER_COURSE,), None)]


@pytest.mark.django_db(transaction=True)
def test_creating_a_course_does_not_fail_because_of_us(courses: MemoryHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no queue")

    monkeypatch.setattr(tasks.offer_blocks, "apply_async", broken)
    create(COURSE)
    with transaction.atomic():
        create(OTHER_COURSE)
    assert courses.offered == {}


# -- courses that exist -----------------------------------------------------------------------------------------
def test_the_blocks_are_switched_on_once(courses: MemoryHost) -> None:
    added = ", ".join(block_types())
    assert run("boidung_enable_blocks", COURSE, dry_run=True) == [f"{COURSE}: would add {added}"]
    assert courses.offered == {}
    assert run("boidung_enable_blocks", COURSE) == [f"{COURSE}: added {added}"]
    assert sorted(run("boidung_enable_blocks", all=True)) == sorted(
        [f"{COURSE}: nothing to add", f"{OTHER_COURSE}: added {added}"]
    )


def test_a_course_that_does_not_exist_is_named(courses: MemoryHost) -> None:
    with pytest.raises(CommandError, match="1 of 2 courses were not changed: khong-co"):
        run("boidung_enable_blocks", "khong-co", COURSE)
    assert list(courses.offered) == [COURSE]


def test_outside_of_studio_the_command_says_where_it_belongs(courses: MemoryHost) -> None:
    courses.is_studio = False
    with pytest.raises(CommandError, match="belongs to Studio"):
        run("boidung_enable_blocks", all=True)
