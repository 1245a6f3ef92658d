"""A form for any authored model: its fields as a tree, and what an author typed back into the model.

``fields_of`` makes the tree that a page lays out; ``check`` takes the JSON that the page sends (the same shape as the
model's own data, numbers as typed) and gives the model or problems by path ("steps.2.options.1.text").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from boidung_xblock.authored.rubric import SLUG
from boidung_xblock.text import fold

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_SHORT = 300  # a text that may be longer gets several lines


class Kind(StrEnum):
    """How a field is edited; the value names its template."""

    TEXT = "text"
    LONG = "long"
    SLUG = "slug"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LINES = "lines"  # a list of texts, one on each line
    WORDS = "words"  # a list of words
    FIXED = "fixed"  # not edited: which of several kinds a row is
    GROUP = "group"
    OPTIONAL = "optional"  # a group that can be switched off
    LIST = "list"


@dataclass(frozen=True)
class FormField:
    """One field. ``keys`` name it for labels, nearest class first ("ChoiceStep.title", "Step.title")."""

    name: str
    path: str
    kind: Kind
    keys: tuple[str, ...] = ()
    value: Any = None  # as shown: text, or a bool; of a list nothing
    limits: Mapping[str, Any] = field(
        default_factory=dict
    )  # ge, gt, le, min_length, max_length, pattern, decimal_places
    required: bool = False  # may not be left empty
    choices: tuple[tuple[str, str], ...] = ()  # (value, key of its label)
    children: tuple[FormField, ...] = ()  # of a group; of a list its rows, each a group
    blanks: tuple[FormField, ...] = ()  # of a list: a row of each kind, to be added
    variant: str = ""  # of a row: which kind


# -- from models to fields ----------------------------------------------------------------------------------------
def fields_of(model: type[BaseModel], data: Any, *, path: str = "", order: Sequence[str] = ()) -> tuple[FormField, ...]:
    """The fields of ``model`` holding ``data`` (JSON, perhaps broken); names in ``order`` first, slugs last."""
    given = data if isinstance(data, Mapping) else {}
    rank = {name: number for number, name in enumerate(order)}
    made = [
        _field(model, name, info, given.get(name, _default(info)), path, order)
        for name, info in model.model_fields.items()
    ]
    return tuple(sorted(made, key=lambda field: (field.kind is Kind.SLUG, rank.get(field.name, len(rank)))))


def models_in(annotation: Any) -> dict[str, type[BaseModel]]:
    """The authored models a field holds, by tag ("" if there is one); none for texts, numbers and lists of texts."""
    found = dict(_models(annotation))
    return {"": next(iter(found.values()))} if len(found) == 1 else found


def _models(annotation: Any, tag: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        yield from _models(inner, next((mark.tag for mark in metadata if isinstance(mark, Tag)), tag))
    elif origin in (tuple, Union, UnionType):
        for inner in get_args(annotation):
            yield from _models(inner, tag)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield tag, annotation


def _field(
    model: type[BaseModel], name: str, info: FieldInfo, value: Any, above: str, order: Sequence[str]
) -> FormField:
    path = f"{above}.{name}" if above else name
    keys = tuple(f"{base.__name__}.{name}" for base in model.__mro__ if name in getattr(base, "model_fields", {}))
    limits = _limits(info)
    models = models_in(info.annotation)
    if get_origin(info.annotation) is tuple and models:
        rows = value if isinstance(value, list | tuple) else []
        children = tuple(_row(models, row, f"{path}.{number}", str(number), order) for number, row in enumerate(rows))
        blanks = tuple(_row({tag: held}, {"kind": tag}, f"{path}.new", "", order) for tag, held in models.items())
        return FormField(name, path, Kind.LIST, keys, limits=limits, children=children, blanks=blanks)
    if models:
        kind = Kind.OPTIONAL if NoneType in get_args(info.annotation) else Kind.GROUP
        inside = fields_of(models[""], value, path=path, order=order)
        return FormField(name, path, kind, keys, value=value is not None, children=inside)
    kind = _kind(info)
    required = info.is_required() or bool(limits.get("min_length")) or (kind in _NUMBERS and _blank(info) is None)
    required = required and kind not in (Kind.SLUG, Kind.YES_NO)
    choices = _choices(info, keys) if kind is Kind.CHOICE else ()
    return FormField(name, path, kind, keys, _shown(kind, value), limits, required, choices)


def _row(models: Mapping[str, type[BaseModel]], row: Any, path: str, name: str, order: Sequence[str]) -> FormField:
    tag = str(row.get("kind", "")) if isinstance(row, Mapping) and "" not in models else ""
    if tag not in models:
        tag = next(iter(models))
    inside = fields_of(models[tag], row if name else _blank_row(models[tag], tag), path=path, order=order)
    return FormField(name, path, Kind.GROUP, (models[tag].__name__,), children=inside, variant=tag)


def _blank_row(model: type[BaseModel], tag: str) -> dict[str, Any]:
    """A new row; lists in it begin with as many rows as they need."""
    made: dict[str, Any] = {"kind": tag} if "kind" in model.model_fields and tag else {}
    for name, info in model.model_fields.items():
        inner = models_in(info.annotation)
        if get_origin(info.annotation) is tuple and len(inner) == 1 and info.is_required():
            made[name] = [_blank_row(inner.get("", model), "")] * int(_limits(info).get("min_length", 0))
    return made


_NUMBERS = (Kind.WHOLE, Kind.NUMBER)
_SCALARS = {bool: Kind.YES_NO, int: Kind.WHOLE, Decimal: Kind.NUMBER, float: Kind.NUMBER}


def _kind(info: FieldInfo) -> Kind:
    annotation = info.annotation
    if get_origin(annotation) is Literal:
        return Kind.FIXED
    if get_origin(annotation) is tuple:
        return Kind.LINES if _can_hold_blanks(annotation) else Kind.WORDS
    if annotation is bool and info.is_required():
        return Kind.CHOICE  # nothing is right before the author says so
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Kind.CHOICE
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    limits = _limits(info)
    if limits.get("pattern") == SLUG:
        return Kind.SLUG
    return Kind.LONG if limits.get("max_length", 0) > _SHORT and "pattern" not in limits else Kind.TEXT


def _can_hold_blanks(annotation: Any) -> bool:
    inner = get_args(get_args(annotation)[0])[1:]
    return not any(getattr(mark, "pattern", None) or "pattern" in _marks([mark]) for mark in inner)


def _limits(info: FieldInfo) -> dict[str, Any]:
    return _marks(info.metadata)


def _marks(metadata: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for mark in metadata:
        inner = mark.metadata if isinstance(mark, FieldInfo) else [mark]
        for one in inner:
            for name in ("ge", "gt", "le", "min_length", "max_length", "pattern", "decimal_places"):
                if getattr(one, name, None) is not None:
                    found[name] = getattr(one, name)
    return found


def _default(info: FieldInfo) -> Any:
    value = None if info.is_required() else info.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value.value if isinstance(value, Enum) else value


def _choices(info: FieldInfo, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    if info.annotation is bool:
        return (("true", f"{keys[0]}.true"), ("false", f"{keys[0]}.false"))
    if isinstance(info.annotation, type) and issubclass(info.annotation, Enum):
        return tuple((str(one.value), f"{info.annotation.__name__}.{one.value}") for one in info.annotation)
    return ()


def _shown(kind: Kind, value: Any) -> Any:
    if kind is Kind.YES_NO:
        return value is True
    if kind in (Kind.LINES, Kind.WORDS):
        items = value if isinstance(value, list | tuple) else []
        return ("\n" if kind is Kind.LINES else " ").join(str(item) for item in items)
    if isinstance(value, bool):
        return str(value).lower()
    if kind in _NUMBERS and value is not None:
        return _plain(value)
    return "" if value is None else str(value)


def _plain(value: Any) -> str:
    """A number without useless zeros; what is none, as it is."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{number:f}" if number.is_finite() else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _blank(info: FieldInfo) -> str | None:
    """What an empty number stands for: 0 where 0 is the default ("not said", "no limit"), else nothing."""
    return "0" if not info.is_required() and info.default == 0 else None


