"""Two administrators, two workers, at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from boidung_xblock.reports import api as reports
from boidung_xblock.reports.models import ResultFile
from tests import factories
from tests.at_once import needs_server, split, together
from tests.hosts import MemoryHost
from tests.reports.module import ModuleWorld, module_world
from tests.reports.test_making import stored

pytestmark = needs_server


@pytest.fixture
def made(host: MemoryHost) -> ModuleWorld:
    return module_world()


def asking(made: ModuleWorld, who: str, key: str = "") -> partial[reports.Requested]:
    return partial(made.request, getattr(made.world, who), client_key=key or factories.key())


def test_two_administrators_get_one_file(made: ModuleWorld) -> None:
    for _ in range(5):
        answers, refusals = split(together(asking(made, "admin"), asking(made, "boss"), asking(made, "instructor")))
        assert refusals == []
        assert len({answer.id for answer in answers}) == 1
        assert [answer.start for answer in answers].count(True) == 1
        reports.make_file(answers[0].id)


def test_a_double_click_gets_one_file(made: ModuleWorld) -> None:
    for _ in range(5):
        key = factories.key()
        answers, refusals = split(together(asking(made, "admin", key), asking(made, "admin", key)))
        assert refusals == []
        assert len({answer.id for answer in answers}) == 1
        assert [answer.start for answer in answers].count(True) == 1
        reports.make_file(answers[0].id)


def test_two_workers_on_one_file_leave_one_file_in_storage(made: ModuleWorld) -> None:
    asked = made.request()
    together(partial(reports.make_file, asked.id), partial(reports.make_file, asked.id))
    assert ResultFile.objects.get().state == "done"
    assert len(stored()) == 1
