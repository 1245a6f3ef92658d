"""Our steps in the platform's filters, and the folder of the Mako template that one of them shows (LMS)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

STEPS = {
    # The dashboard's own page: Teak and Ulmo, and Verawood where the old dashboard is switched on.
    "org.openedx.learning.instructor.dashboard.render.started.v1": "AddDashboardSection",
    # The dashboard of the frontend: Verawood.
    "org.openedx.learning.instructor.dashboard.tabs.requested.v1": "AddDashboardTab",
}
_MODULE = "boidung_xblock.host.openedx.dashboard"
_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def join_filters(settings: Any) -> None:
    """Add our step to each pipeline of ``OPEN_EDX_FILTERS_CONFIG``, after those of others; again changes nothing.

    A site's own ``fail_silently`` stays. Where we make the entry, a step that fails leaves the page as it was.
    """
    if not hasattr(settings, "OPEN_EDX_FILTERS_CONFIG"):
        settings.OPEN_EDX_FILTERS_CONFIG = {}
    for filter_type, step in STEPS.items():
        entry = settings.OPEN_EDX_FILTERS_CONFIG.setdefault(filter_type, {"fail_silently": True, "pipeline": []})
        pipeline, path = entry.setdefault("pipeline", []), f"{_MODULE}.{step}"
        if isinstance(pipeline, str):
            pipeline = entry["pipeline"] = [pipeline]
        if path not in pipeline:
            pipeline.append(path)


def offer_mako_templates(settings: Any) -> None:
    """Add our folder to ``MAKO_TEMPLATE_DIRS_BASE``, after all others, where there is Mako; again changes nothing."""
    folders = getattr(settings, "MAKO_TEMPLATE_DIRS_BASE", None)
    if folders is not None and _TEMPLATES not in folders:
        folders.append(_TEMPLATES)
