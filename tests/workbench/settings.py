"""The workbench with this app in it. By hand (in a directory with a folder ``var``):

``DJANGO_SETTINGS_MODULE=tests.workbench.settings python -m django migrate --run-syncdb``, then ``runserver``.
"""

from workbench.settings import *  # noqa: F403
from workbench.settings import INSTALLED_APPS, WORKBENCH

# Our pages are not mounted here, as they are not in Studio.
INSTALLED_APPS = [*INSTALLED_APPS, "boidung_xblock"]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
LANGUAGE_CODE = "vi"
BOIDUNG_HOST = "tests.hosts.MemoryHost"
WORKBENCH = {
    **WORKBENCH,
    "reset_state_on_restart": True,
    "services": {**WORKBENCH["services"], "user": "tests.workbench.services.AccountService"},
}
