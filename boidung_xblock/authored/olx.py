"""Reflection content to and from readable nested OLX, with lxml.

::

    <boidung_reflection display_name="…" ask_self_rating="true" leader_reads="false" …>
      <intro>HTML as text</intro>
      <prompts><prompt slug="" title="" min_words="" max_words="" required="">help</prompt></prompts>
      <files max_files="5" max_mb="10" types="docx pdf"/>
      <rubric scale="10" step="0.25" pass_mark="5" lowest_level_fails="true">
        <criterion slug="" title="" weight=""><level slug="" title="" low="" high="">descriptor</level></criterion>
      </rubric>
    </boidung_reflection>

Functions give and take plain JSON data; whoever calls validates with the models. An absent part is absent.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

PARTS = ("intro", "prompts", "files", "rubric")


def read_parts(node: etree._Element) -> dict[str, Any]:
    """The parts found under ``node`` as JSON data; keys among ``PARTS``. ValueError names a malformed element."""
    found: dict[str, Any] = {}
    readers = {"intro": _text, "prompts": _read_prompts, "files": _read_files, "rubric": _read_rubric}
    for child in node:
        if not isinstance(child.tag, str):
            continue  # comments
        if child.tag not in readers:
            raise ValueError(f"unexpected element <{child.tag}> in <{node.tag}>")
        if child.tag in found:
            raise ValueError(f"second <{child.tag}> in <{node.tag}>")
        found[child.tag] = readers[child.tag](child)
    return found


def write_parts(node: etree._Element, parts: dict[str, Any]) -> None:
    """Append the given parts to ``node`` in a fixed order; the reverse of ``read_parts``."""
    if parts.get("intro"):
        etree.SubElement(node, "intro").text = parts["intro"]
    if "prompts" in parts:
        _write_prompts(etree.SubElement(node, "prompts"), parts["prompts"])
    if "files" in parts:
        rules = parts["files"]
        etree.SubElement(
            node,
            "files",
            {
                "max_files": str(rules["max_files"]),
                "max_mb": str(rules["max_mb"]),
                "types": " ".join(rules["types"]),
            },
        )
    if "rubric" in parts:
        _write_rubric(etree.SubElement(node, "rubric"), parts["rubric"])


def _text(node: etree._Element) -> str:
    """All the text of a leaf; comments may stand in it, nothing else may (what a reader skips would be lost)."""
    parts = [node.text or ""]
    for child in node:
        if isinstance(child, etree._Entity):
            raise ValueError(f"an entity ({child.text}) in <{node.tag}>")
        if isinstance(child.tag, str):
            raise ValueError(f"unexpected element <{child.tag}> in <{node.tag}>: write HTML as text (escaped or CDATA)")
        parts.append(child.tail or "")
    return "".join(parts).strip()


def _children(node: etree._Element, tag: str) -> list[etree._Element]:
    children = [child for child in node if isinstance(child.tag, str)]
    for child in children:
        if child.tag != tag:
            raise ValueError(f"unexpected element <{child.tag}> in <{node.tag}>")
    return children


def _bool(node: etree._Element, name: str, default: bool) -> bool:
    raw = node.get(name)
    if raw is None:
        return default
    if raw.lower() not in ("true", "false"):
        raise ValueError(f'<{node.tag} {name}="{raw}">: true or false expected')
    return raw.lower() == "true"


def _int(node: etree._Element, name: str, default: int) -> int:
    raw = node.get(name)
    try:
        return default if raw is None else int(raw)
    except ValueError as error:
        raise ValueError(f'<{node.tag} {name}="{raw}">: a whole number expected') from error


def _read_prompts(node: etree._Element) -> list[dict[str, Any]]:
    return [
        {
            "slug": child.get("slug", ""),
            "title": child.get("title", ""),
            "help": _text(child),
            "min_words": _int(child, "min_words", 0),
            "max_words": _int(child, "max_words", 0),
            "required": _bool(child, "required", True),
        }
        for child in _children(node, "prompt")
    ]


def _write_prompts(node: etree._Element, prompts: list[dict[str, Any]]) -> None:
    for prompt in prompts:
        child = etree.SubElement(
            node,
            "prompt",
            {
                "slug": prompt["slug"],
                "title": prompt["title"],
                "min_words": str(prompt["min_words"]),
                "max_words": str(prompt["max_words"]),
                "required": str(prompt["required"]).lower(),
            },
        )
        if prompt["help"]:
            child.text = prompt["help"]


def _read_files(node: etree._Element) -> dict[str, Any]:
    return {
        "max_files": _int(node, "max_files", 5),
        "max_mb": _int(node, "max_mb", 10),
        "types": node.get("types", "").split(),
    }


def _read_rubric(node: etree._Element) -> dict[str, Any]:
    rubric: dict[str, Any] = {name: node.get(name) for name in ("scale", "step", "pass_mark") if node.get(name)}
    rubric["lowest_level_fails"] = _bool(node, "lowest_level_fails", True)
    rubric["criteria"] = [
        {
            "slug": child.get("slug", ""),
            "title": child.get("title", ""),
            "weight": child.get("weight", ""),
            "levels": [_read_level(level) for level in _children(child, "level")],
        }
        for child in _children(node, "criterion")
    ]
    return rubric


def _read_level(node: etree._Element) -> dict[str, Any]:
    level: dict[str, Any] = {name: node.get(name, "") for name in ("slug", "title", "low", "high")}
    level["descriptor"] = _text(node)
    return level


def _write_rubric(node: etree._Element, rubric: dict[str, Any]) -> None:
    for name in ("scale", "step", "pass_mark"):
        node.set(name, str(rubric[name]))
    node.set("lowest_level_fails", str(rubric["lowest_level_fails"]).lower())
    for criterion in rubric["criteria"]:
        child = etree.SubElement(
            node,
            "criterion",
            {"slug": criterion["slug"], "title": criterion["title"], "weight": str(criterion["weight"])},
        )
        for level in criterion["levels"]:
            leaf = etree.SubElement(
                child, "level", {name: str(level[name]) for name in ("slug", "title", "low", "high")}
            )
            if level["descriptor"]:
                leaf.text = level["descriptor"]
