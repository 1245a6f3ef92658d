"""Numbers of XBlock fields, which an import may have left empty, endless or not a number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field


class Counted(BaseModel):
    """What a block brings to the course, as far as the register holds it. 0 points: not in the gradebook."""

    periods: Decimal = Field(ge=0, le=400)
    weight: Decimal = Field(ge=0, le=10000)


def exact(value: Any) -> Any:
    """A Float field's value for a model to judge: as text, so that 62.5 stays what it is; None as it is."""
    return value if value is None else str(value)


def check_counted(block: Any) -> None:
    """pydantic.ValidationError if the block's points or periods are no numbers that can be counted."""
    Counted(periods=exact(block.periods or 0), weight=exact(block.weight or 0))
