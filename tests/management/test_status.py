"""What a monitor reads: how much waits and for how long, without a name or a text of anybody."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from boidung_xblock.grading import api as grading
from boidung_xblock.grading.models import OutboxEntry
from tests import factories
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def status(**options: Any) -> dict[str, int]:
    out = StringIO()
    call_command("boidung_status", json=True, stdout=out, **options)
    found: dict[str, int] = json.loads(out.getvalue())
    return found


def waiting_since(**ago: int) -> None:
    OutboxEntry.objects.update(created_at=timezone.now() - timedelta(**ago))


def test_a_quiet_site_reports_zeros(host: MemoryHost) -> None:
    found = status()

    assert found["outbox_pending"] == found["outbox_oldest_seconds"] == found["outbox_failing"] == 0
    assert found["drafts"] == found["imports_working"] == 0


def test_a_grade_that_does_not_get_through_is_seen_with_its_age_and_its_tries(host: MemoryHost) -> None:
    made = factories.world()
    host.refuse_scores(made.activity.usage_key)
    factories.mark(made.lan, factories.submit(made.an, made.activity))
    grading.publish_entry(OutboxEntry.objects.get().pk)
    waiting_since(hours=2)

    found = status()

    assert (found["outbox_pending"], found["outbox_failing"], found["outbox_most_attempts"]) == (1, 1, 1)
    assert 7200 <= found["outbox_oldest_seconds"] < 7300
    assert found["activities_live"] == 1
    assert found["reflections_marked"] == 1


def test_the_alarm_is_a_failing_command_and_still_prints_the_numbers(host: MemoryHost) -> None:
    made = factories.world()
    factories.mark(made.lan, factories.submit(made.an, made.activity))
    waiting_since(minutes=20)
    out = StringIO()

    with pytest.raises(CommandError, match="more than 900 s"):
        call_command("boidung_status", max_age=900, stdout=out)

    assert "outbox_pending 1\n" in out.getvalue()
    call_command("boidung_status", max_age=3600, stdout=out)


def test_it_asks_the_same_few_questions_at_any_size(host: MemoryHost) -> None:
    made = factories.world()
    factories.crowd(made.activity, made.maths, 3)
    with counted() as few:
        status()
    factories.crowd(made.activity, made.maths, 30)
    with counted() as many:
        status()

    assert few.ours == many.ours <= 8
    assert many.writes == []


def test_grades_of_a_course_that_is_over_are_counted_apart_and_raise_no_alarm(host: MemoryHost) -> None:
    made = factories.world()
    factories.mark(made.lan, factories.submit(made.an, made.activity))
    host.freeze_grades(made.activity.course_key)
    waiting_since(hours=2)

    found = status(max_age=60)

    assert (found["outbox_frozen"], found["outbox_pending"], found["outbox_oldest_seconds"]) == (1, 0, 0)
