"""``boidung_reflection`` — Sinh hoạt tổ/nhóm và suy ngẫm: each member's own reflection on a group meeting."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, ClassVar

from web_fragments.fragment import Fragment
from xblock.completable import CompletableXBlockMixin
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Float, List, Scope, String

from boidung_xblock.authored import defaults, olx
from boidung_xblock.authored.reflection import CreditWhen, ReflectionContent
from boidung_xblock.authored.rubric import Rubric
from boidung_xblock.blocks import reflection_actions, reflection_page, rendering, report
from boidung_xblock.blocks.dates import due_of
from boidung_xblock.blocks.handlers import learner_handler
from boidung_xblock.blocks.nested_olx import NestedOlxMixin
from boidung_xblock.blocks.numbers import check_counted
from boidung_xblock.blocks.people import usage_key
from boidung_xblock.blocks.scoring import MarkedBlockMixin
from boidung_xblock.blocks.studio import StudioForm, StudioMixin
from boidung_xblock.host import DueDate
from boidung_xblock.viewer import Viewer

CSS = ("css/base.css", "css/reflection.css")
JS = ("js/core.js", "js/drafts.js", "js/files.js", "js/reflection.js")


def _(text: str) -> str:
    """Mark a field's name or help for translation; Studio translates when it shows it."""
    return text


@XBlock.needs("i18n")
@XBlock.wants("user", "completion", "replace_urls")
class ReflectionXBlock(StudioMixin, NestedOlxMixin, MarkedBlockMixin, CompletableXBlockMixin, XBlock):
    """Prompts to write on, drafts, attached files, submission; marked with a rubric by the group's core teacher.

    All learner records are in the package's tables; ``user_state`` holds one marker, so that the platform's tools
    see every participant.
    """

    OLX: ClassVar[Any] = olx
    # Fields that OLX holds as elements.
    NESTED: ClassVar[dict[str, str]] = {
        "intro": "intro",
        "meeting": "meeting",
        "prompts": "prompts",
        "file_rules": "files",
        "rubric": "rubric",
    }
    FORM: ClassVar[StudioForm] = StudioForm(
        ReflectionContent,
        stored={"files": "file_rules"},
        sections=(
            ("general", ("display_name", "periods", "weight", "credit_when", "intro")),
            ("meeting", ("meeting",)),
            ("prompts", ("prompts",)),
            ("files", ("files",)),
            ("marking", ("ask_self_rating", "leader_reads", "rubric")),
        ),
    )
    icon_class = "problem"
    has_author_view = True
    # Blocks without it vanish for staff who view as a specific learner; the view is safe to read.
    show_in_read_only_mode = True

    display_name = String(
        display_name=_("Title"), default="Bài suy ngẫm", scope=Scope.settings, help=_("Shown to learners and markers.")
    )
    weight = Float(
        display_name=_("Points in the gradebook"),
        default=10.0,
        scope=Scope.settings,
        values={"min": 0.25, "max": 1000},
        help=_("The mark of the rubric's scale is converted to these points."),
    )
    periods = Float(
        display_name=_("Periods"), default=0.0, scope=Scope.settings, values={"min": 0, "max": 40}, help=_("Of the 40.")
    )
    intro = String(display_name=_("Introduction"), default="", scope=Scope.content, help=_("HTML shown at the top."))
    prompts = List(display_name=_("Prompts"), default=defaults.prompts(), scope=Scope.content)
    rubric = Dict(display_name=_("Rubric"), default=defaults.rubric(), scope=Scope.content)
    file_rules = Dict(
        display_name=_("Attached files"),
        default={"max_files": 5, "max_mb": 10, "types": ["docx", "doc", "pdf", "xlsx", "pptx", "jpg", "jpeg", "png"]},
        scope=Scope.content,
    )
    ask_self_rating = Boolean(display_name=_("Ask for a self-rating"), default=True, scope=Scope.settings)
    leader_reads = Boolean(display_name=_("The group's leader may read"), default=False, scope=Scope.settings)
    credit_when = String(
        display_name=_("The periods count"),
        default=CreditWhen.PASSED.value,
        scope=Scope.settings,
        values=[{"display_name": _(when.value), "value": when.value} for when in CreditWhen],
    )
    meeting = Dict(
        display_name=_("Group meeting"),
        default=None,
        scope=Scope.content,
        help=_("Empty: a paper of one's own, without minutes."),
    )
    participated = Boolean(default=False, scope=Scope.user_state)

    def content(self) -> ReflectionContent:
        """The authored content, validated. pydantic.ValidationError if an import brought in something broken."""
        return ReflectionContent(
            intro=self.intro or "",
            prompts=self.prompts,
            rubric=self.rubric,
            files=self.file_rules,
            ask_self_rating=self.ask_self_rating,
            leader_reads=self.leader_reads,
            credit_when=self.credit_when,
            meeting=self.meeting or None,
        )

    def rubric_model(self) -> Rubric:
        """The authored rubric, validated."""
        return Rubric.model_validate(self.rubric)

    def activity_settings(self) -> dict[str, Any]:
        """What the register keeps of this block, as JSON data. Reads authored fields only."""
        check_counted(self)
        content = self.content()
        return {
            "rubric": content.rubric.model_dump(mode="json"),
            "prompts": [{"slug": prompt.slug, "title": prompt.title} for prompt in content.prompts],
            "files": content.files.model_dump(mode="json"),
            "leader_reads": content.leader_reads,
            "credit_when": content.credit_when.value,
            "meeting": content.meeting.model_dump(mode="json") if content.meeting else None,
            # The platform's; inherited from the course, absent in a library.
            "show_correctness": getattr(self, "show_correctness", None) or "always",
        }

    def due_date(self) -> DueDate:
        """When the bound learner's work is due, extensions and grace included."""
        return due_of(self)

    # -- views --------------------------------------------------------------------------------------------------
    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The learner's page. Who: anybody whom the platform lets load the block; reads only, never writes."""
        page = reflection_page.page_for(self)
        return rendering.fragment(
            "boidung/reflection/student.html",
            {"page": page},
            css=CSS,
            js=JS if page["can_write"] else JS[:1] + JS[3:],
            init="BoidungReflection",
            args={"usageKey": page["usage_key"], "userId": page["user_id"]},
        )

    public_view = student_view

    def author_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """Studio's preview: what learners will see, without a form that could store anything. Who: authors."""
        page = reflection_page.preview_of(self)
        return self.with_problems(rendering.fragment("boidung/reflection/student.html", {"page": page}, css=CSS))

    # -- handlers: each is POST, for the enrolled person the page was rendered for --------------------------------
    @learner_handler
    def submit(self, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
        """Submit one's own reflection. 400 what is incomplete, by field · 409 stale or already submitted."""
        return reflection_actions.submit(self, viewer, data)

    @learner_handler
    def withdraw(self, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
        """Take one's own submission back. 409 once a marker has opened it, it is due, or it has changed."""
        return reflection_actions.withdraw(self, viewer, data)

    @learner_handler
    def history(self, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
        """One's own earlier versions and what happened to them, as HTML. Stores nothing."""
        return reflection_actions.history(self, viewer)

    # -- reports --------------------------------------------------------------------------------------------------
    def generate_report_data(
        self, user_state_iterator: Any, limit_responses: int | None = None
    ) -> Iterator[tuple[str, OrderedDict[str, Any]]]:
        """For the platform's problem-response report, on an unbound block: (username, columns) of each submitter."""
        return report.rows(usage_key(self), limit=limit_responses)
