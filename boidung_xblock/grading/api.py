"""Marks and their way to the gradebook: what other parts may call. Everything else in this applet is private."""

from boidung_xblock.grading.erasing import erase_person
from boidung_xblock.grading.marking import (
    MarkGiven,
    Scale,
    archive,
    give_mark,
    record_auto_score,
    record_outside_score,
    return_work,
)
from boidung_xblock.grading.outbox import frozen_courses, on_enqueued, publish_due, publish_entry
from boidung_xblock.grading.reading import (
    GradeView,
    MarkBrief,
    MarkView,
    grade_by_usage,
    grade_of,
    grades_of,
    marks_in_force,
    marks_of,
)

__all__ = [
    "GradeView",
    "MarkBrief",
    "MarkGiven",
    "MarkView",
    "Scale",
    "archive",
    "erase_person",
    "frozen_courses",
    "give_mark",
    "grade_by_usage",
    "grade_of",
    "grades_of",
    "marks_in_force",
    "marks_of",
    "on_enqueued",
    "publish_due",
    "publish_entry",
    "record_auto_score",
    "record_outside_score",
    "return_work",
]
