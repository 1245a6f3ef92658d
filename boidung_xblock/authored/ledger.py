"""What an author writes in a ledger: the module's periods and its pass rule."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from boidung_xblock.authored.rubric import Authored


class LedgerContent(Authored):
    """The pass rule. By default 40 periods (Thông tư 17/2019: 40 tiết a programme), 3 meetings (our proposal)."""

    intro: str = Field(default="", max_length=20000)
    total_periods: Decimal = Field(default=Decimal(40), gt=0, le=400, max_digits=5, decimal_places=2)
    min_periods: Decimal = Field(default=Decimal(40), ge=0, le=400, max_digits=5, decimal_places=2)
    min_meetings: int = Field(default=3, ge=0, le=20)
    # Every component's mark at its pass mark, as the annual guideline asks (domain: "every component mark is ≥ 5").
    every_mark_passes: bool = True
