"""Tests inside the demo: they run under ``demo.settings`` only (``tests/demo/test_demo.py`` starts them)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.host_contract import probe
from tests.host_contract.sites import DemoSite

if django_settings.ROOT_URLCONF != "demo.urls":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def site(db: None, tmp_path: Path, settings: Any) -> Iterator[DemoSite]:
    """A course with the probe in it."""
    settings.STORAGES = settings.STORAGES | {
        "boidung": {**settings.STORAGES["boidung"], "OPTIONS": {"location": tmp_path / "files"}}
    }
    with probe.installed():
        yield DemoSite(tmp_path)


@pytest.fixture
def browser_of() -> Callable[..., Client]:
    """``browser_of(user)``: a client logged in as the user; None stays a visitor."""

    def make(user: Any, **options: Any) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def handler_url(site: DemoSite) -> Callable[[str], str]:
    """Address of a handler of the probe."""
    return lambda name: f"/courses/{site.course_key}/xblock/{site.usage_key}/handler/{name}"
