"""What the platform's problem-response report says of a block: one row for each learner who has submitted.

Data researchers run the report, and they may not read reflections: it tells when, how much, for which group and with
which mark, and what was written only where the site wants it (``BOIDUNG_REPORT_ANSWERS``).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.utils.translation import pgettext

from boidung_xblock import present
from boidung_xblock.activities import api as activities
from boidung_xblock.conf import setting
from boidung_xblock.grading import api as grading
from boidung_xblock.reflections import api as reflections

Columns = OrderedDict[str, Any]
# A cell that begins so would be a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(usage_key: str, *, limit: int | None = None) -> Iterator[tuple[str, Columns]]:
    """(username, columns) in the order of the accounts, at most ``limit``; two queries for each 500 learners.

    Read from our own tables: the platform's iterator over the learners' states stops with an error at the first row
    without a state, and an override leaves such rows behind. The headings are in the language of the worker, and none
    is a heading of the platform's own.
    """
    activity = activities.find(usage_key)
    if activity is None or (limit is not None and limit <= 0):
        return
    with_answers = bool(setting("BOIDUNG_REPORT_ANSWERS"))
    prompts = {row["slug"]: row["title"] for row in activity.settings["prompts"]} if with_answers else {}
    left = limit
    for batch in reflections.submitted(activity_id=activity.pk, with_answers=with_answers):
        wanted = batch if left is None else batch[:left]
        grades = grading.grades_of(activity.pk, [row.author_id for row in wanted])
        for row in wanted:
            yield row.username, _columns(row, grades.get(row.author_id), prompts)
        left = None if left is None else left - len(wanted)
        if left == 0:
            return


def _columns(row: reflections.SubmittedRow, grade: grading.GradeView | None, prompts: dict[str, str]) -> Columns:
    columns = OrderedDict(
        [
            (pgettext("boidung", "State of the work"), reflections.states.label(row.state)),
            (pgettext("boidung", "Version number"), row.version_no),
            (pgettext("boidung", "Submitted at (UTC)"), _iso(row)),
            (pgettext("boidung", "Words"), row.word_count),
            (pgettext("boidung", "Receipt code"), row.receipt_code),
            (pgettext("boidung", "Group"), _text(row.group_name)),
            (pgettext("boidung", "School"), _text(row.unit_name)),
            (pgettext("boidung", "Late"), _yes(row.is_late)),
            (pgettext("boidung", "Mark"), present.plain_number(grade.earned) if grade else ""),
            (pgettext("boidung", "Highest mark"), present.plain_number(grade.possible) if grade else ""),
            (pgettext("boidung", "Pass"), _yes(grade.passed) if grade else ""),
        ]
    )
    texts = {answer["slug"]: answer["text"] for answer in row.answers}
    titles = prompts and {**prompts, **{a["slug"]: a["title"] for a in row.answers if a["slug"] not in prompts}}
    columns.update((f"{title} [{slug}]", _text(texts.get(slug, ""))) for slug, title in titles.items())
    return columns


def _iso(row: reflections.SubmittedRow) -> str:
    return row.submitted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _yes(value: bool) -> str:
    return pgettext("boidung", "yes") if value else pgettext("boidung", "no")


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
