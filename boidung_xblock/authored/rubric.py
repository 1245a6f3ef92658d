"""The rubric: criteria × levels with ranges and weights, and how points become a mark.

Default scale 10, quarter marks, pass at 5 and no criterion at the lowest level (Thông tư 19/2019 fixes the
10-point scale and the pass at 5; the rest is our proposal). Every number is authored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from boidung_xblock.text import normalise

SLUG = r"^[a-z0-9][a-z0-9_-]{0,39}$"
# What a marker types: plain digits with a decimal comma or point.
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{0,9})?")


class Authored(BaseModel):
    """Base of every authored model: frozen, unknown keys refused, text normalised and trimmed, so that OLX holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        # Python and pydantic disagree on a few blanks: trim by the rule of ``authored.olx``.
        return normalise(value).strip() if isinstance(value, str) else value


class Level(Authored):
    """One level of a criterion: points from ``low`` to ``high``, both included."""

    slug: str = Field(pattern=SLUG)
    title: str = Field(min_length=1, max_length=80)
    low: Decimal = Field(ge=0, max_digits=6, decimal_places=2)
    high: Decimal = Field(ge=0, max_digits=6, decimal_places=2)
    descriptor: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _range(self) -> Level:
        if self.high < self.low:
            raise ValueError("level_range: the upper bound is below the lower")
        return self


class Criterion(Authored):
    """One criterion; ``weight`` is relative to the sum of all weights. Levels go from lowest to highest."""

    slug: str = Field(pattern=SLUG)
    title: str = Field(min_length=1, max_length=200)
    weight: Decimal = Field(gt=0, max_digits=7, decimal_places=2)
    levels: tuple[Level, ...] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _levels(self) -> Criterion:
        if len({level.slug for level in self.levels}) != len(self.levels):
            raise ValueError("level_slugs: two levels have the same name")
        if any(after.low <= before.high for before, after in zip(self.levels, self.levels[1:], strict=False)):
            raise ValueError("level_order: levels must go up and must not overlap")
        return self

    def level_for(self, points: Decimal) -> Level:
        """The level points belong to: the highest one whose lower bound they reach (7.5 between 7–8 and 9–10 → 7–8)."""
        reached = [level for level in self.levels if level.low <= points]
        return reached[-1] if reached else self.levels[0]


@dataclass(frozen=True)
class ScoredCriterion:
    """Points of one criterion with the words that applied."""

    slug: str
    title: str
    weight: Decimal
    points: Decimal
    level: str
    level_title: str


@dataclass(frozen=True)
class Scored:
    """``earned`` of the rubric's scale, rounded to its step; ``passed`` by its pass rule."""

    earned: Decimal
    possible: Decimal
    passed: bool
    criteria: tuple[ScoredCriterion, ...]


class RubricInputError(ValueError):
    """Points that cannot stand; ``fields`` maps criterion slug → missing, not_a_number, out_of_range or not_a_step."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{slug}: {code}" for slug, code in fields.items()))
        self.fields = dict(fields)


class Rubric(Authored):
    """A marking sheet. The mark is the weighted mean of the criteria's points, rounded half up to ``step``."""

    # Three decimal places: what the columns of a mark hold.
    scale: Decimal = Field(default=Decimal(10), gt=0, le=1000, decimal_places=3)
    step: Decimal = Field(default=Decimal("0.25"), gt=0, decimal_places=3)
    pass_mark: Decimal = Field(default=Decimal(5), ge=0, decimal_places=3)
    lowest_level_fails: bool = True
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _consistent(self) -> Rubric:
        if len({criterion.slug for criterion in self.criteria}) != len(self.criteria):
            raise ValueError("criterion_slugs: two criteria have the same name")
        if self.pass_mark > self.scale:
            raise ValueError("pass_mark: above the scale")
        if any(level.high > self.scale for criterion in self.criteria for level in criterion.levels):
            raise ValueError("level_scale: a level goes beyond the scale")
        return self

    def score(self, points: Mapping[str, str | Decimal]) -> Scored:
        """Points by criterion slug (text may use a decimal comma) → the mark. RubricInputError names each bad one."""
        parsed: dict[str, Decimal] = {}
        errors: dict[str, str] = {}
        for criterion in self.criteria:
            value, code = self._parse(points.get(criterion.slug))
            if code:
                errors[criterion.slug] = code
            else:
                parsed[criterion.slug] = value
        if errors:
            raise RubricInputError(errors)
        return self._scored(parsed)

    def _parse(self, raw: str | Decimal | None) -> tuple[Decimal, str]:
        typed = "" if raw is None else str(raw).strip()
        if not typed:
            return Decimal(0), "missing"
        if not _NUMBER.fullmatch(typed):
            return Decimal(0), "not_a_number"
        value = Decimal(typed.replace(",", ".")) + 0  # never minus zero
        if not 0 <= value <= self.scale:
            return Decimal(0), "out_of_range"
        if value % self.step:
            return Decimal(0), "not_a_step"
        return value, ""

    def _scored(self, points: Mapping[str, Decimal]) -> Scored:
        total = sum((criterion.weight for criterion in self.criteria), Decimal(0))
        mean = sum((criterion.weight * points[criterion.slug] for criterion in self.criteria), Decimal(0)) / total
        earned = min(round_to_step(mean, self.step), self.scale)
        rows = []
        lowest = False
        for criterion in self.criteria:
            level = criterion.level_for(points[criterion.slug])
            lowest = lowest or level is criterion.levels[0]
            rows.append(
                ScoredCriterion(
                    criterion.slug, criterion.title, criterion.weight, points[criterion.slug], level.slug, level.title
                )
            )
        passed = earned >= self.pass_mark and not (self.lowest_level_fails and lowest)
        return Scored(earned=earned, possible=self.scale, passed=passed, criteria=tuple(rows))


def round_to_step(value: Decimal, step: Decimal) -> Decimal:
    """Half up to the nearest multiple of ``step``: 7.55 with step 0.25 → 7.50; 7.625 → 7.75."""
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
