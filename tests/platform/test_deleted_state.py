"""The instructor deletes a learner's state: our rows are put aside, the grade is gone, work can begin anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.platform import needs_lms

needs_lms()

from completion.models import BlockCompletion  # noqa: E402
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_switch  # noqa: E402

from boidung_xblock.grading import api as grading  # noqa: E402
from boidung_xblock.grading.models import Grade, Mark  # noqa: E402
from boidung_xblock.reflections import api as reflections  # noqa: E402
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion  # noqa: E402
from tests import factories  # noqa: E402
from tests.platform import instructor  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

TOOLS: dict[str, Callable[[Any, Any], Any]] = {
    "one learner": instructor.delete_state,
    "everybody": lambda user, key: instructor.delete_all_state(key),
}


@pytest.fixture(params=TOOLS.values(), ids=TOOLS)
def delete(request: pytest.FixtureRequest) -> Callable[[Any, Any], Any]:
    """One of the two tools."""
    tool: Callable[[Any, Any], Any] = request.param
    return tool


def _present(world: World, user: Any) -> bool:
    return bool(
        reflections.own(activity_id=world.activity.pk, user_id=user.pk) or grading.grade_of(world.activity.pk, user.pk)
    )


def test_our_rows_are_put_aside_and_the_grade_is_zero(world: World, delete: Callable[[Any, Any], Any]) -> None:
    work = world.submit(world.an)
    world.mark(work)
    assert world.points(world.an) == (7.5, 10.0)
    delete(world.an, world.key)
    assert not _present(world, world.an)
    assert world.state(world.an) is None
    assert world.points(world.an) == (None, 10.0)
    # Nothing is destroyed.
    assert (Reflection.objects.get().archive_no, Grade.objects.get().archive_no) == (work.pk, Grade.objects.get().pk)
    assert (ReflectionVersion.objects.count(), Mark.objects.count()) == (1, 1)


def test_others_keep_what_they_have(world: World) -> None:
    for user in (world.an, world.mai):
        world.mark(world.submit(user))
    instructor.delete_state(world.an, world.key)
    assert _present(world, world.mai)
    assert world.points(world.mai) == (7.5, 10.0)


def test_everybody_means_everybody(world: World) -> None:
    for user in (world.an, world.mai):
        world.mark(world.submit(user))
    report = instructor.delete_all_state(world.key)
    assert report["succeeded"] == 2
    assert [world.points(user) for user in (world.an, world.mai)] == [(None, 10.0)] * 2
    assert not any(_present(world, user) for user in (world.an, world.mai))


def test_the_learner_can_begin_anew_and_be_marked_anew(world: World, delete: Callable[[Any, Any], Any]) -> None:
    world.mark(world.submit(world.an))
    delete(world.an, world.key)
    world.mark(world.submit(world.an), points=factories.BETTER)
    assert world.points(world.an) == (9.0, 10.0)
    assert Reflection.objects.count() == 2


def test_completion_is_taken_back(world: World, delete: Callable[[Any, Any], Any]) -> None:
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        world.submit(world.an)
        done = BlockCompletion.objects.filter(user=world.an, block_key=world.key)
        assert done.get().completion == 1.0
        delete(world.an, world.key)
        assert done.get().completion == 0.0


def test_a_user_who_is_deleted_takes_everything_along(world: World) -> None:
    world.mark(world.submit(world.an))
    with instructor.committed():
        get_user_model().objects.filter(pk=world.an.pk).delete()
    assert not any(table.objects.exists() for table in (Reflection, ReflectionEvent, Grade, Mark))
