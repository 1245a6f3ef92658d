"""What is said: a question asked from a place in the course, further questions, answers. Nothing said is changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock import notices, tracking
from boidung_xblock.activities.api import Activity
from boidung_xblock.errors import BadInput, Conflict, missing
from boidung_xblock.permissions import Action, require
from boidung_xblock.support import states
from boidung_xblock.support.models import Question, QuestionMessage
from boidung_xblock.text import clean_line, normalise
from boidung_xblock.viewer import Viewer

MAX_CHARS = 4000


def ask(
    viewer: Viewer,
    activity: Activity,
    *,
    place: str,
    place_title: str,
    text: str,
    client_key: str,
    now: datetime | None = None,
) -> Question:
    """Ask the core teacher of one's group about a step or prompt (``place``; "": the whole activity).

    Who: may ASK. The question belongs for good to the group one is in now (none: the course team answers). The same
    ``client_key`` again returns the first question. Refused, BadInput (``text``), Conflict ``key_reused``.
    """
    require(viewer, Action.ASK)
    if activity.course_key != viewer.course_key:
        raise missing()
    words, now = _words(text), now or timezone.now()
    found = _asked_with(viewer, activity, client_key)
    if found is not None:
        return found
    try:
        return _ask(viewer, activity, (place, place_title), words, client_key, now)
    except IntegrityError:
        # The same click, sent twice at the same moment.
        found = _asked_with(viewer, activity, client_key)
        if found is None:
            raise
        return found


@transaction.atomic
def _ask(
    viewer: Viewer, activity: Activity, place: tuple[str, str], words: str, client_key: str, now: datetime
) -> Question:
    group = viewer.roster.home_group
    question = Question.objects.create(
        activity=activity,
        course_key=activity.course_key,
        author_id=viewer.known_id,
        author_name=viewer.name[:255],
        group_id=group.id if group else None,
        place=place[0],
        place_title=clean_line(place[1])[:300],
        state=states.OPEN,
        asked_at=now,
        changed_at=now,
    )
    message = _message(viewer, question, number=1, words=words, client_key=client_key, now=now)
    _track_question(question, message)
    return question


def say(
    viewer: Viewer, question_id: int, *, text: str, row_version: int, client_key: str, now: datetime | None = None
) -> Question:
    """Say something more about a question, as it stood at ``row_version``.

    Its author asks further (it is open again); who may ANSWER_QUESTION answers, and the author is told by e-mail. The
    same ``client_key`` again changes nothing. Missing, Refused, BadInput (``text``), Conflict (``stale`` with
    ``row_version`` and ``state`` as stored, ``key_reused``).
    """
    words, now = _words(text), now or timezone.now()
    with transaction.atomic():
        question = Question.objects.select_for_update().filter(pk=question_id).first()
        if question is None:
            raise missing()
        require(viewer, Action.READ_QUESTION, question)
        is_answer = question.author_id != viewer.user_id
        require(viewer, Action.ANSWER_QUESTION if is_answer else Action.ASK, question if is_answer else None)
        said = QuestionMessage.objects.filter(author_id=viewer.user_id, client_key=client_key).first()
        if said is not None:
            if said.question_id != question.pk:
                raise _key_reused()
            return question
        if question.row_version != row_version or question.state == states.CLOSED:
            raise _stale(question)
        _add(viewer, question, words, client_key, now)
    return question


def _add(viewer: Viewer, question: Question, words: str, client_key: str, now: datetime) -> None:
    """The next message; the caller holds the row."""
    # Nothing is ever taken away, so the row's version counts the messages too.
    message = _message(viewer, question, number=question.row_version + 1, words=words, client_key=client_key, now=now)
    waited_since = question.changed_at
    question.state = states.ANSWERED if message.is_answer else states.OPEN
    question.row_version, question.changed_at = message.number, now
    question.save(update_fields=["state", "row_version", "changed_at"])
    if message.is_answer:
        notices.tell(notices.ANSWERED, activity_id=question.activity_id, user_id=question.author_id)
        _track_answer(question, message, waited_since)
    else:
        _track_question(question, message)


def _message(
    viewer: Viewer, question: Question, *, number: int, words: str, client_key: str, now: datetime
) -> QuestionMessage:
    return QuestionMessage.objects.create(
        question=question,
        number=number,
        is_answer=question.author_id != viewer.user_id,
        author_id=viewer.known_id,
        author_name=viewer.name[:255],
        text=words,
        client_key=client_key,
        created_at=now,
    )


def _asked_with(viewer: Viewer, activity: Activity, client_key: str) -> Question | None:
    """The question that this very write asked before, if it did."""
    rows = QuestionMessage.objects.select_related("question__activity")
    said = rows.filter(author_id=viewer.user_id, client_key=client_key).first()
    if said is None:
        return None
    if said.number != 1 or said.question.activity_id != activity.pk:
        raise _key_reused()
    return said.question


def _words(text: str) -> str:
    words = normalise(text).strip()
    if not words:
        problem = pgettext("boidung", "Please write your message.")
    elif len(words) > MAX_CHARS:
        problem = pgettext("boidung", "At most %(number)d characters.") % {"number": MAX_CHARS}
    else:
        return words
    raise BadInput("bad_message", pgettext("boidung", "The message was not sent."), fields={"text": problem})


def _stale(question: Question) -> Conflict:
    message = pgettext("boidung", "Something has been written here since you opened the page.")
    return Conflict("stale", message, row_version=question.row_version, state=question.state)


def _key_reused() -> Conflict:
    message = pgettext("boidung", "This message has been sent before, somewhere else. Please open the page again.")
    return Conflict("key_reused", message)


def _about(question: Question, message: QuestionMessage) -> dict[str, Any]:
    return {
        "course_id": question.course_key,
        "usage_id": question.activity.usage_key,
        "learner_id": question.author_id,
        "actor_id": message.author_id,
        "question_id": question.pk,
        "number": message.number,
        "group_id": question.group_id,
    }


def _track_question(question: Question, message: QuestionMessage) -> None:
    tracking.emit(tracking.QuestionAsked(**_about(question, message)))


def _track_answer(question: Question, message: QuestionMessage, since: datetime) -> None:
    seconds = round((message.created_at - since).total_seconds(), 3)
    tracking.emit(tracking.QuestionAnswered(**_about(question, message), seconds=seconds))
