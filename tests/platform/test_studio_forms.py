"""Studio's editing forms: shown and saved on Studio's own addresses, by the course's authors alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.platform import needs_studio

needs_studio()

from cms.djangoapps.contentstore.tests.utils import AjaxEnabledTestClient  # noqa: E402
from common.djangoapps.student.roles import CourseLimitedStaffRole, CourseStaffRole  # noqa: E402
from common.djangoapps.student.tests.factories import UserFactory  # noqa: E402
from opaque_keys.edx.keys import CourseKey, UsageKey  # noqa: E402
from xmodule.modulestore.django import SignalHandler, modulestore  # noqa: E402

from boidung_xblock.activities import api as activities  # noqa: E402
from boidung_xblock.conf import block_types  # noqa: E402
from tests.platform.studio import Studio  # noqa: E402

OURS = list(block_types())
CHANGES: dict[str, dict[str, Any]] = {
    "boidung_checkpoint": {"display_name": "Điểm dừng 1", "weight": "12,5", "attempts": "2"},
    "boidung_reflection": {
        "display_name": "Sinh hoạt tổ lần 1",
        "periods": "2,5",
        "meeting": {"kind": "cluster", "number": "3", "title": "", "agenda": "", "min_opinions": "4",
                    "members_write": True},
    },
    "boidung_ledger": {"display_name": "Sổ học phần", "total_periods": "12,5", "min_periods": "12,5"},
}  # fmt: skip


@pytest.fixture
def studio(course_store: Any) -> Iterator[Studio]:
    """The modulestore tells what happens to courses, as it does outside of tests."""
    SignalHandler.course_published.enable()
    yield Studio()
    SignalHandler.course_published.disable()


@pytest.fixture
def unit(studio: Studio) -> str:
    """A unit of a new course."""
    return studio.unit(studio.new_course())


def block(locator: str) -> Any:
    """The block as it is stored, drafts included."""
    return modulestore().get_item(UsageKey.from_string(locator))


def shown(studio: Studio, locator: str, view: str = "studio_view") -> Any:
    """The fragment of a view as Studio's page asks for it."""
    answer = studio.client.get(f"/xblock/{locator}/{view}", HTTP_ACCEPT="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def filled(studio: Studio, locator: str, **changes: Any) -> dict[str, Any]:
    """What the form sends."""
    found = re.search(r'data-digest="(\w+)"', shown(studio, locator)["html"])
    assert found
    values = json.loads(json.dumps(block(locator)._stored()))
    return {"digest": found[1], "values": {**values, **changes}}


def send(client: Any, locator: str, body: dict[str, Any], *, place: str = "") -> Any:
    """The answer of the form's address."""
    return client.post(f"{place}/xblock/{locator}/handler/studio_save", json.dumps(body), "application/json")


def client_of(role: Any, locator: str) -> AjaxEnabledTestClient:
    """The browser of somebody who has the role in the block's course; None: a stranger."""
    user = UserFactory()
    if role is not None:
        role(UsageKey.from_string(locator).course_key).add_users(user)
    client = AjaxEnabledTestClient()
    assert client.login(username=user.username, password="Password1234")
    return client


@pytest.mark.parametrize("kind", OURS)
def test_the_form_shows_the_settings_and_stores_what_was_typed(studio: Studio, unit: str, kind: str) -> None:
    locator = studio.add(unit, kind)
    form = shown(studio, locator)
    assert f'value="{block(locator).display_name}"' in form["html"]
    files = [resource["data"] for _, resource in form["resources"] if resource["kind"] == "url"]
    assert any("js/studio" in file for file in files)
    answer = send(studio.client, locator, filled(studio, locator, **CHANGES[kind]))
    assert answer.status_code == 200, answer.content
    assert answer.json()["stored"] is True
    stored = block(locator)
    assert stored.display_name == CHANGES[kind]["display_name"]
    assert 12.5 in (stored.weight, getattr(stored, "total_periods", None)) or stored.periods == 2.5
    assert stored.content()


def test_what_was_saved_reaches_the_register_once_it_is_published(studio: Studio, unit: str) -> None:
    locators = {kind: studio.add(unit, kind) for kind in OURS}
    studio.publish(unit)
    for kind, locator in locators.items():
        assert send(studio.client, locator, filled(studio, locator, **CHANGES[kind])).status_code == 200
    assert activities.get(locators["boidung_checkpoint"]).title != "Điểm dừng 1"
    studio.publish(unit)
    rows = {kind: activities.get(locator) for kind, locator in locators.items()}
    assert {kind: row.title for kind, row in rows.items()} == {kind: CHANGES[kind]["display_name"] for kind in OURS}
    assert rows["boidung_reflection"].settings["meeting"]["number"] == 3
    assert float(rows["boidung_checkpoint"].weight) == 12.5
    assert rows["boidung_ledger"].settings["total_periods"] == "12.5"


@pytest.mark.parametrize("kind", OURS)
def test_a_fault_is_told_at_its_field_and_nothing_is_stored(studio: Studio, unit: str, kind: str) -> None:
    locator = studio.add(unit, kind)
    before = block(locator)._stored()
    answer = send(studio.client, locator, filled(studio, locator, display_name=" ", intro="Lọt"))
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == ["display_name"]
    assert block(locator)._stored() == before


def test_a_change_by_somebody_else_in_between_is_not_written_over(studio: Studio, unit: str) -> None:
    locator = studio.add(unit, "boidung_ledger")
    mine = filled(studio, locator, intro="Của tôi")
    assert send(studio.client, locator, filled(studio, locator, intro="Của người khác")).status_code == 200
    assert send(studio.client, locator, mine).status_code == 409
    assert block(locator).intro == "Của người khác"


@pytest.mark.parametrize("kind", OURS)
def test_only_authors_of_the_course_save(studio: Studio, unit: str, kind: str) -> None:
    locator = studio.add(unit, kind)
    body = filled(studio, locator, intro="Mới")
    for role in (None, CourseLimitedStaffRole):
        assert send(client_of(role, locator), locator, body).status_code == 403
    assert block(locator).intro == ""
    assert send(client_of(CourseStaffRole, locator), locator, body).status_code == 200
    assert block(locator).intro == "Mới"


@pytest.mark.parametrize("kind", OURS)
def test_a_preview_saves_nothing(studio: Studio, unit: str, kind: str) -> None:
    locator = studio.add(unit, kind)
    body = filled(studio, locator, intro="Lọt")
    assert send(studio.client, locator, body, place="/preview").status_code == 403
    assert block(locator).intro == ""


# -- the preview ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", OURS)
def test_the_unit_page_previews_the_block(studio: Studio, unit: str, kind: str) -> None:
    locator = studio.add(unit, kind)
    html = shown(studio, locator, "container_preview")["html"]
    assert block(locator).display_name in html
    assert 'class="bd' in html


def test_the_ledgers_preview_lists_the_published_activities_and_warns_of_what_is_missing(
    studio: Studio, unit: str
) -> None:
    locator = studio.add(unit, "boidung_ledger")
    meeting = studio.add(unit, "boidung_reflection")
    assert send(studio.client, meeting, filled(studio, meeting, **CHANGES["boidung_reflection"])).status_code == 200
    studio.publish(unit)
    html = shown(studio, locator, "container_preview")["html"]
    assert "Sinh hoạt tổ lần 1" in html
    assert "add up to 2.5 periods, the module has 40" in html


def test_a_second_ledger_is_warned_of(studio: Studio, unit: str) -> None:
    studio.add(unit, "boidung_ledger", "Sổ thứ nhất")
    second = studio.add(unit, "boidung_ledger", "Sổ thứ hai")
    studio.publish(unit)
    html = shown(studio, second, "container_preview")["html"]
    assert "another ledger (Sổ thứ nhất)" in html


def test_a_new_course_offers_all_blocks(studio: Studio) -> None:
    key = CourseKey.from_string(studio.new_course())
    assert set(modulestore().get_course(key).advanced_modules) == set(OURS) == set(CHANGES)
