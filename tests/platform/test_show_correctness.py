"""Results are kept back as the author says in ``show_correctness``, on every page where a learner could read them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.platform import needs_lms

needs_lms()

from common.djangoapps.student.models import CourseEnrollment  # noqa: E402
from common.djangoapps.student.tests.factories import UserFactory  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_flag  # noqa: E402
from lms.djangoapps.course_home_api.toggles import COURSE_HOME_MICROFRONTEND_PROGRESS_TAB  # noqa: E402
from openedx.core.djangoapps.course_date_signals.handlers import extract_dates  # noqa: E402
from xmodule.modulestore.django import modulestore  # noqa: E402

from tests import factories  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

COMMENT = "Bài viết cụ thể."


def results(world: World, shown: str, due_in_days: int | None = None) -> None:
    """The author says when results of the subsection are shown, and when it is due; and publishes."""
    store = modulestore()
    with store.branch_setting("draft-preferred", world.course.id):
        subsection = store.get_item(world.subsection.location)
        subsection.show_correctness = shown
        subsection.due = timezone.now() + timedelta(days=due_in_days) if due_in_days is not None else None
        store.update_item(subsection, 0)
    extract_dates(None, world.course.id)


def page(world: World, user: Any) -> str:
    """The block in its frame, as the user sees it."""
    answer = world.client(user).get(reverse("render_xblock", args=[str(world.key)]))
    assert answer.status_code == 200
    return str(answer.content.decode())


CASES = [
    ("always", None, True),
    ("never", None, False),
    ("never_but_include_grade", None, False),
    ("past_due", 1, False),
    ("past_due", -1, True),
    ("past_due", None, True),
]


@pytest.mark.parametrize(("shown", "due_in_days", "seen"), CASES)
def test_the_page_of_the_block_shows_a_mark_when_the_author_says(
    world: World, shown: str, due_in_days: int | None, seen: bool
) -> None:
    world.mark(world.submit(world.an))
    results(world, shown, due_in_days)
    html = page(world, world.an)
    assert (COMMENT in html) is seen
    assert ("bd-score" in html) is seen
    # The work was marked all the same, and the learner may know that much.
    assert "Đang chờ" not in html


@pytest.mark.parametrize("shown", ["never", "never_but_include_grade", "past_due"])
def test_no_handler_gives_a_hidden_result_away(world: World, shown: str) -> None:
    world.mark(world.submit(world.an))
    results(world, shown, due_in_days=1)
    answer = world.call(world.an, "history", {"for_user": world.an.pk})
    assert answer.status_code == 200
    assert "7,5" not in answer.content.decode()
    assert COMMENT not in answer.content.decode()
    repeated = world.call(world.an, "submit", {"for_user": world.an.pk, "client_key": factories.key()})
    assert COMMENT not in repeated.content.decode()


def test_the_marking_desk_shows_what_learners_do_not_see_yet(world: World) -> None:
    work = world.submit(world.an)
    world.mark(work)
    results(world, "never")
    for marker in (world.lan, world.staff):
        answer = world.client(marker).get(reverse("boidung:work", args=[world.course_key, work.pk]))
        assert COMMENT in answer.content.decode()


@pytest.mark.parametrize(("shown", "seen"), [("past_due", True), ("never", False)])
def test_course_staff_see_their_own_result_before_the_due_date_unless_it_is_never_shown(
    world: World, shown: str, seen: bool
) -> None:
    CourseEnrollment.enroll(world.staff, world.course.id)
    world.mark(world.submit(world.staff), marker=UserFactory(is_staff=True))
    results(world, shown, due_in_days=1)
    assert (COMMENT in page(world, world.staff)) is seen


@pytest.mark.parametrize(("shown", "due_in_days", "seen"), [CASES[0], CASES[1], CASES[3], CASES[4]])
def test_the_progress_page_keeps_the_score_back_as_for_built_in_problems(
    world: World, shown: str, due_in_days: int | None, seen: bool
) -> None:
    results(world, shown, due_in_days)
    world.mark(world.submit(world.an))
    rows = progress(world)
    assert [row["problem_scores"] for row in rows] == [[{"earned": 7.5, "possible": 10.0}]]
    assert [row["show_grades"] for row in rows] == [seen]


def progress(world: World) -> list[dict[str, Any]]:
    """What the learner's progress page gets of the subsections with scores."""
    with override_waffle_flag(COURSE_HOME_MICROFRONTEND_PROGRESS_TAB, active=True):
        answer = world.client(world.an).get(reverse("course-home:progress-tab", args=[world.course_key]))
    assert answer.status_code == 200, answer.content
    chapters = answer.json()["section_scores"]
    return [row for chapter in chapters for row in chapter["subsections"] if row["problem_scores"]]
