"""What can be wrong in a cell: codes, whether the row is refused for it, and the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy
from openpyxl.utils import get_column_letter

MAX_VALUE = 80  # characters shown of a cell

# The row is refused.
_ERRORS = {
    "missing_value": pgettext_lazy("boidung", "This cell must not be empty."),
    "missing_account_key": pgettext_lazy("boidung", "Give an e-mail address or a username."),
    "missing_group": pgettext_lazy("boidung", "Name the subject department, or a group together with its cluster."),
    "error_value": pgettext_lazy("boidung", "The cell holds an Excel error instead of a value."),
    "formula": pgettext_lazy("boidung", "The cell holds a formula. Paste it as a plain value."),
    "too_long": pgettext_lazy("boidung", "The text is too long: at most %(other)s characters."),
    "bad_name": pgettext_lazy("boidung", "The name contains characters that are not allowed in a name."),
    "bad_text": pgettext_lazy("boidung", "The text contains the characters < or >, which are not allowed."),
    "bad_code": pgettext_lazy("boidung", "A code consists of letters, digits, and the signs - _ . /"),
    "digits_lost": pgettext_lazy(
        "boidung", "Excel has shortened this number and digits are lost. Type it again as text."
    ),
    "national_id": pgettext_lazy(
        "boidung", "This looks like a national identity number, which is never stored. Give the staff code."
    ),
    "bad_email": pgettext_lazy("boidung", "This is not a valid e-mail address."),
    "bad_username": pgettext_lazy("boidung", "A username has 2 to 30 Latin letters, digits, - or _, and no blanks."),
    "unknown_role": pgettext_lazy("boidung", "This role is not known. Use for example: %(other)s."),
    "two_people_one_id": pgettext_lazy("boidung", "Two people have this code: see row %(other)s."),
    "duplicate_id": pgettext_lazy("boidung", "This code already stands in row %(other)s, with other details."),
    "duplicate_email": pgettext_lazy("boidung", "This e-mail address already stands in row %(other)s."),
    "duplicate_username": pgettext_lazy("boidung", "This username already stands in row %(other)s."),
    "duplicate_account": pgettext_lazy("boidung", "This is the account of the person in row %(other)s."),
    "second_leader": pgettext_lazy("boidung", "The group already has a leader in row %(other)s."),
    "school_name_differs": pgettext_lazy("boidung", "In other rows the school with this code is called “%(other)s”."),
    "unknown_core_teacher": pgettext_lazy(
        "boidung", "No core teacher with this code or name is in the workbook or in this round."
    ),
    "ambiguous_core_teacher": pgettext_lazy("boidung", "Several core teachers have this name. Give the staff code."),
    "core_teacher_rejected": pgettext_lazy("boidung", "The row of this core teacher (row %(other)s) was rejected."),
    "id_conflict": pgettext_lazy("boidung", "In the system this code belongs to %(other)s."),
    "username_taken": pgettext_lazy("boidung", "This username belongs to another person: %(other)s."),
    "account_mismatch": pgettext_lazy(
        "boidung", "The username and the e-mail address belong to two different accounts."
    ),
    "account_of_other_person": pgettext_lazy(
        "boidung", "This account already belongs to %(other)s, with another code."
    ),
    "account_refused": pgettext_lazy(
        "boidung", "No account could be made: the e-mail address or the username is or was in use."
    ),
}

# The row is taken (or, where the words say so, skipped); the reader should know.
_WARNINGS = {
    "same_row_again": pgettext_lazy("boidung", "The same as row %(other)s; skipped."),
    "note_row": pgettext_lazy("boidung", "Almost empty and without a staff code: taken for a note and skipped."),
    "unknown_value": pgettext_lazy("boidung", "This value is not understood and was left out."),
    "office_differs": pgettext_lazy("boidung", "Other rows of the school say “%(other)s”; that is used."),
    "cluster_differs": pgettext_lazy("boidung", "Other rows of the school say “%(other)s”; that is used."),
    "school_renamed": pgettext_lazy("boidung", "In the system this school is called “%(other)s”; it will be renamed."),
    "core_teacher_ignored": pgettext_lazy("boidung", "The row names no group, so the core teacher was left out."),
    "core_without_group": pgettext_lazy("boidung", "No group in the workbook names this core teacher."),
    "no_account_yet": pgettext_lazy(
        "boidung", "There is no such account and no e-mail address to make one; it is linked at the first login."
    ),
    "other_account_kept": pgettext_lazy("boidung", "The person keeps the account already linked: %(other)s."),
    "other_username": pgettext_lazy(
        "boidung", "The account with this e-mail address is called %(other)s; that is used."
    ),
    "account_name_differs": pgettext_lazy(
        "boidung", "The account with this e-mail address is that of %(other)s. Check the address."
    ),
    "leader_replaced": pgettext_lazy("boidung", "Replaces the present leader %(other)s, who becomes a member."),
}

_ADVICE = {"unknown_role": "Giáo viên, Tổ trưởng, Thư ký, GV cốt cán, CBQL, CBQL cốt cán"}


@dataclass(frozen=True)
class Issue:
    """One thing to say about one cell. ``column`` is a letter, ``heading`` the workbook's own, ``other`` what the
    words refer to (a row number, a name)."""

    row: int
    column: str
    heading: str
    code: str
    value: str = ""
    other: str = ""

    @property
    def is_error(self) -> bool:
        """The row is refused."""
        return self.code in _ERRORS

    @property
    def message(self) -> str:
        """In the language of the moment."""
        words = str(_ERRORS.get(self.code) or _WARNINGS[self.code])
        return words % {"other": self.other or _ADVICE.get(self.code, "")}

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe; ``from_dict`` reads it back."""
        return {
            "row": self.row,
            "column": self.column,
            "heading": self.heading,
            "code": self.code,
            "value": self.value,
            "other": self.other,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Issue:
        """The stored issue."""
        return cls(**{key: data[key] for key in ("row", "column", "heading", "code", "value", "other")})


@dataclass(frozen=True)
class Column:
    """Where a field stands in the sheet: its number from 1 and its heading as written."""

    field: str
    number: int
    heading: str

    @property
    def letter(self) -> str:
        """As Excel shows it."""
        return get_column_letter(self.number)


class Columns:
    """The recognised columns of one sheet, in sheet order."""

    def __init__(self, columns: list[Column]) -> None:
        self.all = sorted(columns, key=lambda column: column.number)
        self.by_field = {column.field: column for column in columns}
        self.last = max((column.number for column in columns), default=1)

    def __contains__(self, field: str) -> bool:
        return field in self.by_field

    def issue(self, row: int, field: str, code: str, *, value: str = "", other: str = "") -> Issue:
        """An issue at the cell of ``field``; at no column if the sheet has none for it."""
        column = self.by_field.get(field)
        shown = value if len(value) <= MAX_VALUE else value[: MAX_VALUE - 1] + "…"
        return Issue(row, column.letter if column else "", column.heading if column else "", code, shown, other)
