"""Grades of a course that is over: markers are told, on the list and beside the sheet, and may still mark."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from boidung_xblock.grading import api as grading
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.factories import COURSE, World
from tests.pages.reading import form_of, text_of

DESK = reverse("boidung:desk", args=[COURSE])
NOTICE = "Grades of this course are frozen: a mark given now does not change the gradebook any more."


@pytest.fixture
def work(world: World) -> Reflection:
    """Submitted by ``an``, whom ``lan`` marks."""
    return factories.submit(world.an, world.activity)


def page_of(work: Reflection) -> str:
    return reverse("boidung:work", args=[COURSE, work.pk])


def test_the_list_and_the_marking_page_say_that_grades_are_frozen(world: World, browse: Any, work: Reflection) -> None:
    factories.host().freeze_grades(COURSE)
    for address in (DESK, page_of(work)):
        assert NOTICE in text_of(browse(world.lan).get(address))


def test_nothing_is_said_while_the_course_runs(world: World, browse: Any, work: Reflection) -> None:
    for address in (DESK, page_of(work)):
        assert "data-bd-frozen" not in text_of(browse(world.lan).get(address))


def test_a_mark_can_still_be_given_and_is_shown_as_not_in_the_gradebook(
    world: World, browse: Any, work: Reflection, django_capture_on_commit_callbacks: Any
) -> None:
    factories.host().freeze_grades(COURSE)
    client = browse(world.lan)
    sheet = form_of(client.get(page_of(work)))
    sheet.update({f"points.{slug}": points for slug, points in factories.POINTS.items()}, for_user=str(world.lan.pk))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("boidung:mark", args=[COURSE, work.pk]), sheet).status_code == 303
    grade = grading.grade_of(work.activity_id, work.author_id)
    assert grade is not None
    assert (grade.earned, grade.delivered) == (7.5, False)
    page = text_of(client.get(page_of(work)))
    assert "Not in the gradebook: frozen" in page
    assert "On its way to the gradebook" not in page
