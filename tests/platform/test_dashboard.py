"""From the instructor dashboard to our pages: the page of Teak and Ulmo, the tabs of the frontend in Verawood."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from common.djangoapps.student.roles import CourseInstructorRole  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from openedx_filters.learning import filters  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


def _desk(world: World) -> str:
    return reverse("boidung:desk", args=[world.course_key])


def _dashboard(world: World, user: Any) -> str:
    answer = world.client(user).get(reverse("instructor_dashboard", kwargs={"course_id": world.course_key}))
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def test_the_dashboards_page_leads_to_the_desk_and_the_staff_list(world: World) -> None:
    page = _dashboard(world, world.staff)
    assert 'id="boidung"' in page
    assert f'href="{_desk(world)}"' in page
    assert f'href="{reverse("boidung:roster", args=[world.round.pk])}"' in page
    assert world.client(world.staff).get(_desk(world)).status_code == 200


def test_a_course_without_a_round_has_no_staff_list_to_lead_to(world: World) -> None:
    world.round.courses.all().delete()
    page = _dashboard(world, world.staff)
    assert f'href="{_desk(world)}"' in page
    assert "/roster/" not in page


def _tabs(world: World, user: Any) -> list[dict[str, Any]]:
    """What ``instructor/views/serializers_v2.py`` of Verawood is answered; the filter is in openedx-filters ≥ 3.4."""
    if hasattr(filters, "InstructorDashboardTabsRequested"):
        tabs = filters.InstructorDashboardTabsRequested.run_filter(_OWN, user, world.course.id)
        return list(tabs[0] if isinstance(tabs, tuple) else tabs)
    from openedx_filters.tooling import OpenEdxPublicFilter

    class TabsRequested(OpenEdxPublicFilter):  # type: ignore[misc]
        filter_type = "org.openedx.learning.instructor.dashboard.tabs.requested.v1"

    answer = TabsRequested.run_pipeline(tabs=_OWN, user=user, course_key=world.course.id)
    return list(answer["tabs"])


_OWN = [{"tab_id": "course_info", "title": "Course Info", "url": "/instructor/x/course_info", "sort_order": 10}]


def test_the_frontends_tab_has_an_absolute_address(world: World) -> None:
    own, ours = _tabs(world, world.staff)
    assert own == _OWN[0]
    assert ours["tab_id"] == "boidung"
    assert ours["url"] == settings.LMS_ROOT_URL + _desk(world)
    assert ours["sort_order"] > own["sort_order"]
    json.dumps(ours)


def test_learners_get_no_tab(world: World) -> None:
    assert _tabs(world, world.an) == _OWN


def test_an_instructor_gets_the_tab_once(world: World) -> None:
    CourseInstructorRole(world.course.id).add_users(world.outsider)
    assert [tab["tab_id"] for tab in _tabs(world, world.outsider)] == ["course_info", "boidung"]


def test_steps_of_other_plugins_stay_and_ours_is_there_once() -> None:
    from boidung_xblock.settings.common import plugin_settings

    for filter_type, entry in settings.OPEN_EDX_FILTERS_CONFIG.items():
        if "instructor.dashboard" in filter_type:
            before = list(entry["pipeline"])
            plugin_settings(settings)
            assert entry["pipeline"] == before
            assert len([step for step in before if step.startswith("boidung_xblock.")]) == 1


@pytest.mark.parametrize("broken", [None, "not a course"])
def test_a_dashboard_that_tells_us_nothing_useful_is_shown_without_us(world: World, broken: Any) -> None:
    context = {"course": broken, "sections": []}
    answer = filters.InstructorDashboardRenderStarted.run_filter(context=context, template_name="x.html")
    assert answer[0]["sections"] == []
