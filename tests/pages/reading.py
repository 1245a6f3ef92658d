"""What page tests read: the fields of a form as a browser without scripts sends them, and our share of the queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Who is logged in is the platform's business; savepoints ask the database nothing.
_PLATFORM = ("django_session", "auth_user", "SAVEPOINT", "BEGIN", "COMMIT")


@contextmanager
def own_queries() -> Iterator[list[str]]:
    """The SQL that is ours, once the block has ended."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    for query in captured.captured_queries:
        if "boidung_" in query["sql"] or not any(word in query["sql"] for word in _PLATFORM):
            found.append(query["sql"])


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        name = named.get("name", "")
        unchosen = named.get("type") == "radio" and "checked" not in named
        if tag == "input" and name and not unchosen:
            self.fields[name] = named.get("value", "")
        if tag == "textarea" and name:
            self.area, self.fields[name] = name, ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def form_of(response: Any) -> dict[str, str]:
    """Names and values of the page's fields; radios only where one is chosen."""
    parser = _Fields()
    parser.feed(response.content.decode())
    return parser.fields


def text_of(response: Any) -> str:
    """The page as text."""
    return response.content.decode()
