"""The sample courses as the files that an author imports: a walk in course order, and our blocks by their classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from xblock.core import XBlock
from xblock.fields import ScopeIds
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager, Runtime

COURSES = Path(__file__).resolve().parents[1] / "demo" / "courses"
TEACHERS, MANAGERS = COURSES / "mo-dun-1-giao-vien", COURSES / "mo-dun-1-can-bo-quan-ly"
_LAYERS = ("course", "chapter", "sequential", "vertical")


class _Runtime(Runtime):
    """Holds authored fields, and nothing else."""

    def __init__(self) -> None:
        ids = MemoryIdManager()
        super().__init__(ids, ids, services={"field-data": KvsFieldData(DictKeyValueStore())})

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    handler_url = resource_url = local_resource_url = publish = _refuse


def nodes(folder: Path) -> Iterator[tuple[str, etree._Element]]:
    """(url_name, element) of the whole course, depth first; pointers are followed. KeyError for a dangling one."""
    yield from _below(folder, etree.parse(str(folder / "course.xml")).getroot())


def _below(folder: Path, node: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    name = node.get("url_name")
    if node.tag in (*_LAYERS, "html") and not len(node):
        file = folder / node.tag / f"{name}.xml"
        if not file.is_file():
            raise KeyError(f"{node.tag}/{name}.xml")
        node = etree.parse(str(file)).getroot()
    yield name, node
    if node.tag in _LAYERS:
        for child in node:
            yield from _below(folder, child)


def of_kind(folder: Path, kind: str) -> dict[str, etree._Element]:
    """{url_name: element} of one block type, in course order."""
    return {name: node for name, node in nodes(folder) if node.tag == kind}


def parse(node: etree._Element) -> Any:
    """A block of ours as its own class reads it, without a platform around it."""
    keys = ScopeIds(None, node.tag, f"def-{node.get('url_name')}", f"use-{node.get('url_name')}")
    return XBlock.load_class(node.tag).parse_xml(node, _Runtime(), keys)


def blocks(folder: Path) -> dict[str, Any]:
    """{url_name: block} of all blocks of ours, in course order."""
    return {name: parse(node) for name, node in nodes(folder) if node.tag.startswith("boidung_")}


def activities(folder: Path) -> dict[str, Any]:
    """{url_name: block} of what earns periods: all but the ledger."""
    return {name: block for name, block in blocks(folder).items() if block.scope_ids.block_type != "boidung_ledger"}


def export(block: Any) -> etree._Element:
    """The block as it goes into an export."""
    node = etree.Element("unknown")
    block.add_xml_to_node(node)
    return node


def words(html: str) -> int:
    """Words of a text without its tags."""
    return len(re.sub(r"<[^>]+>", " ", html).split())
