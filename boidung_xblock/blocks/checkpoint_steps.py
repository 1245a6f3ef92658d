"""A step of a checkpoint as the template lays it out: what is asked, what was answered, what may be told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import nh3
from django.utils.translation import npgettext, pgettext

from boidung_xblock import present
from boidung_xblock.authored import checkpoint_scoring as scoring
from boidung_xblock.authored.checkpoint import (
    AnyStep,
    CheckpointContent,
    ChoiceStep,
    RateStep,
    ReadStep,
    ScoredStep,
    ShortAnswerStep,
    Show,
    TrueFalseStep,
)
from boidung_xblock.selfstudy import api as selfstudy

Row = dict[str, Any]


@dataclass
class Shown:
    """What is the same for all steps of a page. ``level``: what may be told now; ``preview`` tells everything.

    ``rows``: {step: its entry} from ``selfstudy.rows_of``; ``typed``: {``form_key``: what was typed and not yet sent}.
    """

    content: CheckpointContent
    level: Show
    usage_key: str
    user_id: int
    rows: dict[str, Row] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    writable: bool = False
    closed: bool = False
    preview: bool = False
    answered: str = ""  # the step whose answer has just come


def html(text: str) -> str:
    """Authored HTML made safe; its links open beside the page, so that nothing half typed is left."""
    return nh3.clean(text, set_tag_attribute_values={"a": {"target": "_blank"}})


def form_key(slug: str, number: int) -> str:
    """The name under which drafts keep a form: another try is another form, and an old draft cannot fill it."""
    return f"{slug}.{number}"


def steps(shown: Shown, places: dict[str, Any]) -> list[dict[str, Any]]:
    """All steps in order; the first that can be worked on is unfolded."""
    found = [_step(shown, step, number, places) for number, step in enumerate(shown.content.steps, start=1)]
    current = next((step for step in found if step["state"] == "open"), None)
    for step in found:
        answered, asked = step["just_answered"], step["ask"] and step["ask"]["threads"]
        step["unfolded"] = bool(
            shown.preview or step is current or step["try_again"] or asked or (answered and step["kind"] != "read")
        )
        if answered and step["kind"] == "read":
            (current or step)["focus"] = True  # nothing is told of it: on to what is next
    return found


def can_improve(shown: Shown) -> bool:
    """Whether any scored step that is not right yet may still be answered."""
    return not shown.closed and any(
        isinstance(step, ScoredStep)
        and not shown.rows.get(step.slug, {}).get("right")
        and selfstudy.tries_left(shown.content, step, shown.rows.get(step.slug, {})) != 0
        for step in shown.content.steps
    )


def _step(shown: Shown, step: AnyStep, number: int, places: dict[str, Any]) -> dict[str, Any]:
    row = shown.rows.get(step.slug, {})
    state = _state(shown, step, row)
    page: dict[str, Any] = {
        "slug": step.slug,
        "number": number,
        "kind": step.kind,
        "title": step.title,
        "required": step.required,
        "state": state,
        "reason": _reason(shown, step, state),
        "just_answered": step.slug == shown.answered,
        "ask": places.get(step.slug),
        "points_text": _points(step.points) if isinstance(step, ScoredStep) and step.points else "",
        "form": False,
        "try_again": False,
    }
    if state == "locked":
        return page
    done = bool(row.get("done"))
    final = (
        shown.preview
        or (shown.closed and scoring.is_scored(step))
        or selfstudy.is_final(shown.content, step, row, tells=_tells(shown, Show.RIGHT_WRONG))
    )
    page["form"] = shown.writable and not final
    page["form_key"] = form_key(step.slug, selfstudy.number_of(row))
    wrong = done and _tells(shown, Show.RIGHT_WRONG) and row.get("right") is False
    page["try_again"] = bool(page["form"] and wrong)
    page["tries_text"] = _tries(shown, step, row) if page["form"] or not done else ""
    page.update(_asked(shown, step, row, page))
    compared = isinstance(step, ShortAnswerStep) and step.model_answer
    if done or (shown.preview and (isinstance(step, ScoredStep) or compared)):
        page.update(_told(shown, step, row, final=final))
    return page


def _state(shown: Shown, step: AnyStep, row: Row) -> str:
    if row.get("done"):
        return "done"
    if shown.preview:
        return "open"
    if not selfstudy.is_open(shown.content, shown.rows, step.slug, closed=shown.closed):
        return "locked"
    return "closed" if shown.closed and scoring.is_scored(step) else "open"


def _reason(shown: Shown, step: AnyStep, state: str) -> str:
    if state == "locked":
        return pgettext("boidung", "This step opens once the steps before it are done.")
    if state == "closed":
        return pgettext("boidung", "The due date has passed; this can no longer be answered.")
    return ""


def _tells(shown: Shown, level: Show) -> bool:
    return shown.preview or scoring.tells(shown.level, level)


def _points(points: Decimal) -> str:
    text = pgettext("boidung", "%(points)s point") if points == 1 else pgettext("boidung", "%(points)s points")
    return text % {"points": present.number(points)}


def _tries(shown: Shown, step: AnyStep, row: Row) -> str:
    left = selfstudy.tries_left(shown.content, step, row)
    if left is None:
        return ""
    return npgettext("boidung", "%(n)d attempt left", "%(n)d attempts left", left) % {"n": left}


# -- what is asked ------------------------------------------------------------------------------------------------
def _asked(shown: Shown, step: AnyStep, row: Row, page: dict[str, Any]) -> dict[str, Any]:
    """The question with the fields as they are to be filled: what was typed last, else what was answered."""
    typed = shown.typed.get(page["form_key"]) if page["form"] else None
    lines = typed.split("\n") if typed else None
    answer = row.get("answer") or {}
    found: dict[str, Any] = {"question_html": html(step.question)}
    if isinstance(step, ReadStep):
        found |= {"url": step.url, "minutes": step.minutes}
    elif isinstance(step, ChoiceStep):
        chosen = lines or answer.get("options", [])
        found |= {"multiple": step.multiple, "options": _options(shown, step, chosen)}
    elif isinstance(step, TrueFalseStep):
        value = answer.get("value")
        chosen = lines or ([str(value).lower()] if value is not None else [])
        found["options"] = [
            {"value": "true", "text": pgettext("boidung", "True"), "chosen": "true" in chosen},
            {"value": "false", "text": pgettext("boidung", "False"), "chosen": "false" in chosen},
        ]
    elif isinstance(step, ShortAnswerStep):
        text = typed or answer.get("text", "")
        found |= {"text": text, "min_words": step.min_words, "max_words": step.max_words}
    else:
        found["items"] = _items(step, lines, answer.get("ratings", {}))
    return found


def _options(shown: Shown, step: ChoiceStep, chosen: list[str]) -> list[dict[str, Any]]:
    options = list(step.options)
    if step.shuffle and not shown.preview:
        options = scoring.order_for(options, usage_key=shown.usage_key, slug=step.slug, user_id=shown.user_id)
    return [{"value": one.text, "text": one.text, "chosen": one.text in chosen} for one in options]


def _items(step: RateStep, lines: list[str] | None, ratings: dict[str, int]) -> list[dict[str, Any]]:
    chosen = lines if lines is not None else [f"{slug}:{number}" for slug, number in ratings.items()]
    return [
        {
            "slug": item.slug,
            "text": item.text,
            "levels": [
                {"value": f"{item.slug}:{number}", "text": level, "chosen": f"{item.slug}:{number}" in chosen}
                for number, level in enumerate(step.levels, start=1)
            ],
            "rated": _rated(step, ratings.get(item.slug)),
        }
        for item in step.items
    ]


def _rated(step: RateStep, number: Any) -> str:
    """The level's name; "" if the author has taken it away since."""
    return step.levels[number - 1] if isinstance(number, int) and 1 <= number <= len(step.levels) else ""


