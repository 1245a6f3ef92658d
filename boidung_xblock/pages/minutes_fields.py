"""The fields of minutes with their labels: the same list makes the form and the text that is only read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from boidung_xblock.meetings import api as meetings

# What stands in one row of each list.
COLUMNS = {"opinions": ("who", "what"), "tasks": ("what", "who", "when")}
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Field:
    """One field; ``kind`` is "date", "time", "text" or "area"."""

    name: str
    label: str
    value: str = ""
    error: str = ""
    kind: str = "text"
    size: int = 0  # most characters; 0: no limit to tell
    rows: int = 3
    hint: str = ""
    needed: bool = False  # before the minutes can be sent

    @property
    def shown(self) -> str:
        """As people read it: dates as dd/mm/yyyy."""
        if self.kind != "date" or not _ISO.fullmatch(self.value):
            return self.value
        year, month, day = self.value.split("-")
        return f"{day}/{month}/{year}"


@dataclass(frozen=True)
class Row:
    """One row of opinions or tasks; ``error`` is of any of its cells."""

    cells: dict[str, str]
    error: str = ""


def when_and_where(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """Day, times, place."""
    return [
        _field(values, errors, "day", pgettext("boidung", "Day"), kind="date"),
        _field(values, errors, "start", pgettext("boidung", "Began at"), kind="time"),
        _field(values, errors, "end", pgettext("boidung", "Ended at"), kind="time"),
        _field(values, errors, "place", pgettext("boidung", "Place or address of the online meeting"), size=300),
    ]


def who_leads(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """Chair, secretary, guests."""
    return [
        _field(values, errors, "chair", pgettext("boidung", "Chair"), size=200),
        _field(values, errors, "chair_title", pgettext("boidung", "Position of the chair"), size=120),
        _field(values, errors, "secretary", pgettext("boidung", "Secretary"), size=200),
        _field(values, errors, "guests", pgettext("boidung", "Guests"), kind="area", size=2000, rows=2),
    ]


def review(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """The time since the last meeting, in four texts."""
    labels = {
        "strengths": pgettext("boidung", "What went well"),
        "limits": pgettext("boidung", "What did not go well"),
        "causes": pgettext("boidung", "Causes"),
        "remedies": pgettext("boidung", "Remedies"),
    }
    return [_field(values, errors, name, label, kind="area", size=2000) for name, label in labels.items()]


def agenda(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """What the meeting was about."""
    label = pgettext("boidung", "Content")
    return [_field(values, errors, "agenda", label, kind="area", size=20_000, rows=6)]


def ending(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """Conclusion and proposals."""
    hint = pgettext("boidung", "Concrete: what was agreed, who does it, until when.")
    conclusion = pgettext("boidung", "Conclusion of the chair")
    proposals = pgettext("boidung", "Proposals")
    return [
        _field(values, errors, "conclusion", conclusion, kind="area", size=20_000, rows=5, hint=hint),
        _field(values, errors, "proposals", proposals, kind="area", size=2000),
    ]


def printed_head(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    """What only the printed head needs."""
    labels = {
        "title": (pgettext("boidung", "Topic of the meeting"), 300),
        "school_year": (pgettext("boidung", "School year"), 60),
        "authority": (pgettext("boidung", "Authority above the school"), 200),
        "school": (pgettext("boidung", "School"), 200),
        "team": (pgettext("boidung", "Group"), 200),
        "document_no": (pgettext("boidung", "Number of the document"), 60),
        "locality": (pgettext("boidung", "Locality, before the date"), 120),
    }
    return [_field(values, errors, name, label, size=size) for name, (label, size) in labels.items()]


def rows_of(given: Mapping[str, Any], name: str, errors: Mapping[str, str], *, blank: int) -> list[Row]:
    """Rows of "opinions" or "tasks" as they were typed, and ``blank`` empty ones."""
    columns = COLUMNS[name]
    filled = [row for row in given.get(name, []) if any(str(cell).strip() for cell in row.values())]
    found = [
        Row(
            {column: str(row.get(column, "")) for column in columns},
            " ".join(text for place, text in errors.items() if place.startswith(f"{name}.{number}.")),
        )
        for number, row in enumerate(filled)
    ]
    return found + [Row(dict.fromkeys(columns, ""))] * blank


def all_fields(values: Mapping[str, str]) -> dict[str, Field]:
    """Every field by its name, without errors."""
    made = (when_and_where, who_leads, review, agenda, ending, printed_head)
    return {field.name: field for make in made for field in make(values, {})}


def as_text(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of everything that stands in minutes, as stored or as typed, to be read or copied."""
    shown = [(one.label, one.shown) for one in all_fields(given).values() if one.value.strip()]
    opinions = "\n".join(filter(None, (_joined(row, "opinions", ": ") for row in given.get("opinions", []))))
    tasks = "\n".join(filter(None, (_joined(row, "tasks", " – ") for row in given.get("tasks", []))))
    more = [(pgettext("boidung", "Opinions"), opinions), (pgettext("boidung", "Tasks"), tasks)]
    return shown + [(label, text) for label, text in more if text]


def _joined(row: Mapping[str, Any], name: str, sign: str) -> str:
    cells = (str(row.get(column, "")).strip() for column in COLUMNS[name])
    return sign.join(filter(None, cells))


def _field(values: Mapping[str, str], errors: Mapping[str, str], name: str, label: str, **more: Any) -> Field:
    return Field(name, label, values.get(name, ""), errors.get(name, ""), needed=name in meetings.NEEDED, **more)
