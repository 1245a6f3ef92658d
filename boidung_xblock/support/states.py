"""States of a question and their labels."""

from __future__ import annotations

from django.utils.translation import pgettext

# Closed: the author's account is retired; nobody waits for an answer any more.
OPEN, ANSWERED, CLOSED = "open", "answered", "closed"


def label(state: str) -> str:
    """The state as people read it."""
    return {
        OPEN: pgettext("boidung", "Waiting for an answer"),
        ANSWERED: pgettext("boidung", "Answered"),
    }.get(state, pgettext("boidung", "Closed"))
