"""Two devices of one person at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from boidung_xblock.activities.api import Activity
from boidung_xblock.grading.models import Mark
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from tests import factories
from tests.at_once import needs_server, split, together
from tests.blocks.checkpoints import WRONG
from tests.factories import World
from tests.hosts import MemoryHost
from tests.selfstudy.ways import checkpoint, content, give

pytestmark = needs_server


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
