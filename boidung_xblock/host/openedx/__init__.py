"""``boidung_xblock.host.Host`` on Open edX: Teak, Ulmo and Verawood.

One module for each part of the platform. Only this package imports ``lms``, ``openedx``, ``common`` and ``xmodule``,
and only inside functions: Studio loads it as well, and what belongs to the LMS is touched when the LMS calls it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.files.storage import Storage

from boidung_xblock.host import Account, BlockFacts, CourseAccess, CourseFacts, DueDate, Masquerade, Message
from boidung_xblock.host.openedx import advanced, cohorts, courses, dates, events, messages, people, scores
from boidung_xblock.host.openedx.storage import storage

__all__ = ["OpenedxHost"]


class OpenedxHost:
    """Every method as the Protocol says; which platform functions they call is told where they are written."""

    # -- people ---------------------------------------------------------------------------------------------
    def course_access(self, user: Any, course_key: str) -> CourseAccess:
        return people.course_access(user, course_key)

    def masquerade(self, course_key: str) -> Masquerade:
        return people.masquerade(course_key)

    def display_name(self, user: Any) -> str:
        return people.display_name(user)

    def time_zone(self, user: Any) -> str:
        return people.time_zone(user)

    def find_accounts(self, *, usernames: Iterable[str], emails: Iterable[str]) -> list[Account]:
        return people.find_accounts(usernames=usernames, emails=emails)

    def create_account(self, *, username: str, email: str, full_name: str) -> Account:
        return people.create_account(username=username, email=email, full_name=full_name)

    def enrol(self, *, user_id: int, course_key: str) -> None:
        people.enrol(user_id=user_id, course_key=course_key)

    def cohort_names(self, *, course_key: str, user_ids: Iterable[int]) -> dict[int, str]:
        return cohorts.cohort_names(course_key=course_key, user_ids=user_ids)

    # -- courses --------------------------------------------------------------------------------------------
    def course_facts(self, course_key: str) -> CourseFacts | None:
        return courses.course_facts(course_key)

    def course_keys(self) -> list[str]:
        return courses.course_keys()

    def offer_blocks(self, course_key: str, kinds: Sequence[str], *, dry_run: bool = False) -> list[str]:
        return advanced.offer_blocks(course_key, kinds, dry_run=dry_run)

    def may_author(self, user: Any, course_key: str) -> bool:
        return people.may_author(user, course_key)

    def own_blocks(self, course_key: str) -> list[BlockFacts]:
        return courses.own_blocks(course_key)

    def block_url(self, usage_key: str) -> str:
        return courses.block_url(usage_key)

    def grades_frozen(self, course_key: str) -> bool:
        return scores.grades_frozen(course_key)

    # -- scores, completion, dates --------------------------------------------------------------------------
    def publish_score(self, *, user_id: int, usage_key: str) -> None:
        scores.publish_score(user_id=user_id, usage_key=usage_key)

    def set_completion(self, *, user_id: int, usage_key: str, value: float) -> None:
        scores.set_completion(user_id=user_id, usage_key=usage_key, value=value)

    def due_dates(self, *, course_key: str, usage_key: str, user_ids: Iterable[int]) -> dict[int, DueDate]:
        return dates.due_dates(course_key=course_key, usage_key=usage_key, user_ids=user_ids)

    def own_due_dates(self, *, course_key: str, usage_keys: Collection[str], user_id: int) -> dict[str, DueDate]:
        return dates.own_due_dates(course_key=course_key, usage_keys=usage_keys, user_id=user_id)

    # -- the rest -------------------------------------------------------------------------------------------
    def send_message(self, *, user_id: int, message: Message) -> bool:
        return messages.send(user_id=user_id, message=message)

    def emit_event(self, name: str, data: Mapping[str, Any], *, course_key: str, user_id: int | None) -> None:
        events.emit(name, data, course_key=course_key, user_id=user_id)

    def storage(self) -> Storage:
        return storage()
