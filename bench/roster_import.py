"""Dry run of a staff workbook of 3,500 and of 35,000 rows: ``python -m bench.roster_import``. Rows a second, memory.

Each line is a process of its own (peak memory is a process's), on SQLite in a file, with accounts in memory. The
upload's own look into the workbook counts as well. Seconds are the clock's; on a busy machine "of CPU" says more.
Budget: at least 200 rows a second, memory all but flat.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

SIZES = (350, 3500, 35_000)
KNOWN_UP_TO = 3500  # making accounts in the host in memory is slow


def measure(workbook: Path, *, known: bool) -> None:
    """One dry run, in this process; prints its line. ``known``: everybody is in the roster already."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = str(workbook.with_suffix(".sqlite3"))
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    before = _peak()
    view, seconds, cpu = _dry_run(workbook)
    if known:
        from boidung_xblock.roster import api as roster

        assert roster.request_apply(_viewer(), view.id)
        roster.run_apply(view.id)
        view, seconds, cpu = _dry_run(workbook)
        assert view.changes_nothing
    assert view.state == "checked", view.failure
    print(
        f"{view.rows:>8,} {'again' if known else 'first':>6} {view.rejected:>9} {seconds:>8.1f} {cpu:>7.1f} "
        f"{view.rows / seconds:>8,.0f} {before:>10.0f} {_peak():>8.0f}"
    )


def _viewer() -> Any:
    from django.contrib.auth import get_user_model

    from boidung_xblock.roster import api as roster

    admin, _ = get_user_model().objects.get_or_create(username="admin", defaults={"email": "admin@example.com"})
    course = "course-v1:BGDDT+BD1+2026"
    round_id = roster.create_round(slug="dot-1", title="Đợt 1", organisation="nghe-an", course_keys=[course])
    roster.name_round_admin(round_id, admin)
    return roster.viewer_for_round(admin, round_id)


def _dry_run(workbook: Path) -> tuple[Any, float, float]:
    from uuid import uuid4

    from boidung_xblock.roster import api as roster

    viewer = _viewer()
    round_id = viewer.roster.round_id
    start, cpu = time.perf_counter(), time.process_time()
    with workbook.open("rb") as file:
        import_id = roster.upload_workbook(
            viewer, round_id=round_id, file_name=workbook.name, file=file, client_key=uuid4().hex
        )
    roster.run_check(import_id)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return roster.import_view(viewer, round_id, import_id), seconds, cpu


def _peak() -> float:
    """Most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """All sizes; the smaller ones also as lists that were applied before."""
    write = "import sys; from tests.roster.workbooks import *; write_large(Path(sys.argv[1]), int(sys.argv[2]))"
    heading = ("rows", 8), ("run", 6), ("rejected", 9), ("seconds", 8), ("of CPU", 7), ("rows/s", 8), ("MB before", 10)
    print(*(f"{name:>{width}}" for name, width in (*heading, ("MB peak", 8))), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            for known in (False, True) if size <= KNOWN_UP_TO else (False,):
                path = Path(folder) / f"{size}-{known}.xlsx"
                subprocess.run([sys.executable, "-c", write, str(path), str(size)], check=True)
                command = [sys.executable, "-m", "bench.roster_import", "--one", str(path), *(["known"] * known)]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    if "--one" in sys.argv:
        measure(Path(sys.argv[2]), known="known" in sys.argv)
    else:
        main()
