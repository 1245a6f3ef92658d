"""Doing things at the same moment, on threads with database connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from boidung_xblock.errors import BoidungError

_PATIENCE = 30.0

# SQLite locks its whole file, and in memory each thread would have a database of its own.
needs_server = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="needs a database server"),
]


def together(*actions: Callable[[], Any]) -> list[Any]:
    """Run all actions at the same moment; the result of each, or the ``BoidungError`` it raised.

    Any other exception (a deadlock, a broken constraint) is raised here.
    """
    barrier = threading.Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(_PATIENCE)
            results[place] = actions[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, BoidungError):
            raise result
    assert not any(thread.is_alive() for thread in threads), "a thread still waits"
    return results


def split(results: list[Any]) -> tuple[list[Any], list[BoidungError]]:
    """What went well, and what was refused."""
    refusals = [result for result in results if isinstance(result, BoidungError)]
    return [result for result in results if not isinstance(result, BoidungError)], refusals


class Rendezvous:
    """Makes two threads hold their first lock before either asks for its second: a wrong order then deadlocks.

    ``after(function)`` wraps what takes the first lock. With the same order everywhere the second thread never gets
    there while the first holds it, so that waiting ends after a moment.
    """

    def __init__(self, moment: float = 1.0) -> None:
        self._moment = moment
        self._barrier = threading.Barrier(2)

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, then wait for the other thread to get as far."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            with suppress(threading.BrokenBarrierError):  # the other thread waits for our lock: as it should be
                self._barrier.wait(self._moment)
            return result

        return wrapped
