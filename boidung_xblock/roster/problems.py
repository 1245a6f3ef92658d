"""What can be wrong with a workbook as a whole, in words; ``issues`` has what is wrong with a cell."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

from boidung_xblock.errors import BadInput, Conflict, TooLarge

FIELD = "workbook"  # the form field to which these messages belong

_TEXTS = {
    "no_file": pgettext_lazy("boidung", "Choose a workbook (.xlsx) first."),
    "empty_file": pgettext_lazy("boidung", "This file is empty (0 bytes). Save the workbook again and choose it anew."),
    "not_a_workbook": pgettext_lazy(
        "boidung", "This file is not an Excel workbook. Open it in Excel or LibreOffice and save it as .xlsx."
    ),
    "old_workbook": pgettext_lazy(
        "boidung", "This is an old Excel file (.xls). Open it and save it as Excel workbook (.xlsx)."
    ),
    "encrypted_workbook": pgettext_lazy(
        "boidung", "This workbook is protected by a password. Remove the password, save it and choose it again."
    ),
    "damaged_workbook": pgettext_lazy(
        "boidung", "This workbook is damaged and cannot be read. Open it in Excel, save it again and choose it anew."
    ),
    "no_header": pgettext_lazy(
        "boidung",
        "No sheet has all required headings in its first %(rows)s rows. Missing: %(missing)s. "
        "Check the heading row; other columns may stay.",
    ),
    "no_rows": pgettext_lazy("boidung", "There are headings but nobody below them. Is this the right workbook?"),
    "workbook_too_large": pgettext_lazy(
        "boidung", "This file is larger than %(megabytes)s MB. Remove pictures and other sheets, or split the list."
    ),
    "workbook_unpacks_too_large": pgettext_lazy(
        "boidung",
        "This workbook is far too large once unpacked. Copy the list into a new workbook and save that.",
    ),
    "too_many_rows": pgettext_lazy("boidung", "The list has more than %(rows)s rows. Split it by school or commune."),
    "bad_client_key": pgettext_lazy(
        "boidung", "The form was incomplete. Open the page again and choose the file anew."
    ),
    "not_checked": pgettext_lazy(
        "boidung", "This import cannot be applied: its check has not finished or has failed. Nothing was changed."
    ),
    "file_gone": pgettext_lazy("boidung", "The uploaded list is no longer in storage. Upload it again."),
    "internal": pgettext_lazy("boidung", "The check stopped because of a fault of the system. Nothing was changed."),
}


def text(code: str, arguments: dict[str, Any] | None = None) -> str:
    """The message in the language of the moment."""
    message = str(_TEXTS[code])
    return message % arguments if arguments else message


def bad(code: str, **arguments: Any) -> BadInput:
    """400, with the message at the file field; ``arguments`` stay in the details for later rendering."""
    message = text(code, arguments)
    return BadInput(code, message, fields={FIELD: message}, arguments=arguments)


def too_large(code: str, **arguments: Any) -> TooLarge:
    """413, with the message at the file field."""
    message = text(code, arguments)
    return TooLarge(code, message, fields={FIELD: message}, arguments=arguments)


def conflict(code: str, **arguments: Any) -> Conflict:
    """409."""
    return Conflict(code, text(code, arguments), arguments=arguments)
