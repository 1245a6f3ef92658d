"""Credits follow their grounds: whatever road a ground goes by, its periods go with it, and come back with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from boidung_xblock.activities.api import Activity
from boidung_xblock.grading import api as grading
from boidung_xblock.roster.models import Assignment
from tests import factories
from tests.factories import BETTER, World
from tests.hosts import MemoryHost
from tests.meetings.desk import approved, save, sent, step
from tests.periods.courses import (
    LOW,
    MEETING,
    checkpoint,
    delete_state,
    improve,
    ledger,
    override,
    reflection,
    row,
    says,
    stand,
    study,
)
from tests.selfstudy.ways import give

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    """A course with a ledger whose one reflection, without a meeting, is worth two periods."""
    world = factories.world()
    ledger()
    return world


@pytest.fixture
def met(made: World) -> World:
    """The same, with a meeting."""
    made.activity = reflection(meeting=MEETING)
    return made


# -- checkpoints ------------------------------------------------------------------------------------------------
def test_a_checkpoint_counts_from_its_last_required_answer_until_its_state_is_deleted(made: World) -> None:
    place = checkpoint()
    give(made.an, place, "doc")
    assert (says(made.an, place), stand(made.an, place).state) == ((0, "study"), "started")
    for name in ("chon", "dung-sai", "lien-he", "tu-xep"):
        give(made.an, place, name)
    assert says(made.an, place) == (2, "")
    assert stand(made.an, place).at is not None

    delete_state(made.an, place)

    assert (says(made.an, place), stand(made.an, place).state) == ((0, "study"), "none")
    study(made.an, place)
    assert says(made.an, place) == (2, "")


def test_a_checkpoint_below_its_pass_mark_counts_once_the_mark_is_reached(made: World) -> None:
    place = checkpoint(pass_percent="50")
    study(made.an, place, percent=50, wrong=True)
    assert says(made.an, place) == (0, "pass")
    improve(made.an, place, percent=50)
    assert says(made.an, place) == (2, "")


def test_an_instructors_word_on_a_checkpoint_stands_above_what_it_reckoned(made: World) -> None:
    place = checkpoint(pass_percent="50", role="test")
    study(made.an, place, percent=50)
    assert (says(made.an, place), row(made.an).test_mark) == ((2, ""), 10)

    override(made.an, place, 4)
    assert (says(made.an, place), row(made.an).test_mark) == ((0, "pass"), 4)

    override(made.an, place, 6)
    assert (says(made.an, place), row(made.an).test_mark) == ((2, ""), 6)


def test_an_override_that_passes_a_failed_checkpoint_goes_with_the_state(made: World) -> None:
    place = checkpoint(pass_percent="50")
    study(made.an, place, percent=50, wrong=True)
    override(made.an, place, 8)
    assert says(made.an, place) == (2, "")
    delete_state(made.an, place)
    assert says(made.an, place) == (0, "study")


@pytest.mark.parametrize(("mark", "expected"), [(8, (2, "")), (3, (0, "pass"))])
def test_who_never_opened_the_checkpoint_is_credited_by_the_instructors_mark(
    made: World, mark: float, expected: tuple[int, str]
) -> None:
    place = checkpoint(pass_percent="50")
    override(made.an, place, mark)
    assert says(made.an, place) == expected


# -- papers -----------------------------------------------------------------------------------------------------
def test_a_paper_counts_while_a_mark_that_passes_is_in_force(made: World) -> None:
    place = made.activity
    work = factories.submit(made.an, place)
    assert says(made.an, place) == (0, "mark")
    factories.mark(made.lan, work)
    assert (says(made.an, place), row(made.an).reflection_mark) == ((2, ""), Decimal("7.5"))
    factories.mark(made.lan, work, LOW)
    assert (says(made.an, place), row(made.an).reflection_mark) == ((0, "pass"), 4)
    factories.mark(made.lan, work, BETTER)
    assert (says(made.an, place), row(made.an).reflection_mark) == ((2, ""), 9)


@pytest.mark.parametrize("credit_when", ["passed", "submitted"])
def test_work_that_is_returned_after_its_mark_counts_no_longer(made: World, credit_when: str) -> None:
    place = reflection(credit_when=credit_when)
    work = factories.submit(made.an, place)
    factories.mark(made.lan, work)
    assert says(made.an, place) == (2, "")

    factories.give_back(made.lan, work)

    assert (says(made.an, place), row(made.an).reflection_mark) == ((0, "revise"), None)
    factories.submit(made.an, place, text="Lần hai.")
    assert says(made.an, place) == ((2, "") if credit_when == "submitted" else (0, "mark"))
    factories.mark(made.lan, work)
    assert says(made.an, place) == (2, "")


def test_work_that_is_withdrawn_counts_no_longer(made: World) -> None:
    place = reflection(credit_when="submitted")
    work = factories.submit(made.an, place)
    assert says(made.an, place) == (2, "")
    factories.withdraw(made.an, work)
    assert says(made.an, place) == (0, "write")


def test_an_override_of_a_marked_paper_decides_in_both_directions(made: World) -> None:
    work = factories.submit(made.an, made.activity)
    factories.mark(made.lan, work)
    override(made.an, made.activity, 4.75)
    assert says(made.an, made.activity) == (0, "pass")
    override(made.an, made.activity, 5)
    assert says(made.an, made.activity) == (2, "")


def test_a_mark_in_the_gradebook_counts_for_a_paper_that_was_handed_in_elsewhere(made: World) -> None:
    override(made.an, made.activity, 8)
    assert (says(made.an, made.activity), row(made.an).reflection_mark) == ((2, ""), 8)
    delete_state(made.an, made.activity)
    assert says(made.an, made.activity) == (0, "write")


def test_a_paper_whose_state_is_deleted_begins_anew_without_its_mark(made: World) -> None:
    factories.mark(made.lan, factories.submit(made.an, made.activity))
    delete_state(made.an, made.activity)
    assert (says(made.an, made.activity), stand(made.an, made.activity).state) == ((0, "write"), "none")
    factories.submit(made.an, made.activity)
    assert says(made.an, made.activity) == (0, "mark")


# -- meetings ---------------------------------------------------------------------------------------------------
def reflected(made: World, account: Any) -> Activity:
    """The account's reflection on the meeting, marked and passed."""
    factories.mark(made.lan, factories.submit(account, made.activity))
    return made.activity


