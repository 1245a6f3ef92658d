"""A real browser (Debian's Chromium) on the real demo."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.site import DemoSite
from tests.e2e.watch import Watcher

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = {360: 780, 1280: 900}

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


@pytest.fixture(scope="module")
def site(width: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """A fresh demo for each width, as `make demo` starts it."""
    running = DemoSite(tmp_path_factory.mktemp(f"demo-{width}")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def person(site: DemoSite, chromium: Any, width: int, tmp_path: Path) -> Callable[..., Any]:
    """``with person("username") as (page, watcher)``: somebody at their own device, in Vietnamese."""

    @contextmanager
    def someone(username: str) -> Iterator[tuple[Any, Watcher]]:
        size = {"width": width, "height": WIDTHS[width]}
        context = chromium.new_context(viewport=size, locale="vi-VN", accept_downloads=True, base_url=site.url)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watcher = Watcher(page)
        be(page, username)
        yield page, watcher
        context.close()

    return someone


def be(page: Any, username: str) -> None:
    """Choose who one is on the demo's first page."""
    page.goto(f"/?q={username}")
    page.locator("ul.people button", has_text=username).first.click()
    page.wait_for_load_state("load")
