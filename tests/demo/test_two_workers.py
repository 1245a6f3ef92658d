"""What one process hides: two web workers on one database, and tasks that wait for a worker of their own.

Real processes: two servers of the demo share its database, sessions and files; Celery takes tasks from a folder.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import lxml.html
import pytest
import requests
from django.conf import settings

from demo.make_workbook import CORE_TEACHER, TEACHER
from tests.demo.test_demo import ROOT, _environment, free_port, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(settings.ROOT_URLCONF == "demo.urls", reason="starts processes of its own"),
]
COURSE_KEY = "course-v1:SoGDDT+MD1-GV+dot1"  # as ``demo.build`` says, which needs the demo's own settings
WORDS = "Tôi nghe cô Hoa kể học sinh vẽ hình để so sánh phân số và sẽ thử ở lớp 6A tuần sau. " * 4


class Site:
    """Two servers, and a queue."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.queue = folder / "var", folder / "queue"
        (self.queue / "c").mkdir(parents=True)
        self.env = {**_environment(self.folder), "BOIDUNG_DEMO_QUEUE": str(self.queue)}
        self.log = (folder / "log").open("w+")
        build = [sys.executable, "-m", "demo", "build", "--with-roster"]
        subprocess.run(build, cwd=ROOT, env=_environment(self.folder), check=True, capture_output=True)
        self.ports = [free_port(), free_port()]
        self.servers = []
        for port in self.ports:  # one after the other: each collects the static files first
            self.servers.append(self._start("-m", "demo", "serve", "--port", str(port)))
            wait_for(f"http://127.0.0.1:{port}/", self.servers[-1])

    def _start(self, *command: str, **env: str) -> subprocess.Popen[bytes]:
        whole = [sys.executable, "-u", *command]
        return subprocess.Popen(whole, cwd=ROOT, env={**self.env, **env}, stdout=self.log, stderr=self.log)

    @contextmanager
    def worker(self) -> Iterator[None]:
        """While Celery works."""
        arguments = (
            "-m",
            "celery",
            "-A",
            "demo.celery",
            "worker",
            "--pool=solo",
            "--loglevel=INFO",
            "--without-mingle",
        )
        process = self._start(*arguments, DJANGO_SETTINGS_MODULE="demo.settings")
        try:
            yield
        finally:
            stop(process)

    def person(self, username: str) -> Person:
        """Somebody logged in at both servers: one session."""
        return Person(self, username)

    def url(self, path: str, server: int = 0) -> str:
        """An address at one of the servers."""
        return f"http://127.0.0.1:{self.ports[server]}{path}"


class Person:
    """One browser."""

    def __init__(self, site: Site, username: str) -> None:
        self.site, self.session = site, requests.Session()
        page = lxml.html.fromstring(self.session.get(site.url(f"/?q={username}")).text)
        (value,) = (
            button.get("value")
            for button in page.xpath("//button[@name='user']")
            if username in button.text_content().split()
        )
        answer = self.session.post(site.url("/"), {"user": value, "csrfmiddlewaretoken": self.token})
        assert answer.ok, answer.text

    @property
    def token(self) -> str:
        """What the page sends with every write."""
        return str(self.session.cookies["csrftoken"])

    def get(self, path: str, server: int = 0) -> str:
        """A page."""
        answer = self.session.get(self.site.url(path, server))
        assert answer.ok, answer.text
        return answer.text

    def post(self, path: str, body: Any, server: int = 0, **kwargs: Any) -> requests.Response:
        """A write, as scripts send it; on a connection of its own, so that several can be under way."""
        return requests.post(
            self.site.url(path, server),
            cookies=self.session.cookies.get_dict(),
            headers={"X-CSRFToken": self.token},
            **({"json": body} if isinstance(body, dict) else {"data": body}),
            **kwargs,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("two"))
    yield made
    for server in made.servers:
        stop(server)


@pytest.fixture(scope="module")
def teacher(site: Site) -> Person:
    return site.person(TEACHER.username)


