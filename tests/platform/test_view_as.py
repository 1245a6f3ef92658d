"""Staff view the course as a learner, as one of a content group, and as a certain one: they see, and store nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from completion.models import BlockCompletion  # noqa: E402
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_switch  # noqa: E402
from lms.djangoapps.courseware.models import StudentModule  # noqa: E402
from openedx.core.djangoapps.course_groups.cohorts import add_user_to_cohort, set_course_cohorted  # noqa: E402
from openedx.core.djangoapps.course_groups.models import CourseUserGroupPartitionGroup  # noqa: E402
from openedx.core.djangoapps.course_groups.tests.helpers import CohortFactory  # noqa: E402
from xmodule.modulestore.django import modulestore  # noqa: E402
from xmodule.partitions.partitions import Group, UserPartition  # noqa: E402

from boidung_xblock.drafts.models import Draft  # noqa: E402
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry  # noqa: E402
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion  # noqa: E402
from tests import factories  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

OURS = (Draft, Grade, Mark, OutboxEntry, Reflection, ReflectionEvent, ReflectionVersion)
# Only the block's own page says so; its authored texts are also in the debug panel that staff keep under a mask.
NOTICE = "You are viewing as a learner: nothing is stored."
CONTENT_GROUPS = 50
MATHS, LETTERS = 1, 2


@pytest.fixture
def content_groups(world: World) -> None:
    """The author makes two content groups, each with a cohort; ``an`` is in the first, ``mai`` in the second."""
    groups = [Group(MATHS, "Toán"), Group(LETTERS, "Văn")]
    partition = UserPartition(CONTENT_GROUPS, "Nhóm nội dung", "", groups, scheme=UserPartition.get_scheme("cohort"))
    world.course.user_partitions = [partition]
    world.course = modulestore().update_item(world.course, 0)
    set_course_cohorted(world.course.id, True)
    for user, group in ((world.an, MATHS), (world.mai, LETTERS)):
        cohort = CohortFactory(course_id=world.course.id, name=f"Cụm {group}")
        CourseUserGroupPartitionGroup.objects.create(
            course_user_group=cohort, partition_id=CONTENT_GROUPS, group_id=group
        )
        add_user_to_cohort(cohort, user.username)


def _view_as(world: World, **mask: Any) -> Client:
    """A browser in which the course's staff have chosen somebody in the menu "view this course as"."""
    client = world.client(world.staff)
    body = {"role": "student", **mask}
    address = reverse("masquerade_update", args=[world.course_key])
    answer = client.post(address, json.dumps(body), content_type="application/json")
    assert answer.json() == {"success": True}
    return client


def _as_group(world: World, group: int) -> Client:
    return _view_as(world, user_partition_id=CONTENT_GROUPS, group_id=group)


def _only_for(world: World, group: int) -> None:
    block = modulestore().get_item(world.key)
    block.group_access = {CONTENT_GROUPS: [group]}
    modulestore().update_item(block, 0)


def _unit(world: World, client: Client) -> str:
    """The page of the unit, as the learning application's frame has it."""
    unit = modulestore().get_item(world.key).parent
    answer = client.get(reverse("render_xblock", kwargs={"usage_key_string": str(unit)}))
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def _stored() -> dict[str, list[Any]]:
    tables = (*OURS, StudentModule, BlockCompletion)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def _try_everything(world: World, client: Client, user: Any) -> None:
    """Submit, withdraw and save a draft, as the page under the mask would."""
    body = {"for_user": user.pk, "client_key": factories.key(), "base_version": 0, "answers": {}}
    for handler in ("submit", "withdraw"):
        answer = world.call(user, handler, body, client=client)
        assert (answer.status_code, answer.json()["stored"]) == (200, False)
    draft = {**body, "usage_key": str(world.key), "slot": "own", "version": 0, "payload": {"answers": {}}}
    answer = client.post(reverse("boidung:draft"), json.dumps(draft), content_type="application/json")
    assert (answer.status_code, answer.json()["stored"]) == (200, False)


def test_as_one_learner_the_page_shows_that_learners_work_and_no_form(world: World) -> None:
    work = world.submit(world.an)
    world.mark(work)
    page = _unit(world, _view_as(world, user_name="an"))
    assert factories.fresh(work).latest.receipt_code in page
    assert "Trần Thị Lan" in page  # who marked
    assert "<textarea" not in page
    assert NOTICE in page


def test_as_one_learner_who_has_not_written_the_page_is_there(world: World) -> None:
    """Blocks without ``show_in_read_only_mode`` would vanish."""
    page = _unit(world, _view_as(world, user_name="mai"))
    assert NOTICE in page
    assert "cannot be shown" not in page


def test_as_one_learner_nothing_is_stored(world: World) -> None:
    world.mark(world.submit(world.an))
    client, before = _view_as(world, user_name="an"), _stored()
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        _unit(world, client)
        _try_everything(world, client, world.an)
    assert _stored() == before


def test_as_any_learner_the_page_is_shown_and_nothing_is_stored(world: World) -> None:
    client, before = _view_as(world), _stored()
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        assert NOTICE in _unit(world, client)
        _try_everything(world, client, world.staff)
    assert _stored() == before


@pytest.mark.usefixtures("content_groups")
def test_as_a_learner_of_a_group_the_page_is_shown_and_nothing_is_stored(world: World) -> None:
    _only_for(world, MATHS)
    client, before = _as_group(world, MATHS), _stored()
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        page = _unit(world, client)
        _try_everything(world, client, world.staff)
    assert NOTICE in page
    assert _stored() == before


@pytest.mark.usefixtures("content_groups")
def test_as_a_learner_of_another_group_a_limited_block_is_not_shown(world: World) -> None:
    _only_for(world, LETTERS)
    assert "Điều tôi học được" not in _unit(world, _as_group(world, MATHS))
    assert NOTICE in _unit(world, _as_group(world, LETTERS))
    assert world.call(world.staff, "submit", {}, client=_as_group(world, MATHS)).status_code == 404


@pytest.mark.usefixtures("content_groups")
def test_learners_see_a_limited_block_only_in_their_group(world: World) -> None:
    _only_for(world, MATHS)
    assert "Điều tôi học được" in _unit(world, world.client(world.an))
    assert "Điều tôi học được" not in _unit(world, world.client(world.mai))
    assert world.call(world.mai, "submit", {"for_user": world.mai.pk}).status_code == 404


@pytest.mark.usefixtures("content_groups")
def test_a_mark_for_a_learner_who_may_no_longer_load_the_block_waits(world: World) -> None:
    work = world.submit(world.an)
    _only_for(world, LETTERS)
    world.mark(work)
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts) == ("pending", 1)
    assert "may not load" in entry.last_error


def test_under_any_mask_the_desk_is_shut(world: World) -> None:
    work = world.submit(world.an)
    for mask in ({}, {"user_name": "an"}, {"user_name": "mai"}):
        client = _view_as(world, **mask)
        assert client.get(reverse("boidung:desk", args=[world.course_key])).status_code == 403
        assert client.get(reverse("boidung:work", args=[world.course_key, work.pk])).status_code == 403


def test_back_in_their_own_role_staff_have_the_desk_again(world: World) -> None:
    client = _view_as(world, user_name="an")
    address = reverse("masquerade_update", args=[world.course_key])
    client.post(address, json.dumps({"role": "staff", "user_name": None}), content_type="application/json")
    assert client.get(reverse("boidung:desk", args=[world.course_key])).status_code == 200
