"""A block for statements about hosts: it is scored and completable as ours are, and remembers what befell it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from unittest import mock

from web_fragments.fragment import Fragment
from webob import Response
from xblock.completable import CompletableXBlockMixin
from xblock.core import XBlock
from xblock.fields import Dict, Float, Integer, Scope, String
from xblock.plugin import PLUGIN_CACHE
from xblock.scorable import ScorableXBlockMixin, Score

KIND = "boidung_probe"


@XBlock.needs("i18n")
@XBlock.wants("user", "completion", "enrollments")
class Probe(ScorableXBlockMixin, CompletableXBlockMixin, XBlock):
    """``marks``: user id → (earned, possible) that ``publish_grade`` sends; None asks to clear the score."""

    marks: ClassVar[dict[int, tuple[float, float] | None]] = {}
    echoes: ClassVar[list[tuple[int, float, float]]] = []

    show_in_read_only_mode = True
    display_name = String(scope=Scope.settings, default="Probe")
    weight = Float(scope=Scope.settings, default=10.0)
    periods = Float(scope=Scope.settings, default=0.0)
    note = String(scope=Scope.user_state, default="")
    tries = Integer(scope=Scope.user_state, default=0)
    liked = Dict(scope=Scope.preferences)

    def max_score(self) -> float:
        return float(self.weight)

    def activity_settings(self) -> dict[str, Any]:
        return {"probe": True}

    # -- scores -------------------------------------------------------------------------------------------------
    def publish_grade(self) -> None:
        mark = self.marks.get(self.scope_ids.user_id)
        event = {"value": 0.0, "max_value": self.max_score(), "score_deleted": True}
        if mark:
            # A user_id in the event is ignored by the platform.
            event = {"value": mark[0], "max_value": mark[1], "user_id": 987654}
        self.runtime.publish(self, "grade", event)

    def set_score(self, score: Score) -> None:
        self.echoes.append((self.scope_ids.user_id, score.raw_earned, score.raw_possible))
        if self.marks.get(self.scope_ids.user_id):
            scale = self.max_score() / score.raw_possible
            self.marks[self.scope_ids.user_id] = (score.raw_earned * scale, self.max_score())

    def get_score(self) -> Score:
        earned, possible = self.marks.get(self.scope_ids.user_id) or (0.0, self.max_score())
        return Score(earned, possible)

    calculate_score = get_score

    def has_submitted_answer(self) -> bool:
        return bool(self.marks.get(self.scope_ids.user_id))

    # -- views and handlers ---------------------------------------------------------------------------------------
    def student_view(self, _context: Any = None) -> Fragment:
        fragment = Fragment(f"<p>note: {self.note}</p>")
        fragment.initialize_js("Probe", {"text": "</script>"})
        return fragment

    @XBlock.json_handler
    def write(self, data: dict[str, Any], _suffix: str = "") -> dict[str, Any]:
        """Write the note; ``then``: "complete" or "grade" the block, "raise", "complete-and-raise"."""
        self.note = data["note"]
        then = data.get("then", "")
        if then.startswith("complete"):
            self.emit_completion(1.0)
        if then == "grade":
            self.publish_grade()
        if then.endswith("raise"):
            raise RuntimeError("after writing")
        return {"note": self.note, "due": str(self.due)}

    @XBlock.handler
    def read(self, request: Any, suffix: str = "") -> Response:
        """Whom the block is bound to, and what the services say."""
        user = self.runtime.service(self, "user").get_current_user()
        completion = self.runtime.service(self, "completion")
        return Response(
            json_body={
                "suffix": suffix,
                "note": self.note,
                "due": str(self.due),
                "has_completion": completion is not None,
                **user.opt_attrs,
            }
        )

    @XBlock.handler
    def upload(self, request: Any, _suffix: str = "") -> Response:
        """How many bytes arrived."""
        return Response(json_body={"size": len(request.params["file"].file.read())})


@contextmanager
def installed() -> Iterator[type[Probe]]:
    """The probe as an installed block type, with nothing remembered."""
    entry = mock.Mock(group="xblock.v1", **{"load.return_value": Probe})
    entry.name = KIND
    known = (KIND, entry)
    Probe.marks, Probe.echoes = {}, []
    PLUGIN_CACHE.pop(("xblock.v1", KIND), None)
    XBlock.extra_entry_points.append(known)
    try:
        yield Probe
    finally:
        XBlock.extra_entry_points.remove(known)
        PLUGIN_CACHE.pop(("xblock.v1", KIND), None)
