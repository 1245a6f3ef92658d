"""Tracking events: what happened, for a site's logs and statistics. ``docs/events.md`` documents every field.

Names and fields stand here and nowhere else: a browser can neither choose nor add any. Fields are ids, numbers,
booleans and words of ours; what people write (answers, comments, reasons, names of files) never is one.
A field is never renamed or dropped within a ``VERSION``; new fields may join.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from boidung_xblock.commits import after_commit
from boidung_xblock.host import get_host


@dataclass(frozen=True, kw_only=True)
class Event:
    """What all events have: where, who did it (None: the platform or a task did), and whom it concerns."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int] = 1

    course_id: str
    actor_id: int | None

    def data(self) -> dict[str, Any]:
        """The payload, as JSON data, with ``schema_version``."""
        return {"schema_version": self.VERSION, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class LearnerEvent(Event):
    """About one learner at one block."""

    usage_id: str
    learner_id: int


@dataclass(frozen=True, kw_only=True)
class ReflectionSubmitted(LearnerEvent):
    """A learner submitted, or submitted again after a withdrawal or a return."""

    NAME = "boidung.reflection.submitted"

    version: int
    resubmission: bool  # after a return
    words: int
    files: int
    late: bool
    group_id: int | None


@dataclass(frozen=True, kw_only=True)
class ReflectionWithdrawn(LearnerEvent):
    """A learner took a submission back."""

    NAME = "boidung.reflection.withdrawn"

    version: int


@dataclass(frozen=True, kw_only=True)
class ReflectionOpened(LearnerEvent):
    """A marker opened a submission for the first time: it can no longer be withdrawn."""

    NAME = "boidung.reflection.opened"

    version: int


@dataclass(frozen=True, kw_only=True)
class ReflectionReturned(LearnerEvent):
    """A marker gave work back for revision."""

    NAME = "boidung.reflection.returned"

    version: int


@dataclass(frozen=True, kw_only=True)
class ReflectionArchived(LearnerEvent):
    """The learner's state was deleted by an instructor's tool; our rows were put aside."""

    NAME = "boidung.reflection.archived"

    version: int


@dataclass(frozen=True, kw_only=True)
class MarkGiven(LearnerEvent):
    """A mark came into force."""

    NAME = "boidung.mark.given"

    version: int  # of the reflection that was marked; 0: none
    number: int  # of the mark, counted for this learner and block
    source: str  # "marker", "override" or "rescore"
    earned: float
    possible: float
    passed: bool


@dataclass(frozen=True, kw_only=True)
class MarkDelivered(LearnerEvent):
    """The gradebook took the mark in force (or the clearing of it)."""

    NAME = "boidung.mark.delivered"

    number: int  # the change of the grade that the gradebook now has
    attempts: int
    seconds: float  # from the mark to the gradebook


@dataclass(frozen=True, kw_only=True)
class FileAttached(LearnerEvent):
    """A learner attached a file to a draft."""

    NAME = "boidung.file.attached"

    kind: str  # one of the extensions the author allows
    size: int  # bytes


@dataclass(frozen=True, kw_only=True)
class RosterImported(Event):
    """A staff workbook was applied to a round; ``course_id`` is empty, a round has several courses."""

    NAME = "boidung.roster.imported"

    round_id: int
    import_id: int
    rows: int
    rejected: int


EVENTS: tuple[type[Event], ...] = (
    ReflectionSubmitted,
    ReflectionWithdrawn,
    ReflectionOpened,
    ReflectionReturned,
    ReflectionArchived,
    MarkGiven,
    MarkDelivered,
    FileAttached,
    RosterImported,
)


def emit(event: Event) -> None:
    """Send the event once the present transaction has committed; what is rolled back never happened.

    A site whose event log fails loses the event, never the work.
    """
    send = get_host().emit_event
    after_commit(send, event.NAME, event.data(), course_key=event.course_id, user_id=event.actor_id)
