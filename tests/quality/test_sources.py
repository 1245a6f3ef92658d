"""Sizes that a reader can take in at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 400
MAX_FUNCTION = 50
DEMO_LINES = 1800


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
    """Lines of code and of templates: no blank line, comment or docstring, and not the maker of the sample data."""
    sources = [path for path in _sources("demo") if path.name != "make_workbook.py"]
    assert sum(_lines_of_code(path) for path in sources) <= DEMO_LINES


def _lines_of_code(path: Path) -> int:
    text = path.read_text("utf-8")
    lines = [line.strip() for line in text.splitlines()]
    for start, end in _docstrings(ast.parse(text)) if path.suffix == ".py" else ():
        lines[start - 1 : end] = [""] * (end - start + 1)
    return sum(1 for line in lines if line and not line.startswith("#"))


def _docstrings(tree: ast.Module) -> list[tuple[int, int]]:
    """First and last line of each."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(tree) if isinstance(node, documented) and ast.get_docstring(node)]
    return [(node.body[0].lineno, node.body[0].end_lineno or node.body[0].lineno) for node in nodes]
