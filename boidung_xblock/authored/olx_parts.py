"""What the readers and writers of nested OLX share: texts, children and typed attributes, with the culprit named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from lxml import etree


def read_each(node: etree._Element, readers: Mapping[str, Callable[[etree._Element], Any]]) -> dict[str, Any]:
    """{tag: what its reader found} of the children, each at most once. ValueError for any other element."""
    found: dict[str, Any] = {}
    for child in node:
        if not isinstance(child.tag, str):
            continue  # comments
        if child.tag not in readers:
            raise ValueError(f"unexpected element <{child.tag}> in <{node.tag}>")
        if child.tag in found:
            raise ValueError(f"second <{child.tag}> in <{node.tag}>")
        found[child.tag] = readers[child.tag](child)
    return found


def text_of(node: etree._Element) -> str:
    """All the text of a leaf; comments may stand in it, nothing else may (what a reader skips would be lost)."""
    parts = [node.text or ""]
    for child in node:
        if isinstance(child, etree._Entity):
            raise ValueError(f"an entity ({child.text}) in <{node.tag}>")
        if isinstance(child.tag, str):
            raise ValueError(f"unexpected element <{child.tag}> in <{node.tag}>: write HTML as text (escaped or CDATA)")
        parts.append(child.tail or "")
    return "".join(parts).strip()


def children_of(node: etree._Element, *tags: str) -> list[etree._Element]:
    """The child elements, which may only be ``tags``; there may be no text between them (it would be lost)."""
    children = [child for child in node if isinstance(child.tag, str)]
    for child in children:
        if child.tag not in tags:
            raise ValueError(f"unexpected element <{child.tag}> in <{node.tag}>")
    return children


def check_attributes(node: etree._Element, known: Collection[str]) -> None:
    """ValueError for an attribute that nobody reads: a misspelt one must not be lost in silence."""
    for name in node.attrib:
        if name not in known:
            raise ValueError(f'unexpected attribute {name}="{node.get(name)}" in <{node.tag}>')


def check_no_text(node: etree._Element) -> None:
    """ValueError if text stands between the child elements."""
    for text in (node.text, *(child.tail for child in node)):
        if text and text.strip():
            raise ValueError(f"text {text.strip()[:40]!r} between the elements of <{node.tag}>")


def bool_of(node: etree._Element, name: str, default: bool) -> bool:
    """An attribute "true" or "false"."""
    raw = node.get(name)
    if raw is None:
        return default
    if raw.lower() not in ("true", "false"):
        raise ValueError(f'<{node.tag} {name}="{raw}">: true or false expected')
    return raw.lower() == "true"


def int_of(node: etree._Element, name: str, default: int) -> int:
    """A whole number."""
    raw = node.get(name)
    try:
        return default if raw is None else int(raw)
    except ValueError as error:
        raise ValueError(f'<{node.tag} {name}="{raw}">: a whole number expected') from error


def leaf(node: etree._Element, tag: str, text: str, **attributes: str) -> None:
    """Append ``<tag …>text</tag>``."""
    etree.SubElement(node, tag, attributes).text = text or None
