"""A real course with a ledger, and the ways in which grounds come and go there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from boidung_xblock import signals
from boidung_xblock.activities import api as activities
from boidung_xblock.activities.api import Activity
from boidung_xblock.authored.meeting import Meeting
from boidung_xblock.grading import api as grading
from boidung_xblock.periods import api as periods
from boidung_xblock.periods.api import ModuleRow, Standing
from tests import factories
from tests.blocks.checkpoints import WRONG, usage
from tests.factories import COURSE
from tests.selfstudy.ways import content, give

# The points of the usual steps.
POSSIBLE = 3
# Points of a mark that does not pass.
LOW = dict.fromkeys(factories.POINTS, "4")
# What makes a reflection one on a meeting.
MEETING = Meeting(agenda="Trao đổi.", title="HỌP TỔ").model_dump(mode="json")


def ledger(name: str = "ledger", *, course_key: str = COURSE, position: int = 9, **rule: Any) -> Activity:
    """Publish a ledger that asks for nothing but what the test says."""
    key = factories.usage(name, course_key).replace("boidung_reflection", "boidung_ledger")
    settings = {"total_periods": "40", "min_periods": "0", "min_meetings": 0, "every_mark_passes": False, **rule}
    facts = {"usage_key": key, "title": name, "periods": 0.0, "position": position, "settings": settings}
    return publish(kind="boidung_ledger", course_key=course_key, **facts)


def checkpoint(name: str = "c1", *, periods: float = 2.0, **settings: Any) -> Activity:
    """Publish a checkpoint in place of the one of that name; ``role``, ``pass_percent`` as authors set them."""
    given = {"role": "study", "pass_percent": "0", **settings}
    return publish(kind="boidung_checkpoint", usage_key=usage(name), title=name, periods=periods, settings=given)


def reflection(name: str = "r1", *, periods: float = 2.0, course_key: str = COURSE, **settings: Any) -> Activity:
    """Publish a reflection in place of the one of that name."""
    given = factories.settings_of_activity(**settings)
    return publish(usage_key=factories.usage(name, course_key), course_key=course_key, periods=periods, settings=given)


def publish(*, course_key: str = COURSE, **changes: Any) -> Activity:
    """A block as it is now, in the host's course and in the register."""
    block = factories.facts(course_key=course_key, **changes)
    factories.host().add_block(course_key, block)
    return activities.register(course_key, block)


def take_out(place: Activity) -> None:
    """The author removes the block and publishes the course."""
    factories.host().remove_block(place.usage_key)
    activities.refresh_course(place.course_key)


# -- what learners do, and what others do to it ------------------------------------------------------------------
def study(account: Any, place: Activity, *, percent: int = 0, wrong: bool = False) -> None:
    """Answer every step, the scored ones wrongly if so said, under a pass mark of ``percent``."""
    asked = content(pass_percent=percent)
    for step in asked.steps:
        give(account, place, step.slug, WRONG.get(step.slug) if wrong else None, asked=asked)


def improve(account: Any, place: Activity, *, percent: int) -> None:
    """Answer the scored steps once more, rightly."""
    for step in WRONG:
        give(account, place, step, asked=content(pass_percent=percent))


def override(account: Any, place: Activity, earned: float, *, percent: int = 50) -> None:
    """An instructor sets the score of ten in the gradebook."""
    scale = Decimal(POSSIBLE) if place.kind == "boidung_checkpoint" else Decimal(10)
    grading.record_outside_score(
        activity_id=place.pk,
        learner_id=account.pk,
        rubric=grading.Scale(scale=scale, pass_mark=scale * percent / 100),
        raw_earned=earned,
        raw_possible=10,
        source="override",
    )


def delete_state(account: Any, place: Activity) -> None:
    """An instructor deletes the learner's state of the block."""
    assert signals.learner_state_deleted(usage_key=place.usage_key, user_id=account.pk)


# -- what the ledger says ----------------------------------------------------------------------------------------
def row(account: Any, course_key: str = COURSE) -> ModuleRow:
    """The account's module as it is now."""
    module = periods.module_of(course_key)
    assert module is not None
    return periods.rows_of(module, [account.pk])[account.pk]


def stand(account: Any, place: Activity) -> Standing:
    """Where the account stands at one component."""
    (found,) = [each for each in row(account, place.course_key).standings if each.activity_id == place.pk]
    return found


def says(account: Any, place: Activity) -> tuple[int, str]:
    """Periods earned in the whole module, and what the component waits for."""
    return int(row(account, place.course_key).earned), stand(account, place).waits_for
