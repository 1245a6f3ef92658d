"""A round with its administrator."""

from __future__ import annotations

import pytest

from boidung_xblock.roster import api as roster
from tests import factories
from tests.roster.office import Office


def pytest_configure(config: pytest.Config) -> None:
    """A mark for those who are in a hurry: ``-m "not slow"``."""
    config.addinivalue_line("markers", "slow: takes a minute or so")


@pytest.fixture
def office(db: None) -> Office:
    """A round with one course, and its administrator."""
    factories.host().add_course(factories.COURSE)
    admin = factories.user("quan-tri", "Nguyễn Thị Thu Hà")
    made = factories.round_of(factories.COURSE)
    roster.name_round_admin(made.pk, admin)
    return Office(admin, made)
