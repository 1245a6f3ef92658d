"""A round with its administrator, and what an administrator does with a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from boidung_xblock.roster import api as roster
from boidung_xblock.roster.models import Round
from boidung_xblock.viewer import Viewer
from tests.roster.workbooks import book_of


@dataclass
class Office:
    """The administrator of one round at work."""

    admin: Any
    round: Round

    @property
    def viewer(self) -> Viewer:
        """Who the administrator is in the round."""
        return roster.viewer_for_round(self.admin, self.round.pk)

    def upload(self, data: bytes, *, client_key: str = "", name: str = "danh-sach.xlsx") -> int:
        """Store a workbook; the id of the import."""
        return roster.upload_workbook(
            self.viewer,
            round_id=self.round.pk,
            file_name=name,
            file=io.BytesIO(data),
            client_key=client_key or uuid4().hex,
        )

    def view(self, import_id: int) -> roster.ImportView:
        """The import as its page shows it."""
        return roster.import_view(self.viewer, self.round.pk, import_id)

    def check(self, *rows: dict[str, Any], data: bytes = b"", **options: Any) -> roster.ImportView:
        """Upload these rows (or this file) and run the dry run."""
        import_id = self.upload(data or book_of(*rows, **options))
        roster.run_check(import_id)
        return self.view(import_id)

    def apply(self, *rows: dict[str, Any], data: bytes = b"") -> roster.ImportView:
        """The same, and apply."""
        checked = self.check(*rows, data=data)
        assert checked.state == "checked", checked.failure
        assert roster.request_apply(self.viewer, checked.id)
        roster.run_apply(checked.id)
        return self.view(checked.id)

    def rejected(self, import_id: int) -> bytes:
        """The workbook of the rejected rows."""
        with roster.open_rejected(self.viewer, self.round.pk, import_id) as stream:
            return stream.read()


def codes(view: roster.ImportView) -> list[tuple[int, str, str]]:
    """(row, heading, code) of every error."""
    return [(issue.row, issue.heading, issue.code) for issue in view.errors]


def warnings(view: roster.ImportView) -> list[tuple[int, str, str]]:
    """The same of every warning."""
    return [(issue.row, issue.heading, issue.code) for issue in view.warnings]
