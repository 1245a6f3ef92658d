"""The demo in a real browser: the frame grows with its unit, nothing complains, axe finds nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from demo.build import load_site
from demo.host import DemoHost

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")]
playwright_api = pytest.importorskip("playwright.sync_api")


@pytest.fixture
def address(transactional_db: None, live_server: Any) -> str:
    """The running demo with the sample course and one learner."""
    load_site()
    account = DemoHost().create_account(username="lan", email="lan@example.com", full_name="Trần Thị Lan")
    DemoHost().enrol(user_id=account.user_id, course_key="course-v1:SoGDDT+MD1-GV+dot1")
    return str(live_server.url)


@pytest.fixture(params=[360, 1280])
def page(request: Any, monkeypatch: Any) -> Iterator[Any]:
    """A page of that width; whatever the console says fails the test."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop is not Django's
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": request.param, "height": 800}, locale="en-US")
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
        browser.close()
    assert said == []


def _check(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    found = Axe().run(page).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == [], page.url


def test_a_learners_way(address: str, page: Any) -> None:
    page.goto(address)
    _check(page)
    page.get_by_role("button", name="Trần Thị Lan").click()
    _check(page)
    page.get_by_role("link", name="Mô đun 1: Hướng dẫn").click()
    _check(page)
    page.get_by_role("link", name="Năm phẩm chất").click()
    page.wait_for_function("Math.abs(document.getElementById('unit-iframe').clientHeight - 400) > 5")
    frame = page.frames[1]
    grown = page.evaluate("document.getElementById('unit-iframe').clientHeight")
    assert abs(grown - frame.evaluate("document.getElementById('content').offsetHeight")) <= 2
    frame.evaluate("document.querySelector('h2').style.height = '900px'")
    page.wait_for_function(f"document.getElementById('unit-iframe').clientHeight > {grown + 500}")
    _check(page)
    page.get_by_role("link", name="Tiến độ").click()
    _check(page)


def test_the_staffs_pages(address: str, page: Any) -> None:
    page.goto(address)
    page.get_by_role("button", name="Trần Minh Đức").click()
    page.get_by_role("link", name="Mô đun 1: Hướng dẫn").click()
    for tab in ("Sổ điểm", "Công cụ giảng viên"):
        page.get_by_role("link", name=tab, exact=True).click()
        _check(page)
    page.get_by_label("Tên đăng nhập (bỏ trống").fill("lan")
    page.get_by_role("button", name="Xem như học viên").click()
    _check(page)
