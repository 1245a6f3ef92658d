"""Who reads everybody's results and who has them exported: every role."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from boidung_xblock.host import Masquerade
from boidung_xblock.permissions import Action, can
from tests import factories
from tests.factories import COURSE, OTHER_COURSE
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db

MATRIX = """
role                     read  export
visitor                  .     .
outsider                 .     .
member                   .     .
leader                   .     .
secretary                .     .
core teacher             .     .
unit manager             .     .
course staff             yes   .
instructor               yes   yes
global staff             yes   yes
administrator            yes   yes
staff of another course  .     .
former administrator     .     .
"""
COLUMNS = {"read": Action.READ_RESULTS, "export": Action.EXPORT_RESULTS}
ROWS = [
    (line[:25].strip(), {name for name, word in zip(COLUMNS, line[25:].split(), strict=True) if word == "yes"})
    for line in MATRIX.strip().splitlines()[1:]
]


@pytest.fixture
def people(host: MemoryHost) -> dict[str, Any]:
    """Role → account."""
    made = factories.world()
    elsewhere, left = factories.user("elsewhere"), factories.user("left")
    host.make_staff(elsewhere, OTHER_COURSE)
    factories.end(factories.assign(left, "round_admin", made.round))
    return {
        "visitor": AnonymousUser(),
        "outsider": made.outsider,
        "member": made.an,
        "leader": made.mai,
        "secretary": made.tam,
        "core teacher": made.lan,
        "unit manager": made.quang,
        "course staff": made.staff,
        "instructor": made.instructor,
        "global staff": made.boss,
        "administrator": made.admin,
        "staff of another course": elsewhere,
        "former administrator": left,
    }


def allowed(account: Any) -> set[str]:
    viewer = factories.viewer(account)
    return {name for name, action in COLUMNS.items() if can(viewer, action)}


@pytest.mark.parametrize(("role", "expected"), ROWS, ids=[role for role, _ in ROWS])
def test_each_role_may_do_exactly_this(people: dict[str, Any], role: str, expected: set[str]) -> None:
    assert allowed(people[role]) == expected


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
@pytest.mark.parametrize("role", [role for role, _ in ROWS])
def test_under_view_as_nobody_sees_results(
    host: MemoryHost, people: dict[str, Any], role: str, mask: Masquerade
) -> None:
    host.wear_mask(COURSE, mask)
    assert allowed(people[role]) == set()
