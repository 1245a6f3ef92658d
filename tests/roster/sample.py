"""The demo's sample workbook, without the demo's Celery, which makes itself the current one on import."""

from __future__ import annotations

from celery import current_app

_ours = current_app._get_current_object()

from demo import make_workbook  # noqa: E402

_ours.set_current()
_ours.set_default()

__all__ = ["make_workbook"]
