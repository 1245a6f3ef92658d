"""The result file: one line for each learner, and a second sheet that counts them. Written row by row."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from boidung_xblock.periods import api as periods
from boidung_xblock.present import date_time, person, zone
from boidung_xblock.reports.tally import Count, Line, Tally
from boidung_xblock.roster import api as roster
from boidung_xblock.text import clean_line, fold

_FORMULA = ("=", "+", "-", "@")
_LONGEST = 32_000  # characters in a cell; a spreadsheet takes 32,767
_BOLD = Font(bold=True)
_TITLE = Font(bold=True, size=14)
_HEAD = PatternFill("solid", fgColor="FFDDE7EC")
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_DATE, _PERCENT = "dd/mm/yyyy", "0.0%"
_HEAD_ROW = 5  # below three rows of title and an empty one


@dataclass(frozen=True)
class Facts:
    """What stands above the table. ``zone_name`` is that of all dates of the file."""

    course_title: str
    round_title: str
    made_at: datetime
    zone_name: str


@dataclass(frozen=True)
class _Column:
    heading: str
    width: float


class ResultBook:
    """A workbook in the making: ``add`` each learner in order, then ``save``. Memory does not grow with the rows.

    A context manager: what was written so far lies in temporary files, which go when it ends.
    """

    def __init__(self, module: periods.Module, facts: Facts) -> None:
        self._module, self._facts = module, facts
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(pgettext("boidung", "Results"))
        self._columns = _columns(module)
        self._rows = 0
        _start(self._sheet, self._columns, pgettext("boidung", "Module results"), facts, frozen="D")

    def __enter__(self) -> ResultBook:
        return self

    def __exit__(self, *_: object) -> None:
        for sheet in self._book.worksheets:
            if not sheet.closed:
                sheet.close()
            with suppress(FileNotFoundError):  # saved, and gone with that
                sheet._writer.cleanup()

    def add(self, learner: roster.Learner, row: periods.ModuleRow | None, core_teachers: Sequence[str]) -> None:
        """One learner's line; ``row`` is None without an account: nothing was started."""
        self._rows += 1
        cells = [
            self._rows,
            _text(self._sheet, learner.code),
            _text(self._sheet, person(learner.full_name)),
            _text(self._sheet, learner.unit_code),
            _text(self._sheet, learner.unit_name),
            _text(self._sheet, learner.group_name),
            _text(self._sheet, ", ".join(person(name) for name in core_teachers)),
            *self._standing(row),
        ]
        self._sheet.append(cells)

    def save(self, tally: Tally, file: IO[bytes]) -> None:
        """Write the second sheet and the whole workbook into ``file``."""
        _filter(self._sheet, len(self._columns), self._rows)
        _summary(self._book, tally, self._facts)
        self._book.save(file)

    def _standing(self, row: periods.ModuleRow | None) -> list[Any]:
        module, sheet = self._module, self._sheet
        states = row.checkpoints if row else {}
        result = row.result if row else periods.UNFINISHED
        return [
            *(_text(sheet, state_label(states.get(each.activity_id, periods.NONE))) for each in module.checkpoints),
            # A number that shows how many there are: "3/4".
            _formatted(sheet, row.meetings_attended if row else 0, f'0"/{len(module.meetings)}"'),
            _number(row.earned if row else Decimal(0)),
            _number(row.test_mark if row else None),
            _number(row.reflection_mark if row else None),
            _text(sheet, periods.result_label(result)),
            _day(sheet, row.completed_at if row else None, self._facts.zone_name),
        ]


def state_label(state: str) -> str:
    """How far a learner is in a checkpoint, in words."""
    return {
        periods.NONE: pgettext("boidung", "Not started"),
        periods.STARTED: pgettext("boidung", "In progress"),
        periods.COMPLETED: pgettext("boidung", "Finished"),
    }[state]


