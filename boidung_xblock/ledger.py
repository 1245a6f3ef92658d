"""``boidung_ledger`` — Sổ bồi dưỡng: the periods a teacher has earned, what is next and due, the module result."""

from __future__ import annotations

from typing import Any, ClassVar

from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Boolean, Float, Integer, Scope, String

from boidung_xblock.authored import ledger_olx
from boidung_xblock.authored.ledger import LedgerContent
from boidung_xblock.blocks import ledger_page, rendering
from boidung_xblock.blocks.nested_olx import NestedOlxMixin
from boidung_xblock.blocks.numbers import exact
from boidung_xblock.blocks.studio import StudioForm, StudioMixin, Titled

CSS = ("css/base.css", "css/ledger.css")


def _(text: str) -> str:
    """Mark a field's name or help for translation; Studio translates when it shows it."""
    return text


@XBlock.needs("i18n")
@XBlock.wants("user")
class LedgerXBlock(StudioMixin, NestedOlxMixin, XBlock):
    """Reads what the other blocks' records say and holds the module's pass rule. Not graded, no part of completion.

    It has no handler of its own and stores nothing for learners. One per course counts: the first.
    """

    OLX: ClassVar[Any] = ledger_olx
    # Fields that OLX holds as elements.
    NESTED: ClassVar[dict[str, str]] = {"intro": "intro"}
    FORM: ClassVar[StudioForm] = StudioForm(
        LedgerContent,
        settings=Titled,
        sections=(
            ("general", ("display_name", "intro")),
            ("counting", ("total_periods", "min_periods", "min_meetings", "every_mark_passes")),
        ),
    )
    completion_mode = XBlockCompletionMode.EXCLUDED
    icon_class = "other"
    has_author_view = True
    # Blocks without it vanish for staff who view as a specific learner; the view is safe to read.
    show_in_read_only_mode = True
    # What the register asks of every block of ours: a ledger brings neither points nor periods.
    weight = periods = 0.0

    display_name = String(
        display_name=_("Title"), default="Sổ bồi dưỡng", scope=Scope.settings, help=_("Shown to learners and markers.")
    )
    intro = String(display_name=_("Introduction"), default="", scope=Scope.content, help=_("HTML shown at the top."))
    total_periods = Float(
        display_name=_("Periods of the module"), default=40.0, scope=Scope.settings, values={"min": 0, "max": 400}
    )
    min_periods = Float(
        display_name=_("Periods needed to complete it"),
        default=40.0,
        scope=Scope.settings,
        values={"min": 0, "max": 400},
    )
    min_meetings = Integer(
        display_name=_("Group meetings to be attended"), default=3, scope=Scope.settings, values={"min": 0, "max": 20}
    )
    every_mark_passes = Boolean(
        display_name=_("Every mark must reach its pass mark"), default=True, scope=Scope.settings
    )

    def content(self) -> LedgerContent:
        """The authored content, validated. pydantic.ValidationError if an import brought in something broken."""
        return LedgerContent(
            intro=self.intro or "",
            total_periods=exact(self.total_periods),
            min_periods=exact(self.min_periods),
            min_meetings=self.min_meetings,
            every_mark_passes=self.every_mark_passes,
        )

    def activity_settings(self) -> dict[str, Any]:
        """What the register keeps of this block, as JSON data: the rule. Reads authored fields only."""
        return self.content().model_dump(mode="json", exclude={"intro"})

    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The ledger of whoever looks. Who: anybody whom the platform lets load the block; reads only, never writes."""
        page = ledger_page.page_for(self)
        return rendering.fragment("boidung/ledger/student.html", {"page": page}, css=CSS)

    public_view = student_view

    def author_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """Studio's preview: the module as published, without anybody's periods. Who: authors."""
        page = ledger_page.preview_of(self)
        return self.with_problems(rendering.fragment("boidung/ledger/student.html", {"page": page}, css=CSS))

    def studio_problems(self) -> list[str]:
        """A second ledger; periods of the course that do not add up; a rule that nobody can fulfil."""
        return ledger_page.warnings_for(self)
