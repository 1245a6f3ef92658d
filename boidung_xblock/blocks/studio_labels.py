"""The words of the Studio forms: labels and helps by "Model.field", what a choice means, why a value cannot stand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from boidung_xblock import present
from boidung_xblock.authored.form_errors import Problem

# The order of fields wherever they occur; the rest stand in the order of their model.
ORDER: tuple[str, ...] = (
    "display_name",
    "title",
    "text",
    "question",
    "help",
    "url",
    "minutes",
    "options",
    "answer",
    "explanation",
)
ORDER += ("levels", "items", "model_answer", "multiple", "shuffle", "points", "attempts", "min_words", "max_words")

SECTIONS: dict[str, Any] = {
    "general": pgettext_lazy("boidung", "General"),
    "steps": pgettext_lazy("boidung", "Steps"),
    "counting": pgettext_lazy("boidung", "How it is done and counted"),
    "meeting": pgettext_lazy("boidung", "Group meeting"),
    "prompts": pgettext_lazy("boidung", "Prompts"),
    "files": pgettext_lazy("boidung", "Attached files"),
    "marking": pgettext_lazy("boidung", "Marking"),
    "rule": pgettext_lazy("boidung", "Who completes the module"),
    "more": pgettext_lazy("boidung", "More"),
}

_HTML = pgettext_lazy("boidung", "Plain text, or HTML such as <p>…</p>, <b>…</b>, <a href=…>, <img src=…>.")
_NO_LIMIT = pgettext_lazy("boidung", "0: no limit.")

LABELS: dict[str, tuple[Any, Any]] = {
    # every block
    "Titled.display_name": (pgettext_lazy("boidung", "Title"), ""),
    "Marked.weight": (
        pgettext_lazy("boidung", "Points in the gradebook"),
        pgettext_lazy("boidung", "The result is converted to these points."),
    ),
    "Marked.periods": (
        pgettext_lazy("boidung", "Periods"),
        pgettext_lazy("boidung", "What a learner earns here of the module's periods. 0: none."),
    ),
    # checkpoint
    "CheckpointContent.intro": (pgettext_lazy("boidung", "Introduction"), _HTML),
    "CheckpointContent.steps": (
        pgettext_lazy("boidung", "Steps"),
        pgettext_lazy("boidung", "Learners do them from top to bottom."),
    ),
    "CheckpointContent.role": (pgettext_lazy("boidung", "What it is in the module"), ""),
    "CheckpointContent.order": (pgettext_lazy("boidung", "Order of the steps"), ""),
    "CheckpointContent.show": (pgettext_lazy("boidung", "What learners are told after answering"), ""),
    "CheckpointContent.attempts": (
        pgettext_lazy("boidung", "Attempts at each question"),
        pgettext_lazy("boidung", "0: as many as one likes."),
    ),
    "CheckpointContent.pass_percent": (
        pgettext_lazy("boidung", "Percent of the points needed to pass"),
        pgettext_lazy("boidung", "0: there is no pass mark."),
    ),
    "Step.title": (pgettext_lazy("boidung", "Title"), ""),
    "Step.question": (pgettext_lazy("boidung", "Question"), _HTML),
    "Step.required": (pgettext_lazy("boidung", "Must be done to complete the checkpoint"), ""),
    "Step.slug": (
        pgettext_lazy("boidung", "Name for recall"),
        pgettext_lazy(
            "boidung",
            "Made from the title if left empty. A reflection recalls the answer by it; changing it later detaches "
            "the answers already given.",
        ),
    ),
    "ReadStep.question": (pgettext_lazy("boidung", "What to read or watch"), _HTML),
    "ReadStep.url": (
        pgettext_lazy("boidung", "Address of the document or video"),
        pgettext_lazy("boidung", "Begins with https:// or /static/. May be left empty."),
    ),
    "ReadStep.minutes": (pgettext_lazy("boidung", "Minutes it takes"), pgettext_lazy("boidung", "0: not said.")),
    "ScoredStep.points": (pgettext_lazy("boidung", "Points"), ""),
    "ScoredStep.attempts": (
        pgettext_lazy("boidung", "Attempts"),
        pgettext_lazy("boidung", "0: as set for the whole checkpoint."),
    ),
    "ScoredStep.explanation": (
        pgettext_lazy("boidung", "Explanation"),
        pgettext_lazy("boidung", "Shown after answering. Plain text or HTML."),
    ),
    "ChoiceStep.multiple": (pgettext_lazy("boidung", "Several options may be right"), ""),
    "ChoiceStep.shuffle": (pgettext_lazy("boidung", "Shuffle the options for each learner"), ""),
    "ChoiceStep.options": (pgettext_lazy("boidung", "Options"), ""),
    "Option.text": (pgettext_lazy("boidung", "Option"), ""),
    "Option.correct": (pgettext_lazy("boidung", "This one is right"), ""),
    "Option.feedback": (
        pgettext_lazy("boidung", "Told to those who choose it"),
        pgettext_lazy("boidung", "May be left empty."),
    ),
    "TrueFalseStep.question": (pgettext_lazy("boidung", "Statement"), _HTML),
    "TrueFalseStep.answer": (pgettext_lazy("boidung", "The statement is"), ""),
    "ShortAnswerStep.min_words": (pgettext_lazy("boidung", "Words at least"), _NO_LIMIT),
    "ShortAnswerStep.max_words": (pgettext_lazy("boidung", "Words at most"), _NO_LIMIT),
    "ShortAnswerStep.model_answer": (
        pgettext_lazy("boidung", "Model answer"),
        pgettext_lazy("boidung", "Shown after answering. Plain text or HTML."),
    ),
    "RateStep.levels": (
        pgettext_lazy("boidung", "Levels"),
        pgettext_lazy("boidung", "One on each line, from lowest to highest."),
    ),
    "RateStep.items": (pgettext_lazy("boidung", "Statements to rate oneself on"), ""),
    "RatedItem.text": (pgettext_lazy("boidung", "Statement"), ""),
    "RatedItem.slug": (
        pgettext_lazy("boidung", "Name for storing"),
        pgettext_lazy("boidung", "Made from the text if left empty. Changing it detaches the answers already given."),
    ),
    # reflection
    "ReflectionContent.intro": (pgettext_lazy("boidung", "Introduction"), _HTML),
    "ReflectionContent.prompts": (
        pgettext_lazy("boidung", "Prompts"),
        pgettext_lazy("boidung", "Each is one question that every member answers."),
    ),
    "ReflectionContent.rubric": (pgettext_lazy("boidung", "Rubric"), ""),
    "ReflectionContent.files": (pgettext_lazy("boidung", "Attached files"), ""),
    "ReflectionContent.ask_self_rating": (
        pgettext_lazy("boidung", "Ask learners to rate themselves on each criterion"),
        "",
    ),
    "ReflectionContent.leader_reads": (pgettext_lazy("boidung", "The group's leader may read the reflections"), ""),
    "ReflectionContent.credit_when": (pgettext_lazy("boidung", "The periods count"), ""),
    "ReflectionContent.meeting": (
        pgettext_lazy("boidung", "There is a group meeting with minutes"),
        pgettext_lazy("boidung", "Off: a paper of one's own, without minutes."),
    ),
    "Meeting.kind": (pgettext_lazy("boidung", "Kind of meeting"), ""),
    "Meeting.number": (pgettext_lazy("boidung", "Meeting number"), ""),
    "Meeting.title": (pgettext_lazy("boidung", "Topic of the meeting"), ""),
    "Meeting.agenda": (
        pgettext_lazy("boidung", "Agenda"),
        pgettext_lazy("boidung", "What the minutes begin with; the secretary goes on from there."),
    ),
    "Meeting.min_opinions": (
        pgettext_lazy("boidung", "Opinions at least"),
        pgettext_lazy("boidung", "So many must be noted before the minutes can be sent."),
    ),
    "Meeting.members_write": (
        pgettext_lazy("boidung", "Every member may write the minutes"),
        pgettext_lazy("boidung", "Otherwise only the leader and the secretary."),
    ),
    "Prompt.title": (pgettext_lazy("boidung", "Question"), ""),
    "Prompt.help": (pgettext_lazy("boidung", "Help for answering"), ""),
    "Prompt.min_words": (pgettext_lazy("boidung", "Words at least"), _NO_LIMIT),
    "Prompt.max_words": (pgettext_lazy("boidung", "Words at most"), _NO_LIMIT),
    "Prompt.required": (pgettext_lazy("boidung", "Must be answered"), ""),
    "Prompt.recall": (
        pgettext_lazy("boidung", "Show an earlier answer above it"),
        pgettext_lazy(
            "boidung",
            "The name for recall of a checkpoint's step (in that step, under Advanced). Empty: nothing is shown.",
        ),
    ),
    "Prompt.show_conclusion": (
        pgettext_lazy("boidung", "Show the group's conclusion above it"),
        pgettext_lazy("boidung", "Only with a group meeting."),
    ),
    "Prompt.slug": (
        pgettext_lazy("boidung", "Name for storing"),
        pgettext_lazy("boidung", "Made from the text if left empty. Changing it detaches the answers already given."),
    ),
    "FileRules.max_files": (
        pgettext_lazy("boidung", "Files at most"),
        pgettext_lazy("boidung", "0: nothing can be attached."),
    ),
    "FileRules.max_mb": (pgettext_lazy("boidung", "Megabytes for each file"), ""),
    "FileRules.types": (
        pgettext_lazy("boidung", "Types of files"),
        pgettext_lazy("boidung", "The ends of their names, with blanks between: docx pdf jpg."),
    ),
    # rubric
    "Rubric.scale": (pgettext_lazy("boidung", "Highest mark"), ""),
    "Rubric.step": (
        pgettext_lazy("boidung", "Marks are rounded to"),
        pgettext_lazy("boidung", "0.25 means quarters of a point."),
    ),
    "Rubric.pass_mark": (pgettext_lazy("boidung", "Mark needed to pass"), ""),
    "Rubric.lowest_level_fails": (
        pgettext_lazy("boidung", "Whoever is at the lowest level of any criterion does not pass"),
        "",
    ),
    "Rubric.criteria": (pgettext_lazy("boidung", "Criteria"), ""),
    "Criterion.title": (pgettext_lazy("boidung", "Criterion"), ""),
    "Criterion.weight": (
        pgettext_lazy("boidung", "Weight"),
        pgettext_lazy("boidung", "In proportion to the other criteria: 30 and 15 count two to one."),
    ),
    "Criterion.levels": (
        pgettext_lazy("boidung", "Levels"),
        pgettext_lazy("boidung", "From lowest to highest, without overlap."),
    ),
    "Criterion.slug": (
        pgettext_lazy("boidung", "Name for storing"),
        pgettext_lazy("boidung", "Made from the title if left empty. Changing it detaches the marks already given."),
    ),
    "Level.title": (pgettext_lazy("boidung", "Level"), ""),
    "Level.low": (pgettext_lazy("boidung", "Points from"), ""),
    "Level.high": (pgettext_lazy("boidung", "Points to"), ""),
    "Level.descriptor": (pgettext_lazy("boidung", "What work at this level looks like"), ""),
    "Level.slug": (
        pgettext_lazy("boidung", "Name for storing"),
        pgettext_lazy("boidung", "Made from the title if left empty. Changing it detaches the marks already given."),
    ),
    # ledger
    "LedgerContent.intro": (pgettext_lazy("boidung", "Introduction"), _HTML),
    "LedgerContent.total_periods": (
        pgettext_lazy("boidung", "Periods of the module"),
        pgettext_lazy("boidung", "The programme asks for 40."),
    ),
    "LedgerContent.min_periods": (pgettext_lazy("boidung", "Periods needed to complete it"), ""),
    "LedgerContent.min_meetings": (pgettext_lazy("boidung", "Group meetings to be attended"), ""),
    "LedgerContent.every_mark_passes": (pgettext_lazy("boidung", "Every mark must reach its pass mark"), ""),
}

CHOICES: dict[str, Any] = {
    "Role.study": pgettext_lazy("boidung", "Self-study"),
    "Role.test": pgettext_lazy("boidung", "End-of-module test"),
    "Role.survey": pgettext_lazy("boidung", "Survey"),
    "Order.in_order": pgettext_lazy("boidung", "One after the other: a step opens once those before it are done"),
    "Order.free": pgettext_lazy("boidung", "In any order"),
    "Show.nothing": pgettext_lazy("boidung", "Nothing"),
    "Show.right_wrong": pgettext_lazy("boidung", "Whether the answer is right"),
    "Show.feedback": pgettext_lazy("boidung", "Whether it is right, and the feedback"),
    "Show.answers": pgettext_lazy("boidung", "Whether it is right, the feedback, and at last the right answer"),
    "TrueFalseStep.answer.true": pgettext_lazy("boidung", "True"),
    "TrueFalseStep.answer.false": pgettext_lazy("boidung", "False"),
    "CreditWhen.submitted": pgettext_lazy("boidung", "As soon as the reflection is submitted"),
    "CreditWhen.passed": pgettext_lazy("boidung", "Once the reflection is marked as passed"),
    "MeetingKind.regular": pgettext_lazy("boidung", "Regular"),
    "MeetingKind.topic": pgettext_lazy("boidung", "On a topic"),
    "MeetingKind.lesson_study": pgettext_lazy("boidung", "Lesson study"),
    "MeetingKind.cluster": pgettext_lazy("boidung", "School cluster"),
    "MeetingKind.online": pgettext_lazy("boidung", "Online"),
}

# What a row of a list is called, on its head and on the button that adds one.
ROWS: dict[str, Any] = {
    "ReadStep": pgettext_lazy("boidung", "Read or watch"),
    "ChoiceStep": pgettext_lazy("boidung", "Multiple choice"),
    "TrueFalseStep": pgettext_lazy("boidung", "True or false"),
    "ShortAnswerStep": pgettext_lazy("boidung", "Short answer"),
    "RateStep": pgettext_lazy("boidung", "Self-rating"),
    "Option": pgettext_lazy("boidung", "Option"),
    "RatedItem": pgettext_lazy("boidung", "Statement"),
    "Prompt": pgettext_lazy("boidung", "Prompt"),
    "Criterion": pgettext_lazy("boidung", "Criterion"),
    "Level": pgettext_lazy("boidung", "Level"),
}


def label_of(keys: Sequence[str]) -> tuple[str, str]:
    """Label and help of the nearest key that has any; KeyError if none has."""
    known = next((key for key in keys if key in LABELS), None)
    if known is None:
        raise KeyError(", ".join(keys))
    label, help_text = LABELS[known]
    return str(label), str(help_text)


def message_of(problem: Problem) -> str:
    """Why the value cannot stand, in the language in force."""
    limit = present.number(Decimal(problem.limit)) if problem.limit else ""
    text = str(_MESSAGES.get(problem.code, _MESSAGES["invalid"])) % {"limit": limit}
    if problem.line:
        text = pgettext("boidung", "Line %(line)d: %(text)s") % {"line": problem.line, "text": text}
    return text


_MESSAGES: dict[str, Any] = {
    "missing": pgettext_lazy("boidung", "Please fill this in."),
    "too_long": pgettext_lazy("boidung", "Too long: at most %(limit)s characters."),
    "pattern_slug": pgettext_lazy("boidung", "Only a–z, 0–9 and hyphens, at most 40 characters."),
    "pattern_recall": pgettext_lazy("boidung", "Only a–z, 0–9 and hyphens, at most 40 characters."),
    "pattern_url": pgettext_lazy("boidung", "An address begins with https:// or with /."),
    "pattern_types": pgettext_lazy("boidung", "Only the ends of file names, such as docx pdf jpg."),
    "whole_number": pgettext_lazy("boidung", "Enter a whole number, such as 3."),
    "number": pgettext_lazy("boidung", "Enter a number, such as 7.5."),
    "places": pgettext_lazy("boidung", "At most %(limit)s digits after the decimal sign."),
    "too_many_digits": pgettext_lazy("boidung", "This number is too large."),
    "at_least": pgettext_lazy("boidung", "Must be %(limit)s or more."),
    "more_than": pgettext_lazy("boidung", "Must be more than %(limit)s."),
    "at_most": pgettext_lazy("boidung", "Must be %(limit)s or less."),
    "choose": pgettext_lazy("boidung", "Please choose one of them."),
    "too_few": pgettext_lazy("boidung", "At least %(limit)s are needed."),
    "too_many": pgettext_lazy("boidung", "At most %(limit)s are possible."),
    "no_right": pgettext_lazy("boidung", "Mark the right option."),
    "several_right": pgettext_lazy(
        "boidung", "Several options are marked as right. Mark only one, or tick “Several options may be right”."
    ),
    "repeated": pgettext_lazy("boidung", "This is the same as one above."),
    "below": pgettext_lazy("boidung", "The upper bound is below the lower."),
    "level_order": pgettext_lazy("boidung", "Must be above the highest points of the level before."),
    "beyond_scale": pgettext_lazy("boidung", "This is above the highest mark of the rubric."),
    "above_scale": pgettext_lazy("boidung", "This is above the highest mark."),
    "no_points": pgettext_lazy("boidung", "No step has points, so nobody could pass. Enter 0, or add a question."),
    "invalid": pgettext_lazy("boidung", "This value cannot be used."),
}
