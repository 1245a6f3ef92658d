"""Due dates as a bound block knows them: the platform has put extensions in already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from boidung_xblock.host import DueDate


def due_of(block: Any) -> DueDate:
    """``due`` and, with the grace period, ``closes`` of a bound block; both None where there is no date.

    The attributes come from the platform's inheritance mixin: a library has none, the workbench gives naive ones.
    """
    due = getattr(block, "due", None)
    if not isinstance(due, datetime):
        return DueDate()
    if due.tzinfo is None:
        due = due.replace(tzinfo=UTC)
    grace = getattr(block, "graceperiod", None)
    return DueDate(due=due, closes=due + grace if isinstance(grace, timedelta) else due)
