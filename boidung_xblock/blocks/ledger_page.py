"""What a ledger shows, as plain data for the template: gathered here, laid out there.

Six queries of ours at most, whatever the numbers: viewer, register, works, reflections, marks, and in one what stands
around them (roll calls, whom to ask). Due dates are the platform's, in its own queries.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import nh3
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from pydantic import ValidationError

from boidung_xblock import around, present
from boidung_xblock.activities import api as activities
from boidung_xblock.authored.ledger import LedgerContent
from boidung_xblock.blocks import beside, ledger_words
from boidung_xblock.blocks.people import Place, course_key, place_of, usage_key, viewer_of
from boidung_xblock.host import DueDate, Masquerade, get_host
from boidung_xblock.meetings import api as meetings
from boidung_xblock.periods import api as periods
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

log = logging.getLogger(__name__)
_SOON = timedelta(days=3)
# What a learner can do something about, the most urgent first; within one, course order.
_MINE = ("revise", "study", "write", "attend", "pass")


def page_for(block: Any) -> dict[str, Any]:
    """The page of whoever looks: their own periods for the enrolled, the module alone for everybody else."""
    viewer = viewer_of(block)
    if place_of(block, viewer) is Place.AUTHORING:
        return preview_of(block)
    page, module = _frame(block), _module(block)
    if module is None:
        return page
    if not viewer.access.enrolled or viewer.user_id is None:
        results_url = reverse("boidung:results", args=[module.course_key]) if can(viewer, Action.READ_RESULTS) else ""
        return page | {"note": _why_no_own(viewer), "results_url": results_url, "rows": _plain_rows(module)}
    return page | _own(viewer, module)


def preview_of(block: Any) -> dict[str, Any]:
    """The author's preview: the module as it was last published, nobody's periods."""
    page, module = _frame(block), _module(block)
    note = pgettext("boidung", "Preview: learners see here the periods they have earned, what is next and what is due.")
    return page | {"note": note, "rows": _plain_rows(module, links=False) if module else []}


def warnings_for(block: Any) -> list[str]:
    """What an author should know although the rule is valid. One query."""
    course = course_key(block)
    found = activities.in_course(course) if course else []
    others = [row for row in found if row.kind == periods.LEDGER and row.usage_key != usage_key(block)]
    texts = []
    if others:
        texts.append(
            pgettext("boidung", "This course has another ledger (%(title)s). Only the first one counts.")
            % {"title": others[0].title}
        )
    module = _module(block, found)
    if module is None or not module.components:
        return texts
    return texts + _sums(module)


def _sums(module: periods.Module) -> list[str]:
    """The published periods and meetings against the rule."""
    offered = sum((part.periods for part in module.components), Decimal(0))
    numbers = {"sum": present.number(offered), "total": present.number(module.rule.total_periods)}
    numbers["needed"] = present.number(module.rule.min_periods)
    texts = []
    if offered != module.rule.total_periods:
        text = pgettext("boidung", "The published activities add up to %(sum)s periods, the module has %(total)s.")
        texts.append(text % numbers)
    if offered < module.rule.min_periods:
        text = pgettext("boidung", "Nobody can complete the module: %(needed)s periods are needed, there are %(sum)s.")
        texts.append(text % numbers)
    if len(module.meetings) < module.rule.min_meetings:
        text = pgettext("boidung", "Nobody can complete the module: %(needed)d meetings are needed, there are %(n)d.")
        texts.append(text % {"needed": module.rule.min_meetings, "n": len(module.meetings)})
    return texts


# -- the frame ----------------------------------------------------------------------------------------------------
def _frame(block: Any) -> dict[str, Any]:
    page: dict[str, Any] = {
        "uid": hashlib.sha256(usage_key(block).encode()).hexdigest()[:8],
        "title": block.display_name,
        "intro_html": "",
        "broken": False,
        "note": "",
        "rows": [],
        "own": None,
    }
    content = _content_of(block)
    if content is None:
        return page | {"broken": True}
    return page | {
        "intro_html": nh3.clean(content.intro),
        "total_text": present.number(content.total_periods),
        "rule": ledger_words.rule(content),
    }


def _content_of(block: Any) -> LedgerContent | None:
    """None where it is broken; what exactly, ``author_view`` tells its authors."""
    try:
        content: LedgerContent = block.content()
    except ValidationError:
        log.warning("authored content of %s is not valid", usage_key(block))
        return None
    return content


def _module(block: Any, found: Iterable[activities.Activity] | None = None) -> periods.Module | None:
    """The module by this ledger's own rule as published; in Studio by the rule as it stands in the draft."""
    course, content = course_key(block), _content_of(block)
    if not course or content is None:
        return None
    rows = list(found) if found is not None else activities.in_course(course)
    module = periods.module_from(rows, ledger_key=usage_key(block)) or periods.module_from(rows)
    if module is None:
        return periods.Module(course, 0, usage_key(block), block.display_name, content, periods.components(rows))
    return replace(module, rule=content)


def _why_no_own(viewer: Viewer) -> str:
    if not viewer.is_known:
        return pgettext("boidung", "Log in to see your own periods.")
    if viewer.access.staff:
        return pgettext("boidung", "You see the module as course staff. The results list each teacher's periods.")
    return pgettext("boidung", "Only people enrolled in the course have periods here.")


