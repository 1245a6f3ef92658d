"""The course tab and what it leads to, for the people of a course."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402
from lms.djangoapps.courseware.tabs import get_course_tab_list  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


def _sees(world: World, user: Any) -> bool:
    return "boidung" in [tab.type for tab in get_course_tab_list(user, world.course)]


def test_core_teachers_and_staff_see_the_tab_without_enrolling(world: World) -> None:
    assert _sees(world, world.lan)
    assert _sees(world, world.staff)


def test_learners_and_strangers_do_not(world: World) -> None:
    assert not any(_sees(world, user) for user in (world.an, world.outsider))


def test_leaders_see_it_too_and_come_to_the_minutes(world: World) -> None:
    assert _sees(world, world.mai)
    answer = world.client(world.mai).get(reverse("boidung:desk", args=[world.course_key]))
    minutes = reverse("boidung:minutes-list", args=[world.course_key])
    assert (answer.status_code, answer["Location"]) == (302, minutes)
    assert world.client(world.mai).get(minutes).status_code == 200


def _tabs_of_the_page(world: World, client: Any) -> dict[str, dict[str, str]]:
    answer = client.get(reverse("course-home:course-metadata", args=[world.course_key]))
    assert answer.status_code == 200, answer.content
    return {tab["tab_id"]: tab for tab in answer.json()["tabs"]}


def test_the_learning_frontend_is_told_title_and_address(world: World) -> None:
    tab = _tabs_of_the_page(world, world.client(world.lan))["boidung"]
    assert tab["url"] == "http://testserver" + reverse("boidung:desk", args=[world.course_key])
    with translation.override("vi"):
        title = next(one.name for one in get_course_tab_list(world.lan, world.course) if one.type == "boidung")
    assert isinstance(title, str)
    assert (tab["title"], title) == ("Training", "Bồi dưỡng")


def test_whoever_views_as_a_learner_sees_what_learners_see(world: World) -> None:
    client = world.client(world.staff)
    assert "boidung" in _tabs_of_the_page(world, client)
    for body in ({"role": "student"}, {"role": "student", "user_name": "an"}):
        address = reverse("masquerade_update", args=[world.course_key])
        assert client.post(address, json.dumps(body), content_type="application/json").json()["success"]
        assert "boidung" not in _tabs_of_the_page(world, client)
        assert client.get(reverse("boidung:desk", args=[world.course_key])).status_code == 403
    client.post(address, json.dumps({"role": "staff"}), content_type="application/json")
    assert "boidung" in _tabs_of_the_page(world, client)


def test_the_desk_opens_for_those_who_see_the_tab(world: World) -> None:
    world.submit(world.an)
    address = reverse("boidung:desk", args=[world.course_key])
    page = world.client(world.lan).get(address)
    assert page.status_code == 200
    assert "Nguyễn Văn Ân" in page.content.decode()
    assert world.client(world.an).get(address).status_code == 403
