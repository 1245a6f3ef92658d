"""Reading questions: a list by state, one thread, and what stands at the places of an activity. Nothing here writes."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.dateparse import parse_datetime

from boidung_xblock.errors import missing
from boidung_xblock.permissions import Action, is_core_teacher, is_course_staff, is_round_admin, require
from boidung_xblock.support import states
from boidung_xblock.support.models import Question, QuestionMessage
from boidung_xblock.viewer import Viewer

PAGE_SIZE = 25


@dataclass(frozen=True)
class MessageView:
    """One thing said. ``text`` is "" only where it was erased."""

    number: int
    is_answer: bool
    author_name: str
    text: str
    created_at: datetime


@dataclass(frozen=True)
class ThreadBrief:
    """A question with all that was said about it, in order."""

    id: int
    place: str
    state: str
    messages: list[MessageView] = field(default_factory=list)


@dataclass(frozen=True)
class Thread:
    """The same with its row, for the page of one question."""

    question: Question
    messages: list[MessageView]


@dataclass(frozen=True)
class QuestionRow:
    """One line of the list; ``text`` is what was said last by the author."""

    id: int
    author_name: str
    group_id: int | None
    activity_title: str
    place_title: str
    state: str
    text: str
    asked_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class QuestionPage:
    """One page; ``next_cursor`` is "" on the last. ``counts`` by state."""

    rows: list[QuestionRow]
    next_cursor: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def scope(viewer: Viewer) -> QuerySet[Question]:
    """What the viewer may answer in their course: staff and administrators all, core teachers their groups; never own.

    Agrees with ``permissions.Action.ANSWER_QUESTION`` row by row (tested).
    """
    rows = Question.objects.filter(course_key=viewer.course_key)
    if is_course_staff(viewer) or is_round_admin(viewer):
        return rows.exclude(author_id=viewer.user_id)
    if is_core_teacher(viewer):
        return rows.filter(group_id__in=viewer.roster.core_teacher_of).exclude(author_id=viewer.user_id)
    return rows.none()


def own(viewer: Viewer) -> QuerySet[Question]:
    """The questions the viewer asked in the course. With ``scope`` it makes what they may READ_QUESTION."""
    if viewer.user_id is None:
        return Question.objects.none()
    return Question.objects.filter(course_key=viewer.course_key, author_id=viewer.user_id)


def open_count(viewer: Viewer) -> int:
    """How many questions wait for an answer by the viewer (or a colleague of theirs). One query."""
    return scope(viewer).filter(state=states.OPEN).count()


def question_page(
    viewer: Viewer, *, state: str = states.OPEN, mine: bool = False, after: str = "", size: int = PAGE_SIZE
) -> QuestionPage:
    """One page of what the viewer may answer, or (``mine``) of what they asked; two queries, however many there are.

    ``state``: "open", longest waiting first; "answered" or "" (all), latest first. A bad cursor starts at the
    beginning.
    """
    rows = own(viewer) if mine else scope(viewer)
    counts = {row["state"]: row["number"] for row in rows.values("state").annotate(number=Count("id"))}
    if state:
        rows = rows.filter(state=state)
    descending = state != states.OPEN
    cursor = _decode(after)
    if cursor is not None:
        rows = rows.filter(_beyond(*cursor, descending=descending))
    order = ("-changed_at", "-id") if descending else ("changed_at", "id")
    said = QuestionMessage.objects.filter(question=OuterRef("pk"), is_answer=False).order_by("-number")
    rows = rows.select_related("activity").annotate(asked_text=Subquery(said.values("text")[:1]))
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    next_cursor = _encode(found[size - 1]) if more else ""
    return QuestionPage([_row(question) for question in found[:size]], next_cursor, counts)


def thread(viewer: Viewer, question_id: int) -> Thread:
    """One question with all that was said. Who: may READ_QUESTION. Two queries. Missing, Refused."""
    question = Question.objects.select_related("activity").filter(pk=question_id).first()
    if question is None:
        raise missing()
    require(viewer, Action.READ_QUESTION, question)
    return Thread(question, [_view(message) for message in question.messages.order_by("number")])


def threads_at(activity_id: int, user_id: int) -> dict[str, list[ThreadBrief]]:
    """{place: what the person asked there and what came back, oldest first}. One query; asks for no permission."""
    said = QuestionMessage.objects.filter(question__activity_id=activity_id, question__author_id=user_id)
    threads: dict[int, ThreadBrief] = {}
    for message in said.select_related("question").order_by("question_id", "number"):
        asked = message.question
        brief = threads.setdefault(asked.pk, ThreadBrief(asked.pk, asked.place, asked.state))
        brief.messages.append(_view(message))
    places: dict[str, list[ThreadBrief]] = {}
    for brief in threads.values():
        places.setdefault(brief.place, []).append(brief)
    return places


def _view(message: QuestionMessage) -> MessageView:
    return MessageView(message.number, message.is_answer, message.author_name, message.text, message.created_at)


def _row(question: Any) -> QuestionRow:
    return QuestionRow(
        id=question.pk,
        author_name=question.author_name,
        group_id=question.group_id,
        activity_title=question.activity.title,
        place_title=question.place_title,
        state=question.state,
        text=question.asked_text or "",
        asked_at=question.asked_at,
        changed_at=question.changed_at,
    )


def _beyond(moment: datetime, row_id: int, *, descending: bool) -> Q:
    further = "lt" if descending else "gt"
    return Q(**{f"changed_at__{further}": moment}) | Q(**{"changed_at": moment, f"id__{further}": row_id})


def _encode(question: Question) -> str:
    return base64.urlsafe_b64encode(json.dumps([question.changed_at.isoformat(), question.pk]).encode()).decode()


def _decode(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    try:
        moment, row_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        loaded, row_id = parse_datetime(moment), int(row_id)
        is_whole = loaded is not None and loaded.tzinfo is not None and 0 <= row_id < 2**63
        return (loaded, row_id) if loaded is not None and is_whole else None
    except (ValueError, TypeError, binascii.Error):
        return None
