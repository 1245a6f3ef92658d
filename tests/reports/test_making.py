"""What happens to a result file: asked for, made, opened, erased; who may; what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from boidung_xblock.errors import BadInput, Conflict, Missing, Refused
from boidung_xblock.host import get_host
from boidung_xblock.reports import api as reports
from boidung_xblock.reports import making
from boidung_xblock.reports.models import ResultFile
from boidung_xblock.roster import api as roster
from boidung_xblock.roster.models import Assignment, RoundCourse
from tests import factories
from tests.factories import COURSE, OTHER_COURSE
from tests.hosts import MemoryHost
from tests.queries import counted
from tests.reports.module import ModuleWorld, module_world, with_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> ModuleWorld:
    translation.activate("en")
    return module_world()


# -- asking -----------------------------------------------------------------------------------------------------
def test_the_same_click_twice_asks_once(made: ModuleWorld) -> None:
    key = factories.key()
    first, second = made.request(client_key=key), made.request(client_key=key)
    assert (first.start, second.start) == (True, False)
    assert first.id == second.id
    reports.make_file(first.id)
    assert made.request(client_key=key).id == first.id


def test_while_one_is_being_made_everybody_is_given_that_one(made: ModuleWorld) -> None:
    first = made.request()
    assert made.request(made.world.boss) == reports.Requested(first.id, start=False)
    reports.make_file(first.id)
    assert made.request(made.world.boss).id != first.id


def test_a_file_nobody_works_on_any_more_is_started_again(made: ModuleWorld) -> None:
    first = made.request()
    ResultFile.objects.update(state="running", alive_at=timezone.now() - timedelta(minutes=11))
    assert made.request() == reports.Requested(first.id, start=True)
    assert made.request() == reports.Requested(first.id, start=False)


def test_without_a_round_or_a_ledger_there_is_nothing_to_make(made: ModuleWorld) -> None:
    with_ledger(OTHER_COURSE)
    factories.host().add_course(OTHER_COURSE)
    with pytest.raises(Conflict) as refused:
        reports.request_file(factories.viewer(made.world.boss, OTHER_COURSE), client_key=factories.key())
    assert refused.value.code == "no_round"
    factories.activities.close_course(COURSE)
    with pytest.raises(Conflict) as refused:
        made.request()
    assert refused.value.code == "no_ledger"
    assert not ResultFile.objects.exists()


@pytest.mark.parametrize("key", ["", "short", "with blanks in it", "x" * 65])
def test_a_key_that_no_page_makes_is_refused(made: ModuleWorld, key: str) -> None:
    with pytest.raises(BadInput):
        reports.request_file(factories.viewer(made.world.admin), client_key=key)


def test_a_key_of_another_course_is_not_the_same_click(made: ModuleWorld) -> None:
    key = factories.key()
    made.request(client_key=key)
    RoundCourse.objects.create(round=made.world.round, course_key=OTHER_COURSE)
    with_ledger(OTHER_COURSE)
    with pytest.raises(BadInput):
        reports.request_file(factories.viewer(made.world.admin, OTHER_COURSE), client_key=key)


@pytest.mark.parametrize("role", ["an", "mai", "lan", "quang", "staff", "outsider"])
def test_only_administrators_ask_and_open(made: ModuleWorld, role: str) -> None:
    viewer, row = factories.viewer(getattr(made.world, role)), made.make()
    with pytest.raises(Refused):
        reports.request_file(viewer, client_key=factories.key())
    with pytest.raises(Refused):
        reports.open_file(viewer, row.pk)


# -- making -----------------------------------------------------------------------------------------------------
def test_a_run_that_died_is_begun_anew_and_leaves_nothing_behind(
    made: ModuleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = made.request()
    monkeypatch.setattr(making, "BATCH", 2)
    before = openpyxl_files()
    real, seen = making._write, []

    def dies(*args: Any) -> None:
        seen.append(ResultFile.objects.get().rows_done)
        if len(seen) == 3:
            raise KeyboardInterrupt  # as a worker that is shut down
        real(*args)

    monkeypatch.setattr(making, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        reports.make_file(asked.id)
    assert seen == [0, 2, 4]  # each batch told how far it was
    assert ResultFile.objects.get().state == "running"
    assert openpyxl_files() == before
    reports.make_file(asked.id)
    assert openpyxl_files() == before
    assert [name for name in stored() if name] == [ResultFile.objects.get().path.rpartition("/")[2]]
    assert ResultFile.objects.get().summary["counts"]["people"] == 5


def test_a_fault_is_told_and_another_try_makes_a_new_file(made: ModuleWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = made.request()
    with monkeypatch.context() as broken:
        broken.setattr(making, "_write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reports.make_file(asked.id)
    (brief,) = reports.recent_files(factories.viewer(made.world.admin))
    assert brief.state == "failed"
    assert brief.failure.startswith("The file could not be made")
    reports.make_file(asked.id)  # a late redelivery changes nothing
    assert ResultFile.objects.get().state == "failed"
    assert made.make().state == "done"


def test_a_ledger_that_was_taken_away_meanwhile_is_told(made: ModuleWorld) -> None:
    asked = made.request()
    factories.activities.close_course(COURSE)
    reports.make_file(asked.id)
    (brief,) = reports.recent_files(factories.viewer(made.world.admin))
    assert (brief.state, "no ledger" in brief.failure) == ("failed", True)


def test_a_finished_file_is_not_made_again(made: ModuleWorld) -> None:
    row = made.make()
    reports.make_file(row.pk)
    assert ResultFile.objects.get().path == row.path


def test_a_batch_costs_the_same_queries_whatever_its_size(made: ModuleWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted() as few:
        made.make()
    crowd(made, 120)
    with counted() as many:
        made.make()
    assert many.ours == few.ours
    monkeypatch.setattr(making, "BATCH", 25)
    with counted() as batches:
        made.make()
    assert batches.ours - many.ours <= 5 * 9  # learners, their place, teachers, offices, four of the ledger, progress


def crowd(made: ModuleWorld, number: int) -> None:
    """More members of letters, with accounts."""
    for index in range(number):
        factories.assign(factories.user(f"them{index}"), "member", made.world.round, made.world.letters)


def openpyxl_files() -> int:
    """Temporary files of workbooks that were not finished."""
    return len(ALL_TEMP_FILES)


def stored() -> list[str]:
    """Names of the result files in storage."""
    storage = get_host().storage()
    return storage.listdir("boidung/results")[1] if storage.exists("boidung/results") else []


# -- opening and erasing ----------------------------------------------------------------------------------------
def test_a_file_is_opened_in_its_own_course_only_and_once_it_is_there(made: ModuleWorld) -> None:
    asked = made.request()
    admin = factories.viewer(made.world.admin)
    with pytest.raises(Missing):
        reports.open_file(admin, asked.id)
    reports.make_file(asked.id)
    assert reports.open_file(admin, asked.id).stream.read(2) == b"PK"
    RoundCourse.objects.create(round=made.world.round, course_key=OTHER_COURSE)
    with pytest.raises(Missing):
        reports.open_file(factories.viewer(made.world.admin, OTHER_COURSE), asked.id)


def test_making_and_opening_are_told_to_the_site(
    made: ModuleWorld, host: MemoryHost, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = made.make()
        reports.open_file(factories.viewer(made.world.boss), row.pk)
    made_event, opened = [event[1] for event in host.events if event[0].startswith("boidung.results.")]
    common = {"schema_version": 1, "course_id": COURSE, "round_id": made.world.round.pk, "file_id": row.pk, "rows": 5}
    assert made_event.pop("seconds") >= 0
    assert made_event == {**common, "actor_id": made.world.admin.pk, "passed": 1}
    assert opened == {**common, "actor_id": made.world.boss.pk}


def test_when_an_account_is_retired_every_file_that_names_it_goes(made: ModuleWorld) -> None:
    row = made.make()
    assert reports.erase_person(made.world.outsider.pk) == 0
    assert stored() != []
    assert reports.erase_person(made.world.an.pk) == 1
    assert stored() == []
    row.refresh_from_db()
    assert (row.state, row.path, row.summary["counts"]["people"]) == ("erased", "", 5)
    with pytest.raises(Missing):
        reports.open_file(factories.viewer(made.world.admin), row.pk)
    assert reports.erase_person(made.world.an.pk) == 0


def test_files_made_before_somebody_left_the_round_go_as_well(made: ModuleWorld) -> None:
    made.make()
    factories.end(Assignment.objects.get(person__user=made.world.binh))
    assert reports.erase_person(made.world.binh.pk) == 1


def test_a_file_in_the_making_is_not_kept_when_somebody_is_erased(
    made: ModuleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = made.request()
    real = making._write

    def meanwhile(*args: Any) -> None:
        real(*args)
        reports.erase_person(made.world.an.pk)
        roster.erase_person(made.world.an.pk)

    monkeypatch.setattr(making, "_write", meanwhile)
    reports.make_file(asked.id)
    assert ResultFile.objects.get().state == "erased"
    assert stored() == []
    monkeypatch.setattr(making, "_write", real)
    assert "Nguyễn Văn Ân" not in [cell.value for cell in made.book().worksheets[0]["C"]]
