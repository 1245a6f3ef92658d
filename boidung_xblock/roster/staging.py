"""The rows of one import in a private SQLite file on disk: memory stays flat, and rows can be compared.

It lives as long as one run of a check or an application and holds no decision of its own beyond it.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from boidung_xblock.roster.issues import Columns, Issue
from boidung_xblock.roster.rows import Parsed, Row
from boidung_xblock.roster.values import folded, same_person, school_key
from boidung_xblock.text import fold

OK, REJECTED, SKIPPED = "ok", "rejected", "skipped"

_MEMO = 2000  # entries kept in memory before they go to the file

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -2000;
CREATE TABLE line (number INTEGER PRIMARY KEY, core INTEGER NOT NULL, verdict TEXT NOT NULL,
                   cells TEXT NOT NULL, row TEXT NOT NULL, issues TEXT NOT NULL DEFAULT '');
CREATE TABLE code (code TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE core (code TEXT PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL, named INTEGER DEFAULT 0)
    WITHOUT ROWID;
CREATE TABLE school_word (school TEXT, kind TEXT, key TEXT, word TEXT, first INTEGER, votes INTEGER,
                          PRIMARY KEY (school, kind, word)) WITHOUT ROWID;
CREATE TABLE claim (kind TEXT, key TEXT, number INTEGER, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""


class School(NamedTuple):
    """What most rows of a school say: names of the school, the unit above it and its cluster; "" where none does."""

    code: str
    name: str = ""
    office: str = ""
    cluster: str = ""


@dataclass(frozen=True)
class Line:
    """A row with its original cells, for the workbook of rejected rows."""

    number: int
    cells: list[str]
    issues: list[Issue]


class Staging:
    """Add all rows, call ``index``, then work through ``batches``. A context manager."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.issue_counts: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self._votes: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._claimed: dict[tuple[str, str], int] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="boidung-")
        self._db = sqlite3.connect(Path(self._folder.name) / "rows.sqlite3", isolation_level=None)
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        self._folder.cleanup()

    # -- loading ----------------------------------------------------------------------------------------------
    def add(self, cells: list[str], parsed: Parsed) -> None:
        """One row, in sheet order. Compares its code with the rows before it."""
        row, issues, status, skipped = parsed
        verdict = REJECTED if parsed.refused else SKIPPED if skipped else OK
        if status:
            self.statuses[status if len(self.statuses) < 20 or status in self.statuses else "…"] += 1
        self._db.execute(
            "INSERT INTO line (number, core, verdict, cells, row) VALUES (?, ?, ?, ?, ?)",
            (row.number, row.is_core, verdict, json.dumps(cells), json.dumps(row)),
        )
        for issue in issues:
            self._note(issue)
        if row.code:
            self._compare_code(row, refused=parsed.refused)
        if row.is_core and row.code:
            self._db.execute(
                "INSERT OR IGNORE INTO core (code, name, number) VALUES (?, ?, ?)",
                (row.code, fold(row.full_name), row.number),
            )
        if row.school:
            self._vote(row)

    def _compare_code(self, row: Row, *, refused: bool) -> None:
        """The same row again is skipped; a code with two names refuses both, for nobody knows whose it is."""
        if self._db.execute("INSERT OR IGNORE INTO code VALUES (?, ?)", (row.code, row.number)).rowcount:
            return
        first = self._number("SELECT number FROM code WHERE code = ?", row.code) or 0
        earlier = self._row(first)
        if not same_person(earlier.full_name, row.full_name):
            self._judge(row.number, REJECTED, self._issue(row, "two_people_one_id", first))
            if self.claim("two people", row.code, row.number):
                self._judge(first, REJECTED, self._issue(earlier, "two_people_one_id", row.number))
        elif not refused and earlier._replace(number=row.number) == row:
            self._judge(row.number, SKIPPED, self._issue(row, "same_row_again", first))
        elif not refused:
            self._judge(row.number, REJECTED, self._issue(row, "duplicate_id", first))

    def _issue(self, row: Row, code: str, other: int) -> Issue:
        return self.columns.issue(row.number, "ma_dinh_danh", code, value=row.code, other=str(other))

    def _vote(self, row: Row) -> None:
        for kind, word in (("name", row.school_name), ("office", row.office), ("cluster", row.cluster)):
            if word:
                first, votes = self._votes.get((row.school, kind, word), (row.number, 0))
                self._votes[row.school, kind, word] = first, votes + 1
        if len(self._votes) > _MEMO:
            self._count_votes()

    def _count_votes(self) -> None:
        lines = (
            (school, kind, school_key(word) if kind == "name" else folded(word), word, first, votes)
            for (school, kind, word), (first, votes) in self._votes.items()
        )
        self._db.executemany(
            "INSERT INTO school_word VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (school, kind, word) DO UPDATE SET votes = votes + excluded.votes",
            lines,
        )
        self._votes.clear()

    def index(self) -> None:
        """After the last row."""
        self._count_votes()
        self._db.execute("CREATE INDEX line_order ON line (core, verdict, number)")
        self._db.execute("CREATE INDEX core_name ON core (name)")

    # -- judging ----------------------------------------------------------------------------------------------
    def batches(self, size: int) -> Iterator[list[Row]]:
        """Rows still good, core teachers first (others refer to them), then in sheet order."""
        for core in (1, 0):
            last = 0
            while True:
                found = self._db.execute(
                    "SELECT number, row FROM line WHERE core = ? AND verdict = ? AND number > ? "
                    "ORDER BY number LIMIT ?",
                    (core, OK, last, size),
                ).fetchall()
                if not found:
                    break
                last = found[-1][0]
                yield [Row(*json.loads(text)) for _, text in found]

    def reject(self, issue: Issue) -> None:
        """The row of the issue is out."""
        self._judge(issue.row, REJECTED, issue)

    def warn(self, issue: Issue) -> None:
        """Something to tell; the row stays."""
        self._note(issue)

    def holder(self, kind: str, key: str) -> int | None:
        """The row that claimed the key, or None."""
        return self._number("SELECT number FROM claim WHERE kind = ? AND key = ?", kind, key)

    def claim(self, kind: str, key: str, number: int) -> bool:
        """True if the key was free or the row's own already: the first claim stands."""
        holder = self._claimed.get((kind, key))
        if holder is not None:
            return holder == number
        free = self._db.execute("INSERT OR IGNORE INTO claim VALUES (?, ?, ?)", (kind, key, number)).rowcount
        holder = number if free else self.holder(kind, key) or 0
        if len(self._claimed) > _MEMO:
            self._claimed.clear()
        self._claimed[kind, key] = holder
        return holder == number

    def release(self, number: int) -> None:
        """Give back all that a row claimed: it was refused after all."""
        self._db.execute("DELETE FROM claim WHERE number = ?", (number,))
        self._claimed.clear()

    def school(self, code: str) -> School:
        """What most rows say of a school, in the commonest of the ways it is written; at a tie, the first."""
        found = self._db.execute("SELECT kind, key, word, votes, first FROM school_word WHERE school = ?", (code,))
        words = found.fetchall()
        keys: Counter[tuple[str, str]] = Counter()
        for kind, key, _, votes, _ in words:
            keys[kind, key] += votes
        best: dict[str, tuple[int, int, int, str]] = {}
        for kind, key, word, votes, first in words:
            best[kind] = max(best.get(kind, (0, 0, 0, "")), (keys[kind, key], votes, -first, word))
        return School(code, **{kind: word for kind, (_, _, _, word) in best.items()})

    def core_row(self, code: str) -> tuple[int, bool] | None:
        """(row number, still good) of a core teacher of the workbook."""
        found = self._db.execute(
            "SELECT number, verdict FROM core JOIN line USING (number) WHERE code = ?", (code,)
        ).fetchone()
        return (found[0], found[1] == OK) if found else None

    def core_codes_by_name(self, name: str) -> list[str]:
        """Codes of the workbook's core teachers of that name, at most two."""
        found = self._db.execute("SELECT code FROM core WHERE name = ? LIMIT 2", (fold(name),)).fetchall()
        return [code for (code,) in found]

    def good_row(self, code: str) -> Row | None:
        """The row with this code, if it is not rejected."""
        found = self._db.execute(
            "SELECT row FROM code JOIN line USING (number) WHERE code = ? AND verdict = ?", (code, OK)
        ).fetchone()
        return Row(*json.loads(found[0])) if found else None

    def mark_named(self, code: str) -> None:
        """A group names this core teacher."""
        self._db.execute("UPDATE core SET named = 1 WHERE code = ?", (code,))

    def warn_of_idle_core_teachers(self) -> None:
        """Core teachers whom no group names: said once each, after all batches."""
        idle = self._db.execute(
            "SELECT line.row FROM core JOIN line USING (number) WHERE named = 0 AND verdict = ? ORDER BY number", (OK,)
        ).fetchall()
        for (text,) in idle:
            row = Row(*json.loads(text))
            self._note(self.columns.issue(row.number, "vai_tro", "core_without_group", value=row.full_name))

    def _judge(self, number: int, verdict: str, issue: Issue) -> None:
        self._db.execute("UPDATE line SET verdict = ? WHERE number = ?", (verdict, number))
        self._note(issue)

    def _note(self, issue: Issue) -> None:
        self.issue_counts[issue.code] += 1
        line = json.dumps(issue.as_dict(), ensure_ascii=False) + "\n"
        self._db.execute("UPDATE line SET issues = issues || ? WHERE number = ?", (line, issue.row))

    def still_good(self, rows: list[Row]) -> list[Row]:
        """Those of the rows that have not been rejected meanwhile."""
        return [
            row for row in rows if self._number("SELECT 1 FROM line WHERE number = ? AND verdict = ?", row.number, OK)
        ]

    # -- results ----------------------------------------------------------------------------------------------
    def counts(self) -> dict[str, int]:
        """{"rows", "ok", "rejected", "skipped"}."""
        found = dict(self._db.execute("SELECT verdict, count(*) FROM line GROUP BY verdict").fetchall())
        parts = {verdict: int(found.get(verdict, 0)) for verdict in (OK, REJECTED, SKIPPED)}
        return {"rows": sum(parts.values()), **parts}

    def issues(self, limit: int) -> list[Issue]:
        """The first issues, errors before warnings, each in sheet order."""
        errors: list[Issue] = []
        warnings: list[Issue] = []
        for (text,) in self._db.execute("SELECT issues FROM line WHERE issues <> '' ORDER BY number"):
            for issue in _issues(text):
                (errors if issue.is_error else warnings).append(issue)
            del warnings[limit:]
            if len(errors) >= limit:
                break
        return (errors + warnings)[:limit]

    def rejected(self) -> Iterator[Line]:
        """The rejected rows in sheet order."""
        found = self._db.execute(
            "SELECT number, cells, issues FROM line WHERE verdict = ? ORDER BY number", (REJECTED,)
        )
        for number, cells, issues in found:
            yield Line(number, json.loads(cells), _issues(issues))

    def _row(self, number: int) -> Row:
        (text,) = self._db.execute("SELECT row FROM line WHERE number = ?", (number,)).fetchone()
        return Row(*json.loads(text))

    def _number(self, query: str, *values: object) -> int | None:
        found = self._db.execute(query, values).fetchone()
        return found[0] if found else None


def _issues(text: str) -> list[Issue]:
    return [Issue.from_dict(json.loads(line)) for line in text.splitlines()]