def safe_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous beginning."""
    text = clean_line(value)[:_LONGEST]
    return f"'{text}" if text.startswith(_FORMULA) else text


def _columns(module: periods.Module) -> list[_Column]:
    return [
        _Column(pgettext("boidung", "No."), 6),
        _Column(pgettext("boidung", "Staff code"), 16),
        _Column(pgettext("boidung", "Name of the teacher"), 28),
        _Column(pgettext("boidung", "School code"), 14),
        _Column(pgettext("boidung", "School name"), 30),
        _Column(pgettext("boidung", "Subject group"), 22),
        _Column(pgettext("boidung", "Core teacher in charge"), 26),
        *(_Column(heading, 18) for heading in _checkpoint_headings(module)),
        _Column(pgettext("boidung", "Meetings attended/in all"), 11),
        _Column(pgettext("boidung", "Periods earned"), 10),
        _Column(pgettext("boidung", "Test mark"), 11),
        _Column(pgettext("boidung", "Reflection mark"), 11),
        _Column(pgettext("boidung", "Result"), 17),
        _Column(pgettext("boidung", "Completed on"), 13),
    ]


def _checkpoint_headings(module: periods.Module) -> list[str]:
    """Numbered where the author has not done so; surveys and tests have a name of their own."""
    heading, word = pgettext("boidung", "Checkpoint %(number)d: %(title)s"), pgettext("boidung", "Checkpoint")
    headings, number = [], 0
    for each in module.checkpoints:
        number += each.role == "study"
        says_so = fold(each.title).startswith((fold(word), "diem dung"))
        is_named = says_so or each.role != "study"
        headings.append(each.title if is_named else heading % {"number": number, "title": each.title})
    return headings


# -- the second sheet -----------------------------------------------------------------------------------------------
def _summary(book: Workbook, tally: Tally, facts: Facts) -> None:
    sheet = book.create_sheet(pgettext("boidung", "Summary"))
    columns = _summary_columns(tally)
    _start(sheet, columns, pgettext("boidung", "Summary of the module results"), facts, frozen="D")
    whole = Line("", facts.round_title, "", tally.total)
    sheet.append(_summary_row(sheet, pgettext("boidung", "Round"), whole, tally, bold=True))
    levels = (
        (pgettext("boidung", "Office"), _by_name(tally.offices)),
        (pgettext("boidung", "School cluster"), _by_name(tally.clusters)),
        (pgettext("boidung", "School"), list(tally.schools.values())),
        (pgettext("boidung", "Subject group"), list(tally.groups.values())),
    )
    for level, lines in levels:
        for line in lines:
            sheet.append(_summary_row(sheet, level, line, tally))
    _filter(sheet, len(columns), 1 + sum(len(lines) for _, lines in levels))


def _by_name(lines: dict[int, Line]) -> list[Line]:
    """Highest first, as far as the lines tell; schools and groups are in order already."""
    return sorted(lines.values(), key=lambda line: (fold(line.within), fold(line.name), line.code))


def _summary_columns(tally: Tally) -> list[_Column]:
    columns = [
        _Column(pgettext("boidung", "Kind of unit"), 10),
        _Column(pgettext("boidung", "Code"), 14),
        _Column(pgettext("boidung", "Name"), 34),
        _Column(pgettext("boidung", "Belongs to"), 30),
        _Column(pgettext("boidung", "Teachers"), 10),
        _Column(pgettext("boidung", "Have started"), 12),
        _Column(pgettext("boidung", "Have submitted everything"), 12),
        _Column(pgettext("boidung", "Passed"), 10),
        _Column(pgettext("boidung", "Share passed (%)"), 10),
    ]
    if tally.knows_women:
        columns += [
            _Column(pgettext("boidung", "Of them women"), 11),
            _Column(pgettext("boidung", "Women who passed"), 11),
        ]
    if tally.knows_minority:
        columns += [
            _Column(pgettext("boidung", "Of them ethnic minority"), 11),
            _Column(pgettext("boidung", "Ethnic minority who passed"), 11),
        ]
    return columns


def _summary_row(sheet: Any, level: str, line: Line, tally: Tally, *, bold: bool = False) -> list[Any]:
    texts = [_text(sheet, text, bold=bold) for text in (level, line.code, line.name, line.within)]
    return [*texts, *(_formatted(sheet, value, style, bold=bold) for value, style in _figures(line.count, tally))]


def _figures(count: Count, tally: Tally) -> list[tuple[float, str]]:
    plain = [count.people, count.started, count.submitted, count.passed]
    share = count.passed / count.people if count.people else 0.0
    special = [count.women, count.women_passed] * tally.knows_women
    special += [count.minority, count.minority_passed] * tally.knows_minority
    return [*((each, "0") for each in plain), (share, _PERCENT), *((each, "0") for each in special)]


# -- cells ----------------------------------------------------------------------------------------------------------
def _start(sheet: Any, columns: list[_Column], title: str, facts: Facts, *, frozen: str) -> None:
    """Widths, what stays in view, the rows of title and the headings: all of it comes before the first row."""
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = f"{frozen}{_HEAD_ROW + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    made = pgettext("boidung", "Made at %(moment)s") % {"moment": date_time(facts.made_at, facts.zone_name)}
    sheet.append([_styled(sheet, f"{title} – {facts.course_title}", font=_TITLE)])
    sheet.append([_styled(sheet, facts.round_title, font=_BOLD)])
    sheet.append([_text(sheet, made)])
    sheet.append([])
    sheet.append([_styled(sheet, column.heading, font=_BOLD, fill=_HEAD, alignment=_WRAPPED) for column in columns])


def _filter(sheet: Any, columns: int, rows: int) -> None:
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{get_column_letter(columns)}{_HEAD_ROW + max(rows, 1)}"


def _text(sheet: Any, value: str, *, bold: bool = False) -> Any:
    """A cell that is text whatever it holds; None for an empty one. Codes keep their zeros."""
    text = safe_text(value)
    return _styled(sheet, text, font=_BOLD if bold else None) if text else None


def _styled(sheet: Any, value: str, **style: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=safe_text(value))
    cell.data_type = "s"
    for name, given in style.items():
        if given is not None:
            setattr(cell, name, given)
    return cell


def _formatted(sheet: Any, value: Any, number_format: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = number_format
    if bold:
        cell.font = _BOLD
    return cell


def _number(value: Decimal | None) -> float | int | None:
    """A plain number: 7.50 becomes 7.5 and 40.00 becomes 40; the spreadsheet writes the decimal sign of its reader."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _day(sheet: Any, moment: datetime | None, zone_name: str) -> Any:
    """The day in Vietnam as a date, not as text."""
    return _formatted(sheet, moment.astimezone(zone(zone_name)).date(), _DATE) if moment else None
