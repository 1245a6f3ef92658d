"""The course tab: to the marking desk, or the minutes. The platform loads this module by ``openedx.course_tab``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy
from xmodule.tabs import CourseTab

from boidung_xblock.host.openedx import keys
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster


class BoidungTab(CourseTab):
    """``xmodule.tabs.CourseTab``, dynamic: shown by role, never stored in the course; all releases.

    Not ``EnrolledTab``: core teachers need not be enrolled.
    """

    type = "boidung"
    title = pgettext_lazy("boidung", "Training")
    # Reversed with the course key.
    view_name = "boidung:desk"
    # Right before the instructor's tab (300).
    priority = 290
    is_dynamic = True
    is_default = False

    def __init__(self, tab_dict: dict[str, Any]) -> None:
        """The platform sorts tabs by name and puts names into JSON: a plain text, in the reader's language."""
        super().__init__({"name": str(self.title), **tab_dict})

    @classmethod
    def is_enabled(cls, course: Any, user: Any = None) -> bool:
        """Who may SEE_TAB: core teachers, leaders, course staff and the like; nobody who views as a learner."""
        if user is None or not user.is_authenticated:
            return False
        return can(roster.viewer_for(user, keys.plain(course.id)), Action.SEE_TAB)
