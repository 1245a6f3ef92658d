"""An upload as the page makes it, for tests of every applet."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from boidung_xblock.files import api as files
from tests import factories
from tests.factories import FILE_RULES, World

VIETNAMESE_NAME = "Báo cáo tổ chuyên môn – Đặng Thị Ý.docx"


def upload(owner: Any, place: Any, *, name: str = VIETNAMESE_NAME, data: bytes = b"PK\x03\x04", **changes: Any) -> Any:
    """The stored attachment."""
    made = {"client_key": factories.key(), "size": len(data), "rules": FILE_RULES, **changes}
    return files.add(activity=place, user_id=owner.pk, name=name, content=BytesIO(data), **made)


def attach(made: World, owner: Any, *, place: Any = None, name: str = VIETNAMESE_NAME) -> str:
    """Its uid, at the world's activity."""
    return str(upload(owner, place or made.activity, name=name).uid)
