"""What minutes say: the fields of the official form (domain §7), their bounds, and what sending asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Annotated, Any

from django.utils.translation import pgettext
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from boidung_xblock.authored.meeting import Meeting, MeetingKind
from boidung_xblock.errors import BadInput
from boidung_xblock.meetings import states
from boidung_xblock.text import ERASED_NAME, clean_line, normalise

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_FIRST_MONTH = 8  # of a school year
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:hg]|giờ)\s*(\d{2})?(?:\s*phút)?")


def _line(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


def _words(value: Any) -> Any:
    return normalise(value).strip() if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """ISO, or as people write it: 24/11/2026."""
    text = _line(value)
    found = _DAY_FIRST.fullmatch(text) if isinstance(text, str) else None
    text = f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else text
    return date.fromisoformat(text).isoformat() if text else ""


def _clock(value: Any) -> Any:
    """14:05, or as people write it: 14h05, 14 giờ 05."""
    text = _line(value)
    if not text:
        return ""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError("not a time")
    return time(int(found[1]), int(found[2] or 0)).isoformat("minutes")


_ONE_LINE, _TEXT = BeforeValidator(_line), BeforeValidator(_words)
Line60 = Annotated[str, _ONE_LINE, Field(max_length=60)]
Line120 = Annotated[str, _ONE_LINE, Field(max_length=120)]
Line200 = Annotated[str, _ONE_LINE, Field(max_length=200)]
Line300 = Annotated[str, _ONE_LINE, Field(max_length=300)]
Short = Annotated[str, _TEXT, Field(max_length=2000)]
Long = Annotated[str, _TEXT, Field(max_length=20_000)]
Day = Annotated[str, BeforeValidator(_day)]
Clock = Annotated[str, BeforeValidator(_clock)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Opinion(_Shape):
    """Who said what."""

    who: Line200 = ""
    what: Short = ""

    @property
    def counts(self) -> bool:
        """Somebody said something."""
        return bool(self.who and self.what)


class Task(_Shape):
    """What is to be done, by whom, until when (free words)."""

    what: Short = ""
    who: Line200 = ""
    when: Line120 = ""

    @property
    def counts(self) -> bool:
        """Somebody is to do something."""
        return bool(self.what and self.who)


class MinutesContent(_Shape):
    """Everything but the roll call. ``day`` is an ISO date, ``start`` and ``end`` are "HH:MM"; each may be "".

    ``kind`` and ``number`` are the author's, as they were when the minutes were last saved.
    """

    kind: MeetingKind = MeetingKind.REGULAR
    number: int = Field(default=1, ge=1, le=99)
    authority: Line200 = ""  # Đơn vị chủ quản
    school: Line200 = ""
    team: Line200 = ""
    document_no: Line60 = ""
    locality: Line120 = ""  # địa danh
    title: Line300 = ""
    school_year: Line60 = ""
    day: Day = ""
    start: Clock = ""
    end: Clock = ""
    place: Line300 = ""
    chair: Line200 = ""
    chair_title: Line120 = ""
    secretary: Line200 = ""
    guests: Short = ""
    strengths: Short = ""
    limits: Short = ""
    causes: Short = ""
    remedies: Short = ""
    agenda: Long = ""
    tasks: list[Task] = Field(default=[], max_length=50)
    opinions: list[Opinion] = Field(default=[], max_length=100)
    conclusion: Long = ""
    proposals: Short = ""


# Without these minutes are not sent (domain §7, "yes").
NEEDED = frozenset(("day", "start", "end", "place", "chair", "secretary", "agenda", "conclusion"))
TEXT_FIELDS = tuple(name for name in MinutesContent.model_fields if name not in ("kind", "number", "tasks", "opinions"))


def parse(given: Mapping[str, Any], meeting: Meeting) -> MinutesContent:
    """What was typed, checked; rows in which nothing stands are left out, an empty school year follows the day.

    BadInput ``bad_minutes`` with ``fields``: messages by field; a row's field is "opinions.0.what".
    """
    data = {name: given.get(name, "") for name in TEXT_FIELDS}
    data |= {"kind": meeting.kind, "number": meeting.number}
    for name in ("tasks", "opinions"):
        rows = given.get(name) or []
        data[name] = [
            row for row in rows if isinstance(row, Mapping) and any(str(cell).strip() for cell in row.values())
        ]
    try:
        made = MinutesContent.model_validate(data)
        return made if made.school_year else made.model_copy(update={"school_year": school_year(made.day)})
    except ValidationError as error:
        fields = {".".join(map(str, one["loc"])): _problem(one) for one in error.errors()}
    raise BadInput("bad_minutes", pgettext("boidung", "The minutes were not saved."), fields=fields)


def school_year(day: str) -> str:
    """The school year, August to July, in which an ISO date lies: "2026-2027"; "" for no date."""
    if not day:
        return ""
    found = date.fromisoformat(day)
    first = found.year if found.month >= _FIRST_MONTH else found.year - 1
    return f"{first}-{first + 1}"


def load(stored: Mapping[str, Any]) -> MinutesContent:
    """What the database holds; fields that came later are at their default."""
    return MinutesContent.model_validate(stored)


def dump(content: MinutesContent) -> dict[str, Any]:
    """As the database holds it."""
    return content.model_dump(mode="json")


def check_whole(content: MinutesContent, roll: Sequence[Mapping[str, Any]], meeting: Meeting) -> None:
    """BadInput ``incomplete`` unless the minutes can be sent: each thing that is missing names its field.

    ``roll``: "name" and "status" of everybody in the roll call. What is asked for: ``NEEDED``, the roll call, opinions.
    """
    told = sum(opinion.counts for opinion in content.opinions)
    fields = {name: message for name, message in _needed().items() if not getattr(content, name)}
    if not any(task.counts for task in content.tasks):
        fields["tasks"] = pgettext(
            "boidung", "Please write down at least one task: what is to be done, and who is to do it."
        )
    if told < meeting.min_opinions:
        fields["opinions"] = pgettext(
            "boidung", "Please write down at least %(number)d opinions, each with the name of the speaker."
        ) % {"number": meeting.min_opinions}
    called = {row["name"].casefold() for row in roll} - {ERASED_NAME}
    there = {row["name"].casefold() for row in roll if row["status"] == states.PRESENT}
    if not there:
        fields["roll"] = pgettext("boidung", "At least one member must have been present.")
    elif content.chair.casefold() in called - there:
        fields["chair"] = pgettext(
            "boidung", "The roll call says that the chair was absent. Please correct one of them."
        )
    if fields:
        message = pgettext("boidung", "The minutes are saved, but they cannot be sent yet.")
        raise BadInput("incomplete", message, fields=fields)


def _needed() -> dict[str, str]:
    """What is said where a field of ``NEEDED`` is empty, in the order of the form."""
    return {
        "day": pgettext("boidung", "Please give the day of the meeting."),
        "start": pgettext("boidung", "Please say when the meeting began."),
        "end": pgettext("boidung", "Please say when the meeting ended."),
        "place": pgettext("boidung", "Please say where the meeting was held."),
        "chair": pgettext("boidung", "Please say who chaired the meeting."),
        "secretary": pgettext("boidung", "Please say who kept the minutes."),
        "agenda": pgettext("boidung", "Please write down what was discussed."),
        "conclusion": pgettext("boidung", "Please write the conclusion of the chair."),
    }


def _problem(error: Any) -> str:
    name = error["loc"][0]
    if name == "day":
        return pgettext("boidung", "Please give the day as dd/mm/yyyy.")
    if name in ("start", "end"):
        return pgettext("boidung", "Please give the time as hh:mm.")
    limit = error.get("ctx", {}).get("max_length")
    if error["type"] == "too_long" and limit:
        return pgettext("boidung", "At most %(number)d rows.") % {"number": limit}
    if limit:
        return pgettext("boidung", "At most %(number)d characters.") % {"number": limit}
    return pgettext("boidung", "This field is missing or malformed.")
