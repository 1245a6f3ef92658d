"""``boidung_xblock.host.Host`` on the demo's tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from completion.models import BlockCompletion
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from edx_when.models import ContentDate, UserDate
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from boidung_xblock.host import Account, BlockFacts, CannotGrade, CourseAccess, CourseFacts, DueDate, Masquerade
from demo import access
from demo.models import Course, Enrolment, Profile, RetiredName
from demo.runtime import DemoRuntime, bind

_BATCH = 500


class DemoHost:
    """Every method as the Protocol says."""

    # -- people ---------------------------------------------------------------------------------------------
    def course_access(self, user: Any, course_key: str) -> CourseAccess:
        return access.course_access(user, course_key)

    def masquerade(self, course_key: str) -> Masquerade:
        return access.masquerade(course_key)

    def display_name(self, user: Any) -> str:
        profile = getattr(user, "profile", None)
        return (profile.name if profile else "") or user.get_full_name() or user.get_username()

    def time_zone(self, user: Any) -> str:
        profile = getattr(user, "profile", None)
        return (profile.time_zone if profile else "") or settings.BOIDUNG_TIME_ZONE

    def find_accounts(self, *, usernames: Iterable[str], emails: Iterable[str]) -> list[Account]:
        wanted = [("low_name", name.lower()) for name in sorted(set(usernames)) if name]
        wanted += [("low_email", email.lower()) for email in sorted(set(emails)) if email]
        users = get_user_model().objects.select_related("profile")
        users = users.annotate(low_name=Lower("username"), low_email=Lower("email"))
        found = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            names, mails = ([value for kind, value in batch if kind == which] for which in ("low_name", "low_email"))
            for user in users.filter(Q(low_name__in=names) | Q(low_email__in=mails)):
                found[user.pk] = Account(user.pk, user.username, user.email, self.display_name(user))
        return [found[key] for key in sorted(found)]

    def create_account(self, *, username: str, email: str, full_name: str) -> Account:
        users = get_user_model().objects
        taken = users.filter(Q(username__iexact=username) | Q(email__iexact=email)).exists()
        if taken or RetiredName.objects.filter(value__in=[username.lower(), email.lower()]).exists():
            raise ValueError("username or e-mail is taken")
        with transaction.atomic():
            user = users.create_user(username=username, email=email)
            Profile.objects.create(user=user, name=full_name)
        return Account(user.pk, username, email, full_name)

    def enrol(self, *, user_id: int, course_key: str) -> None:
        Enrolment.objects.update_or_create(user_id=user_id, course_key=course_key, defaults={"is_active": True})

    # -- courses --------------------------------------------------------------------------------------------
    def course_facts(self, course_key: str) -> CourseFacts | None:
        course = Course.objects.filter(course_key=course_key).first()
        return CourseFacts(course_key, course.title, reverse("course", args=[course_key])) if course else None

    def own_blocks(self, course_key: str) -> list[BlockFacts]:
        runtime = DemoRuntime(CourseKey.from_string(course_key))
        keys = [key for key in runtime.content.fields if key.block_type.startswith("boidung_")]
        blocks = [runtime.get_block(key) for key in keys]
        return [
            BlockFacts(
                usage_key=str(block.location),
                kind=block.scope_ids.block_type,
                title=block.display_name_with_default,
                position=position,
                periods=float(block.periods),
                weight=float(block.weight),
                due=block.due,
                settings=block.activity_settings(),
            )
            for position, block in enumerate(blocks)
        ]

    def block_url(self, usage_key: str) -> str:
        return reverse("jump-to", args=[str(UsageKey.from_string(usage_key).course_key), usage_key])

    # -- scores, completion, dates --------------------------------------------------------------------------
    def publish_score(self, *, user_id: int, usage_key: str) -> None:
        user = get_user_model().objects.filter(pk=user_id).first()
        try:
            block = bind(user, UsageKey.from_string(usage_key)) if user else None
        except InvalidKeyError as error:
            raise CannotGrade(str(error)) from error
        if block is None:
            raise CannotGrade(f"{usage_key} is not loadable for user {user_id}")
        block.publish_grade()
        block.save()

    def set_completion(self, *, user_id: int, usage_key: str, value: float) -> None:
        user = get_user_model().objects.get(pk=user_id)
        BlockCompletion.objects.submit_completion(user, UsageKey.from_string(usage_key), value)

    def due_dates(self, *, course_key: str, usage_key: str, user_ids: Iterable[int]) -> dict[int, DueDate]:
        runtime = DemoRuntime(CourseKey.from_string(course_key))
        line = runtime.content.lineage(UsageKey.from_string(usage_key))
        grace = runtime.get_block(line[0]).graceperiod if line[0] in runtime.content.fields else None
        dates = ContentDate.objects.filter(course_id=runtime.course_key, location__in=line, field="due", active=True)
        by_place = {date.location: date for date in dates.select_related("policy")}
        # As edx-when's lookup: the nearest block with a date counts, with that date's extensions.
        nearest = next((by_place[key] for key in line if key in by_place), None)
        due = nearest.policy.abs_date if nearest else None
        wanted = list(user_ids)
        own: dict[int, datetime] = {}
        if nearest:
            rows = UserDate.objects.filter(content_date=nearest).order_by("modified")
            if len(wanted) <= _BATCH:
                rows = rows.filter(user_id__in=wanted)
            own = {row["user_id"]: row["abs_date"] or due for row in rows.values("user_id", "abs_date")}
        return {user_id: _due_date(own.get(user_id, due), grace) for user_id in wanted}

    # -- the rest -------------------------------------------------------------------------------------------
    def storage(self) -> Storage:
        return storages["boidung"]


def _due_date(due: datetime | None, grace: timedelta | None) -> DueDate:
    return DueDate(due, due + (grace or timedelta()) if due else None)
