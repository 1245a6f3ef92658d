"""What happens once the present transaction has committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction


def after_commit(action: Callable[..., Any], *args: Any, using: str | None = None, **kwargs: Any) -> None:
    """Call ``action`` after the commit (at once outside a transaction, never after a rollback).

    It may fail: that is logged, and neither the answer nor what else waits for the commit suffers.
    """

    # A function, because Django cannot name a ``partial`` in its log, and fails itself in trying.
    def call() -> None:
        action(*args, **kwargs)

    transaction.on_commit(call, using=using, robust=True)
