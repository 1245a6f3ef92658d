"""A platform in memory: Django accounts, and dictionaries for all that a real platform keeps in tables of its own.

It behaves as the Protocol promises (and passes ``tests/host_contract``), so that a test says what the platform is
like (``host.enrol(…)``, ``host.make_staff(…)``, ``host.extend(…)``) instead of what some call returns.
``tests/conftest.py`` empties it before each test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import InMemoryStorage, Storage
from django.db.models import Q
from django.db.models.functions import Lower

from boidung_xblock.host import (
    Account,
    BlockFacts,
    CannotGrade,
    CourseAccess,
    CourseFacts,
    DueDate,
    GradesFrozen,
    Masquerade,
    Message,
    NoSuchCourse,
    NotInStudio,
)

_BATCH = 500


@dataclass(frozen=True)
class PublishedScore:
    """One score that reached the gradebook; None stands for a cleared score."""

    user_id: int
    usage_key: str
    earned: Decimal | None
    possible: Decimal


class RegisterBlock:
    """A block as far as grading goes: its ``publish_grade()`` sends the mark in force, read from ``grading.api``."""

    def __init__(self, host: MemoryHost, user_id: int, usage_key: str) -> None:
        self.host = host
        self.user_id = user_id
        self.usage_key = usage_key

    def publish_grade(self) -> None:
        """Send the mark in force, or the clearing of the score, to the host's gradebook."""
        from boidung_xblock.activities import api as activities
        from boidung_xblock.grading import api as grading

        activity = activities.get(self.usage_key)
        grade = grading.grade_of(activity.pk, self.user_id)
        earned = grade.earned if grade else None
        possible = grade.possible if grade else activity.weight
        self.host.record_score(PublishedScore(self.user_id, self.usage_key, earned, possible))


