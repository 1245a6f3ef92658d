"""The least platform that a block can stand in: XBlock's own runtime, bound to one person of ``tests.hosts``.

Blocks are authored and published with ``BlockSite``; ``post`` calls a handler as a page does. It behaves as the
platform does where that matters: dates come with extensions in, a grade event counts for the bound person whatever
the event says and comes back as ``set_score``, completion and scores are suppressed for a "specific learner".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import crum
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import UsageKey
from opaque_keys.edx.locator import LibraryLocatorV2, LibraryUsageLocatorV2
from webob import Request, Response
from xblock.core import XBlock, XBlockMixin
from xblock.fields import DateTime, Scope, ScopeIds, String
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager, NullI18nService, Runtime
from xblock.scorable import ScorableXBlockMixin, Score

from boidung_xblock.activities import api as activities
from boidung_xblock.authored import defaults
from boidung_xblock.host import BlockFacts, Masquerade
from boidung_xblock.reflection import ReflectionXBlock
from tests import factories
from tests.hosts import PublishedScore

BLOCK_TYPE = "boidung_reflection"
SHORT_PROMPTS = [{**row, "min_words": 2 if row["required"] else 0} for row in defaults.prompts()]


class PlatformMixin(XBlockMixin):
    """The few attributes of the platform's own mixins that our blocks look at."""

    due = DateTime(scope=Scope.settings)
    show_correctness = String(scope=Scope.settings, default="always")

    @property
    def graceperiod(self) -> Any:
        """The course's grace period."""
        return factories.host().grace.get(str(self.scope_ids.usage_id))

    @property
    def location(self) -> Any:
        """The usage key."""
        return self.scope_ids.usage_id


class _Fields(KvsFieldData):
    """Field data whose ``due`` is the bound person's own, extension included; unbound it is the authored one."""

    def has(self, block: Any, name: str) -> bool:
        return self._due(block) is not None if name == "due" else bool(super().has(block, name))

    def get(self, block: Any, name: str) -> Any:
        due = self._due(block) if name == "due" else None
        return due.strftime("%Y-%m-%dT%H:%M:%S.%f") if due else super().get(block, name)

    def _due(self, block: Any) -> datetime | None:
        key = str(block.scope_ids.usage_id)
        owner = block.scope_ids.user_id or 0
        return factories.host().due_dates(course_key="", usage_key=key, user_ids=[owner])[owner].due


class _Users(UserService):
    """The bound person, with the platform's attribute names; nobody has only ``is_authenticated``."""

    def __init__(self, account: Any) -> None:
        super().__init__()
        self._account = account

    def get_current_user(self) -> XBlockUser:
        found = XBlockUser(is_current_user=True)
        found.opt_attrs = {"edx-platform.is_authenticated": self._account is not None}
        if self._account is not None:
            found.opt_attrs["edx-platform.user_id"] = self._account.pk
            found.opt_attrs["edx-platform.username"] = self._account.username
        return found


class _ReplaceUrls:
    """The platform's service, as far as it matters here: ``/static/`` becomes the course's own address."""

    def replace_urls(self, text: str, static_replace_only: bool = False) -> str:
        return text.replace('"/static/', '"/asset-v1:course/')


class BlockRuntime(Runtime):
    """One person's runtime (``account`` None: a visitor, or unbound)."""

    def __init__(self, site: BlockSite, account: Any, *, author_mode: bool = False) -> None:
        ids = MemoryIdManager()
        services = {"field-data": _Fields(site.store), "i18n": NullI18nService(), "user": _Users(account)}
        services["replace_urls"] = _ReplaceUrls()
        super().__init__(ids, mixins=(PlatformMixin,), services=services, id_generator=ids)
        self.site, self.account, self.is_author_mode = site, account, author_mode

    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        self.site.events.append((event_type, event_data))
        if factories.host().masquerade(self.site.course_key) is Masquerade.LEARNER or self.account is None:
            return
        if event_type == "completion":
            value = event_data["completion"]
            factories.host().set_completion(user_id=self.account.pk, usage_key=str(block.location), value=value)
        elif event_type == "grade":
            self._graded(block, event_data)

    def _graded(self, block: Any, event: dict[str, Any]) -> None:
        earned = None if event.get("score_deleted") else Decimal(str(event["value"]))
        possible = Decimal(str(event["max_value"]))
        factories.host().record_score(PublishedScore(self.account.pk, str(block.location), earned, possible))
        if isinstance(block, ScorableXBlockMixin):
            block.set_score(Score(raw_earned=event["value"], raw_possible=event["max_value"]))

    def applicable_aside_types(self, block: Any) -> list[str]:
        return []  # whatever else is installed here

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        return f"/handler/{block.location}/{handler_name}"

    def resource_url(self, resource: str) -> str:
        raise NotImplementedError("assets come from Django's staticfiles")

    def local_resource_url(self, block: Any, uri: str) -> str:
        raise NotImplementedError("assets come from Django's staticfiles")


