"""What the learner's page of a reflection shows, as plain data for the template: gathered here, laid out there.

Six queries of ours at most, whatever the state: viewer, activity, reflection with its latest version and event,
then draft or grade, files, and what stands beside (``beside``).
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import nh3
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from pydantic import ValidationError

from boidung_xblock import present
from boidung_xblock.activities import api as activities
from boidung_xblock.authored.reflection import ReflectionContent
from boidung_xblock.blocks import beside
from boidung_xblock.blocks.people import Place, place_of, usage_key, viewer_of
from boidung_xblock.blocks.studio_labels import CHOICES
from boidung_xblock.drafts import api as drafts
from boidung_xblock.files import api as files
from boidung_xblock.grading import api as grading
from boidung_xblock.host import DueDate
from boidung_xblock.permissions import Action, can
from boidung_xblock.reflections import api as reflections
from boidung_xblock.viewer import Viewer

log = logging.getLogger(__name__)
states = reflections.states
_SOON = timedelta(days=2)


@dataclass
class Known:
    """What has been read already; a handler that has just written passes it on instead of asking again."""

    viewer: Viewer
    activity: activities.Activity | None
    reflection: reflections.Reflection | None = None
    attachments: list[files.Attachment] | None = None
    draft: drafts.SavedDraft | None = None
    grade: grading.GradeView | None = None


def page_for(block: Any) -> dict[str, Any]:
    """The page of whoever looks. Reads only."""
    viewer = viewer_of(block)
    activity = activities.find(usage_key(block))
    known = Known(viewer=viewer, activity=activity)
    if activity is not None and viewer.user_id is not None and place_of(block, viewer) is not Place.AUTHORING:
        _read_records(known, activity.pk, viewer.user_id)
    return build(block, known)


def preview_of(block: Any) -> dict[str, Any]:
    """The author's preview: no person, no records, no query; with what learners meet besides the prompts."""
    page = build(block, Known(viewer=Viewer(user_id=None, course_key=""), activity=None))
    content, _ = _content_of(block)
    return page | {"preview": _preview(content) if content else None}


def _preview(content: ReflectionContent) -> dict[str, Any]:
    return {
        "meeting": content.meeting,
        "kind": str(CHOICES[f"MeetingKind.{content.meeting.kind.value}"]) if content.meeting else "",
        "prompts": [prompt for prompt in content.prompts if prompt.recall or prompt.show_conclusion],
    }


def _read_records(known: Known, activity_id: int, user_id: int) -> None:
    known.reflection = reflections.own(activity_id=activity_id, user_id=user_id)
    if _state(known) in states.WITH_LEARNER:
        known.draft = drafts.load(activity_id=activity_id, user_id=user_id)
        known.attachments = files.mine(activity_id=activity_id, user_id=user_id)
        return
    if _state(known) == states.MARKED:
        known.grade = grading.grade_of(activity_id, user_id)
    if known.reflection is not None and known.reflection.latest is not None:
        known.attachments = reflections.files_of(known.reflection.latest)


def build(block: Any, known: Known) -> dict[str, Any]:
    """The template's ``page``."""
    content, problem = _content_of(block)
    viewer, place = known.viewer, place_of(block, known.viewer)
    rows = [] if place is Place.AUTHORING else beside.fetch(viewer, known.activity, content)
    state, due = _state(known), block.due_date()
    reason = problem or _read_only_reason(known, place)
    writable = not reason and state in states.WITH_LEARNER
    version = known.reflection.latest if known.reflection else None
    typed = _typed(known, version)
    page = {
        "uid": hashlib.sha256(usage_key(block).encode()).hexdigest()[:8],
        "usage_key": usage_key(block),
        "user_id": viewer.user_id or 0,
        "title": block.display_name,
        "intro_html": nh3.clean(content.intro) if content else "",
        "can_write": not reason,
        "read_only_reason": reason,
        "state": states.DRAFT if state == states.NEW and known.draft else state,
        "base_version": known.reflection.version_no if known.reflection else 0,
        "prompts": _prompts(content, typed, beside.at_prompts(rows, viewer, known.activity, content))
        if content
        else [],
        "self_rating": _self_rating(content, typed) if content else {"asked": False},
        "rubric_summary": _rubric_summary(content) if content else [],
        "files": _files(content, known.attachments or []) if content else {"max_files": 0},
        "draft": _draft(known.draft, viewer.time_zone),
        "due": _due(due, state, viewer.time_zone),
        "can_submit": writable,
        "can_revise": writable and version is not None,
        "can_withdraw": not reason and _can_withdraw(known, due),
        "support": beside.contacts(rows, viewer),
        "minutes": beside.minutes_card(rows, viewer, known.activity, content),
        "urls": _urls(place),
        "has_history": bool(known.reflection and known.reflection.row_version > 2),
    }
    page["state_label"] = states.label(str(page["state"]))
    page.update(_outcome(block, known, due))
    asks = {prompt["slug"]: prompt["ask"] for prompt in page["prompts"]}
    for shown in page["versions"]:
        shown["answers"] = [{**answer, "ask": asks.get(answer["slug"])} for answer in shown["answers"]]
    return page


