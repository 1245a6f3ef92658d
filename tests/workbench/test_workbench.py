"""The block loads, renders and answers in a runtime that is neither the platform's nor ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ``visit.py`` saw."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "EXCLUDE_SAMPLE_XBLOCKS": "yes"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.workbench.visit"],
        cwd=tmp_path_factory.mktemp("workbench"),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


def test_page_shows_the_block_in_vietnamese(visit: dict[str, Any]) -> None:
    assert visit["status"] == 200
    assert "Bài suy ngẫm" in visit["html"]
    assert "/static/boidung/css/base.css" in visit["html"]


def test_handler_answers_and_stores_nothing_without_a_course(visit: dict[str, Any]) -> None:
    """A workbench block stands in no course: as in a library, handlers answer and keep nothing."""
    assert visit["handler_status"] == 200
    assert visit["handler"]["stored"] is False
    assert visit["stored"] == 0
