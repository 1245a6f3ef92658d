"""The host under test: the one that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.host_contract import probe
from tests.host_contract.sites import SITES, Site, Tools


@pytest.fixture
def host_under_test(db: None, settings: Any, tmp_path: Path) -> Iterator[Site]:
    """The site whose ``host`` is asked. ``BOIDUNG_CONTRACT_SITE`` names the class of a site not known here."""
    from django.utils.module_loading import import_string

    named = getattr(settings, "BOIDUNG_CONTRACT_SITE", "")
    made = import_string(named) if named else SITES[settings.BOIDUNG_HOST]
    with probe.installed():
        yield made(tmp_path)


@pytest.fixture
def site(host_under_test: Site) -> Site:
    """Short for ``host_under_test``."""
    return host_under_test


@pytest.fixture
def tools(site: Site) -> Tools:
    """The platform's tools, where the host stands on a platform."""
    if site.tools is None:
        pytest.skip("this host stands on no platform")
    return site.tools


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Path) -> None:
    """Files that a test stores do not join those of a site in use."""
    stores = getattr(settings, "STORAGES", {})
    if "boidung" in stores:
        settings.STORAGES = stores | {"boidung": {**stores["boidung"], "OPTIONS": {"location": tmp_path / "files"}}}
