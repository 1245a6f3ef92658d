"""Defaults of every ``BOIDUNG_*`` setting; a site that sets one before or after keeps its own."""

from __future__ import annotations

from typing import Any

from boidung_xblock.conf import DEFAULTS


def plugin_settings(settings: Any) -> None:
    """Add what is missing; assign nothing that is there."""
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