# -- what is told -------------------------------------------------------------------------------------------------
def _told(shown: Shown, step: AnyStep, row: Row, *, final: bool) -> dict[str, Any]:
    """The answer that counts and what may be said of it; right answers once nothing can be gained by them."""
    answer = row.get("answer") or {}
    told: dict[str, Any] = {"outcome": "done", "chosen": [], "explanation_html": "", "model_html": ""}
    if isinstance(step, ScoredStep):
        told["chosen"] = _chosen(shown, step, answer, final=final)
        if final and _tells(shown, Show.FEEDBACK):
            told["explanation_html"] = html(step.explanation)
        if _tells(shown, Show.RIGHT_WRONG) and row.get("right") is not None:
            told["outcome"] = "right" if row["right"] else "wrong"
            told["earned_text"] = _earned(step, row)
    elif isinstance(step, ShortAnswerStep):
        told["said"] = answer.get("text", "")
        if _tells(shown, Show.FEEDBACK):
            told["model_html"] = html(step.model_answer)
    told["outcome_text"] = _outcome_text(step, told["outcome"])
    return told


def _outcome_text(step: AnyStep, outcome: str) -> str:
    if outcome == "right":
        return pgettext("boidung", "Right")
    if outcome == "wrong":
        return pgettext("boidung", "Not right")
    return pgettext("boidung", "Done") if isinstance(step, ReadStep) else pgettext("boidung", "Answered")


def _earned(step: ScoredStep, row: Row) -> str:
    if not step.points:
        return ""
    return f"{present.number(step.points if row.get('right') else Decimal(0))}/{_points(step.points)}"


def _chosen(shown: Shown, step: ScoredStep, answer: dict[str, Any], *, final: bool) -> list[dict[str, Any]]:
    """What was chosen, with feedback, and what would have been right, in the author's order."""
    reveals = final and _tells(shown, Show.ANSWERS)
    if isinstance(step, ChoiceStep):
        return _chosen_options(shown, step, answer.get("options", []), reveals=reveals)
    right, given = (step.answer if isinstance(step, TrueFalseStep) else None), answer.get("value")
    return [
        {"text": text, "chosen": given is value, "right": reveals and right is value}
        for value, text in ((True, pgettext("boidung", "True")), (False, pgettext("boidung", "False")))
        if given is value or (reveals and right is value)
    ]


def _chosen_options(shown: Shown, step: ChoiceStep, given: list[str], *, reveals: bool) -> list[dict[str, Any]]:
    found = [
        {
            "text": one.text,
            "chosen": one.text in given,
            "right": reveals and one.correct,
            "feedback": one.feedback if _feeds_back(shown, one.text in given) else "",
        }
        for one in step.options
        if one.text in given or (reveals and one.correct) or shown.preview
    ]
    # Options that the author has changed since still stand as they were chosen.
    known = {option.text for option in step.options}
    return found + [{"text": text, "chosen": True, "right": False} for text in given if text not in known]


def _feeds_back(shown: Shown, chosen: bool) -> bool:
    return shown.preview or (chosen and _tells(shown, Show.FEEDBACK))
