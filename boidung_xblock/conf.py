"""Every ``BOIDUNG_*`` setting with its default and unit. Read through ``setting``; never FEATURES keys.

And ``block_types()``, which is no setting but known as early.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points
from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    # Dotted path of the class that implements ``boidung_xblock.host.Host``.
    "BOIDUNG_HOST": "boidung_xblock.host.openedx.OpenedxHost",
    # Zone in which dates are shown to people who chose none.
    "BOIDUNG_TIME_ZONE": "Asia/Ho_Chi_Minh",
    # Largest JSON body a handler or page accepts, in bytes. The platform itself has no limit.
    "BOIDUNG_MAX_JSON_BYTES": 512 * 1024,
    # Largest staff workbook, in bytes.
    "BOIDUNG_MAX_WORKBOOK_BYTES": 15 * 1024 * 1024,
    # Extra heading aliases of the staff workbook: {column: [heading, …]}.
    "BOIDUNG_ROSTER_ALIASES": {},
    # Most rows of people in one staff workbook.
    "BOIDUNG_MAX_ROSTER_ROWS": 100_000,
    # More words for roles in the workbook: {"gvcc": ["Giáo viên nòng cốt"], …}; keys as in the column vai_tro.
    "BOIDUNG_ROSTER_ROLES": {},
    # A row of the workbook is imported if its status is empty or one of these.
    "BOIDUNG_WORKING_STATUSES": (
        "Đang làm việc",
        "Đang công tác",
        "Đang dạy",
        "Đang giảng dạy",
        "Làm việc",
        "Đang hoạt động",
        "Hợp đồng",
        "Working",
    ),
    # Staff codes that are refused because they look like a national identity number (CCCD), which is never stored.
    # An empty text refuses none.
    "BOIDUNG_REFUSED_STAFF_CODES": r"0\d{11}",
    # Of what learners are told by e-mail: "returned" (work came back for revision), "marked", "answered" (a question).
    # Empty: of nothing.
    "BOIDUNG_MESSAGES": ("returned", "marked", "answered"),
    # How often the outbox tries to bring one grade to the gradebook before it waits for the next sweep.
    "BOIDUNG_OUTBOX_RETRIES": 8,
    # Whether the platform's problem-response report has what learners wrote, one column for each prompt. Data
    # researchers run that report, and they may not read reflections.
    "BOIDUNG_REPORT_ANSWERS": False,
    # Whether authors find our blocks under "Advanced" in every course that is created from now on.
    "BOIDUNG_ENABLE_IN_NEW_COURSES": True,
}


def setting(name: str) -> Any:
    """The site's value, else the default. KeyError for a name that is not ours."""
    return getattr(settings, name, DEFAULTS[name])


@lru_cache(maxsize=1)
def block_types() -> tuple[str, ...]:
    """The block types this package brings, as they are installed: its entry points, in alphabetical order."""
    package = __name__.partition(".")[0]
    return tuple(sorted(point.name for point in entry_points(group="xblock.v1") if _is_in(package, point.module)))


def _is_in(package: str, module: str) -> bool:
    return module == package or module.startswith(f"{package}.")
