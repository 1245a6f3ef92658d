"""What a process does when it loads the package: nothing of the LMS in Studio, no query, tasks for every worker."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from typing import Any

import pytest

from tests.platform import needs_platform

needs_platform()

from django.conf import settings  # noqa: E402

import boidung_xblock  # noqa: E402
from boidung_xblock import tasks  # noqa: E402

# The imports of this package are watched; what somebody else imported before does not count, what our import brings
# with it does. Every database backend answers a query with an error.
PROGRAM = """
import importlib, json, os, sys
from django.db.backends.utils import CursorWrapper

queries = []
def refuse(self, *args, **kwargs):
    queries.append(str(args[:1]))
    raise RuntimeError("a query while loading")
for name in ("execute", "executemany", "callproc"):
    setattr(CursorWrapper, name, refuse)

import django
from django.conf import settings
settings.INSTALLED_APPS
before_setup = set(sys.modules)
seen = []
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "lms" or name.startswith("lms."):
            frame = sys._getframe(1)
            while frame is not None:
                if frame.f_globals.get("__name__", "").startswith("boidung_xblock"):
                    seen.append([name, frame.f_globals["__name__"]])
                    break
                frame = frame.f_back
        return None
sys.meta_path.insert(0, Watch())
django.setup()
ours_at_setup = sorted(name for name in sys.modules if name.startswith("boidung_xblock"))
for name in json.loads(os.environ["MODULES"]):
    importlib.import_module(name)
from celery import current_app
app = importlib.import_module(os.environ["CELERY"]).APP
app.loader.import_default_modules()
print("RESULT" + json.dumps({
    "lms": seen,
    "queries": [query for query in queries],
    "setup": ours_at_setup,
    "tasks": sorted(name for name in app.tasks if name.startswith("boidung_xblock.")),
}))
"""


def modules() -> list[str]:
    """Every module of the package that a process may import; the course tab is loaded by the platform itself."""
    found = [info.name for info in pkgutil.walk_packages(boidung_xblock.__path__, "boidung_xblock.")]
    return [name for name in found if ".migrations." not in name]


@pytest.fixture(scope="module")
def loaded() -> dict[str, Any]:
    """What a new process of this project says after it has loaded all of the package."""
    project = settings.ROOT_URLCONF.partition(".")[0]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": f"{project}.envs.test",
        "SERVICE_VARIANT": project,
        "MODULES": json.dumps(modules()),
        "CELERY": f"{project}.celery",
    }
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)
    assert "RESULT" in done.stdout, done.stderr[-4000:]
    result: dict[str, Any] = json.loads(done.stdout.rpartition("RESULT")[2])
    return result


def test_every_module_of_the_package_can_be_imported_in_both_projects(loaded: dict[str, Any]) -> None:
    assert len(modules()) > 80
    assert "boidung_xblock.apps" in loaded["setup"]


def test_studio_imports_nothing_of_the_lms_for_us(loaded: dict[str, Any]) -> None:
    """Nothing beyond what Studio had loaded by itself; the LMS imports its own as it likes."""
    assert loaded["lms"] == [] or settings.ROOT_URLCONF == "lms.urls"


def test_loading_asks_the_database_for_nothing(loaded: dict[str, Any]) -> None:
    assert loaded["queries"] == []


def test_the_worker_of_this_project_knows_every_task(loaded: dict[str, Any]) -> None:
    ours = [value for value in vars(tasks).values() if hasattr(value, "delay")]
    assert len(ours) >= 6
    assert loaded["tasks"] == sorted(task.name for task in ours)
