"""Content libraries: our blocks are written, tried and published there, and go from there into courses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from opaque_keys.edx.keys import UsageKey  # noqa: E402
from openedx.core.djangoapps.content_libraries import api as library_api  # noqa: E402
from openedx.core.djangoapps.xblock import api as xblock_api  # noqa: E402
from openedx.core.lib.xblock_serializer.api import serialize_xblock_to_olx  # noqa: E402
from organizations.models import Organization  # noqa: E402
from xmodule.modulestore.django import SignalHandler, modulestore  # noqa: E402

from boidung_xblock.activities import api as activities  # noqa: E402
from boidung_xblock.activities.models import Activity  # noqa: E402
from boidung_xblock.drafts.models import Draft  # noqa: E402
from boidung_xblock.reflections.models import Reflection  # noqa: E402
from tests.platform.studio import Studio  # noqa: E402

OLX = """
<boidung_reflection display_name="Bài suy ngẫm của thư viện" weight="20.0" periods="2.0">
  <intro>&lt;p&gt;Trước buổi sinh hoạt&lt;/p&gt;</intro>
  <prompts>
    <prompt slug="dieu-hoc-duoc" title="Điều tôi học được" min_words="2" max_words="300">Nêu {what}</prompt>
  </prompts>
</boidung_reflection>
"""


class Library:
    """A library with one reflection in it, and its author."""

    def __init__(self) -> None:
        self.studio = Studio()
        owner = Organization.objects.create(name="Sở Nghệ An", short_name="NgheAn")
        self.key = library_api.create_library(org=owner, slug="kho", title="Kho học liệu").key
        self.block = library_api.create_library_block(self.key, "boidung_reflection", "suy-ngam").usage_key
        self.write("hai điều")

    def write(self, what: str) -> None:
        """The author saves the block."""
        library_api.set_library_block_olx(self.block, OLX.format(what=what))

    def publish(self) -> None:
        """The library's button."""
        library_api.publish_changes(self.key, self.studio.user.id)

    def view(self, name: str) -> str:
        """What the library's page shows of the block."""
        answer = self.studio.client.get(f"/api/xblock/v2/xblocks/{self.block}/view/{name}/")
        assert answer.status_code == 200, answer.content
        return str(answer.json()["content"])

    def call(self, handler: str, body: dict[str, Any]) -> Any:
        """The answer of a handler of the block."""
        found = self.studio.client.get(f"/api/xblock/v2/xblocks/{self.block}/handler_url/{handler}/")
        address = found.json()["handler_url"].partition("/api/")
        return self.studio.client.post(f"/api/{address[2]}", json.dumps(body), content_type="application/json")

    def add_to(self, unit: str) -> str:
        """The button "Library content" of a unit; the block in the course."""
        body = {"parent_locator": unit, "category": "boidung_reflection", "library_content_key": str(self.block)}
        locator: str = self.studio.post("/xblock/", body)["locator"]
        return locator


@pytest.fixture
def library(course_store: Any) -> Iterator[Library]:
    """The modulestore tells what happens to courses, as it does outside of tests."""
    SignalHandler.course_published.enable()
    yield Library()
    SignalHandler.course_published.disable()


def test_a_library_takes_our_blocks(library: Library) -> None:
    allowed = {row.block_type for row in library_api.get_allowed_block_types(library.key)}
    assert "boidung_reflection" in allowed
    answer = library.studio.post(
        f"/api/libraries/v2/{library.key}/blocks/", {"block_type": "boidung_reflection", "definition_id": "bai-hai"}
    )
    assert answer["block_type"] == "boidung_reflection"


@pytest.mark.parametrize("view", ["student_view", "author_view"])
def test_the_block_is_shown_in_its_library(library: Library, view: str) -> None:
    for _ in ("draft", "published"):
        html = library.view(view)
        assert "Điều tôi học được" in html
        assert "Nêu hai điều" in html
        assert "Trước buổi sinh hoạt" in html
        library.publish()


