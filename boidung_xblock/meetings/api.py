"""Minutes of group meetings: what other parts may call."""

from boidung_xblock.meetings import states
from boidung_xblock.meetings.beside import attendance_around, attendance_from, minutes_around
from boidung_xblock.meetings.content import NEEDED, TEXT_FIELDS, MinutesContent, Opinion, Task, parse
from boidung_xblock.meetings.deciding import MAX_REASON, approve, confirm, make_up, reopen, send
from boidung_xblock.meetings.erasing import erase_person
from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.meetings.reading import (
    ArchivePage,
    ArchiveRow,
    Attendance,
    MeetingInView,
    MinutesBrief,
    archive_page,
    attendance_of,
    conclusion_of,
    content_of,
    history,
    meeting_in_view,
    meeting_of,
    scope,
)
from boidung_xblock.meetings.writing import save

__all__ = [
    "MAX_REASON",
    "NEEDED",
    "TEXT_FIELDS",
    "ArchivePage",
    "ArchiveRow",
    "Attendance",
    "MeetingInView",
    "Minutes",
    "MinutesBrief",
    "MinutesContent",
    "MinutesRevision",
    "Opinion",
    "RollCall",
    "Task",
    "approve",
    "archive_page",
    "attendance_around",
    "attendance_from",
    "attendance_of",
    "conclusion_of",
    "confirm",
    "content_of",
    "erase_person",
    "history",
    "make_up",
    "meeting_in_view",
    "meeting_of",
    "minutes_around",
    "parse",
    "reopen",
    "save",
    "scope",
    "send",
    "states",
]
