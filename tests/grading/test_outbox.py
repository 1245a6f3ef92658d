"""From a mark to the gradebook: written with the mark, tried until it is through, never an older over a newer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from boidung_xblock import tasks
from boidung_xblock.grading import api as grading
from boidung_xblock.grading.models import Grade, OutboxEntry
from boidung_xblock.host import CannotGrade
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.factories import BETTER, World
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Commit = Callable[..., Any]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def work(made: World) -> Reflection:
    return factories.submit(made.an, made.activity)


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Commit:
    """Do something and let its transaction commit: the outbox's task runs."""

    def run(action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return action(*args, **kwargs)

    return run


def in_gradebook(host: MemoryHost, work: Reflection) -> Decimal | None:
    score = host.score_of(work.author_id, work.activity.usage_key)
    return score.earned if score else None


def delivered(work: Reflection) -> bool | None:
    grade = grading.grade_of(work.activity_id, work.author_id)
    return grade.delivered if grade else None


def entries() -> list[tuple[str, Decimal | None, int]]:
    return list(OutboxEntry.objects.order_by("id").values_list("state", "earned", "attempts"))


def make_due() -> None:
    OutboxEntry.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_a_committed_mark_reaches_the_gradebook_by_itself(
    host: MemoryHost, made: World, work: Reflection, commit: Commit
) -> None:
    commit(factories.mark, made.lan, work)

    assert in_gradebook(host, work) == Decimal("7.5")
    assert entries() == [("sent", Decimal("7.5"), 1)]
    assert delivered(work) is True


def test_nothing_is_published_before_the_mark_is_committed(host: MemoryHost, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)

    assert host.scores == []
    assert entries() == [("pending", Decimal("7.5"), 0)]
    assert delivered(work) is False


def test_a_failing_gradebook_neither_fails_nor_loses_the_mark(
    host: MemoryHost, made: World, work: Reflection, commit: Commit
) -> None:
    host.refuse_scores(made.activity.usage_key, "the block is hidden")

    given = commit(factories.mark, made.lan, work)

    entry = OutboxEntry.objects.get()
    assert given.earned == Decimal("7.5")
    assert (entry.state, entry.attempts, entry.last_error) == ("pending", 1, "CannotGrade: the block is hidden")
    assert delivered(work) is False


def test_tries_become_rarer_up_to_an_hour(host: MemoryHost, made: World, work: Reflection) -> None:
    host.refuse_scores(made.activity.usage_key)
    factories.mark(made.lan, work)
    waits = []
    for _ in range(9):
        before = timezone.now()
        grading.publish_entry(OutboxEntry.objects.get().pk)
        waits.append(OutboxEntry.objects.get().next_try_at - before)

    minutes = [round(wait.total_seconds() / 30) / 2 for wait in waits]
    assert minutes == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_the_task_is_told_when_to_come_back_until_its_tries_are_used_up(
    host: MemoryHost, made: World, work: Reflection, settings: Any
) -> None:
    settings.BOIDUNG_OUTBOX_RETRIES = 3
    host.refuse_scores(made.activity.usage_key)
    factories.mark(made.lan, work)
    entry = OutboxEntry.objects.get().pk

    answers = [grading.publish_entry(entry) for _ in range(3)]

    assert answers == [timedelta(seconds=30), timedelta(seconds=60), None]
    assert entries()[0][0] == "pending"


def test_the_sweep_brings_what_waits_and_counts_only_what_got_through(
    host: MemoryHost, made: World, work: Reflection, settings: Any
) -> None:
    settings.BOIDUNG_OUTBOX_RETRIES = 1
    host.refuse_scores(made.activity.usage_key)
    factories.mark(made.lan, work)

    assert grading.publish_due() == 0
    assert grading.publish_due() == 0  # not due yet
    make_due()
    assert grading.publish_due() == 0
    make_due()
    host.accept_scores(made.activity.usage_key)
    assert grading.publish_due() == 1
    assert in_gradebook(host, work) == Decimal("7.5")
    assert grading.publish_due() == 0
    assert entries() == [("sent", Decimal("7.5"), 3)]


def test_one_entry_that_fails_does_not_hold_up_the_others(host: MemoryHost, made: World, work: Reflection) -> None:
    other = factories.submit(made.binh, factories.activity("r2"))
    host.refuse_scores(made.activity.usage_key)
    factories.mark(made.lan, work)
    factories.mark(made.hung, other)

    assert tasks.publish_due_grades.delay().get() == 1
    assert in_gradebook(host, other) == Decimal("7.5")


def test_the_command_sends_what_is_due(host: MemoryHost, made: World, work: Reflection, capsys: Any) -> None:
    factories.mark(made.lan, work)

    call_command("boidung_publish_grades")

    assert in_gradebook(host, work) == Decimal("7.5")
    assert "1" in capsys.readouterr().out


@pytest.mark.parametrize("trouble", [CannotGrade("later"), RuntimeError("boom"), KeyError("x"), ValueError("ộ" * 5000)])
def test_whatever_the_platform_raises_the_mark_waits(
    host: MemoryHost, made: World, work: Reflection, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def fail(**_: Any) -> None:
        raise trouble

    monkeypatch.setattr(host, "publish_score", fail)
    factories.mark(made.lan, work)

    assert grading.publish_due() == 0
    assert entries()[0][0] == "pending"
    assert OutboxEntry.objects.get().last_error.startswith(type(trouble).__name__)


# -- a course that is over ----------------------------------------------------------------------------------------
def test_frozen_grades_wait_without_using_up_tries(
    host: MemoryHost, made: World, work: Reflection, commit: Commit
) -> None:
    host.freeze_grades(work.course_key)
    commit(factories.mark, made.lan, work)
    entry = OutboxEntry.objects.get()
    for _ in range(3):
        assert grading.publish_entry(entry.pk) is None  # the task does not come back for it
        assert grading.publish_due() == 0
    entry.refresh_from_db()
    assert (entry.state, entry.attempts) == ("pending", 0)
    assert entry.last_error.startswith("GradesFrozen")
    assert delivered(work) is False


def test_thawed_grades_go_out_with_the_next_sweep(host: MemoryHost, made: World, work: Reflection, capsys: Any) -> None:
    host.freeze_grades(work.course_key)
    factories.mark(made.lan, work)
    assert grading.publish_due() == 0
    host.frozen.discard(work.course_key)
    call_command("boidung_publish_grades")
    assert "1" in capsys.readouterr().out
    assert in_gradebook(host, work) == Decimal("7.5")
    assert delivered(work) is True


def test_frozen_grades_take_nobody_elses_turn(host: MemoryHost, made: World, work: Reflection) -> None:
    host.add_course(factories.OTHER_COURSE)
    factories.round_of(factories.OTHER_COURSE, slug="dot-2")
    host.make_staff(made.staff, factories.OTHER_COURSE)
    elsewhere = factories.submit(made.binh, factories.activity("r2", course_key=factories.OTHER_COURSE))
    host.freeze_grades(work.course_key)
    factories.mark(made.lan, work)
    factories.mark(made.staff, elsewhere)
    host.calls.clear()
    assert grading.publish_due(limit=1) == 1
    assert in_gradebook(host, elsewhere) == Decimal("7.5")
    assert host.calls["publish_score"] == 1
    assert host.calls["grades_frozen"] == 2  # once for each course, however many grades wait


# -- newer over older -------------------------------------------------------------------------------------------
def test_a_newer_mark_supersedes_an_older_one_that_still_waits(host: MemoryHost, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    factories.mark(made.lan, work, BETTER)

    assert entries() == [("superseded", Decimal("7.5"), 0), ("pending", 9, 0)]
    assert grading.publish_due() == 1
    assert [score.earned for score in host.scores] == [9]


def test_a_superseded_entry_is_not_sent(host: MemoryHost, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    old = OutboxEntry.objects.get().pk
    factories.mark(made.lan, work, BETTER)

    assert grading.publish_entry(old) is None
    assert host.scores == []


def test_a_mark_given_while_an_older_one_is_on_its_way_wins(
    host: MemoryHost, made: World, work: Reflection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older one was read, then the newer was given and published, then the older arrives at the gradebook."""
    publish = host.publish_score

    def slowly(**which: Any) -> None:
        monkeypatch.setattr(host, "publish_score", publish)
        stale = grading.grade_of(work.activity_id, work.author_id)
        factories.mark(made.lan, work, BETTER)
        grading.publish_due()
        assert stale is not None
        host.record_score(type(host.scores[-1])(work.author_id, work.activity.usage_key, stale.earned, stale.possible))

    factories.mark(made.lan, work)
    monkeypatch.setattr(host, "publish_score", slowly)
    grading.publish_due()

    assert in_gradebook(host, work) == 9
    assert delivered(work) is True


def test_returning_marked_work_clears_the_score(
    host: MemoryHost, made: World, work: Reflection, commit: Commit
) -> None:
    commit(factories.mark, made.lan, work)
    commit(factories.give_back, made.lan, work)

    assert host.score_of(work.author_id, work.activity.usage_key) is not None
    assert in_gradebook(host, work) is None
    assert [state for state, _, _ in entries()] == ["sent", "sent"]
    assert OutboxEntry.objects.order_by("id").last().earned is None


def test_returning_unmarked_work_sends_nothing(host: MemoryHost, made: World, work: Reflection, commit: Commit) -> None:
    commit(factories.give_back, made.lan, work)

    assert OutboxEntry.objects.count() == 0
    assert host.scores == []


def test_deleted_state_takes_what_waits_out_of_the_outbox(host: MemoryHost, made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)

    assert entries()[0][0] == "superseded"
    assert grading.publish_due() == 0
    assert host.scores == []


def test_delivery_follows_the_latest_change(host: MemoryHost, made: World, work: Reflection, commit: Commit) -> None:
    commit(factories.mark, made.lan, work)
    host.refuse_scores(made.activity.usage_key)
    commit(factories.mark, made.lan, work, BETTER)

    assert delivered(work) is False
    host.accept_scores(made.activity.usage_key)
    make_due()
    grading.publish_due()
    assert delivered(work) is True
    assert Grade.objects.get().delivered_no == 2


def test_an_entry_that_is_gone_is_nobodys_business() -> None:
    assert grading.publish_entry(10**9) is None


def test_a_course_that_cannot_be_asked_does_not_stop_the_sweep_of_the_others(
    host: MemoryHost, work: Reflection, made: World, monkeypatch: Any
) -> None:
    other = factories.activity("r9", course_key=factories.OTHER_COURSE)
    theirs = factories.submit(made.binh, other)
    host.make_staff(made.staff, factories.OTHER_COURSE)
    factories.mark(made.lan, work)
    factories.mark(made.staff, theirs)

    def asked(course_key: str) -> bool:
        if course_key == factories.OTHER_COURSE:
            raise RuntimeError("no such structure")
        return False

    monkeypatch.setattr(host, "grades_frozen", asked)
    assert grading.publish_due() == 2
    assert delivered(work)