def _content_of(block: Any) -> tuple[ReflectionContent | None, str]:
    try:
        return block.content(), ""
    except ValidationError:
        log.warning("authored content of %s is not valid", usage_key(block))
        return None, pgettext("boidung", "This activity is not set up correctly yet. The course team has to mend it.")


def _state(known: Known) -> str:
    return known.reflection.state if known.reflection else states.NEW


def _read_only_reason(known: Known, place: Place) -> str:
    viewer = known.viewer
    if place is Place.AUTHORING:
        return pgettext("boidung", "Preview: learners see this page with fields to write in.")
    if place is Place.VIEW_AS:
        return pgettext("boidung", "You are viewing as a learner: nothing is stored.")
    if not viewer.is_known:
        return pgettext("boidung", "Log in to write here.")
    if known.activity is None:
        return pgettext("boidung", "This activity has not been published yet. Please come back later.")
    if not can(viewer, Action.WRITE_OWN):
        return pgettext("boidung", "Only people enrolled in the course write here.")
    return ""


def _typed(known: Known, version: reflections.ReflectionVersion | None) -> dict[str, Any]:
    """What the fields hold: the draft, else the last submitted version.

    A draft older than that version was on its way when the learner submitted: it must not hide what they sent.
    """
    if known.draft is not None and (version is None or known.draft.saved_at > version.submitted_at):
        return {"answers": {}, "self_rating": {}, **known.draft.payload}
    if version is None:
        return {"answers": {}, "self_rating": {}}
    return {
        "answers": {answer["slug"]: answer["text"] for answer in version.answers},
        "self_rating": version.self_rating,
    }


