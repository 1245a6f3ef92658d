"""Fixtures on the platform's own test machinery; harmless where there is no platform."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from tests.host_contract import probe
from tests.host_contract.conftest import site, tools

if TYPE_CHECKING:
    from tests.platform.module import CheckpointWorld, ModuleWorld
    from tests.platform.site import PlatformSite
    from tests.platform.world import World

__all__ = ["site", "tools"]


@pytest.fixture(autouse=True)
def _no_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own scripts are not built for tests."""
    if find_spec("webpack_loader"):
        monkeypatch.setattr("webpack_loader.templatetags.webpack_loader.render_bundle", lambda *args, **kwargs: "")
        for name in ("get_as_tags", "get_files"):
            monkeypatch.setattr(f"webpack_loader.utils.{name}", lambda *args, **kwargs: [])


@pytest.fixture
def course_store(request: pytest.FixtureRequest) -> Iterator[Any]:
    """An empty modulestore; signals of the modulestore are off, as in the platform's own tests."""
    request.applymarker(pytest.mark.django_db(databases="__all__"))
    request.getfixturevalue("db")
    from xmodule.modulestore.tests.django_utils import ModuleStoreIsolationMixin

    ModuleStoreIsolationMixin.start_modulestore_isolation()
    try:
        yield ModuleStoreIsolationMixin.store
    finally:
        ModuleStoreIsolationMixin.end_modulestore_isolation()


@pytest.fixture
def host_under_test(course_store: Any) -> Iterator[PlatformSite]:
    """What ``tests/host_contract`` asks for."""
    from lms.djangoapps.grades.scores import _block_types_possibly_scored

    from tests.platform.site import PlatformSite

    # A process asks only once which block types have scores.
    _block_types_possibly_scored.cache.clear()
    with probe.installed():
        yield PlatformSite()
    _block_types_possibly_scored.cache.clear()


@pytest.fixture
def world(course_store: Any) -> World:
    """A course with a reflection, a round with a group, its members and its core teacher."""
    from tests.platform.world import World

    return World()


@pytest.fixture
def study(course_store: Any) -> CheckpointWorld:
    """As ``world``, with a checkpoint in place of the reflection."""
    from tests.platform.module import CheckpointWorld

    return CheckpointWorld()


@pytest.fixture
def module(course_store: Any) -> ModuleWorld:
    """As ``world``, with a group meeting in place of the reflection, a checkpoint and the ledger."""
    from tests.platform.module import ModuleWorld

    return ModuleWorld()
