"""Settings of the import, each with its default; a site may set any of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from boidung_xblock.conf import DEFAULTS, setting

_OWN: dict[str, Any] = {
    # Most rows of people in one workbook.
    "BOIDUNG_MAX_ROSTER_ROWS": 100_000,
    # More words for roles: {"gvcc": ["Giáo viên nòng cốt"], …}; keys as in the column vai_tro.
    "BOIDUNG_ROSTER_ROLES": {},
    # A row is imported if its status is empty or one of these.
    "BOIDUNG_WORKING_STATUSES": (
        "Đang làm việc", "Đang công tác", "Đang dạy", "Đang giảng dạy", "Làm việc", "Đang hoạt động", "Hợp đồng",
        "Working",
    ),
    # Staff codes that are refused because they look like a national identity number (CCCD), which is never stored.
    # An empty text refuses none.
    "BOIDUNG_REFUSED_STAFF_CODES": r"0\d{11}",
}  # fmt: skip

# Parts of a workbook unpack to several times their size; more than this is no staff list.
UNPACKED_RATIO = 25


def limit(name: str) -> Any:
    """The site's value of a setting of the import, else the default."""
    if name in DEFAULTS:
        return setting(name)
    return getattr(settings, name, _OWN[name])
