"""Rules an author sets in the course hold for our blocks: who sees them, from when, after what."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.platform import needs_lms

needs_lms()

from common.djangoapps.student.roles import CourseBetaTesterRole  # noqa: E402
from common.djangoapps.util.milestones_helpers import seed_milestone_relationship_types  # noqa: E402
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_switch  # noqa: E402
from lms.djangoapps.courseware.access import has_access  # noqa: E402
from openedx.core.djangoapps.course_groups.cohorts import (  # noqa: E402
    add_user_to_cohort,
    remove_user_from_cohort,
    set_course_cohorted,
)
from openedx.core.djangoapps.course_groups.models import CourseUserGroupPartitionGroup  # noqa: E402
from openedx.core.djangoapps.course_groups.tests.helpers import CohortFactory  # noqa: E402
from openedx.core.lib.gating import api as gating  # noqa: E402
from xmodule.modulestore.django import modulestore  # noqa: E402
from xmodule.modulestore.tests.factories import BlockFactory  # noqa: E402
from xmodule.partitions.partitions import Group, UserPartition  # noqa: E402

from boidung_xblock.activities.models import Activity  # noqa: E402
from boidung_xblock.grading import api as grades  # noqa: E402
from boidung_xblock.grading.models import OutboxEntry  # noqa: E402
from boidung_xblock.reflections.models import Reflection  # noqa: E402
from tests import factories  # noqa: E402
from tests.platform.instructor import committed  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

LOW = dict.fromkeys(factories.POINTS, "3")
PARTITION = 50


def author_sets(key: Any, **fields: Any) -> None:
    """The author changes fields of a block of the course and publishes."""
    store = modulestore()
    with store.branch_setting("draft-preferred", key.course_key):
        block = store.get_item(key)
        for name, value in fields.items():
            setattr(block, name, value)
        store.update_item(block, 0)
        if block.scope_ids.block_type not in ("course", "chapter", "sequential"):
            store.publish(key, 0)


def page(world: World, user: Any) -> Any:
    """The block's page as its frame shows it."""
    return world.client(user).get(reverse("render_xblock", args=[str(world.key)]))


def tries_to_submit(world: World, user: Any) -> Any:
    """What the handler answers."""
    answers = {row["slug"]: "bài " * 400 for row in factories.defaults.prompts()}
    body = {"for_user": user.pk, "client_key": factories.key(), "base_version": 0, "answers": answers}
    return world.call(user, "submit", body)


# -- content groups ---------------------------------------------------------------------------------------------
@pytest.fixture
def cohorts(world: World) -> dict[str, Any]:
    """``an`` is in the cohort of the group that sees the block, ``mai`` in that of the group that does not."""
    groups = [Group(1, "Khối tiểu học"), Group(2, "Khối THCS")]
    partition = UserPartition(PARTITION, "Nhóm nội dung", "", groups, scheme=UserPartition.get_scheme("cohort"))
    author_sets(world.course.location, user_partitions=[partition])
    author_sets(world.key, group_access={PARTITION: [1]})
    set_course_cohorted(world.course.id, True)
    made = {}
    for name, user, group_id in (("sees", world.an, 1), ("does not", world.mai, 2)):
        made[name] = CohortFactory(course_id=world.course.id, name=name, users=[user])
        CourseUserGroupPartitionGroup.objects.create(
            course_user_group=made[name], partition_id=PARTITION, group_id=group_id
        )
    return made


def test_a_content_group_hides_the_block_from_the_other_group(world: World, cohorts: dict[str, Any]) -> None:
    assert "Điều tôi học được" in page(world, world.an).content.decode()
    assert "Điều tôi học được" not in page(world, world.mai).content.decode()
    refused = tries_to_submit(world, world.mai)
    assert refused.status_code == 404
    world.submit(world.an)
    assert list(Reflection.objects.values_list("author__username", flat=True)) == ["an"]


def test_a_core_teacher_outside_the_content_group_marks_work_of_the_group(
    world: World, cohorts: dict[str, Any]
) -> None:
    assert not has_access(world.lan, "load", modulestore().get_item(world.key), world.course.id)
    world.mark(world.submit(world.an))
    assert world.points(world.an) == (7.5, 10.0)


