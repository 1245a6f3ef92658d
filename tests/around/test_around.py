"""What stands around somebody's work comes with one query, on every database."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from boidung_xblock import around
from boidung_xblock.meetings.models import Minutes
from boidung_xblock.roster import api as roster
from boidung_xblock.support.models import Question
from tests import factories
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def minutes_of(world: factories.World) -> Minutes:
    now = timezone.now().replace(microsecond=0)
    return Minutes.objects.create(
        activity=world.activity,
        group=world.maths,
        course_key=world.activity.course_key,
        state="approved",
        conclusion="Tổ thống nhất: mỗi người một bài, nộp trước 20/11.",
        saved_at=now,
        approved_at=now,
        row_version=7,
    )


def test_parts_of_different_tables_come_in_one_query(host: MemoryHost) -> None:
    world = factories.world()
    minutes = minutes_of(world)
    approved: dict[str, Any] = {"text": "conclusion", "at": "approved_at", "number": "row_version"}
    with counted() as queries:
        rows = around.fetch(
            [
                around.part(Question.objects.all(), "question", key="place", at="asked_at"),
                roster.contacts_around(world.maths.pk),
                around.part(Minutes.objects.all(), "minutes", key="state", **approved),
            ]
        )

    assert len(queries.statements) == 1
    by_kind = {row.kind: row for row in rows}
    assert set(by_kind) == {"contact", "minutes"}
    assert (by_kind["contact"].title, by_kind["contact"].key) == ("Trần Thị Lan", "lan@example.com")
    found = by_kind["minutes"]
    assert (found.key, found.text, found.at, found.number) == ("approved", minutes.conclusion, minutes.approved_at, 7)


def test_a_part_alone_and_no_part_at_all(host: MemoryHost) -> None:
    world = factories.world()

    assert [row.kind for row in around.fetch([roster.contacts_around(world.maths.pk)])] == ["contact"]
    with counted() as queries:
        assert around.fetch([]) == []
    assert not queries.statements


def test_a_core_teacher_without_an_address_in_the_list_is_reached_at_their_accounts(host: MemoryHost) -> None:
    world = factories.world()
    factories.person(world.lan).__class__.objects.filter(user=world.lan).update(email="lan@thcs.example.com")
    listed = around.fetch([roster.contacts_around(world.maths.pk)])
    factories.person(world.lan).__class__.objects.filter(user=world.lan).update(email="", user=None)
    unknown = around.fetch([roster.contacts_around(world.maths.pk)])

    assert [row.key for row in listed] == ["lan@thcs.example.com"]
    assert [row.key for row in unknown] == [""]
