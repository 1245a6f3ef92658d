"""Override, rescore and reset attempts from the instructor dashboard, for one learner and for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from common.djangoapps.student.models import CourseEnrollment  # noqa: E402
from lms.djangoapps.courseware.models import StudentModule  # noqa: E402
from lms.djangoapps.grades.models import PersistentSubsectionGrade  # noqa: E402

from boidung_xblock.grading import api as grading  # noqa: E402
from boidung_xblock.grading.models import Mark, OutboxEntry  # noqa: E402
from boidung_xblock.reflections import api as reflections  # noqa: E402
from tests import factories  # noqa: E402
from tests.platform.dashboard import Dashboard  # noqa: E402
from tests.platform.site import retire  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


@pytest.fixture
def dashboard(world: World) -> Dashboard:
    """The instructor's."""
    return Dashboard(world)


def _counts(report: dict[str, Any]) -> tuple[int, int, int]:
    return report["succeeded"], report["skipped"], report["failed"]


def _marks(user: Any) -> list[tuple[str, float]]:
    rows = Mark.objects.filter(grade__learner=user).order_by("number").values_list("source", "earned")
    return [(source, float(earned)) for source, earned in rows]


def test_an_override_from_the_dashboard_is_in_the_gradebook_and_on_the_desk(world: World, dashboard: Dashboard) -> None:
    work = world.submit(world.an)
    world.mark(work)
    report = dashboard.on_problem("override_problem_score", world.an, score="6")
    assert _counts(report) == (1, 0, 0)
    assert world.points(world.an) == (6.0, 10.0)
    assert (float(factories.fresh(work).mark_value), _marks(world.an)) == (6.0, [("marker", 7.5), ("override", 6.0)])


