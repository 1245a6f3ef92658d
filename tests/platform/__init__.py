"""Tests that run inside an edx-platform checkout, with its factories, its modulestore and its instructor tools.

From the checkout (its test settings name folders relative to it), with this package installed in its environment::

    pytest -c <here>/pyproject.toml --nomigrations --ds=lms.envs.test <here>/tests/platform
    pytest -c <here>/pyproject.toml --nomigrations --ds=cms.envs.test <here>/tests/platform

Everywhere else they are reported as not run.
"""

from __future__ import annotations

import pytest
from django.conf import settings


def needs_lms() -> None:
    """To be called before a module imports anything of the LMS."""
    _needs("lms.urls", "the LMS")


def needs_studio() -> None:
    """To be called before a module imports anything of Studio."""
    _needs("cms.urls", "Studio")


def needs_platform() -> None:
    """To be called before a module imports anything that both projects have."""
    _needs(settings.ROOT_URLCONF if _on_platform() else "", "")


def _on_platform() -> bool:
    return settings.ROOT_URLCONF in {"lms.urls", "cms.urls"}


def _needs(urls: str, project: str) -> None:
    if not _on_platform():
        pytest.skip("not run: no platform", allow_module_level=True)
    if urls != settings.ROOT_URLCONF:
        pytest.skip(f"not run: for {project}", allow_module_level=True)
