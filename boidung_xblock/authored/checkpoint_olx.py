"""Checkpoint content to and from readable nested OLX, with lxml.

::

    <boidung_checkpoint display_name="…" role="study" order="in_order" show="answers" attempts="0" pass_percent="0">
      <intro>HTML as text</intro>
      <steps>
        <read slug="" title="" url="" minutes="">HTML</read>
        <choice slug="" title="" points="" multiple="" shuffle="">
          <question>HTML</question><option correct="true" feedback="">text</option>…<explanation>HTML</explanation>
        </choice>
        <true_false slug="" title="" answer="false"><question>HTML</question>…</true_false>
        <short_answer slug="" title="" min_words="" max_words="">
          <question>HTML</question><model_answer>HTML</model_answer>
        </short_answer>
        <rate slug="" title=""><question>HTML</question><level>text</level>…<item slug="">text</item>…</rate>
      </steps>
    </boidung_checkpoint>

Functions give and take plain JSON data; whoever calls validates with the models. An absent part is absent, and
attributes at their default are not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from boidung_xblock.authored.olx_parts import (
    bool_of,
    check_attributes,
    check_no_text,
    children_of,
    int_of,
    leaf,
    read_each,
    text_of,
)

PARTS = ("intro", "steps")
_COMMON = ("slug", "title", "required")
_SCORED = (*_COMMON, "points", "attempts")


def read_parts(node: etree._Element) -> dict[str, Any]:
    """The parts found under ``node`` as JSON data; keys among ``PARTS``. ValueError names a malformed element."""
    return read_each(node, {"intro": text_of, "steps": _read_steps})


def write_parts(node: etree._Element, parts: dict[str, Any]) -> None:
    """Append the given parts to ``node`` in a fixed order; the reverse of ``read_parts``."""
    if parts.get("intro"):
        leaf(node, "intro", parts["intro"])
    if "steps" in parts:
        steps = etree.SubElement(node, "steps")
        for step in parts["steps"]:
            _WRITERS[step["kind"]](etree.SubElement(steps, step["kind"], {"slug": step["slug"]}), step)


# -- reading ----------------------------------------------------------------------------------------------------
def _read_steps(node: etree._Element) -> list[dict[str, Any]]:
    check_no_text(node)
    return [_READERS[child.tag](child) for child in children_of(node, *_READERS)]


def _common(node: etree._Element, known: Iterable[str]) -> dict[str, Any]:
    check_attributes(node, tuple(known))
    return {
        "kind": node.tag,
        "slug": node.get("slug", ""),
        "title": node.get("title", ""),
        "required": bool_of(node, "required", True),
    }


def _scored(node: etree._Element, *own: str) -> dict[str, Any]:
    step = {**_common(node, (*_SCORED, *own)), "attempts": int_of(node, "attempts", 0)}
    if "points" in node.attrib:
        step["points"] = node.get("points")
    return step


def _texts(node: etree._Element, *names: str, beside: tuple[str, ...] = ()) -> dict[str, str]:
    """The texts of the children called ``names``, each at most once; others may only be called ``beside``."""
    check_no_text(node)
    found: dict[str, str] = {}
    for child in children_of(node, *names, *beside):
        if child.tag in beside:
            continue
        if child.tag in found:
            raise ValueError(f"second <{child.tag}> in <{node.tag}>")
        check_attributes(child, ())
        found[child.tag] = text_of(child)
    return found


def _read_read(node: etree._Element) -> dict[str, Any]:
    step = _common(node, (*_COMMON, "url", "minutes"))
    return {**step, "url": node.get("url", ""), "minutes": int_of(node, "minutes", 0), "question": text_of(node)}


def _read_choice(node: etree._Element) -> dict[str, Any]:
    return {
        **_scored(node, "multiple", "shuffle"),
        "multiple": bool_of(node, "multiple", False),
        "shuffle": bool_of(node, "shuffle", False),
        **_texts(node, "question", "explanation", beside=("option",)),
        "options": [_read_option(child) for child in node.iterchildren("option")],
    }


def _read_option(node: etree._Element) -> dict[str, Any]:
    check_attributes(node, ("correct", "feedback"))
    return {"text": text_of(node), "correct": bool_of(node, "correct", False), "feedback": node.get("feedback", "")}


def _read_true_false(node: etree._Element) -> dict[str, Any]:
    step = {**_scored(node, "answer"), **_texts(node, "question", "explanation")}
    if "answer" in node.attrib:
        step["answer"] = bool_of(node, "answer", False)
    return step


def _read_short_answer(node: etree._Element) -> dict[str, Any]:
    return {
        **_common(node, (*_COMMON, "min_words", "max_words")),
        "min_words": int_of(node, "min_words", 0),
        "max_words": int_of(node, "max_words", 0),
        **_texts(node, "question", "model_answer"),
    }


def _read_rate(node: etree._Element) -> dict[str, Any]:
    step = {**_common(node, _COMMON), **_texts(node, "question", beside=("level", "item"))}
    for child in node.iterchildren("level", "item"):
        check_attributes(child, ("slug",) if child.tag == "item" else ())
    levels = [text_of(child) for child in node.iterchildren("level")]
    if levels:
        step["levels"] = levels
    step["items"] = [{"slug": child.get("slug", ""), "text": text_of(child)} for child in node.iterchildren("item")]
    return step


# -- writing ----------------------------------------------------------------------------------------------------
def _write_common(node: etree._Element, step: dict[str, Any], **defaults: Any) -> None:
    """Title, and each attribute that is not at its default."""
    node.set("title", step["title"])
    for name, default in {"required": True, **defaults}.items():
        value = step[name]
        if value != default:
            node.set(name, str(value).lower() if isinstance(value, bool) else str(value))


def _write_text(node: etree._Element, step: dict[str, Any], name: str) -> None:
    if step[name]:
        leaf(node, name, step[name])


def _write_read(node: etree._Element, step: dict[str, Any]) -> None:
    _write_common(node, step, url="", minutes=0)
    node.text = step["question"] or None


def _write_choice(node: etree._Element, step: dict[str, Any]) -> None:
    _write_common(node, step, points="1", attempts=0, multiple=False, shuffle=False)
    _write_text(node, step, "question")
    for option in step["options"]:
        marks = {"correct": "true"} if option["correct"] else {}
        if option["feedback"]:
            marks["feedback"] = option["feedback"]
        leaf(node, "option", option["text"], **marks)
    _write_text(node, step, "explanation")


def _write_true_false(node: etree._Element, step: dict[str, Any]) -> None:
    _write_common(node, step, points="1", attempts=0, answer=None)
    _write_text(node, step, "question")
    _write_text(node, step, "explanation")


def _write_short_answer(node: etree._Element, step: dict[str, Any]) -> None:
    _write_common(node, step, min_words=0, max_words=0)
    _write_text(node, step, "question")
    _write_text(node, step, "model_answer")


def _write_rate(node: etree._Element, step: dict[str, Any]) -> None:
    _write_common(node, step)
    _write_text(node, step, "question")
    for level in step["levels"]:
        leaf(node, "level", level)
    for item in step["items"]:
        leaf(node, "item", item["text"], slug=item["slug"])


_READERS: dict[str, Callable[[etree._Element], dict[str, Any]]] = {
    "read": _read_read,
    "choice": _read_choice,
    "true_false": _read_true_false,
    "short_answer": _read_short_answer,
    "rate": _read_rate,
}
_WRITERS: dict[str, Callable[[etree._Element, dict[str, Any]], None]] = {
    "read": _write_read,
    "choice": _write_choice,
    "true_false": _write_true_false,
    "short_answer": _write_short_answer,
    "rate": _write_rate,
}
