"""Two devices of one person at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from boidung_xblock.activities.api import Activity
from boidung_xblock.grading.models import Mark
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from tests import factories
from tests.at_once import needs_server, split, together
from tests.blocks.checkpoints import STEPS, WRONG
from tests.factories import World
from tests.hosts import MemoryHost
from tests.selfstudy.ways import checkpoint, content, give

pytestmark = needs_server
FIVE_IS_WRONG = [{"text": "Ba", "correct": True}, {"text": "Năm"}, {"text": "Mười"}]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def place(made: World) -> Activity:
    return checkpoint()


def test_the_first_answers_of_two_devices_make_one_work_and_the_slower_is_told(made: World, place: Activity) -> None:
    asked = content(order="free")
    actions = [
        partial(give, made.an, place, step, asked=asked, row_version=0)
        for step in ("doc", "chon", "lien-he", "dung-sai")
    ]
    won, lost = split(together(*actions))

    assert (len(won), [refusal.code for refusal in lost]) == (1, ["stale"] * 3)
    assert CheckpointWork.objects.count() == 1
    assert StepAnswer.objects.count() == 1


@pytest.mark.parametrize("begun", [False, True])
def test_one_answer_sent_four_times_counts_once(made: World, place: Activity, begun: bool) -> None:
    asked = content(order="free")
    if begun:
        give(made.an, place, "doc", asked=asked)
    again = partial(
        give, made.an, place, "chon", WRONG["chon"], asked=asked, client_key="key-00000001", row_version=int(begun)
    )
    won, lost = split(together(*[again] * 4))

    assert lost == []
    assert sorted(result.repeated for result in won) == [False, True, True, True]
    assert StepAnswer.objects.filter(step="chon").count() == 1
    assert Mark.objects.count() == 1
    assert CheckpointWork.objects.get().steps["chon"]["tries"] == 1


def test_of_two_tries_at_the_last_attempt_one_counts(made: World, place: Activity) -> None:
    asked = content(order="free", attempts=1)
    tries = [
        partial(give, made.an, place, "chon", answer, asked=asked, row_version=0) for answer in (WRONG["chon"], None)
    ]
    won, lost = split(together(*tries))

    assert (len(won), len(lost)) == (1, 1)
    assert StepAnswer.objects.count() == 1


def test_an_edit_that_is_reckoned_while_the_learner_answers_completes_the_work_once(
    made: World, place: Activity, host: MemoryHost
) -> None:
    """The last required step is taken away, and four tasks meet the learner's answer to the one before."""
    shorter = content(order="free", steps=STEPS[:2])
    give(made.an, place, "doc", asked=content(order="free"))
    place.settings = {
        "pass_percent": "0",
        "steps": [
            {"slug": "doc", "kind": "read", "required": True},
            {"slug": "chon", "kind": "choice", "required": True, "points": "2"},
        ],
    }
    answer = partial(give, made.an, place, "chon", asked=shorter)
    together(answer, *[partial(selfstudy.reckon_started, place)] * 4)

    work = CheckpointWork.objects.get()
    assert (work.state, work.steps_done, work.steps_required, work.earned) == ("completed", 2, 2, 2)
    assert [name for name, _ in host.events].count("boidung.checkpoint.completed") == 1
    assert Mark.objects.count() == 1


def test_a_rescore_and_an_answer_at_the_same_moment_lose_neither(made: World, place: Activity) -> None:
    asked = content(order="free")
    give(made.an, place, "chon", WRONG["chon"], asked=asked)
    mended = content(order="free", steps=[STEPS[0], {**STEPS[1], "options": FIVE_IS_WRONG}, *STEPS[2:]])
    seen = CheckpointWork.objects.get().row_version
    answer = partial(give, made.an, place, "dung-sai", asked=mended, row_version=seen)
    rescore = partial(selfstudy.rescore, place, mended, learner_id=made.an.pk)
    _, lost = split(together(answer, rescore, rescore))

    work = CheckpointWork.objects.get()
    assert [refusal.code for refusal in lost] in ([], ["stale"])
    assert work.earned == (2 if lost else 3)
    assert StepAnswer.objects.filter(step="chon").count() == 2
