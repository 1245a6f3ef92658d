"""A checkpoint to readable OLX and back: nothing an author may write is lost, and what is malformed is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from pydantic import ValidationError

from boidung_xblock.authored import checkpoint_defaults, checkpoint_olx
from boidung_xblock.authored.checkpoint import CheckpointContent

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,12}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=()), max_size=60) | st.text(
    st.sampled_from("ăâđêôơưĐẶNG ýỷ\u0301\u200b&<>\"']]>-!\n\r\t\x00\x1c\x85\u00a0\u2028"), max_size=60
)
URLS = st.sampled_from(["", "https://moet.gov.vn/?a=1&b=2", "/static/tai-lieu.pdf"])
COUNTS = st.integers(0, 50)


@st.composite
def a_step(draw: st.DrawFn, slug: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["read", "choice", "true_false", "short_answer", "rate"]))
    step: dict[str, Any] = {
        "kind": kind,
        "slug": slug,
        "title": draw(TEXT),
        "question": draw(TEXT),
        "required": draw(st.booleans()),
    }
    if kind == "read":
        return {**step, "url": draw(URLS), "minutes": draw(st.integers(0, 600))}
    if kind == "short_answer":
        bounds = {"min_words": draw(st.integers(0, 20)), "max_words": draw(st.sampled_from([0, 20, 400]))}
        return {**step, **bounds, "model_answer": draw(TEXT)}
    if kind == "rate":
        slugs = draw(st.lists(SLUGS, min_size=1, max_size=3, unique=True))
        levels = draw(st.lists(TEXT, min_size=2, max_size=4))
        return {**step, "levels": levels, "items": [{"slug": one, "text": draw(TEXT)} for one in slugs]}
    points = draw(st.decimals(min_value=0, max_value=100, places=2))
    step |= {"points": points, "attempts": draw(COUNTS), "explanation": draw(TEXT)}
    if kind == "true_false":
        return {**step, "answer": draw(st.booleans())}
    texts = draw(st.lists(TEXT, min_size=2, max_size=4))
    options = [{"text": text, "correct": draw(st.booleans()), "feedback": draw(TEXT)} for text in texts]
    return {**step, "multiple": draw(st.booleans()), "shuffle": draw(st.booleans()), "options": options}


@st.composite
def contents(draw: st.DrawFn) -> CheckpointContent:
    slugs = draw(st.lists(SLUGS, min_size=1, max_size=4, unique=True))
    try:
        return CheckpointContent(intro=draw(TEXT), steps=[draw(a_step(slug)) for slug in slugs])
    except ValidationError:
        assume(False)
        raise


def written(content: CheckpointContent) -> str:
    node = etree.Element("boidung_checkpoint")
    whole = content.model_dump(mode="json")
    checkpoint_olx.write_parts(node, {part: whole[part] for part in checkpoint_olx.PARTS})
    return etree.tostring(node, encoding="unicode", pretty_print=True)


def parse(xml: str) -> dict[str, Any]:
    return checkpoint_olx.read_parts(etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False)))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(contents())
def test_whatever_the_model_accepts_comes_back_equal(content: CheckpointContent) -> None:
    assert CheckpointContent.model_validate(parse(written(content))) == content


def test_the_default_steps_come_back_equal() -> None:
    content = CheckpointContent.model_validate({"steps": checkpoint_defaults.steps()})
    assert CheckpointContent.model_validate(parse(written(content))) == content


def test_what_is_at_its_default_is_not_written() -> None:
    content = CheckpointContent.model_validate(
        {"steps": [{"kind": "true_false", "slug": "a", "title": "A", "answer": True}]}
    )
    assert '<true_false slug="a" title="A" answer="true"/>' in written(content)


@pytest.mark.parametrize(
    ("xml", "culprit"),
    [
        ("<steps><quiz/></steps>", "<quiz>"),
        ("<steps><read slug='a' colour='red'>x</read></steps>", "colour"),
        ("<steps><read slug='a' minutes='ten'>x</read></steps>", "minutes"),
        ("<steps><read slug='a' required='yes'>x</read></steps>", "required"),
        ("<steps><read slug='a'><p>x</p></read></steps>", "write HTML as text"),
        ("<steps>text<read slug='a'>x</read></steps>", "'text'"),
        ("<steps><choice slug='a'><option right='true'>x</option></choice></steps>", "right"),
        ("<steps><choice slug='a'><question>x</question><question>y</question></choice></steps>", "second <question>"),
        ("<steps/><steps/>", "second <steps>"),
    ],
)
def test_what_is_malformed_is_named(xml: str, culprit: str) -> None:
    with pytest.raises(ValueError, match=culprit):
        parse(f"<boidung_checkpoint>{xml}</boidung_checkpoint>")


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"kind": "choice", "slug": "a", "title": "A", "options": [{"text": "x"}, {"text": "y"}]}],
        [{"kind": "choice", "slug": "a", "title": "A", "options": [{"text": "x", "correct": True}] * 2}],
        [{"kind": "read", "slug": "a", "title": "A"}] * 2,
        [{"kind": "read", "slug": "a", "title": "A", "url": "javascript:alert(1)"}],
        [{"kind": "true_false", "slug": "a", "title": "A"}],
        [{"kind": "short_answer", "slug": "a", "title": "A", "min_words": 5, "max_words": 2}],
        [{"kind": "rate", "slug": "a", "title": "A", "items": []}],
        [{"kind": "other", "slug": "a", "title": "A"}],
    ],
)
def test_what_makes_no_sense_is_refused(steps: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        CheckpointContent.model_validate({"steps": steps})


def test_a_pass_mark_without_points_is_refused() -> None:
    with pytest.raises(ValidationError):
        CheckpointContent.model_validate({"steps": [{"kind": "read", "slug": "a", "title": "A"}], "pass_percent": 50})


@pytest.mark.parametrize("inside", ['<level slug="a">Đạt</level>', '<item slug="a" title="x">Tôi hiểu</item>'])
def test_a_misspelt_attribute_of_a_self_rating_is_told(inside: str) -> None:
    xml = f'<c><steps><rate slug="r" title="R">{inside}</rate></steps></c>'
    with pytest.raises(ValueError, match="unexpected attribute"):
        checkpoint_olx.read_parts(etree.fromstring(xml))
