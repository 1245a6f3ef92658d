"""What stands beside a reflection: whom to ask, minutes, earlier answers, replies. One query (decision 9)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from boidung_xblock import around, present
from boidung_xblock.activities.api import Activity
from boidung_xblock.authored.reflection import ReflectionContent
from boidung_xblock.meetings import api as meetings
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.support import api as support
from boidung_xblock.viewer import Viewer

Rows = list[around.Row]


def fetch(viewer: Viewer, activity: Activity | None, content: ReflectionContent | None) -> Rows:
    """Everything beside the viewer's reflection; nothing for visitors."""
    if viewer.user_id is None:
        return []
    group = viewer.roster.home_group
    parts = [roster.contacts_around(group.id)] if group else []
    if activity is not None and content is not None:
        parts.append(support.messages_around(activity_id=activity.pk, user_id=viewer.user_id))
        if group and content.meeting:
            parts.append(meetings.minutes_around(activity_id=activity.pk, group_id=group.id, user_id=viewer.user_id))
        steps = [prompt.recall for prompt in content.prompts if prompt.recall]
        if steps:
            parts.append(selfstudy.answers_around(course_key=viewer.course_key, user_id=viewer.user_id, steps=steps))
    return around.fetch(parts)


def contacts(rows: Rows, viewer: Viewer) -> dict[str, Any]:
    """Whom to ask: the group's core teachers, by name."""
    group = viewer.roster.home_group
    if group is None:
        return {"group_name": "", "unit_name": "", "contacts": []}
    found = sorted((row for row in rows if row.kind == "contact"), key=lambda row: row.text)
    people = [{"name": row.title, "email": row.key} for row in found]
    return {"group_name": group.name, "unit_name": group.unit_name, "contacts": people}


def minutes_card(rows: Rows, viewer: Viewer, activity: Activity | None, content: ReflectionContent | None) -> Any:
    """The group's minutes as the page shows them, or None where there is no meeting or no group."""
    group = viewer.roster.home_group
    if activity is None or group is None or content is None or content.meeting is None:
        return None
    row = next((row for row in rows if row.kind == "minutes"), None)
    state = row.key if row else meetings.states.NONE
    return {
        "state": state,
        "state_label": meetings.states.label(state),
        "conclusion": row.text if row else "",
        "asks_me": bool(row and row.number),
        "approved_text": present.date_time(row.at, viewer.time_zone) if row and row.at else "",
        "url": reverse("boidung:minutes", args=[activity.course_key, activity.pk, group.id]),
    }


def at_prompts(
    rows: Rows, viewer: Viewer, activity: Activity | None, content: ReflectionContent
) -> dict[str, dict[str, Any]]:
    """{prompt: {"before", "conclusion", "ask"}}: what is shown above the prompt's field, and beneath it."""
    written, threads, ask_url = _before(rows), _threads(rows, viewer, activity), _ask_url(viewer, activity)
    approved = [row.text for row in rows if row.kind == "minutes" and row.key == meetings.states.APPROVED]
    conclusion = approved[0] if approved else ""
    return {
        prompt.slug: {
            "before": written.get(prompt.recall),
            "conclusion": conclusion if prompt.show_conclusion else "",
            "ask": {"url": f"{ask_url}&place={prompt.slug}", "threads": threads.get(prompt.slug, [])}
            if ask_url
            else None,
        }
        for prompt in content.prompts
    }


def _before(rows: Rows) -> dict[str, dict[str, str]]:
    """{step: what was written there}, the last try of each."""
    tries = sorted((row for row in rows if row.kind == "before" and row.text), key=lambda row: (row.at, row.number))
    return {row.key: {"title": row.title, "text": row.text} for row in tries}


def _ask_url(viewer: Viewer, activity: Activity | None) -> str:
    if activity is None or not can(viewer, Action.ASK):
        return ""
    return f"{reverse('boidung:ask', args=[activity.course_key])}?{urlencode({'usage': activity.usage_key})}"


def _threads(rows: Rows, viewer: Viewer, activity: Activity | None) -> dict[str, list[dict[str, Any]]]:
    """{place: what was asked there and what came back}, oldest first."""
    if activity is None:
        return {}
    places: dict[str, dict[str, dict[str, Any]]] = {}
    for row in sorted((row for row in rows if row.kind in ("said", "answered")), key=lambda row: row.number):
        thread = places.setdefault(row.key, {}).setdefault(row.title, {"question": row.text, "answers": []})
        thread["url"] = reverse("boidung:question", args=[activity.course_key, row.title])
        thread["state_label"] = support.states.label(
            support.states.ANSWERED if row.kind == "answered" else support.states.OPEN
        )
        if row.kind == "answered":
            at_text = present.date_time(row.at, viewer.time_zone) if row.at else ""
            thread["answers"].append({"text": row.text, "by": present.person(row.who), "at_text": at_text})
    return {place: list(found.values()) for place, found in places.items()}
