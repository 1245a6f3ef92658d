"""Every field of every authored model is in a form, and what a form sends back is the content it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from boidung_xblock.authored import checkpoint_defaults, defaults, form_errors
from boidung_xblock.authored.checkpoint import CheckpointContent
from boidung_xblock.authored.form_errors import Problem, check
from boidung_xblock.authored.forms import FormField, Kind, fields_of, models_in, slug_from
from boidung_xblock.authored.ledger import LedgerContent
from boidung_xblock.authored.meeting import Meeting
from boidung_xblock.authored.reflection import ReflectionContent
from boidung_xblock.authored.rubric import SLUG

MODELS: tuple[type[BaseModel], ...] = (CheckpointContent, ReflectionContent, LedgerContent)
_AUTHORED = Path(form_errors.__file__).parent


def checkpoint(**changes: Any) -> dict[str, Any]:
    return {"steps": checkpoint_defaults.steps(), **changes}


def reflection(**changes: Any) -> dict[str, Any]:
    return {"prompts": defaults.prompts(), "rubric": defaults.rubric(), **changes}


def sent(fields: tuple[FormField, ...]) -> dict[str, Any]:
    """What a page with these fields sends, untouched: the reading of studio.js."""
    return {field.name: _sent(field) for field in fields}


def _sent(field: FormField) -> Any:
    if field.kind is Kind.LIST:
        return [sent(row.children) for row in field.children]
    if field.kind is Kind.GROUP:
        return sent(field.children)
    if field.kind is Kind.OPTIONAL:
        return sent(field.children) if field.value else None
    return field.value


def inside(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """(model, field) of everything below a model."""
    for name, info in model.model_fields.items():
        yield model.__name__, name
        for held in models_in(info.annotation).values():
            yield from inside(held)


def shown(fields: tuple[FormField, ...]) -> Iterator[FormField]:
    for field in fields:
        yield field
        yield from shown(field.children)
        yield from shown(field.blanks)


# -- out ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", MODELS)
def test_every_field_of_every_model_is_in_the_form_even_of_one_that_is_empty(model: type[BaseModel]) -> None:
    keys = {field.keys[0] for field in shown(fields_of(model, {})) if field.keys}
    assert {f"{owner}.{name}" for owner, name in inside(model)} <= keys


def test_paths_name_the_place_of_each_field() -> None:
    paths = [field.path for field in shown(fields_of(CheckpointContent, checkpoint()))]
    assert "steps.1.options.2.text" in paths
    assert "steps.3.items.0.slug" in paths


def test_a_new_row_has_the_rows_inside_that_it_needs() -> None:
    (steps,) = [field for field in fields_of(CheckpointContent, checkpoint()) if field.name == "steps"]
    assert [blank.variant for blank in steps.blanks] == ["read", "choice", "true_false", "short_answer", "rate"]
    (options,) = [field for field in steps.blanks[1].children if field.name == "options"]
    assert len(options.children) == 2


@pytest.mark.parametrize("broken", [None, {"steps": 5}, {"steps": [7, {"kind": "dance"}]}, {"steps": "x"}])
def test_broken_content_still_has_a_form(broken: Any) -> None:
    assert fields_of(CheckpointContent, broken)


# -- and back -----------------------------------------------------------------------------------------------------
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
_SLUGS = st.from_regex(SLUG.replace("$", r"\Z"), fullmatch=True)
_WORDS = st.integers(0, 500).flatmap(lambda low: st.tuples(st.just(low), st.integers(low, 5000)))


@st.composite
def _prompts(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for slug in draw(st.lists(_SLUGS, min_size=1, max_size=4, unique=True)):
        low, high = draw(_WORDS)
        row = {"slug": slug, "title": draw(_TEXT), "help": draw(_TEXT), "min_words": low, "max_words": high}
        made.append({**row, "recall": draw(st.just("") | _SLUGS), "show_conclusion": draw(st.booleans())})
    return made


_MEETINGS = st.none() | st.builds(
    Meeting, number=st.integers(1, 99), title=_TEXT, agenda=_TEXT, members_write=st.booleans()
).map(lambda meeting: meeting.model_dump(mode="json"))
_POINTS = st.decimals(0, 100, places=2).map(str)


@settings(max_examples=60, deadline=None)
@given(prompts=_prompts(), meeting=_MEETINGS, types=st.lists(st.sampled_from(["docx", "pdf", "7z"]), max_size=3))
def test_a_reflection_comes_back_from_its_form_as_it_was(prompts: Any, meeting: Any, types: Any) -> None:
    content = ReflectionContent.model_validate(reflection(prompts=prompts, meeting=meeting, files={"types": types}))
    checked = check(ReflectionContent, sent(fields_of(ReflectionContent, content.model_dump(mode="json"))))
    assert (checked.model, checked.problems) == (content, {})


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(_TEXT, min_size=2, max_size=5, unique=True), points=_POINTS, percent=_POINTS, answer=st.booleans()
)
def test_a_checkpoint_comes_back_from_its_form_as_it_was(texts: Any, points: str, percent: str, answer: bool) -> None:
    choice = {"kind": "choice", "slug": "c", "title": texts[0], "points": "1", "options": [{"text": t} for t in texts]}
    choice["options"][0]["correct"] = True  # type: ignore[index]
    true_false = {"kind": "true_false", "slug": "t", "title": texts[1], "answer": answer, "points": points}
    steps = [*checkpoint_defaults.steps(), choice, true_false]
    content = CheckpointContent.model_validate(checkpoint(steps=steps, pass_percent=percent, intro=texts[0]))
    checked = check(CheckpointContent, sent(fields_of(CheckpointContent, content.model_dump(mode="json"))))
    assert (checked.model, checked.problems) == (content, {})


def test_numbers_may_be_typed_with_a_decimal_comma() -> None:
    checked = check(CheckpointContent, checkpoint(pass_percent=" 62,5 "))
    assert isinstance(checked.model, CheckpointContent)
    assert checked.model.pass_percent == Decimal("62.5")


def test_lists_of_texts_are_read_line_by_line_and_words_by_blank_or_comma() -> None:
    steps = checkpoint_defaults.steps()
    steps[3]["levels"] = " Chưa \n\nCó \n"
    checked = check(CheckpointContent, checkpoint(steps=steps))
    assert isinstance(checked.model, CheckpointContent)
    assert checked.model.steps[3].levels == ("Chưa", "Có")  # type: ignore[union-attr]
    other = check(ReflectionContent, reflection(files={"types": "docx, pdf;jpg"})).model
    assert isinstance(other, ReflectionContent)
    assert other.files.types == ("docx", "pdf", "jpg")


# -- names --------------------------------------------------------------------------------------------------------
def test_new_rows_get_a_name_from_their_title_and_others_keep_theirs() -> None:
    new = {"kind": "read", "slug": "", "title": "Đọc tài liệu"}
    checked = check(CheckpointContent, checkpoint(steps=[*checkpoint_defaults.steps(), new, new]), taken={})
    assert isinstance(checked.model, CheckpointContent)
    slugs = [step.slug for step in checked.model.steps]
    assert slugs == ["doc-tai-lieu", "cau-hoi-1", "lien-he", "tu-danh-gia", "doc-tai-lieu-2", "doc-tai-lieu-3"]


def test_a_name_that_the_course_has_already_is_not_given_again() -> None:
    new = [{"kind": "read", "slug": "", "title": "Mở đầu"}]
    checked = check(CheckpointContent, {"steps": new}, taken={"steps": ["mo-dau"]})
    assert isinstance(checked.model, CheckpointContent)
    assert checked.model.steps[0].slug == "mo-dau-2"


@given(_TEXT, st.integers(1, 60))
def test_a_name_made_of_any_title_is_one(title: str, number: int) -> None:
    assert re.match(SLUG, slug_from(title * 3, set(), number))


# -- what cannot stand -----------------------------------------------------------------------------------------------
def _steps(number: int, **changes: Any) -> dict[str, Any]:
    steps = checkpoint_defaults.steps()
    steps[number] |= changes
    return checkpoint(steps=steps)


def _options(*rows: dict[str, Any]) -> dict[str, Any]:
    return _steps(1, options=list(rows))


def _rubric(**changes: Any) -> dict[str, Any]:
    return reflection(rubric={**defaults.rubric(), **changes})


def _level(number: int, **changes: Any) -> dict[str, Any]:
    rubric = defaults.rubric()
    rubric["criteria"][1]["levels"][number] |= changes
    return reflection(rubric=rubric)


A, B = {"text": "A", "correct": True}, {"text": "B"}
REFUSED = [
    (CheckpointContent, _steps(0, title=" "), "steps.0.title", Problem("missing")),
    (CheckpointContent, _steps(0, title="x" * 301), "steps.0.title", Problem("too_long", "300")),
    (CheckpointContent, _steps(0, slug="Có dấu"), "steps.0.slug", Problem("pattern_slug")),
    (CheckpointContent, _steps(0, url="javascript:alert(1)"), "steps.0.url", Problem("pattern_url")),
    (CheckpointContent, _steps(0, minutes="1,5"), "steps.0.minutes", Problem("whole_number")),
    (CheckpointContent, _steps(0, minutes="601"), "steps.0.minutes", Problem("at_most", "600")),
    (CheckpointContent, _steps(1, points="nhiều"), "steps.1.points", Problem("number")),
    (CheckpointContent, _steps(1, points="-1"), "steps.1.points", Problem("at_least", "0")),
    (CheckpointContent, _steps(1, points=""), "steps.1.points", Problem("missing")),
    (CheckpointContent, _steps(1, points="1,005"), "steps.1.points", Problem("places", "2")),
    (CheckpointContent, _options(A), "steps.1.options", Problem("too_few", "2")),
    (CheckpointContent, _options(B, {"text": "C"}), "steps.1.options", Problem("no_right")),
    (CheckpointContent, _options(A, {**B, "correct": True}), "steps.1.options", Problem("several_right")),
    (CheckpointContent, _options(A, B, B), "steps.1.options.2.text", Problem("repeated")),
    (CheckpointContent, _options(A, {"text": ""}), "steps.1.options.1.text", Problem("missing")),
    (CheckpointContent, _steps(2, max_words=3), "steps.2.max_words", Problem("below")),
    (CheckpointContent, _steps(3, levels="Một"), "steps.3.levels", Problem("too_few", "2")),
    (CheckpointContent, _steps(3, levels="A\n" + "x" * 301), "steps.3.levels", Problem("too_long", "300", line=2)),
    (CheckpointContent, _steps(3, slug="lien-he"), "steps.3.slug", Problem("repeated")),
    (CheckpointContent, checkpoint(steps=[]), "steps", Problem("too_few", "1")),
    (CheckpointContent, checkpoint(role="dance"), "role", Problem("choose")),
    (
        CheckpointContent,
        checkpoint(steps=[{"kind": "true_false", "slug": "a", "title": "A", "answer": ""}]),
        "steps.0.answer",
        Problem("choose"),
    ),
    (CheckpointContent, {"steps": checkpoint_defaults.steps()[:1], "pass_percent": 50}, "pass_percent",
     Problem("no_points")),
    (ReflectionContent, reflection(meeting={"number": "0"}), "meeting.number", Problem("at_least", "1")),
    (ReflectionContent, reflection(files={"types": "do cx ảnh"}), "files.types", Problem("pattern_types", line=3)),
    (ReflectionContent, _rubric(pass_mark=11), "rubric.pass_mark", Problem("above_scale")),
    (ReflectionContent, _rubric(scale=9), "rubric.criteria.0.levels.3.high", Problem("beyond_scale")),
    (ReflectionContent, _level(1, high="4,5"), "rubric.criteria.1.levels.1.high", Problem("below")),
    (ReflectionContent, _level(1, low="4"), "rubric.criteria.1.levels.1.low", Problem("level_order")),
    (ReflectionContent, _level(1, slug="kha"), "rubric.criteria.1.levels.2.slug", Problem("repeated")),
    (LedgerContent, {"total_periods": "0"}, "total_periods", Problem("more_than", "0")),
]  # fmt: skip


@pytest.mark.parametrize(("model", "typed", "path", "problem"), REFUSED)
def test_what_cannot_stand_is_said_at_its_field(
    model: type[BaseModel], typed: dict[str, Any], path: str, problem: Problem
) -> None:
    checked = check(model, typed)
    assert checked.model is None
    assert checked.problems == {path: problem}


def test_several_faults_are_all_said_at_once() -> None:
    steps = checkpoint_defaults.steps()
    steps[0]["title"], steps[2]["min_words"] = "", "x"
    assert set(check(CheckpointContent, {"steps": steps}).problems) == {"steps.0.title", "steps.2.min_words"}


def test_every_refusal_of_the_models_has_a_code_of_its_own() -> None:
    sources = [_AUTHORED / f"{name}.py" for name in ("checkpoint", "reflection", "rubric", "meeting", "ledger")]
    raised = {text for path in sources for text in re.findall(r'raise ValueError\("(\w+: .+)"\)', path.read_text())}
    assert raised == set(form_errors._REFUSALS)
