"""States of minutes, statuses of the roll call, and their labels."""

from __future__ import annotations

from django.utils.translation import pgettext

NONE, DRAFT, WAITING, APPROVED, REOPENED = "none", "draft", "waiting", "approved", "reopened"
STATES = (DRAFT, WAITING, APPROVED, REOPENED)
# In these the text can be written.
OPEN = frozenset({DRAFT, REOPENED})

PRESENT, EXCUSED, UNEXCUSED = "present", "excused", "unexcused"
STATUSES = (PRESENT, EXCUSED, UNEXCUSED)
# Not in the roll call: joined the group later, or left it before.
AWAY = "away"

# Kinds of revisions.
SENT, MADE_UP = "sent", "made_up"


def label(state: str) -> str:
    """The state as people read it; ``NONE``: nobody has begun."""
    return {
        DRAFT: pgettext("boidung", "Draft"),
        WAITING: pgettext("boidung", "Waiting for confirmation"),
        APPROVED: pgettext("boidung", "Approved and locked"),
        REOPENED: pgettext("boidung", "Reopened"),
    }.get(state, pgettext("boidung", "Not begun"))


def status_label(status: str) -> str:
    """What the roll call says of a member."""
    return {
        PRESENT: pgettext("boidung", "Present"),
        EXCUSED: pgettext("boidung", "Absent, excused"),
        UNEXCUSED: pgettext("boidung", "Absent, unexcused"),
    }.get(status, pgettext("boidung", "Not in the group then"))


def kind_label(kind: str) -> str:
    """What a line of the history says was done."""
    return {
        SENT: pgettext("boidung", "Sent for confirmation"),
        APPROVED: pgettext("boidung", "Approved"),
        REOPENED: pgettext("boidung", "Reopened"),
        DRAFT: pgettext("boidung", "Taken back to be written further"),
    }.get(kind, pgettext("boidung", "Recorded who made up the meeting"))
