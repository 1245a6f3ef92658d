"""Tasks that are asked for in Studio but need the LMS: they go to its workers, as the platform's own such tasks do."""

from __future__ import annotations

from typing import Any

# What it reckons goes on to the gradebook, which Studio does not have.
FOR_THE_LMS = ("boidung_xblock.tasks.reckon_checkpoint",)


def route_to_lms(settings: Any) -> None:
    """``ALTERNATE_ENV_TASKS`` (all releases) of Studio; a site that routes them itself keeps its own."""
    if getattr(settings, "SERVICE_VARIANT", "") == "cms":
        routed = getattr(settings, "ALTERNATE_ENV_TASKS", None) or {}
        settings.ALTERNATE_ENV_TASKS = {**dict.fromkeys(FOR_THE_LMS, "lms"), **routed}
