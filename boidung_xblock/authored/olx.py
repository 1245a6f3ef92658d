"""Reflection content to and from readable nested OLX, with lxml.

::

    <boidung_reflection display_name="…" ask_self_rating="true" leader_reads="false" …>
      <intro>HTML as text</intro>
      <meeting kind="regular" number="1" title="" min_opinions="2" members_write="false">agenda</meeting>
      <prompts>
        <prompt slug="" title="" min_words="" max_words="" required="" recall="" show_conclusion="">help</prompt>
      </prompts>
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

from boidung_xblock.authored.olx_parts import bool_of as _bool
from boidung_xblock.authored.olx_parts import check_attributes, leaf, read_each
from boidung_xblock.authored.olx_parts import children_of as _children
from boidung_xblock.authored.olx_parts import int_of as _int
from boidung_xblock.authored.olx_parts import text_of as _text

PARTS = ("intro", "meeting", "prompts", "files", "rubric")
_MEETING = ("kind", "number", "title", "min_opinions", "members_write")
_PROMPT = ("slug", "title", "min_words", "max_words", "required", "recall", "show_conclusion")
_NUMBERS = ("scale", "step", "pass_mark")
_CRITERION = ("slug", "title", "weight")
_LEVEL = ("slug", "title", "low", "high")


def read_parts(node: etree._Element) -> dict[str, Any]:
    """The parts found under ``node`` as JSON data; keys among ``PARTS``. ValueError names a malformed element."""
    readers = {"intro": _text, "meeting": _read_meeting, "prompts": _read_prompts, "files": _read_files}
    return read_each(node, {**readers, "rubric": _read_rubric})


def write_parts(node: etree._Element, parts: dict[str, Any]) -> None:
    """Append the given parts to ``node`` in a fixed order; the reverse of ``read_parts``."""
    if parts.get("intro"):
        etree.SubElement(node, "intro").text = parts["intro"]
    if parts.get("meeting"):
        _write_meeting(node, parts["meeting"])
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


def _read_meeting(node: etree._Element) -> dict[str, Any]:
    check_attributes(node, _MEETING)
    meeting: dict[str, Any] = {
        "number": _int(node, "number", 1),
        "title": node.get("title", ""),
        "agenda": _text(node),
        "min_opinions": _int(node, "min_opinions", 2),
        "members_write": _bool(node, "members_write", False),
    }
    return {"kind": node.get("kind"), **meeting} if node.get("kind") else meeting


def _write_meeting(node: etree._Element, meeting: dict[str, Any]) -> None:
    known = {name: str(meeting[name]) for name in _MEETING}
    leaf(node, "meeting", meeting["agenda"], **{**known, "members_write": known["members_write"].lower()})


def _read_prompts(node: etree._Element) -> list[dict[str, Any]]:
    prompts = _children(node, "prompt")
    for child in prompts:
        check_attributes(child, _PROMPT)
    return [
        {
            "slug": child.get("slug", ""),
            "title": child.get("title", ""),
            "help": _text(child),
            "min_words": _int(child, "min_words", 0),
            "max_words": _int(child, "max_words", 0),
            "required": _bool(child, "required", True),
            "recall": child.get("recall", ""),
            "show_conclusion": _bool(child, "show_conclusion", False),
        }
        for child in prompts
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
        if prompt["recall"]:
            child.set("recall", prompt["recall"])
        if prompt["show_conclusion"]:
            child.set("show_conclusion", "true")
        if prompt["help"]:
            child.text = prompt["help"]


def _read_files(node: etree._Element) -> dict[str, Any]:
    check_attributes(node, ("max_files", "max_mb", "types"))
    return {
        "max_files": _int(node, "max_files", 5),
        "max_mb": _int(node, "max_mb", 10),
        "types": node.get("types", "").split(),
    }


def _read_rubric(node: etree._Element) -> dict[str, Any]:
    check_attributes(node, (*_NUMBERS, "lowest_level_fails"))
    rubric: dict[str, Any] = {name: node.get(name) for name in _NUMBERS if node.get(name)}
    rubric["lowest_level_fails"] = _bool(node, "lowest_level_fails", True)
    rubric["criteria"] = [_read_criterion(child) for child in _children(node, "criterion")]
    return rubric


def _read_criterion(node: etree._Element) -> dict[str, Any]:
    check_attributes(node, _CRITERION)
    criterion: dict[str, Any] = {name: node.get(name, "") for name in _CRITERION}
    return {**criterion, "levels": [_read_level(level) for level in _children(node, "level")]}


def _read_level(node: etree._Element) -> dict[str, Any]:
    check_attributes(node, _LEVEL)
    level: dict[str, Any] = {name: node.get(name, "") for name in _LEVEL}
    level["descriptor"] = _text(node)
    return level


def _write_rubric(node: etree._Element, rubric: dict[str, Any]) -> None:
    for name in _NUMBERS:
        node.set(name, str(rubric[name]))
    node.set("lowest_level_fails", str(rubric["lowest_level_fails"]).lower())
    for criterion in rubric["criteria"]:
        child = etree.SubElement(node, "criterion", {name: str(criterion[name]) for name in _CRITERION})
        for level in criterion["levels"]:
            leaf(child, "level", level["descriptor"], **{name: str(level[name]) for name in _LEVEL})
