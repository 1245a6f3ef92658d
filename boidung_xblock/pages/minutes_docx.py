"""The official layout as a Word document: A4, Times New Roman 13, the margins of Nghị định 30/2020/NĐ-CP."""

from __future__ import annotations

import io
import re
from datetime import UTC
from typing import Any

from django.utils import timezone
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from boidung_xblock.pages.minutes_layout import Part, Sheet

_FONT = "Times New Roman"
_LONGEST_PROPERTY = 255  # characters; the format allows no more
# XML has no room for these; stored text is free of most of them already.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def document(sheet: Sheet) -> bytes:
    """The whole file."""
    made = Document()
    _page(made)
    _head(made, sheet)
    for words in sheet.title:
        _line(made, words, bold=True, centre=True, size=14)
    for words in sheet.about:
        _line(made, words, italic=True, centre=True)
    if sheet.note:
        _line(made, sheet.note, italic=True, centre=True)
    for part in sheet.parts:
        _part(made, part)
    _signatures(made, sheet)
    _properties(made, sheet)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _page(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = made.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13)
    # Word takes the font of Vietnamese letters from elsewhere otherwise.
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.element.rPr.rFonts.set(qn("w:cs"), _FONT)
    style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(4), 1.15
    _number_pages(section)


def _properties(made: Any, sheet: Sheet) -> None:
    """What the file says of itself: python-docx brings its own name, and a date of 2013."""
    told = made.core_properties
    told.title = " ".join(sheet.title)[:_LONGEST_PROPERTY]
    told.subject = " ".join(sheet.about)[:_LONGEST_PROPERTY]
    told.author = told.last_modified_by = sheet.team
    told.comments, told.language = "", "vi-VN"
    told.created = told.modified = timezone.now().astimezone(UTC).replace(tzinfo=None)


def _number_pages(section: Any) -> None:
    """The number in the middle above each page but the first."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "2"  # until the program reckons
    run.append(text)
    field.append(run)


def _columns(table: Any, *widths: int) -> None:
    """Widths in mm, for the grid and for every cell: programs differ in which they read."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _head(made: Any, sheet: Sheet) -> None:
    table = made.add_table(rows=1, cols=2)
    _columns(table, 70, 95)
    left, right = table.rows[0].cells
    own = [(sheet.authority.upper(), {}), (sheet.school.upper(), {"bold": True}), (sheet.team, {"bold": True})]
    _cell(left, [*(row for row in own if row[0]), (sheet.number, {})])
    _cell(
        right,
        [
            (sheet.country, {"bold": True, "size": 12}),
            (sheet.motto, {"bold": True, "underline": True}),
            (sheet.place_and_date, {"italic": True}),
        ],
    )
    made.add_paragraph()


def _cell(cell: Any, lines: list[tuple[str, dict[str, Any]]]) -> None:
    for number, (words, style) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(0)
        _run(paragraph, words, **style)


def _part(made: Any, part: Part) -> None:
    if part.is_heading:
        _line(made, part.label, bold=True).paragraph_format.keep_with_next = True
        return
    if part.label or part.text:
        # A paragraph for each line: Word stretches a justified line that ends in a line break.
        for number, words in enumerate(part.text.split("\n")):
            paragraph = made.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            if part.label and number == 0:
                _run(paragraph, f"{part.label} " if words else part.label, bold=True)
            _run(paragraph, words)
    for item in part.items:
        for number, words in enumerate(item.split("\n")):
            _line(made, words if number else f"– {words}")
    if part.rows:
        _table(made, part)


def _table(made: Any, part: Part) -> None:
    table = made.add_table(rows=1, cols=len(part.head))
    table.style = "Table Grid"
    for cell, words in zip(table.rows[0].cells, part.head, strict=True):
        _cell(cell, [(words, {"bold": True})])
    for row in part.rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            _run(cell.paragraphs[0], words)
    _columns(table, 85, 50, 30)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _signatures(made: Any, sheet: Sheet) -> None:
    made.add_paragraph()
    table = made.add_table(rows=1, cols=len(sheet.signatures))
    # So that "HIỆU TRƯỞNG PHÊ DUYỆT" is one line.
    _columns(table, *((82, 83) if len(sheet.signatures) == 2 else (48, 48, 69)))
    for cell, place in zip(table.rows[0].cells, sheet.signatures, strict=True):
        lines: list[tuple[str, dict[str, Any]]] = [(place.role, {"bold": True})]
        lines += [("(Ký và ghi rõ họ tên)", {"italic": True}), *[("", {})] * 4, (place.name, {"bold": True})]
        _cell(cell, lines)


def _line(
    made: Any, words: str, *, bold: bool = False, italic: bool = False, centre: bool = False, size: int = 13
) -> Any:
    paragraph = made.add_paragraph()
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, words, bold=bold, italic=italic, size=size)
    return paragraph


def _run(
    paragraph: Any, words: str, *, bold: bool = False, italic: bool = False, underline: bool = False, size: int = 13
) -> None:
    run = paragraph.add_run(_FORBIDDEN.sub("", words))
    run.bold, run.italic, run.underline = bold, italic, underline
    run.font.size = Pt(size)
