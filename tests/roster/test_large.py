"""35,000 people: the whole province in one workbook."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from boidung_xblock.roster import api as roster
from tests.roster.office import Office
from tests.roster.workbooks import write_large

ROWS = 35_000
ROWS_A_SECOND = 200
MEGABYTES = 30  # of growth over a tenth of the rows: what a process needs anyway, and a margin


def peak() -> float:
    """Most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def dry_run(office: Office, folder: Path, rows: int) -> roster.ImportView:
    """Of a workbook as Excel writes it."""
    path = folder / f"{rows}.xlsx"
    write_large(path, rows)
    return office.check(data=path.read_bytes())


@pytest.mark.slow
def test_a_whole_province_is_checked_in_time_and_in_flat_memory(office: Office, tmp_path: Path) -> None:
    assert dry_run(office, tmp_path, ROWS // 10).ok == ROWS // 10
    path = tmp_path / "tinh.xlsx"
    write_large(path, ROWS)
    before, start = peak(), time.perf_counter()
    view = office.check(data=path.read_bytes())
    seconds = time.perf_counter() - start
    assert (view.state, view.rows, view.ok, view.errors) == ("checked", ROWS, ROWS, [])
    assert view.would_create["people"] == ROWS
    assert view.would_create["groups"] == ROWS // 7
    assert view.would_create["units"] == 1000 + 125 + 100
    assert seconds < ROWS / ROWS_A_SECOND, f"{ROWS / seconds:.0f} rows a second"
    assert peak() - before < MEGABYTES
