"""Defaults of every ``BOIDUNG_*`` setting; a site that sets one before or after keeps its own."""

from __future__ import annotations

from typing import Any

from boidung_xblock.conf import DEFAULTS
from boidung_xblock.settings.filters import join_filters, offer_mako_templates
from boidung_xblock.settings.libraries import allow_in_libraries
from boidung_xblock.settings.routes import route_to_lms


def plugin_settings(settings: Any) -> None:
    """Add what is missing; assign nothing that is there."""
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
    allow_in_libraries(settings)
    join_filters(settings)
    offer_mako_templates(settings)
    route_to_lms(settings)
