"""Marks in the gradebook and on the progress page, of the old and of the newer kind, and due-date extensions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from django.urls import reverse  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_flag  # noqa: E402
from lms.djangoapps.course_home_api.toggles import COURSE_HOME_MICROFRONTEND_PROGRESS_TAB  # noqa: E402
from lms.djangoapps.grades.config.waffle import WRITABLE_GRADEBOOK  # noqa: E402
from xmodule.modulestore.django import modulestore  # noqa: E402

from boidung_xblock.host import get_host  # noqa: E402
from tests import factories  # noqa: E402
from tests.platform.dashboard import Dashboard  # noqa: E402
from tests.platform.instructor import committed  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

DUE = datetime(2031, 5, 4, 16, 59, tzinfo=UTC)


@pytest.fixture
def dashboard(world: World) -> Dashboard:
    """The instructor's."""
    return Dashboard(world)


def _gradebook(world: World, dashboard: Dashboard) -> dict[str, dict[str, Any]]:
    """What the gradebook page reads: each learner's only subsection."""
    with override_waffle_flag(WRITABLE_GRADEBOOK, active=True):
        answer = dashboard.client.get(reverse("grades_api:v1:course_gradebook", args=[world.course_key]))
    assert answer.status_code == 200, answer.content
    return {row["username"]: row["section_breakdown"][0] for row in answer.json()["results"]}


def _progress(world: World, user: Any, learner: Any = None) -> dict[str, Any]:
    """What the progress page of the learning application reads."""
    name = "course-home:progress-tab-other-student" if learner else "course-home:progress-tab"
    ids = [world.course_key, *([learner.pk] if learner else [])]
    with override_waffle_flag(COURSE_HOME_MICROFRONTEND_PROGRESS_TAB, active=True):
        answer = world.client(user).get(reverse(name, args=ids))
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def _scores(told: dict[str, Any]) -> list[dict[str, float]]:
    return [
        score
        for section in told["section_scores"]
        for subsection in section["subsections"]
        for score in subsection["problem_scores"]
    ]


def test_the_gradebook_shows_the_mark(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    world.submit(world.mai)
    rows = _gradebook(world, dashboard)
    found = rows["an"]
    assert (found["score_earned"], found["score_possible"], found["percent"], found["attempted"]) == (
        7.5,
        10.0,
        0.75,
        True,
    )
    assert rows["mai"]["score_earned"] == 0


def test_the_old_gradebook_shows_the_mark(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    answer = dashboard.client.get(reverse("spoc_gradebook", args=[world.course_key]))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "an@example.com" in page or ">an<" in page or "Nguyễn Văn Ân" in page
    assert "75" in page


def test_points_given_to_a_subsection_in_the_gradebook_stand_over_later_marks(
    world: World, dashboard: Dashboard
) -> None:
    work = world.submit(world.an)
    world.mark(work)
    body = [
        {
            "user_id": world.an.pk,
            "usage_id": str(world.subsection.location),
            "grade": {"earned_graded_override": 4, "comment": "Theo biên bản"},
        }
    ]
    with override_waffle_flag(WRITABLE_GRADEBOOK, active=True):
        address = reverse("grades_api:v1:course_gradebook_bulk_update", args=[world.course_key])
        answer = dashboard.client.post(address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 202, answer.content
    assert _gradebook(world, dashboard)["an"]["score_earned"] == 4
    world.mark(work, points=factories.BETTER)
    assert _gradebook(world, dashboard)["an"]["score_earned"] == 4
    state = world.state(world.an)
    assert state is not None
    assert state.grade == 9.0


def test_the_progress_page_shows_the_learner_their_mark(world: World) -> None:
    assert _scores(_progress(world, world.an)) == [{"earned": 0.0, "possible": 10.0}]
    world.mark(world.submit(world.an))
    told = _progress(world, world.an)
    assert _scores(told) == [{"earned": 7.5, "possible": 10.0}]
    assert told["course_grade"]["percent"] > 0
    assert _scores(_progress(world, world.mai)) == [{"earned": 0.0, "possible": 10.0}]


def test_staff_see_the_progress_page_of_a_learner(world: World) -> None:
    world.mark(world.submit(world.an))
    assert _scores(_progress(world, world.staff, world.an)) == [{"earned": 7.5, "possible": 10.0}]


def test_the_old_progress_page_shows_the_mark(world: World) -> None:
    world.mark(world.submit(world.an))
    answer = world.client(world.an).get(reverse("progress", args=[world.course_key]))
    assert answer.status_code == 200
    assert "7.5/10" in answer.content.decode()


def test_a_mark_that_is_taken_back_leaves_the_gradebook(world: World, dashboard: Dashboard) -> None:
    work = world.submit(world.an)
    world.mark(work)
    with committed():
        factories.give_back(world.lan, work)
    assert _gradebook(world, dashboard)["an"]["score_earned"] == 0
    assert _scores(_progress(world, world.an)) == [{"earned": 0.0, "possible": 10.0}]


# -- extensions ---------------------------------------------------------------------------------------------------
def _set_due(world: World, due: datetime) -> None:
    store = modulestore()
    subsection = store.get_item(world.subsection.location)
    subsection.due = due
    store.update_item(subsection, 0)
    from openedx.core.djangoapps.course_date_signals.handlers import extract_dates

    extract_dates(None, world.course.id)


def _due_of(world: World, user: Any) -> datetime | None:
    found = get_host().due_dates(course_key=world.course_key, usage_key=str(world.key), user_ids=[user.pk])
    return found[user.pk].due


def test_an_extension_from_the_dashboard_reaches_the_block_and_is_taken_back(
    world: World, dashboard: Dashboard
) -> None:
    _set_due(world, DUE)
    later = DUE + timedelta(days=3)
    data = {"student": "an", "url": str(world.subsection.location)}
    answer = dashboard.post("change_due_date", due_datetime=later.strftime("%m/%d/%Y %H:%M"), reason="Ốm", **data)
    assert answer.status_code == 200, answer.content
    assert (_due_of(world, world.an), world.block(world.an).due) == (later, later)
    assert (_due_of(world, world.mai), world.block(world.mai).due) == (DUE, DUE)
    assert dashboard.post("reset_due_date", reason="", **data).status_code == 200
    assert _due_of(world, world.an) == DUE


def test_work_is_late_by_the_learners_own_date(world: World, dashboard: Dashboard) -> None:
    now = datetime.now(UTC)
    _set_due(world, now - timedelta(days=2))
    later = (now + timedelta(days=2)).strftime("%m/%d/%Y %H:%M")
    data = {"student": "an", "url": str(world.subsection.location), "due_datetime": later, "reason": ""}
    assert dashboard.post("change_due_date", **data).status_code == 200
    assert [world.submit(user).is_late for user in (world.an, world.mai)] == [False, True]
