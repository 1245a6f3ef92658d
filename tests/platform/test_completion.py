"""Completion as designed: complete when the reflection is submitted, whatever becomes of its mark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from completion.models import BlockCompletion  # noqa: E402
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH  # noqa: E402
from django.utils import timezone  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_switch  # noqa: E402
from lms.djangoapps.grades.api import constants, signals  # noqa: E402

from boidung_xblock.reflections import api as reflections  # noqa: E402
from tests import factories  # noqa: E402
from tests.platform import instructor  # noqa: E402
from tests.platform.dashboard import Dashboard  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


@pytest.fixture(autouse=True)
def _tracked(course_store: Any) -> Iterator[None]:
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        yield


def _done(world: World, user: Any) -> float | None:
    """None: never heard of."""
    row = BlockCompletion.objects.filter(user=user, block_key=world.key).first()
    return row.completion if row else None


def _withdraw(world: World, user: Any) -> None:
    found = reflections.own(activity_id=world.activity.pk, user_id=user.pk)
    assert found is not None
    body = {"for_user": user.pk, "client_key": factories.key(), "base_version": found.version_no}
    assert world.call(user, "withdraw", body).status_code == 200


def test_submitting_completes_the_block_for_the_author_alone(world: World) -> None:
    world.submit(world.an)
    assert [_done(world, user) for user in (world.an, world.mai)] == [1.0, None]


def test_looking_and_writing_a_draft_completes_nothing(world: World) -> None:
    assert world.call(world.an, "history", {"for_user": world.an.pk}).status_code == 200
    assert _done(world, world.an) is None


def test_a_mark_changes_nobodys_completion(world: World) -> None:
    work = world.submit(world.an)
    done = BlockCompletion.objects.get(user=world.an, block_key=world.key)
    world.mark(work)
    world.mark(work, points=dict.fromkeys(factories.POINTS, "0"))
    again = BlockCompletion.objects.get(user=world.an, block_key=world.key)
    assert (again.completion, again.modified) == (1.0, done.modified)
    assert BlockCompletion.objects.count() == 1  # not the marker's either


def test_work_that_is_returned_stays_complete_marked_before_or_not(world: World) -> None:
    work = world.submit(world.an)
    with instructor.committed():
        factories.give_back(world.lan, work)
    assert _done(world, world.an) == 1.0
    world.mark(world.submit(world.an))
    with instructor.committed():
        factories.give_back(world.lan, factories.fresh(work))
    assert _done(world, world.an) == 1.0


def test_withdrawing_takes_completion_back_and_submitting_again_restores_it(world: World) -> None:
    world.submit(world.an)
    world.submit(world.mai)
    _withdraw(world, world.an)
    assert [_done(world, user) for user in (world.an, world.mai)] == [0.0, 1.0]
    world.submit(world.an)
    assert _done(world, world.an) == 1.0


@pytest.mark.parametrize("everybody", [False, True])
def test_deleting_state_takes_completion_back(world: World, everybody: bool) -> None:
    for user in (world.an, world.mai):
        world.mark(world.submit(user))
    if everybody:
        instructor.delete_all_state(world.key)
    else:
        instructor.delete_state(world.an, world.key)
    assert [_done(world, user) for user in (world.an, world.mai)] == [0.0, 0.0 if everybody else 1.0]


@pytest.mark.parametrize("deleted", [False, True])
def test_a_score_signal_changes_no_completion(world: World, deleted: bool) -> None:
    """With a block that leaves completion to the platform any score completes it, and a deleted one takes it back."""
    world.submit(world.an)
    for user in (world.an, world.mai):
        signals.PROBLEM_RAW_SCORE_CHANGED.send(
            sender=None,
            raw_earned=0 if deleted else 10,
            raw_possible=10,
            weight=10,
            user_id=user.pk,
            course_id=world.course_key,
            usage_id=str(world.key),
            only_if_higher=False,
            modified=timezone.now(),
            score_deleted=deleted,
            score_db_table=constants.ScoreDatabaseTableEnum.courseware_student_module,
        )
    assert [_done(world, user) for user in (world.an, world.mai)] == [1.0, None]


def test_overrides_rescores_and_resets_change_no_completion(world: World) -> None:
    world.mark(world.submit(world.an))
    dashboard = Dashboard(world)
    dashboard.on_problem("override_problem_score", world.an, score="6")
    dashboard.on_problem("override_problem_score", world.mai, score="6")
    dashboard.on_problem("rescore_problem")
    dashboard.on_problem("reset_student_attempts")
    assert [_done(world, user) for user in (world.an, world.mai, dashboard.user)] == [1.0, None, None]
