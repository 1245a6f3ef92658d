"""Reading minutes: one group's at one meeting, the archive of a course, and what other applets reckon with."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from boidung_xblock.activities import api as activities
from boidung_xblock.activities.api import Activity
from boidung_xblock.authored.meeting import Meeting
from boidung_xblock.errors import missing
from boidung_xblock.meetings import content as contents
from boidung_xblock.meetings import states
from boidung_xblock.meetings.content import MinutesContent
from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.permissions import Action, is_course_staff, is_round_admin, is_themselves, require
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

PAGE_SIZE = 25


@dataclass(frozen=True)
class MeetingInView:
    """One group's meeting: what the author set, who belongs to the group, the minutes as stored (None: not begun)."""

    activity: Activity
    meeting: Meeting
    group: roster.GroupFacts
    members: list[roster.GroupMember]
    minutes: Minutes | None
    roll: list[RollCall]  # by given name
    unit_ids: frozenset[int]

    @property
    def course_key(self) -> str:
        """The course it belongs to."""
        return self.activity.course_key

    @property
    def group_id(self) -> int | None:
        """The group that meets."""
        return self.group.id

    @property
    def named(self) -> frozenset[int]:
        """Ids of the people in the roll call."""
        return frozenset(row.person_id for row in self.roll)

    @property
    def members_write(self) -> bool:
        """Whether every member of the group may write."""
        return self.meeting.members_write

    @property
    def state(self) -> str:
        """One of ``states``."""
        return self.minutes.state if self.minutes else states.NONE


@dataclass(frozen=True)
class Attendance:
    """What the roll call says of a member. ``approved_at`` is None until the minutes are approved.

    ``made_up_at``: when it was recorded that an absent member made up the meeting.
    """

    status: str
    made_up_at: datetime | None
    approved: bool
    approved_at: datetime | None

    @property
    def made_up(self) -> bool:
        """Absent, and has made up the meeting."""
        return self.made_up_at is not None


@dataclass(frozen=True)
class MinutesBrief:
    """A group's minutes in two words; ``conclusion`` as it is written now."""

    state: str
    conclusion: str


@dataclass(frozen=True)
class ArchiveRow:
    """One line of the archive. ``confirmed`` of ``present`` members have confirmed the text as it was sent last."""

    id: int
    activity_id: int
    activity_title: str
    group_id: int
    day: str
    state: str
    present: int
    absent: int
    confirmed: int
    saved_at: datetime


@dataclass(frozen=True)
class ArchivePage:
    """One page; ``next_cursor`` is "" on the last. ``counts`` by state."""

    rows: list[ArchiveRow]
    next_cursor: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def meeting_of(activity: Activity) -> Meeting:
    """What the author set of the activity's meeting. Missing where it has none."""
    set_by_author = activity.settings.get("meeting")
    if not set_by_author:
        raise missing()
    return Meeting.model_validate(set_by_author)


def _meeting_of_stored(minutes: Minutes, activity: Activity) -> Meeting:
    """The same; minutes stay in reach when the author has taken the meeting away."""
    if activity.settings.get("meeting"):
        return meeting_of(activity)
    content = contents.load(minutes.content)
    return Meeting(kind=content.kind, number=content.number)


def meeting_in_view(viewer: Viewer, activity_id: int, group_id: int) -> MeetingInView:
    """The group's meeting at the activity, for those who may READ_MINUTES. At most six queries. Missing, Refused.

    It need not have been begun; reading never writes.
    """
    activity = activities.by_id(activity_id)
    group = roster.group_facts(viewer.course_key, group_id)
    if activity.course_key != viewer.course_key or group is None:
        raise missing()
    minutes = Minutes.objects.filter(activity=activity, group_id=group_id).first()
    meeting = _meeting_of_stored(minutes, activity) if minutes else meeting_of(activity)
    roll = list(RollCall.objects.filter(minutes=minutes).order_by("name_sort", "person_id")) if minutes else []
    # Only managers of units are asked about what lies above.
    units = roster.units_above(group.unit_ids) if viewer.roster.manages else group.unit_ids
    found = MeetingInView(activity, meeting, group, [], minutes, roll, units)
    require(viewer, Action.READ_MINUTES, found)
    found.members.extend(roster.group_members(group_id))
    return found


def prefilled(found: MeetingInView) -> MinutesContent:
    """What minutes begin with: the author's agenda, the group's names, its leader in the chair. Stores nothing."""
    leader, secretary = found.group.led_by(found.members), found.group.kept_by(found.members)
    return MinutesContent(
        kind=found.meeting.kind,
        number=found.meeting.number,
        authority=found.group.authority_name,
        school=found.group.unit_name,
        team=found.group.name,
        title=found.meeting.title,
        chair=leader.full_name if leader else "",
        chair_title=leader.position if leader else "",
        secretary=secretary.full_name if secretary else "",
        agenda=found.meeting.agenda,
    )


def content_of(found: MeetingInView) -> MinutesContent:
    """What is stored, else what minutes begin with."""
    return contents.load(found.minutes.content) if found.minutes else prefilled(found)


def history(minutes: Minutes) -> list[MinutesRevision]:
    """Everything that was decided about the minutes, in order, without the texts. One query."""
    return list(minutes.revisions.order_by("number").defer("content", "roll"))


