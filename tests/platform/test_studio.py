"""Studio: the block is added, previewed and published; the register follows; nothing a preview does is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from cms.djangoapps.contentstore.tests.utils import AjaxEnabledTestClient  # noqa: E402
from common.djangoapps.student.tests.factories import UserFactory  # noqa: E402
from django.test import TestCase  # noqa: E402
from openedx.core.lib.course_tabs import CourseTabPluginManager  # noqa: E402
from xmodule.modulestore.django import SignalHandler  # noqa: E402
from xmodule.modulestore.tests.factories import CourseFactory  # noqa: E402

from boidung_xblock.activities import api as activities  # noqa: E402
from boidung_xblock.drafts.models import Draft  # noqa: E402
from boidung_xblock.host import Masquerade, get_host  # noqa: E402
from boidung_xblock.reflections.models import Reflection  # noqa: E402


class Author:
    """Somebody at work in Studio, through its own addresses."""

    def __init__(self) -> None:
        self.course = CourseFactory.create(org="BGDDT", course="BD1", run="2026", display_name="Mô đun 1")
        self.user = UserFactory(is_staff=True, is_superuser=True)
        self.client = AjaxEnabledTestClient()
        assert self.client.login(username=self.user.username, password="Password1234")
        parent = str(self.course.location)
        for category in ("chapter", "sequential", "vertical"):
            parent = self.add(parent, category)
        self.unit = parent

    def add(self, parent: str, category: str, name: str = "") -> str:
        """A new block as the page of its parent makes it."""
        body = {"parent_locator": parent, "category": category, "display_name": name or category}
        answer = self.client.ajax_post("/xblock/", body)
        assert answer.status_code == 200, answer.content
        locator: str = answer.json()["locator"]
        return locator

    def publish(self) -> None:
        """The unit's button."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = self.client.ajax_post(f"/xblock/{self.unit}", {"publish": "make_public"})
        assert answer.status_code == 200, answer.content

    def delete(self, locator: str) -> None:
        """The block's bin."""
        assert self.client.delete(f"/xblock/{locator}", HTTP_ACCEPT="application/json").status_code == 204


@pytest.fixture
def author(course_store: Any) -> Iterator[Author]:
    """The modulestore tells of publishing, as it does outside of tests."""
    SignalHandler.course_published.enable()
    yield Author()
    SignalHandler.course_published.disable()


def _register(author: Author) -> list[tuple[str, int, bool]]:
    rows = activities.in_course(str(author.course.id), live_only=False)
    return [(row.usage_key, row.position, row.live) for row in rows]


def test_publishing_refreshes_the_register(author: Author) -> None:
    first = author.add(author.unit, "boidung_reflection", "Bài suy ngẫm 1")
    assert _register(author) == []
    author.publish()
    assert _register(author) == [(first, 0, True)]
    second = author.add(author.unit, "boidung_reflection", "Bài suy ngẫm 2")
    assert [block.usage_key for block in get_host().own_blocks(str(author.course.id))] == [first]
    author.publish()
    assert _register(author) == [(first, 0, True), (second, 1, True)]
    author.delete(first)
    author.publish()
    assert sorted(_register(author)) == sorted([(first, 0, False), (second, 0, True)])


def test_the_register_holds_what_the_author_set(author: Author) -> None:
    locator = author.add(author.unit, "boidung_reflection", "Bài suy ngẫm 1")
    author.publish()
    row = activities.get(locator)
    assert (row.title, float(row.weight), row.kind) == ("Bài suy ngẫm 1", 10.0, "boidung_reflection")
    assert len(row.settings["rubric"]["criteria"]) == 4


def test_the_preview_shows_the_page_and_stores_nothing(author: Author) -> None:
    locator = author.add(author.unit, "boidung_reflection", "Bài suy ngẫm 1")
    answer = author.client.get(f"/xblock/{locator}/container_preview", HTTP_ACCEPT="application/json")
    assert answer.status_code == 200
    assert "Điều tôi học được" in answer.json()["html"]
    author.publish()
    # Who is enrolled may submit, but not from here.
    get_host().enrol(user_id=author.user.pk, course_key=str(author.course.id))
    body = json.dumps({"for_user": author.user.pk, "client_key": "k" * 16, "base_version": 0, "answers": {}})
    for address in (f"/preview/xblock/{locator}/handler/submit", f"/xblock/{locator}/handler/submit"):
        answer = author.client.post(address, body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert answer.json()["stored"] is False
    assert not Reflection.objects.exists()
    assert not Draft.objects.exists()


def test_the_host_answers_in_studio(author: Author) -> None:
    locator = author.add(author.unit, "boidung_reflection")
    author.publish()
    host, course_key = get_host(), str(author.course.id)
    access = host.course_access(author.user, course_key)
    assert (access.staff, access.admin, access.global_staff) == (True, True, True)
    assert host.masquerade(course_key) is Masquerade.NONE
    facts = host.course_facts(course_key)
    assert facts is not None
    assert facts.title == "Mô đun 1"
    assert host.block_url(locator).endswith(f"/courses/{course_key}/jump_to/{locator}")
    dates = host.due_dates(course_key=course_key, usage_key=locator, user_ids=[author.user.pk])
    assert dates[author.user.pk].due is None


def test_the_tab_loads_in_studio() -> None:
    assert "boidung" in [tab.type for tab in CourseTabPluginManager.get_tab_types()]
