"""The author changes a checkpoint while learners are on their way: who is helped, and that nobody loses anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from boidung_xblock.activities import api as activities
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from boidung_xblock.signals import learner_state_deleted
from boidung_xblock.tasks import reckon_checkpoint
from tests import factories
from tests.block_runtime import view
from tests.blocks.checkpoints import (
    ANSWERS,
    CHOICE,
    RATE,
    READ,
    SHORT,
    STEPS,
    TRUE_FALSE,
    WRONG,
    CheckpointSite,
    refused,
    reply,
    reply_all,
    usage,
    work_of,
)
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = pytest.mark.django_db

NEW: dict[str, Any] = {"kind": "true_false", "slug": "moi", "title": "Mới", "answer": True, "points": "5"}
SINCE = "Steps were added or changed since then."
Publish = Callable[..., None]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def site(made: World) -> CheckpointSite:
    published = CheckpointSite()
    made.activity = published.publish()
    return published


@pytest.fixture
def publish(site: CheckpointSite, django_capture_on_commit_callbacks: Any) -> Publish:
    """Change the checkpoint and publish it; what that sets in motion has run."""

    def run(**fields: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            site.publish(**fields)

    return run


def fresh(account: Any) -> CheckpointWork:
    work = work_of(account)
    assert work is not None
    return work


def footprint() -> Any:
    tables = (CheckpointWork, StepAnswer, Grade, Mark, OutboxEntry)
    return [list(table.objects.order_by("id").values()) for table in tables]


def answer_but_the_last(site: CheckpointSite, *accounts: Any) -> None:
    for account in accounts:
        for step in list(ANSWERS)[:-1]:
            reply(site, account, step)


# -- unfinished work ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "steps", [STEPS[:4], [*STEPS[:4], {**RATE, "required": False}]], ids=["taken away", "made optional"]
)
def test_whoever_has_done_all_that_is_still_required_is_completed(
    site: CheckpointSite, made: World, host: MemoryHost, publish: Publish, steps: list[dict[str, Any]]
) -> None:
    answer_but_the_last(site, made.an)
    reply(site, made.mai, "doc")

    publish(steps=steps)

    work = fresh(made.an)
    assert (work.state, work.steps_done, work.steps_required, work.passed) == ("completed", 4, 4, True)
    assert work.completed_at is not None
    assert host.completion == {(made.an.pk, usage()): 1.0}
    assert [event["passed"] for name, event in host.events if name == "boidung.checkpoint.completed"] == [True]
    assert (fresh(made.mai).state, fresh(made.mai).steps_required) == ("started", 4)


def test_a_score_that_follows_from_an_edit_reaches_the_gradebook(
    site: CheckpointSite, made: World, host: MemoryHost, publish: Publish
) -> None:
    reply(site, made.an, "doc")
    reply(site, made.an, "chon")
    reply(site, made.mai, "doc")

    publish(steps=[READ, {**CHOICE, "points": "4"}, TRUE_FALSE])

    score = host.score_of(made.an.pk, usage())
    assert score is not None
    assert (score.earned, score.possible) == (8, 10)  # 4 of 5 points
    assert host.score_of(made.mai.pk, usage()) is None  # who has only read has no 0


def test_what_is_completed_or_put_aside_is_not_touched_by_an_edit(
    site: CheckpointSite, made: World, publish: Publish
) -> None:
    reply_all(site, made.an)
    answer_but_the_last(site, made.mai)
    learner_state_deleted(usage_key=usage(), user_id=made.mai.pk)
    before = footprint()

    publish(steps=[*STEPS[:4], NEW], pass_percent=100)
    publish(steps=[READ], pass_percent=0)

    assert footprint() == before


def test_doing_it_again_changes_nothing(site: CheckpointSite, made: World, publish: Publish, host: MemoryHost) -> None:
    answer_but_the_last(site, made.an)
    reply(site, made.mai, "doc")
    publish(steps=STEPS[:4])
    before, told = footprint(), list(host.events)

    reckon_checkpoint.delay(made.activity.pk)

    assert footprint() == before
    assert host.events == told


def test_an_edit_that_changes_no_count_writes_nothing(site: CheckpointSite, made: World) -> None:
    answer_but_the_last(site, made.an)
    site.publish(steps=[{**step, "title": f"{step['title']} (sửa)"} for step in STEPS])

    place = activities.get(usage())
    with counted() as queries:
        assert selfstudy.reckon_started(place) == 0

    assert queries.writes == []
    assert queries.ours == 2


def test_the_learners_open_page_is_not_stale_after_an_edit(site: CheckpointSite, made: World, publish: Publish) -> None:
    reply(site, made.an, "doc")
    seen = fresh(made.an).row_version
    publish(steps=STEPS[:4])

    reply(site, made.an, "chon", row_version=seen)


def test_one_that_fails_stops_no_other_and_is_done_the_next_time(
    site: CheckpointSite, made: World, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_but_the_last(site, made.an, made.mai)
    site.publish(steps=STEPS[:4])
    place, before = activities.get(usage()), fresh(made.an).steps_required

    def broken(*, user_id: int, **_: Any) -> None:
        if user_id == made.an.pk:
            raise OSError("completion")

    with monkeypatch.context() as patched:
        patched.setattr(host, "set_completion", broken)
        with pytest.raises(OSError, match="completion"):
            selfstudy.reckon_started(place)
    assert (fresh(made.an).state, fresh(made.mai).state) == ("started", "completed")
    assert fresh(made.an).steps_required == before

    assert selfstudy.reckon_started(place) == 1
    assert fresh(made.an).state == "completed"
    assert host.completion == {(made.an.pk, usage()): 1.0}


def test_each_work_costs_the_same_few_queries_however_many_there_are(
    site: CheckpointSite, made: World, record_property: Any
) -> None:
    def crowd(start: int, number: int) -> None:
        for index in range(start, start + number):
            CheckpointWork.objects.create(
                activity=made.activity,
                course_key=COURSE,
                learner=factories.user(f"gv{index:05d}"),
                steps={slug: {"done": True, "tries": 1, "right": True, "answer": ANSWERS[slug]} for slug in ANSWERS},
                started_at=timezone.now(),
            )

    def cost() -> int:
        with counted() as queries:
            selfstudy.reckon_started(activities.get(usage()))
        return queries.ours

    crowd(0, 3)
    few = cost()
    crowd(3, 12)
    many = cost()

    record_property("queries", (many - few) / 9)
    assert CheckpointWork.objects.filter(state="completed").count() == 15
    assert (many - few) % 9 == 0
    assert (many - few) / 9 <= 8


def test_a_checkpoint_of_which_the_register_knows_no_step_completes_nobody(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    made.activity.settings = {}
    assert selfstudy.reckon_started(made.activity) == 0
    assert fresh(made.an).state == "started"


def test_the_register_keeps_what_reckoning_needs_and_no_question(site: CheckpointSite) -> None:
    settings = site.block(None).activity_settings()

    assert json.loads(json.dumps(settings)) == settings
    assert [step.get("points") for step in settings["steps"]] == [None, "2", "1", None, None]
    assert set(settings["steps"][1]) == {"slug", "title", "kind", "required", "points"}


# -- points -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("points", "wrong", "earned", "possible"),
    [
        ("8", {}, 9, 9),
        ("0.5", {}, Decimal("1.5"), Decimal("1.5")),
        ("8", WRONG, 8, 9),
        ("0.5", WRONG, Decimal("0.5"), Decimal("1.5")),
    ],
)
def test_a_right_answer_earns_what_the_step_gives_now(
    site: CheckpointSite, made: World, points: str, wrong: Any, earned: Decimal, possible: Decimal
) -> None:
    reply(site, made.an, "doc")
    reply(site, made.an, "chon")
    site.publish(steps=[READ, {**CHOICE, "points": points}, *STEPS[2:]])
    html = reply(site, made.an, "dung-sai", wrong.get("dung-sai"))["html"]

    work = fresh(made.an)
    assert (work.earned, work.possible) == (earned, possible)
    assert f"{points}/{points} point" in html


# -- completed work -----------------------------------------------------------------------------------------------
def test_new_steps_are_optional_for_the_completed_and_the_page_says_so(site: CheckpointSite, made: World) -> None:
    site.publish(pass_percent=80)
    reply_all(site, made.an)
    assert SINCE not in view(site.block(made.an))

    site.publish(steps=[*STEPS, NEW], pass_percent=80)

    html = view(site.block(made.an))
    assert "You have done every required step" in html
    assert "5 / 6 steps" in html
    assert SINCE in html
    assert "3/3" in html


@pytest.mark.parametrize(
    ("answered", "answer", "kept"),
    [
        ("lien-he", {"text": "Viết lại cho hay."}, True),  # without right and wrong
        ("moi", {"value": False}, True),  # 3 of 8: would no longer pass
        ("moi", {"value": True}, False),
    ],
)
def test_what_is_passed_is_not_lost_by_a_step_that_came_later(
    site: CheckpointSite, made: World, answered: str, answer: Any, kept: bool
) -> None:
    site.publish(pass_percent=80)
    reply_all(site, made.an)
    site.publish(steps=[*STEPS, NEW], pass_percent=80)

    reply(site, made.an, answered, answer)

    work, grade = fresh(made.an), Grade.objects.get()
    expected = (3, 3, True) if kept else (8, 8, True)
    assert (work.earned, work.possible, work.passed) == expected
    assert (grade.earned, grade.possible, grade.passed) == expected
    assert work.state == "completed"
    assert work.steps_required == 6


def test_an_answer_without_right_and_wrong_scores_nothing_anew_once_all_is_done(
    site: CheckpointSite, made: World
) -> None:
    reply_all(site, made.an, dung_sai=WRONG["dung-sai"])
    site.publish(steps=[READ, {**CHOICE, "points": "8"}, *STEPS[2:]])

    reply(site, made.an, "lien-he", {"text": "Viết lại cho hay."})
    assert (fresh(made.an).earned, fresh(made.an).possible) == (2, 3)
    reply(site, made.an, "dung-sai")
    assert (fresh(made.an).earned, fresh(made.an).possible) == (9, 9)


def test_a_later_answer_still_raises_what_was_not_passed(site: CheckpointSite, made: World) -> None:
    site.publish(pass_percent=80)
    reply_all(site, made.an, chon=WRONG["chon"])
    assert fresh(made.an).passed is False

    reply(site, made.an, "chon")

    assert (fresh(made.an).passed, Grade.objects.get().passed) == (True, True)


def test_points_changed_after_completion_are_told_beside_the_result_that_stays(
    site: CheckpointSite, made: World
) -> None:
    reply_all(site, made.an)
    site.publish(steps=[READ, {**CHOICE, "points": "8"}, *STEPS[2:]])

    html = view(site.block(made.an))
    assert "Points of steps were changed since then; your result stays as it was." in html
    assert "3/3" in html


# -- another step under the same name -------------------------------------------------------------------------------
def test_a_step_of_another_kind_under_the_same_name_has_not_been_answered(site: CheckpointSite, made: World) -> None:
    site.publish(attempts=1)
    reply(site, made.an, "doc")
    site.publish(steps=[{**CHOICE, "slug": "doc"}, *STEPS[2:]], attempts=1)

    html = view(site.block(made.an))
    assert "0 / 4 steps" in html
    assert "Năm phẩm chất chủ yếu." not in html
    assert "Right answer" not in html
    assert refused(site, made.an, "dung-sai")[1]["code"] == "locked"

    reply(site, made.an, "doc", {"options": ["Năm"]})
    assert fresh(made.an).earned == 2
    assert [row.number for row in StepAnswer.objects.filter(step="doc").order_by("id")] == [1, 2]
    assert refused(site, made.an, "doc", {"options": ["Ba"]})[1]["code"] in ("final", "no_attempts")


def test_an_edit_that_changes_a_kind_completes_nobody_who_answered_the_old_one(
    site: CheckpointSite, made: World, publish: Publish
) -> None:
    reply(site, made.an, "doc")
    publish(steps=[{**SHORT, "slug": "doc"}])
    assert fresh(made.an).state == "started"


def test_what_was_answered_before_kinds_were_kept_is_of_the_present_kind(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    reply(site, made.an, "chon")
    work = fresh(made.an)
    old = {slug: {name: row[name] for name in ("done", "tries", "answer", "right")} for slug, row in work.steps.items()}
    CheckpointWork.objects.update(steps=old)

    assert "2 / 5 steps" in view(site.block(made.an))
    reply(site, made.an, "dung-sai")
    assert fresh(made.an).earned == 3
