"""Scores of a marked block: the truth is in ``grading``; the platform's StudentModule gets a copy."""

from __future__ import annotations

from math import isfinite
from typing import Any

from xblock.scorable import ScorableXBlockMixin, Score

from boidung_xblock.activities import api as activities
from boidung_xblock.authored.rubric import Rubric
from boidung_xblock.blocks.people import current_user, usage_key
from boidung_xblock.grading import api as grading
from boidung_xblock.reflections import api as reflections

Scale = grading.Scale


class MarkedBlockMixin(ScorableXBlockMixin):
    """For blocks whose score is in ``grading``: a person's mark, or what a checkpoint earned; at most the weight.

    The class has a ``weight`` field, and a ``rubric_model()`` unless it says its ``mark_scale()`` otherwise. The
    platform binds a block to the learner whose score it is before it calls anything here but ``max_score``.
    """

    has_score = True
    weight: float
    # True while our own publish runs: what comes back as ``set_score`` then is its echo.
    _publishing = False
    _score_source = "override"

    def rubric_model(self) -> Rubric:
        """The authored rubric."""
        raise NotImplementedError

    def mark_scale(self) -> Scale:
        """The highest mark, and the one that passes."""
        rubric = self.rubric_model()
        return Scale(scale=rubric.scale, pass_mark=rubric.pass_mark)

    def submitted(self, activity_id: int, user_id: int) -> bool:
        """Whether the learner has submitted anything that still counts; one query."""
        return reflections.has_submitted(activity_id=activity_id, user_id=user_id)

    def max_score(self) -> float:
        """Points possible in the gradebook: the weight. Called on unbound blocks, so it reads authored fields only."""
        weight = float(self.weight or 0)
        return weight if isfinite(weight) and weight > 0 else 1.0

    def has_submitted_answer(self) -> bool:
        """Whether the learner has submitted anything that still counts."""
        activity = activities.find(usage_key(self))
        user_id = current_user(self).pk
        if activity is None or user_id is None:
            return False
        return self.submitted(activity.pk, user_id)

    def get_score(self) -> Score | None:
        """The mark in force on the gradebook's scale, None if there is none."""
        grade = grading.grade_by_usage(usage_key(self), current_user(self).pk)
        if grade is None:
            return None
        possible = self.max_score()
        return Score(raw_earned=float(grade.earned) * possible / float(grade.possible), raw_possible=possible)

    def set_score(self, score: Score) -> None:
        """The platform sets a score: an override, a rescore, or the echo of our own publish (ignored)."""
        user_id = current_user(self).pk
        activity = activities.find(usage_key(self))
        if self._publishing or activity is None or user_id is None:
            return
        grading.record_outside_score(
            activity_id=activity.pk,
            learner_id=user_id,
            rubric=self.mark_scale(),
            raw_earned=score.raw_earned,
            raw_possible=score.raw_possible,
            source=self._score_source,
        )

    def calculate_score(self) -> Score:
        """What a rescore finds: the mark in force, unchanged; 0 if nobody has marked yet. Never writes."""
        return self.get_score() or Score(raw_earned=0.0, raw_possible=self.max_score())

    def rescore(self, only_if_higher: bool) -> None:
        """The instructor's rescore: the mark in force is sent once more, never reckoned anew; it is a person's word.

        ``only_if_higher``: not where the gradebook shows more. Work that nobody has marked stays unmarked: the mixin's
        way would make it a mark of 0. (A checkpoint reckons its score anew before it calls this.)
        """
        if self.get_score() is not None:
            self._publish(only_if_higher=only_if_higher)

    def publish_grade(self) -> None:
        """Send the learner's mark in force to the gradebook, or clear the score if there is none."""
        self._publish(only_if_higher=False)

    def _publish(self, *, only_if_higher: bool) -> None:
        score = self.get_score()
        event: dict[str, Any] = {"value": 0.0, "max_value": self.max_score(), "score_deleted": True}
        if score is not None:
            event = {"value": score.raw_earned, "max_value": score.raw_possible, "only_if_higher": only_if_higher}
        self._publishing = True
        try:
            self.runtime.publish(self, "grade", event)
        finally:
            self._publishing = False
