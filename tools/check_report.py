"""``python -m tools.check_report report.xml``: a table of what pytest ran; fails where a part was not run at all.

A part is a folder of ``tests/`` that holds tests. ``platform`` runs inside edx-platform only, ``live`` against a site.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
ELSEWHERE = {"platform", "live"}


def count(report: Path) -> tuple[Counter[str], Counter[str], dict[str, float]]:
    """Tests run, tests skipped and seconds by part."""
    ran: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    seconds: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest
        part = (case.get("classname") or case.get("name") or "").split(".")[1:2]
        name = part[0] if part else "?"
        (ran if case.find("skipped") is None else skipped)[name] += 1
        seconds[name] += float(case.get("time") or 0)
    return ran, skipped, seconds


def main(report: Path) -> int:
    """Print the table; 1 if a part that has tests ran none."""
    ran, skipped, seconds = count(report)
    parts = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py") if path.parent != TESTS}
    silent = sorted(part for part in parts - ELSEWHERE if not ran[part])
    print(f"{'part':<16}{'run':>6}{'skipped':>9}{'seconds':>9}")
    for part in sorted(parts | ran.keys() | skipped.keys()):
        print(f"{part:<16}{ran[part]:>6}{skipped[part]:>9}{seconds[part]:>9.1f}")
    print(f"{'all':<16}{ran.total():>6}{skipped.total():>9}{sum(seconds.values()):>9.1f}")
    if silent or not ran:
        print(f"Not one test was run of: {', '.join(silent) or 'anything'}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
