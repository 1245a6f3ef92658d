"""What a submission and a mark cost: within the budget, and the same at 10 and at 1,000 learners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from boidung_xblock.grading import api as grading
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.block_runtime import BlockSite, body_for, hand_in, post
from tests.factories import World
from tests.files.uploads import attach
from tests.queries import Counted, counted

pytestmark = pytest.mark.django_db

SUBMIT, MARK = 12, 12


def submitting(site: BlockSite, account: Any, **changes: Any) -> Counted:
    """The statements of one accepted ``submit``."""
    block, body = site.block(account), body_for(account, **changes)
    with counted() as queries:
        assert post(block, "submit", body).status_code == 200
    assert queries.foreign == []
    return queries


def first(site: BlockSite, made: World, account: Any) -> Counted:
    return submitting(site, account)


def with_files(site: BlockSite, made: World, account: Any) -> Counted:
    return submitting(site, account, files=[attach(made, account), attach(made, account)])


def after_a_return(site: BlockSite, made: World, account: Any) -> Counted:
    hand_in(site, account)
    factories.give_back(made.staff, Reflection.objects.get(author=account))
    return submitting(site, account, base_version=1)


def again(site: BlockSite, made: World, account: Any) -> Counted:
    hand_in(site, account, client_key="key-00000001")
    return submitting(site, account, client_key="key-00000001")


def withdrawing(site: BlockSite, made: World, account: Any) -> Counted:
    hand_in(site, account)
    body = {"for_user": account.pk, "client_key": factories.key(), "base_version": 1}
    with counted() as queries:
        assert post(site.block(account), "withdraw", body).status_code == 200
    return queries


def marking(site: BlockSite, made: World, account: Any) -> Counted:
    hand_in(site, account)
    work = Reflection.objects.get(author=account)
    with counted() as queries:
        factories.mark(made.lan, work, row_version=work.row_version)
    return queries


def marking_again(site: BlockSite, made: World, account: Any) -> Counted:
    marking(site, made, account)
    work = Reflection.objects.get(author=account)
    with counted() as queries:
        factories.mark(made.lan, work, factories.BETTER, row_version=work.row_version)
    return queries


def returning_marked_work(site: BlockSite, made: World, account: Any) -> Counted:
    marking(site, made, account)
    work = Reflection.objects.get(author=account)
    with counted() as queries:
        factories.give_back(made.lan, work, row_version=work.row_version)
    return queries


def opening(site: BlockSite, made: World, account: Any) -> Counted:
    hand_in(site, account)
    work = Reflection.objects.get(author=account)
    with counted() as queries:
        viewer = factories.viewer(made.lan)
        reflections.work_for_marking(viewer, work.pk)
        grading.marks_of(work.activity_id, work.author_id)
    assert queries.writes == []
    return queries


@pytest.mark.parametrize(
    ("action", "budget"),
    [
        (first, SUBMIT),
        (with_files, SUBMIT),
        (after_a_return, SUBMIT),
        (again, SUBMIT),
        (withdrawing, SUBMIT),
        (marking, MARK),
        (marking_again, MARK),
        (returning_marked_work, MARK),
        (opening, MARK),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_costs_are_within_the_budget_and_the_same_at_10_and_at_1000_learners(
    site: BlockSite, made: World, action: Callable[..., Counted], budget: int, record_property: Any
) -> None:
    factories.crowd(made.activity, made.maths, 10)
    few = action(site, made, made.an)
    factories.crowd(made.activity, made.maths, 990)
    many = action(site, made, made.mai)

    record_property("queries", many.ours)
    assert many.ours == few.ours, "\n".join(many.statements)
    assert many.ours <= budget, "\n".join(many.statements)


def test_publishing_one_grade_costs_the_same_at_any_size(site: BlockSite, made: World) -> None:
    def cost(account: Any) -> int:
        hand_in(site, account)
        factories.mark(made.staff, Reflection.objects.get(author=account))
        with counted() as queries:
            assert grading.publish_due() == 1
        return queries.ours

    factories.crowd(made.activity, made.maths, 10)
    few = cost(made.an)
    factories.crowd(made.activity, made.maths, 990)

    assert cost(made.mai) == few <= 12