def test_a_meeting_counts_while_its_minutes_are_approved(met: World) -> None:
    place = reflected(met, met.an)
    sent(met)
    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "minutes"), 0)
    step(met, met.mai, "approve")
    assert (says(met.an, place), row(met.an).meetings_attended) == ((2, ""), 1)

    step(met, met.lan, "reopen")

    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "minutes"), 0)
    step(met, met.tam, "send")
    assert says(met.an, place) == (0, "minutes")
    step(met, met.mai, "approve")
    assert (says(met.an, place), row(met.an).meetings_attended) == ((2, ""), 1)


def test_who_the_corrected_roll_call_calls_absent_has_not_attended(met: World) -> None:
    place = reflected(met, met.an)
    approved(met)
    step(met, met.lan, "reopen")
    save(met, met.tam, roll={met.an: "excused"})
    step(met, met.tam, "send")
    step(met, met.mai, "approve")
    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "attend"), 0)


@pytest.mark.parametrize("status", ["excused", "unexcused"])
def test_an_absent_member_counts_from_making_it_up_until_that_turns_out_a_slip(met: World, status: str) -> None:
    place = reflected(met, met.an)
    approved(met, roll={met.an: status})
    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "attend"), 0)
    step(met, met.mai, "make_up", whom=met.an)
    assert (says(met.an, place), row(met.an).meetings_attended) == ((2, ""), 1)
    step(met, met.mai, "make_up", whom=met.an, made_up=False)
    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "attend"), 0)


def test_a_meeting_that_was_made_up_waits_for_approval_like_any_other(met: World) -> None:
    place = reflected(met, met.an)
    sent(met, roll={met.an: "excused"})
    step(met, met.mai, "make_up", whom=met.an)
    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "minutes"), 0)
    step(met, met.mai, "approve")
    assert says(met.an, place) == (2, "")


def test_one_members_absence_is_nothing_to_another(met: World) -> None:
    place = reflected(met, met.tam)
    approved(met, roll={met.an: "excused"})
    assert (says(met.tam, place), says(met.an, place)) == ((2, ""), (0, "write"))
    assert [row(who).meetings_attended for who in (met.tam, met.an, met.binh)] == [1, 0, 0]


def test_who_moves_to_another_group_keeps_the_meeting(met: World) -> None:
    place = reflected(met, met.an)
    approved(met)
    factories.move(met.an, met.round, met.letters)
    assert (says(met.an, place), row(met.an).meetings_attended) == ((2, ""), 1)


@pytest.mark.parametrize("there", ["maths", "letters"])
def test_who_stands_in_two_roll_calls_is_counted_where_they_were_present(met: World, there: str) -> None:
    place = reflected(met, met.an)
    approved(met, roll={met.an: "present" if there == "maths" else "excused"})
    factories.move(met.an, met.round, met.letters)
    Assignment.objects.filter(person=factories.person(met.binh)).update(role="leader")
    status = "present" if there == "letters" else "excused"
    save(met, met.binh, group=met.letters, roll={met.an: status, met.binh: "present"})
    step(met, met.binh, "send", group=met.letters)
    step(met, met.binh, "approve", group=met.letters)
    assert (says(met.an, place), row(met.an).meetings_attended) == ((2, ""), 1)


def test_deleting_the_state_takes_the_reflection_and_leaves_the_attendance(met: World) -> None:
    place = reflected(met, met.an)
    approved(met)
    delete_state(met.an, place)
    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "write"), 1)


def test_work_on_a_meeting_that_is_returned_counts_no_longer_and_the_attendance_does(met: World) -> None:
    place = reflected(met, met.an)
    approved(met)
    factories.give_back(met.lan, factories.reflections.own(activity_id=place.pk, user_id=met.an.pk))
    assert (says(met.an, place), row(met.an).meetings_attended) == ((0, "revise"), 1)


# -- everything at once -----------------------------------------------------------------------------------------
def test_the_day_of_completion_is_that_of_the_ground_that_came_last(met: World) -> None:
    first = checkpoint()
    ledger(min_periods="4", min_meetings=1, every_mark_passes=True)
    approved(met)
    place = reflected(met, met.an)
    study(met.an, first)
    found = row(met.an)
    assert (found.result, found.reasons, found.earned, found.meetings_attended) == ("passed", (), 4, 1)
    assert found.completed_at == stand(met.an, first).at
    factories.mark(met.lan, factories.reflections.own(activity_id=place.pk, user_id=met.an.pk), BETTER)
    assert row(met.an).completed_at == grading.marks_in_force([place.pk], [met.an.pk])[place.pk, met.an.pk].at
