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
class CheckpointAnswered(LearnerEvent):
    """A learner answered a step of a checkpoint; what was answered is never told."""

    NAME = "boidung.checkpoint.answered"

    step: str  # the author's name of the step
    kind: str  # one of ours
    number: int  # of the try
    right: bool | None  # None: a step without right and wrong
    done: int  # required steps done so far
    required: int


@dataclass(frozen=True, kw_only=True)
class CheckpointCompleted(LearnerEvent):
    """A learner has done every required step of a checkpoint."""

    NAME = "boidung.checkpoint.completed"

    earned: float
    possible: float
    passed: bool | None
    group_id: int | None


@dataclass(frozen=True, kw_only=True)
class MarkGiven(LearnerEvent):
    """A mark came into force."""

    NAME = "boidung.mark.given"

    version: int  # of the reflection that was marked; 0: none
    number: int  # of the mark, counted for this learner and block
    source: str  # "marker", "override", "rescore" or "auto"
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
class QuestionAsked(LearnerEvent):
    """A learner asked the core teacher, or asked further."""

    NAME = "boidung.question.asked"

    question_id: int
    number: int  # of the message about this question
    group_id: int | None


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(LearnerEvent):
    """Somebody who may do so answered a learner's question."""

    NAME = "boidung.question.answered"

    question_id: int
    number: int  # of the message about this question
    group_id: int | None
    seconds: float  # since the message before


@dataclass(frozen=True, kw_only=True)
class MinutesEvent(Event):
    """About the minutes of one group at one block."""

    usage_id: str
    group_id: int
    minutes_id: int
    revision: int  # how often they were sent for confirmation so far


@dataclass(frozen=True, kw_only=True)
class MinutesSent(MinutesEvent):
    """A group's minutes were sent to its members for confirmation."""

    NAME = "boidung.minutes.sent"

    present: int
    absent: int
    opinions: int


@dataclass(frozen=True, kw_only=True)
class MinutesConfirmed(MinutesEvent):
    """A member confirmed their own name under minutes as they were sent."""

    NAME = "boidung.minutes.confirmed"


@dataclass(frozen=True, kw_only=True)
class MinutesApproved(MinutesEvent):
    """Minutes were approved and are locked."""

    NAME = "boidung.minutes.approved"

    present: int
    confirmed: int  # of those present, so far


@dataclass(frozen=True, kw_only=True)
class MinutesReopened(MinutesEvent):
    """Minutes can be written again; what was approved no longer counts."""

    NAME = "boidung.minutes.reopened"

    approved: bool  # false: they were only waiting for confirmation


@dataclass(frozen=True, kw_only=True)
class RosterImported(Event):
    """A staff workbook was applied to a round; ``course_id`` is empty, a round has several courses."""

    NAME = "boidung.roster.imported"

    round_id: int
    import_id: int
    rows: int
    rejected: int


@dataclass(frozen=True, kw_only=True)
class ResultFileMade(Event):
    """A task finished a result file of a course; ``actor_id`` asked for it."""

    NAME = "boidung.results.made"

    round_id: int
    file_id: int
    rows: int
    passed: int
    seconds: float  # from the request to the file


@dataclass(frozen=True, kw_only=True)
class ResultFileOpened(Event):
    """Somebody downloaded a result file: it names every learner of the round."""

    NAME = "boidung.results.opened"

    round_id: int
    file_id: int
    rows: int


EVENTS: tuple[type[Event], ...] = (
    ReflectionSubmitted,
    ReflectionWithdrawn,
    ReflectionOpened,
    ReflectionReturned,
    ReflectionArchived,
    CheckpointAnswered,
    CheckpointCompleted,
    MarkGiven,
    MarkDelivered,
    FileAttached,
    QuestionAsked,
    QuestionAnswered,
    MinutesSent,
    MinutesConfirmed,
    MinutesApproved,
    MinutesReopened,
    RosterImported,
    ResultFileMade,
    ResultFileOpened,
)


def emit(event: Event) -> None:
    """Send the event once the present transaction has committed; what is rolled back never happened.

    A site whose event log fails loses the event, never the work.
    """
    send = get_host().emit_event
    after_commit(send, event.NAME, event.data(), course_key=event.course_id, user_id=event.actor_id)