@dataclass
class BlockSite:
    """The published blocks of a course, and every event they sent (``events``, in order)."""

    course_key: str = factories.COURSE
    store: DictKeyValueStore = field(default_factory=DictKeyValueStore)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def author(self, name: str = "r1", **fields: Any) -> ReflectionXBlock:
        """Write a block's fields as Studio does; its prompts ask for two words unless said otherwise."""
        block = self.block(None, name)
        for field_name, value in {"prompts": SHORT_PROMPTS, "file_rules": factories.FILE_RULES, **fields}.items():
            setattr(block, field_name, value)
        block.save()
        return block

    def publish(self, name: str = "r1", *, due: datetime | None = None, **fields: Any) -> activities.Activity:
        """Author a block and publish the course with it; the row of the register."""
        return self.register(self.author(name, **fields), due=due)

    def register(self, block: Any, *, due: datetime | None = None, position: int = 0) -> activities.Activity:
        """Publish the course with the authored block; the row of the register."""
        facts = BlockFacts(
            usage_key=str(block.location),
            kind=block.scope_ids.block_type,
            title=block.display_name,
            position=position,
            periods=block.periods,
            weight=block.weight,
            due=due,
            settings=block.activity_settings(),
        )
        factories.host().add_block(self.course_key, facts)
        if getattr(block, "has_score", False):
            factories.host().load_block = self.load
        return activities.register(self.course_key, facts)

    def block(self, account: Any, name: str = "r1", *, author_mode: bool = False) -> ReflectionXBlock:
        """The block bound to a person; None: a visitor."""
        return self._construct(UsageKey.from_string(factories.usage(name, self.course_key)), account, author_mode)

    def load(self, user_id: int, usage_key: str) -> ReflectionXBlock:
        """The block bound to a learner by id, as a grading task has it."""
        return self._construct(UsageKey.from_string(usage_key), get_user_model().objects.get(pk=user_id), False)

    def library_block(self, account: Any) -> ReflectionXBlock:
        """A block of a content library: its key names no course."""
        key = LibraryUsageLocatorV2(LibraryLocatorV2("NgheAn", "kho"), BLOCK_TYPE, "r1")
        return self._construct(key, account, False)

    def _construct(self, key: Any, account: Any, author_mode: bool) -> ReflectionXBlock:
        runtime = BlockRuntime(self, account, author_mode=author_mode)
        ids = ScopeIds(account.pk if account else None, BLOCK_TYPE, key, key)
        return runtime.construct_xblock_from_class(ReflectionXBlock, ids)

    def sent(self, event_type: str) -> list[dict[str, Any]]:
        """The events of one kind, oldest first."""
        return [data for kind, data in self.events if kind == event_type]


def post(block: XBlock, handler: str, body: Any, *, method: str = "POST") -> Response:
    """Call a handler as the page of the block's person does; ``body`` is JSON data, or bytes as they are."""
    request = Request.blank("/", method=method)
    request.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request.content_type = "application/json"
    with crum.impersonate(block.runtime.account):
        return block.runtime.handle(block, handler, request)


def view(block: XBlock, name: str = "student_view") -> str:
    """The HTML of a view, as its person gets it."""
    with crum.impersonate(block.runtime.account):
        return str(block.runtime.render(block, name).content)


def body_for(account: Any, *, text: str = "Tôi đã thử với lớp 6A.", **changes: Any) -> dict[str, Any]:
    """What the page of ``account`` sends to ``submit``."""
    made: dict[str, Any] = {
        "for_user": account.pk if account else 0,
        "client_key": factories.key(),
        "base_version": 0,
        "answers": {row["slug"]: text for row in defaults.prompts()},
        "self_rating": {"hieu-noi-dung": 3},
        "files": [],
    }
    return {**made, **changes}


def hand_in(site: BlockSite, account: Any, **changes: Any) -> Mapping[str, Any]:
    """Submit through the handler, which must accept it; the JSON of the answer."""
    response = post(site.block(account), "submit", body_for(account, **changes))
    assert response.status_code == 200, response.text
    return dict(response.json)
