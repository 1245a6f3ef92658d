"""What is erased of checkpoints when an account is retired: the words; numbers stay, they are the result."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer


@transaction.atomic
def erase_person(user_id: int) -> None:
    """The person's own words, in every answer and in the summary rows, archived ones too. Repeats change nothing."""
    for work in CheckpointWork.objects.select_for_update().filter(learner_id=user_id).order_by("id"):
        steps: dict[str, Any] = work.steps
        kept = {slug: {**step, "answer": _without_words(step.get("answer"))} for slug, step in steps.items()}
        if kept != steps:
            CheckpointWork.objects.filter(pk=work.pk).update(steps=kept, row_version=F("row_version") + 1)
    for answer in StepAnswer.objects.filter(work__learner_id=user_id).exclude(text="").order_by("id"):
        answer.answer, answer.text = _without_words(answer.answer), ""
        answer.save(update_fields=["answer", "text"])


def _without_words(answer: Any) -> Any:
    return {**answer, "text": ""} if isinstance(answer, dict) and "text" in answer else answer
