"""Erasing what people wrote when their account is retired: words and names go, that something was asked stays."""

from __future__ import annotations

from django.db import transaction

from boidung_xblock.support import states
from boidung_xblock.support.models import Question, QuestionMessage
from boidung_xblock.text import ERASED_NAME


@transaction.atomic
def erase_person(user_id: int) -> None:
    """All words of the person's own questions, their answers included (they speak of the person), and the name
    wherever it stands. What a retired core teacher answered stays with those who asked.

    Doing it again changes nothing.
    """
    own = Question.objects.filter(author_id=user_id)
    QuestionMessage.objects.filter(question__author_id=user_id).exclude(text="").update(text="")
    own.exclude(author_name=ERASED_NAME).update(author_name=ERASED_NAME)
    own.exclude(state=states.CLOSED).update(state=states.CLOSED)
    QuestionMessage.objects.filter(author_id=user_id).update(author_name=ERASED_NAME)
