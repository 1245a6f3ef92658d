"""Questions and answers: what other parts may call."""

from boidung_xblock.support import states
from boidung_xblock.support.asking import MAX_CHARS, ask, say
from boidung_xblock.support.beside import messages_around
from boidung_xblock.support.erasing import erase_person
from boidung_xblock.support.models import Question
from boidung_xblock.support.reading import (
    MessageView,
    QuestionPage,
    QuestionRow,
    Thread,
    ThreadBrief,
    open_count,
    own,
    question_page,
    scope,
    thread,
    threads_at,
)

__all__ = [
    "MAX_CHARS",
    "MessageView",
    "Question",
    "QuestionPage",
    "QuestionRow",
    "Thread",
    "ThreadBrief",
    "ask",
    "erase_person",
    "messages_around",
    "open_count",
    "own",
    "question_page",
    "say",
    "scope",
    "states",
    "thread",
    "threads_at",
]
