"""A published reflection block, and the people of ``factories.world`` around it."""

from __future__ import annotations

from typing import Any

import pytest

from boidung_xblock.activities.models import Activity
from boidung_xblock.drafts.models import Draft
from boidung_xblock.files.models import Attachment
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion, VersionFile
from tests import factories
from tests.block_runtime import BlockSite
from tests.factories import World
from tests.hosts import MemoryHost

TABLES = (Activity, Draft, Attachment, Grade, Mark, OutboxEntry)
TABLES += (Reflection, ReflectionEvent, ReflectionVersion, VersionFile)  # type: ignore[assignment]


@pytest.fixture
def made(host: MemoryHost) -> World:
    """One course, two groups, somebody in every role; ``made.activity`` is the block that ``site`` publishes."""
    return factories.world()


@pytest.fixture
def site(made: World) -> BlockSite:
    """The course's blocks; ``r1`` is published."""
    published = BlockSite()
    made.activity = published.publish()
    return published


@pytest.fixture
def footprint(db: None) -> Any:
    """A function: every row of ours, as it is now. Equal before and after means that nothing was stored."""
    return lambda: [list(table.objects.order_by("id").values()) for table in TABLES]