@pytest.fixture(scope="module")
def form(teacher: Person) -> tuple[str, dict[str, Any]]:
    """The address of the first reflection's handlers, and what its empty form would submit."""
    outline = teacher.get(f"/courses/{COURSE_KEY}/")
    unit = next(link for link in re.findall(r'href="([^"]+/unit/[^"]+)"', outline) if "sinh-hoat-1" in link)
    frame = re.search(r'src="(/xblock/[^"]+)"', teacher.get(unit))
    assert frame
    page = lxml.html.fromstring(teacher.get(frame.group(1)))
    (block,) = page.xpath("//*[@data-bd-reflection]")
    names = page.xpath("//textarea/@data-bd-answer")
    body = {"for_user": int(block.get("data-user")), "base_version": 0, "answers": dict.fromkeys(names, WORDS)}
    return f"/courses/{COURSE_KEY}/xblock/{block.get('data-usage-key')}/handler/", body


def eventually(found: Callable[[], Any], seconds: float = 60) -> Any:
    """What is found in the end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.5)
    raise AssertionError("it did not come")


def test_one_submission_sent_to_both_workers_at_once_is_one_version(teacher: Person, form: Any) -> None:
    handlers, body = form
    once = {**body, "client_key": uuid4().hex}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: teacher.post(f"{handlers}submit", once, server=n % 2), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8, [answer.text[:200] for answer in answers]
    assert len({answer.json()["receipt"]["code"] for answer in answers}) == 1


def test_the_same_form_from_other_windows_is_told_that_it_came_too_late(teacher: Person, form: Any) -> None:
    handlers, body = form
    tries = [{**body, "client_key": uuid4().hex} for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: teacher.post(f"{handlers}submit", tries[n], server=n % 2), range(8)))
    assert {answer.status_code for answer in answers} == {409}, [answer.text[:200] for answer in answers]


def test_a_mark_waits_in_the_queue_and_reaches_the_gradebook_once_a_worker_runs(site: Site, teacher: Person) -> None:
    marker = site.person(CORE_TEACHER.username)
    desk = marker.get(f"/boidung/course/{COURSE_KEY}/")
    work = re.search(r'href="(/boidung/course/[^"]+/work/\d+/[^"]*)"', desk)
    assert work
    address = work.group(1).replace("&amp;", "&")
    page = lxml.html.fromstring(marker.get(address))
    form = next(one for one in page.forms if one.action and one.action.partition("?")[0].endswith("/mark/"))
    fields = dict(form.form_values())
    fields |= {name: "8" for name in form.fields if name.startswith("points.")}
    answer = marker.post(form.action, list(fields.items()), server=1, allow_redirects=False)
    assert answer.status_code == 303, answer.text[:2000]
    progress = f"/courses/{COURSE_KEY}/progress/"
    in_gradebook = re.compile(r"\b8(,0)?\s*/\s*10\b")
    assert not in_gradebook.search(teacher.get(progress))
    with site.worker():
        eventually(lambda: in_gradebook.search(teacher.get(progress, server=1)))


def test_a_staff_workbook_is_checked_by_the_worker(site: Site) -> None:
    admin = site.person("quan-tri-dot")
    home = admin.get("/boidung/")
    roster = re.search(r'href="(/boidung/round/\d+/roster/)"', home)
    assert roster
    page = lxml.html.fromstring(admin.get(roster.group(1)))
    form = next(one for one in page.forms if one.get("enctype"))
    upload = {"workbook": ("danh-sach.xlsx", (site.folder / "danh-sach-can-bo.xlsx").read_bytes())}
    answer = admin.post(roster.group(1), list(form.form_values()), files=upload)
    assert answer.ok, answer.text[:2000]
    checked = answer.url.removeprefix(site.url(""))
    assert 'data-bd-state="checked"' not in admin.get(checked, server=1)
    with site.worker():
        eventually(lambda: 'data-bd-state="checked"' in admin.get(checked, server=1))