# -- one's own ----------------------------------------------------------------------------------------------------
def _own(viewer: Viewer, module: periods.Module) -> dict[str, Any]:
    user_id, now = viewer.known_id, timezone.now()
    dues = periods.dues_of(module, user_id)
    rows = _around(viewer, module)
    row = periods.rows_of(
        module,
        [user_id],
        attendance=meetings.attendance_from(rows, user_id),
        hidden=periods.untold(module, viewer, dues=dues),
    )[user_id]
    places = list(zip(module.components, row.standings, strict=True))
    asked = {int(one.title) for one in rows if one.kind == "roll" and one.number}
    return {
        "own": _summary(module, row),
        "parts": ledger_words.parts(places),
        "next": _next(viewer, places, dues, now),
        "confirm": [_link(part) for part in module.meetings if part.activity_id in asked],
        "rows": [_line(viewer, part, where, dues[part.usage_key], now) for part, where in places],
        "support": beside.contacts(rows, viewer),
        "ask_url": _ask_url(viewer, module),
        "confirmation_url": _confirmation_url(viewer, module, row),
    }


def _around(viewer: Viewer, module: periods.Module) -> list[around.Row]:
    parts = []
    if module.meetings:
        ids = [part.activity_id for part in module.meetings]
        parts.append(meetings.attendance_around(activity_ids=ids, user_id=viewer.known_id))
    if viewer.roster.home_group:
        parts.append(roster.contacts_around(viewer.roster.home_group.id))
    return around.fetch(parts)


def _summary(module: periods.Module, row: periods.ModuleRow) -> dict[str, Any]:
    return {
        "earned_text": present.number(row.earned),
        "total_text": present.number(row.total),
        "earned": present.plain_number(row.earned),
        "total": present.plain_number(row.total),
        "meetings_text": f"{row.meetings_attended}/{row.meetings_total}" if row.meetings_total else "",
        "result": row.result,
        "result_label": periods.result_label(row.result),
        "badge": {periods.PASSED: "ok", periods.NOT_PASSED: "warn"}.get(row.result, "info"),
        "reasons": [periods.reason_text(reason) for reason in row.reasons],
        "test_text": present.number(row.test_mark),
        "paper_text": present.number(row.reflection_mark),
    }


def _next(
    viewer: Viewer,
    places: list[tuple[periods.Component, periods.Standing]],
    dues: dict[str, DueDate],
    now: datetime,
) -> dict[str, Any] | None:
    """The one thing to go on with; None if nothing waits for the learner."""
    mine = [(part, where) for part, where in places if where.waits_for in _MINE]
    if not mine:
        return None
    # min() takes the first of equals: course order.
    part, where = min(mine, key=lambda place: _urgency(*place))
    return _line(viewer, part, where, dues[part.usage_key], now)


def _urgency(part: periods.Component, where: periods.Standing) -> int:
    if where.waits_for in ("study", "write"):
        return 1  # one after the other, as the course goes
    return {"revise": 0}.get(where.waits_for, 2)


def _line(
    viewer: Viewer, part: periods.Component, where: periods.Standing, due: DueDate, now: datetime
) -> dict[str, Any]:
    done = where.state == periods.COMPLETED
    open_for_me = where.waits_for in _MINE
    return {
        **_plain_line(part),
        **_link(part),
        "state": where.state,
        "state_label": ledger_words.state_label(where),
        "badge": "ok" if done else "warn" if where.waits_for in ("revise", "pass", "attend") else "",
        "detail": ledger_words.waits_text(part, where),
        "mark_text": present.number(where.mark),
        "due_text": present.date_time(due.due, viewer.time_zone),
        "due_iso": due.due.isoformat() if due.due else "",
        "due_flag": _due_flag(due, now) if open_for_me else "",
    }


def _due_flag(due: DueDate, now: datetime) -> str:
    if due.due is None:
        return ""
    if now > (due.closes or due.due):
        return "overdue"
    return "soon" if now + _SOON > due.due else ""


def _link(part: periods.Component) -> dict[str, str]:
    return {"title": part.title, "url": get_host().block_url(part.usage_key)}


def _plain_line(part: periods.Component) -> dict[str, Any]:
    return {"title": part.title, "kind": ledger_words.kind_label(part), "periods_text": present.number(part.periods)}


def _plain_rows(module: periods.Module, *, links: bool = True) -> list[dict[str, Any]]:
    """The module as such, without anybody's states."""
    return [{**_plain_line(part), **(_link(part) if links else {})} for part in module.components]


def _ask_url(viewer: Viewer, module: periods.Module) -> str:
    if not module.ledger_id or not can(viewer, Action.ASK):
        return ""
    return f"{reverse('boidung:ask', args=[module.course_key])}?{urlencode({'usage': module.usage_key})}"


def _confirmation_url(viewer: Viewer, module: periods.Module, row: periods.ModuleRow) -> str:
    """The confirmation is its learner's: nobody who views as one is offered it."""
    is_theirs = viewer.masquerade is Masquerade.NONE and row.result == periods.PASSED
    return reverse("boidung:confirmation", args=[module.course_key]) if is_theirs else ""
