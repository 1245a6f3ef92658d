"""What the learner's page of a checkpoint shows, as plain data for the template: gathered here, laid out there.

Six queries of ours at most, whatever the state: viewer, activity, work, draft, grade, and the viewer's questions.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import npgettext, pgettext
from pydantic import ValidationError

from boidung_xblock import present
from boidung_xblock.activities import api as activities
from boidung_xblock.authored import checkpoint_scoring as scoring
from boidung_xblock.authored.checkpoint import CheckpointContent, Show
from boidung_xblock.blocks import asking, checkpoint_steps
from boidung_xblock.blocks.people import Place, course_key, place_of, usage_key, viewer_of
from boidung_xblock.drafts import api as drafts
from boidung_xblock.grading import api as grading
from boidung_xblock.host import DueDate
from boidung_xblock.permissions import Action, can
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.viewer import Viewer

log = logging.getLogger(__name__)
_SOON = timedelta(days=2)


@dataclass
class Known:
    """What has been read already; a handler that has just written passes it on instead of asking again.

    ``answered``: the step whose answer has just been stored.
    """

    viewer: Viewer
    activity: activities.Activity | None
    work: selfstudy.CheckpointWork | None = None
    draft: drafts.SavedDraft | None = None
    grade: grading.GradeView | None = None
    answered: str = ""


def page_for(block: Any) -> dict[str, Any]:
    """The page of whoever looks. Reads only."""
    viewer = viewer_of(block)
    activity = activities.find(usage_key(block))
    known = Known(viewer=viewer, activity=activity)
    if activity is not None and viewer.user_id is not None and place_of(block, viewer) is not Place.AUTHORING:
        known.work = selfstudy.own(activity_id=activity.pk, user_id=viewer.user_id)
        known.draft = drafts.load(activity_id=activity.pk, user_id=viewer.user_id)
        if known.work is not None and known.work.possible:
            known.grade = grading.grade_of(activity.pk, viewer.user_id)
    return build(block, known)


def preview_of(block: Any) -> dict[str, Any]:
    """The author's preview: no person, no records, no query."""
    return build(block, Known(viewer=Viewer(user_id=None, course_key=""), activity=None))


def effective_show(block: Any, content: CheckpointContent, due: DueDate, viewer: Viewer) -> Show:
    """What the viewer may be told now: the author's word, unless the platform's ``show_correctness`` says nothing."""
    return Show.NOTHING if hides_results(block, due, viewer) else content.show


def hides_results(block: Any, due: DueDate, viewer: Viewer) -> bool:
    """Whether ``show_correctness`` keeps results from the viewer now; as on the page of a reflection."""
    shown = getattr(block, "show_correctness", "always") or "always"
    if shown == "past_due" and not viewer.access.staff:
        return not is_closed(due) and due.closes is not None
    return shown in ("never", "never_but_include_grade")


def is_closed(due: DueDate) -> bool:
    """Whether the due date has passed, grace included: scored steps take no more answers."""
    return due.closes is not None and timezone.now() > due.closes


def build(block: Any, known: Known) -> dict[str, Any]:
    """The template's ``page``."""
    viewer, place, due = known.viewer, place_of(block, known.viewer), block.due_date()
    content = _content_of(block)
    reason = _read_only_reason(known, place)
    page: dict[str, Any] = {
        "uid": hashlib.sha256(usage_key(block).encode()).hexdigest()[:8],
        "usage_key": usage_key(block),
        "user_id": viewer.user_id or 0,
        "title": block.display_name,
        "can_write": content is not None and not reason,
        "read_only_reason": reason,
        "row_version": known.work.row_version if known.work else 0,
        "draft": _draft(known.draft),
        "urls": {} if place is Place.AUTHORING else _urls(),
        "broken": content is None,
        "steps": [],
    }
    if content is None:
        return page
    shown = _shown(block, known, content, due, writable=not reason, preview=_is_preview(place))
    places = _places(block, known, place)
    page |= {
        "intro_html": checkpoint_steps.html(content.intro),
        "due": _due(due, known, content),
        "progress": _progress(content, shown.rows),
        "steps": checkpoint_steps.steps(shown, places),
    }
    page["result"] = _result(known, content, shown, hidden=hides_results(block, due, viewer))
    page["outline_only"] = bool(reason) and place is Place.COURSE and not viewer.access.staff
    return page


def _is_preview(place: Place) -> bool:
    """Studio's; a library that is read in the LMS tells its readers no answers."""
    return place is Place.AUTHORING and getattr(settings, "SERVICE_VARIANT", "") != "lms"


def _content_of(block: Any) -> CheckpointContent | None:
    """None where it is broken; what exactly, ``author_view`` tells its authors (``blocks.studio``)."""
    try:
        content: CheckpointContent = block.content()
    except ValidationError:
        log.warning("authored content of %s is not valid", usage_key(block))
        return None
    return content


def _read_only_reason(known: Known, place: Place) -> str:
    if place is Place.AUTHORING:
        return pgettext("boidung", "Preview: learners answer the steps here, one after the other.")
    if place is Place.VIEW_AS:
        return pgettext("boidung", "You are viewing as a learner: nothing is stored.")
    if not known.viewer.is_known:
        return pgettext("boidung", "Log in to write here.")
    if known.activity is None:
        return pgettext("boidung", "This activity has not been published yet. Please come back later.")
    if not can(known.viewer, Action.WRITE_OWN):
        return pgettext("boidung", "Only people enrolled in the course write here.")
    return ""


