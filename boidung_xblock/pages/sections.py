"""The way between our pages of one course: desk, questions, minutes, results, staff list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from boidung_xblock.permissions import Action, can
from boidung_xblock.viewer import Viewer

DESK, QUESTIONS, MINUTES, RESULTS, ROSTER = "desk", "questions", "minutes", "results", "roster"


@dataclass(frozen=True)
class Section:
    """One entry; ``count`` is shown where it is known, ``is_here`` on the page one is on."""

    name: str
    label: str
    url: str
    is_here: bool
    count: int | None = None


def for_course(viewer: Viewer, here: str, *, open_questions: int | None = None) -> list[Section]:
    """The entries for ``base.html``, in their order; none where there would be one alone. No query."""
    course, round_id = [viewer.course_key], viewer.roster.round_id
    offered: list[tuple[str, str, str, list[Any], bool]] = [
        (DESK, pgettext("boidung", "Marking desk"), "boidung:desk", course, can(viewer, Action.OPEN_DESK)),
        (QUESTIONS, pgettext("boidung", "Questions"), "boidung:questions", course, _may_talk(viewer)),
        (MINUTES, pgettext("boidung", "Minutes"), "boidung:minutes-list", course, can(viewer, Action.LIST_MINUTES)),
        (RESULTS, pgettext("boidung", "Module results"), "boidung:results", course, can(viewer, Action.READ_RESULTS)),
        (ROSTER, pgettext("boidung", "Roster of the round"), "boidung:roster", [round_id], _has_roster(viewer)),
    ]
    found = [
        Section(name, label, reverse(view, args=args), name == here, open_questions if name == QUESTIONS else None)
        for name, label, view, args, may in offered
        if may
    ]
    return found if len(found) > 1 else []


def _may_talk(viewer: Viewer) -> bool:
    return can(viewer, Action.OPEN_DESK) or can(viewer, Action.ASK)


def _has_roster(viewer: Viewer) -> bool:
    return viewer.roster.round_id is not None and can(viewer, Action.READ_ROSTER)
