"""Inside the parts of a workbook: shared strings, and the cells of one sheet, each parsed as it streams by."""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.parsers import expat

from boidung_xblock.roster import problems

MAX_TEXT = 2000  # characters kept of one cell
MAX_ROW = 1_048_576  # Excel's own
_CHUNK = 64 * 1024
_MAX_STRINGS = 4_000_000
_EXACT_DIGITS = 15  # of a number in Excel
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

RowOfText = tuple[int, dict[int, str]]  # row number and {column number: text}, both from 1


def new_parser() -> Any:
    """An expat parser that knows no document types: no entities, so nothing to blow up."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: Any) -> None:
    raise ValueError("a document type has no place in a workbook")


# -- shared strings: on disk, with an offset for each ---------------------------------------------------------
class Strings:
    """The table of shared strings in a temporary file; in memory 8 bytes for each and a small cache."""

    _CACHED = 2048

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        # Strings stand in the order of their first use: reading them goes forward in this buffer.
        self._reader = open(self._file.fileno(), "rb", buffering=_CHUNK, closefd=False)  # noqa: SIM115
        self._ends = array("Q", [0])
        self._cache: dict[int, str] = {}

    def load(self, chunks: Iterator[bytes]) -> None:
        """Read the part once."""
        collector = _TextCollector()
        parser = new_parser()
        parser.StartElementHandler = lambda name, _: collector.start(parser, name.rpartition(":")[2])
        parser.EndElementHandler = lambda name: self._end(parser, collector, name.rpartition(":")[2])
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
        self._file.flush()

    def _end(self, parser: Any, collector: _TextCollector, name: str) -> None:
        if name != "si":
            collector.end(parser, name)
            return
        data = collector.take().encode()
        if len(self._ends) > _MAX_STRINGS:
            raise problems.too_large("workbook_unpacks_too_large")
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def __getitem__(self, index: int) -> str:
        text = self._cache.get(index)
        if text is None:
            if not 0 <= index < len(self._ends) - 1:
                raise IndexError(index)
            self._reader.seek(self._ends[index])
            text = self._reader.read(self._ends[index + 1] - self._ends[index]).decode()
            if len(self._cache) >= self._CACHED:
                self._cache.clear()
            self._cache[index] = text
        return text

    def close(self) -> None:
        """Remove the temporary file."""
        self._reader.close()
        self._file.close()


class _TextCollector:
    """Gathers the text of ``t`` elements, runs joined, phonetic hints (rPh) left out, at most MAX_TEXT characters."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._in_hint = False

    def start(self, parser: Any, name: str) -> None:
        if name == "rPh":
            self._in_hint = True
        elif name == "t" and not self._in_hint:
            parser.CharacterDataHandler = self.add

    def end(self, parser: Any, name: str) -> None:
        parser.CharacterDataHandler = None
        if name == "rPh":
            self._in_hint = False

    def add(self, data: str) -> None:
        if self._length < MAX_TEXT:
            self._pieces.append(data)
            self._length += len(data)

    def take(self) -> str:
        """The text so far, and begin anew."""
        text = "".join(self._pieces)[:MAX_TEXT]
        self._pieces.clear()
        self._length = 0
        return _ESCAPED.sub(_unescape, text) if "_x" in text else text


def _unescape(match: re.Match[str]) -> str:
    """ "_x000D_" is how a workbook writes characters that XML cannot hold."""
    char = chr(int(match[1], 16))
    return "" if "\ud800" <= char <= "\udfff" else char


