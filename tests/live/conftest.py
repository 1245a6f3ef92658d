"""The site under test; without its addresses nothing runs, and every test says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.live import NEEDED
from tests.live.course import import_sample_course
from tests.live.site import COURSE, MARKERS, STAFF, Person

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """The marker of this folder."""
    config.addinivalue_line("markers", "operator(*names): needs these commands of the site's operator")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say why, where no site was named."""
    if all(os.environ.get(name) for name in NEEDED):
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=f"not run: no live site (needs {' and '.join(NEEDED)})"))


@pytest.fixture(autouse=True)
def _named_commands(request: pytest.FixtureRequest) -> None:
    """``@pytest.mark.operator("NAME")``: the test needs a command of the site's operator."""
    marker = request.node.get_closest_marker("operator")
    missing = [name for name in (marker.args if marker else ()) if not os.environ.get(name)]
    if missing:
        pytest.skip(f"not run: no operator's command ({' and '.join(missing)})")


@pytest.fixture(scope="session")
def person() -> Any:
    """``person("username")``: logged in once."""
    return cache(Person)


@pytest.fixture(scope="session")
def staff(person: Any) -> Person:
    """Global staff, at home in Studio too."""
    somebody: Person = person(STAFF)
    return somebody.enter_studio()


@pytest.fixture(scope="session")
def course(staff: Person) -> str:
    """The sample course, imported anew through Studio, with everybody enrolled; its key."""
    import_sample_course(staff)
    return COURSE


@pytest.fixture(scope="session")
def markers(person: Any, course: str) -> list[Person]:
    """Both core teachers of the group."""
    return [person(name) for name in MARKERS]


@pytest.fixture
def learner(person: Any, course: str) -> Any:
    """``learner(number)``: an enrolled member of the group."""
    return lambda number: person(f"live-hv-{number}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's browser, driven."""
    import shutil

    playwright_api = pytest.importorskip("playwright.sync_api", reason="not run: no playwright")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("not run: no chromium")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
