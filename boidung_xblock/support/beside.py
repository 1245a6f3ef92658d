"""What a learner's page says of their questions: each message stands at the place that was asked about."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, QuerySet, TextField, Value, When

from boidung_xblock import around
from boidung_xblock.support.models import QuestionMessage


def messages_around(*, activity_id: int, user_id: int) -> QuerySet[Any]:
    """All that was said about the person's own questions, for ``around``: kind "said" (by themselves) or "answered".

    ``key`` is the place, ``title`` the question's id, ``number`` that of the message.
    """
    rows = QuestionMessage.objects.filter(question__activity_id=activity_id, question__author_id=user_id)
    kind = Case(When(is_answer=True, then=Value("answered")), default=Value("said"), output_field=TextField())
    said = {"text": "text", "who": "author_name", "at": "created_at", "number": "number"}
    return around.part(rows, kind, key="question__place", title="question_id", **said)
