"""The list as it is kept after the check: the recognised columns only, so that identity numbers, birth dates and
telephone numbers that came along in the upload leave our storage."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage

from boidung_xblock.host import get_host
from boidung_xblock.roster import problems
from boidung_xblock.roster.columns import columns_from_json, columns_to_json
from boidung_xblock.roster.issues import Columns

FOLDER = "boidung/roster"
Rows = Iterator[tuple[int, list[str]]]


def keep(file: IO[bytes], suffix: str) -> str:
    """Store a file under a random name; its path in the host's storage."""
    file.seek(0)
    return str(_storage().save(f"{FOLDER}/{uuid.uuid4().hex}.{suffix}", File(file)))


def discard(path: str) -> None:
    """Remove a stored file, if it is there."""
    if path:
        _storage().delete(path)


@contextmanager
def local_copy(path: str) -> Iterator[IO[bytes]]:
    """A stored file as a local, seekable one: storage may be far away. Missing files: BadInput ``file_gone``."""
    with tempfile.TemporaryFile() as local:
        try:
            with _storage().open(path, "rb") as stored:
                shutil.copyfileobj(stored, local)
        except FileNotFoundError as error:
            raise problems.bad("file_gone") from error
        local.seek(0)
        yield local


class Writer:
    """Writes the cleaned list row by row into a temporary file. A context manager."""

    def __init__(self, columns: Columns, facts: dict[str, Any]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._text = gzip.open(self._file, "wt", encoding="utf-8", compresslevel=3)  # noqa: SIM115
        self._write({**facts, "columns": columns_to_json(columns)})

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()
        self._file.close()

    def passing(self, rows: Rows) -> Rows:
        """The same rows, each written as it goes by."""
        for number, cells in rows:
            self._write([number, cells])
            yield number, cells

    def keep(self) -> str:
        """Finish and store; the path in the host's storage."""
        self._text.close()
        return keep(self._file, "jsonl.gz")

    def _write(self, value: Any) -> None:
        self._text.write(json.dumps(value, ensure_ascii=False) + "\n")


@contextmanager
def reading(path: str) -> Iterator[tuple[Columns, Rows]]:
    """The columns and the rows of a cleaned list in storage."""
    with local_copy(path) as file, gzip.open(file, "rt", encoding="utf-8") as text:
        facts = json.loads(next(text))
        yield columns_from_json(facts["columns"]), _rows(text)


def _rows(text: Iterator[str]) -> Rows:
    for line in text:
        number, cells = json.loads(line)
        yield number, cells


def _storage() -> Storage:
    return get_host().storage()