# -- the sheet ------------------------------------------------------------------------------------------------
class SheetReader:
    """Push parser of one sheet: ``feed`` bytes, get the rows that are whole."""

    def __init__(self, strings: Strings, max_column: int) -> None:
        self._strings = strings
        self._max_column = max_column
        self._rows: list[RowOfText] = []
        self._row_number = 0
        self._cells: dict[int, str] = {}
        self._column = 0
        self._columns: dict[str, int] = {}
        self._type = ""
        self._formula = False
        self._wanted = False
        self._text = _TextCollector()
        self._parser = new_parser()
        self._parser.StartElementHandler = self._first

    def feed(self, chunk: bytes) -> list[RowOfText]:
        self._parser.Parse(chunk, False)
        return self._taken()

    def finish(self) -> list[RowOfText]:
        self._parser.Parse(b"", True)
        return self._taken()

    def _taken(self) -> list[RowOfText]:
        rows, self._rows = self._rows, []
        return rows

    def _first(self, name: str, _: dict[str, str]) -> None:
        """The root tells the prefix of the sheet's own elements ("" or such as "x:")."""
        prefix = name[: -len("worksheet")] if name.endswith("worksheet") else ""
        starts: dict[str, Callable[[dict[str, str]], None]] = {
            f"{prefix}row": self._start_row,
            f"{prefix}c": self._start_cell,
            f"{prefix}f": self._start_formula,
            f"{prefix}v": self._start_value,
        }
        for tag in ("t", "rPh"):
            starts[prefix + tag] = lambda _, tag=tag: self._start_text(tag)  # type: ignore[misc]
        ends = {f"{prefix}row": self._end_row, f"{prefix}c": self._end_cell}
        for tag in ("f", "v", "t", "rPh"):
            ends[prefix + tag] = lambda tag=tag: self._text.end(self._parser, tag)  # type: ignore[misc]
        get_start, get_end = starts.get, ends.get

        def start(tag: str, attributes: dict[str, str]) -> None:
            handle = get_start(tag)
            if handle:
                handle(attributes)

        def end(tag: str) -> None:
            handle = get_end(tag)
            if handle:
                handle()

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self._row_number + 1
        if not self._row_number < number <= MAX_ROW:
            raise ValueError("rows out of order")
        self._row_number = number
        self._column = 0
        self._cells = {}

    def _end_row(self) -> None:
        if self._cells:
            self._rows.append((self._row_number, self._cells))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = self._column_of(reference) if reference else self._column + 1
        self._wanted = 0 < self._column <= self._max_column
        self._type = attributes.get("t", "n")
        self._formula = False

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            if not 0 < len(letters) <= 3:
                raise ValueError("no such column")
            column = column_number(letters)
            self._columns[letters] = column
        return column

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True
        if self._wanted:
            self._parser.CharacterDataHandler = self._text.add

    def _start_value(self, _: dict[str, str]) -> None:
        if self._wanted and not self._formula:
            self._parser.CharacterDataHandler = self._text.add

    def _start_text(self, tag: str) -> None:
        if self._wanted:
            self._text.start(self._parser, tag)

    def _end_cell(self) -> None:
        text = self._text.take()
        if not self._wanted:
            return
        if self._formula:
            text = "=" + text
        elif text and self._type != "inlineStr":
            text = self._value(text)
        if text and not text.isspace():
            self._cells[self._column] = text

    def _value(self, text: str) -> str:
        if self._type == "s":
            return self._strings[int(text)]
        if self._type == "n":
            return number_text(text)
        if self._type == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        return text


def column_number(letters: str) -> int:
    """ "A" → 1, "AB" → 28. ValueError for anything but Latin letters."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError("no such column")
        number = number * 26 + ord(letter) - 64
    return number


def column_letter(number: int) -> str:
    """1 → "A", 28 → "AB"."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number_text(text: str) -> str:
    """A number cell as plain digits: "1234567890.0" and "1.23456789E9" → "1234567890" and "1234567890".

    Excel keeps 15 digits. A longer number has lost some, so it stays in the scientific form that ``staff_code``
    refuses.
    """
    stripped = text.strip()
    if stripped.isascii() and stripped.isdigit() and len(stripped) <= _EXACT_DIGITS:
        return stripped
    try:
        value = Decimal(stripped)
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not value.is_finite():
        raise ValueError("not a number")
    if abs(value) >= 10**_EXACT_DIGITS:
        return f"{value:.14E}"
    if value == value.to_integral_value():
        return str(int(value))
    return stripped
