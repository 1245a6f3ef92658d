"""A Studio form as its templates need it: fields with labels, helps, bounds in words, messages and ids."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext
from pydantic import BaseModel

from boidung_xblock import present
from boidung_xblock.authored.forms import FormField, Kind, models_in
from boidung_xblock.blocks.people import usage_key
from boidung_xblock.blocks.studio_labels import CHOICES, ROWS, SECTIONS, label_of

_LEAVES = (Kind.TEXT, Kind.LONG, Kind.SLUG, Kind.WHOLE, Kind.NUMBER, Kind.YES_NO, Kind.CHOICE, Kind.LINES, Kind.WORDS)


def page_of(
    block: Any,
    sections: Sequence[tuple[str, Sequence[FormField]]],
    problems: Mapping[str, str],
    *,
    digest: str,
) -> dict[str, Any]:
    """The template's ``page``; ``problems`` are messages by path."""
    uid = "bds-" + hashlib.sha256(usage_key(block).encode()).hexdigest()[:8]
    return {
        "uid": uid,
        "digest": digest,
        "problem": problems.get("", ""),
        "sections": [
            {"code": code, "title": title, "fields": [_under(title, _shown(field, uid, problems)) for field in fields]}
            for code, title, fields in ((code, str(SECTIONS[code]), fields) for code, fields in sections)
        ],
    }


def _under(title: str, shown: dict[str, Any]) -> dict[str, Any]:
    """A field right under a head of the same words does not say them again to the eye."""
    return {**shown, "quiet": shown["label"] == title}


def _shown(field: FormField, uid: str, problems: Mapping[str, str]) -> dict[str, Any]:
    if field.kind is Kind.FIXED:
        return {"name": field.name, "kind": field.kind.value, "value": field.value}
    label, help_text = label_of(field.keys)
    shown: dict[str, Any] = {
        "id": f"{uid}-{field.path.replace('.', '-')}",
        "name": field.name,
        "kind": field.kind.value,
        "label": label,
        "help": " ".join(part for part in (help_text, _bounds(field)) if part),
        "error": problems.get(field.path, ""),
        "required": field.required,
    }
    if field.kind in (Kind.GROUP, Kind.OPTIONAL):
        shown |= {"value": field.value, "parts": _parts(field, uid, problems)}
    elif field.kind is Kind.LIST:
        shown["rows"] = [_row(row, uid, problems) for row in field.children]
        shown["blanks"] = [_row(row, uid, {}) for row in field.blanks]
        shown["most"] = field.limits.get("max_length", "")
    else:
        shown |= _leaf(field)
    return shown


def _leaf(field: FormField) -> dict[str, Any]:
    value, longest = field.value, field.limits.get("max_length", "")
    if field.kind is Kind.NUMBER:
        value = value.replace(".", present.decimal_sign())
    return {
        "value": value,
        "choices": [(choice, CHOICES[key]) for choice, key in field.choices],
        "unchosen": field.kind is Kind.CHOICE and value not in dict(field.choices),
        "longest": "" if field.kind in (Kind.LINES, Kind.WORDS) else longest,
        "rows": 5 if field.kind is Kind.LINES or int(longest or 0) > 2000 else 3,
    }


def _parts(group: FormField, uid: str, problems: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a group: those in view, and those under "Advanced"."""
    main = [_shown(field, uid, problems) for field in group.children if field.kind is not Kind.SLUG]
    advanced = [_shown(field, uid, problems) for field in group.children if field.kind is Kind.SLUG]
    return {"main": main, "advanced": advanced}


def _row(row: FormField, uid: str, problems: Mapping[str, str]) -> dict[str, Any]:
    titled = next((field for field in row.children if field.name in ("title", "text")), None)
    big = sum(field.kind in _LEAVES for field in row.children) > 5 or any(f.kind is Kind.LIST for f in row.children)
    return {
        "called": ROWS[row.keys[0]],
        "variant": row.variant,
        "title": titled.value if titled else "",
        "folded": big,
        "open": any(path.startswith(f"{row.path}.") for path in problems) or not row.name,
        "parts": _parts(row, uid, problems),
    }


def _bounds(field: FormField) -> str:
    """ "From 0 to 100." of a number that has both bounds."""
    low, high = field.limits.get("ge"), field.limits.get("le")
    if field.kind not in (Kind.WHOLE, Kind.NUMBER) or low is None or high is None:
        return ""
    values = {"low": present.number(Decimal(low)), "high": present.number(Decimal(high))}
    return pgettext("boidung", "From %(low)s to %(high)s.") % values


def place_of(models: Sequence[type[BaseModel]], path: str) -> str:
    """A path in words: "Steps 3 › Options 2 › Option"; what no model knows is left out."""
    words: list[str] = []
    held: dict[str, type[BaseModel]] = {str(number): model for number, model in enumerate(models)}
    for part in path.split("."):
        if part.isdigit() and words:
            words[-1] += f" {int(part) + 1}"
            continue
        model = next((model for model in held.values() if part in model.model_fields), None)
        if model is None:
            break
        label, _ = label_of([f"{base.__name__}.{part}" for base in model.__mro__])
        words.append(label)
        held = models_in(model.model_fields[part].annotation)
    return " › ".join(words)
