"""A learner's way: what an answer changes, what is refused, what stays behind."""

from __future__ import annotations

from typing import Any

import pytest

from boidung_xblock import around
from boidung_xblock.activities.api import Activity
from boidung_xblock.errors import BoidungError, Conflict
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from tests import factories
from tests.blocks.checkpoints import ANSWERS, STEPS, WRONG
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.queries import counted
from tests.selfstudy.ways import checkpoint, content, give

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def place(made: World) -> Activity:
    return checkpoint()


def rows() -> Any:
    return [list(table.objects.order_by("id").values()) for table in (CheckpointWork, StepAnswer)]


def test_the_same_key_again_answers_the_same_and_writes_nothing(made: World, place: Activity) -> None:
    give(made.an, place, "doc", client_key="key-00000001", row_version=0)
    before = rows()

    again = give(made.an, place, "doc", client_key="key-00000001", row_version=0)

    assert again.repeated
    assert rows() == before


@pytest.mark.parametrize(
    ("step", "changes", "code"),
    [
        ("chon", {"row_version": 0}, "stale"),
        ("chon", {"row_version": 7}, "stale"),
        ("lien-he", {}, "locked"),
        ("doc", {}, "final"),
        ("chon", {"closed": True}, "closed"),
        ("chon", {"client_key": "key-elsewhere"}, "key_reused"),
    ],
)
def test_refusals_write_nothing(made: World, place: Activity, step: str, changes: dict[str, Any], code: str) -> None:
    give(made.an, checkpoint("c2"), "doc", client_key="key-elsewhere")
    give(made.an, place, "doc")
    before = rows()

    with pytest.raises(Conflict) as refusal:
        give(made.an, place, step, **changes)

    assert refusal.value.code == code
    assert refusal.value.message
    assert rows() == before


def test_a_step_that_is_not_asked_is_missing(made: World, place: Activity) -> None:
    shorter = content(steps=STEPS[:1])
    given = selfstudy.Given(client_key=factories.key(), row_version=0, step="chon", checked=_checked())
    with pytest.raises(BoidungError) as refusal:
        selfstudy.answer(factories.viewer(made.an), place, shorter, given)
    assert refusal.value.status == 404


def _checked() -> Any:
    from boidung_xblock.authored.checkpoint_scoring import Checked

    return Checked({})


def test_nobody_but_the_enrolled_answers(made: World, place: Activity) -> None:
    with pytest.raises(BoidungError) as refusal:
        give(made.lan, place, "doc")
    assert refusal.value.status == 403


def test_attempts_of_the_step_come_before_those_of_the_checkpoint(made: World, place: Activity) -> None:
    asked = content(attempts=5, order="free", steps=[{**STEPS[1], "attempts": 1}, STEPS[2]])
    give(made.an, place, "chon", WRONG["chon"], asked=asked)
    with pytest.raises(Conflict) as refusal:
        give(made.an, place, "chon", asked=asked)
    assert refusal.value.code == "no_attempts"
    for _ in range(5):
        give(made.an, place, "dung-sai", WRONG["dung-sai"], asked=asked)


def test_a_right_answer_is_final_only_where_the_learner_was_told(made: World, place: Activity) -> None:
    asked = content(order="free")
    give(made.an, place, "chon", asked=asked, tells=False)
    give(made.an, place, "chon", WRONG["chon"], asked=asked, tells=False)

    work = CheckpointWork.objects.get()
    assert work.earned == 0
    assert work.steps["chon"]["tries"] == 2


def test_passed_is_open_until_reached_or_all_is_done(made: World, place: Activity) -> None:
    asked = content(order="free", pass_percent=60)
    assert give(made.an, place, "dung-sai", asked=asked).work.passed is None
    assert give(made.an, place, "chon", WRONG["chon"], asked=asked).work.passed is None
    for step in ("doc", "lien-he", "tu-xep"):
        work = give(made.an, place, step, asked=asked).work
    assert (work.state, work.passed) == ("completed", False)
    work = give(made.an, place, "chon", asked=asked).work
    assert (work.state, work.passed) == ("completed", True)


def test_completed_stays_completed_when_the_author_adds_a_step(made: World, place: Activity) -> None:
    asked = content(steps=STEPS[:2])
    first = give(made.an, place, "doc", asked=asked)
    assert first.work.state == "started"
    done = give(made.an, place, "chon", asked=asked).work
    more = give(made.an, place, "lien-he", asked=content(steps=STEPS[:4], order="free")).work

    assert (more.state, more.completed_at) == ("completed", done.completed_at)
    assert (more.steps_done, more.steps_required) == (3, 4)


