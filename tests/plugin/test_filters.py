"""What our settings do to a site's: they join, and take nothing away."""

from __future__ import annotations

import copy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from boidung_xblock.settings import common, production, test
from boidung_xblock.settings.filters import STEPS

RENDER, TABS = STEPS
OURS = {filter_type: f"boidung_xblock.host.openedx.dashboard.{step}" for filter_type, step in STEPS.items()}


def site(**settings: Any) -> Any:
    return SimpleNamespace(**settings)


def pipelines(settings: Any) -> dict[str, list[str]]:
    return {name: entry["pipeline"] for name, entry in settings.OPEN_EDX_FILTERS_CONFIG.items()}


def test_a_site_without_filters_gets_ours() -> None:
    settings = site()
    common.plugin_settings(settings)
    assert pipelines(settings) == {name: [path] for name, path in OURS.items()}
    assert all(entry["fail_silently"] for entry in settings.OPEN_EDX_FILTERS_CONFIG.values())


def test_steps_of_other_plugins_stay_first_with_their_settings() -> None:
    other = {RENDER: {"fail_silently": False, "pipeline": ["other.Step"]}, "org.other.v1": {"pipeline": ["other.Else"]}}
    settings = site(OPEN_EDX_FILTERS_CONFIG=copy.deepcopy(other))
    common.plugin_settings(settings)
    assert pipelines(settings)[RENDER] == ["other.Step", OURS[RENDER]]
    assert settings.OPEN_EDX_FILTERS_CONFIG[RENDER]["fail_silently"] is False
    assert settings.OPEN_EDX_FILTERS_CONFIG["org.other.v1"] == other["org.other.v1"]


@pytest.mark.parametrize("entry", [{}, {"pipeline": "other.Step"}])
def test_short_forms_of_an_entry_are_understood(entry: dict[str, Any]) -> None:
    settings = site(OPEN_EDX_FILTERS_CONFIG={RENDER: dict(entry)})
    common.plugin_settings(settings)
    assert pipelines(settings)[RENDER] == [*([entry["pipeline"]] if entry else []), OURS[RENDER]]


def test_a_site_file_laid_over_the_common_settings_is_joined_again() -> None:
    """As the platform does it: common settings, then the site's YAML over them, then production settings."""
    settings = site(MAKO_TEMPLATE_DIRS_BASE=["lms/templates"])
    common.plugin_settings(settings)
    settings.OPEN_EDX_FILTERS_CONFIG = {RENDER: {"fail_silently": True, "pipeline": ["other.Step"]}}
    for module in (production, production, test):
        module.plugin_settings(settings)
    assert pipelines(settings) == {RENDER: ["other.Step", OURS[RENDER]], TABS: [OURS[TABS]]}
    own = Path(common.__file__).parents[1] / "templates"
    assert ["lms/templates", own] == settings.MAKO_TEMPLATE_DIRS_BASE
    assert (own / "boidung" / "instructor" / "boidung.html").is_file()


def test_values_that_a_site_has_chosen_stay() -> None:
    settings = site(BOIDUNG_TIME_ZONE="Asia/Bangkok", BOIDUNG_OUTBOX_RETRIES=3)
    common.plugin_settings(settings)
    production.plugin_settings(settings)
    assert (settings.BOIDUNG_TIME_ZONE, settings.BOIDUNG_OUTBOX_RETRIES) == ("Asia/Bangkok", 3)
