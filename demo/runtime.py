"""XBlock's own runtime on the demo's tables: what a block meets here is what it meets in the LMS."""

from __future__ import annotations

import json
import logging
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import crum
from completion.services import CompletionService
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from opaque_keys.edx.keys import CourseKey, UsageKey
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.exceptions import NoSuchUsage
from xblock.fields import ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import IdGenerator, IdReader, NullI18nService, Runtime

from boidung_xblock.host import CourseAccess, Masquerade
from demo import access, stores
from demo.blocks import BUILT_IN, CourseMixin
from demo.models import Enrolment

log = logging.getLogger("demo.tracking")


class OpaqueIds(IdReader, IdGenerator):
    """Usage keys serve as definition ids too; the demo has no asides."""

    def __init__(self, course_key: CourseKey) -> None:
        self.course_key = course_key

    def get_definition_id(self, usage_id: UsageKey) -> UsageKey:
        return usage_id

    def get_block_type(self, def_id: UsageKey) -> str:
        return str(def_id.block_type)

    def create_definition(self, block_type: str, slug: str | None = None) -> UsageKey:
        return self.course_key.make_usage_key(block_type, slug or uuid4().hex)

    def create_usage(self, def_id: UsageKey) -> UsageKey:
        return def_id

    def _no_asides(self, *_args: Any) -> Any:
        raise NotImplementedError("the demo has no asides")

    get_usage_id_from_aside = get_definition_id_from_aside = create_aside = _no_asides
    get_aside_type_from_usage = get_aside_type_from_definition = _no_asides


class DemoUserService(UserService):
    """The platform's attributes of the bound user; under a mask without staff roles."""

    def __init__(self, user: Any, course_key: str, roles: CourseAccess) -> None:
        super().__init__()
        self._user, self._course_key, self._roles = user, course_key, roles

    def get_current_user(self) -> XBlockUser:
        """Name, e-mail and ``edx-platform.*`` attributes; a visitor has only ``is_authenticated``."""
        found = XBlockUser(is_current_user=True)
        attributes: dict[str, Any] = {"is_authenticated": self._user.is_authenticated, "request_country_code": None}
        if self._user.is_authenticated:
            profile = getattr(self._user, "profile", None)
            found.full_name = profile.name if profile else None
            found.emails = [self._user.email]
            attributes |= {
                "user_id": self._user.pk,
                "username": self._user.username,
                "anonymous_user_id": f"{self._user.pk}-{self._course_key}",
                "deprecated_anonymous_user_id": str(self._user.pk),
                "user_is_staff": self._roles.staff,
                "user_is_global_staff": self._roles.global_staff,
                "user_is_beta_tester": False,
                "user_role": "instructor" if self._roles.admin else "staff" if self._roles.staff else "student",
                "user_preferences": {"pref-lang": translation.get_language()},
            }
        found.opt_attrs = {f"edx-platform.{name}": value for name, value in attributes.items()}
        return found


class DemoI18nService(NullI18nService):
    """Django's merged catalogues: what the platform falls back to for a package that atlas does not know."""

    def __init__(self) -> None:
        super().__init__()
        self._translations = translation


class EnrollmentsService:
    """As the platform's."""

    def get_active_enrollments_by_course_and_user(self, course_id: Any, user_id: int) -> Enrolment | None:
        """The active enrolment, or None."""
        return Enrolment.objects.filter(course_key=str(course_id), user_id=user_id, is_active=True).first()


class SettingsService:
    """As the platform's."""

    def get_settings_bucket(self, block: Any, default: Any = None) -> Any:
        """``XBLOCK_SETTINGS`` of the block's ``block_settings_key``."""
        return settings.XBLOCK_SETTINGS.get(getattr(block, "block_settings_key", type(block).__name__), default or {})


