"""What stands beneath a step or a prompt: the way to ask the core teacher there, and the answers that came back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from boidung_xblock.permissions import Action, can
from boidung_xblock.present import date_time, person
from boidung_xblock.support import api as support
from boidung_xblock.viewer import Viewer


class Places(dict[str, Any]):
    """{place: ask} for ``boidung/support/_place.html``: any place may be asked about, so ``[slug]`` and ``get`` give
    for one without questions the way to ask alone. Empty, and None for every place, for those who may not ask.
    """

    def __init__(self, ask_url: str) -> None:
        super().__init__()
        self._url = ask_url

    def url(self, place: str) -> str:
        """Where to ask about it; "" for those who may not."""
        return f"{self._url}&{urlencode({'place': place})}" if self._url else ""

    def __missing__(self, place: str) -> dict[str, Any] | None:
        return {"url": self.url(place), "threads": []} if self._url else None

    def get(self, place: str, default: Any = None) -> Any:
        """As ``[place]``."""
        return self[place] or default


def places(viewer: Viewer, activity_id: int, usage_key: str, course_key: str) -> Places:
    """{place: {"url", "threads": [{"question", "answers": [{"text", "by", "at_text"}], "state_label", "url"}]}}.

    The viewer's own questions only; one query, none for those who may not ASK (under "view as" too).
    """
    if not can(viewer, Action.ASK):
        return Places("")
    found = Places(f"{reverse('boidung:ask', args=[course_key])}?{urlencode({'usage': usage_key})}")
    for place, threads in support.threads_at(activity_id, viewer.known_id).items():
        found[place] = {"url": found.url(place), "threads": [_thread(viewer, course_key, one) for one in threads]}
    return found


def _thread(viewer: Viewer, course_key: str, brief: support.ThreadBrief) -> dict[str, Any]:
    answers = [message for message in brief.messages if message.is_answer]
    return {
        "question": brief.messages[0].text,
        "answers": [
            {"text": one.text, "by": person(one.author_name), "at_text": date_time(one.created_at, viewer.time_zone)}
            for one in answers
        ],
        "state_label": support.states.label(brief.state),
        "url": reverse("boidung:question", args=[course_key, brief.id]),
    }