def test_the_mark_of_a_learner_who_left_the_content_group_waits_until_they_are_back(
    world: World, cohorts: dict[str, Any]
) -> None:
    work = world.submit(world.an)
    remove_user_from_cohort(cohorts["sees"], world.an.username)
    add_user_to_cohort(cohorts["does not"], world.an.username)
    world.mark(work)
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts) == ("pending", 1)
    assert "may not load" in entry.last_error
    grade = grades.grade_of(world.activity.pk, world.an.pk)
    assert grade is not None
    assert (float(grade.earned), grade.delivered) == (7.5, False)
    assert world.points(world.an) == (None, 10.0)
    remove_user_from_cohort(cohorts["does not"], world.an.username)
    add_user_to_cohort(cohorts["sees"], world.an.username)
    with committed():
        assert grades.publish_entry(entry.pk) is None
    assert world.points(world.an) == (7.5, 10.0)


# -- prerequisites ----------------------------------------------------------------------------------------------
@pytest.fixture
def next_subsection(world: World) -> Iterator[Any]:
    """A subsection behind the one with the block: open from half of its points, once it is completed."""
    seed_milestone_relationship_types()
    author_sets(world.course.location, enable_subsection_gating=True)
    chapter = modulestore().get_item(world.subsection.location).get_parent()
    gated = BlockFactory.create(parent=chapter, category="sequential", graded=True, format="Homework")
    gating.add_prerequisite(world.course.id, world.subsection.location)
    gating.set_required_content(world.course.id, gated.location, world.subsection.location, 50, 100)
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        yield gated.location


def is_open(world: World, user: Any, gated: Any) -> bool:
    """Whether nothing stands between the learner and the subsection any more."""
    return str(gated) not in {
        row["content_id"]
        for row in gating.milestones_api.get_course_content_milestones(
            course_key=world.course_key, content_key=str(gated), relationship="requires", user={"id": user.pk}
        )
    }


@pytest.mark.parametrize(("points", "opens"), [(None, True), (LOW, False)], ids=["mark of 7.5", "mark of 3"])
def test_the_next_subsection_opens_by_a_mark_that_is_good_enough(
    world: World, next_subsection: Any, points: Any, opens: bool
) -> None:
    assert not is_open(world, world.an, next_subsection)
    with committed():
        work = world.submit(world.an)
    assert not is_open(world, world.an, next_subsection)
    world.mark(work, **({"points": points} if points else {}))
    earned, _ = world.points(world.an) or (None, 0)
    assert earned == (7.5 if points is None else 3.0)
    assert is_open(world, world.an, next_subsection) is opens
    assert not is_open(world, world.mai, next_subsection)


# -- from when --------------------------------------------------------------------------------------------------
@pytest.fixture
def starts_in_two_days(world: World, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The course starts later; beta testers come five days early."""
    monkeypatch.setitem(settings.FEATURES, "DISABLE_START_DATES", False)
    start = timezone.now() + timedelta(days=2)
    author_sets(world.course.location, start=start, days_early_for_beta=5)
    return start


def test_learners_wait_for_the_start_of_the_course(world: World, starts_in_two_days: datetime) -> None:
    assert "Điều tôi học được" not in page(world, world.an).content.decode()
    assert tries_to_submit(world, world.an).status_code == 404
    assert not Reflection.objects.exists()


def test_a_beta_tester_submits_early_and_gets_a_mark(world: World, starts_in_two_days: datetime) -> None:
    CourseBetaTesterRole(world.course.id).add_users(world.an)
    assert "Điều tôi học được" in page(world, world.an).content.decode()
    world.mark(world.submit(world.an))
    assert world.points(world.an) == (7.5, 10.0)


def test_staff_look_at_the_block_before_the_start(world: World, starts_in_two_days: datetime) -> None:
    assert "Điều tôi học được" in page(world, world.staff).content.decode()


def test_a_mark_given_before_the_course_is_open_to_the_learner_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = world.submit(world.an)
    monkeypatch.setitem(settings.FEATURES, "DISABLE_START_DATES", False)
    author_sets(world.course.location, start=timezone.now() + timedelta(days=2))
    world.mark(work)
    entry = OutboxEntry.objects.get()
    assert (entry.state, "may not load" in entry.last_error) == ("pending", True)
    author_sets(world.course.location, start=timezone.now() - timedelta(days=2))
    with committed():
        assert grades.publish_entry(entry.pk) is None
    assert world.points(world.an) == (7.5, 10.0)


# -- what belongs to Studio -------------------------------------------------------------------------------------
def test_blocks_are_not_switched_on_from_the_lms(world: World) -> None:
    with pytest.raises(CommandError, match="belongs to Studio"):
        call_command("boidung_enable_blocks", world.course_key)


def test_the_register_can_be_rebuilt_from_the_lms(world: World) -> None:
    Activity.objects.update(live=False, title="?")
    call_command("boidung_refresh_register", all=True, stdout=io.StringIO())
    assert [(row.title, row.live) for row in Activity.objects.all()] == [(world.activity.title, True)]
