"""``boidung_xblock.host.Host`` on the demo's tables; what each method promises stands in the Protocol."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from completion.models import BlockCompletion
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from edx_when.models import ContentDate, UserDate
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.fields import DateTime

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
)
from demo import access
from demo.models import Block, Enrolment, Profile, RetiredName
from demo.runtime import DemoRuntime, bind

_BATCH = 500
_FROZEN_AFTER = timedelta(days=30)  # as GRADEBOOK_FREEZE_DAYS on the platform


class DemoHost:
    """Every method of the Protocol."""

    def course_access(self, user: Any, course_key: str) -> CourseAccess:
        return access.course_access(user, course_key)

    def masquerade(self, course_key: str) -> Masquerade:
        return access.masquerade(course_key)

    def display_name(self, user: Any) -> str:
        name = user.profile.name if hasattr(user, "profile") else ""
        return name or user.get_full_name() or user.get_username()

    def time_zone(self, user: Any) -> str:
        zone = user.profile.time_zone if hasattr(user, "profile") else ""
        return zone or settings.BOIDUNG_TIME_ZONE

    def find_accounts(self, *, usernames: Iterable[str], emails: Iterable[str]) -> list[Account]:
        wanted = [("name", name.lower()) for name in set(usernames) if name]
        wanted += [("email", email.lower()) for email in set(emails) if email]
        users = (
            get_user_model()
            .objects.select_related("profile")
            .annotate(low_name=Lower("username"), low_email=Lower("email"))
        )
        found = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            names, emails = ([value for kind, value in batch if kind == which] for which in ("name", "email"))
            for user in users.filter(Q(low_name__in=names) | Q(low_email__in=emails)):
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

    def cohort_names(self, *, course_key: str, user_ids: Iterable[int]) -> dict[int, str]:
        return {}  # as in a course that is not cohorted

    def course_facts(self, course_key: str) -> CourseFacts | None:
        root = Block.objects.filter(course_key=course_key, position=0).first()
        title = root.fields.get("display_name", "") if root else ""
        return root and CourseFacts(course_key, title, reverse("course", args=[course_key]))

    def course_keys(self) -> list[str]:
        return sorted(Block.objects.values_list("course_key", flat=True).distinct())

    def offer_blocks(self, course_key: str, kinds: Sequence[str], *, dry_run: bool = False) -> list[str]:
        if course_key not in self.course_keys():
            raise NoSuchCourse(course_key)
        return []  # the demo's authors are offered everything

    def may_author(self, user: Any, course_key: str) -> bool:
        return access.course_access(user, course_key).staff

    def own_blocks(self, course_key: str) -> list[BlockFacts]:
        runtime = DemoRuntime(CourseKey.from_string(course_key))
        keys = [key for key in runtime.content.fields if key.block_type.startswith("boidung_")]
        return [
            BlockFacts(
                usage_key=str(block.location),
                kind=block.scope_ids.block_type,
                title=block.display_name_with_default,
                position=position,
                periods=float(block.periods or 0),
                weight=float(block.weight or 0),
                due=block.due,
                settings=block.activity_settings(),
            )
            for position, block in enumerate(runtime.get_block(key) for key in keys)
        ]

    def block_url(self, usage_key: str) -> str:
        return reverse("jump-to", args=[str(UsageKey.from_string(usage_key).course_key), usage_key])

    def grades_frozen(self, course_key: str) -> bool:
        root = Block.objects.filter(course_key=course_key, position=0).first()
        end = DateTime().from_json(root.fields.get("end")) if root else None
        return end is not None and timezone.now() > end + _FROZEN_AFTER

    def publish_score(self, *, user_id: int, usage_key: str) -> None:
        user = get_user_model().objects.filter(pk=user_id).first()
        block = bind(user, UsageKey.from_string(usage_key)) if user else None
        if block is None:
            raise CannotGrade(f"{usage_key} is not loadable for user {user_id}")
        if self.grades_frozen(str(block.course_id)):
            raise GradesFrozen("grades are frozen since the course has ended")
        block.publish_grade()
        block.save()

    def set_completion(self, *, user_id: int, usage_key: str, value: float) -> None:
        user = get_user_model().objects.get(pk=user_id)
        BlockCompletion.objects.submit_completion(user, UsageKey.from_string(usage_key), value)

    def due_dates(self, *, course_key: str, usage_key: str, user_ids: Iterable[int]) -> dict[int, DueDate]:
        wanted = list(user_ids)
        found = self._due_dates(course_key, [usage_key], wanted)
        return {user_id: found.get((usage_key, user_id), DueDate()) for user_id in wanted}

    def own_due_dates(self, *, course_key: str, usage_keys: Collection[str], user_id: int) -> dict[str, DueDate]:
        found = self._due_dates(course_key, usage_keys, [user_id])
        return {usage_key: found.get((usage_key, user_id), DueDate()) for usage_key in usage_keys}

    def _due_dates(
        self, course_key: str, usage_keys: Collection[str], user_ids: list[int]
    ) -> dict[tuple[str, int], DueDate]:
        runtime = DemoRuntime(CourseKey.from_string(course_key))
        dates = ContentDate.objects.filter(course_id=runtime.course_key, field="due", active=True)
        by_place = {date.location: date for date in dates.select_related("policy")}
        rows = UserDate.objects.filter(content_date__in=by_place.values()).order_by("modified")
        rows = rows.filter(user_id__in=user_ids) if len(user_ids) <= _BATCH else rows
        # The latest one of each; None: taken back.
        own = {(place, user_id): date for place, user_id, date in rows.values_list("content_date", "user", "abs_date")}
        found = {}
        for usage_key in usage_keys:
            line = runtime.content.lineage(UsageKey.from_string(usage_key))
            # As edx-when looks a date up: the nearest block that has one counts, with its extensions.
            nearest = next((by_place[key] for key in line if key in by_place), None)
            if nearest is not None:
                grace = runtime.get_block(line[0]).graceperiod or timedelta()
                for user_id in user_ids:
                    due = own.get((nearest.pk, user_id)) or nearest.policy.abs_date
                    found[usage_key, user_id] = DueDate(due, due + grace)
        return found

    def send_message(self, *, user_id: int, message: Message) -> bool:
        account = get_user_model().objects.filter(pk=user_id, is_active=True).exclude(email="").first()
        if account is not None:
            folder, context = f"boidung/edx_ace/{message.kind}/email", vars(message)
            subject, body = (render_to_string(f"{folder}/{name}.txt", context).strip() for name in ("subject", "body"))
            account.email_user(subject, body)
        return account is not None

    def emit_event(self, name: str, data: Mapping[str, Any], *, course_key: str, user_id: int | None) -> None:
        logging.getLogger("tracking").info(json.dumps({"name": name, "user_id": user_id, "data": data}))

    def storage(self) -> Storage:
        return storages["boidung"]
