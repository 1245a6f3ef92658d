"""Submitting, withdrawing and opening at the same moment: one version, one truth, no lost text."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from boidung_xblock.host import DueDate
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.at_once import needs_server, split, together
from tests.block_runtime import BlockSite, body_for, post
from tests.factories import World
from tests.hosts import MemoryHost

pytestmark = needs_server


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def submitting(made: World, place: Any, **changes: Any) -> Any:
    return partial(reflections.submit, factories.viewer(made.an), place, factories.submission(**changes))


def test_one_submission_sent_four_times_is_one_version_with_one_receipt(made: World) -> None:
    for turn in range(5):
        place = factories.activity(f"r{turn}")
        results = together(*[submitting(made, place, client_key=f"key-0000000{turn}")] * 4)

        assert len({result.version.receipt_code for result in results}) == 1
        assert sorted(result.repeated for result in results) == [False, True, True, True]
        assert ReflectionVersion.objects.filter(reflection__activity=place).count() == 1
        assert ReflectionEvent.objects.filter(reflection__activity=place).count() == 1


def test_the_handler_answers_every_copy_of_one_submission_with_the_same_receipt(made: World) -> None:
    site = BlockSite()
    site.publish()
    body = body_for(made.an)
    responses = together(*[lambda: post(site.block(made.an), "submit", body)] * 3)

    assert {response.status_code for response in responses} == {200}
    assert len({response.json["receipt"]["code"] for response in responses}) == 1
    assert ReflectionVersion.objects.count() == 1


def test_of_two_different_first_submissions_exactly_one_wins(made: World) -> None:
    for turn in range(5):
        place = factories.activity(f"r{turn}")
        won, lost = split(together(*[submitting(made, place, text=f"cửa sổ {window}") for window in range(4)]))

        assert (len(won), len(lost)) == (1, 3)
        assert {(conflict.status, conflict.code) for conflict in lost} == {(409, "already_submitted")}
        assert Reflection.objects.get(activity=place).latest == won[0].version


def test_of_two_resubmissions_exactly_one_wins(made: World) -> None:
    work = factories.submit(made.an, made.activity)
    factories.give_back(made.lan, work)
    won, lost = split(together(*[submitting(made, made.activity, base_version=1) for _ in range(3)]))

    assert (len(won), len(lost)) == (1, 2)
    assert list(work.versions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_one_withdrawal_sent_three_times_is_one_event(made: World) -> None:
    work = factories.submit(made.an, made.activity)
    viewer = factories.viewer(made.an)
    action = partial(
        reflections.withdraw, viewer, made.activity, client_key="key-00000001", base_version=1, due=DueDate()
    )

    assert {result.state for result in together(action, action, action)} == {"withdrawn"}
    assert work.events.filter(kind="withdrawn").count() == 1


def test_opening_and_withdrawing_agree_on_who_was_first(made: World) -> None:
    for turn in range(5):
        place = factories.activity(f"r{turn}")
        work = factories.submit(made.an, place)
        who, marker = factories.viewer(made.an), factories.viewer(made.lan)
        withdraw = partial(reflections.withdraw, who, place, client_key=factories.key(), base_version=1, due=DueDate())
        _, lost = split(together(withdraw, partial(reflections.note_opened, marker, work.pk)))

        row = factories.fresh(work)
        assert (row.state, row.opened_at is not None) in {("withdrawn", False), ("submitted", True)}
        assert [conflict.code for conflict in lost] == (["opened"] if row.state == "submitted" else [])


def test_state_deleted_while_the_learner_submits_leaves_one_present_row_at_most(made: World) -> None:
    for turn in range(5):
        place = factories.activity(f"r{turn}")
        factories.give_back(made.lan, factories.submit(made.an, place))
        together(
            submitting(made, place, base_version=1),
            partial(learner_state_deleted, usage_key=place.usage_key, user_id=made.an.pk),
        )

        rows = Reflection.objects.filter(activity=place)
        assert rows.filter(archive_no=0).count() <= 1
        assert rows.exclude(archive_no=0).count() >= 1
        for row in rows:
            assert row.version_no == row.versions.count()
