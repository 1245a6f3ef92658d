"""A checkpoint in the LMS: answered through its handler, scored in the gradebook, within reach of every tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from completion.models import BlockCompletion  # noqa: E402
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_switch  # noqa: E402
from lms.djangoapps.grades.models import PersistentSubsectionGrade  # noqa: E402

from boidung_xblock.grading import api as grading  # noqa: E402
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer  # noqa: E402
from tests.blocks.checkpoints import READ, SHORT, WRONG, body_for  # noqa: E402
from tests.platform import instructor  # noqa: E402
from tests.platform.dashboard import Dashboard  # noqa: E402
from tests.platform.module import CheckpointWorld, reply, reply_all  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

_OURS = ["State of the work", "Steps done", "Steps required", "Answers given", "Group", "Points earned"]
_OURS += ["Points possible", "Pass"]


@pytest.fixture(autouse=True)
def _tracked(course_store: Any) -> Iterator[None]:
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        yield


def _done(world: World, user: Any) -> float | None:
    """None: never heard of."""
    row = BlockCompletion.objects.filter(user=user, block_key=world.key).first()
    return row.completion if row else None


def _marks(world: World, user: Any) -> list[tuple[str, float]]:
    found = grading.marks_of(world.activity.pk, user.pk)
    return [(mark.source, float(mark.earned)) for mark in reversed(found)]


# -- answering ----------------------------------------------------------------------------------------------------
def test_the_learners_page_asks_the_first_step_and_after_an_answer_the_next(study: CheckpointWorld) -> None:
    assert "0 / 5 steps" in study.page(study.an)
    told = reply(study, study.an, "doc")
    assert "1 / 5 steps" in told["html"]
    page = study.page(study.an)
    assert "1 / 5 steps" in page
    assert "Bao nhiêu phẩm chất?" in page


def test_each_scored_step_reaches_the_learners_state_and_the_gradebook(study: CheckpointWorld) -> None:
    reply(study, study.an, "doc")
    assert study.points(study.an) == (None, 10.0)
    reply(study, study.an, "chon")
    state = study.state(study.an)
    assert state is not None
    assert (round(state.grade, 3), state.max_grade) == (6.667, 10.0)  # two of three points
    reply(study, study.an, "dung-sai")
    row = PersistentSubsectionGrade.objects.get(user_id=study.an.pk, usage_key=study.subsection.location)
    assert (row.earned_graded, row.possible_graded) == (10.0, 10.0)
    assert study.points(study.mai) == (None, 10.0)


def test_the_last_required_step_completes_the_block_and_no_score_does(study: CheckpointWorld) -> None:
    for step in ("doc", "chon", "dung-sai", "lien-he"):
        assert reply(study, study.an, step)["completed"] is False
        assert _done(study, study.an) is None
    assert reply(study, study.an, "tu-xep")["completed"] is True
    assert [_done(study, user) for user in (study.an, study.mai)] == [1.0, None]


def test_of_what_was_answered_the_platform_keeps_the_marker_alone(study: CheckpointWorld) -> None:
    reply_all(study, study.an)
    state = study.state(study.an)
    assert state is not None
    assert state.state == '{"participated": true}'


def test_answers_are_for_the_enrolled_and_never_open_to_visitors(study: CheckpointWorld) -> None:
    for user in (study.lan, study.outsider):
        assert study.call(user, "answer", body_for(user, "doc")).status_code in (403, 404)
    from django.test import Client

    assert study.call(study.an, "answer", body_for(study.an, "doc"), client=Client()).status_code in (302, 403, 404)
    assert not CheckpointWork.objects.exists()


def test_a_checkpoint_without_points_is_not_in_the_gradebook(
    course_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CheckpointWorld, "FIELDS", {"steps": [READ, SHORT]})
    world = CheckpointWorld()
    reply(world, world.an, "doc")
    reply(world, world.an, "lien-he")
    assert _done(world, world.an) == 1.0
    rows = PersistentSubsectionGrade.objects.filter(user_id=world.an.pk, usage_key=world.subsection.location)
    assert [row.possible_graded for row in rows] in ([], [0.0])


# -- the instructor's tools -----------------------------------------------------------------------------------------
TOOLS: dict[str, Callable[[Any, Any], Any]] = {
    "one learner": instructor.delete_state,
    "everybody": lambda user, key: instructor.delete_all_state(key),
}


@pytest.mark.parametrize("delete", TOOLS.values(), ids=TOOLS)
def test_deleting_state_puts_the_work_aside_and_the_learner_begins_anew(
    study: CheckpointWorld, delete: Callable[[Any, Any], Any]
) -> None:
    reply_all(study, study.an)
    assert study.points(study.an) == (10.0, 10.0)
    delete(study.an, study.key)
    assert study.state(study.an) is None
    assert study.points(study.an) == (None, 10.0)
    assert _done(study, study.an) == 0.0
    kept = CheckpointWork.objects.get()
    assert (kept.archive_no, StepAnswer.objects.count()) == (kept.pk, 5)  # nothing is destroyed
    assert "0 / 5 steps" in study.page(study.an)
    reply_all(study, study.an, chon=WRONG["chon"])
    assert study.points(study.an) == (pytest.approx(10 / 3), 10.0)
    assert _done(study, study.an) == 1.0


def test_others_keep_their_work_when_one_learners_state_is_deleted(study: CheckpointWorld) -> None:
    for user in (study.an, study.mai):
        reply_all(study, user)
    instructor.delete_state(study.an, study.key)
    assert study.points(study.mai) == (10.0, 10.0)
    assert [_done(study, user) for user in (study.an, study.mai)] == [0.0, 1.0]
    assert [row.learner_id for row in CheckpointWork.objects.filter(archive_no=0)] == [study.mai.pk]


def test_an_override_stands_over_later_answers_and_the_page_says_so(study: CheckpointWorld) -> None:
    reply_all(study, study.an, chon=WRONG["chon"])
    report = Dashboard(study).on_problem("override_problem_score", study.an, score="5")
    assert (report["succeeded"], report["failed"]) == (1, 0)
    assert study.points(study.an) == (5.0, 10.0)
    reply(study, study.an, "chon")
    assert study.points(study.an) == (5.0, 10.0)
    assert _marks(study, study.an)[-1] == ("override", 1.5)
    assert "The course team set this score." in study.page(study.an)


@pytest.mark.parametrize("only_if_higher", ["false", "true"])
def test_a_rescore_brings_the_score_in_force_to_the_gradebook_and_makes_no_zeros(
    study: CheckpointWorld, only_if_higher: str
) -> None:
    reply_all(study, study.an)
    reply(study, study.mai, "doc")
    before = _marks(study, study.an)
    PersistentSubsectionGrade.objects.all().delete()
    report = Dashboard(study).on_problem("rescore_problem", only_if_higher=only_if_higher)
    assert report["failed"] == 0
    assert study.points(study.an) == (10.0, 10.0)
    assert (_marks(study, study.an), _marks(study, study.mai)) == (before, [])


def test_the_response_report_says_how_far_and_how_well_and_nothing_that_was_written(
    study: CheckpointWorld, settings: Any, tmp_path: Any
) -> None:
    settings.GRADES_DOWNLOAD = {**settings.GRADES_DOWNLOAD, "ROOT_PATH": str(tmp_path)}
    reply_all(study, study.an)
    reply(study, study.mai, "doc")
    table = Dashboard(study).table("get_problem_responses", problem_location=str(study.key))
    rows = {row["username"]: row for row in table}
    group = "Tổ Toán – Tin"
    assert [rows["an"][name] for name in _OURS] == ["Completed", "5", "5", "5", group, "3", "3", "yes"]
    assert [rows["mai"][name] for name in _OURS[:5]] == ["In progress", "1", "5", "1", group]
    assert rows["an"]["state"] == '{"participated": true}'
    assert "Lớp tôi" not in str(table)
