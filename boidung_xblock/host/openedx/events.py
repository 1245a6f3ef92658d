"""Tracking events on their way into the platform's event log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boidung_xblock.host.openedx import keys


def emit(name: str, data: Mapping[str, Any], *, course_key: str, user_id: int | None) -> None:
    """``eventtracking.tracker.emit`` of event-tracking, all releases, in the LMS, Studio and both workers.

    In a request the platform's middleware adds who, from where and with what; the course is added here as
    ``common.djangoapps.track.contexts.course_context_from_course_id`` says it. A task has no request: it names the
    user itself.
    """
    from common.djangoapps.track.contexts import course_context_from_course_id
    from eventtracking import tracker

    tracking = tracker.get_tracker()
    context = dict(course_context_from_course_id(keys.course_key(course_key)))
    if not tracking.resolve_context().get("user_id"):
        context["user_id"] = user_id
    with tracking.context("boidung", context):
        tracking.emit(name, dict(data))
