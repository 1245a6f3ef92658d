"""Tutor 20, 21 and 22 with our plugin, each in a virtual environment; nothing of theirs enters this one.

Their requirements agree in all but Tutor itself and click, so those they share are installed once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "tutor"
VERSIONS = ("20", "21", "22")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def _pip(*arguments: str | Path) -> None:
    done = subprocess.run([*PIP, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"Tutor cannot be installed here: {done.stderr.strip().splitlines()[-1]}")


def _pins(version: str) -> set[str]:
    return set((ROOT / "requirements" / f"tutor{version}.txt").read_text("utf-8").split())


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the three have in common, in one directory."""
    target = tmp_path_factory.mktemp("tutor-shared")
    common = set.intersection(*map(_pins, VERSIONS))
    _pip("install", "--quiet", "--no-deps", "--no-compile", "--target", target, *sorted(common))
    return target


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin as it is installed: built from a copy, so that the checkout stays as it is."""
    source = tmp_path_factory.mktemp("plugin") / "tutor"
    shutil.copytree(PLUGIN, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    target = tmp_path_factory.mktemp("plugin-wheel")
    command = [*PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = target.glob("*.whl")
    return made


@dataclass
class Tutor:
    """One Tutor with its own root. ``tutor(…)`` runs it and gives what it printed."""

    version: str
    python: Path
    root: Path

    def __call__(self, *arguments: str | Path, fails: bool = False) -> str:
        return self.run(self.python.parent / "tutor", *arguments, fails=fails)

    def run(self, *command: str | Path, fails: bool = False) -> str:
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "DJANGO", "TUTOR"))}
        own = {"TUTOR_ROOT": str(self.root), "TUTOR_PLUGINS_ROOT": str(self.root / "plugins")}
        parts = [str(part) for part in command]
        done = subprocess.run(parts, env=clean | own, cwd=self.root, capture_output=True, text=True, check=False)
        assert bool(done.returncode) is fails, f"{parts}\n{done.stdout}\n{done.stderr}"
        return done.stdout + (done.stderr if fails else "")

    def render(self, **config: Any) -> Tutor:
        """``tutor config save`` with these settings besides the earlier ones; enables the plugin the first time."""
        if not (self.root / "config.yml").exists():
            self("plugins", "enable", "boidung")
        settings = [f"{name}={yaml.safe_dump(value).removesuffix('...').strip()}" for name, value in config.items()]
        self("config", "save", *(part for setting in settings for part in ("--set", setting)))
        return self

    def read(self, path: str) -> str:
        """A rendered file below ``env``."""
        return (self.root / "env" / path).read_text("utf-8")

    def yaml(self, path: str) -> list[Any]:
        """The documents of a rendered YAML file."""
        return [document for document in yaml.safe_load_all(self.read(path)) if document]


@pytest.fixture(scope="session")
def pythons(shared: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """``pythons("21")``: the interpreter of an environment with that Tutor and our plugin; made once."""
    made: dict[str, Path] = {}

    def of(version: str) -> Path:
        if version not in made:
            target = tmp_path_factory.mktemp(f"tutor{version}") / "venv"
            venv.create(target, with_pip=False, symlinks=True)
            python = target / "bin" / "python"
            (site,) = target.glob("lib/python*/site-packages")
            (site / "shared.pth").write_text(f"{shared}\n", "utf-8")
            own = _pins(version) - set.intersection(*map(_pins, VERSIONS))
            install = ["--python", python, "install", "--quiet", "--no-deps", "--no-compile"]
            _pip(*install, *sorted(own), wheel)
            made[version] = python
        return made[version]

    return of


@pytest.fixture(params=VERSIONS, ids=lambda version: f"tutor{version}")
def version(request: pytest.FixtureRequest) -> str:
    """Each Tutor in turn."""
    return str(request.param)


@pytest.fixture
def tutor(version: str, pythons: Callable[[str], Path], tmp_path: Path) -> Tutor:
    """With an empty root, for tests that change it."""
    root = tmp_path / "root"
    root.mkdir()
    return Tutor(version, pythons(version), root)


@pytest.fixture(scope="session")
def rendered(pythons: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tutor]:
    """``rendered("21", NAME=value)``: what that Tutor renders with these settings; made once, only to be read."""
    made: dict[str, Tutor] = {}

    def of(version: str, **config: Any) -> Tutor:
        key = f"{version} {sorted(config.items())}"
        if key not in made:
            made[key] = Tutor(version, pythons(version), tmp_path_factory.mktemp("root")).render(**config)
        return made[key]

    return of


@pytest.fixture
def plain(version: str, rendered: Callable[..., Tutor]) -> Tutor:
    """Nothing set by the operator."""
    return rendered(version)


@pytest.fixture
def large(version: str, rendered: Callable[..., Tutor]) -> Tutor:
    """A large site: a bucket, a queue, other sizes, the package from a repository, old courses too."""
    return rendered(
        version,
        BOIDUNG_PIP_REQUIREMENT="git+https://example.com/boidung.git@v1",
        BOIDUNG_ENABLE_IN_EXISTING_COURSES=True,
        BOIDUNG_S3_BUCKET="boidung",
        BOIDUNG_S3_ENDPOINT_URL="https://s3.example.vn",
        OPENEDX_AWS_ACCESS_KEY="ab'c\"d",
        BOIDUNG_QUEUE="edx.lms.core.boidung",
        BOIDUNG_QUEUE_CONCURRENCY=2,
        BOIDUNG_MAX_WORKBOOK_MB=30,
        BOIDUNG_MAX_UPLOAD_MB=50,
        BOIDUNG_SWEEP_MINUTES=3,
    )


@pytest.fixture
def bare(version: str, rendered: Callable[..., Tutor]) -> Tutor:
    """All that can be switched off is off."""
    return rendered(
        version,
        BOIDUNG_PIP_REQUIREMENT="",
        BOIDUNG_LANGUAGE="",
        BOIDUNG_ENABLE_IN_NEW_COURSES=False,
        BOIDUNG_SWEEP_MINUTES=0,
    )
