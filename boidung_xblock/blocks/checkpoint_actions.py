"""What happens to a learner's work in a checkpoint block: a step is answered, staff rescore."""

from __future__ import annotations

from typing import Any

from django.utils.translation import npgettext, pgettext
from pydantic import ValidationError

from boidung_xblock.activities import api as activities
from boidung_xblock.authored import checkpoint_scoring as scoring
from boidung_xblock.authored.checkpoint import AnyStep, CheckpointContent, ChoiceStep, RateStep, Show, TrueFalseStep
from boidung_xblock.blocks import bodies, checkpoint_page, rendering
from boidung_xblock.blocks.people import current_user, usage_key
from boidung_xblock.errors import BadInput, Conflict
from boidung_xblock.grading import api as grading
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.viewer import Viewer

BODY = "boidung/checkpoint/body.html"


def answer(block: Any, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
    """Check, store, complete, and answer ``{"row_version", "completed", "html"}``: the page as it is now.

    BadInput with ``fields`` {step: message}; every Conflict carries ``html`` too, so that the page can be brought up
    to date. Conflict ``not_set_up`` where the authored content is broken, ``gone`` for a step no longer asked.
    """
    activity = activities.get(usage_key(block))
    content = _content(block)
    try:
        done = selfstudy.answer(viewer, activity, content, _given(block, viewer, content, data))
    except Conflict as conflict:
        conflict.details["html"] = rendering.partial(block, BODY, {"page": checkpoint_page.page_for(block)})
        raise
    block.participated = True
    completed = done.work.state == selfstudy.COMPLETED
    if completed:
        block.emit_completion(1.0)
    return {
        "row_version": done.work.row_version,
        "completed": completed,
        "html": rendering.partial(block, BODY, {"page": _page_after(block, viewer, activity, done, str(data["step"]))}),
    }


def rescore(block: Any, *, only_if_higher: bool) -> None:
    """Judge the bound learner's answers anew; nothing where the authored content is broken: others must be rescored."""
    activity, learner_id = activities.find(usage_key(block)), current_user(block).pk
    if activity is None or learner_id is None:
        return
    try:
        content: CheckpointContent = block.content()
    except ValidationError:
        return
    selfstudy.rescore(activity, content, learner_id=learner_id, only_if_higher=only_if_higher)


def _given(block: Any, viewer: Viewer, content: CheckpointContent, data: dict[str, Any]) -> selfstudy.Given:
    client_key = bodies.required_key(data)
    slug = bodies.required_text(data, "step")
    row_version = bodies.required_int(data, "row_version")
    step = next((step for step in content.steps if step.slug == slug), None)
    if step is None:
        raise Conflict(
            "gone", pgettext("boidung", "This step is no longer asked. The page has been brought up to date.")
        )
    given = data.get("answer")
    checked = scoring.check(step, given) if isinstance(given, dict) else scoring.Problem("malformed")
    if isinstance(checked, scoring.Problem):
        message = _message(step, checked)
        raise BadInput("bad_input", message, fields={slug: message})
    due = block.due_date()
    shown = checkpoint_page.effective_show(block, content, due, viewer)
    return selfstudy.Given(
        client_key=client_key,
        row_version=row_version,
        step=slug,
        checked=checked,
        tells=scoring.tells(shown, Show.RIGHT_WRONG),
        closed=checkpoint_page.is_closed(due),
    )


def _page_after(
    block: Any, viewer: Viewer, activity: activities.Activity, done: selfstudy.Answered, step: str
) -> dict[str, Any]:
    """The page after an answer; what was just written is not read again. Drafts are the open page's own affair."""
    known = checkpoint_page.Known(viewer=viewer, activity=activity, work=done.work, answered=step)
    if done.work.possible and not done.scored:
        known.grade = grading.grade_of(activity.pk, viewer.known_id)
    return checkpoint_page.build(block, known)


def _content(block: Any) -> CheckpointContent:
    try:
        content: CheckpointContent = block.content()
    except ValidationError as error:
        message = pgettext("boidung", "This activity is not set up correctly yet. The course team has to mend it.")
        raise Conflict("not_set_up", message) from error
    return content


def _message(step: AnyStep, problem: scoring.Problem) -> str:
    if problem.code == "missing":
        return _missing_message(step)
    if problem.code == "too_short":
        text = npgettext(
            "boidung",
            "At least %(n)d word is asked for here.",
            "At least %(n)d words are asked for here.",
            problem.number,
        )
        return text % {"n": problem.number}
    if problem.code == "too_long":
        text = npgettext("boidung", "At most %(n)d word fits here.", "At most %(n)d words fit here.", problem.number)
        return text % {"n": problem.number}
    if problem.code == "too_many_characters":
        return pgettext("boidung", "This text is too long; shorten it.")
    return pgettext("boidung", "This question has been changed. Reload the page and answer it again.")


def _missing_message(step: AnyStep) -> str:
    if isinstance(step, ChoiceStep | TrueFalseStep):
        return pgettext("boidung", "Choose an answer first.")
    if isinstance(step, RateStep):
        return pgettext("boidung", "Choose a level for each line.")
    return pgettext("boidung", "Please write something here.")
