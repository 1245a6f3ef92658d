"""Blocks that the platform brings itself, and the fields it mixes into every block of a course."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock, XBlockMixin
from xblock.fields import Boolean, DateTime, JSONField, List, Scope, String

INHERITED = (
    "due",
    "start",
    "graceperiod",
    "graded",
    "format",
    "self_paced",
    "show_correctness",
    "visible_to_staff_only",
)
_SPAN = re.compile(r"(?:(\d+) days?)?\s*(?:(\d+) hours?)?\s*(?:(\d+) minutes?)?\s*(?:(\d+) seconds?)?")


class Timedelta(JSONField):
    """A span like "2 days 5 hours", as the platform writes it."""

    MUTABLE = False

    def from_json(self, value: Any) -> timedelta | None:
        """Text or timedelta; "" and None mean none."""
        if not value or isinstance(value, timedelta):
            return value or None
        match = _SPAN.fullmatch(str(value).strip())
        if not match:
            raise ValueError(f"not a span of time: {value}")
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def to_json(self, value: timedelta | None) -> str | None:
        """The span in seconds, in words."""
        return None if value is None else f"{int(value.total_seconds())} seconds"

    enforce_type = from_json


class CourseMixin(XBlockMixin):
    """What InheritanceMixin and XModuleMixin give every block. Inherited fields take the nearest ancestor's value."""

    due = DateTime(scope=Scope.settings)
    start = DateTime(scope=Scope.settings)
    graceperiod = Timedelta(scope=Scope.settings)
    graded = Boolean(scope=Scope.settings, default=False)
    format = String(scope=Scope.settings)
    self_paced = Boolean(scope=Scope.settings, default=False)
    show_correctness = String(scope=Scope.settings, default="always")
    visible_to_staff_only = Boolean(scope=Scope.settings, default=False)

    @property
    def location(self) -> Any:
        """The usage key."""
        return self.scope_ids.usage_id

    @property
    def course_id(self) -> Any:
        """The course key."""
        return self.location.course_key

    @property
    def category(self) -> str:
        """The block type."""
        return str(self.scope_ids.block_type)

    @property
    def display_name_with_default(self) -> str:
        """The title, else the block's id."""
        return str(getattr(self, "display_name", None) or self.location.block_id)

    @property
    def close_date(self) -> datetime | None:
        """Due date plus grace period."""
        return self.due + self.graceperiod if self.due and self.graceperiod else self.due

    def has_deadline_passed(self) -> bool:
        """False without a date."""
        return self.close_date is not None and datetime.now(timezone.utc) > self.close_date

    is_past_due = has_deadline_passed


class _Structure(XBlock):
    display_name = String(scope=Scope.settings, default="")
    has_children = True
    show_in_read_only_mode = True
    completion_mode = XBlockCompletionMode.AGGREGATOR

    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """All children, one after the other."""
        fragment = Fragment()
        for child in self.get_children():
            rendered = child.render("student_view", context)
            fragment.add_fragment_resources(rendered)
            fragment.add_content(rendered.content)
        return fragment


class CourseBlock(_Structure):
    """The root; what Studio's advanced settings hold."""

    advanced_modules = List(scope=Scope.settings)
    language = String(scope=Scope.settings)


class HtmlBlock(XBlock):
    """A text; in OLX a pointer to ``html/<filename>.html``."""

    display_name = String(scope=Scope.settings, default="")
    data = String(scope=Scope.content, default="")
    show_in_read_only_mode = True

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> HtmlBlock:
        """The text lies in a file beside the definition."""
        filename = node.attrib.pop("filename", None)
        block = super().parse_xml(node, runtime, keys)
        block.data = runtime.read_text(f"html/{filename}.html") if filename else (node.text or "")
        return block

    def student_view(self, _context: dict[str, Any] | None = None) -> Fragment:
        """The text as it is; authors are trusted here as they are on the platform."""
        return Fragment(self.data)


BUILT_IN: dict[str, type[XBlock]] = {
    "course": CourseBlock,
    "chapter": _Structure,
    "sequential": _Structure,
    "vertical": _Structure,
    "html": HtmlBlock,
}
