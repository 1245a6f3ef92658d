"""A ledger as OLX: what goes out comes back the same, and what nobody reads is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from boidung_xblock.authored import ledger_olx
from boidung_xblock.text import normalise
from tests import samples
from tests.authored.test_olx import TEXT

NUMBERS = st.decimals(min_value=Decimal("0.25"), max_value=400, places=2).map(float)


def imported(xml: str | bytes) -> Any:
    return samples.parse(etree.fromstring(xml))


@given(
    total_periods=NUMBERS,
    min_periods=NUMBERS,
    min_meetings=st.integers(min_value=0, max_value=20),
    every_mark_passes=st.booleans(),
    intro=TEXT.map(normalise),
    display_name=st.text(st.sampled_from("Sổ bồi dưỡng <&>\"'ý"), min_size=1, max_size=40),
)
def test_every_ledger_comes_back_as_it_went(**fields: Any) -> None:
    block = imported("<boidung_ledger/>")
    for name, value in fields.items():
        setattr(block, name, value)
    node = samples.export(block)
    again = imported(etree.tostring(node))
    assert again.content() == block.content()
    assert again.display_name == block.display_name


def test_a_ledger_is_readable() -> None:
    block = imported('<boidung_ledger min_meetings="2"><intro>&lt;p&gt;Chào&lt;/p&gt;</intro></boidung_ledger>')
    assert (block.min_meetings, block.intro, block.total_periods) == (2, "<p>Chào</p>", 40.0)
    node = samples.export(block)
    assert node.attrib == {"min_meetings": "2"}
    assert node.find("intro").text == "<p>Chào</p>"  # type: ignore[union-attr]


@pytest.mark.parametrize("inside", ["<rule/>", "<intro/><intro/>", "<intro><b>x</b></intro>"])
def test_what_nobody_reads_is_told(inside: str) -> None:
    with pytest.raises(ValueError, match=r"intro|rule"):
        ledger_olx.read_parts(etree.fromstring(f"<boidung_ledger>{inside}</boidung_ledger>"))


def test_a_new_ledger_holds_the_programmes_rule() -> None:
    content = imported("<boidung_ledger/>").content()
    assert (content.total_periods, content.min_periods, content.min_meetings) == (40, 40, 3)
    assert content.every_mark_passes
