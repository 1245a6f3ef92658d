"""After handing in: withdrawing, being returned, resubmitting, being put aside. Nothing that was written is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from boidung_xblock.errors import BadInput, Conflict, Missing, Refused
from boidung_xblock.grading import api as grading
from boidung_xblock.host import DueDate, Masquerade
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.factories import COURSE, World
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def work(made: World) -> Reflection:
    """Submitted by ``an``, not yet opened."""
    return factories.submit(made.an, made.activity, text="Bản một.")


def withdraw(made: World, **changes: Any) -> Reflection:
    wanted: dict[str, Any] = {"client_key": factories.key(), "base_version": 1, "due": DueDate(), **changes}
    return reflections.withdraw(factories.viewer(made.an), made.activity, **wanted)


def kinds(work: Reflection) -> list[str]:
    return list(work.events.order_by("id").values_list("kind", flat=True))


# -- withdrawing ------------------------------------------------------------------------------------------------
def test_a_withdrawn_version_stays_in_the_history_and_can_be_followed_by_another(made: World, work: Reflection) -> None:
    assert withdraw(made).state == "withdrawn"

    again = factories.submit(made.an, made.activity, text="Bản hai.")

    assert (again.state, again.version_no) == ("submitted", 2)
    assert [v.answers[0]["text"] for v in again.versions.order_by("number")] == ["Bản một.", "Bản hai."]
    assert kinds(again) == ["submitted", "withdrawn", "submitted"]


def test_withdrawing_twice_with_one_key_is_withdrawing_once(made: World, work: Reflection) -> None:
    withdraw(made, client_key="key-00000001")
    before = factories.fresh(work).row_version

    assert withdraw(made, client_key="key-00000001").state == "withdrawn"

    assert factories.fresh(work).row_version == before
    assert kinds(work).count("withdrawn") == 1


def test_a_late_repeat_of_a_withdrawal_does_not_take_back_the_next_version(made: World, work: Reflection) -> None:
    withdraw(made, client_key="key-00000001")
    factories.submit(made.an, made.activity)

    assert withdraw(made, client_key="key-00000001").state == "submitted"


def test_what_a_marker_has_opened_stays_submitted(made: World, work: Reflection) -> None:
    reflections.note_opened(factories.viewer(made.lan), work.pk)

    with pytest.raises(Conflict) as caught:
        withdraw(made)
    assert caught.value.code == "opened"
    assert factories.fresh(work).state == "submitted"


def test_a_new_version_can_be_withdrawn_until_it_is_opened_itself(made: World, work: Reflection) -> None:
    reflections.note_opened(factories.viewer(made.lan), work.pk)
    factories.give_back(made.lan, work)
    factories.submit(made.an, made.activity)

    assert withdraw(made, base_version=2).state == "withdrawn"


@pytest.mark.parametrize(("minutes", "allowed"), [(-1, True), (1, False)])
def test_withdrawing_ends_with_the_grace_period(made: World, work: Reflection, minutes: int, allowed: bool) -> None:
    closes = timezone.now()
    when = {"due": DueDate(due=closes - timedelta(days=1), closes=closes), "now": closes + timedelta(minutes=minutes)}

    if allowed:
        assert withdraw(made, **when).state == "withdrawn"
    else:
        with pytest.raises(Conflict) as caught:
            withdraw(made, **when)
        assert caught.value.code == "past_due"


def test_marked_or_returned_work_cannot_be_withdrawn(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    with pytest.raises(Conflict):
        withdraw(made)
    factories.give_back(made.lan, work)
    with pytest.raises(Conflict):
        withdraw(made)


def test_a_withdrawal_from_an_old_window_is_stale(made: World, work: Reflection) -> None:
    with pytest.raises(Conflict) as caught:
        withdraw(made, base_version=0)
    assert (caught.value.code, caught.value.details["current_version"]) == ("stale", 1)


def test_there_is_nothing_to_withdraw_before_the_first_submission(made: World) -> None:
    with pytest.raises(Missing):
        withdraw(made)


def test_nobody_withdraws_under_view_as(made: World, work: Reflection, host: MemoryHost) -> None:
    host.wear_mask(COURSE, Masquerade.LEARNER)

    with pytest.raises(Refused):
        withdraw(made)


def test_a_key_of_a_withdrawal_elsewhere_withdraws_nothing_in_silence(made: World, work: Reflection) -> None:
    other = factories.submit(made.an, factories.activity("r2"))
    withdraw(made, client_key="key-00000001")

    with pytest.raises(Conflict) as caught:
        reflections.withdraw(
            factories.viewer(made.an), other.activity, client_key="key-00000001", base_version=1, due=DueDate()
        )
    assert caught.value.code == "key_reused"
    assert factories.fresh(other).state == "submitted"


# -- returned and resubmitted -----------------------------------------------------------------------------------
def test_returned_work_comes_back_as_a_second_version_beside_the_first(made: World, work: Reflection) -> None:
    factories.give_back(made.lan, work, reason="  Nêu rõ ví dụ.  ")
    returned = factories.fresh(work)
    again = factories.submit(made.an, made.activity, text="Bản hai.")

    assert (returned.state, returned.last_event.reason, returned.last_event.actor_name) == (
        "returned",
        "Nêu rõ ví dụ.",
        "Trần Thị Lan",
    )
    assert (again.state, again.version_no, again.opened_at) == ("resubmitted", 2, None)
    assert [v.answers[0]["text"] for v in again.versions.order_by("number")] == ["Bản một.", "Bản hai."]


@pytest.mark.parametrize("reason", ["", "   ", "\u200b\n"])
def test_a_reason_is_required(made: World, work: Reflection, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        factories.give_back(made.lan, work, reason=reason)

    assert set(caught.value.details["fields"]) == {"reason"}
    assert kinds(work) == ["submitted"]


def test_work_that_is_with_its_author_cannot_be_returned_again(made: World, work: Reflection) -> None:
    factories.give_back(made.lan, work)

    with pytest.raises(Conflict) as caught:
        factories.give_back(made.lan, work)
    assert (caught.value.code, caught.value.details["state"]) == ("not_waiting", "returned")


def test_returning_twice_with_one_key_is_returning_once_even_after_resubmission(made: World, work: Reflection) -> None:
    seen = work.row_version
    for _ in range(2):
        factories.give_back(made.lan, work, client_key="key-00000001", row_version=seen)
    factories.submit(made.an, made.activity)
    factories.give_back(made.lan, work, client_key="key-00000001", row_version=seen)

    assert kinds(work) == ["submitted", "returned", "resubmitted"]


def test_a_key_of_a_return_elsewhere_returns_nothing_in_silence(made: World, work: Reflection) -> None:
    other = factories.submit(made.mai, made.activity)
    factories.give_back(made.lan, work, client_key="key-00000001")

    with pytest.raises(Conflict) as caught:
        factories.give_back(made.lan, other, client_key="key-00000001")
    assert caught.value.code == "key_reused"
    assert factories.fresh(other).state == "submitted"


def test_history_tells_everything_newest_first(made: World, work: Reflection) -> None:
    factories.give_back(made.lan, work)
    factories.submit(made.an, made.activity, text="Bản hai.")
    factories.mark(made.lan, work)

    view = reflections.work_for_marking(factories.viewer(made.lan), work.pk)

    assert [version.number for version in view.versions] == [2, 1]
    assert [event.kind for event in view.events] == ["marked", "resubmitted", "returned", "submitted"]
    assert view.events[2].reason == "Nêu rõ ví dụ của lớp mình."


def test_versions_and_events_are_never_changed_or_removed(made: World, work: Reflection) -> None:
    def rows() -> list[Any]:
        tables = (ReflectionVersion, ReflectionEvent)
        return [row for table in tables for row in table.objects.order_by("id").values()]

    kept: list[Any] = rows()
    for step in (
        lambda: factories.give_back(made.lan, work),
        lambda: factories.submit(made.an, made.activity),
        lambda: factories.mark(made.lan, work),
        lambda: factories.give_back(made.lan, work),
        lambda: factories.submit(made.an, made.activity),
        lambda: factories.withdraw(made.an, work),
        lambda: learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk),
    ):
        step()
        now = rows()
        assert [row for row in kept if row not in now] == []
        kept = now


# -- put aside --------------------------------------------------------------------------------------------------
def test_deleted_state_is_archived_with_its_history_and_the_learner_starts_anew(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)

    assert learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk) is True

    assert reflections.own(activity_id=made.activity.pk, user_id=made.an.pk) is None
    assert grading.grade_of(made.activity.pk, made.an.pk) is None
    with pytest.raises(Missing):
        reflections.work_for_marking(factories.viewer(made.lan), work.pk)
    anew = factories.submit(made.an, made.activity)
    assert (anew.pk != work.pk, anew.version_no, anew.mark_value) == (True, 1, None)
    assert factories.fresh(work).versions.count() == 1


def test_deleting_state_twice_changes_nothing_and_twice_over_keeps_both(made: World, work: Reflection) -> None:
    for _ in range(2):
        learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)
    factories.submit(made.an, made.activity)
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)

    assert Reflection.objects.exclude(archive_no=0).count() == 2
    assert kinds(work) == ["submitted", "archived"]


def test_blocks_of_others_are_none_of_our_business(made: World, work: Reflection) -> None:
    assert learner_state_deleted(usage_key="block-v1:X+Y+Z+type@problem+block@p", user_id=made.an.pk) is False


def test_a_submission_repeated_after_the_state_was_deleted_is_refused_not_broken(made: World) -> None:
    factories.submit(made.an, made.activity, client_key="key-00000001")
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)

    with pytest.raises(Conflict) as caught:
        factories.submit(made.an, made.activity, client_key="key-00000001")
    assert caught.value.code == "key_reused"


def test_work_moved_to_another_group_stays_readable_for_the_old_groups_core_teacher(
    made: World, work: Reflection
) -> None:
    factories.move(made.an, made.round, made.letters)

    assert reflections.work_for_marking(factories.viewer(made.lan), work.pk).reflection == work
    with pytest.raises(Refused):
        reflections.work_for_marking(factories.viewer(made.hung), work.pk)


def test_a_resubmission_after_a_move_goes_to_the_new_group_and_remembers_the_old(made: World, work: Reflection) -> None:
    factories.give_back(made.lan, work)
    factories.move(made.an, made.round, made.letters)
    factories.submit(made.an, made.activity)

    view = reflections.work_for_marking(factories.viewer(made.hung), work.pk)
    assert [version.group_name for version in view.versions] == ["Tổ Ngữ văn", "Tổ Toán – Tin"]
