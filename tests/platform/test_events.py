"""Tracking events arrive in the platform's event log, with its context and in our words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from eventtracking import tracker  # noqa: E402
from eventtracking.backends.routing import RoutingBackend  # noqa: E402
from eventtracking.tracker import Tracker  # noqa: E402

from tests.platform.instructor import committed, override  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


class Log:
    """A backend that keeps what it is sent."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def send(self, event: dict[str, Any]) -> None:
        """Keep it."""
        self.events.append(event)

    def ours(self) -> list[dict[str, Any]]:
        """Only events of this package."""
        return [event for event in self.events if event["name"].startswith("boidung.")]


@pytest.fixture
def log() -> Iterator[Log]:
    """The platform's tracker writes here; its context stays what the platform's middleware makes it."""
    kept, before = Log(), tracker.get_tracker()
    routing = RoutingBackend(backends={"kept": kept})
    tracker.register_tracker(Tracker({"default": routing}, context_locator=before.context_locator))
    yield kept
    tracker.register_tracker(before)


def test_a_submission_is_logged_with_course_and_user(world: World, log: Log) -> None:
    with committed():
        world.submit(world.an)
    (event,) = log.ours()
    assert event["name"] == "boidung.reflection.submitted"
    assert event["data"]["usage_id"] == str(world.key)
    assert event["data"]["learner_id"] == event["data"]["actor_id"] == world.an.pk
    context = event["context"]
    assert (context["course_id"], context["org_id"]) == (world.course_key, "BGDDT")
    assert context["user_id"] == world.an.pk


def test_a_mark_and_its_delivery_are_logged_without_a_request(world: World, log: Log) -> None:
    work = world.submit(world.an)
    log.events.clear()
    world.mark(work, comment="Lời nhận xét riêng")
    marked, delivered = log.ours()
    assert (marked["name"], delivered["name"]) == ("boidung.mark.given", "boidung.mark.delivered")
    assert marked["data"]["earned"] == 7.5
    assert marked["context"]["user_id"] == world.lan.pk
    assert delivered["context"]["course_id"] == world.course_key
    assert "Lời nhận xét riêng" not in str(log.events)


def test_an_override_is_logged_as_one(world: World, log: Log) -> None:
    world.submit(world.an)
    log.events.clear()
    override(world.an, world.key, 6)
    assert [event["data"]["source"] for event in log.ours() if event["name"] == "boidung.mark.given"] == ["override"]
