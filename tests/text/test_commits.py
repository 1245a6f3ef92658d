"""After the commit: what fails there is logged and takes nothing with it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import transaction

from boidung_xblock.commits import after_commit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_queue_that_is_down_takes_nothing_with_it(wrapped: bool, caplog: Any) -> None:
    done: list[int] = []

    def fails(number: int) -> None:
        raise ConnectionError(f"no queue for {number}")

    with transaction.atomic():
        after_commit(partial(fails, 1) if wrapped else fails, *(() if wrapped else (1,)))
        after_commit(done.append, 2)
        assert done == []
    assert done == [2]
    assert "no queue for 1" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_nothing_happens_after_a_rollback() -> None:
    done: list[int] = []
    with transaction.atomic():
        after_commit(done.append, 1)
        transaction.set_rollback(True)
    assert done == []
