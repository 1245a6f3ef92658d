"""``boidung_checkpoint`` — Điểm dừng: ordered steps of self-study to read, answer and rate oneself on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import pgettext
from pydantic import ValidationError
from web_fragments.fragment import Fragment
from xblock.completable import CompletableXBlockMixin
from xblock.core import XBlock
from xblock.fields import Boolean, Float, Integer, List, Scope, String

from boidung_xblock.activities import api as activities
from boidung_xblock.authored import checkpoint_defaults, checkpoint_olx
from boidung_xblock.authored.checkpoint import CheckpointContent, Order, Role, ScoredStep, Show
from boidung_xblock.blocks import checkpoint_actions, checkpoint_page, checkpoint_report, rendering
from boidung_xblock.blocks.dates import due_of
from boidung_xblock.blocks.handlers import learner_handler
from boidung_xblock.blocks.nested_olx import NestedOlxMixin
from boidung_xblock.blocks.numbers import check_counted, exact
from boidung_xblock.blocks.people import course_key, usage_key
from boidung_xblock.blocks.scoring import MarkedBlockMixin, Scale
from boidung_xblock.blocks.studio import StudioForm, StudioMixin
from boidung_xblock.host import DueDate
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.viewer import Viewer

CSS = ("css/base.css", "css/checkpoint.css")
JS = ("js/core.js", "js/drafts.js", "js/checkpoint.js")


def _(text: str) -> str:
    """Mark a field's name or help for translation; Studio translates when it shows it."""
    return text


