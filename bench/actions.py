"""Queries and milliseconds of each action, at 10 and at 1,000 learners: ``python -m bench.actions``.

Counts are ours: the host is in memory; transaction control and the site's own session and account are left out.
Times are medians of nine runs on SQLite in memory, template rendering included where a person gets a page; compare
them with each other, not with another machine.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import crum
import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from tests import block_runtime, factories  # noqa: E402

# Not ours: transaction control, and what the site asks before any view begins.
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_SITE = ('FROM "django_session"', 'FROM "auth_user" WHERE "auth_user"."id" = ')
_RUNS = 9
SIZES = (10, 1000)


@dataclass
class Figures:
    """What one action took."""

    queries: int
    milliseconds: float


@dataclass
class Scene:
    """A course with ``size`` submitted reflections, and a new learner for every run."""

    site: block_runtime.BlockSite
    made: factories.World
    activity: Any
    count: int = 0

    def newcomer(self) -> Any:
        """An enrolled member of the maths group who has not submitted."""
        self.count += 1
        account = factories.user(f"moi{self.count:05d}", "Nguyễn Thị Mới", enrolled_in=factories.COURSE)
        factories.assign(account, factories.keys.MEMBER, self.made.round, self.made.maths)
        return account

    def submitted(self) -> tuple[Any, Any]:
        """A newcomer who has just submitted, and the work."""
        account = self.newcomer()
        return account, factories.submit(account, self.activity)


def scene(size: int) -> Scene:
    """Everything but the person who acts."""
    made = factories.world()
    site = block_runtime.BlockSite()
    activity = site.publish()
    factories.crowd(activity, made.maths, size)
    return Scene(site, made, activity)


def measure(prepare: Callable[[], Callable[[], Any]]) -> Figures:
    """Run what ``prepare`` returns, prepared anew each time, in a world that the run before has left as it was."""
    times, counts = [], set()
    for _ in range(_RUNS):
        with transaction.atomic():
            act = prepare()
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                act()
                times.append((time.perf_counter() - started) * 1000)
            transaction.set_rollback(True)
        counts.add(sum(_is_ours(query["sql"]) for query in captured.captured_queries))
    return Figures(max(counts), statistics.median(times))


def _is_ours(sql: str) -> bool:
    return not sql.startswith(_CONTROL) and not any(part in sql for part in _SITE)


def actions(stage: Scene) -> dict[str, Callable[[], Callable[[], Any]]]:
    """Every action by name: each prepares its person and returns what that person does."""
    return {
        "learner opens the page, nothing written": lambda: _view(stage, stage.newcomer()),
        "learner opens the page, marked": lambda: _view(stage, _marked(stage)),
        "autosave of a draft": lambda: _draft(stage, stage.newcomer()),
        "submit": lambda: _submit(stage, stage.newcomer()),
        "one mark": lambda: _mark(stage),
        "return for revision": lambda: _return(stage),
        "desk page": lambda: _page(stage.made.lan, "boidung:desk"),
        "marking page": lambda: _page(stage.made.lan, "boidung:work", stage.submitted()[1].pk),
        "roster page": lambda: _roster(stage),
    }


def _view(stage: Scene, account: Any) -> Callable[[], Any]:
    block = stage.site.block(account)

    def view() -> None:
        # The view itself: XBlock's render would add its search for asides among all installed packages.
        with crum.impersonate(account):
            block.student_view()

    return view


def _marked(stage: Scene) -> Any:
    account, work = stage.submitted()
    factories.mark(stage.made.lan, work)
    return account


def _submit(stage: Scene, account: Any) -> Callable[[], Any]:
    block, body = stage.site.block(account), block_runtime.body_for(account)
    return lambda: expect(block_runtime.post(block, "submit", body).status_code, 200)


def _draft(stage: Scene, account: Any) -> Callable[[], Any]:
    client = client_of(account)
    body = {
        "usage_key": stage.activity.usage_key,
        "for_user": account.pk,
        "client_key": factories.key(),
        "version": 0,
        "payload": {"answers": {"dieu-hoc-duoc": "Tôi học được " * 60}},
    }
    return lambda: expect(client.post(reverse("boidung:draft"), body, content_type="application/json").status_code, 200)


def _mark(stage: Scene) -> Callable[[], Any]:
    work = stage.submitted()[1]
    return lambda: factories.mark(stage.made.lan, work, row_version=work.row_version)


def _return(stage: Scene) -> Callable[[], Any]:
    work = stage.submitted()[1]
    return lambda: factories.give_back(stage.made.lan, work, row_version=work.row_version)


def _page(account: Any, name: str, *args: Any) -> Callable[[], Any]:
    client = client_of(account)
    url = reverse(name, args=[factories.COURSE, *args])
    return lambda: expect(client.get(url).status_code, 200)


def _roster(stage: Scene) -> Callable[[], Any]:
    client = client_of(stage.made.admin)
    url = reverse("boidung:roster", args=[stage.made.round.pk])
    return lambda: expect(client.get(url).status_code, 200)


def client_of(account: Any) -> Client:
    """A logged-in browser whose session is already read (the platform's share)."""
    client = Client()
    client.force_login(account)
    return client


def expect(status: int, wanted: int) -> None:
    if status != wanted:
        raise SystemExit(f"status {status} instead of {wanted}")


def print_table(stage_of: Callable[[int], dict[str, Callable[[], Callable[[], Any]]]]) -> None:
    """Measure what ``stage_of(size)`` gives, at both sizes, and print it."""
    setup_test_environment()
    figures: dict[str, list[Figures]] = {}
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        connection.creation.create_test_db(verbosity=0)
        for size in SIZES:
            call_command("flush", interactive=False, verbosity=0)
            factories.host().reset()
            for name, prepare in stage_of(size).items():
                try:
                    figures.setdefault(name, []).append(measure(prepare))
                except SystemExit as error:
                    raise SystemExit(f"{name}: {error}") from error
    sizes = "".join(f"{f'queries, ms at {size:,}':>24}" for size in SIZES)
    print(f"{'action (our queries)':<44}{sizes}")
    for name, columns in figures.items():
        print(f"{name:<44}" + "".join(f"{one.queries:>14}{one.milliseconds:>10.1f}" for one in columns))


if __name__ == "__main__":
    print_table(lambda size: actions(scene(size)))
