"""A clean checkout, what is built from it, and empty environments to install that into."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("inspect_install.py")
Build = Callable[[Path, str], Path]


def _run(*command: str | Path, cwd: Path, **options: Any) -> str:
    # Nothing of the environment that runs the tests may leak in: PYTHONPATH, or Django's settings.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the working tree that a clone would have (new ones too), and nothing else; links stay links."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = _run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    target = tmp_path_factory.mktemp("checkout")
    for name in filter(None, names):
        source = ROOT / name
        if source.is_symlink() or source.exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name, follow_symlinks=False)
    return target


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """``build(source, "wheel" or "sdist")`` gives the one file built. Without isolation, to be quick."""

    def make(source: Path, kind: str) -> Path:
        target = tmp_path_factory.mktemp(kind)
        copy = shutil.copytree(source, tmp_path_factory.mktemp("source") / "tree", symlinks=True)
        _run(sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", target, ".", cwd=copy)
        (made,) = target.iterdir()
        return made

    return make


@pytest.fixture(scope="session")
def wheel(checkout: Path, build: Build) -> Path:
    """The wheel of a clean checkout."""
    return build(checkout, "wheel")


@pytest.fixture(scope="session")
def sdist(checkout: Path, build: Build) -> Path:
    """The source distribution of a clean checkout."""
    return build(checkout, "sdist")


@pytest.fixture(scope="session")
def sdist_wheel(sdist: Path, build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the unpacked source distribution."""
    target = tmp_path_factory.mktemp("unpacked")
    _run("tar", "-xf", sdist, cwd=target)
    (source,) = target.iterdir()
    return build(source, "wheel")


@pytest.fixture(scope="session")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything this environment has installed, except our package: links, so that nothing is fetched again."""
    target = tmp_path_factory.mktemp("dependencies")
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not any(part in entry.name.lower() for part in ("boidung", "__editable__")):
            (target / entry.name).symlink_to(entry)
    return target


@pytest.fixture
def environment(tmp_path: Path, dependencies: Path) -> Path:
    """A fresh virtual environment that has the dependencies and not this package; its interpreter."""
    target = tmp_path / "environment"
    venv.create(target, with_pip=False, symlinks=True)
    python = target / "bin" / "python"
    (site,) = target.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(f"{dependencies}\n", "utf-8")
    absent = "import importlib.util as u; raise SystemExit(u.find_spec('boidung_xblock') is not None)"
    _run(python, "-c", absent, cwd=tmp_path)
    return python


@pytest.fixture
def inspect(environment: Path, checkout: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """``inspect(what)`` installs ``what`` (arguments of pip install) and reports what a site finds there."""

    def look(*what: str | Path) -> dict[str, Any]:
        install = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
        _run(sys.executable, "-m", "pip", "--python", environment, *install, *what, cwd=tmp_path)
        templates = checkout / "boidung_xblock" / "templates"
        wanted = json.dumps({"static": files_below(checkout / "static"), "templates": files_below(templates)})
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        report: dict[str, Any] = json.loads(_run(environment, SCRIPT, cwd=elsewhere, input=wanted))
        return report

    return look


def files_below(folder: Path) -> list[str]:
    """All files below, named as Django names static files and templates; type declarations serve us alone."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".d.ts"))
    return sorted(path.relative_to(folder).as_posix() for path in found)