class DemoRuntime(Runtime):
    """One course for one person (``user``), or unbound; ``folder`` is given while importing."""

    def __init__(
        self,
        course_key: CourseKey,
        *,
        user: Any = None,
        session: MutableMapping[str, Any] | None = None,
        folder: Path | None = None,
    ) -> None:
        ids = OpaqueIds(course_key)
        self.course_key, self.user, self.folder = course_key, user, folder
        self.masked = session is not None  # viewing as one specific learner
        self.content = stores.CourseContent(course_key, empty=folder is not None)
        self.request_token = uuid4().hex
        services: dict[str, Any] = {"i18n": DemoI18nService(), "settings": SettingsService()}
        if user is None:
            services["field-data"] = stores.unbound(self.content, writable=folder is not None)
        else:
            self.roles = access.course_access(user, str(course_key))
            known = user.is_authenticated
            services |= {
                "field-data": stores.bound(self.content, user, session),
                "user": DemoUserService(user, str(course_key), self.roles),
                "completion": CompletionService(user, course_key) if known else None,
                "enrollments": EnrollmentsService(),
            }
        super().__init__(ids, ids, mixins=(CourseMixin,), services=services)

    # -- blocks ---------------------------------------------------------------------------------------------
    def load_block_type(self, block_type: str) -> type[XBlock]:
        return BUILT_IN.get(block_type) or super().load_block_type(block_type)

    def get_block(self, usage_id: UsageKey, for_parent: Any = None) -> Any:
        if usage_id not in self.content.fields:
            raise NoSuchUsage(repr(usage_id))
        keys = ScopeIds(self.user.pk if self.user else None, usage_id.block_type, usage_id, usage_id)
        return self.construct_xblock(usage_id.block_type, keys, for_parent=for_parent)

    def load(self, usage_id: UsageKey) -> Any:
        """The block bound to the runtime's user, or None if there is none or this user may not load it."""
        if usage_id not in self.content.fields:
            return None
        block = self.get_block(usage_id)
        return block if access.may_load(block, self.roles) else None

    def applicable_aside_types(self, block: Any) -> list[str]:
        return []

    # -- import ---------------------------------------------------------------------------------------------
    def read_text(self, path: str) -> str:
        """A file of the course folder that is being imported."""
        assert self.folder is not None
        return (self.folder / path).read_text("utf-8")

    def _usage_id_from_node(self, node: Any, parent_id: UsageKey | None) -> UsageKey:
        """As the platform's importer: a node with only a ``url_name`` points to ``<tag>/<url_name>.xml``."""
        slug = node.get("url_name")
        path = f"{node.tag}/{slug}.xml"
        if slug and not len(node) and self.folder and (self.folder / path).is_file():
            from lxml import etree

            node = etree.fromstring(self.read_text(path).encode())
            node.set("url_name", slug)
        usage_id = self.id_generator.create_definition(node.tag, "course" if node.tag == "course" else slug)
        self.content.fields[usage_id] = {}
        block_class = self.mixologist.mix(self.load_block_type(node.tag))
        block = block_class.parse_xml(node, self, ScopeIds(None, node.tag, usage_id, usage_id))
        block.parent = parent_id
        block.save()
        return usage_id

    # -- the page -------------------------------------------------------------------------------------------
    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        path = f"/courses/{self.course_key}/xblock/{block.location}/handler/{handler_name}"
        return path + (f"/{suffix}" if suffix else "") + (f"?{query}" if query else "")

    def resource_url(self, resource: str) -> str:
        raise NotImplementedError("assets come from Django's staticfiles")

    def local_resource_url(self, block: Any, uri: str) -> str:
        raise NotImplementedError("assets come from Django's staticfiles")

    def wrap_xblock(self, block: Any, view: str, frag: Fragment, context: Any) -> Fragment:
        """The platform's wrapper; under "specific learner" only blocks that say they are safe to read are shown."""
        if self.masked and not getattr(block, "show_in_read_only_mode", False):
            frag = Fragment("Không xem được loại nội dung này khi đang xem như một học viên cụ thể.")
        kind = block.scope_ids.block_type
        data = {"course-id": self.course_key, "block-type": kind, "usage-id": block.location}
        data |= {"request-token": self.request_token, "graded": block.graded}
        data["has-score"] = getattr(block, "has_score", False)
        if frag.js_init_fn:
            data |= {"init": frag.js_init_fn, "runtime-class": "LmsRuntime", "runtime-version": frag.js_init_version}
        arguments = mark_safe("")
        if frag.json_init_args is not None:
            text = json.dumps(frag.json_init_args).replace("<", "\\u003c")
            arguments = format_html(
                '<script type="json/xblock-args" class="xblock-json-init-args">{}</script>',
                mark_safe(text),  # noqa: S308
            )
        attributes = mark_safe(" ".join(f'data-{name}="{escape(str(value))}"' for name, value in data.items()))  # noqa: S308
        wrapped = Fragment(
            format_html(
                '<div class="xblock xblock-{0} xblock-{0}-{1}" {2}>{3}{4}</div>',
                view,
                kind,
                attributes,
                arguments,
                mark_safe(frag.content),  # noqa: S308
            )
        )
        wrapped.add_fragment_resources(frag)
        return wrapped

    # -- events ---------------------------------------------------------------------------------------------
    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        """As the platform's EventPublishingService: always for the bound user, whatever ``user_id`` says.

        Under "specific learner" everything becomes a tracking event.
        """
        from demo import grades

        if self.masked or not (self.user and self.user.is_authenticated):
            log.info("%s %s %s", event_type, block.location, event_data)
        elif event_type == "grade":
            grades.score_published(block, self.user, event_data)
        elif event_type == "completion" and ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled():
            self._services["completion"].submit_completion(block.location, event_data["completion"])


def runtime_for(request: HttpRequest, course_key: CourseKey) -> DemoRuntime:
    """The runtime of a request: bound to its user, or to the learner viewed as."""
    user = access.viewed_as(request, str(course_key))
    masked = access.masquerade(str(course_key)) is Masquerade.LEARNER and hasattr(user, "real_user")
    return DemoRuntime(course_key, user=user, session=request.session if masked else None)


def bind(user: Any, usage_key: UsageKey) -> Any:
    """The block bound to a learner outside their own request, as instructor tasks do; None if not loadable.

    The current request and its mask are the acting person's and play no part.
    """
    request = crum.get_current_request()
    crum.set_current_request(None)
    try:
        return DemoRuntime(usage_key.course_key, user=user).load(usage_key)
    finally:
        crum.set_current_request(request)
