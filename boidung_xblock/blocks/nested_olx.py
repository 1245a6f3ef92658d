"""Blocks as readable nested OLX: the parts that ``authored`` reads and writes as elements, all else as attributes."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from lxml import etree
from pydantic import BaseModel, ValidationError
from xblock.core import XBlock
from xblock.fields import Scope


class Parts(Protocol):
    """A module of ``authored`` that knows a block's elements."""

    @staticmethod
    def read_parts(node: etree._Element) -> dict[str, Any]:
        """The parts under ``node``; ValueError names the culprit."""

    @staticmethod
    def write_parts(node: etree._Element, parts: dict[str, Any]) -> None:
        """The reverse."""


class NestedOlxMixin:
    """``parse_xml`` and ``add_xml_to_node`` for a block with a ``content()`` whose keys are the names of the parts."""

    OLX: ClassVar[Any]  # a module as ``Parts`` says
    NESTED: ClassVar[dict[str, str]]  # {field: part}

    def content(self) -> BaseModel:
        """The authored content, validated. pydantic.ValidationError if it is broken."""
        raise NotImplementedError

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any, *args: Any) -> Any:
        """Read the nested OLX; attributes are the other fields. ValueError names the culprit."""
        block = runtime.construct_xblock_from_class(cls, keys)
        parts = cls.OLX.read_parts(node)
        for name, part in cls.NESTED.items():
            if part in parts:
                setattr(block, name, parts[part])
        for name, value in node.items():
            _set_attribute(block, name, value)
        return block

    def add_xml_to_node(self: Any, node: etree._Element) -> None:
        """Write the block as nested OLX; only what the author has set.

        Broken content is written as plain attributes: it must not stop the export of a whole course.
        """
        node.tag = self.scope_ids.block_type
        try:
            whole = self.content().model_dump(mode="json")
        except ValidationError:
            whole = {}
        parts: dict[str, Any] = {}
        for name, field in self.fields.items():
            if field.scope not in (Scope.settings, Scope.content) or not field.is_set_on(self):
                continue
            value = field.read_from(self)
            if self.NESTED.get(name) in whole:
                parts[self.NESTED[name]] = whole[self.NESTED[name]]
            elif name != "xml_attributes" and value is not None:
                node.set(name, field.to_string(value))
        self.OLX.write_parts(node, parts)


def _set_attribute(block: XBlock, name: str, value: str) -> None:
    field = type(block).fields.get(name) or block.fields.get(name)
    if field is None or field.scope not in (Scope.settings, Scope.content):
        return
    try:
        setattr(block, name, field.from_string(value))
    except Exception as error:  # YAML's errors are no ValueErrors
        raise ValueError(f"{name}={value!r}: {error}") from error
