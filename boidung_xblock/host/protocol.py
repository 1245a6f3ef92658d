"""What this package asks of the site it runs in. Keys are text everywhere; times are aware UTC."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.core.files.storage import Storage
from django.utils.module_loading import import_string


class Masquerade(Enum):
    """Whether the current request shows the course as somebody else sees it."""

    NONE = "none"
    ROLE = "role"  # as "a learner", perhaps of a content group: the person stays who they are
    LEARNER = "learner"  # as one specific learner: nothing of theirs may be written


@dataclass(frozen=True)
class CourseAccess:
    """The platform's own roles of one user in one course, as the current request shows them (masquerade-aware)."""

    enrolled: bool = False
    staff: bool = False  # course staff or higher
    admin: bool = False  # course instructor or higher
    global_staff: bool = False


@dataclass(frozen=True)
class Account:
    """A platform account. ``full_name`` is the profile's name."""

    user_id: int
    username: str
    email: str
    full_name: str


@dataclass(frozen=True)
class CourseFacts:
    """What a page shows of a course."""

    course_key: str
    title: str
    url: str


@dataclass(frozen=True)
class BlockFacts:
    """One published block of ours, for the register. ``settings`` is the block's ``activity_settings()``."""

    usage_key: str
    kind: str  # the block type: boidung_checkpoint, boidung_reflection, boidung_ledger
    title: str
    position: int  # order in the course, from 0
    periods: float
    weight: float
    due: datetime | None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DueDate:
    """When work is due for one learner, extensions included; ``closes`` adds the grace period."""

    due: datetime | None = None
    closes: datetime | None = None


class NotInStudio(Exception):
    """Courses are written in Studio, and this is not Studio."""


class NoSuchCourse(Exception):
    """There is no course of this key."""


@dataclass(frozen=True)
class Message:
    """One message to one person; its words are the templates ``boidung/edx_ace/<kind>/``."""

    kind: str  # "returned", "marked" or "answered"
    title: str  # of the activity
    course_title: str
    url: str  # where to read more; may be a path


class CannotGrade(Exception):
    """The gradebook cannot take this score now (block not loadable for the learner, grades frozen, platform error)."""


class GradesFrozen(CannotGrade):
    """The course is over and its grades no longer change; trying again is of use only once its end is moved."""


class Host(Protocol):
    """The platform as this package sees it. Every implementation passes ``tests/host_contract``."""

    # -- people ---------------------------------------------------------------------------------------------
    def course_access(self, user: Any, course_key: str) -> CourseAccess:
        """Roles and active enrolment of ``user`` (a Django user, perhaps anonymous) in the course."""

    def masquerade(self, course_key: str) -> Masquerade:
        """The masquerade of the current request in this course; NONE outside a request."""

    def display_name(self, user: Any) -> str:
        """The profile's full name, else the username."""

    def time_zone(self, user: Any) -> str:
        """The user's IANA zone, else the site's default for this package (``BOIDUNG_TIME_ZONE``)."""

    def find_accounts(self, *, usernames: Iterable[str], emails: Iterable[str]) -> list[Account]:
        """Accounts whose username or e-mail is among those given; a constant number of queries per 500 names."""

    def create_account(self, *, username: str, email: str, full_name: str) -> Account:
        """A new active account with an unusable password. ValueError if username or e-mail is or was taken."""

    def enrol(self, *, user_id: int, course_key: str) -> None:
        """Enrol actively; doing it again changes nothing."""

    def cohort_names(self, *, course_key: str, user_ids: Iterable[int]) -> dict[int, str]:
        """The platform's cohort of each user who is in one; asking assigns nobody. Queries do not grow."""

    # -- courses --------------------------------------------------------------------------------------------
    def course_facts(self, course_key: str) -> CourseFacts | None:
        """Title and address, or None if there is no such course."""

    def course_keys(self) -> list[str]:
        """Every course the site knows, in the order of their keys."""

    def offer_blocks(self, course_key: str, kinds: Sequence[str], *, dry_run: bool = False) -> list[str]:
        """Let authors of the course add blocks of these kinds; gives those that were not offered before.

        Nothing else of the course changes, and nothing at all in a dry run. NoSuchCourse, NotInStudio.
        """

    def may_author(self, user: Any, course_key: str) -> bool:
        """Whether Studio lets ``user`` change the course; the platform's "limited staff" is kept out of Studio."""

    def own_blocks(self, course_key: str) -> list[BlockFacts]:
        """All published blocks of this package in the course, in order."""

    def block_url(self, usage_key: str) -> str:
        """Where a learner meets the block."""

    def grades_frozen(self, course_key: str) -> bool:
        """Whether the gradebook of the course takes no score any more; False for a course that is unknown."""

    # -- scores, completion, dates --------------------------------------------------------------------------
    def publish_score(self, *, user_id: int, usage_key: str) -> None:
        """Bind the block to the learner and call its ``publish_grade()``. CannotGrade if that is impossible now.

        GradesFrozen (a CannotGrade) while ``grades_frozen`` of the course.
        """

    def set_completion(self, *, user_id: int, usage_key: str, value: float) -> None:
        """Completion 0.0–1.0 of the block for the learner; may go down."""

    def due_dates(self, *, course_key: str, usage_key: str, user_ids: Iterable[int]) -> dict[int, DueDate]:
        """Due date of each user, extensions included; queries do not grow with the number of users."""

    def own_due_dates(self, *, course_key: str, usage_keys: Collection[str], user_id: int) -> dict[str, DueDate]:
        """The same of one user at several blocks of the course; queries do not grow with the number of blocks."""

    # -- the rest -------------------------------------------------------------------------------------------
    def send_message(self, *, user_id: int, message: Message) -> bool:
        """Send it in the person's language; False if they cannot be reached. Other errors: try again later."""

    def emit_event(self, name: str, data: Mapping[str, Any], *, course_key: str, user_id: int | None) -> None:
        """Hand one tracking event to the site's event log; ``data`` is JSON data. Needs no database."""

    def storage(self) -> Storage:
        """Where files go. Never served publicly by us."""


@lru_cache(maxsize=8)
def _load(path: str) -> Host:
    host: Host = import_string(path)()
    return host


def get_host() -> Host:
    """The site's host, made once."""
    return _load(getattr(settings, "BOIDUNG_HOST", "boidung_xblock.host.openedx.OpenedxHost"))
