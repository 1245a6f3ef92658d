"""XBlock's own runtime on the demo's tables: what a block meets here is what it meets in the LMS."""

from __future__ import annotations

import json
import logging
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from completion.services import CompletionService
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH
from django.http import HttpRequest
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from lxml import etree
from opaque_keys.edx.keys import CourseKey, UsageKey
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.exceptions import NoSuchUsage
from xblock.fields import ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import NullI18nService, Runtime

from boidung_xblock.host import CourseAccess, Masquerade
from demo import access, stores
from demo.blocks import BUILT_IN, CourseMixin
from demo.models import Enrolment

log = logging.getLogger("demo.tracking")


class DemoUserService(UserService):
    """The platform's attributes of the bound user; under a mask without staff roles."""

    def __init__(self, user: Any, course_key: CourseKey, roles: CourseAccess) -> None:
        super().__init__()
        self._user, self._course_key, self._roles = user, course_key, roles

    def get_current_user(self) -> XBlockUser:
        """Name, e-mail and ``edx-platform.*`` attributes; a visitor has only ``is_authenticated``."""
        user, roles, found = self._user, self._roles, XBlockUser(is_current_user=True)
        attributes: dict[str, Any] = {"is_authenticated": user.is_authenticated, "request_country_code": None}
        if user.is_authenticated:
            found.full_name = user.profile.name if hasattr(user, "profile") else None
            found.emails = [user.email]
            attributes |= {
                "user_id": user.pk,
                "username": user.username,
                "anonymous_user_id": f"{user.pk}-{self._course_key}",
                "deprecated_anonymous_user_id": str(user.pk),
                "user_is_staff": roles.staff,
                "user_is_global_staff": roles.global_staff,
                "user_is_beta_tester": False,
                "user_role": "instructor" if roles.admin else "staff" if roles.staff else "student",
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


class DemoRuntime(Runtime):
    """One course, bound to ``user`` in ``roles``; without a user unbound; with ``folder`` while importing.

    ``session`` is given while viewing as one specific learner.
    """

    def __init__(
        self,
        course_key: CourseKey,
        *,
        user: Any = None,
        roles: CourseAccess | None = None,
        session: MutableMapping[str, Any] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.course_key, self.user, self.folder = course_key, user, folder
        self.roles = roles or CourseAccess()
        self.masked = session is not None
        self.content = stores.CourseContent(course_key, empty=folder is not None)
        self.request_token = uuid4().hex
        services: dict[str, Any] = {"i18n": DemoI18nService()}
        if user is None:
            services["field-data"] = stores.unbound(self.content, writable=folder is not None)
        else:
            services["field-data"] = stores.bound(self.content, user, session)
            services["user"] = DemoUserService(user, course_key, self.roles)
            services["completion"] = CompletionService(user, course_key) if user.is_authenticated else None
            services["enrollments"] = EnrollmentsService()
        super().__init__(None, None, mixins=(CourseMixin,), services=services)

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
        block = self.get_block(usage_id) if usage_id in self.content.fields else None
        return block if block is not None and access.may_load(block, self.roles) else None

    def applicable_aside_types(self, block: Any) -> list[str]:
        return []

    # -- import ---------------------------------------------------------------------------------------------
    def read_text(self, path: str) -> str:
        """A file of the course folder that is being imported."""
        return (self.folder or Path()).joinpath(path).read_text("utf-8")

    def _usage_id_from_node(self, node: Any, parent_id: UsageKey | None) -> UsageKey:
        """As the platform's importer: a childless node whose ``<tag>/<url_name>.xml`` exists points to that."""
        slug = node.get("url_name") or uuid4().hex
        path = f"{node.tag}/{slug}.xml"
        if not len(node) and self.folder and (self.folder / path).is_file():
            node = etree.fromstring(self.read_text(path).encode())
        if node.tag in BUILT_IN:
            node.attrib.pop("url_name", None)
        usage_id = self.course_key.make_usage_key(node.tag, "course" if node.tag == "course" else slug)
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

    def resource_url(self, *_args: Any) -> str:
        raise NotImplementedError("assets come from Django's staticfiles")

    local_resource_url = resource_url

    def wrap_xblock(self, block: Any, view: str, frag: Fragment, context: Any) -> Fragment:
        """The platform's wrapper; under "specific learner" only blocks that say they are safe to read are shown."""
        if self.masked and not getattr(block, "show_in_read_only_mode", False):
            frag = Fragment("Không xem được loại nội dung này khi đang xem như một học viên cụ thể.")
        kind = block.scope_ids.block_type
        data = {"course-id": self.course_key, "usage-id": block.location, "block-type": kind}
        data |= {"request-token": self.request_token, "has-score": getattr(block, "has_score", False)}
        arguments = mark_safe("")
        if frag.js_init_fn:
            data |= {"init": frag.js_init_fn, "runtime-class": "LmsRuntime", "runtime-version": frag.js_init_version}
        if frag.json_init_args is not None:
            text = mark_safe(json.dumps(frag.json_init_args).replace("<", "\\u003c"))  # noqa: S308
            arguments = format_html('<script type="json/xblock-args" class="xblock-json-init-args">{}</script>', text)
        wrapped = Fragment(
            format_html('<div class="xblock xblock-{0} xblock-{0}-{1}" ', view, kind)
            + format_html_join(" ", 'data-{}="{}"', data.items())
            + format_html(">{}{}</div>", arguments, mark_safe(frag.content))  # noqa: S308
        )
        wrapped.add_fragment_resources(frag)
        return wrapped

    # -- events ---------------------------------------------------------------------------------------------
    def publish(self, block: Any, event_type: str, event_data: dict[str, Any]) -> None:
        """As the platform's EventPublishingService: for the bound user, whatever ``user_id`` says.

        Under "specific learner" everything becomes a tracking event.
        """
        from demo.grades import score_published

        if self.masked or not (self.user and self.user.is_authenticated):
            log.info("%s %s %s", event_type, block.location, event_data)
        elif event_type == "grade":
            score_published(block, self.user, event_data)
        elif event_type == "completion" and ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled():
            self._services["completion"].submit_completion(block.location, event_data["completion"])


def runtime_for(request: HttpRequest, course_key: CourseKey) -> DemoRuntime:
    """The runtime of a request: bound to its user, or to the learner viewed as."""
    user = access.viewed_as(request, str(course_key))
    masked = access.masquerade(str(course_key)) is Masquerade.LEARNER and hasattr(user, "real_user")
    roles = access.course_access(user, str(course_key))
    return DemoRuntime(course_key, user=user, roles=roles, session=request.session if masked else None)


def bind(user: Any, usage_key: UsageKey) -> Any:
    """The block bound to a learner outside their own request, as instructor tasks do; None if not loadable."""
    roles = access.true_access(user, str(usage_key.course_key))
    return DemoRuntime(usage_key.course_key, user=user, roles=roles).load(usage_key)
