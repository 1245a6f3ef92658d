"""What the templates of questions show: the form with the place in view, one thread, the list by state."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock import around
from boidung_xblock.activities.api import Activity
from boidung_xblock.drafts import api as drafts
from boidung_xblock.errors import BadInput, Conflict
from boidung_xblock.host import get_host
from boidung_xblock.pages import sections
from boidung_xblock.pages.desk_list import Tab, group_label
from boidung_xblock.permissions import Action, can
from boidung_xblock.present import age, date_time, person
from boidung_xblock.reflections import api as reflections
from boidung_xblock.roster import api as roster
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.support import api as support
from boidung_xblock.viewer import Viewer

OPEN, ANSWERED, ALL, MINE = "open", "answered", "all", "mine"
_BADGES = {OPEN: "warn", ANSWERED: "ok"}


@dataclass(frozen=True)
class PlaceInView:
    """A step or a prompt of an activity as the register names it; both "" for the whole activity."""

    slug: str = ""
    title: str = ""


@dataclass(frozen=True)
class Box:
    """What stands in the form's field, and what was wrong with it when it was sent."""

    text: str = ""
    message: str = ""
    error: str = ""
    status: int = 200

    @classmethod
    def as_posted(cls, text: str, error: BadInput | Conflict) -> Box:
        """To be sent again against the question as it is now."""
        return cls(text, error.message, error.details.get("fields", {}).get("text", ""), error.status)


def place_of(activity: Activity, slug: str) -> PlaceInView:
    """The step or prompt of that slug, else the whole activity."""
    places = [*activity.settings.get("prompts", []), *activity.settings.get("steps", [])]
    found = (row for row in places if slug and row["slug"] == slug)
    return next((PlaceInView(row["slug"], row.get("title", "")) for row in found), PlaceInView())


def ask_context(viewer: Viewer, activity: Activity, place: PlaceInView, box: Box) -> dict[str, Any]:
    """Everything the form shows, four queries at most; the caller has checked ASK."""
    group = viewer.roster.home_group
    query = urlencode({"usage": activity.usage_key, **({"place": place.slug} if place.slug else {})})
    return {
        "activity": activity.title,
        "activity_url": get_host().block_url(activity.usage_key),
        "place": place,
        "written": _written_by_asker(viewer, activity, place.slug),
        "group": group_label(group.name, group.unit_name) if group else "",
        "contacts": [contact.full_name for contact in roster.core_contacts(group.id if group else None)],
        "form_url": f"{reverse('boidung:ask', args=[viewer.course_key])}?{query}",
        "questions_url": reverse("boidung:questions", args=[viewer.course_key]),
        "client_key": uuid.uuid4().hex,
        "max_chars": support.MAX_CHARS,
        "box": box,
    }


def thread_context(viewer: Viewer, found: support.Thread, box: Box) -> dict[str, Any]:
    """Everything the page of one question shows, four queries at most besides ``found``, which checked the reader."""
    question = found.question
    is_own = question.author_id == viewer.user_id
    answers = can(viewer, Action.ANSWER_QUESTION, question)
    is_closed = question.state not in (OPEN, ANSWERED)
    return {
        "question": {
            "id": question.pk,
            "author": person(question.author_name),
            "activity": question.activity.title,
            "place_title": question.place_title,
            "group": _group_labels([question.group_id]).get(question.group_id or 0, ""),
            "state_label": support.states.label(question.state),
            "badge": _BADGES.get(question.state, ""),
            "row_version": question.row_version,
            "is_open": question.state == OPEN,
        },
        "is_own": is_own,
        "may_write": not is_closed and (answers or (is_own and can(viewer, Action.ASK))),
        "contacts": [one.full_name for one in roster.core_contacts(question.group_id)] if is_own else [],
        "messages_said": [_message(viewer, message) for message in found.messages],
        "work": _work(viewer, question, is_own=is_own),
        "activity_url": get_host().block_url(question.activity.usage_key) if question.activity.live else "",
        "form_url": reverse("boidung:question", args=[viewer.course_key, question.pk]),
        "questions_url": reverse("boidung:questions", args=[viewer.course_key]),
        "client_key": uuid.uuid4().hex,
        "max_chars": support.MAX_CHARS,
        "box": box,
    }


def _message(viewer: Viewer, message: support.MessageView) -> dict[str, Any]:
    return {
        "is_answer": message.is_answer,
        "by": person(message.author_name),
        "at_text": date_time(message.created_at, viewer.time_zone),
        "text": message.text,
    }


# -- the work in view ---------------------------------------------------------------------------------------------
def _written_by_asker(viewer: Viewer, activity: Activity, slug: str) -> str:
    """The asker's own words at the place: what is being typed, else what was submitted; "" where there are none."""
    if not slug:
        return ""
    if "prompts" not in activity.settings:
        return _step_answer(activity, viewer.known_id, slug)
    draft = drafts.load(activity_id=activity.pk, user_id=viewer.known_id)
    if draft is not None:
        return str((draft.payload.get("answers") or {}).get(slug, ""))
    own = reflections.own(activity_id=activity.pk, user_id=viewer.known_id)
    return _prompt_answer(own, slug)


