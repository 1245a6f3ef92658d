"""The demo as its own process on a free port, with data of its own, as a newcomer starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_WAIT = 180  # seconds for the site to come up, on a busy machine too


class DemoSite:
    """Build with ``python -m demo build``, serve with ``python -m demo serve``, stop by process id.

    ``with_roster``: as after both administrators have applied their staff workbooks. A folder that was built before
    is served as it is.
    """

    def __init__(self, folder: Path, *, with_roster: bool = False) -> None:
        self.folder = folder
        self.with_roster = with_roster
        self.log = folder / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def workbook(self) -> Path:
        """The sample staff workbook, ready to be uploaded."""
        return self.folder / "danh-sach-can-bo.xlsx"

    def build(self) -> DemoSite:
        """Courses and people, once; nothing is served yet."""
        if not self.workbook.exists():
            command = [sys.executable, "-m", "demo", "build", *["--with-roster"] * self.with_roster]
            subprocess.run(command, cwd=ROOT, env=self._environment(), check=True)
        return self

    def start(self) -> DemoSite:
        """Build and serve; returns when the first page answers."""
        self.build()
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "demo", "serve", "--port", str(self.port)]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(self.url, timeout=5):
                    return self
            except OSError:  # not there yet, or busy with its first page
                if self._process.poll() is not None:
                    break
                time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"the demo did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """End the process that ``start`` made, and no other."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=10)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return {**kept, "BOIDUNG_DEMO_VAR": str(self.folder), "PYTHONPATH": str(ROOT)}