def before(account: Any, *steps: str) -> list[around.Row]:
    """What the account wrote at these steps, every try."""
    part = selfstudy.answers_around(course_key=COURSE, user_id=account.pk, steps=steps)
    return sorted(around.fetch([part]), key=lambda row: row.number)


def test_what_is_recalled_are_the_persons_own_words_and_all_their_tries(made: World, place: Activity) -> None:
    asked = content(order="free")
    give(made.an, place, "lien-he", {"text": "Lần thứ nhất."}, asked=asked)
    give(made.an, place, "lien-he", {"text": "Lần thứ hai."}, asked=asked)
    give(made.mai, place, "lien-he", {"text": "Của người khác."}, asked=asked)

    with counted() as queries:
        found = before(made.an, "lien-he", "chon", "khong-co")

    assert queries.ours == 1
    assert [(row.key, row.title, row.text, row.number) for row in found] == [
        ("lien-he", "Liên hệ", "Lần thứ nhất.", 1),
        ("lien-he", "Liên hệ", "Lần thứ hai.", 2),
    ]


def test_works_of_many_take_one_query(made: World, place: Activity) -> None:
    give(made.an, place, "doc")
    give(made.mai, place, "doc")

    with counted() as queries:
        found = selfstudy.works_of([place.pk], [made.an.pk, made.mai.pk, made.binh.pk])

    assert queries.ours == 1
    assert set(found) == {(place.pk, made.an.pk), (place.pk, made.mai.pk)}
    assert (found[place.pk, made.an.pk].state, found[place.pk, made.an.pk].steps_required) == ("started", 5)


def test_archived_work_counts_nowhere_and_is_kept(made: World, place: Activity) -> None:
    for step in ANSWERS:
        give(made.an, place, step)
    for _ in range(2):
        selfstudy.archive(activity_id=place.pk, learner_id=made.an.pk)

    assert selfstudy.own(activity_id=place.pk, user_id=made.an.pk) is None
    assert selfstudy.works_of([place.pk], [made.an.pk]) == {}
    assert before(made.an, "lien-he") == []
    assert list(selfstudy.started(place.pk)) == []
    assert StepAnswer.objects.count() == 5
    give(made.an, place, "doc")
    selfstudy.archive(activity_id=place.pk, learner_id=made.an.pk)
    assert CheckpointWork.objects.filter(archive_no__gt=0).count() == 2


def test_erasing_takes_the_words_everywhere_and_leaves_the_numbers(made: World, place: Activity) -> None:
    for step in ANSWERS:
        give(made.an, place, step)
        give(made.mai, place, step)
    selfstudy.archive(activity_id=place.pk, learner_id=made.an.pk)
    give(made.an, place, "doc")
    for _ in range(2):
        selfstudy.erase_person(made.an.pk)

    mine = StepAnswer.objects.filter(work__learner=made.an)
    assert not mine.exclude(text="").exists()
    assert not [row for row in mine if row.answer.get("text")]
    old = CheckpointWork.objects.get(learner=made.an, archive_no__gt=0)
    assert old.steps["lien-he"]["answer"] == {"text": ""}
    assert (old.earned, old.steps["chon"]["answer"]) == (3, {"options": ["Năm"]})
    assert [row.text for row in before(made.mai, "lien-he")] == ["Lớp tôi đã thử."]


def test_answers_and_completion_are_told_once_and_without_words(
    made: World, place: Activity, host: MemoryHost, django_capture_on_commit_callbacks: Any
) -> None:
    asked = content(order="free", steps=[STEPS[3], STEPS[1]])
    with django_capture_on_commit_callbacks(execute=True):
        give(made.an, place, "lien-he", asked=asked)
        give(made.an, place, "chon", asked=asked, client_key="key-00000001")
        give(made.an, place, "chon", asked=asked, client_key="key-00000001")
        give(made.an, place, "lien-he", asked=asked)

    told = [(name, fields.get("step"), fields.get("done")) for name, fields in host.events if "checkpoint" in name]
    assert told == [
        ("boidung.checkpoint.answered", "lien-he", 1),
        ("boidung.checkpoint.answered", "chon", 2),
        ("boidung.checkpoint.completed", None, None),
        ("boidung.checkpoint.answered", "lien-he", 2),
    ]
    assert "Lớp tôi" not in str(host.events)
