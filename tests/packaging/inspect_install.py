"""Run inside an environment into which the package was installed: print as JSON what a site finds there.

Reads from standard input ``{"static": [name…], "templates": [name…]}``: what it should find.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
from importlib.resources import files
from typing import Any

GROUPS = ("xblock.v1", "lms.djangoapp", "cms.djangoapp", "openedx.course_tab")
CATALOGUES = ("locale/vi/LC_MESSAGES/django.mo", "translations/vi/LC_MESSAGES/text.mo")


def start_site() -> None:
    """The smallest Django site with this app."""
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "boidung_xblock"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        STATIC_URL="/static/",
        LANGUAGE_CODE="vi",
    )
    django.setup()


def look_around(wanted: dict[str, list[str]]) -> dict[str, Any]:
    """What is where, and what of ``wanted`` is missing."""
    from django.contrib.staticfiles import finders
    from django.template.loader import get_template
    from django.utils.translation import override, pgettext
    from xblock.core import XBlock

    import boidung_xblock

    own = [
        entry
        for group in GROUPS
        for entry in importlib.metadata.entry_points(group=group)
        if entry.value.startswith("boidung_xblock")
    ]
    with override("vi"):
        vietnamese = pgettext("boidung", "You are not allowed to do this.")
    return {
        "package": boidung_xblock.__file__,
        "entry_points": sorted(f"{entry.group} {entry.name}" for entry in own),
        "blocks": {entry.name: XBlock.load_class(entry.name).__name__ for entry in own if entry.group == "xblock.v1"},
        "apps": sorted({entry.load().__name__ for entry in own if entry.group.endswith(".djangoapp")}),
        "vietnamese": vietnamese,
        "catalogues": [name for name in CATALOGUES if files("boidung_xblock").joinpath(name).is_file()],
        "missing_static": [name for name in wanted["static"] if not finders.find(f"boidung/{name}")],
        "templates": sum(1 for name in wanted["templates"] if get_template(name)),
    }


if __name__ == "__main__":
    start_site()
    print(json.dumps(look_around(json.load(sys.stdin))))
