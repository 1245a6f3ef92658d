"""Reading ``.xlsx`` row by row: openpyxl's read-only mode behind our guards.

A row is text by column number; numbers keep their digits, a formula stays a text that begins with "=".
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import IO, Any
from xml.parsers import expat

import openpyxl
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.xml.constants import SHEET_MAIN_NS

from boidung_xblock.conf import setting
from boidung_xblock.roster import problems
from boidung_xblock.roster.limits import UNPACKED_RATIO

MAX_TEXT = 2000  # characters kept of one cell
MAX_ROW = 1_048_576  # Excel's own
_EXACT_DIGITS = 15  # of a number in Excel
_MAX_PARTS = 2000
_CHUNK = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKSHEET, _ROW = f"{SHEET_MAIN_NS}}}worksheet", f"{SHEET_MAIN_NS}}}row"
# What broken or hostile packages make zipfile, the parsers (SyntaxError) and openpyxl raise.
_DAMAGE = (ArithmeticError, AttributeError, EOFError, LookupError, RuntimeError, SyntaxError, TypeError, ValueError,
           expat.ExpatError, zipfile.BadZipFile, zlib.error)  # fmt: skip

RowOfText = tuple[int, dict[int, str]]  # row number and {column number: text}, both from 1
Values = tuple[Any, ...]
Sheet = Any  # one of ``Workbook.sheets``; it has a ``title``


class Workbook:
    """An open workbook. Made by ``open_workbook``; its rows are read afresh each time they are asked for."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        # Visible sheets first.
        self.sheets: list[Sheet] = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")

    def rows(self, sheet: Sheet, *, max_column: int, max_row: int = MAX_ROW) -> Iterator[RowOfText]:
        """(row number, {column number: text}) for each row with any text, up to ``max_column`` and ``max_row``.

        The declared size of the sheet is ignored. BadInput ``damaged_workbook`` where the sheet cannot be read.
        """
        sheet.reset_dimensions()
        with _refusing_damage():
            lines = sheet.iter_rows(max_col=max_column, max_row=max_row, values_only=True)
            for number, values in enumerate(_quietly(lines), start=1):
                if values.count(None) == len(values):
                    continue
                texts = ((column, _text(value)) for column, value in enumerate(values, start=1) if value is not None)
                cells = {column: text for column, text in texts if text and not text.isspace()}
                if cells:
                    yield number, cells


@contextmanager
def open_workbook(file: IO[bytes]) -> Iterator[Workbook]:
    """The workbook in a seekable binary file.

    BadInput: ``empty_file``, ``old_workbook`` (.xls), ``encrypted_workbook``, ``not_a_workbook``,
    ``damaged_workbook``. TooLarge: more bytes than ``BOIDUNG_MAX_WORKBOOK_BYTES``, or far more when unpacked.
    """
    _check_outside(file)
    with _refusing_damage():
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise problems.bad("not_a_workbook") from error
        with archive:
            _check_inside(archive)
        try:
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        except OSError as error:  # of another kind, such as .xlsb
            raise problems.bad("not_a_workbook") from error
    with closing(book):
        if not book.worksheets:
            raise problems.bad("not_a_workbook")
        yield Workbook(book)


def _check_outside(file: IO[bytes]) -> None:
    size, most = file.seek(0, 2), setting("BOIDUNG_MAX_WORKBOOK_BYTES")
    if size == 0:
        raise problems.bad("empty_file")
    if size > most:
        raise problems.too_large("workbook_too_large", megabytes=most // (1024 * 1024))
    file.seek(0)
    head = file.read(8)
    if head == _OLE:
        raise problems.bad("encrypted_workbook" if _ENCRYPTED in file.read() else "old_workbook")
    if not head.startswith(b"PK"):
        raise problems.bad("not_a_workbook")


def _check_inside(archive: zipfile.ZipFile) -> None:
    """Sizes are declared, but ``zipfile`` never hands out more than was declared."""
    parts = archive.infolist()
    most = UNPACKED_RATIO * setting("BOIDUNG_MAX_WORKBOOK_BYTES")
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > most:
        raise problems.too_large("workbook_unpacks_too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise problems.bad("encrypted_workbook")
    if "[Content_Types].xml" not in archive.namelist():
        raise problems.bad("not_a_workbook")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise problems.bad("damaged_workbook")
    for name in set(archive.namelist()):
        _check_part(archive, name)


def _check_part(archive: zipfile.ZipFile, part: str) -> None:
    """ValueError for a document type (openpyxl expands entities) and for rows out of order (it drops them silently)."""
    row, root = 0, ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, root
        root = root or name
        if name == _ROW:
            number = int(attributes.get("r", row + 1))
            if not row < number <= MAX_ROW:
                raise ValueError("rows out of order")
            row = number

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    parser = expat.ParserCreate(namespace_separator="}")  # as openpyxl's parser has it
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    # What expat cannot parse is a picture, or damage that openpyxl will find.
    with archive.open(part) as stream, suppress(expat.ExpatError):
        chunk = b"?"
        while chunk and root in ("", _WORKSHEET):
            chunk = stream.read(_CHUNK)
            parser.Parse(chunk, not chunk)


@contextmanager
def _refusing_damage() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise problems.bad("damaged_workbook") from error


def _quietly(lines: Iterator[Values]) -> Iterator[Values]:
    """The same lines without openpyxl's warning for each date out of range: birth dates are full of them."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = next(lines, None)
        if values is None:
            return
        yield values


def _text(value: Any) -> str:
    """A cell as text, at most MAX_TEXT characters."""
    if isinstance(value, str):
        text = unescape(value[:MAX_TEXT])
        return text if text.isascii() else text.encode("utf-8", "ignore").decode()  # no half characters
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, (ArrayFormula, DataTableFormula)):
        return str(getattr(value, "text", None) or "=")[:MAX_TEXT]
    return str(value)


def number_text(value: int | float) -> str:
    """A number cell as plain digits: 1234567890.0 → "1234567890".

    Excel keeps 15 digits. A longer number has lost some, so it takes the scientific form that ``staff_code`` refuses.
    """
    if abs(value) >= 10**_EXACT_DIGITS:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else str(value)
