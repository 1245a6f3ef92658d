"""Two markers, a marker and the learner, a marker and the platform, two workers: at the same moment."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from boidung_xblock.authored import defaults
from boidung_xblock.authored.rubric import Rubric
from boidung_xblock.grading import api as grading
from boidung_xblock.grading import marking, outbox
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections import writing
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.at_once import Rendezvous, needs_server, split, together
from tests.factories import BETTER, World
from tests.hosts import MemoryHost

pytestmark = needs_server


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def work(made: World) -> Reflection:
    return factories.submit(made.an, made.activity)


def marking_by(account: Any, work: Reflection, points: Any = None, **changes: Any) -> Any:
    row_version = factories.fresh(work).row_version
    return partial(factories.mark, account, work, points, **{"row_version": row_version, **changes})


def returning_by(account: Any, work: Reflection) -> Any:
    return partial(factories.give_back, account, work, row_version=factories.fresh(work).row_version)


def overriding(work: Reflection, earned: float) -> Any:
    return partial(
        grading.record_outside_score,
        activity_id=work.activity_id,
        learner_id=work.author_id,
        rubric=Rubric.model_validate(defaults.rubric()),
        raw_earned=earned,
        raw_possible=10.0,
        source="override",
    )


def consistent(work: Reflection) -> bool:
    """Summary row, grade and last mark say the same."""
    row = factories.fresh(work)
    grade = Grade.objects.filter(activity_id=work.activity_id, learner_id=work.author_id, archive_no=0).first()
    if grade is None or grade.earned is None:
        return row.mark_value is None
    last = Mark.objects.filter(grade=grade).order_by("-number").first()
    return (row.mark_value, row.mark_passed) == (grade.earned, grade.passed) and last == grade.mark


def test_of_two_markers_who_saw_the_same_state_one_wins(made: World, work: Reflection) -> None:
    for _ in range(5):
        before = Mark.objects.count()
        won, lost = split(
            together(
                marking_by(made.lan, work),
                marking_by(made.staff, work, BETTER),
                marking_by(made.admin, work, dict.fromkeys(BETTER, "6")),
            )
        )

        assert (len(won), len(lost)) == (1, 2)
        assert {(conflict.status, conflict.code) for conflict in lost} == {(409, "stale")}
        assert Mark.objects.count() == before + 1
        assert consistent(work)


def test_one_mark_sent_four_times_is_one_mark(made: World, work: Reflection) -> None:
    results = together(*[marking_by(made.lan, work, client_key="key-00000001")] * 4)

    assert sorted(result.repeated for result in results) == [False, True, True, True]
    assert {result.number for result in results} == {1}
    assert (Mark.objects.count(), OutboxEntry.objects.count()) == (1, 1)


def test_of_a_return_and_a_mark_one_wins(made: World) -> None:
    for turn in range(5):
        work = factories.submit(made.an, factories.activity(f"r{turn}"))
        won, lost = split(together(marking_by(made.lan, work), returning_by(made.staff, work)))

        assert (len(won), len(lost)) == (1, 1)
        assert lost[0].code in {"stale", "not_waiting"}
        marks = Mark.objects.filter(grade__activity=work.activity).count()
        assert (factories.fresh(work).state, marks) in {("marked", 1), ("returned", 0)}
        assert consistent(work)


def test_a_mark_and_a_withdrawal_agree(made: World) -> None:
    for turn in range(5):
        work = factories.submit(made.an, factories.activity(f"r{turn}"))
        withdraw = partial(
            reflections.withdraw,
            factories.viewer(made.an),
            work.activity,
            client_key=factories.key(),
            base_version=1,
            due=factories.DueDate(),
        )
        won, lost = split(together(marking_by(made.lan, work), withdraw))

        assert (len(won), len(lost)) == (1, 1)
        assert factories.fresh(work).state in {"marked", "withdrawn"}
        assert consistent(work)


# -- order of locks ---------------------------------------------------------------------------------------------
def meet(monkeypatch: pytest.MonkeyPatch, *first_locks: tuple[Any, str]) -> None:
    """Whoever has its first row locked waits for the other to have one too: a wrong order is a deadlock each time."""
    rendezvous = Rendezvous()
    for module, name in first_locks:
        monkeypatch.setattr(module, name, rendezvous.after(getattr(module, name)))


def test_a_mark_and_an_override_lock_in_one_order(
    made: World, work: Reflection, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.mark(made.lan, work)
    actions = marking_by(made.staff, work, BETTER), overriding(work, 4.0)
    meet(monkeypatch, (writing, "_locked"), (marking, "locked_grade"))

    split(together(*actions))

    assert consistent(work)


def test_a_mark_and_deleted_state_lock_in_one_order(
    made: World, work: Reflection, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.mark(made.lan, work)
    delete = partial(learner_state_deleted, usage_key=made.activity.usage_key, user_id=made.an.pk)
    actions = marking_by(made.staff, work, BETTER), delete
    meet(monkeypatch, (writing, "_locked"), (outbox, "supersede"))

    split(together(*actions))

    assert factories.fresh(work).archive_no == work.pk
    assert grading.grade_of(made.activity.pk, made.an.pk) is None


def test_a_mark_a_return_and_deleted_state_do_not_deadlock(made: World) -> None:
    for _ in range(5):
        work = factories.submit(made.an, made.activity)
        factories.mark(made.lan, work)
        delete = partial(learner_state_deleted, usage_key=made.activity.usage_key, user_id=made.an.pk)
        split(together(marking_by(made.staff, work, BETTER), delete, returning_by(made.lan, work)))

        assert grading.grade_of(made.activity.pk, made.an.pk) is None
        assert factories.fresh(work).archive_no == work.pk


def test_two_first_overrides_and_a_first_mark_make_one_grade(made: World) -> None:
    for turn in range(5):
        work = factories.submit(made.an, factories.activity(f"r{turn}"))
        split(together(overriding(work, 4.0), overriding(work, 6.0), marking_by(made.lan, work)))

        assert Grade.objects.filter(activity=work.activity).count() == 1
        assert consistent(work)


# -- the outbox -------------------------------------------------------------------------------------------------
def test_two_workers_on_one_entry_deliver_it_once(
    host: MemoryHost, made: World, work: Reflection, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.refuse_scores(made.activity.usage_key)
    factories.mark(made.lan, work)
    host.accept_scores(made.activity.usage_key)
    entry = OutboxEntry.objects.get().pk

    assert together(*[partial(grading.publish_entry, entry)] * 3) == [None] * 3

    row, grade = OutboxEntry.objects.get(), Grade.objects.get()
    assert (row.state, row.attempts, grade.delivered_no) == ("sent", 2, grade.updates)
    assert {score.earned for score in host.scores} == {grade.earned}


def test_workers_and_markers_leave_the_last_mark_in_the_gradebook(
    host: MemoryHost, made: World, work: Reflection
) -> None:
    """A worker that locked in another order than a marker would deadlock here sooner or later."""
    for turn in range(20):
        points = dict.fromkeys(BETTER, str(5 + Decimal(turn) / 4))
        together(marking_by(made.lan, work, points), grading.publish_due, grading.publish_due)
        grading.publish_due()

        score, grade = host.score_of(made.an.pk, made.activity.usage_key), Grade.objects.get()
        assert score is not None
        assert score.earned == grade.earned == 5 + Decimal(turn) / 4
        assert grade.delivered_no == grade.updates
        assert not OutboxEntry.objects.filter(state="pending").exists()
