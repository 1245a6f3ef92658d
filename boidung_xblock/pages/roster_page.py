"""What the templates of the roster show: rows, counts and words. Reads nothing from the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import pgettext

from boidung_xblock.conf import setting
from boidung_xblock.present import date_time
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer


@dataclass(frozen=True)
class PersonLine:
    """One person of the list, ready to print."""

    name: str
    code: str
    email: str
    group: str
    unit: str
    roles: list[str]
    has_account: bool


@dataclass(frozen=True)
class ImportLine:
    """One earlier import of the list."""

    url: str
    file_name: str
    state: str
    badge: str
    when: str
    who: str


@dataclass(frozen=True)
class CountLine:
    """How many of a kind are new, and how many change."""

    label: str
    created: int
    changed: int


def list_context(viewer: Viewer, round_id: int, found: roster.RosterPage, *, query: str, after: str) -> dict[str, Any]:
    """The list of people with its search and its pages."""
    url = reverse("boidung:roster", args=[round_id])
    return {
        "viewer": viewer,
        "roster_url": url,
        "rows": [_person(row) for row in found.rows],
        "total": found.total,
        "query": query,
        "after": after,
        "next_url": _link(url, q=query, after=found.next_cursor) if found.next_cursor else "",
        "first_url": _link(url, q=query) if after else "",
        "max_megabytes": setting("BOIDUNG_MAX_WORKBOOK_BYTES") // (1024 * 1024),
    }


def import_lines(viewer: Viewer, briefs: list[roster.ImportBrief]) -> list[ImportLine]:
    """Earlier imports, newest first."""
    round_id = viewer.roster.round_id
    return [
        ImportLine(
            url=reverse("boidung:roster-import", args=[round_id, brief.id]),
            file_name=brief.file_name,
            state=state_label(brief.state),
            badge=_BADGES[brief.state],
            when=date_time(brief.applied_at or brief.created_at, viewer.time_zone),
            who=brief.uploaded_by,
        )
        for brief in briefs
    ]


def import_context(viewer: Viewer, round_title: str, view: roster.ImportView) -> dict[str, Any]:
    """One import: its state, its counts, its issues."""
    is_applied = view.state == "applied"
    created, changed = (view.created, view.changed) if is_applied else (view.would_create, view.would_change)
    args = [view.round_id, view.id]
    return {
        "viewer": viewer,
        "round_title": round_title,
        "view": view,
        "state": state_label(view.state),
        "badge": _BADGES[view.state],
        "is_applied": is_applied,
        "counts": [CountLine(label, created.get(kind, 0), changed.get(kind, 0)) for kind, label in _kinds()],
        "roster_url": reverse("boidung:roster", args=[view.round_id]),
        "import_url": reverse("boidung:roster-import", args=args),
        "apply_url": reverse("boidung:roster-apply", args=args),
        "rejected_url": reverse("boidung:roster-rejected", args=args) if view.has_rejected_file else "",
        "issue_lists": [
            ("errors", pgettext("boidung", "Errors"), view.errors, view.errors_in_all - len(view.errors)),
            ("warnings", pgettext("boidung", "Please check"), view.warnings, view.warnings_in_all - len(view.warnings)),
        ],
    }


_BADGES = {
    "uploaded": "info", "checking": "info", "checked": "warn", "failed": "bad", "applying": "info", "applied": "ok",
}  # fmt: skip


def state_label(state: str) -> str:
    """The state of an import in words."""
    return {
        "uploaded": pgettext("boidung", "Waiting to be checked"),
        "checking": pgettext("boidung", "Being checked"),
        "checked": pgettext("boidung", "Checked, not applied yet"),
        "failed": pgettext("boidung", "Could not be checked"),
        "applying": pgettext("boidung", "Being applied"),
        "applied": pgettext("boidung", "Applied"),
    }[state]


def role_label(role: str) -> str:
    """A role of the roster in words."""
    return {
        "member": pgettext("boidung", "Member"),
        "leader": pgettext("boidung", "Group leader"),
        "secretary": pgettext("boidung", "Secretary"),
        "core_teacher": pgettext("boidung", "Core teacher"),
        "unit_manager": pgettext("boidung", "Manager"),
        "round_admin": pgettext("boidung", "Administrator"),
    }[role]


def _kinds() -> list[tuple[str, str]]:
    return [
        ("units", pgettext("boidung", "Schools and other units")),
        ("groups", pgettext("boidung", "Groups")),
        ("people", pgettext("boidung", "People")),
        ("accounts", pgettext("boidung", "Accounts")),
        ("enrolments", pgettext("boidung", "Enrolments in courses")),
        ("assignments", pgettext("boidung", "Roles in groups and schools")),
    ]


def _person(row: roster.PersonRow) -> PersonLine:
    return PersonLine(
        name=row.full_name,
        code=row.code,
        email=row.email,
        group=row.group_name,
        unit=row.unit_name,
        roles=[role_label(role) for role in row.roles],
        has_account=row.has_account,
    )


def _link(url: str, **query: str) -> str:
    said = {name: value for name, value in query.items() if value}
    return f"{url}?{urlencode(said)}" if said else url