@XBlock.needs("i18n")
@XBlock.wants("user", "completion", "replace_urls")
class CheckpointXBlock(StudioMixin, NestedOlxMixin, MarkedBlockMixin, CompletableXBlockMixin, XBlock):
    """Steps in order: read, choose, true or false, write a few sentences, rate oneself. Scored by itself.

    All learner records are in the package's tables; ``user_state`` holds one marker, so that the platform's tools
    see every participant.
    """

    OLX: ClassVar[Any] = checkpoint_olx
    # Fields that OLX holds as elements.
    NESTED: ClassVar[dict[str, str]] = {"intro": "intro", "steps": "steps"}
    FORM: ClassVar[StudioForm] = StudioForm(
        CheckpointContent,
        sections=(
            ("general", ("display_name", "role", "periods", "weight", "intro")),
            ("steps", ("steps",)),
            ("counting", ("order", "show", "attempts", "pass_percent")),
        ),
    )
    icon_class = "problem"
    has_author_view = True
    # Blocks without it vanish for staff who view as a specific learner; the view is safe to read.
    show_in_read_only_mode = True

    display_name = String(
        display_name=_("Title"), default="Điểm dừng", scope=Scope.settings, help=_("Shown to learners and markers.")
    )
    weight = Float(
        display_name=_("Points in the gradebook"),
        default=10.0,
        scope=Scope.settings,
        values={"min": 0.25, "max": 1000},
        help=_("The points of the steps are converted to these."),
    )
    periods = Float(
        display_name=_("Periods"), default=0.0, scope=Scope.settings, values={"min": 0, "max": 40}, help=_("Of the 40.")
    )
    intro = String(display_name=_("Introduction"), default="", scope=Scope.content, help=_("HTML shown at the top."))
    steps = List(display_name=_("Steps"), default=checkpoint_defaults.steps(), scope=Scope.content)
    role = String(
        display_name=_("Role in the module"),
        default=Role.STUDY.value,
        scope=Scope.settings,
        values=[{"display_name": _(role.value), "value": role.value} for role in Role],
    )
    order = String(
        display_name=_("Order of the steps"),
        default=Order.IN_ORDER.value,
        scope=Scope.settings,
        values=[{"display_name": _(order.value), "value": order.value} for order in Order],
    )
    show = String(
        display_name=_("What learners are told"),
        default=Show.ANSWERS.value,
        scope=Scope.settings,
        values=[{"display_name": _(show.value), "value": show.value} for show in Show],
    )
    attempts = Integer(
        display_name=_("Attempts for each step"),
        default=0,
        scope=Scope.settings,
        values={"min": 0, "max": 50},
        help=_("0: as many as one likes."),
    )
    pass_percent = Float(
        display_name=_("Pass mark in percent"),
        default=0.0,
        scope=Scope.settings,
        values={"min": 0, "max": 100},
        help=_("0: no pass mark."),
    )
    participated = Boolean(default=False, scope=Scope.user_state)

    def content(self) -> CheckpointContent:
        """The authored content, validated. pydantic.ValidationError if an import brought in something broken."""
        return CheckpointContent(
            intro=self.intro or "",
            steps=self.steps,
            role=self.role,
            order=self.order,
            show=self.show,
            attempts=self.attempts,
            pass_percent=exact(self.pass_percent),
        )

    def activity_settings(self) -> dict[str, Any]:
        """What the register keeps of this block, as JSON data. Reads authored fields only."""
        check_counted(self)
        content = self.content()
        return {
            "role": content.role.value,
            "pass_percent": str(content.pass_percent),
            "possible": str(content.possible),
            "steps": [
                {"slug": step.slug, "title": step.title, "kind": step.kind, "required": step.required}
                | ({"points": str(step.points)} if isinstance(step, ScoredStep) else {})
                for step in content.steps
            ],
            # The platform's; inherited from the course, absent in a library.
            "show_correctness": getattr(self, "show_correctness", None) or "always",
        }

    def due_date(self) -> DueDate:
        """When the bound learner's work is due, extensions and grace included."""
        return due_of(self)

    # -- scores -------------------------------------------------------------------------------------------------
    def max_score(self) -> float:
        """The weight; 0 where no step has points, so that the gradebook leaves the block out."""
        try:
            scored = self.content().possible > 0
        except ValidationError:
            scored = True
        return super().max_score() if scored else 0.0

    def mark_scale(self) -> Scale:
        """The points of all steps, and how many of them pass."""
        content = self.content()
        return Scale(scale=content.possible, pass_mark=content.possible * content.pass_percent / Decimal(100))

    def submitted(self, activity_id: int, user_id: int) -> bool:
        """Whether the learner has answered a step."""
        return selfstudy.own(activity_id=activity_id, user_id=user_id) is not None

    def rescore(self, only_if_higher: bool) -> None:
        """The instructor's rescore: answers are judged anew by what the block says now, then the score is sent.

        An override stays in force. ``only_if_higher``: nothing changes where the result would be worse.
        """
        checkpoint_actions.rescore(self, only_if_higher=only_if_higher)
        super().rescore(only_if_higher)

    # -- views --------------------------------------------------------------------------------------------------
    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The learner's page. Who: anybody whom the platform lets load the block; reads only, never writes."""
        page = checkpoint_page.page_for(self)
        return rendering.fragment(
            "boidung/checkpoint/student.html",
            {"page": page},
            css=CSS,
            js=JS if page["can_write"] else (),
            init="BoidungCheckpoint" if page["can_write"] else "",
        )

    public_view = student_view

    def author_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """Studio's preview: every step open, with what is told afterwards; nothing can be stored. Who: authors."""
        page = checkpoint_page.preview_of(self)
        return self.with_problems(rendering.fragment("boidung/checkpoint/student.html", {"page": page}, css=CSS))

    def taken_names(self) -> dict[str, set[str]]:
        """Steps of the course's other checkpoints: a reflection recalls an answer by the step's name alone."""
        others = [row for row in activities.in_course(course_key(self)) if row.usage_key != usage_key(self)]
        return {"steps": {step["slug"] for row in others for step in row.settings.get("steps", ())}}

    def studio_problems(self) -> list[str]:
        """A checkpoint without points is not in the gradebook, whatever its weight; names that others have too."""
        content, texts = self.content(), []
        if not content.possible and content.role is not Role.SURVEY:
            texts.append(
                pgettext("boidung", "No step has points, so this checkpoint does not appear in the gradebook.")
            )
        twice = {step.slug for step in content.steps} & self.taken_names()["steps"]
        if twice:
            text = pgettext(
                "boidung",
                "Another checkpoint has steps with the same names for recall (%(names)s): a reflection shows whichever "
                "answer is the latest.",
            )
            texts.append(text % {"names": ", ".join(sorted(twice))})
        return texts

    # -- handlers: each is POST, for the enrolled person the page was rendered for --------------------------------
    @learner_handler
    def answer(self, viewer: Viewer, data: dict[str, Any]) -> dict[str, Any]:
        """Answer one step. 400 what is incomplete, by field · 409 stale, locked, no attempt left, closed."""
        return checkpoint_actions.answer(self, viewer, data)

    # -- reports --------------------------------------------------------------------------------------------------
    def generate_report_data(
        self, user_state_iterator: Any, limit_responses: int | None = None
    ) -> Iterator[tuple[str, OrderedDict[str, Any]]]:
        """For the platform's problem-response report, on an unbound block: (username, columns) of each learner."""
        return checkpoint_report.rows(usage_key(self), limit=limit_responses)
