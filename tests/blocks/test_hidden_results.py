"""Who waits for results that the course keeps back, and that no answer of a handler tells them early."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.block_runtime import BlockSite, hand_in, post, view
from tests.factories import COURSE, World
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db

COMMENT = "Bài viết cụ thể."


@pytest.mark.parametrize(
    ("setting", "seen"), [("past_due", True), ("never", False), ("never_but_include_grade", False), ("always", True)]
)
def test_course_staff_do_not_wait_for_the_due_date_but_for_never_they_do(
    site: BlockSite, made: World, host: MemoryHost, setting: str, seen: bool
) -> None:
    site.publish(show_correctness=setting)
    host.make_staff(made.an, COURSE)
    host.set_due(made.activity.usage_key, timezone.now() + timedelta(days=1))
    hand_in(site, made.an)
    factories.mark(made.lan, Reflection.objects.get())

    assert (COMMENT in view(site.block(made.an))) is seen


def test_the_grace_period_belongs_to_the_time_of_waiting(site: BlockSite, made: World, host: MemoryHost) -> None:
    site.publish(show_correctness="past_due")
    hand_in(site, made.an)
    factories.mark(made.lan, Reflection.objects.get())
    host.set_due(made.activity.usage_key, timezone.now() - timedelta(hours=1), grace=timedelta(days=1))

    assert COMMENT not in view(site.block(made.an))
    host.set_due(made.activity.usage_key, timezone.now() - timedelta(days=2), grace=timedelta(days=1))
    assert COMMENT in view(site.block(made.an))


@pytest.mark.parametrize("setting", ["never", "never_but_include_grade"])
def test_the_history_tells_nothing_of_a_hidden_result(site: BlockSite, made: World, setting: str) -> None:
    site.publish(show_correctness=setting)
    hand_in(site, made.an)
    factories.mark(made.lan, Reflection.objects.get())
    with translation.override("en"):
        html = post(site.block(made.an), "history", {"for_user": made.an.pk}).json["html"]

    assert "Marked" in html
    for secret in (COMMENT, "7.5", "7,5", "pass"):
        assert secret.lower() not in html.lower()
