"""A ledger to and from readable OLX, with lxml: its introduction is an element, all else stands in attributes.

::

    <boidung_ledger display_name="…" total_periods="40" min_periods="40" min_meetings="3" every_mark_passes="true">
      <intro>HTML as text</intro>
    </boidung_ledger>

Functions give and take plain JSON data; whoever calls validates with the model. An absent part is absent.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from boidung_xblock.authored.olx_parts import leaf, read_each, text_of

PARTS = ("intro",)


def read_parts(node: etree._Element) -> dict[str, Any]:
    """The parts found under ``node`` as JSON data; keys among ``PARTS``. ValueError names a malformed element."""
    return read_each(node, {"intro": text_of})


def write_parts(node: etree._Element, parts: dict[str, Any]) -> None:
    """Append the given parts to ``node``; the reverse of ``read_parts``."""
    if parts.get("intro"):
        leaf(node, "intro", parts["intro"])
