"""``python -m tools.check_translations``: fail unless the catalogues say everything, in both languages.

Every text of the sources is in both catalogues and nothing else is; none is empty or fuzzy; each has our context
(the platform's own catalogue would answer for a bare "Submit"); placeholders survive translation.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CONTEXT = "boidung"
BLOCKS = {f"boidung_xblock/{name}.py" for name in ("checkpoint", "ledger", "reflection")}
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}|</?[a-z]+>")

Key = tuple[str | None, str, str]


def main() -> list[str]:
    """All that is wrong, a line each."""
    problems = []
    with tempfile.TemporaryDirectory() as directory:
        fresh = Path(directory) / "translations"
        shutil.copytree(ROOT / "translations", fresh)
        subprocess.run([sys.executable, "-m", "tools.messages", str(fresh)], cwd=ROOT, check=True)
        for language in ("en", "vi"):
            name = Path(language, "LC_MESSAGES", "django.po")
            stored = polib.pofile(str(ROOT / "translations" / name))
            wanted = {_key(entry) for entry in polib.pofile(str(fresh / name))}
            problems += [f"{language}: {problem}" for problem in check(stored, wanted)]
    return problems


def check(catalogue: polib.POFile, wanted: set[Key]) -> list[str]:
    """What is wrong with one catalogue, if the sources hold the texts ``wanted``."""
    present = {_key(entry) for entry in catalogue if not entry.obsolete}
    problems = [
        f"not in the catalogue (run `make messages`): {_show(key)}" for key in sorted(wanted - present, key=str)
    ]
    problems += [f"no longer in the sources (run `make messages`): {_show(key)}" for key in present - wanted]
    for entry in catalogue:
        problems += _entry_problems(entry)
    return problems


def _entry_problems(entry: polib.POEntry) -> list[str]:
    shown = _show(_key(entry))
    if entry.fuzzy or not entry.translated():
        return [f"not translated: {shown}"]
    problems = [] if entry.msgctxt == CONTEXT or _is_field(entry) else [f"without the context {CONTEXT!r}: {shown}"]
    forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
    known = _placeholders(entry.msgid) | _placeholders(entry.msgid_plural)
    # A singular may say "one"; the last form must name the number.
    if _placeholders(forms[-1]) != _placeholders(entry.msgid_plural or entry.msgid) or _placeholders(*forms) - known:
        problems.append(f"other placeholders than the source: {shown} → {forms}")
    return problems


def _is_field(entry: polib.POEntry) -> bool:
    """Names and help of XBlock fields: Studio looks them up itself, and knows no context."""
    return bool(entry.occurrences) and all(path in BLOCKS for path, _ in entry.occurrences)


def _placeholders(*texts: str) -> set[str]:
    return {found for text in texts for found in _PLACEHOLDER.findall(text)}


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def _show(key: Key) -> str:
    return repr(key[1])


if __name__ == "__main__":
    found = main()
    print(*found, sep="\n")
    print(f"{len(found)} problems in the catalogues" if found else "Catalogues complete.")
    sys.exit(bool(found))
