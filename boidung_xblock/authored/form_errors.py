"""What a model refuses, as a code for each field of its form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from boidung_xblock.authored.forms import models_in, typed_data

# pydantic's types of errors → (our code, {our parameter: theirs}). What is not here is "invalid".
_CODES: dict[str, tuple[str, dict[str, str]]] = {
    "missing": ("missing", {}),
    "string_type": ("missing", {}),
    "string_too_short": ("missing", {}),
    "string_too_long": ("too_long", {"limit": "max_length"}),
    "string_pattern_mismatch": ("pattern", {}),
    "int_parsing": ("whole_number", {}),
    "int_parsing_size": ("whole_number", {}),
    "int_from_float": ("whole_number", {}),
    "int_type": ("whole_number", {}),
    "decimal_parsing": ("number", {}),
    "decimal_type": ("number", {}),
    "finite_number": ("number", {}),
    "decimal_max_places": ("places", {"limit": "decimal_places"}),
    "decimal_max_digits": ("too_many_digits", {}),
    "decimal_whole_digits": ("too_many_digits", {}),
    "greater_than_equal": ("at_least", {"limit": "ge"}),
    "greater_than": ("more_than", {"limit": "gt"}),
    "less_than_equal": ("at_most", {"limit": "le"}),
    "bool_parsing": ("choose", {}),
    "bool_type": ("choose", {}),
    "enum": ("choose", {}),
    "literal_error": ("choose", {}),
    "union_tag_invalid": ("choose", {}),
    "union_tag_not_found": ("choose", {}),
    "too_short": ("too_few", {"limit": "min_length"}),
    "too_long": ("too_many", {"limit": "max_length"}),
}
# The models' own refusals → (code, field to blame). "list*name" blames the first row whose name repeats one above.
_REFUSALS = {
    "options: no option is right": ("no_right", "options"),
    "options: several options are right, but only one may be chosen": ("several_right", "options"),
    "options: two options are the same": ("repeated", "options*text"),
    "word_bounds: the upper bound is below the lower": ("below", "max_words"),
    "item_slugs: two items have the same name": ("repeated", "items*slug"),
    "step_slugs: two steps have the same name": ("repeated", "steps*slug"),
    "prompt_slugs: two prompts have the same name": ("repeated", "prompts*slug"),
    "criterion_slugs: two criteria have the same name": ("repeated", "criteria*slug"),
    "level_slugs: two levels have the same name": ("repeated", "levels*slug"),
    "level_range: the upper bound is below the lower": ("below", "high"),
    "level_order: levels must go up and must not overlap": ("level_order", "levels"),
    "level_scale: a level goes beyond the scale": ("beyond_scale", "criteria"),
    "pass_mark: above the scale": ("above_scale", "pass_mark"),
    "pass_percent: no step has points": ("no_points", "pass_percent"),
}


@dataclass(frozen=True)
class Problem:
    """Why a field cannot stand; ``line`` is the line of a list of texts, 0 elsewhere."""

    code: str
    limit: str = ""
    line: int = 0


@dataclass(frozen=True)
class Checked:
    """The model, or problems by path ("" is the whole form)."""

    model: BaseModel | None
    problems: dict[str, Problem] = field(default_factory=dict)


def check(model: type[BaseModel], typed: Any, *, taken: Mapping[str, Collection[str]] | None = None) -> Checked:
    """Validate what a page sent for ``model``; ``taken`` as ``typed_data`` says."""
    data = typed_data(model, typed, taken=taken)
    try:
        return Checked(model.model_validate(data))
    except ValidationError as error:
        return Checked(None, problems_of(model, data, error))


def problems_of(model: type[BaseModel], data: Any, error: ValidationError) -> dict[str, Problem]:
    """pydantic's errors by path, the first of each field."""
    found: dict[str, Problem] = {}
    for one in error.errors(include_url=False):
        path, line = _place(model, one["loc"])
        if one["type"] == "value_error":
            code, blamed = _refusal(str(one["ctx"]["error"]), _at(data, path))
            path, problem = ".".join(part for part in (path, blamed) if part), Problem(code)
        else:
            problem = _problem(one, path, line)
        found.setdefault(path, problem)
    # pydantic does not count rows that are wrong themselves.
    hollow = [path for path, problem in found.items() if problem.code == "too_few" and _has_inside(found, path)]
    return {path: problem for path, problem in found.items() if path not in hollow}


def _problem(one: Any, path: str, line: int) -> Problem:
    """A text says "too_short" like a list where another validator stands before its length."""
    kind = f"string_{one['type']}" if isinstance(one["input"], str) and one["type"].startswith("too_") else one["type"]
    code, wanted = _CODES.get(kind, ("invalid", {}))
    if one["input"] is None and code in ("number", "whole_number"):
        code = "missing"
    if code == "pattern":
        code += f"_{path.rpartition('.')[2]}"  # what the right form is, depends on the field
    return Problem(code, limit=str(one.get("ctx", {}).get(wanted["limit"], "")) if wanted else "", line=line)


def _has_inside(found: Mapping[str, Problem], path: str) -> bool:
    return any(other.startswith(f"{path}.") for other in found)


def _place(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, int]:
    """Path and line of pydantic's location; the tags it puts behind the number of a row are left out."""
    parts: list[str] = []
    models: dict[str, type[BaseModel]] = {"": model}
    in_row = False
    for part in location:
        if isinstance(part, int):
            if not models:
                return ".".join(parts), part + 1
            parts.append(str(part))
            in_row = True
        elif in_row and part in models:
            models, in_row = {"": models[part]}, False
        else:
            parts.append(part)
            holder = models.get("")
            info = holder.model_fields.get(part) if holder else None
            models, in_row = (models_in(info.annotation) if info else {}), False
    return ".".join(parts), 0


def _at(data: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        data = data[int(part)] if isinstance(data, list | tuple) else data.get(part)
    return data


def _refusal(message: str, data: Any) -> tuple[str, str]:
    code, blamed = _REFUSALS.get(message, ("invalid", message.partition(":")[0]))
    rows, _, name = blamed.partition("*")
    if name:
        return code, _repeated(data, rows, name)
    if code == "level_order":
        return code, _out_of_order(data["levels"])
    if code == "beyond_scale":
        return code, _beyond(data)
    return code, blamed


def _repeated(data: Any, rows: str, name: str) -> str:
    seen = set()
    for number, row in enumerate(data[rows]):
        text = str(row[name]).strip()
        if text in seen:
            return f"{rows}.{number}.{name}"
        seen.add(text)
    return rows


def _out_of_order(levels: Any) -> str:
    for number in range(1, len(levels)):
        if _number(levels[number]["low"]) <= _number(levels[number - 1]["high"]):
            return f"levels.{number}.low"
    return "levels"


def _beyond(rubric: Any) -> str:
    for row, criterion in enumerate(rubric["criteria"]):
        for column, level in enumerate(criterion["levels"]):
            if _number(level["high"]) > _number(rubric.get("scale", 10)):
                return f"criteria.{row}.levels.{column}.high"
    return "criteria"


def _number(value: Any) -> float:
    return float(str(value).strip())