# -- from what was typed to the model's data ------------------------------------------------------------------------
def typed_data(model: type[BaseModel], typed: Any, *, taken: Mapping[str, Collection[str]] | None = None) -> Any:
    """What a page sent, as data for ``model``: decimal commas, lists of lines, slugs for new rows.

    ``taken``: {list: slugs that new rows of it may not get}. What does not fit is left for the model to refuse.
    """
    if not isinstance(typed, Mapping):
        return typed
    data = dict(typed)
    for name, info in model.model_fields.items():
        if name in data:
            value = _typed(info, data[name])
            if get_origin(info.annotation) is tuple and isinstance(value, list):
                value = _with_slugs(value, set((taken or {}).get(name, ())))
            data[name] = value
    return data


def _typed(info: FieldInfo, value: Any) -> Any:
    models = models_in(info.annotation)
    if get_origin(info.annotation) is tuple and models:
        return [_typed_row(models, row) for row in value] if isinstance(value, list) else value
    if models:
        return None if value is None else typed_data(models[""], value)
    kind = _kind(info)
    if kind in _NUMBERS and isinstance(value, str):
        text = value.strip()
        return (text.replace(",", ".") if _NUMBER.fullmatch(text) else text) or _blank(info)
    if kind in (Kind.LINES, Kind.WORDS) and isinstance(value, str):
        parts = value.splitlines() if kind is Kind.LINES else re.split(r"[\s,;]+", value)
        return [part.strip() for part in parts if part.strip()]
    return (value or None) if kind is Kind.CHOICE else value


def _typed_row(models: Mapping[str, type[BaseModel]], row: Any) -> Any:
    model = models.get("") or models.get(str(row.get("kind")) if isinstance(row, Mapping) else "")
    return typed_data(model, row) if model else row


def _with_slugs(rows: list[Any], taken: set[str]) -> list[Any]:
    """Rows with a name each: an existing one stays, a new one is made from the title."""
    taken |= {str(row["slug"]) for row in rows if isinstance(row, Mapping) and row.get("slug")}
    made = []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Mapping) and row.get("slug") == "":
            slug = slug_from(str(row.get("title") or row.get("text") or ""), taken, number)
            taken.add(slug)
            row = {**row, "slug": slug}
        made.append(row)
    return made


def slug_from(title: str, taken: Collection[str], number: int = 1) -> str:
    """A name for machines made of a title: "Đọc tài liệu" → "doc-tai-lieu", with a number if that is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:34].strip("-") or f"muc-{number}"
    slug, again = base, 2
    while slug in taken:
        slug, again = f"{base}-{again}", again + 1
    return slug