def _prompts(
    content: ReflectionContent, typed: dict[str, Any], extras: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    return [
        {**prompt.model_dump(mode="json"), "text": typed["answers"].get(prompt.slug, ""), **extras[prompt.slug]}
        for prompt in content.prompts
    ]


def _self_rating(content: ReflectionContent, typed: dict[str, Any]) -> dict[str, Any]:
    criteria = [
        {
            "slug": criterion.slug,
            "title": criterion.title,
            "value": typed["self_rating"].get(criterion.slug),
            "levels": [
                {"number": number, "title": level.title, "descriptor": level.descriptor}
                for number, level in enumerate(criterion.levels, start=1)
            ],
        }
        for criterion in content.rubric.criteria
    ]
    return {"asked": content.ask_self_rating, "criteria": criteria}


def _rubric_summary(content: ReflectionContent) -> list[dict[str, Any]]:
    total = sum(criterion.weight for criterion in content.rubric.criteria)
    return [
        {
            "title": criterion.title,
            "weight_text": f"{present.number(round(100 * criterion.weight / total, 1))} %",
            "levels": [
                {
                    "title": level.title,
                    "range_text": f"{present.number(level.low)}–{present.number(level.high)}",
                    "descriptor": level.descriptor,
                }
                for level in criterion.levels
            ],
        }
        for criterion in content.rubric.criteria
    ]


def _files(content: ReflectionContent, attachments: list[files.Attachment]) -> dict[str, Any]:
    rules = content.files
    return {
        "max_files": rules.max_files,
        "max_mb": rules.max_mb,
        "types": list(rules.types),
        "accept": ",".join(f".{kind}" for kind in rules.types),
        "items": [file_row(files.view(row)) for row in attachments],
    }


def file_row(shown: files.FileView) -> dict[str, str]:
    """A file as the templates list it."""
    return {
        "uid": shown.uid,
        "name": shown.name,
        "size_text": present.file_size(shown.size),
        "url": reverse("boidung:file", args=[shown.uid]),
    }


def _draft(draft: drafts.SavedDraft | None, zone: str) -> dict[str, Any]:
    if draft is None:
        return {"version": 0, "saved_at": "", "saved_text": ""}
    return {
        "version": draft.version,
        "saved_at": draft.saved_at.isoformat(),
        "saved_text": present.clock(draft.saved_at, timezone.now(), zone),
    }


def _due(due: DueDate, state: str, zone: str) -> dict[str, str]:
    if due.due is None:
        return {"text": "", "iso": "", "state": "", "note": ""}
    now, closes = timezone.now(), due.closes or due.due
    shown = {"text": present.date_time(due.due, zone), "iso": due.due.isoformat(), "state": "", "note": ""}
    if state not in states.WITH_LEARNER:
        return shown
    if now > closes:
        shown["state"] = "overdue"
        shown["note"] = pgettext("boidung", "You can still submit; the work will be noted as late.")
    elif now + _SOON > due.due:
        shown["state"] = "soon"
    return shown


def _can_withdraw(known: Known, due: DueDate) -> bool:
    reflection = known.reflection
    if reflection is None or reflection.state not in states.WAITING or reflection.opened_at is not None:
        return False
    return due.closes is None or timezone.now() <= due.closes


def _urls(place: Place) -> dict[str, str]:
    if place is Place.AUTHORING:
        # Nothing is sent from there, and Studio does not have the addresses.
        return {}
    return {
        "draft": reverse("boidung:draft"),
        "upload": reverse("boidung:file-upload"),
        "file_remove_prefix": reverse("boidung:file-upload"),
        "login": resolve_url(settings.LOGIN_URL),
    }


def _outcome(block: Any, known: Known, due: DueDate) -> dict[str, Any]:
    """Receipt, reason of a return, mark, and the version that counts."""
    found: dict[str, Any] = {"receipt": None, "returned": None, "mark": None, "versions": [], "events_text": []}
    reflection, zone = known.reflection, known.viewer.time_zone
    if reflection is None or reflection.latest is None:
        return found
    version = reflection.latest
    if reflection.state in states.MARKABLE:
        found["receipt"] = {
            "code": version.receipt_code,
            "submitted_text": present.date_time(version.submitted_at, zone),
            "number": version.number,
            "is_late": version.is_late,
        }
        found["versions"] = [version_row(reflections.version_view(version, known.attachments or []), zone)]
    if reflection.state == states.RETURNED and reflection.last_event is not None:
        event = reflection.last_event
        at_text = present.date_time(event.created_at, zone)
        found["returned"] = {"reason": event.reason, "by": present.person(event.actor_name), "at_text": at_text}
    if known.grade is not None:
        found["mark"] = _mark(known.grade, hidden=_hides_marks(block, due, known.viewer), zone=zone)
    return found


def version_row(version: reflections.VersionView, zone: str) -> dict[str, Any]:
    """A submitted version as the templates list it."""
    return {
        "number": version.number,
        "submitted_text": present.date_time(version.submitted_at, zone),
        "is_late": version.is_late,
        "receipt_code": version.receipt_code,
        "answers": version.answers,
        "is_erased": version.is_erased,
        "files": [file_row(shown) for shown in version.files],
    }


def _mark(grade: grading.GradeView, *, hidden: bool, zone: str) -> dict[str, Any]:
    if hidden:
        return {"hidden": True}
    mark = grade.mark
    return {
        "hidden": False,
        "earned_text": present.number(grade.earned),
        "possible_text": present.number(grade.possible),
        "passed": grade.passed,
        "passed_label": pgettext("boidung", "Pass") if grade.passed else pgettext("boidung", "Not yet passed"),
        "marker_name": present.person(mark.marker_name) if mark else "",
        "at_text": present.date_time(mark.created_at, zone) if mark else "",
        "comment": mark.comment if mark else "",
        "criteria": [
            {
                "title": row["title"],
                "points_text": present.number(row["points"]),
                "level_title": row["level_title"],
                "comment": row["comment"],
            }
            for row in (mark.criteria if mark else [])
        ],
        "delivered": grade.delivered,
    }


def _hides_marks(block: Any, due: DueDate, viewer: Viewer) -> bool:
    """Whether the platform's ``show_correctness`` keeps results from the viewer now, as it does for built-in problems.

    Course staff need not wait for the due date; "never" is never on this page, for nobody. (Their desk shows it.)
    """
    shown = getattr(block, "show_correctness", "always") or "always"
    if shown == "past_due" and not viewer.access.staff:
        return due.closes is not None and timezone.now() <= due.closes
    return shown in ("never", "never_but_include_grade")
