"""Numbers that an import left empty or endless: said to the author, and nobody else's course stops."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from pydantic import ValidationError

from tests import samples


def imported(xml: str) -> Any:
    return samples.parse(etree.fromstring(xml))


@pytest.mark.parametrize(
    "xml",
    [
        '<boidung_checkpoint pass_percent=""/>',
        '<boidung_checkpoint pass_percent="null"/>',
        '<boidung_ledger total_periods=""/>',
        '<boidung_ledger min_periods="nan"/>',
    ],
)
def test_a_number_left_empty_is_a_fault_of_the_content_like_any_other(xml: str) -> None:
    block = imported(xml)
    with pytest.raises(ValidationError):
        block.content()
    assert samples.export(block).tag == block.scope_ids.block_type


@pytest.mark.parametrize("kind", ["boidung_checkpoint", "boidung_reflection"])
@pytest.mark.parametrize("number", ['weight="nan"', 'weight="inf"', 'periods="1000000000"', 'periods="-1"'])
def test_points_and_periods_that_cannot_be_counted_are_not_registered(kind: str, number: str) -> None:
    block = imported(f"<{kind} {number}/>")
    with pytest.raises(ValidationError):
        block.activity_settings()


@pytest.mark.parametrize("weight", ["nan", "inf", "-3", "0"])
def test_the_platform_always_gets_points_it_can_reckon_with(weight: str) -> None:
    assert imported(f'<boidung_reflection weight="{weight}"/>').max_score() == 1.0


def test_a_block_without_weight_or_periods_is_registered_without_either() -> None:
    block = imported('<boidung_reflection weight="" periods=""/>')
    assert block.activity_settings()["credit_when"] == "passed"
