"""What the package puts into a site's settings: added to what is there, once, whatever the order."""

from __future__ import annotations

from importlib.metadata import entry_points
from types import SimpleNamespace
from typing import Any

import pytest

from boidung_xblock.conf import DEFAULTS, block_types
from boidung_xblock.settings import common, production, test

PHASES = (common.plugin_settings, production.plugin_settings, test.plugin_settings)


def test_the_types_are_those_that_are_installed() -> None:
    ours = [point.name for point in entry_points(group="xblock.v1") if point.module.startswith("boidung_xblock")]
    assert block_types() == tuple(sorted(ours))
    assert "boidung_reflection" in block_types()


@pytest.mark.parametrize("plugin_settings", PHASES)
def test_library_blocks_are_appended_once_and_others_stay(plugin_settings: Any) -> None:
    site = SimpleNamespace(LIBRARY_ENABLED_BLOCKS=["problem", "cua-plugin-khac"])
    for _ in range(2):
        plugin_settings(site)
    assert list(site.LIBRARY_ENABLED_BLOCKS) == ["problem", "cua-plugin-khac", *block_types()]


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset])
def test_the_list_keeps_its_kind(kind: Any) -> None:
    site = SimpleNamespace(LIBRARY_ENABLED_BLOCKS=kind(["problem"]))
    common.plugin_settings(site)
    assert type(site.LIBRARY_ENABLED_BLOCKS) is kind
    assert set(site.LIBRARY_ENABLED_BLOCKS) == {"problem", *block_types()}


def test_the_list_of_another_plugin_is_not_changed_under_its_hands() -> None:
    shared = ["problem"]
    common.plugin_settings(SimpleNamespace(LIBRARY_ENABLED_BLOCKS=shared))
    assert shared == ["problem"]


def test_a_site_without_the_setting_gets_none_and_a_value_yet_to_be_derived_is_left_alone() -> None:
    bare = SimpleNamespace()
    common.plugin_settings(bare)
    assert not hasattr(bare, "LIBRARY_ENABLED_BLOCKS")
    derived = object()
    later = SimpleNamespace(LIBRARY_ENABLED_BLOCKS=derived)
    common.plugin_settings(later)
    assert later.LIBRARY_ENABLED_BLOCKS is derived


def test_a_list_that_the_platform_defines_after_the_common_settings_is_reached_by_the_production_settings() -> None:
    site = SimpleNamespace()
    common.plugin_settings(site)
    site.LIBRARY_ENABLED_BLOCKS = ["problem", "html"]
    production.plugin_settings(site)
    assert list(site.LIBRARY_ENABLED_BLOCKS) == ["problem", "html", *block_types()]


def test_defaults_yield_to_the_site() -> None:
    site = SimpleNamespace(BOIDUNG_ENABLE_IN_NEW_COURSES=False)
    for plugin_settings in PHASES:
        plugin_settings(site)
    assert site.BOIDUNG_ENABLE_IN_NEW_COURSES is False
    assert str(site.BOIDUNG_TIME_ZONE) == DEFAULTS["BOIDUNG_TIME_ZONE"]


@pytest.mark.parametrize("plugin_settings", PHASES)
def test_what_studio_asks_of_the_gradebook_goes_to_the_workers_of_the_lms(plugin_settings: Any) -> None:
    studio = SimpleNamespace(SERVICE_VARIANT="cms", ALTERNATE_ENV_TASKS={"cua.plugin.khac": "lms"})
    for _ in range(2):
        plugin_settings(studio)
    assert studio.ALTERNATE_ENV_TASKS == {
        "cua.plugin.khac": "lms",
        "boidung_xblock.tasks.reckon_checkpoint": "lms",
    }


def test_a_site_that_routes_that_task_itself_keeps_its_own_and_the_lms_needs_none() -> None:
    own = {"boidung_xblock.tasks.reckon_checkpoint": "rieng"}
    studio, lms = (
        SimpleNamespace(SERVICE_VARIANT="cms", ALTERNATE_ENV_TASKS=own),
        SimpleNamespace(SERVICE_VARIANT="lms"),
    )
    common.plugin_settings(studio)
    common.plugin_settings(lms)
    assert own == studio.ALTERNATE_ENV_TASKS
    assert not hasattr(lms, "ALTERNATE_ENV_TASKS")
