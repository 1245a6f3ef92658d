"""The rejected rows as a workbook: the original values under the original headings, and a last column saying why."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from boidung_xblock.roster.issues import Issue
from boidung_xblock.roster.staging import Staging
from boidung_xblock.text import clean_line

_DANGEROUS = ("=", "+", "-", "@")


def safe_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous beginning."""
    text = clean_line(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def write_rejected(staging: Staging) -> IO[bytes]:
    """A temporary file with the workbook; the caller closes it. Memory does not grow with the rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(pgettext("boidung", "Rejected rows"))
    headings = [column.heading for column in staging.columns.all]
    headings += [pgettext("boidung", "Row in the workbook"), pgettext("boidung", "Why")]
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for line in staging.rejected():
        reasons = "; ".join(_reason(issue) for issue in line.issues if issue.is_error)
        sheet.append([_cell(sheet, text) for text in [*line.cells, str(line.number), reasons]])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    book.save(file)
    file.seek(0)
    return file


def _reason(issue: Issue) -> str:
    return f"{issue.heading}: {issue.message}" if issue.heading else issue.message


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A cell that is text whatever it holds."""
    cell = WriteOnlyCell(sheet, value=safe_text(text))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
