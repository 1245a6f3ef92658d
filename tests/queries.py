"""Counting queries: ours apart from the host's and from what merely opens and closes transactions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

_CONTROL = re.compile(r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |START TRANSACTION)", re.IGNORECASE)
_OURS = re.compile(r"[\"`]boidung_")
_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE)", re.IGNORECASE)


@dataclass
class Counted:
    """What happened inside ``counted()``; filled when the block ends."""

    statements: list[str] = field(default_factory=list)

    @property
    def ours(self) -> int:
        """Statements that touch a table of ours; none of ours touches only others'."""
        return sum(1 for statement in self.statements if _OURS.search(statement))

    @property
    def foreign(self) -> list[str]:
        """Statements on other tables only: accounts, sessions."""
        return [statement for statement in self.statements if not _OURS.search(statement)]

    @property
    def writes(self) -> list[str]:
        """Statements that change something, whosesoever."""
        return [statement for statement in self.statements if _WRITES.match(statement)]


@contextmanager
def counted() -> Iterator[Counted]:
    """All statements of the block but transaction control."""
    found = Counted()
    with CaptureQueriesContext(connection) as context:
        yield found
    found.statements += [query["sql"] for query in context.captured_queries if not _CONTROL.match(query["sql"])]
