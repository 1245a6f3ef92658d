"""Short messages to one person, by e-mail where the site does so: work came back or was marked, a question answered.

A message says that something happened and where to read it; texts, reasons and marks stay behind the login.
"""

from __future__ import annotations

from collections.abc import Callable

from boidung_xblock.commits import after_commit
from boidung_xblock.conf import setting

RETURNED, MARKED, ANSWERED = "returned", "marked", "answered"

_after_commit: list[Callable[[str, int, int], object]] = []


def on_notice(send: Callable[[str, int, int], object]) -> None:
    """Set what is called with kind, activity and account once a notice's transaction has committed (the task)."""
    _after_commit[:] = [send]


def tell(kind: str, *, activity_id: int, user_id: int) -> None:
    """Tell the account of ``kind`` at the activity, after the commit, if the site wants it (``BOIDUNG_MESSAGES``)."""
    if kind in setting("BOIDUNG_MESSAGES"):
        for send in _after_commit:
            after_commit(send, kind, activity_id, user_id)