def test_handlers_answer_in_a_library_and_store_nothing(library: Library) -> None:
    library.publish()
    answers = {"dieu-hoc-duoc": "Tôi đã học được hai điều."}
    body = {"for_user": library.studio.user.pk, "client_key": "k" * 16, "base_version": 0, "answers": answers}
    for handler in ("submit", "withdraw", "history"):
        answer = library.call(handler, body)
        assert answer.status_code == 200, answer.content
        assert answer.json()["stored"] is False
    assert not Reflection.objects.exists()
    assert not Draft.objects.exists()


def test_publishing_a_library_registers_no_activity(library: Library) -> None:
    library.publish()
    assert not Activity.objects.exists()


def test_the_olx_of_a_library_block_settles(library: Library) -> None:
    def olx() -> str:
        answer = library.studio.client.get(f"/api/xblock/v2/xblocks/{library.block}/olx/")
        return str(answer.json()["olx"])

    def written(block: Any) -> str:
        """What the block writes of itself; where it was copied from (newer releases) is the platform's own remark."""
        return re.sub(r' copied_from_(block|version)="[^"]*"', "", serialize_xblock_to_olx(block).olx_str)

    # What another editor gets is what the block writes of itself.
    block = xblock_api.load_block(library.block, library.studio.user)
    assert (block.weight, block.periods, block.prompts[0]["slug"]) == (20.0, 2.0, "dieu-hoc-duoc")
    first = written(block)
    library_api.set_library_block_olx(library.block, first)
    second = written(xblock_api.load_block(library.block, library.studio.user))
    assert second == first
    assert "<prompt slug=" in olx()


def test_a_block_goes_from_a_library_into_a_course_and_is_registered_there(library: Library) -> None:
    """The points are the course's own affair, as those of a built-in problem: the platform leaves them as they are."""
    library.publish()
    course = library.studio.new_course()
    unit = library.studio.unit(course)
    locator = library.add_to(unit)
    block = modulestore().get_item(UsageKey.from_string(locator))
    assert block.upstream == str(library.block)
    assert (block.display_name, block.weight, block.periods) == ("Bài suy ngẫm của thư viện", 10.0, 2.0)
    assert block.prompts[0]["help"] == "Nêu hai điều"
    library.studio.publish(unit)
    row = activities.get(locator)
    assert (row.title, float(row.weight), float(row.periods)) == ("Bài suy ngẫm của thư viện", 10.0, 2.0)


def test_a_change_in_the_library_reaches_the_course_when_its_author_takes_it(library: Library) -> None:
    library.publish()
    course = library.studio.new_course()
    unit = library.studio.unit(course)
    locator = library.add_to(unit)
    library.studio.publish(unit)
    before = activities.get(locator)
    library.write("ba điều")
    library.publish()
    library.studio.post(f"/api/contentstore/v2/downstreams/{locator}/sync", {})
    block = modulestore().get_item(UsageKey.from_string(locator))
    assert block.prompts[0]["help"] == "Nêu ba điều"
    library.studio.publish(unit)
    assert activities.get(locator).pk == before.pk


def test_a_block_pasted_from_a_library_keeps_what_was_written(library: Library) -> None:
    library.publish()
    unit = library.studio.unit(library.studio.new_course())
    library.studio.post("/api/content-staging/v1/clipboard/", {"usage_key": str(library.block)})
    locator = library.studio.post("/xblock/", {"parent_locator": unit, "staged_content": "clipboard"})["locator"]
    block = modulestore().get_item(UsageKey.from_string(locator))
    assert (block.weight, block.prompts[0]["help"]) == (20.0, "Nêu hai điều")


def test_a_block_goes_from_a_course_into_a_library(library: Library) -> None:
    unit = library.studio.unit(library.studio.new_course())
    source = library.studio.add(unit, "boidung_reflection", "Từ khoá học")
    library.studio.post("/api/content-staging/v1/clipboard/", {"usage_key": source})
    made = library.studio.post(f"/api/libraries/v2/{library.key}/paste_clipboard/", {})
    block = xblock_api.load_block(UsageKey.from_string(made["id"]), library.studio.user)
    assert block.display_name == "Từ khoá học"
