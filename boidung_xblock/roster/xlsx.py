"""Reading ``.xlsx`` row by row with flat memory, trusting nothing in it.

openpyxl's read-only mode keeps every shared string and a note of every row (25 MB at 35,000 rows), believes
row and column numbers of any size, and resolves dates we do not want. Here a row is text by column number;
numbers keep their digits, a formula stays a text that begins with "=".
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from boidung_xblock.conf import setting
from boidung_xblock.roster import problems
from boidung_xblock.roster.limits import UNPACKED_RATIO
from boidung_xblock.roster.xlsx_cells import RowOfText, SheetReader, Strings, new_parser

_MAX_PARTS = 2000
_MAX_SMALL_PART = 2 * 1024 * 1024
_CHUNK = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its part in the package."""

    name: str
    part: str


class Workbook:
    """An open workbook. Made by ``open_workbook``; its rows are read afresh each time they are asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sheets, strings_part = _contents(archive)
        self._strings = Strings()
        if strings_part:
            self._strings.load(_parts_of(archive, strings_part))

    def rows(self, sheet: Sheet, *, max_column: int) -> Iterator[RowOfText]:
        """(row number, {column number: text}) for each row with any text up to ``max_column``; both from 1.

        The declared size of the sheet is ignored. BadInput ``damaged_workbook`` where the sheet cannot be read.
        """
        reader = SheetReader(self._strings, max_column)
        with _damage():
            for chunk in _parts_of(self._archive, sheet.part):
                yield from reader.feed(chunk)
            yield from reader.finish()

    def close(self) -> None:
        """Give the temporary files back."""
        self._strings.close()
        self._archive.close()


@contextmanager
def open_workbook(file: IO[bytes]) -> Iterator[Workbook]:
    """The workbook in a seekable binary file.

    BadInput: ``empty_file``, ``old_workbook`` (.xls), ``encrypted_workbook``, ``not_a_workbook``,
    ``damaged_workbook``. TooLarge: more bytes than ``BOIDUNG_MAX_WORKBOOK_BYTES``, or far more when unpacked.
    """
    _check_outside(file)
    with _damage():
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise problems.bad("not_a_workbook") from error
        _check_inside(archive)
        workbook = Workbook(archive)
    try:
        yield workbook
    finally:
        workbook.close()


def _check_outside(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    if size == 0:
        raise problems.bad("empty_file")
    if size > setting("BOIDUNG_MAX_WORKBOOK_BYTES"):
        raise problems.too_large("workbook_too_large", megabytes=setting("BOIDUNG_MAX_WORKBOOK_BYTES") // (1024 * 1024))
    file.seek(0)
    head = file.read(8)
    if head == _OLE:
        file.seek(0)
        raise problems.bad("encrypted_workbook" if _ENCRYPTED in file.read() else "old_workbook")
    if not head.startswith(b"PK"):
        raise problems.bad("not_a_workbook")
    file.seek(0)


def _check_inside(archive: zipfile.ZipFile) -> None:
    """Sizes are declared, but ``zipfile`` never hands out more than was declared."""
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS:
        raise problems.too_large("workbook_unpacks_too_large")
    if sum(part.file_size for part in parts) > UNPACKED_RATIO * setting("BOIDUNG_MAX_WORKBOOK_BYTES"):
        raise problems.too_large("workbook_unpacks_too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise problems.bad("encrypted_workbook")
    if not any(part.filename.startswith("xl/") for part in parts):
        raise problems.bad("not_a_workbook")


@contextmanager
def _damage() -> Iterator[None]:
    """What broken or hostile packages make the readers raise, as one refusal."""
    try:
        yield
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, IndexError) as error:
        raise problems.bad("damaged_workbook") from error
    except (NotImplementedError, RuntimeError, UnicodeError) as error:
        raise problems.bad("damaged_workbook") from error


def _parts_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    info = archive.getinfo(part)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("unusual compression")
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


# -- the small parts: which sheets there are ----------------------------------------------------------------
def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """(local name, attributes by local name) of each element of a small part."""
    if archive.getinfo(part).file_size > _MAX_SMALL_PART:
        raise ValueError("a directory of this size is no directory")
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = {key.rpartition(":")[2] if key != "xmlns" else key: value for key, value in attributes.items()}
        found.append((name.rpartition(":")[2], local))

    parser = new_parser()
    parser.StartElementHandler = start
    for chunk in _parts_of(archive, part):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return found


def _targets(archive: zipfile.ZipFile, rels_part: str, base: str) -> dict[str, tuple[str, str]]:
    """{relation id: (last word of its type, part it points at)}."""
    targets = {}
    for name, attributes in _elements(archive, rels_part):
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = attributes.get("Target", "").replace("\\", "/")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
            targets[attributes.get("Id", "")] = (kind, path)
    return targets


def _contents(archive: zipfile.ZipFile) -> tuple[list[Sheet], str]:
    """The sheets, visible ones first, and the part of the shared strings ("" for none)."""
    main = "xl/workbook.xml"
    if "_rels/.rels" in archive.namelist():
        roots = _targets(archive, "_rels/.rels", "").values()
        main = next((path for kind, path in roots if kind == "officeDocument"), main)
    if not main.endswith(".xml") or main not in archive.namelist():
        raise problems.bad("not_a_workbook")
    folder, name = posixpath.split(main)
    targets = _targets(archive, f"{folder}/_rels/{name}.rels", folder)
    sheets = []
    for tag, attributes in _elements(archive, main):
        kind, part = targets.get(attributes.get("id", ""), ("", ""))
        if tag == "sheet" and kind == "worksheet" and part in archive.namelist():
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append((hidden, Sheet(attributes.get("name", ""), part)))
    sheets.sort(key=lambda pair: pair[0])
    strings = next((path for kind, path in targets.values() if kind == "sharedStrings"), "")
    return [sheet for _, sheet in sheets], strings if strings in archive.namelist() else ""