class MemoryHost:
    """Implements ``boidung_xblock.host.Host``; the methods above the line are for tests to arrange things."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.courses: dict[str, CourseFacts] = {}
        self.blocks: dict[str, tuple[str, BlockFacts]] = {}
        self.offered: dict[str, list[str]] = {}
        self.is_studio = True
        self.enrolments: set[tuple[int, str]] = set()
        self.roles: dict[tuple[int, str], str] = {}
        self.masks: dict[str, Masquerade] = {}
        self.cohorts: dict[tuple[int, str], str] = {}
        self.names: dict[int, str] = {}
        self.zones: dict[int, str] = {}
        self.retired: set[str] = set()
        self.due: dict[str, datetime] = {}
        self.grace: dict[str, timedelta] = {}
        self.extensions: dict[tuple[int, str], datetime] = {}
        self.scores: list[PublishedScore] = []
        self.completion: dict[tuple[int, str], float] = {}
        self.grading_troubles: dict[str, str] = {}
        self.frozen: set[str] = set()
        self.load_block: Callable[[int, str], Any] | None = None
        self.files = InMemoryStorage()
        self.messages: list[tuple[int, Message]] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.calls: dict[str, int] = defaultdict(int)

    def add_course(self, course_key: str, title: str = "Mô đun 1") -> CourseFacts:
        """A course that exists."""
        facts = CourseFacts(course_key, title, f"/courses/{course_key}/course/")
        self.courses[course_key] = facts
        return facts

    def add_block(self, course_key: str, block: BlockFacts) -> None:
        """A published block of ours; its authored due date counts for everybody without an extension."""
        self.blocks[block.usage_key] = (course_key, block)
        if block.due:
            self.due[block.usage_key] = block.due

    def remove_block(self, usage_key: str) -> None:
        """The block leaves the published course."""
        self.blocks.pop(usage_key)

    def make_staff(self, user: Any, course_key: str) -> None:
        """Course staff."""
        self.roles[user.pk, course_key] = "staff"

    def make_limited_staff(self, user: Any, course_key: str) -> None:
        """Course staff who are kept out of Studio."""
        self.roles[user.pk, course_key] = "limited"

    def make_instructor(self, user: Any, course_key: str) -> None:
        """Course instructor (administrator of the course)."""
        self.roles[user.pk, course_key] = "instructor"

    def unenrol(self, *, user_id: int, course_key: str) -> None:
        """The enrolment is no longer active."""
        self.enrolments.discard((user_id, course_key))

    def wear_mask(self, course_key: str, mask: Masquerade) -> None:
        """From now on requests in this course are made under ``mask``."""
        self.masks[course_key] = mask

    def retire(self, user: Any) -> None:
        """The account is gone for good; its name and e-mail stay taken."""
        self.retired |= {user.get_username().lower(), user.email.lower()}
        user.delete()

    def set_due(self, usage_key: str, due: datetime | None, grace: timedelta = timedelta()) -> None:
        """The authored due date and the grace period; None takes it away."""
        self.due.pop(usage_key, None)
        if due:
            self.due[usage_key] = due
        self.grace[usage_key] = grace

    def extend(self, *, user_id: int, usage_key: str, due: datetime) -> None:
        """A due date of their own for one learner."""
        self.extensions[user_id, usage_key] = due

    def refuse_scores(self, usage_key: str, reason: str = "grades are frozen") -> None:
        """Scores of this block do not get through until ``accept_scores``."""
        self.grading_troubles[usage_key] = reason

    def accept_scores(self, usage_key: str) -> None:
        """End of ``refuse_scores``."""
        self.grading_troubles.pop(usage_key, None)

    def freeze_grades(self, course_key: str) -> None:
        """The course is over: its gradebook takes nothing more. ``frozen.discard`` ends it."""
        self.frozen.add(course_key)

    def record_score(self, score: PublishedScore) -> None:
        """The gradebook takes a score; ``scores`` keeps all of them, oldest first."""
        self.scores.append(score)

    def score_of(self, user_id: int, usage_key: str) -> PublishedScore | None:
        """The score the gradebook shows now."""
        own = [score for score in self.scores if (score.user_id, score.usage_key) == (user_id, usage_key)]
        return own[-1] if own else None

    # -- the Protocol: people -------------------------------------------------------------------------------
    def course_access(self, user: Any, course_key: str) -> CourseAccess:
        self.calls["course_access"] += 1
        if not user.is_authenticated:
            return CourseAccess()
        enrolled = (user.pk, course_key) in self.enrolments
        if self.masquerade(course_key) is not Masquerade.NONE:
            return CourseAccess(enrolled=enrolled)
        role = self.roles.get((user.pk, course_key), "")
        everywhere = bool(user.is_staff)
        return CourseAccess(
            enrolled=enrolled,
            staff=everywhere or role in {"limited", "staff", "instructor"},
            admin=everywhere or role == "instructor",
            global_staff=everywhere,
        )

    def masquerade(self, course_key: str) -> Masquerade:
        return self.masks.get(course_key, Masquerade.NONE)

    def display_name(self, user: Any) -> str:
        return self.names.get(user.pk) or user.get_full_name() or user.get_username()

    def time_zone(self, user: Any) -> str:
        return self.zones.get(user.pk) or getattr(settings, "BOIDUNG_TIME_ZONE", "Asia/Ho_Chi_Minh")

    def find_accounts(self, *, usernames: Iterable[str], emails: Iterable[str]) -> list[Account]:
        self.calls["find_accounts"] += 1
        found: dict[int, Account] = {}
        folded = sorted({email.lower() for email in emails if email})
        wanted = [("username", name) for name in sorted(set(usernames)) if name]
        wanted += [("email", address) for address in folded]
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            query = Q(username__in=[value for kind, value in batch if kind == "username"])
            query |= Q(folded_email__in=[value for kind, value in batch if kind == "email"])
            for user in get_user_model().objects.annotate(folded_email=Lower("email")).filter(query):
                found[user.pk] = Account(user.pk, user.get_username(), user.email, self.display_name(user))
        return [found[key] for key in sorted(found)]

    def create_account(self, *, username: str, email: str, full_name: str) -> Account:
        self.calls["create_account"] += 1
        users = get_user_model().objects
        gone = {username.lower(), email.lower()} & self.retired
        if gone or users.filter(Q(username__iexact=username) | Q(email__iexact=email)).exists():
            raise ValueError("username or e-mail is taken")
        user = users.create_user(username=username, email=email)
        self.names[user.pk] = full_name
        return Account(user.pk, username, email, full_name)

    def enrol(self, *, user_id: int, course_key: str) -> None:
        self.enrolments.add((user_id, course_key))

    def cohort_names(self, *, course_key: str, user_ids: Iterable[int]) -> dict[int, str]:
        return {user: self.cohorts[user, course_key] for user in user_ids if (user, course_key) in self.cohorts}

    # -- courses --------------------------------------------------------------------------------------------
    def course_facts(self, course_key: str) -> CourseFacts | None:
        return self.courses.get(course_key)

    def course_keys(self) -> list[str]:
        return sorted(self.courses)

    def offer_blocks(self, course_key: str, kinds: Sequence[str], *, dry_run: bool = False) -> list[str]:
        if not self.is_studio:
            raise NotInStudio(course_key)
        if course_key not in self.courses:
            raise NoSuchCourse(course_key)
        offered = self.offered.get(course_key, [])
        missing = [kind for kind in kinds if kind not in offered]
        if not dry_run:
            self.offered[course_key] = offered + missing
        return missing

    def may_author(self, user: Any, course_key: str) -> bool:
        return self.course_access(user, course_key).staff and self.roles.get((user.pk, course_key)) != "limited"

    def own_blocks(self, course_key: str) -> list[BlockFacts]:
        own = [block for key, block in self.blocks.values() if key == course_key]
        return sorted(own, key=lambda block: block.position)

    def block_url(self, usage_key: str) -> str:
        return f"/jump_to/{usage_key}"

    def grades_frozen(self, course_key: str) -> bool:
        self.calls["grades_frozen"] += 1
        return course_key in self.frozen

    # -- scores, completion, dates --------------------------------------------------------------------------
    def publish_score(self, *, user_id: int, usage_key: str) -> None:
        self.calls["publish_score"] += 1
        if usage_key in self.grading_troubles:
            raise CannotGrade(self.grading_troubles[usage_key])
        if usage_key not in self.blocks:
            raise CannotGrade("the block is not in the published course")
        if self.blocks[usage_key][0] in self.frozen:
            raise GradesFrozen("grades are frozen since the course has ended")
        if self.load_block:
            self.load_block(user_id, usage_key).publish_grade()
        else:
            RegisterBlock(self, user_id, usage_key).publish_grade()

    def set_completion(self, *, user_id: int, usage_key: str, value: float) -> None:
        if not 0.0 <= value <= 1.0:
            raise ValueError("completion lies between 0 and 1")
        self.completion[user_id, usage_key] = value

    def due_dates(self, *, course_key: str, usage_key: str, user_ids: Iterable[int]) -> dict[int, DueDate]:
        self.calls["due_dates"] += 1
        authored = self.due.get(usage_key)
        grace = self.grace.get(usage_key, timedelta())
        dates = {}
        for user_id in user_ids:
            due = self.extensions.get((user_id, usage_key), authored)
            dates[user_id] = DueDate(due, due + grace if due else None)
        return dates

    def own_due_dates(self, *, course_key: str, usage_keys: Collection[str], user_id: int) -> dict[str, DueDate]:
        return {
            key: self.due_dates(course_key=course_key, usage_key=key, user_ids=[user_id])[user_id] for key in usage_keys
        }

    # -- the rest -------------------------------------------------------------------------------------------
    def send_message(self, *, user_id: int, message: Message) -> bool:
        account = get_user_model().objects.filter(pk=user_id, is_active=True).exclude(email="").first()
        if account is None:
            return False
        self.messages.append((user_id, message))
        return True

    def emit_event(self, name: str, data: Mapping[str, Any], *, course_key: str, user_id: int | None) -> None:
        self.events.append((name, dict(data)))

    def storage(self) -> Storage:
        return self.files
