"""A course with a ledger: two checkpoints and a reflection; somebody who passed, who did not, who is on the way."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from boidung_xblock.activities.api import Activity
from boidung_xblock.host import get_host
from boidung_xblock.reports import api as reports
from boidung_xblock.reports.models import ResultFile
from boidung_xblock.roster.models import Person, Unit, UnitClosure
from boidung_xblock.text import fold, name_sort_key
from tests import factories
from tests.blocks.checkpoints import usage
from tests.factories import COURSE, World
from tests.selfstudy.ways import content, give

LOW = dict.fromkeys(factories.POINTS, "4")
RULE = {"total_periods": "5", "min_periods": "5", "min_meetings": 0, "every_mark_passes": True}


@dataclass
class ModuleWorld:
    """``world()`` with a module. ``an`` passed, ``mai`` did not, ``tam`` has begun, ``binh`` and ``thu`` have nothing.

    ``thu`` (letters) has no account. Schools lie in a commune; the staff list tells of women and minorities.
    """

    world: World
    first: Activity
    second: Activity
    paper: Activity
    thu: Person

    def request(self, who: Any = None, **changes: Any) -> reports.Requested:
        """Ask for a file as the administrator, or as somebody else."""
        viewer = factories.viewer(who or self.world.admin)
        return reports.request_file(viewer, client_key=changes.get("client_key") or factories.key())

    def make(self) -> ResultFile:
        """Ask and let the task run; the row."""
        asked = self.request()
        reports.make_file(asked.id)
        return ResultFile.objects.get(pk=asked.id)

    def book(self) -> Any:
        """The workbook as a spreadsheet reads it."""
        with get_host().storage().open(self.make().path, "rb") as stored:
            return load_workbook(io.BytesIO(stored.read()))


def with_ledger(course_key: str = COURSE, **rule: Any) -> Activity:
    """Publish a ledger in the course."""
    key = factories.usage("ledger", course_key).replace("boidung_reflection", "boidung_ledger")
    facts = factories.facts(
        kind="boidung_ledger", usage_key=key, title="Sổ học phần", periods=0.0, settings={**RULE, **rule}, position=9
    )
    return factories.activities.register(course_key, facts)


def checkpoint(name: str, title: str, *, periods: float, position: int, role: str = "study") -> Activity:
    """Publish a checkpoint worth that many periods."""
    facts = factories.facts(
        kind="boidung_checkpoint",
        usage_key=usage(name),
        title=title,
        settings={"role": role, "pass_percent": "0"},
        periods=periods,
        position=position,
    )
    return factories.activities.register(COURSE, facts)


def answer_all(account: Any, place: Activity) -> None:
    """Every step of the checkpoint, rightly."""
    for step in content().steps:
        give(account, place, step.slug)


def module_world() -> ModuleWorld:
    """See ``ModuleWorld``."""
    made = factories.world()
    first = checkpoint("c1", "Khởi động", periods=1, position=1)
    second = checkpoint("c2", "Năm phẩm chất", periods=2, position=2)
    with_ledger()
    for account, points in ((made.an, factories.BETTER), (made.mai, LOW)):
        answer_all(account, first)
        answer_all(account, second)
        factories.mark(made.lan, factories.submit(account, made.activity), points)
    give(made.tam, first, "doc")
    _staff_list(made)
    return ModuleWorld(made, first, second, made.activity, _without_account(made))


def _staff_list(made: World) -> None:
    commune = Unit.objects.create(
        organisation=factories.ORGANISATION, code="X-01", name="Phường Vinh", name_folded="phuong vinh", kind="commune"
    )
    for school in (made.maths.unit, made.letters.unit):
        school.parent = commune
        school.save()
        UnitClosure.objects.create(ancestor=commune, descendant=school, depth=1)
        UnitClosure.objects.create(ancestor=school, descendant=school, depth=0)
    Unit.objects.filter(pk=made.maths.unit_id).update(code="040123")
    for account, code, female, minority in (
        (made.an, "0400000001", False, True),
        (made.mai, "0400000002", True, False),
        (made.tam, "0400000003", None, None),
        (made.binh, "0400000004", True, False),
    ):
        person = Person.objects.filter(user=account)
        person.update(ministry_id=code, is_female=female, is_minority=minority)


def _without_account(made: World) -> Person:
    name = "Vi Thị Thu"
    thu = Person.objects.create(
        organisation=factories.ORGANISATION,
        full_name=name,
        name_folded=fold(name),
        name_sort=name_sort_key(name),
        ministry_id="0400000005",
    )
    key = factories.keys.active_key(role="member", round_id=made.round.pk, person_id=thu.pk)
    factories.Assignment.objects.create(
        round=made.round,
        person=thu,
        role="member",
        group=made.letters,
        starts_at=factories.timezone.now(),
        active_key=key,
    )
    return thu
