"""What must hold on every page a person sees: no console error, axe violation, English text or sideways scrolling."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from itertools import count
from pathlib import Path
from typing import Any

import polib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

_CATALOGUE = Path(__file__).resolve().parents[2] / "translations" / "vi" / "LC_MESSAGES" / "django.po"
_SHOTS = os.environ.get("BOIDUNG_SHOTS", "")  # a folder for pictures of all that is looked at; none by default
_numbers: defaultdict[int, count[int]] = defaultdict(lambda: count(1))
_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
# What a page says: text a person reads or hears, and texts that scripts may show.
_TEXTS = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent && !parent.closest('script,style,[lang=en],textarea')) said.push(walker.currentNode.textContent);
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (/^(aria-label|title|placeholder|alt|data-t-|data-label|data-pattern)/.test(name)) said.push(value);
    }
  }
  said.push(document.title);
  return said.map((text) => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""


def _english() -> set[str]:
    """Every English text of ours that reads differently in Vietnamese."""
    found = set()
    for entry in polib.pofile(str(_CATALOGUE)):
        for source in (entry.msgid, entry.msgid_plural):
            translated = {entry.msgstr, *entry.msgstr_plural.values()}
            if source and source not in translated:
                found.add(re.sub(r"\s+", " ", source).strip())
    return found


_ENGLISH = _english()
_ENGLISH_WORDS = re.compile(
    r"\b(the|and|your|you|submit|saved?|please|marked|returned|file|error|page|not|with)\b", re.I
)


class Watcher:
    """Collects what goes wrong in a page; ``look`` inspects what is shown now; ``check`` fails on all of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.allowed_statuses: set[int] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script error at {page.url}: {error}"))
        page.on("requestfailed", self._failed)

    def look(self, what: str) -> None:
        """Inspect every frame of the page as it is now; ``what`` names the sight in a failure."""
        if _SHOTS:
            self._shoot(what)
        for frame in self.page.frames:
            if frame.url.startswith("http"):
                self._axe(frame, what)
                self._language(frame, what)
                self._width(frame, what)
        assert not self.problems, f"{what}:\n" + "\n".join(self.problems)

    def _shoot(self, what: str) -> None:
        width = (self.page.viewport_size or {"width": 0})["width"]
        name = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-")
        self.page.screenshot(path=Path(_SHOTS, str(width), f"{next(_numbers[width]):02d}-{name}.png"), full_page=True)

    def _console(self, message: Any) -> None:
        if message.type not in ("error", "warning"):
            return
        if any(f"status of {status}" in message.text for status in self.allowed_statuses):
            return  # a refusal that the test itself provoked
        self.problems.append(f"console {message.type} at {self.page.url}: {message.text}")

    def _failed(self, request: Any) -> None:
        # Leaving a page ends what was under way; that is no failure.
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.problems.append(f"{request.method} {request.url}: {request.failure}")

    def _axe(self, frame: Frame, what: str) -> None:
        options = _RULES
        if frame.parent_frame is not None:  # the page around it has the first heading
            options = {**_RULES, "rules": {"page-has-heading-one": {"enabled": False}}}
        results = Axe().run(frame, options=options)  # type: ignore[arg-type]
        for violation in results.response["violations"]:
            nodes = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:4])
            self.problems.append(f"axe {violation['id']} ({violation['help']}) at {what}: {nodes}")

    def _language(self, frame: Frame, what: str) -> None:
        for text in frame.evaluate(_TEXTS):
            if text in _ENGLISH or len(_ENGLISH_WORDS.findall(text)) > 1:
                self.problems.append(f"not Vietnamese at {what}: {text!r}")

    def _width(self, frame: Frame, what: str) -> None:
        over = frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 1:
            self.problems.append(f"{what} scrolls sideways by {over} px")
