"""Who is looking: a frozen value that every permission is decided on. Built by ``roster.api.viewer_for``."""

from __future__ import annotations

from dataclasses import dataclass, field

from boidung_xblock.host import CourseAccess, Masquerade


@dataclass(frozen=True)
class GroupBrief:
    """A group as pages name it."""

    id: int
    name: str
    unit_name: str


@dataclass(frozen=True)
class RosterRoles:
    """What the roster of the course's round says of a person; ids of groups and units."""

    round_id: int | None = None
    person_id: int | None = None
    round_admin: bool = False
    member_of: frozenset[int] = frozenset()  # as member, leader or secretary
    leads: frozenset[int] = frozenset()
    keeps_minutes_of: frozenset[int] = frozenset()  # secretary
    core_teacher_of: frozenset[int] = frozenset()
    manages: frozenset[int] = frozenset()  # units
    home_group: GroupBrief | None = None  # the one group the person belongs to, whatever the role there


@dataclass(frozen=True)
class Viewer:
    """A person at one course. Under masquerade the platform's roles are already those of the mask."""

    user_id: int | None
    course_key: str
    username: str = ""
    full_name: str = ""
    access: CourseAccess = field(default_factory=CourseAccess)
    roster: RosterRoles = field(default_factory=RosterRoles)
    masquerade: Masquerade = Masquerade.NONE
    time_zone: str = "Asia/Ho_Chi_Minh"

    @property
    def is_known(self) -> bool:
        """Logged in."""
        return self.user_id is not None

    @property
    def known_id(self) -> int:
        """The user's id, for code that a permission has already guarded. ValueError for a visitor."""
        if self.user_id is None:
            raise ValueError("a visitor has no id")
        return self.user_id

    @property
    def name(self) -> str:
        """The full name, else the username."""
        return self.full_name or self.username