# -- the archive --------------------------------------------------------------------------------------------------
def scope(viewer: Viewer) -> QuerySet[Minutes]:
    """The minutes of the course that the viewer may read. Agrees with READ_MINUTES row by row (tested)."""
    rows = Minutes.objects.filter(course_key=viewer.course_key)
    if not viewer.is_known or not is_themselves(viewer):
        return rows.none()
    if is_course_staff(viewer) or is_round_admin(viewer):
        return rows
    roles = viewer.roster
    seen = Q(group_id__in=roles.member_of | roles.core_teacher_of)
    if roles.manages:
        seen |= Q(group_id__in=roster.groups_below(roles.manages))
    if roles.person_id is not None:
        seen |= Q(Exists(RollCall.objects.filter(minutes=OuterRef("pk"), person_id=roles.person_id)))
    return rows.filter(seen)


def archive_page(viewer: Viewer, *, state: str = "", after: str = "", size: int = PAGE_SIZE) -> ArchivePage:
    """One page of the archive, latest saved first; ``state`` "" shows all. Three queries, however many there are.

    A bad cursor starts at the beginning.
    """
    rows = scope(viewer)
    counts = {row["state"]: row["number"] for row in rows.values("state").annotate(number=Count("id"))}
    if state:
        rows = rows.filter(state=state)
    cursor = _decode(after)
    if cursor is not None:
        rows = rows.filter(Q(saved_at__lt=cursor[0]) | Q(saved_at=cursor[0], id__lt=cursor[1]))
    # The page first, by its slim columns: texts and roll calls of a whole course are not to be sorted for 25 lines.
    page = list(rows.order_by("-saved_at", "-id").values_list("pk", flat=True)[: size + 1])
    present = Q(roll__status=states.PRESENT)
    now_confirmed = Q(roll__confirmed_revision=F("revision_no"), revision_no__gt=0)
    counted = (
        Minutes.objects.filter(pk__in=page)
        .select_related("activity")
        .annotate(
            present_count=Count("roll", filter=present),
            absent_count=Count("roll", filter=~present & Q(roll__id__isnull=False)),
            confirmed_count=Count("roll", filter=present & now_confirmed),
        )
    )
    found: list[Any] = list(counted.order_by("-saved_at", "-id"))
    next_cursor = _encode(found[size - 1]) if len(found) > size else ""
    return ArchivePage([_row(minutes) for minutes in found[:size]], next_cursor, counts)


def _row(minutes: Any) -> ArchiveRow:
    day = str(minutes.content.get("day", ""))
    return ArchiveRow(
        id=minutes.pk,
        activity_id=minutes.activity_id,
        activity_title=minutes.activity.title,
        group_id=minutes.group_id,
        day=date.fromisoformat(day).strftime("%d/%m/%Y") if day else "",
        state=minutes.state,
        present=minutes.present_count,
        absent=minutes.absent_count,
        confirmed=minutes.confirmed_count,
        saved_at=minutes.saved_at,
    )


# -- for other applets --------------------------------------------------------------------------------------------
def attendance_of(activity_ids: Collection[int], user_ids: Collection[int]) -> dict[tuple[int, int], Attendance]:
    """{(activity, account): what the roll call says}; who is in none is left out. One query; asks for no permission.

    Who stands in the roll calls of two groups (they moved) is counted where it is best for them.
    """
    rows = RollCall.objects.filter(minutes__activity_id__in=activity_ids, person__user_id__in=user_ids)
    lines = []
    for activity_id, user_id, status, made_up_at, state, approved_at in rows.order_by("id").values_list(
        "minutes__activity_id", "person__user_id", "status", "made_up_at", "minutes__state", "minutes__approved_at"
    ):
        approved = state == states.APPROVED
        one = Attendance(status, made_up_at, approved, approved_at if approved else None)
        lines.append(((activity_id, user_id), one))
    return best_of(lines)


def best_of(lines: Iterable[tuple[tuple[int, int], Attendance]]) -> dict[tuple[int, int], Attendance]:
    """{(activity, account): the line that is best for them}."""
    found: dict[tuple[int, int], Attendance] = {}
    for place, one in lines:
        if place not in found or _rank(one) > _rank(found[place]):
            found[place] = one
    return found


def _rank(one: Attendance) -> tuple[bool, bool, bool]:
    there = one.status == states.PRESENT or one.made_up
    # Of two absences the approved one: it says what is to be done.
    return (there and one.approved, there, one.approved)


def conclusion_of(activity_id: int, group_id: int) -> MinutesBrief | None:
    """State and conclusion of the group's minutes, None if nobody has begun. One query; asks for no permission."""
    row = Minutes.objects.filter(activity_id=activity_id, group_id=group_id).values_list("state", "conclusion").first()
    return MinutesBrief(*row) if row else None


def _encode(minutes: Minutes) -> str:
    return base64.urlsafe_b64encode(json.dumps([minutes.saved_at.isoformat(), minutes.pk]).encode()).decode()


def _decode(cursor: str) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    try:
        moment, row_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        loaded, row_id = datetime.fromisoformat(moment), int(row_id)
    except (ValueError, TypeError, binascii.Error):
        return None
    return (loaded, row_id) if loaded.tzinfo is not None and 0 <= row_id < 2**63 else None
