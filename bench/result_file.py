"""The result file of 350, 3,500 and 35,000 learners: ``python -m bench.result_file``. Rows a second, queries, memory.

Each line is a process of its own (peak memory is a process's), on SQLite in a file that another process has filled:
a module of eight checkpoints, four meetings and a final reflection, everything handed in and marked. Seconds are the
clock's. Budget: queries grow by batches of 500 only, memory stays all but flat.
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
CHECKPOINTS, PAPERS = 8, 5
IN_GROUP, IN_SCHOOL = 7, 35
_BATCH = 500
_CHUNK = 700 * IN_GROUP  # people written together; whole groups


def _setup(database: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()


# -- a round ------------------------------------------------------------------------------------------------------
def fill(size: int) -> None:
    """A round of that many learners who have done everything."""
    from django.core.management import call_command

    from tests import factories
    from tests.reports.module import checkpoint, with_ledger

    call_command("migrate", verbosity=0)
    made = factories.world()
    with_ledger(total_periods="40", min_periods="40")
    studied = [checkpoint(f"c{n}", f"Điểm dừng {n}", periods=3, position=n) for n in range(CHECKPOINTS)]
    written = [factories.activity(f"p{n}") for n in range(PAPERS)]
    for start in range(0, size, _CHUNK):
        hand_everything_in(roster_people(made, range(start, min(size, start + _CHUNK))), studied, written)


def roster_people(made: Any, numbers: range) -> list[int]:
    """Accounts, people and memberships; the ids of the accounts."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from boidung_xblock.roster.models import Assignment, Person
    from boidung_xblock.text import fold, name_sort_key
    from tests import factories

    users = get_user_model()
    accounts = [users(username=f"gv{n:05d}", email=f"gv{n:05d}@example.com") for n in numbers]
    users.objects.bulk_create(accounts, batch_size=_BATCH)
    people, places = [], []
    for n, account in zip(numbers, accounts, strict=True):
        school = f"THCS số {n // IN_SCHOOL:04d}"
        if n % IN_GROUP == 0:
            place = factories.group(made.round, f"Tổ {n // IN_GROUP:05d}", school)
        name = f"Nguyễn Thị {['An', 'Bình', 'Cúc', 'Dung', 'Hạnh'][n % 5]} {n:05d}"
        people.append(
            Person(
                organisation=factories.ORGANISATION,
                ministry_id=f"04{n:08d}",
                user=account,
                full_name=name,
                name_folded=fold(name),
                name_sort=name_sort_key(name),
                unit=place.unit,
                is_female=n % 3 > 0,
            )
        )
        places.append(place)
    Person.objects.bulk_create(people, batch_size=_BATCH)
    now = timezone.now()
    Assignment.objects.bulk_create(
        (
            Assignment(
                round=made.round,
                person=who,
                role="member",
                group=place,
                starts_at=now,
                active_key=f"g:{made.round.pk}:{who.pk}",
            )
            for who, place in zip(people, places, strict=True)
        ),
        batch_size=_BATCH,
    )
    return [account.pk for account in accounts]


def hand_everything_in(user_ids: list[int], studied: list[Any], written: list[Any]) -> None:
    """Every checkpoint done, every paper marked, by bulk."""
    from django.utils import timezone

    from boidung_xblock.grading.models import Grade
    from boidung_xblock.reflections.models import Reflection
    from boidung_xblock.selfstudy.models import CheckpointWork

    now = timezone.now()
    CheckpointWork.objects.bulk_create(
        (
            CheckpointWork(
                activity=place,
                course_key=place.course_key,
                learner_id=user_id,
                state="completed",
                started_at=now,
                completed_at=now,
            )
            for place in studied
            for user_id in user_ids
        ),
        batch_size=_BATCH,
    )
    Reflection.objects.bulk_create(
        (
            Reflection(
                activity=place,
                course_key=place.course_key,
                author_id=user_id,
                author_name="x",
                state="marked",
                version_no=1,
                submitted_at=now,
            )
            for place in written
            for user_id in user_ids
        ),
        batch_size=_BATCH,
    )
    Grade.objects.bulk_create(
        (
            Grade(activity=place, learner_id=user_id, earned="7.5", possible=10, passed=True, updated_at=now)
            for place in written
            for user_id in user_ids
        ),
        batch_size=_BATCH,
    )


# -- the file -----------------------------------------------------------------------------------------------------
def measure() -> None:
    """Make the file in this process; prints its line."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    from boidung_xblock.host import get_host
    from boidung_xblock.reports import api as reports
    from boidung_xblock.reports.models import ResultFile
    from tests import factories

    factories.host().add_course(factories.COURSE, "Mô đun 1")
    asked = reports.request_file(
        factories.viewer(get_user_model().objects.get(username="admin")), client_key=factories.key()
    )
    queries = 0

    def counting(execute: Any, *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    before, start, cpu = _peak(), time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counting):
        reports.make_file(asked.id)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    row = ResultFile.objects.get(pk=asked.id)
    assert row.state == "done", row.summary
    kilobytes = get_host().storage().size(row.path) / 1000
    print(
        f"{row.rows_total:>8,} {seconds:>8.1f} {cpu:>7.1f} {row.rows_total / seconds:>8,.0f} {queries:>8,} "
        f"{kilobytes:>8,.0f} {before:>10.0f} {_peak():>8.0f}",
        flush=True,
    )


def _peak() -> float:
    """Most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """All sizes."""
    heading = (("rows", 8), ("seconds", 8), ("of CPU", 7), ("rows/s", 8), ("queries", 8), ("kB", 8), ("MB before", 10))
    print(*(f"{name:>{width}}" for name, width in (*heading, ("MB peak", 8))), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            database = str(Path(folder) / f"{size}.sqlite3")
            for step in ("--fill", "--measure"):
                subprocess.run([sys.executable, "-m", "bench.result_file", step, database, str(size)], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _setup(sys.argv[2])
        if sys.argv[1] == "--fill":
            fill(int(sys.argv[3]))
        else:
            measure()
    else:
        main()
