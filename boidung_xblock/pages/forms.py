"""What the desk's forms and its address line carry, as typed values. What is allowed is the applets' to say.

Text is passed on as typed (the applets normalise it); lengths are cut only where nobody types that much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import pgettext

from boidung_xblock.errors import BadInput
from boidung_xblock.pages.guards import Typed

WAITING = "waiting"
STATES = (WAITING, "returned", "marked", "all")
SORTS = ("waiting", "name", "newest")
_LIMIT = 100_000


@dataclass(frozen=True)
class DeskQuery:
    """The filter of the desk as the address line says it; anything unknown falls back to the default."""

    activity_id: int | None = None
    group_id: int | None = None
    state: str = WAITING
    query: str = ""
    sort: str = "waiting"
    after: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Activity, group or name is chosen (the state is always one of the tabs)."""
        return bool(self.activity_id or self.group_id or self.query)

    def querystring(self, **changes: Any) -> str:
        """As a query string without "?", defaults left out. A change of anything but ``after`` starts at page one."""
        return urlencode(replace(self, **{"after": "", **changes}).pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Name and value of what is not the default: for the query string and for hidden fields."""
        pairs = [
            ("activity", str(self.activity_id or "")),
            ("group", str(self.group_id or "")),
            ("state", self.state if self.state != WAITING else ""),
            ("q", self.query),
            ("sort", self.sort if self.sort != "waiting" else ""),
            ("after", self.after),
        ]
        return [(name, value) for name, value in pairs if value]


def parse_desk_query(data: Mapping[str, str]) -> DeskQuery:
    """The filter from GET parameters, or from the hidden fields that a marking form carries along."""
    state, sort = data.get("state", ""), data.get("sort", "")
    return DeskQuery(
        activity_id=posted_id(data.get("activity", "")),
        group_id=posted_id(data.get("group", "")),
        state=state if state in STATES else WAITING,
        query=data.get("q", "").strip()[:100],
        sort=sort if sort in SORTS else "waiting",
        after=data.get("after", "")[:200],
    )


@dataclass(frozen=True)
class MarkForm:
    """A filled marking sheet. ``points`` and ``comments`` by criterion slug; points as typed ("7,5")."""

    row_version: int
    client_key: str
    points: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    private_note: str = ""


@dataclass(frozen=True)
class ReturnForm:
    """A filled form "return for revision"."""

    row_version: int
    client_key: str
    reason: str = ""


def parse_mark(post: Mapping[str, str]) -> MarkForm:
    """The posted marking sheet; BadInput if its hidden fields are damaged.

    Points that were left empty count as those of the chosen level: without scripts a level is a choice too.
    """
    return MarkForm(
        row_version=required_row_version(post),
        client_key=required_client_key(post),
        points=_points(post),
        comments=_by_slug(post, "comments."),
        comment=post.get("comment", "")[:_LIMIT],
        private_note=post.get("private_note", "")[:_LIMIT],
    )


@dataclass(frozen=True)
class MessageForm:
    """A filled form "ask" or "answer"; ``row_version`` is 0 where nothing was said before."""

    client_key: str
    row_version: int
    text: str = ""


def parse_message(post: Mapping[str, str], *, is_first: bool = False) -> MessageForm:
    """The posted question or answer; BadInput if its hidden fields are damaged."""
    row_version = 0 if is_first else required_row_version(post)
    return MessageForm(
        client_key=required_client_key(post), row_version=row_version, text=post.get("text", "")[:_LIMIT]
    )


@dataclass(frozen=True)
class PostedSheet:
    """All that either form of the marking page carried, to be shown again; never damaged, only empty."""

    points: dict[str, str]
    comments: dict[str, str]
    comment: str
    private_note: str
    reason: str
    seen_events: int
    seen_marks: int


def parse_posted_sheet(post: Mapping[str, str]) -> PostedSheet:
    """What was typed, and how much history the page showed."""
    return PostedSheet(
        points=_points(post),
        comments=_by_slug(post, "comments."),
        comment=post.get("comment", "")[:_LIMIT],
        private_note=post.get("private_note", "")[:_LIMIT],
        reason=post.get("reason", "")[:_LIMIT],
        seen_events=posted_id(post.get("seen_events", "")) or 0,
        seen_marks=posted_id(post.get("seen_marks", "")) or 0,
    )


def parse_return(post: Mapping[str, str]) -> ReturnForm:
    """The posted return; BadInput if its hidden fields are damaged."""
    return ReturnForm(
        row_version=required_row_version(post),
        client_key=required_client_key(post),
        reason=post.get("reason", "")[:_LIMIT],
    )


def typed_text(request: HttpRequest) -> list[Typed]:
    """What was typed into the marking page, labelled, for a page that cannot show the form again."""
    points = [text for text in _by_slug(request.POST, "points.").values() if text]
    comments = list(_by_slug(request.POST, "comments.").values())
    rows = [Typed(pgettext("boidung", "Points"), " · ".join(points))]
    rows += [
        Typed(pgettext("boidung", "Comment on criterion %(number)d") % {"number": number}, text)
        for number, text in enumerate(comments, start=1)
    ]
    rows.append(Typed(pgettext("boidung", "Overall comment"), request.POST.get("comment", "")))
    rows.append(Typed(pgettext("boidung", "Private note"), request.POST.get("private_note", "")))
    rows.append(Typed(pgettext("boidung", "What should be revised"), request.POST.get("reason", "")))
    return [row for row in rows if row.text.strip()]


def posted_id(text: str) -> int | None:
    """A positive id as an address line or hidden field says it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _points(post: Mapping[str, str]) -> dict[str, str]:
    typed = {slug: text for slug, text in _by_slug(post, "points.").items() if text.strip()}
    return {slug: text.strip()[:20] for slug, text in (_by_slug(post, "level.") | typed).items()}


def _by_slug(post: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: post[name][:_LIMIT] for name in post if name.startswith(prefix)}


def required_row_version(post: Mapping[str, str]) -> int:
    """The hidden field; BadInput if it is damaged."""
    number = posted_id(post.get("row_version", ""))
    if number is None:
        raise _damaged()
    return number


def required_client_key(post: Mapping[str, str]) -> str:
    """The hidden field; BadInput if it is damaged."""
    key = post.get("client_key", "")
    if not 8 <= len(key) <= 64:
        raise _damaged()
    return key


def _damaged() -> BadInput:
    return BadInput("bad_form", pgettext("boidung", "The form did not arrive whole. Please open the page again."))
