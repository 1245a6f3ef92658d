"""Blocks that the platform brings itself, and the fields it mixes into every block of a course."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock, XBlockMixin
from xblock.fields import Boolean, DateTime, Field, JSONField, List, Scope, String


class Timedelta(JSONField):
    """A span like "2 days 5 hours", as the platform writes it."""

    MUTABLE = False

    def from_json(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = re.findall(r"(\d+) (day|hour|minute|second)", value)
        return timedelta(**{f"{unit}s": int(number) for number, unit in parts})

    def to_json(self, value: timedelta | None) -> str | None:
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
    def display_name_with_default(self) -> str:
        """The title, else the block's id."""
        return str(getattr(self, "display_name", None) or self.location.block_id)

    @property
    def close_date(self) -> datetime | None:
        """Due date plus grace period."""
        return self.due + self.graceperiod if self.due and self.graceperiod else self.due

    def has_deadline_passed(self) -> bool:
        """False without a date."""
        return self.close_date is not None and datetime.now(UTC) > self.close_date


INHERITED = frozenset(name for name, value in vars(CourseMixin).items() if isinstance(value, Field))


class Structure(XBlock):
    """Chapter, subsection, unit."""

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


class CourseBlock(Structure):
    """The root; what Studio's advanced settings hold."""

    advanced_modules = List(scope=Scope.settings)
    end = DateTime(scope=Scope.settings)
    language = String(scope=Scope.settings)


class HtmlBlock(XBlock):
    """A text; in OLX a pointer to ``html/<filename>.html``. Authors are trusted, as on the platform."""

    display_name = String(scope=Scope.settings, default="")
    data = String(scope=Scope.content, default="")
    show_in_read_only_mode = True

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> HtmlBlock:
        filename = node.attrib.pop("filename", None)
        block = super().parse_xml(node, runtime, keys)
        block.data = runtime.read_text(f"html/{filename}.html") if filename else (node.text or "")
        return block

    def student_view(self, _context: dict[str, Any] | None = None) -> Fragment:
        """The text as it is."""
        return Fragment(self.data)


_STRUCTURE = dict.fromkeys(("chapter", "sequential", "vertical"), Structure)
BUILT_IN: dict[str, type[XBlock]] = {"course": CourseBlock, "html": HtmlBlock, **_STRUCTURE}
