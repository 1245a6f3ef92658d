"""What authors and the register change: rule, periods, blocks, ledgers; and what of other courses does not count."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from boidung_xblock.activities import api as activities
from boidung_xblock.activities.api import Activity
from boidung_xblock.grading.models import Grade
from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes, RollCall
from boidung_xblock.periods import api as periods
from boidung_xblock.roster.models import Person
from boidung_xblock.selfstudy.models import CheckpointWork
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.hosts import MemoryHost
from tests.meetings.desk import approved
from tests.periods.courses import LOW, MEETING, checkpoint, ledger, override, reflection, row, says, study, take_out
from tests.queries import counted
from tests.selfstudy import ways

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    """A course with a ledger whose one reflection is worth two periods."""
    world = factories.world()
    ledger()
    return world


# -- settings of blocks -------------------------------------------------------------------------------------------
def test_periods_are_worth_what_the_author_says_now(made: World) -> None:
    study(made.an, checkpoint(periods=2))
    assert row(made.an).earned == 2
    checkpoint(periods=0.75)
    assert row(made.an).earned == Decimal("0.75")


def test_when_work_counts_is_what_the_author_says_now(made: World) -> None:
    place = reflection(credit_when="submitted")
    factories.submit(made.an, place)
    assert says(made.an, place) == (2, "")
    reflection(credit_when="passed")
    assert says(made.an, place) == (0, "mark")


def test_a_meeting_that_the_author_adds_is_asked_for_and_one_they_remove_is_not(made: World) -> None:
    place = made.activity
    factories.mark(made.lan, factories.submit(made.an, place))
    reflection(meeting=MEETING)
    assert (says(made.an, place), row(made.an).meetings_total) == ((0, "minutes"), 1)
    reflection()
    assert (says(made.an, place), row(made.an).meetings_total) == ((2, ""), 0)


def test_a_pass_mark_that_the_author_gives_up_fails_nobody_any_more(made: World) -> None:
    place = checkpoint(pass_percent="50")
    study(made.an, place, percent=50, wrong=True)
    override(made.mai, place, 2)
    assert [says(who, place) for who in (made.an, made.mai)] == [(0, "pass"), (0, "pass")]
    checkpoint(pass_percent="0")
    assert [says(who, place) for who in (made.an, made.mai)] == [(2, ""), (2, "")]


def test_the_role_is_what_the_author_says_now(made: World) -> None:
    place = checkpoint(role="test")
    study(made.an, place)
    assert row(made.an).test_mark == 10
    checkpoint(role="study")
    assert (row(made.an).test_mark, says(made.an, place)) == (None, (2, ""))


# -- the rule -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "result", "code"),
    [
        ({"min_periods": "2"}, "passed", ""),
        ({"min_periods": "4.5"}, "unfinished", "periods"),
        ({"min_meetings": 1}, "unfinished", "meetings"),
        ({"min_periods": "2", "every_mark_passes": True}, "not_passed", "failed"),
        ({"min_periods": "4"}, "not_passed", "failed"),
    ],
)
def test_the_result_follows_the_rule_as_it_is_now(made: World, rule: dict[str, Any], result: str, code: str) -> None:
    study(made.an, checkpoint())
    factories.mark(made.lan, factories.submit(made.an, made.activity), LOW)
    assert row(made.an).result == "passed"
    ledger(**rule)
    found = row(made.an)
    assert (found.result, "".join(reason.code for reason in found.reasons[:1])) == (result, code)
    assert (found.completed_at is not None) is (result == "passed")


def test_the_total_is_the_authors_whatever_the_components_are_worth(made: World) -> None:
    assert row(made.an).total == 40
    ledger(total_periods="36.5")
    assert row(made.an).total == Decimal("36.5")


# -- blocks that leave the course -----------------------------------------------------------------------------------
def test_a_checkpoint_that_leaves_the_course_takes_its_periods_along_and_brings_them_back(made: World) -> None:
    place = checkpoint()
    study(made.an, place)
    assert row(made.an).earned == 2
    take_out(place)
    found = row(made.an)
    assert (found.earned, [each.activity_id for each in found.standings]) == (0, [made.activity.pk])
    checkpoint()
    assert says(made.an, place) == (2, "")


def test_a_course_without_a_live_ledger_has_no_module(made: World) -> None:
    assert periods.module_of(COURSE) is not None
    take_out(activities.in_course(COURSE, kind=periods.LEDGER)[0])
    assert periods.module_of(COURSE) is None
    ledger()
    assert periods.module_of(COURSE) is not None
    activities.close_course(COURSE)
    assert periods.module_of(COURSE) is None


# -- what is in the register -----------------------------------------------------------------------------------------
def test_components_stand_in_course_order_and_ledgers_are_none(made: World) -> None:
    second = ways.checkpoint("c2")
    activities.Activity.objects.filter(pk=second.pk).update(position=3)
    activities.Activity.objects.filter(pk=made.activity.pk).update(position=5)
    first = checkpoint("c1")
    module = periods.module_of(COURSE)
    assert module is not None
    assert [part.activity_id for part in module.components] == [first.pk, second.pk, made.activity.pk]
    assert [part.kind for part in module.components] == [periods.CHECKPOINT, periods.CHECKPOINT, periods.REFLECTION]
    assert [part.activity_id for part in module.checkpoints] == [first.pk, second.pk]
    assert module.meetings == ()


def test_rows_from_before_a_setting_was_there_count_by_its_default(made: World) -> None:
    old = ways.checkpoint("c1")
    activities.Activity.objects.filter(kind=periods.LEDGER).update(settings={})
    module = periods.module_of(COURSE)
    assert module is not None
    assert (module.rule.min_periods, module.rule.min_meetings, module.rule.every_mark_passes) == (40, 3, True)
    parts = {part.activity_id: part for part in module.components}
    assert (parts[old.pk].role, parts[old.pk].scored, parts[old.pk].credit_when) == ("", False, "")
    assert (parts[made.activity.pk].credit_when, parts[made.activity.pk].has_meeting) == ("passed", False)


@pytest.mark.parametrize(("percent", "scored"), [("0", False), ("0.00", False), ("0.5", True), ("80", True)])
def test_a_checkpoint_can_be_failed_only_where_it_has_a_pass_mark(made: World, percent: str, scored: bool) -> None:
    assert periods.component(checkpoint(pass_percent=percent)).scored is scored


def test_of_two_ledgers_the_first_counts_unless_the_other_is_asked_for(made: World) -> None:
    first = ledger("so-1", position=1, total_periods="10")
    second = ledger("so-2", position=2, total_periods="20")
    found = activities.in_course(COURSE)
    module = periods.module_of(COURSE)
    assert module is not None
    assert (module.ledger_id, module.rule.total_periods) == (first.pk, 10)
    other = periods.module_from(found, ledger_key=second.usage_key)
    assert other is not None
    assert (other.ledger_id, other.rule.total_periods, other.components) == (second.pk, 20, module.components)
    assert periods.module_from(found, ledger_key="block-v1:elsewhere") is None


# -- other courses, other people -------------------------------------------------------------------------------------
def test_records_of_another_course_do_not_count(made: World) -> None:
    factories.host().add_course(OTHER_COURSE)
    factories.round_of(OTHER_COURSE, slug="dot-2")
    factories.host().make_staff(made.staff, OTHER_COURSE)
    theirs = reflection("r9", course_key=OTHER_COURSE)
    ledger("so-9", course_key=OTHER_COURSE)
    factories.mark(made.staff, factories.submit(made.an, theirs))
    assert (row(made.an, OTHER_COURSE).earned, row(made.an).earned) == (2, 0)
    assert [each.activity_id for each in row(made.an).standings] == [made.activity.pk]
    factories.mark(made.lan, factories.submit(made.mai, made.activity))
    assert (row(made.mai, OTHER_COURSE).earned, row(made.mai).earned) == (0, 2)


def test_everybody_asked_for_has_a_row_of_their_own(made: World) -> None:
    place = checkpoint()
    study(made.an, place)
    factories.mark(made.lan, factories.submit(made.mai, made.activity))
    module = periods.module_of(COURSE)
    assert module is not None
    people = (made.an, made.mai, made.tam)
    rows = periods.rows_of(module, [who.pk for who in people])
    assert {user_id: found.user_id for user_id, found in rows.items()} == {who.pk: who.pk for who in people}
    finished = [
        [number for number, state in rows[who.pk].checkpoints.items() if state == "completed"] for who in people
    ]
    assert finished == [[place.pk], [made.activity.pk], []]
    assert periods.rows_of(module, []) == {}


# -- what the caller adds --------------------------------------------------------------------------------------------
def test_results_that_are_hidden_from_the_reader_are_not_told(made: World) -> None:
    place = checkpoint(pass_percent="50", role="test")
    study(made.an, place, percent=50)
    module = periods.module_of(COURSE)
    assert module is not None
    found = periods.rows_of(module, [made.an.pk], hidden=[place.pk])[made.an.pk]
    assert (found.earned, found.test_mark, found.result) == (0, None, "unfinished")
    assert periods.rows_of(module, [made.an.pk], hidden=[made.activity.pk])[made.an.pk].earned == 2


def test_attendance_that_is_known_already_is_not_asked_for_again(made: World) -> None:
    checkpoint()
    made.activity = reflection(meeting=MEETING)
    approved(made)
    module = periods.module_of(COURSE)
    assert module is not None
    known = meetings.attendance_of([made.activity.pk], [made.an.pk])
    with counted() as fewer:
        found = periods.rows_of(module, [made.an.pk], attendance=known)[made.an.pk]
    assert (found.meetings_attended, fewer.ours) == (1, 3)
    assert periods.rows_of(module, [made.an.pk], attendance={})[made.an.pk].meetings_attended == 0


# -- what it costs ---------------------------------------------------------------------------------------------------
def crowd(made: World, number: int, study_place: Activity) -> list[int]:
    """That many learners more, each with a checkpoint, a marked reflection and a place in the roll call."""
    known = set(get_user_model().objects.values_list("pk", flat=True))
    factories.crowd(made.activity, made.maths, number, state="marked")
    people = list(get_user_model().objects.exclude(pk__in=known))
    now = timezone.now()
    here = {"archive_no": 0, "possible": 10, "earned": 8, "passed": True}
    CheckpointWork.objects.bulk_create(
        [
            CheckpointWork(
                activity=study_place, course_key=COURSE, learner=who, started_at=now, state="completed", **here
            )
            for who in people
        ]
    )
    Grade.objects.bulk_create(
        [Grade(activity=made.activity, learner=who, updated_at=now, source="marker", **here) for who in people]
    )
    called = [Person(organisation=factories.ORGANISATION, user=who, full_name=who.username) for who in people]
    Person.objects.bulk_create(called)
    minutes = Minutes.objects.get(activity=made.activity)
    persons = Person.objects.filter(user__in=people)
    RollCall.objects.bulk_create([RollCall(minutes=minutes, person=one, name=one.full_name) for one in persons])
    return [who.pk for who in people]


def test_two_hundred_learners_cost_as_many_queries_as_ten(made: World) -> None:
    place = checkpoint()
    made.activity = reflection(meeting=MEETING)
    approved(made)
    seen: list[int] = []
    for number in (10, 190):
        seen += crowd(made, number, place)
        with counted() as queries:
            module = periods.module_of(COURSE)
            assert module is not None
            rows = periods.rows_of(module, seen)
        assert [(found.earned, found.meetings_attended) for found in rows.values()] == [(4, 1)] * len(seen)
        assert (queries.ours, queries.foreign, queries.writes) == (5, [], [])
    assert len(rows) == 200
