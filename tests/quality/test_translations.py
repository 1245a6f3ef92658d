"""Every text of the package is there in Vietnamese and English."""

from __future__ import annotations

import gettext
from pathlib import Path

import polib
import pytest

from tools import check_translations

ROOT = Path(__file__).resolve().parents[2]


def test_catalogues_are_complete_and_fit_the_sources() -> None:
    assert check_translations.main() == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"msgid": "Save", "msgstr": "", "msgctxt": "boidung"}, "not translated"),
        ({"msgid": "Save", "msgstr": "Lưu", "msgctxt": "boidung", "flags": ["fuzzy"]}, "not translated"),
        ({"msgid": "Save", "msgstr": "Lưu"}, "without the context"),
        ({"msgid": "%(n)d left", "msgstr": "Còn", "msgctxt": "boidung"}, "other placeholders"),
        ({"msgid": "Old", "msgstr": "Cũ", "msgctxt": "boidung"}, "no longer in the sources"),
    ],
)
def test_the_check_finds(entry: dict[str, str], problem: str) -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(**entry))
    wanted = set() if entry["msgid"] == "Old" else {(entry.get("msgctxt"), entry["msgid"], "")}
    (found,) = check_translations.check(catalogue, wanted)
    assert problem in found


@pytest.mark.parametrize("compiled", ["locale/{}/LC_MESSAGES/django.mo", "translations/{}/LC_MESSAGES/text.mo"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_compiled_catalogues_are_up_to_date(language: str, compiled: str) -> None:
    """`make translations` mends it."""
    with (ROOT / "boidung_xblock" / compiled.format(language)).open("rb") as stream:
        translations = gettext.GNUTranslations(stream)
    for entry in polib.pofile(str(ROOT / "translations" / language / "LC_MESSAGES" / "django.po")):
        if entry.msgctxt and not entry.msgid_plural and entry.translated():
            assert translations.pgettext(entry.msgctxt, entry.msgid) == entry.msgstr
