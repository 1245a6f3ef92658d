"""Somebody at work in Studio, through its own addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cms.djangoapps.contentstore.tests.utils import AjaxEnabledTestClient
from common.djangoapps.student.tests.factories import UserFactory
from django.test import TestCase
from opaque_keys.edx.keys import CourseKey
from xmodule.contentstore.django import contentstore
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.xml_importer import import_course_from_xml

from boidung_xblock.activities import api as activities


class Studio:
    """A course creator's browser."""

    def __init__(self) -> None:
        self.user = UserFactory(is_staff=True, is_superuser=True)
        self.client = AjaxEnabledTestClient()
        assert self.client.login(username=self.user.username, password="Password1234")

    def post(self, address: str, body: dict[str, Any]) -> Any:
        """The JSON of the answer; what waits for the end of the request has happened."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = self.client.ajax_post(address, body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def new_course(self, course: str = "BD1", run: str = "2026", **body: Any) -> str:
        """The page "New course" (with ``source_course_key``: "Re-run course"); the key of the course."""
        facts = {"org": "BGDDT", "number": course, "run": run, "display_name": "Mô đun 1", **body}
        answer = self.post("/course/", facts)
        key = f"course-v1:BGDDT+{course}+{run}"
        assert answer.get("course_key", key) == key, answer
        return key

    def import_into(self, course_key: str, folder: Path) -> None:
        """The page "Import" of a course that exists: what was exported below ``folder`` under the name "goi"."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            import_course_from_xml(
                modulestore(),
                self.user.id,
                str(folder),
                ["goi"],
                static_content_store=contentstore(),
                target_id=CourseKey.from_string(course_key),
            )

    def add(self, parent: Any, category: str, name: str = "") -> str:
        """A new block as the page of its parent makes it."""
        body = {"parent_locator": str(parent), "category": category, "display_name": name or category}
        locator: str = self.post("/xblock/", body)["locator"]
        return locator

    def unit(self, course_key: str) -> str:
        """A new section, subsection and unit of the course; the unit."""
        parent = str(modulestore().make_course_usage_key(CourseKey.from_string(course_key)))
        for category in ("chapter", "sequential", "vertical"):
            parent = self.add(parent, category)
        return parent

    def publish(self, unit: str) -> None:
        """The unit's button."""
        self.post(f"/xblock/{unit}", {"publish": "make_public"})

    def delete(self, locator: str) -> None:
        """The block's bin."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = self.client.delete(f"/xblock/{locator}", HTTP_ACCEPT="application/json")
        assert answer.status_code == 204


def register(course_key: str) -> list[tuple[str, bool]]:
    """Title and liveness of the course's activities, in course order."""
    return [(row.title, row.live) for row in activities.in_course(course_key, live_only=False)]


def advanced_modules(course_key: str) -> list[str]:
    """What the author finds in the course's advanced settings."""
    return list(modulestore().get_course(CourseKey.from_string(course_key)).advanced_modules)
