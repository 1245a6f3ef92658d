"""docs/platform-matrix.md: no empty cell, no release left out, no test that does not exist."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MATRIX = ROOT / "docs" / "platform-matrix.md"
RELEASES = ["Teak", "Ulmo", "Verawood"]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_PLACE = re.compile(r"^\*\*([A-Z])\*\*", re.MULTILINE)


def rows(text: str) -> list[list[str]]:
    """Cells of every row of the matrix: item, release, proof, where it ran."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| item")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def faults(text: str) -> list[str]:
    """What is wrong with a matrix, in words."""
    found = []
    places = set(_PLACE.findall(text))
    releases: dict[str, list[str]] = {}
    for row in rows(text):
        if len(row) != 4 or not all(row):
            found.append(f"an empty cell: {row}")
            continue
        item, release, proof, place = row
        releases.setdefault(item, []).append(release)
        found += _faults_of_proof(f"{item}, {release}", proof, place, places)
    found += [f"{item}: {given}" for item, given in releases.items() if given != RELEASES]
    return found


def _faults_of_proof(where: str, proof: str, place: str, places: set[str]) -> list[str]:
    if proof.startswith("unproven: "):
        good = len(proof) > len("unproven: ") + 15 and place == "–"
        return [] if good else [f"{where}: unproven without a reason, or with a place"]
    tests = _TEST.findall(proof)
    if not tests or _TEST.sub("", proof).strip(" ,"):
        return [f"{where}: neither tests nor a reason: {proof}"]
    found = [f"{where}: no such test {path}::{name}" for path, name in tests if name not in _tests_in(path)]
    unknown = set(re.split(r",\s*", place)) - places
    return found + ([f"{where}: unknown place {sorted(unknown)}"] if unknown else [])


@lru_cache
def _tests_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_item_has_its_proof_or_reason_for_every_release() -> None:
    text = MATRIX.read_text("utf-8")
    assert len(rows(text)) >= 3 * 40
    assert faults(text) == []


def test_every_file_of_platform_tests_stands_in_the_matrix() -> None:
    named = {path for path, _ in _TEST.findall(MATRIX.read_text("utf-8"))}
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "platform").glob("test_*.py")}
    # It only runs tests/host_contract there.
    there.remove("tests/platform/test_host_contract.py")
    assert there <= named


def test_the_check_sees_what_is_wrong() -> None:
    legend = "**A** somewhere\n"
    good = "".join(f"| x | {release} | `tests/quality/test_matrix.py::faults` | A |\n" for release in RELEASES)
    assert faults(legend + good) == []
    for broken in (
        good.replace("| A |", "|  |", 1),
        good.replace("::faults", "::no_such_test", 1),
        good.replace("test_matrix.py", "no_such_file.py", 1),
        good.replace("| A |", "| Z |", 1),
        good.replace("`tests/quality/test_matrix.py::faults`", "unproven: ", 1),
        good.replace("`tests/quality/test_matrix.py::faults`", "of course", 1),
        good.replace("| x | Verawood", "| y | Verawood"),
        good.replace("| x | Ulmo | `tests/quality/test_matrix.py::faults` | A |\n", ""),
    ):
        assert faults(legend + broken), broken
