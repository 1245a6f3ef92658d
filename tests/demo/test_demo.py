"""The demo from outside: its commands, and its own tests and the host contract under its settings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(settings.ROOT_URLCONF == "demo.urls", reason="starts the runs under these settings")


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "BOIDUNG_", "PYTEST"))}
    return {**kept, "BOIDUNG_DEMO_VAR": str(folder)}


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=_environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("place", ["tests/host_contract", "tests/demo/inside"])
def test_under_the_demos_settings(tmp_path: Path, place: str) -> None:
    out = _run(tmp_path, "-m", "pytest", "--ds=demo.settings", "-q", "-W", "ignore", "-p", "no:cacheprovider", place)
    assert " passed" in out


def test_build_twice_serve_and_reset(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    for options in ([], ["--with-roster"], ["--with-roster"]):
        _run(folder, "-m", "demo", "build", *options)
    assert (folder / "danh-sach-can-bo.xlsx").stat().st_size > 1000
    port = free_port()
    command = [sys.executable, "-u", "-m", "demo", "serve", "--port", str(port)]
    log = (tmp_path / "log").open("w+")
    server = subprocess.Popen(command, cwd=ROOT, env=_environment(folder), stdout=log, stderr=log)
    try:
        page = wait_for(f"http://127.0.0.1:{port}/", server)
        assert "Nguyễn Thị Thu Hà" in page
        style = page.split('rel="stylesheet" href="')[1].split('"')[0]
        assert style.count(".") == 2, "the name carries a hash"
        assert "--ink" in wait_for(f"http://127.0.0.1:{port}{style}", server)
        log.seek(0)
        assert f"http://127.0.0.1:{port}/" in log.read()
    finally:
        server.terminate()
        server.wait(20)
    _run(folder, "-m", "demo", "reset")
    assert not folder.exists()


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes]) -> str:
    """The page, as soon as the server answers."""
    for _ in range(240):
        assert server.poll() is None, "the server has stopped"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"no answer from {address}")