def test_an_override_beyond_the_maximum_is_refused(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    data = {"problem_to_reset": str(world.key), "unique_student_identifier": "an", "score": "10.5"}
    assert dashboard.post("override_problem_score", **data).status_code == 400
    assert _marks(world.an) == [("marker", 7.5)]
    assert world.points(world.an) == (7.5, 10.0)


def test_a_mark_given_after_an_override_counts(world: World, dashboard: Dashboard) -> None:
    work = world.submit(world.an)
    world.mark(work)
    dashboard.on_problem("override_problem_score", world.an, score="6")
    world.mark(work, points=factories.BETTER)
    assert world.points(world.an) == (9.0, 10.0)


def test_an_override_supersedes_a_mark_that_is_still_on_its_way(world: World, dashboard: Dashboard) -> None:
    factories.mark(world.lan, world.submit(world.an))
    dashboard.on_problem("override_problem_score", world.an, score="6")
    grading.publish_due()
    assert world.points(world.an) == (6.0, 10.0)
    assert not OutboxEntry.objects.filter(state="pending").exists()


@pytest.mark.parametrize("only_if_higher", ["false", "true"])
def test_a_rescore_of_one_brings_the_mark_in_force_to_the_gradebook(
    world: World, dashboard: Dashboard, only_if_higher: str
) -> None:
    world.mark(world.submit(world.an))
    PersistentSubsectionGrade.objects.all().delete()
    report = dashboard.on_problem("rescore_problem", world.an, only_if_higher=only_if_higher)
    assert _counts(report) == (1, 0, 0)
    assert world.points(world.an) == (7.5, 10.0)
    assert _marks(world.an) == [("marker", 7.5)]


def test_only_if_higher_keeps_a_higher_score_that_the_gradebook_already_has(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    StudentModule.objects.filter(student=world.an).update(grade=9.0)
    dashboard.on_problem("rescore_problem", world.an, only_if_higher="true")
    state = world.state(world.an)
    assert state is not None
    assert state.grade == 9.0
    dashboard.on_problem("rescore_problem", world.an, only_if_higher="false")
    assert world.points(world.an) == (7.5, 10.0)


@pytest.mark.parametrize("only_if_higher", ["false", "true"])
def test_a_rescore_of_all_takes_the_marked_skips_the_rest_and_fails_for_nobody(
    world: World, dashboard: Dashboard, only_if_higher: str
) -> None:
    others = {name: world._learner(name, name) for name in ("chua-cham", "chua-nop", "da-roi", "da-nghi", "ghi-diem")}
    for user in (world.an, world.mai, others["da-roi"], others["da-nghi"]):
        world.mark(world.submit(user), world.staff)
    waiting = world.submit(others["chua-cham"])
    started = world.block(others["chua-nop"])
    started.participated = True  # a row of the platform, and nothing of ours
    started.save()
    dashboard.on_problem("override_problem_score", others["ghi-diem"], score="4")
    CourseEnrollment.unenroll(others["da-roi"], world.course.id)
    retire(others["da-nghi"])
    PersistentSubsectionGrade.objects.all().delete()

    report = dashboard.on_problem("rescore_problem", only_if_higher=only_if_higher)

    # Whoever has submitted is visited: five, one of them unmarked. The other two rows are skipped.
    assert (report["attempted"], *_counts(report)) == (7, 5, 2, 0)
    assert [world.points(user) for user in (world.an, world.mai)] == [(7.5, 10.0)] * 2
    assert factories.fresh(waiting).state == reflections.states.SUBMITTED
    assert _marks(others["chua-cham"]) == _marks(others["chua-nop"]) == []
    assert [_marks(user) for user in (others["da-roi"], others["da-nghi"])] == [[("marker", 7.5)]] * 2
    assert _marks(others["ghi-diem"]) == [("override", 4.0)]


def test_a_rescore_of_all_after_an_override_keeps_the_override(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    dashboard.on_problem("override_problem_score", world.an, score="6")
    dashboard.on_problem("rescore_problem")
    assert world.points(world.an) == (6.0, 10.0)


def test_returned_work_is_rescored_to_nothing(world: World, dashboard: Dashboard) -> None:
    work = world.submit(world.an)
    world.mark(work)
    factories.give_back(world.lan, work)
    assert _counts(dashboard.on_problem("rescore_problem")) == (1, 0, 0)
    assert _marks(world.an) == [("marker", 7.5)]
    assert factories.fresh(work).state == reflections.states.RETURNED


@pytest.mark.parametrize("everybody", [False, True])
def test_resetting_attempts_changes_nothing(world: World, dashboard: Dashboard, everybody: bool) -> None:
    work = world.submit(world.an)
    world.mark(work)
    if everybody:
        assert _counts(dashboard.on_problem("reset_student_attempts")) == (0, 1, 0)
    else:
        answer = dashboard.post(
            "reset_student_attempts", problem_to_reset=str(world.key), unique_student_identifier="an"
        )
        assert answer.status_code == 200
    state = world.state(world.an)
    assert state is not None
    assert (world.block(world.an).participated, state.grade) == (True, 7.5)
    assert world.points(world.an) == (7.5, 10.0)
    assert factories.fresh(work).state == reflections.states.MARKED
    # The learner's page opens, and the next submission stores.
    assert world.call(world.an, "history", {"for_user": world.an.pk}).status_code == 200


def test_deleting_one_learners_state_from_the_dashboard_lets_them_begin_anew(
    world: World, dashboard: Dashboard
) -> None:
    world.mark(world.submit(world.an))
    one = {"problem_to_reset": str(world.key), "unique_student_identifier": "an", "delete_module": "true"}
    assert dashboard.post("reset_student_attempts", **one).status_code == 200
    assert world.points(world.an) == (None, 10.0)
    world.mark(world.submit(world.an), points=factories.BETTER)
    assert world.points(world.an) == (9.0, 10.0)


def test_the_tools_are_for_the_course_team(world: World) -> None:
    world.mark(world.submit(world.an))
    for user in (world.an, world.lan):
        for name in ("rescore_problem", "override_problem_score", "reset_student_attempts"):
            answer = Dashboard(world, user).post(
                name, problem_to_reset=str(world.key), unique_student_identifier="an", score="1", delete_module="true"
            )
            assert answer.status_code == 403
    assert world.points(world.an) == (7.5, 10.0)