def _work(viewer: Viewer, question: support.Question, *, is_own: bool) -> dict[str, str]:
    """{"text", "url"}: the author's words at the place and, for markers, the marking page; both may be "".

    A draft is its author's alone, and so is what was taken back; a marker sees what they may READ.
    """
    activity, slug = question.activity, question.place
    if is_own:
        return {"text": _written_by_asker(viewer, activity, slug), "url": ""}
    if "prompts" not in activity.settings:
        return {"text": _step_answer(activity, question.author_id, slug) if slug else "", "url": ""}
    work = reflections.own(activity_id=activity.pk, user_id=question.author_id)
    if work is None or not work.version_no or work.state == reflections.states.WITHDRAWN:
        return {"text": "", "url": ""}
    url = reverse("boidung:work", args=[viewer.course_key, work.pk]) if can(viewer, Action.MARK, work) else ""
    return {"text": _prompt_answer(work, slug) if can(viewer, Action.READ, work) else "", "url": url}


def _prompt_answer(work: reflections.Reflection | None, slug: str) -> str:
    answers = work.latest.answers if work and work.latest else []
    return next((answer["text"] for answer in answers if answer["slug"] == slug), "")


def _step_answer(activity: Activity, user_id: int, slug: str) -> str:
    """The last try of a step's short answer at this very checkpoint."""
    given = {"course_key": activity.course_key, "user_id": user_id, "activity_id": activity.pk}
    rows = around.fetch([selfstudy.answers_around(**given, steps=[slug])])
    return max(rows, key=lambda row: row.number).text if rows else ""


# -- the list -----------------------------------------------------------------------------------------------------
def tabs_for(viewer: Viewer) -> tuple[str, ...]:
    """The list's tabs; one's own questions stand apart from those one may answer."""
    if not can(viewer, Action.OPEN_DESK):
        return (OPEN, ANSWERED, ALL)
    return (OPEN, ANSWERED, ALL, MINE) if can(viewer, Action.ASK) else (OPEN, ANSWERED, ALL)


def list_context(viewer: Viewer, state: str, after: str) -> dict[str, Any]:
    """Everything the list shows, three queries; the caller has checked who may see it."""
    answers = can(viewer, Action.OPEN_DESK)
    is_own = state == MINE or not answers
    wanted = "" if state in (ALL, MINE) else state
    found = support.question_page(viewer, state=wanted, mine=is_own, after=after)
    url = reverse("boidung:questions", args=[viewer.course_key])
    groups = _group_labels([row.group_id for row in found.rows])
    more = urlencode({"state": state, "after": found.next_cursor})
    return {
        "tabs": _tabs(viewer, url, state, {} if state == MINE else found.counts),
        "rows": [_row(viewer, row, groups) for row in found.rows],
        "is_own": is_own,
        "state": state,
        "next_url": f"{url}?{more}" if found.next_cursor else "",
        "first_url": f"{url}?state={state}" if after else "",
        "sections": sections.for_course(viewer, sections.QUESTIONS),
    }


def _tabs(viewer: Viewer, url: str, state: str, counts: dict[str, int]) -> list[Tab]:
    labels = {
        OPEN: pgettext("boidung", "Waiting for an answer"),
        ANSWERED: pgettext("boidung", "Answered"),
        ALL: pgettext("boidung", "All"),
        MINE: pgettext("boidung", "My own questions"),
    }
    if state == MINE:  # the numbers are of those one may answer, and were not asked for
        numbers: dict[str, int | None] = dict.fromkeys(labels)
    else:
        numbers = {OPEN: counts.get(OPEN, 0), ANSWERED: counts.get(ANSWERED, 0), ALL: sum(counts.values()), MINE: None}
    return [Tab(labels[name], numbers[name], f"{url}?state={name}", name == state) for name in tabs_for(viewer)]


def _group_labels(ids: list[int | None]) -> dict[int, str]:
    wanted = [group_id for group_id in ids if group_id]
    briefs = roster.group_briefs(wanted) if wanted else {}
    return {brief.id: group_label(brief.name, brief.unit_name) for brief in briefs.values()}


def _row(viewer: Viewer, row: support.QuestionRow, groups: dict[int, str]) -> dict[str, Any]:
    return {
        "url": reverse("boidung:question", args=[viewer.course_key, row.id]),
        "author": person(row.author_name),
        "group": groups.get(row.group_id or 0, ""),
        "place": " · ".join(part for part in (row.activity_title, row.place_title) if part),
        "text": row.text,
        "state_label": support.states.label(row.state),
        "badge": _BADGES.get(row.state, ""),
        "changed": date_time(row.changed_at, viewer.time_zone),
        "age": age(row.changed_at, timezone.now()) if row.state == OPEN else "",
    }
