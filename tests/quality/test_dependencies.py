"""What setup.py asks for is what the package imports, at floors that every supported release meets."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "boidung_xblock"
# Only the adapter imports these, and the platform brings them.
FROM_THE_PLATFORM = {
    "lms", "cms", "common", "openedx", "xmodule", "edx_when", "completion", "edx_toggles", "openedx_events",
    "openedx_filters", "edx_ace", "eventtracking",
}  # fmt: skip
# What Open edX Teak pins. A higher floor would move a library of the platform.
TEAK = {
    "django": "4.2", "xblock": "5.1.2", "lxml": "5.3.2", "pydantic": "2.11", "rules": "3.5", "nh3": "0.2.21",
    "web-fragments": "3.1.0", "celery": "5.4", "openedx-filters": "2.0.1", "openedx-events": "10.2.0",
}  # fmt: skip


def _declared() -> dict[str, Requirement]:
    found = [Requirement(line) for line in importlib.metadata.requires("boidung-xblock") or []]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def _imported() -> dict[str, set[Path]]:
    found: dict[str, set[Path]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in names:
                found.setdefault(name.split(".")[0], set()).add(path)
    return {name: paths for name, paths in found.items() if name not in {*sys.stdlib_module_names, "boidung_xblock"}}


def test_declared_is_imported_and_imported_is_declared() -> None:
    packages = importlib.metadata.packages_distributions()
    needed = set()
    for module, paths in _imported().items():
        if module in FROM_THE_PLATFORM:
            assert all(PACKAGE / "host" / "openedx" in path.parents for path in paths), module
            continue
        homes = {canonicalize_name(name) for name in packages[module]}
        assert homes & _declared().keys(), f"{module} is imported by {paths} and not in setup.py"
        needed |= homes
    assert not _declared().keys() - needed, "in setup.py, but not imported"


def test_floors_stand_at_teak_and_nothing_is_capped() -> None:
    for name, requirement in _declared().items():
        for specifier in requirement.specifier:
            assert specifier.operator == ">=", str(requirement)
            assert name not in TEAK or Version(specifier.version) <= Version(TEAK[name]), str(requirement)


def test_build_requirements_suffice_to_compile_the_catalogues() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'requires = ["setuptools", "wheel", "Babel"]' in text


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.stem)
def test_test_requirements_are_pinned(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.\-]+==[\w.]+( ; .*)?", line)] == []
