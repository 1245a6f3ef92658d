"""What an author sets of a group meeting: its kind and number, and what its minutes begin with."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from boidung_xblock.authored.rubric import Authored


class MeetingKind(StrEnum):
    """Loại buổi: the kinds of the templates that schools use."""

    REGULAR = "regular"  # thường kì
    TOPIC = "topic"  # chuyên đề
    LESSON_STUDY = "lesson_study"  # nghiên cứu bài học
    CLUSTER = "cluster"  # cụm trường
    ONLINE = "online"  # trực tuyến


class Meeting(Authored):
    """One meeting of each group. ``agenda`` is what the minutes' content begins with; ``number`` is "lần …"."""

    kind: MeetingKind = MeetingKind.REGULAR
    number: int = Field(default=1, ge=1, le=99)
    title: str = Field(default="", max_length=300)
    agenda: str = Field(default="", max_length=5000)
    min_opinions: int = Field(default=2, ge=0, le=20)  # rows of opinions before minutes may be sent
    members_write: bool = False  # else the leader and the secretary
