"""States of a result file, and what can be wrong with asking for one, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from boidung_xblock.errors import Conflict

WAITING, RUNNING, DONE, FAILED, ERASED = "waiting", "running", "done", "failed", "erased"

_TEXTS = {
    "no_round": pgettext_lazy(
        "boidung", "This course belongs to no round, so there is no staff list to make a result file from."
    ),
    "no_ledger": pgettext_lazy(
        "boidung", "This course has no ledger of periods, so there is no module result yet. Add one in Studio."
    ),
    "internal": pgettext_lazy(
        "boidung", "The file could not be made because of a fault of the system. Please try again."
    ),
}


def text(code: str) -> str:
    """The message in the language of the moment; "" for no code."""
    return str(_TEXTS[code]) if code else ""


def conflict(code: str) -> Conflict:
    """409."""
    return Conflict(code, text(code))
