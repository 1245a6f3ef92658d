"""A world, and people at their (script-less) browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import World


@pytest.fixture
def world(db: None) -> World:
    """One course in one round, with somebody in every role."""
    return factories.world()


@pytest.fixture
def browse() -> Callable[..., Client]:
    """``browse(world.lan)``: a client logged in as that account, reading English; without one, a visitor."""

    def log_in(account: Any = None, *, language: str = "en", **options: Any) -> Client:
        client = Client(headers={"accept-language": language}, **options)
        if account is not None:
            client.force_login(account)
        return client

    return log_in
