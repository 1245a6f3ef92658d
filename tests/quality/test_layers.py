"""The layers of the design, held by import-linter; and that our own contract really bites."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from grimp import ImportGraph

from tools.import_contracts import EntranceContract

ROOT = Path(__file__).resolve().parents[2]


def test_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_entrance_contract_finds_who_goes_round_the_api() -> None:
    graph = ImportGraph()
    for module in ("p", "p.a", "p.a.api", "p.a.models", "p.b", "p.models"):
        graph.add_module(module)
    for importer, imported in (
        ("p.b", "p.a.api"),
        ("p.a.api", "p.a.models"),
        ("p.b", "p.a.models"),
        ("p.models", "p.a.models"),
    ):
        graph.add_import(importer=importer, imported=imported)
    options = {"packages": ["p.a"], "entrance": "api", "exceptions": ["p.models -> p.a.models"]}
    checked = EntranceContract("c", {"root_packages": ["p"]}, options).check(graph, verbose=False)
    assert SimpleNamespace(**checked.metadata).broken == [("p.b", "p.a.models")]
