"""Reading one reflection: the author's own, and a marker's view of it. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from boidung_xblock.activities.api import Activity
from boidung_xblock.errors import missing
from boidung_xblock.files import api as files
from boidung_xblock.permissions import Action, can, require
from boidung_xblock.reflections import states
from boidung_xblock.reflections.models import Reflection, ReflectionVersion, VersionFile
from boidung_xblock.viewer import Viewer


@dataclass(frozen=True)
class VersionView:
    """One version. ``answers``: ``[{"slug", "title", "text"}]``; ``self_rating``: criterion → level, from 1."""

    number: int
    submitted_at: datetime
    is_late: bool
    receipt_code: str
    answers: list[dict[str, str]]
    self_rating: dict[str, int]
    word_count: int
    group_name: str
    unit_name: str
    files: list[files.FileView] = field(default_factory=list)

    @property
    def is_erased(self) -> bool:
        """Whether there were words that are gone now (``erasing``); what was left empty counted none."""
        return self.word_count > 0 and not any(answer["text"] for answer in self.answers)


@dataclass(frozen=True)
class EventView:
    """Something that happened to a reflection."""

    kind: str
    version_no: int
    actor_name: str
    reason: str
    created_at: datetime


@dataclass(frozen=True)
class WorkView:
    """A reflection with its whole history, newest first."""

    reflection: Reflection
    activity: Activity
    versions: list[VersionView]
    events: list[EventView]


@dataclass(frozen=True)
class SubmittedRow:
    """One learner's work as reports list it; ``answers`` as in ``VersionView``, empty unless they were asked for."""

    author_id: int
    username: str
    state: str
    version_no: int
    submitted_at: datetime
    is_late: bool
    receipt_code: str
    word_count: int
    group_name: str
    unit_name: str
    answers: list[dict[str, str]] = field(default_factory=list)


def own(*, activity_id: int, user_id: int) -> Reflection | None:
    """The person's own reflection with its latest version and event; one query, None if nothing was submitted."""
    return (
        Reflection.objects.select_related("latest", "last_event")
        .filter(activity_id=activity_id, author_id=user_id, archive_no=0)
        .first()
    )


def is_with_learner(*, activity_id: int, user_id: int) -> bool:
    """Whether the person may type at all: nothing submitted yet, returned, or withdrawn. One query."""
    row = Reflection.objects.filter(activity_id=activity_id, author_id=user_id, archive_no=0)
    state = row.values_list("state", flat=True).first()
    return state is None or state in states.WITH_LEARNER


def has_submitted(*, activity_id: int, user_id: int) -> bool:
    """Whether the person has handed in at least one version that still counts."""
    return Reflection.objects.filter(
        activity_id=activity_id, author_id=user_id, archive_no=0, version_no__gt=0
    ).exists()


@dataclass(frozen=True)
class Stand:
    """Where somebody's reflection stands, without its words."""

    state: str
    submitted_at: datetime | None


def stands_of(activity_ids: Collection[int], user_ids: Collection[int]) -> dict[tuple[int, int], Stand]:
    """{(activity, author): where it stands}, those who have handed in only; one query."""
    rows = Reflection.objects.filter(activity_id__in=activity_ids, author_id__in=user_ids, archive_no=0)
    columns = rows.values_list("activity_id", "author_id", "state", "submitted_at")
    return {(activity_id, user_id): Stand(state, at) for activity_id, user_id, state, at in columns}


def submitted(*, activity_id: int, with_answers: bool = False, batch: int = 500) -> Iterator[list[SubmittedRow]]:
    """Everybody's latest version that counts, in the order of their accounts; one query for each batch.

    The caller has asked who may read the report. What was withdrawn unread is listed without its answers.
    """
    rows = Reflection.objects.filter(activity_id=activity_id, archive_no=0).order_by("author_id")
    rows = rows.select_related("author", "latest").defer(*(() if with_answers else ("latest__answers",)))
    last = 0
    while found := list(rows.filter(author_id__gt=last)[:batch]):
        yield [_submitted_row(row, row.latest, with_answers) for row in found if row.latest]
        last = found[-1].author_id


def _submitted_row(row: Reflection, version: ReflectionVersion, with_answers: bool) -> SubmittedRow:
    return SubmittedRow(
        author_id=row.author_id,
        username=row.author.get_username(),
        state=row.state,
        version_no=version.number,
        submitted_at=version.submitted_at,
        is_late=version.is_late,
        receipt_code=version.receipt_code,
        word_count=version.word_count,
        group_name=version.group_name,
        unit_name=version.unit_name,
        answers=version.answers if with_answers and row.state != states.WITHDRAWN else [],
    )


def files_of(version: ReflectionVersion) -> list[files.Attachment]:
    """The files of one version; one query."""
    links = VersionFile.objects.filter(version=version).select_related("attachment").order_by("id")
    return [link.attachment for link in links]


def history(reflection: Reflection) -> tuple[list[VersionView], list[EventView]]:
    """All versions and events, newest first; three queries. The caller has checked READ."""
    versions = list(reflection.versions.order_by("-number"))
    attached = _attached(versions)
    events = reflection.events.order_by("-id")
    return (
        [version_view(version, attached[version.pk]) for version in versions],
        [EventView(e.kind, e.version_no, e.actor_name, e.reason, e.created_at) for e in events],
    )


def version_view(version: ReflectionVersion, attachments: list[files.Attachment]) -> VersionView:
    """A version as pages show it."""
    return VersionView(
        number=version.number,
        submitted_at=version.submitted_at,
        is_late=version.is_late,
        receipt_code=version.receipt_code,
        answers=version.answers,
        self_rating=version.self_rating,
        word_count=version.word_count,
        group_name=version.group_name,
        unit_name=version.unit_name,
        files=[files.view(row) for row in attachments],
    )


def work_for_marking(viewer: Viewer, reflection_id: int) -> WorkView:
    """A reflection for the marking page. Who: who may MARK it; never its author. Four queries. Missing, Refused."""
    reflection = _find(reflection_id)
    require(viewer, Action.MARK, reflection)
    versions, events = history(reflection)
    return WorkView(reflection=reflection, activity=reflection.activity, versions=versions, events=events)


def may_read_file(viewer: Viewer, attachment: files.Attachment) -> bool:
    """Its owner, and whoever may READ a submitted reflection that holds it."""
    if viewer.is_known and attachment.owner_id == viewer.user_id:
        return True
    # More than one where the learner started anew with the same file after their state was deleted.
    links = VersionFile.objects.select_related("version__reflection__activity").filter(attachment=attachment)
    return any(can(viewer, Action.READ, link.version.reflection) for link in links)


def _find(reflection_id: int) -> Reflection:
    row = (
        Reflection.objects.select_related("activity", "group", "latest").filter(pk=reflection_id, archive_no=0).first()
    )
    if row is None:
        raise missing()
    return row


def _attached(versions: list[ReflectionVersion]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    links = VersionFile.objects.filter(version__in=versions).select_related("attachment").order_by("id")
    for link in links:
        found[link.version_id].append(link.attachment)
    return found
