"""What the page of the module's results shows: tiles, files, a page of learners."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from boidung_xblock.pages import sections
from boidung_xblock.periods import api as periods
from boidung_xblock.permissions import Action, can
from boidung_xblock.present import date_time, number, person, zone
from boidung_xblock.reports import api as reports
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

PAGE = 25
_BADGES = {"passed": "ok", "not_passed": "bad", "unfinished": "info"}
_FILE_BADGES = {"waiting": "info", "running": "info", "done": "ok", "failed": "bad", "erased": ""}
_MOST_REASONS = 12


@dataclass(frozen=True)
class LearnerLine:
    """One learner, ready to print."""

    name: str
    code: str
    place: str
    periods: str
    meetings: str
    result: str
    badge: str
    reasons: list[str]
    has_account: bool


@dataclass(frozen=True)
class Tile:
    """One number of the latest file."""

    name: str
    label: str
    value: int


@dataclass(frozen=True)
class FileLine:
    """One result file, ready to print; ``url`` is "" while there is nothing to download."""

    url: str
    state: str
    badge: str
    when: str
    who: str
    rows: int


def context(viewer: Viewer, *, after: int = 0) -> dict[str, Any]:
    """Everything the page shows; the caller has checked who may see it. The queries do not grow with the learners."""
    url = reverse("boidung:results", args=[viewer.course_key])
    module = periods.module_of(viewer.course_key)
    files = reports.recent_files(viewer)
    exports = can(viewer, Action.EXPORT_RESULTS) and viewer.roster.round_id is not None and module is not None
    counted = next((brief for brief in files if brief.counts), None)
    return {
        "results_url": url,
        "sections": sections.for_course(viewer, sections.RESULTS),
        "make_url": reverse("boidung:results-make", args=[viewer.course_key]) if exports else "",
        "has_round": viewer.roster.round_id is not None,
        "has_module": module is not None,
        "tiles": _tiles(counted.counts) if counted else [],
        "counted_at": date_time(counted.finished_at, viewer.time_zone) if counted else "",
        "latest": files[0] if exports and files else None,
        "files": [_file_line(viewer, brief) for brief in files if not brief.is_running] if exports else [],
        **_learners(viewer, module, url, after),
    }


def file_name(viewer: Viewer, opened: reports.OpenedFile) -> str:
    """ "ket-qua_BGDDT-BD1-2026_20261124.xlsx": the course and the day, in letters every system takes."""
    course = re.sub(r"[^A-Za-z0-9]+", "-", viewer.course_key.partition(":")[2] or viewer.course_key).strip("-")
    return f"ket-qua_{course}_{opened.made_at.astimezone(zone(viewer.time_zone)):%Y%m%d}.xlsx"


def _learners(viewer: Viewer, module: periods.Module | None, url: str, after: int) -> dict[str, Any]:
    round_id = viewer.roster.round_id
    if module is None or round_id is None:
        return {"rows": [], "next_url": "", "first_url": ""}
    found = roster.learners_after(round_id, after=after, size=PAGE + 1)
    shown = found[:PAGE]
    rows = periods.rows_of(module, [learner.user_id for learner in shown if learner.user_id is not None])
    return {
        "rows": [_line(learner, module, rows.get(learner.user_id or 0)) for learner in shown],
        "next_url": f"{url}?after={shown[-1].key}" if len(found) > PAGE else "",
        "first_url": url if after else "",
    }


def _line(learner: roster.Learner, module: periods.Module, row: periods.ModuleRow | None) -> LearnerLine:
    result = row.result if row else periods.UNFINISHED
    return LearnerLine(
        name=person(learner.full_name),
        code=learner.code,
        place=f"{learner.group_name} · {learner.unit_name}",
        periods=f"{number(row.earned if row else 0)}/{number(row.total if row else module.rule.total_periods)}",
        meetings=f"{row.meetings_attended if row else 0}/{len(module.meetings)}",
        result=periods.result_label(result),
        badge=_BADGES[result],
        reasons=[periods.reason_text(reason) for reason in row.reasons[:_MOST_REASONS]] if row else [],
        has_account=learner.user_id is not None,
    )


def _tiles(counts: dict[str, int]) -> list[Tile]:
    labels = {
        "people": pgettext("boidung", "Teachers"),
        "started": pgettext("boidung", "Have started"),
        "passed": periods.result_label("passed"),
        "not_passed": periods.result_label("not_passed"),
        "unfinished": periods.result_label("unfinished"),
    }
    return [Tile(name, label, counts.get(name, 0)) for name, label in labels.items()]


def _file_line(viewer: Viewer, brief: reports.FileBrief) -> FileLine:
    url = reverse("boidung:results-file", args=[viewer.course_key, brief.id]) if brief.is_there else ""
    return FileLine(
        url=url,
        state=file_state_label(brief.state),
        badge=_FILE_BADGES[brief.state],
        when=date_time(brief.finished_at or brief.created_at, viewer.time_zone),
        who=brief.requested_by,
        rows=brief.rows_total,
    )


def file_state_label(state: str) -> str:
    """The state of a result file in words."""
    return {
        "waiting": pgettext("boidung", "Waiting to be made"),
        "running": pgettext("boidung", "Being made"),
        "done": pgettext("boidung", "Ready"),
        "failed": pgettext("boidung", "Could not be made"),
        "erased": pgettext("boidung", "Removed: it named somebody whose account is retired"),
    }[state]
