"""Due dates of many learners at once are those that the block bound to each of them would show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

from common.djangoapps.student.models import CourseEnrollment  # noqa: E402
from edx_django_utils.cache import TieredCache  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_flag  # noqa: E402
from edx_when.api import set_date_for_block, set_dates_for_course  # noqa: E402
from openedx.core.djangoapps.schedules.models import Schedule  # noqa: E402
from openedx.features.course_experience import RELATIVE_DATES_FLAG  # noqa: E402

from boidung_xblock.host import get_host  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

DUE = datetime(2031, 5, 4, 16, 59, tzinfo=UTC)
DAY = timedelta(days=1)


def _dates(world: World) -> list[datetime | None]:
    users = [world.an, world.mai]
    ids = [user.pk for user in users]
    found = get_host().due_dates(course_key=world.course_key, usage_key=str(world.key), user_ids=ids)
    TieredCache.dangerous_clear_all_tiers()
    due = [found[user_id].due for user_id in ids]
    assert due == [world.block(user).due for user in users]
    return due


def _set(world: World, *dates: tuple[Any, Any]) -> None:
    set_dates_for_course(world.course.id, [(key, {"due": due}) for key, due in dates])


def _extend(world: World, key: Any, user: Any, due: datetime | None) -> None:
    set_date_for_block(world.course.id, key, "due", due, user=user)


def test_nobody_has_a_date_where_there_is_none(world: World) -> None:
    assert _dates(world) == [None, None]


def test_the_nearest_date_counts(world: World) -> None:
    subsection = world.subsection.location
    _set(world, (subsection, DUE))
    assert _dates(world) == [DUE, DUE]
    _set(world, (subsection, DUE), (world.key, DUE - DAY))
    assert _dates(world) == [DUE - DAY, DUE - DAY]
    _extend(world, subsection, world.an, DUE + DAY)
    assert _dates(world) == [DUE - DAY, DUE - DAY]
    _extend(world, world.key, world.an, DUE + DAY)
    assert _dates(world) == [DUE + DAY, DUE - DAY]


def test_an_extension_can_be_taken_back(world: World) -> None:
    subsection = world.subsection.location
    _set(world, (subsection, DUE))
    _extend(world, subsection, world.an, DUE + DAY)
    assert _dates(world) == [DUE + DAY, DUE]
    _extend(world, subsection, world.an, None)
    assert _dates(world) == [DUE, DUE]


def test_self_paced_learners_count_from_their_own_start(world: World) -> None:
    starts = {}
    for user, days in ((world.an, 0), (world.mai, 3)):
        starts[user.pk] = datetime(2031, 1, 1, tzinfo=UTC) + days * DAY
        enrolment = CourseEnrollment.get_enrollment(user, world.course.id)
        Schedule.objects.update_or_create(enrollment=enrolment, defaults={"start_date": starts[user.pk]})
    _set(world, (world.subsection.location, timedelta(weeks=2)))
    assert _dates(world) == [None, None]
    with override_waffle_flag(RELATIVE_DATES_FLAG, active=True):
        assert _dates(world) == [starts[user.pk] + timedelta(weeks=2) for user in (world.an, world.mai)]
        _extend(world, world.subsection.location, world.an, DUE)
        assert _dates(world) == [DUE, starts[world.mai.pk] + timedelta(weeks=2)]
        set_date_for_block(world.course.id, world.course.location, "end", starts[world.an.pk] + 10 * DAY)
        assert _dates(world) == [DUE, starts[world.an.pk] + 10 * DAY]
