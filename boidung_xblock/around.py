"""The one shape in which applets offer what a page shows around somebody's work, so that one query brings it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, Field, IntegerField, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

COLUMNS = ("kind", "key", "title", "text", "who", "at", "number")


@dataclass(frozen=True)
class Row:
    """One thing around; what ``key`` and the rest mean, the ``kind`` says."""

    kind: str
    key: str
    title: str
    text: str
    who: str
    at: datetime | None
    number: int


def part(rows: QuerySet[Any], kind: str | Combinable, **columns: str | Combinable) -> QuerySet[Any]:
    """``rows`` in the common shape; ``columns`` name a column of the model or give an expression, the rest is empty."""
    empty: dict[str, Any] = {
        "key": Value(""),
        "title": Value(""),
        "text": Value(""),
        "who": Value(""),
        "at": Value(None, output_field=DateTimeField()),
        "number": Value(0),
    }
    kinds: dict[str, Field[Any, Any]] = {
        "key": CharField(max_length=255),
        "at": DateTimeField(),
        "number": IntegerField(),
    }
    made = {
        f"around_{name}": Cast(F(given) if isinstance(given, str) else given, kinds.get(name, TextField()))
        for name, given in {**empty, **columns}.items()
    }
    made["around_kind"] = Cast(Value(kind) if isinstance(kind, str) else kind, CharField(max_length=255))
    return rows.order_by().annotate(**made).values_list(*(f"around_{name}" for name in COLUMNS))


def fetch(parts: Iterable[QuerySet[Any]]) -> list[Row]:
    """All parts' rows; one query, or none for no parts. In no order."""
    asked = list(parts)
    if not asked:
        return []
    first, *others = asked
    return [Row(*row) for row in (first.union(*others, all=True) if others else first)]
