"""Installed from a wheel, from a source distribution and in place, a site finds the same: blocks, texts, scripts."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.conftest import files_below

Inspect = Callable[..., dict[str, Any]]
ALLOWED_SUFFIXES = {".py", ".html", ".txt", ".css", ".js", ".svg", ".mo", ".typed"}


def _assert_complete(report: dict[str, Any]) -> None:
    assert report["blocks"] == {
        "boidung_checkpoint": "CheckpointXBlock",
        "boidung_ledger": "LedgerXBlock",
        "boidung_reflection": "ReflectionXBlock",
    }
    assert report["apps"] == ["BoidungConfig"]
    assert report["entry_points"] == [
        "cms.djangoapp boidung",
        "lms.djangoapp boidung",
        "openedx.course_tab boidung",
        "xblock.v1 boidung_checkpoint",
        "xblock.v1 boidung_ledger",
        "xblock.v1 boidung_reflection",
    ]
    assert report["missing_static"] == []
    assert report["templates"] > 0
    assert report["catalogues"] == ["locale/vi/LC_MESSAGES/django.mo", "translations/vi/LC_MESSAGES/text.mo"]
    assert report["vietnamese"] != "You are not allowed to do this."


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_installed_package_is_complete(kind: str, request: pytest.FixtureRequest, inspect: Inspect) -> None:
    report = inspect(request.getfixturevalue(kind))
    _assert_complete(report)
    assert "/environment/lib/" in report["package"]


def test_editable_install_is_complete(checkout: Path, inspect: Inspect, tmp_path: Path) -> None:
    clone = shutil.copytree(checkout, tmp_path / "clone", symlinks=True)
    report = inspect("--editable", clone)
    _assert_complete(report)
    assert report["package"] == str(clone / "boidung_xblock" / "__init__.py")


def test_source_distribution_builds_the_same_wheel(wheel: Path, sdist_wheel: Path) -> None:
    assert _contents(sdist_wheel) == _contents(wheel)


def test_wheel_holds_the_browser_side_as_real_files(wheel: Path, checkout: Path) -> None:
    contents = _contents(wheel)
    names = files_below(checkout / "static")
    assert names
    for name in names:
        assert contents[f"boidung_xblock/static/boidung/{name}"] == (checkout / "static" / name).read_bytes()


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    """Every file of the package that is not Python becomes public on an Open edX site."""
    names = [name for name in _contents(wheel) if ".dist-info/" not in name]
    assert {name.split("/")[0] for name in names} == {"boidung_xblock"}
    assert {Path(name).suffix for name in names} <= ALLOWED_SUFFIXES
    assert not [name for name in names if {"tests", "demo", "bench"} & set(name.split("/"))]
    links = [info.filename for info in zipfile.ZipFile(wheel).infolist() if (info.external_attr >> 28) == 0xA]
    assert not links


def test_source_distribution_holds_no_links_and_no_tests(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    assert not [member.name for member in members if member.issym() or member.islnk()]
    folders = {member.name.split("/")[1] for member in members if "/" in member.name}
    assert not folders & {"tests", "demo", "bench", "docs", "node_modules"}


def test_wheel_carries_the_licence(wheel: Path) -> None:
    contents = _contents(wheel)
    (metadata,) = (data for name, data in contents.items() if name.endswith(".dist-info/METADATA"))
    assert b"License-Expression: AGPL-3.0-or-later" in metadata
    assert [name for name in contents if name.endswith("/LICENSE")]


def _contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
