"""``python -m tools.messages [directory]``: bring ``translations/`` (or a copy of it) up to date with the sources.

Django's makemessages does the work and needs GNU gettext. New texts come in untranslated; none is marked fuzzy.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "vi")
# Everything but the package. "locale" too: compiled catalogues lie there, and makemessages would write there.
IGNORED = [
    "bench",
    "build",
    "demo",
    "dist",
    "docs",
    "locale",
    "node_modules",
    "setup.py",
    "static",
    "tests",
    "tools",
    "tutor",
]


def update(target: Path) -> None:
    """Bring the catalogues below ``target`` (``<language>/LC_MESSAGES/django.po``) up to date."""
    if not settings.configured:
        settings.configure(LOCALE_PATHS=[str(target)], USE_I18N=True)
        django.setup()
    os.chdir(ROOT)
    call_command(
        "makemessages",
        locale=list(LANGUAGES),
        ignore_patterns=[*IGNORED, ".*"],
        add_location="file",
        no_wrap=True,
        no_obsolete=True,
        verbosity=0,
    )
    for language in LANGUAGES:
        _drop_guesses(target / language / "LC_MESSAGES" / "django.po")


def _drop_guesses(path: Path) -> None:
    """Gettext guesses from similar texts and marks the guess fuzzy: rather no translation than a wrong one."""
    catalogue = polib.pofile(str(path), wrapwidth=0)
    for entry in catalogue:
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
    catalogue.save()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, default=ROOT / "translations")
    update(parser.parse_args().directory.resolve())
