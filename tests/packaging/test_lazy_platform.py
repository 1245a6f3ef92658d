"""The adapter names the platform inside functions only: importing a module of ours imports nothing of it."""

from __future__ import annotations

import ast
from pathlib import Path

import boidung_xblock

PACKAGE = Path(boidung_xblock.__file__).parent
PLATFORM = {"lms", "cms", "common", "openedx", "xmodule"}
# The platform loads this one, when it gathers the tabs; the base class has to be there.
TAB = "host/openedx/tab.py"


def imported_at_once(source: str) -> set[str]:
    """Top-level packages that a module imports when it is imported itself."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(ast.parse(source).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
        waiting.extend(ast.iter_child_nodes(node))
    return found


def test_the_reader_tells_imports_in_functions_from_others() -> None:
    source = "import lms.a\nclass A:\n    from cms import b\n    def f(self):\n        import xmodule\n"
    assert imported_at_once(source) == {"lms", "cms"}


def test_no_module_imports_the_platform_when_it_is_imported() -> None:
    modules = sorted(PACKAGE.rglob("*.py"))
    guilty = {
        str(path.relative_to(PACKAGE)): names
        for path in modules
        if (names := imported_at_once(path.read_text("utf-8")) & PLATFORM)
    }
    assert guilty == {TAB: {"xmodule"}}
