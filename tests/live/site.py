"""A running site as people and scripts reach it: addresses, logins, requests. Everything comes from the environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

import requests

from tests.live import NEEDED

T = TypeVar("T")
COURSE = os.environ.get("BOIDUNG_LIVE_COURSE", "course-v1:SoGDDT+MD1-GV+live")
PASSWORD = os.environ.get("BOIDUNG_LIVE_PASSWORD", "Boi-duong-2026")
STAFF = "live-quan-tri"
MARKERS = ("live-gvcc-1", "live-gvcc-2")
_TIMEOUT = 120


def address(name: str) -> str:
    """Root address of ``BOIDUNG_LIVE_LMS`` or ``BOIDUNG_LIVE_STUDIO`` without the last slash."""
    return os.environ.get(name, "").rstrip("/")


LMS, STUDIO = (address(name) for name in NEEDED)


def usage(name: str, kind: str = "boidung_reflection") -> str:
    """The key of a block of the course."""
    return f"block-v1:{COURSE.removeprefix('course-v1:')}+type@{kind}+block@{name}"


def key() -> str:
    """A key as a page makes it, new each time."""
    return uuid4().hex


class Person:
    """Somebody logged in at the LMS (and, where asked for, at Studio)."""

    def __init__(self, username: str) -> None:
        self.username = username
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "vi"
        account, _, password = os.environ.get("BOIDUNG_LIVE_STAFF", "").partition(":")
        name, word = (account, password) if username == STAFF and password else (username, PASSWORD)
        self.session.get(f"{LMS}/login", timeout=_TIMEOUT)
        email = name if "@" in name else f"{name}@example.com"
        answer = self.post(f"{LMS}/api/user/v1/account/login_session/", {"email": email, "password": word})
        assert answer.status_code == 200, f"{name} cannot log in: {answer.status_code} {answer.text[:300]}"

    def enter_studio(self) -> Person:
        """Studio sends people to the LMS, which sends them back with a login of Studio's own."""
        after = "/csrf/api/v1/token"
        answer = self.session.get(f"{STUDIO}/login/edx-oauth2/?next={after}", timeout=_TIMEOUT)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code}"
        assert answer.url == STUDIO + after, answer.url
        return self

    def get(self, url: str, **options: Any) -> requests.Response:
        """GET; paths are the LMS's."""
        return self.session.get(self._full(url), timeout=_TIMEOUT, **options)

    def post(self, url: str, data: Any = None, **options: Any) -> requests.Response:
        """POST a form (``data``) or ``json=``, as a page of the site does; redirects are not followed."""
        return self._send("POST", url, data=data, **options)

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        full = self._full(url)
        headers = {"X-CSRFToken": str(self._cookie(full, "csrftoken") or ""), "Referer": full}
        headers |= options.pop("headers", {})
        return self.session.request(method, full, headers=headers, timeout=_TIMEOUT, allow_redirects=False, **options)

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        """Any other method."""
        return self._send(method, url, **options)

    def twin(self) -> Person:
        """The same login in another window: safe to use from another thread."""
        other = object.__new__(Person)
        other.username, other.session = self.username, requests.Session()
        other.session.headers.update(self.session.headers)
        other.session.cookies.update(self.session.cookies)
        return other

    def twins(self, number: int) -> list[Person]:
        """So many windows."""
        return [self.twin() for _ in range(number)]

    @staticmethod
    def _full(url: str) -> str:
        return url if url.startswith("http") else LMS + url

    def _cookie(self, url: str, name: str) -> str | None:
        host = urlsplit(url).hostname or ""
        for cookie in self.session.cookies:
            if cookie.name == name and (host + ".local").find(cookie.domain.lstrip(".").removesuffix(".local")) >= 0:
                return cookie.value
        return None

    # -- the block ------------------------------------------------------------------------------------------------
    def unit_page(self, name: str) -> str:
        """The page that the learning app frames, of one block."""
        answer = self.get(f"/xblock/{usage(name)}?show_title=0&recheck_access=1")
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
        return answer.text

    def facts(self, name: str) -> dict[str, Any]:
        """What the page tells its script: user_id, base_version, draft version."""
        page = self.unit_page(name)
        return {
            attribute: _number(page, attribute)
            for attribute in ("data-user", "data-base-version", "data-draft-version")
        }

    def call(self, name: str, handler: str, **body: Any) -> requests.Response:
        """A handler of the block."""
        url = f"/courses/{COURSE}/xblock/{usage(name)}/handler/{handler}"
        return self.post(url, json=body)

    def save_draft(self, name: str, **body: Any) -> requests.Response:
        """The plain view for drafts."""
        return self.post("/boidung/draft/", json={"usage_key": usage(name), **body})


def _number(page: str, attribute: str) -> int:
    found = re.search(rf'{attribute}="(\d+)"', page)
    return int(found.group(1)) if found else 0


def answers(text: str = "từ") -> dict[str, str]:
    """Enough words for every required prompt of the sample course."""
    return dict.fromkeys(("dieu-hoc-duoc", "nghi-khac", "se-thu"), " ".join([text] * 60))


def at_once(jobs: list[Callable[[], T]]) -> list[T]:
    """Run all jobs at the same moment, each in its own thread; their results in order."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def wait_for(what: Callable[[], T], *, seconds: float = 60, every: float = 1.0) -> T:
    """The first truthy answer of ``what``; its last answer once the time is up."""
    until = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < until:
        time.sleep(every)
    return found


def in_shell(code: str) -> Any:
    """Run Python in the LMS's management shell (``BOIDUNG_LIVE_SHELL``, read from stdin); ``answer`` comes back."""
    script = code + "\nimport json as _json\nprint('ANSWER:' + _json.dumps(answer))\n"
    done = subprocess.run(
        os.environ["BOIDUNG_LIVE_SHELL"], shell=True, input=script, capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("ANSWER:")]
    assert lines, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(lines[-1].removeprefix("ANSWER:"))


def command(name: str) -> None:
    """Run an operator's command from the environment, such as ``BOIDUNG_LIVE_WORKER_STOP``."""
    done = subprocess.run(os.environ[name], shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def path_of(course_key: str = COURSE) -> str:
    """The course key as a part of an address."""
    return quote(course_key, safe=":+@")
