"""The way from the platform's instructor dashboard to our pages: steps of two filters, one for each dashboard.

Which releases run which filter is told in ``settings/filters.py``; the course tab leads to the same place in all.
"""

from __future__ import annotations

from typing import Any

import crum
from django.conf import settings
from django.urls import reverse
from django.utils.translation import pgettext
from openedx_filters import PipelineStep

from boidung_xblock.host.openedx import keys
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer


class AddDashboardSection(PipelineStep):
    """``InstructorDashboardRenderStarted``: a section with links. Who: whoever sees the course tab."""

    def run_filter(self, context: dict[str, Any], template_name: str) -> dict[str, Any]:
        """Add our section to ``context["sections"]``; the rest passes as it came."""
        course_key = keys.plain(context["course"].id)
        viewer = _allowed(crum.get_current_user(), course_key)
        if viewer is not None and not any(section["section_key"] == "boidung" for section in context["sections"]):
            context["sections"].append(_section(viewer))
        return {"context": context, "template_name": template_name}


class AddDashboardTab(PipelineStep):
    """``InstructorDashboardTabsRequested``: a tab that leads to the desk. Who: whoever sees the course tab."""

    def run_filter(self, tabs: list[dict[str, Any]], user: Any, course_key: Any) -> dict[str, Any]:
        """Add our tab; its address is absolute, because the frontend takes a path for a page of its own."""
        viewer = _allowed(user, keys.plain(course_key))
        if viewer is not None and not any(tab.get("tab_id") == "boidung" for tab in tabs):
            tabs = [*tabs, _tab(viewer)]
        return {"tabs": tabs, "user": user, "course_key": course_key}


def _allowed(user: Any, course_key: str) -> Viewer | None:
    if user is None or not user.is_authenticated:
        return None
    viewer = roster.viewer_for(user, course_key)
    return viewer if can(viewer, Action.SEE_TAB) else None


def _section(viewer: Viewer) -> dict[str, Any]:
    links = [{"title": pgettext("boidung", "Marking desk"), "url": _desk(viewer)}]
    if viewer.roster.round_id is not None and can(viewer, Action.READ_ROSTER):
        url = reverse("boidung:roster", args=[viewer.roster.round_id])
        links.append({"title": pgettext("boidung", "Roster of the round"), "url": url})
    return {
        "section_key": "boidung",
        "section_display_name": pgettext("boidung", "Training"),
        "course_id": viewer.course_key,
        "template_path_prefix": "/boidung/instructor/",
        "explanation": pgettext("boidung", "Marking and groups of this course have pages of their own."),
        "links": links,
    }


def _tab(viewer: Viewer) -> dict[str, Any]:
    # Behind the platform's own tabs, which stand at 10, 20, … 100.
    return {
        "tab_id": "boidung",
        "title": pgettext("boidung", "Training"),
        "url": f"{settings.LMS_ROOT_URL}{_desk(viewer)}",
        "sort_order": 110,
    }


def _desk(viewer: Viewer) -> str:
    return reverse("boidung:desk", args=[viewer.course_key])
