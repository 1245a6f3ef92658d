"""A real browser (Debian's Chromium) on the real demo."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from tests.e2e.site import DemoSite
from tests.e2e.watch import Watcher

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = {360: 780, 1280: 900}
_PATIENCE = 20_000  # milliseconds, for a busy machine

Visit = Callable[[str], Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say why, where there is no browser."""
    for item in items:
        if CHROMIUM is None and "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.skip(reason="needs Debian's chromium"))


@pytest.fixture(scope="module", params=list(WIDTHS), ids=[f"{width}px" for width in WIDTHS])
def width(request: pytest.FixtureRequest) -> int:
    """A phone and a desktop."""
    return int(request.param)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """``built(with_roster)``: data of a fresh demo, to be copied; built once."""

    @cache
    def folder(with_roster: bool) -> Path:
        return DemoSite(tmp_path_factory.mktemp("built"), with_roster=with_roster).build().folder

    return folder


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest,
    width: int,
    built: Callable[[bool], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[DemoSite]:
    """A fresh demo for each width, as `make demo` starts it; with its people if the module says ``WITH_ROSTER``."""
    folder = tmp_path_factory.mktemp(f"demo-{width}")
    copytree(built(getattr(request.module, "WITH_ROSTER", False)), folder, dirs_exist_ok=True)
    running = DemoSite(folder).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def person(site: DemoSite, chromium: Any, width: int) -> Callable[..., Any]:
    """``with person("username") as (page, watcher)``: somebody at their own device, in Vietnamese."""

    @contextmanager
    def someone(username: str) -> Iterator[tuple[Any, Watcher]]:
        size = {"width": width, "height": WIDTHS[width]}
        context = chromium.new_context(viewport=size, locale="vi-VN", accept_downloads=True, base_url=site.url)
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        watcher = Watcher(page)
        be(page, username)
        yield page, watcher
        context.close()

    return someone


@pytest.fixture(scope="module")
def cast(person: Callable[..., Any]) -> Iterator[Callable[[str], tuple[Any, Watcher]]]:
    """``page, watcher = cast("username")``: the same device for one person through the whole module."""
    with ExitStack() as devices:

        @cache
        def one(username: str) -> tuple[Any, Watcher]:
            page, watcher = devices.enter_context(person(username))
            return page, watcher

        yield one


def be(page: Any, username: str) -> None:
    """Choose who one is on the demo's first page."""
    page.goto(f"/?q={username}")
    page.locator("ul.people button", has_text=username).first.click()
    page.wait_for_load_state("load")
