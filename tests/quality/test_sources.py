"""Sizes that a reader can take in at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 400
MAX_FUNCTION = 50
DEMO_LINES = 1500


def _sources(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


@pytest.mark.parametrize("path", _sources("boidung_xblock", "demo"), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= MAX_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION, node.name


def test_the_demo_stays_small() -> None:
    """Lines that say something: neither blank nor comment."""
    lines = (line.strip() for path in _sources("demo") for line in path.read_text("utf-8").splitlines())
    assert sum(1 for line in lines if line and not line.startswith("#")) <= DEMO_LINES
