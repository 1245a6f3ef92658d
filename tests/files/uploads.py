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


def write_everywhere(made: World, words: str) -> Any:
    """``words`` in all that is written about one learner: a file's name, two versions, a reason, a mark; the work."""
    uid = attach(made, made.an, name=f"{words}.docx")
    work = factories.submit(made.an, made.activity, text=words, file_uids=(uid,))
    factories.give_back(made.lan, work, reason=words)
    factories.submit(made.an, made.activity, text=words)
    comments = dict.fromkeys(factories.POINTS, words)
    factories.mark(made.lan, factories.fresh(work), comment=words, private_note=words, comments=comments)
    return work


def attach(made: World, owner: Any, *, place: Any = None, name: str = VIETNAMESE_NAME) -> str:
    """Its uid, at the world's activity."""
    return str(upload(owner, place or made.activity, name=name).uid)
