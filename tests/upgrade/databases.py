"""An empty database beside that of the tests, on the same server; its dump written and read by the server's tools."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KIND = os.environ.get("BOIDUNG_TEST_DB", "sqlite")
DUMPS = Path(__file__).parent / "dumps"
_SOCKET = os.environ.get("BOIDUNG_TEST_DB_SOCKET", "")
_MYSQL = ["--no-defaults", f"--socket={_SOCKET}", "--user=boidung"]
_PG = [f"--host={_SOCKET}", "--username=boidung"]


def dump_path(release: str, kind: str = KIND) -> Path:
    """Where the dump of a release lies."""
    return DUMPS / f"{release}.{kind}.sql.gz"


@contextmanager
def empty(folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which Django's commands use the new database."""
    name = str(folder / "upgrade.sqlite3") if KIND == "sqlite" else "boidung_upgrade"
    _sql(f"CREATE DATABASE {name}{' COLLATE utf8mb4_unicode_ci' if KIND == 'mariadb' else ''}")
    try:
        yield {**os.environ, "BOIDUNG_TEST_DB_NAME": name, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    finally:
        _sql(f"DROP DATABASE {name}")


def django(*arguments: str, env: dict[str, str]) -> None:
    """Run a command of Django."""
    _run([sys.executable, "-m", "django", *arguments], env)


def content(function: str, env: dict[str, str]) -> str:
    """What a function of ``tests.upgrade.content`` prints, called in a process of its own."""
    call = f"import django; django.setup(); from tests.upgrade import content; content.{function}()"
    return _run([sys.executable, "-c", call], env)


def _run(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def load(path: Path, env: dict[str, str]) -> None:
    """Read a dump into the new database."""
    name, text = env["BOIDUNG_TEST_DB_NAME"], gzip.decompress(path.read_bytes())
    if KIND == "sqlite":
        with sqlite3.connect(name) as connection:
            connection.executescript(text.decode())
        connection.close()
        return
    client = ["mariadb", *_MYSQL, name] if KIND == "mariadb" else ["psql", *_PG, "-q", "-v", "ON_ERROR_STOP=1", name]
    subprocess.run(client, input=text, check=True, stdout=subprocess.DEVNULL)


def dump(path: Path, env: dict[str, str]) -> None:
    """Write the new database's dump: plain SQL that any later server of the kind reads."""
    name = env["BOIDUNG_TEST_DB_NAME"]
    if KIND == "sqlite":
        with sqlite3.connect(name) as connection:
            text = "\n".join(connection.iterdump()).encode()
        connection.close()
    elif KIND == "mariadb":
        command = ["mariadb-dump", *_MYSQL, "--skip-dump-date", "--skip-extended-insert", name]
        text = subprocess.run(command, check=True, capture_output=True).stdout
        # A line that only newer clients understand.
        text = b"\n".join(line for line in text.split(b"\n") if not line.startswith(b"/*M!"))
    else:
        command = ["pg_dump", *_PG, "--no-owner", "--no-privileges", "--inserts", name]
        text = subprocess.run(command, check=True, capture_output=True).stdout
        text = b"\n".join(line for line in text.split(b"\n") if not line.startswith((b"\\restrict", b"\\unrestrict")))
    path.write_bytes(gzip.compress(text, mtime=0))


def _sql(statement: str) -> None:
    if KIND == "mariadb":
        subprocess.run(["mariadb", *_MYSQL, f"--execute={statement}"], check=True)
    elif KIND == "postgresql":
        subprocess.run(["psql", *_PG, "-q", "-c", statement, "postgres"], check=True)
