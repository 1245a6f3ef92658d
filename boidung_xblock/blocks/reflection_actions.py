"""What a learner does in a reflection block: submit, withdraw, look at the history."""

from __future__ import annotations

from typing import Any

from django.utils.translation import npgettext, pgettext
from pydantic import ValidationError

from boidung_xblock import present
from boidung_xblock.activities import api as activities
from boidung_xblock.authored.reflection import CheckedAnswers, ReflectionContent, check_answers
from boidung_xblock.blocks import bodies, reflection_page, rendering
from boidung_xblock.blocks.people import usage_key
from boidung_xblock.errors import BadInput, Conflict
from boidung_xblock.reflections import api as reflections
from boidung_xblock.viewer import Viewer

BODY = "boidung/reflection/body.html"


def submit(block: Any, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
    """Check, store, complete, and answer the receipt with the page as it is now.

    Conflict ``not_set_up`` where the authored content is broken.
    """
    activity = activities.get(usage_key(block))
    client_key = bodies.required_key(data)
    checked = check_answers(_content(block), bodies.text_map(data, "answers"), bodies.int_map(data, "self_rating"))
    if checked.errors:
        raise _incomplete(checked)
    done = reflections.submit(
        viewer,
        activity,
        reflections.Submission(
            client_key=client_key,
            base_version=bodies.required_int(data, "base_version"),
            answers=checked.answers,
            self_rating=checked.self_rating,
            word_count=checked.word_count,
            file_uids=tuple(bodies.text_list(data, "files")),
            due=block.due_date(),
        ),
    )
    block.participated = True
    _complete(block, done.reflection)
    return {
        "receipt": {
            "code": done.version.receipt_code,
            "number": done.version.number,
            "submitted_text": present.date_time(done.version.submitted_at, viewer.time_zone),
        },
        "html": _body_after(block, viewer, activity, done),
    }


def withdraw(block: Any, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
    """Take the submission back; the block is no longer complete."""
    activity = activities.get(usage_key(block))
    reflection = reflections.withdraw(
        viewer,
        activity,
        client_key=bodies.required_key(data),
        base_version=bodies.required_int(data, "base_version"),
        due=block.due_date(),
    )
    _complete(block, reflection)
    return {"html": rendering.partial(block, BODY, {"page": reflection_page.page_for(block)})}


def history(block: Any, viewer: Viewer) -> dict[str, Any]:
    """All of one's own versions and events, newest first."""
    activity = activities.get(usage_key(block))
    reflection = reflections.own(activity_id=activity.pk, user_id=viewer.known_id)
    versions, events = reflections.history(reflection) if reflection else ([], [])
    page = {
        "versions": [reflection_page.version_row(version, viewer.time_zone) for version in versions],
        "events": [
            {
                "label": event_label(event),
                "at_text": present.date_time(event.created_at, viewer.time_zone),
                "by": present.person(event.actor_name),
                "reason": event.reason,
            }
            for event in events
        ],
    }
    return {"html": rendering.partial(block, "boidung/reflection/history.html", {"page": page})}


def event_label(event: reflections.EventView) -> str:
    """What happened, in the reader's language."""
    if event.kind == "archived":
        return pgettext("boidung", "Set aside by the course team")
    if event.kind == "erased":
        return pgettext("boidung", "Text erased on request")
    return reflections.states.label(event.kind)


def _content(block: Any) -> ReflectionContent:
    try:
        content: ReflectionContent = block.content()
    except ValidationError as error:
        message = pgettext("boidung", "This activity is not set up correctly yet. The course team has to mend it.")
        raise Conflict("not_set_up", message) from error
    return content


def _complete(block: Any, reflection: reflections.Reflection) -> None:
    """Completion as the work stands now: a repeat may arrive after the work has moved on."""
    block.emit_completion(0.0 if reflection.state == reflections.states.WITHDRAWN else 1.0)


def _body_after(block: Any, viewer: Viewer, activity: activities.Activity, done: reflections.Submitted) -> str:
    """The page after a submit; what was just written is not read again, after a repeat everything is."""
    if done.repeated:
        return rendering.partial(block, BODY, {"page": reflection_page.page_for(block)})
    known = reflection_page.Known(
        viewer=viewer, activity=activity, reflection=done.reflection, attachments=done.attachments
    )
    return rendering.partial(block, BODY, {"page": reflection_page.build(block, known)})


def _incomplete(checked: CheckedAnswers) -> BadInput:
    fields = {name: _field_message(code, number) for name, (code, number) in checked.errors.items()}
    return BadInput(
        "bad_input", pgettext("boidung", "The work is not complete yet. See the messages below."), fields=fields
    )


def _field_message(code: str, number: int) -> str:
    if code == "missing":
        return pgettext("boidung", "Please write something here.")
    if code == "too_short":
        text = npgettext(
            "boidung", "At least %(n)d word is asked for here.", "At least %(n)d words are asked for here.", number
        )
        return text % {"n": number}
    if code == "too_long":
        text = npgettext("boidung", "At most %(n)d word fits here.", "At most %(n)d words fit here.", number)
        return text % {"n": number}
    if code == "too_many_characters":
        return pgettext("boidung", "This text is too long; attach it as a file.")
    if code == "not_a_level":
        return pgettext("boidung", "Choose one of the levels.")
    return pgettext("boidung", "This question is no longer asked. Reload the page; your text stays on this device.")
