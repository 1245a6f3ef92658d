"""Every ``BOIDUNG_*`` setting with its default and unit. Read through ``setting``; never FEATURES keys."""

from __future__ import annotations

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    # Dotted path of the class that implements ``boidung_xblock.host.Host``.
    "BOIDUNG_HOST": "boidung_xblock.host.openedx.OpenedxHost",
    # Zone in which dates are shown to people who chose none.
    "BOIDUNG_TIME_ZONE": "Asia/Ho_Chi_Minh",
    # Largest JSON body a handler or page accepts, in bytes. The platform itself has no limit.
    "BOIDUNG_MAX_JSON_BYTES": 512 * 1024,
    # Largest staff workbook, in bytes.
    "BOIDUNG_MAX_WORKBOOK_BYTES": 15 * 1024 * 1024,
    # Extra heading aliases of the staff workbook: {column: [heading, …]}.
    "BOIDUNG_ROSTER_ALIASES": {},
    # How often the outbox tries to bring one grade to the gradebook before it waits for the next sweep.
    "BOIDUNG_OUTBOX_RETRIES": 8,
}


def setting(name: str) -> Any:
    """The site's value, else the default. KeyError for a name that is not ours."""
    return getattr(settings, name, DEFAULTS[name])