def _shown(
    block: Any, known: Known, content: CheckpointContent, due: DueDate, *, writable: bool, preview: bool
) -> checkpoint_steps.Shown:
    return checkpoint_steps.Shown(
        content=content,
        level=effective_show(block, content, due, known.viewer),
        usage_key=usage_key(block),
        user_id=known.viewer.user_id or 0,
        rows=selfstudy.rows_of(content.steps, known.work.steps) if known.work else {},
        typed=_typed(known.draft),
        writable=writable,
        closed=is_closed(due),
        preview=preview,
        answered=known.answered,
    )


def _typed(draft: drafts.SavedDraft | None) -> dict[str, str]:
    answers = draft.payload.get("answers", {}) if draft else {}
    return {key: text for key, text in answers.items() if isinstance(text, str)}


def _places(block: Any, known: Known, place: Place) -> dict[str, Any]:
    if known.activity is None or place is not Place.COURSE:
        return {}
    return asking.places(known.viewer, known.activity.pk, usage_key(block), course_key(block))


def _draft(draft: drafts.SavedDraft | None) -> dict[str, Any]:
    return {"version": draft.version, "saved_at": draft.saved_at.isoformat()} if draft else {"version": 0}


def _urls() -> dict[str, str]:
    return {"draft": reverse("boidung:draft"), "login": resolve_url(settings.LOGIN_URL)}


def _progress(content: CheckpointContent, rows: dict[str, Any]) -> dict[str, Any]:
    """Of the steps as they are asked now."""
    required = [step.slug for step in content.steps if step.required]
    done = sum(1 for slug in required if rows.get(slug, {}).get("done"))
    text = npgettext("boidung", "%(done)d / %(n)d step", "%(done)d / %(n)d steps", len(required))
    return {"done": done, "required": len(required), "text": text % {"done": done, "n": len(required)}}


def _due(due: DueDate, known: Known, content: CheckpointContent) -> dict[str, str]:
    shown = {"text": "", "iso": "", "state": "", "note": ""}
    if due.due is None:
        return shown
    shown |= {"text": present.date_time(due.due, known.viewer.time_zone), "iso": due.due.isoformat()}
    if known.work is not None and known.work.state == selfstudy.COMPLETED:
        return shown
    if is_closed(due):
        shown["state"] = "overdue"
        if any(scoring.is_scored(step) for step in content.steps):
            shown["note"] = pgettext("boidung", "Steps with points can no longer be answered; all others can.")
    elif timezone.now() + _SOON > due.due:
        shown["state"] = "soon"
    return shown


def _result(known: Known, content: CheckpointContent, shown: checkpoint_steps.Shown, *, hidden: bool) -> dict[str, Any]:
    """State and score. The score of unfinished work is told only where right and wrong are."""
    work = known.work
    result: dict[str, Any] = {"state": "new", "score_text": "", "hidden": False, "badge": "", "advice": ""}
    if work is None:
        return result
    done = work.state == selfstudy.COMPLETED
    result["state"] = work.state
    result["done_text"] = present.date_time(work.completed_at, known.viewer.time_zone)
    result["since_text"] = _since(content, shown, work) if done else ""
    if not work.possible:
        return result
    if hidden:
        return {**result, "hidden": done}
    override = known.grade if known.grade and known.grade.source == "override" else None
    earned, possible = (override.earned, override.possible) if override else (work.earned, work.possible)
    own = override.passed if override else work.passed
    passed = scoring.is_passed(own, earned, possible, content.pass_percent)
    # Where right and wrong are told to nobody, the sum would tell them while answers can still be changed.
    settled = done and not checkpoint_steps.can_improve(shown)
    if settled or override or scoring.tells(shown.level, Show.RIGHT_WRONG):
        result["score_text"] = f"{present.number(earned)}/{present.number(possible)}"
    if content.pass_percent and (done or override):
        result["badge"] = pgettext("boidung", "Pass") if passed else pgettext("boidung", "Not yet passed")
        result["passed"] = passed
        result["advice"] = "" if passed or override else _advice(content, shown)
    result["changed"] = override is not None
    return result


def _since(content: CheckpointContent, shown: checkpoint_steps.Shown, work: selfstudy.CheckpointWork) -> str:
    """What the author has changed since the work was completed, where the page would contradict itself otherwise."""
    if any(step.required and not shown.rows.get(step.slug, {}).get("done") for step in content.steps):
        return pgettext(
            "boidung",
            "Steps were added or changed since then. They are optional for you: this stays completed, and they take "
            "nothing from your result.",
        )
    if work.possible != content.possible:
        return pgettext("boidung", "Points of steps were changed since then; your result stays as it was.")
    return ""


def _advice(content: CheckpointContent, shown: checkpoint_steps.Shown) -> str:
    if checkpoint_steps.can_improve(shown):
        text = pgettext(
            "boidung",
            "%(percent)s %% of the points pass. You may read again and answer the steps that are not right yet.",
        )
        return text % {"percent": present.number(content.pass_percent)}
    return pgettext("boidung", "There is no attempt left. Ask your core teacher how to go on.")
