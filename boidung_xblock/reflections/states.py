"""States of a reflection: nháp → đã nộp → (trả lại ↔ nộp lại) → đã chấm; withdrawn until a marker opens it.

"new" and "draft" are no rows: nothing has been submitted yet.
"""

from __future__ import annotations

from django.utils.translation import pgettext

NEW = "new"
DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
RESUBMITTED = "resubmitted"
MARKED = "marked"
WITHDRAWN = "withdrawn"

WITH_LEARNER = frozenset({NEW, DRAFT, RETURNED, WITHDRAWN})
WAITING = frozenset({SUBMITTED, RESUBMITTED})
MARKABLE = WAITING | {MARKED}
STORED = (SUBMITTED, RETURNED, RESUBMITTED, MARKED, WITHDRAWN)


def label(state: str) -> str:
    """The state in the reader's language."""
    return {
        NEW: pgettext("boidung", "Not started"),
        DRAFT: pgettext("boidung", "Draft"),
        SUBMITTED: pgettext("boidung", "Submitted"),
        RETURNED: pgettext("boidung", "Returned for revision"),
        RESUBMITTED: pgettext("boidung", "Resubmitted"),
        MARKED: pgettext("boidung", "Marked"),
        WITHDRAWN: pgettext("boidung", "Withdrawn"),
    }[state]
