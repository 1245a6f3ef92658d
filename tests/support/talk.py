"""Questions and answers as pages send them."""

from __future__ import annotations

from typing import Any

from boidung_xblock.support import api as support
from boidung_xblock.support.models import Question
from tests import factories
from tests.factories import COURSE, World

PLACE, TITLE = "dieu-hoc-duoc", "Điều tôi học được"


def ask(made: World, author: Any, text: str = "Lớp 60 em thì chia nhóm thế nào?", **changes: Any) -> Question:
    """The author asks about the first prompt of the world's activity."""
    course_key = changes.pop("course_key", COURSE)
    activity = changes.pop("activity", made.activity)
    given = {"place": PLACE, "place_title": TITLE, "text": text, "client_key": factories.key(), **changes}
    return support.ask(factories.viewer(author, course_key), activity, **given)


def say(
    who: Any, question: Question, text: str = "Chia theo bàn, đổi nhóm trưởng mỗi tuần.", **changes: Any
) -> Question:
    """Somebody says more about what they see now."""
    given = {"text": text, "row_version": factories.fresh(question).row_version, "client_key": factories.key()}
    return support.say(factories.viewer(who, question.course_key), question.pk, **{**given, **changes})


def said(question: Question) -> list[tuple[int, bool, str]]:
    """(number, is an answer, text) of everything, in order."""
    return list(question.messages.order_by("number").values_list("number", "is_answer", "text"))
