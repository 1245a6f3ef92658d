"""What a ledger says, in the reader's language: kinds, states, what is missing, the rule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import npgettext, pgettext

from boidung_xblock import present
from boidung_xblock.authored.ledger import LedgerContent
from boidung_xblock.periods import api as periods

Places = Sequence[tuple[periods.Component, periods.Standing]]


def rule(content: LedgerContent) -> list[str]:
    """What completes the module, a sentence each."""
    found = [
        pgettext("boidung", "At least %(n)s of %(total)s periods.")
        % {"n": present.number(content.min_periods), "total": present.number(content.total_periods)}
    ]
    if content.min_meetings:
        text = npgettext(
            "boidung",
            "Present at %(n)d group meeting at least; a meeting that was made up counts.",
            "Present at %(n)d group meetings at least; a meeting that was made up counts.",
            content.min_meetings,
        )
        found.append(text % {"n": content.min_meetings})
    if content.every_mark_passes:
        found.append(pgettext("boidung", "Every mark reaches its pass mark."))
    return found


def kind_label(part: periods.Component) -> str:
    """What sort of activity it is, for the learner."""
    if part.role == "test":
        return pgettext("boidung", "Test")
    if part.role == "survey":
        return pgettext("boidung", "Survey")
    if part.kind == periods.CHECKPOINT:
        return pgettext("boidung", "Self-study")
    return pgettext("boidung", "Group meeting") if part.has_meeting else pgettext("boidung", "Written work")


def parts(places: Places) -> list[dict[str, str]]:
    """Periods earned by kind of activity, in the order of their first one: [{"label": "Tự học", "text": "12/24"}]."""
    earned: dict[str, Decimal] = {}
    offered: dict[str, Decimal] = {}
    for part, where in places:
        label = kind_label(part)
        offered[label] = offered.get(label, Decimal(0)) + part.periods
        earned[label] = earned.get(label, Decimal(0)) + (part.periods if where.state == periods.COMPLETED else 0)
    return [
        {"label": label, "text": f"{present.number(earned[label])}/{present.number(total)}"}
        for label, total in offered.items()
        if total
    ]


def state_label(where: periods.Standing) -> str:
    """Not started, in progress, completed."""
    return {
        periods.COMPLETED: pgettext("boidung", "Completed"),
        periods.STARTED: pgettext("boidung", "In progress"),
    }.get(where.state, pgettext("boidung", "Not started"))


def waits_text(part: periods.Component, where: periods.Standing) -> str:
    """What is missing; "" where nothing is, or nothing has begun."""
    if where.state == periods.NONE and where.waits_for in ("study", "write"):
        return ""
    if where.waits_for == "pass" and part.kind == periods.CHECKPOINT:
        return pgettext("boidung", "Below the pass mark. Try again where attempts are left.")
    return {
        "study": pgettext("boidung", "Required steps are still to be done."),
        "pass": pgettext("boidung", "The mark is below the pass mark. Ask your core teacher how to go on."),
        "attend": pgettext("boidung", "The roll call says absent. Make up the meeting; your leader records it."),
        "minutes": pgettext("boidung", "Waits for approved minutes of your group that name you."),
        "write": pgettext("boidung", "Your own reflection is not submitted yet."),
        "mark": pgettext("boidung", "Submitted. It waits for its mark."),
        "revise": pgettext("boidung", "It was returned to you: revise and resubmit it."),
        "result": pgettext("boidung", "Done. The result is not shown yet."),
    }.get(where.waits_for, "")
