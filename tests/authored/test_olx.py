"""Content to readable OLX and back: nothing an author may write is lost, and what is malformed is named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from pydantic import ValidationError

from boidung_xblock.authored import defaults, olx
from boidung_xblock.authored.meeting import MeetingKind
from boidung_xblock.authored.reflection import ReflectionContent
from boidung_xblock.text import clean_line

SLUGS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,12}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from("ăâđêôơưĐẶNG ýỷ\u0301\u200b&<>\"']]>-!\n\r\t\x00\x1c\x85\u00a0\u2028")
)
TITLES = TEXT.filter(lambda text: clean_line(text) != "")
WEIGHTS = st.decimals(min_value="0.01", max_value=1000, places=2)


@st.composite
def levels(draw: st.DrawFn) -> list[dict[str, Any]]:
    bounds = sorted(draw(st.lists(st.integers(0, 1000), min_size=4, max_size=8, unique=True)))
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    slugs = draw(st.lists(SLUGS, min_size=len(pairs), max_size=len(pairs), unique=True))
    return [
        {
            "slug": slug,
            "title": draw(TITLES),
            "low": Decimal(low) / 100,
            "high": Decimal(high) / 100,
            "descriptor": draw(TEXT),
        }
        for slug, (low, high) in zip(slugs, pairs, strict=True)
    ]


@st.composite
def rubrics(draw: st.DrawFn) -> dict[str, Any]:
    slugs = draw(st.lists(SLUGS, min_size=1, max_size=3, unique=True))
    return {
        "step": draw(st.sampled_from(["0.25", "0.5", "1", "0.125"])),
        "pass_mark": draw(st.decimals(min_value=0, max_value=10, places=2)),
        "lowest_level_fails": draw(st.booleans()),
        "criteria": [
            {"slug": slug, "title": draw(TITLES), "weight": draw(WEIGHTS), "levels": draw(levels())} for slug in slugs
        ],
    }


@st.composite
def meetings(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "kind": draw(st.sampled_from(list(MeetingKind))),
        "number": draw(st.integers(1, 99)),
        "title": draw(TEXT),
        "agenda": draw(TEXT),
        "min_opinions": draw(st.integers(0, 20)),
        "members_write": draw(st.booleans()),
    }


@st.composite
def contents(draw: st.DrawFn) -> ReflectionContent:
    slugs = draw(st.lists(SLUGS, min_size=1, max_size=3, unique=True))
    prompts = [
        {
            "slug": slug,
            "title": draw(TITLES),
            "help": draw(TEXT),
            "min_words": draw(st.integers(0, 20)),
            "max_words": draw(st.sampled_from([0, 20, 400])),
            "required": draw(st.booleans()),
            "recall": draw(SLUGS | st.just("")),
            "show_conclusion": draw(st.booleans()),
        }
        for slug in slugs
    ]
    files = {
        "max_files": draw(st.integers(0, 20)),
        "max_mb": draw(st.integers(1, 100)),
        "types": draw(st.lists(st.sampled_from(["docx", "pdf", "JPG", "7z", "mp3"]), unique=True)),
    }
    try:
        return ReflectionContent(
            intro=draw(TEXT),
            prompts=prompts,
            rubric=draw(rubrics()),
            files=files,
            meeting=draw(st.none() | meetings()),
        )
    except ValidationError:
        assume(False)
        raise


def written(content: ReflectionContent) -> str:
    node = etree.Element("boidung_reflection")
    whole = content.model_dump(mode="json")
    olx.write_parts(node, {part: whole[part] for part in olx.PARTS})
    return etree.tostring(node, encoding="unicode", pretty_print=True)


def parse(xml: str) -> dict[str, Any]:
    return olx.read_parts(etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False)))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(contents())
def test_whatever_the_model_accepts_comes_back_equal(content: ReflectionContent) -> None:
    assert ReflectionContent.model_validate(parse(written(content))) == content


def test_the_default_block_comes_back_equal() -> None:
    content = ReflectionContent(
        intro="<p>Đọc kỹ &amp; suy ngẫm</p>", prompts=defaults.prompts(), rubric=defaults.rubric()
    )

    assert ReflectionContent.model_validate(parse(written(content))) == content


def test_olx_reads_like_what_the_author_wrote() -> None:
    content = ReflectionContent(prompts=defaults.prompts(), rubric=defaults.rubric())

    xml = written(content)

    assert '<prompt slug="dieu-hoc-duoc" title="Điều tôi học được" min_words="40" max_words="400"' in xml
    assert '<level slug="kha" title="Khá" low="7" high="8">Đúng, có liên hệ giữa các phần.</level>' in xml
    assert "None" not in xml


def test_an_absent_part_is_absent_and_comments_are_ignored() -> None:
    assert parse("<boidung_reflection><!-- của tổ Toán --></boidung_reflection>") == {}
    assert set(parse("<boidung_reflection><files max_files='1'/></boidung_reflection>")) == {"files"}


def test_a_comment_inside_a_text_does_not_swallow_the_rest() -> None:
    assert parse("<b><intro>Trước <!-- ghi chú -->sau</intro></b>") == {"intro": "Trước sau"}


def test_cdata_is_text() -> None:
    assert parse("<b><intro><![CDATA[<p>Chào</p>]]></intro></b>") == {"intro": "<p>Chào</p>"}


@pytest.mark.parametrize(
    ("xml", "named"),
    [
        ("<b><prompt/></b>", "<prompt> in <b>"),
        ("<b><rubric/><rubric/></b>", "second <rubric>"),
        ("<b><prompts><promt slug='a'/></prompts></b>", "<promt> in <prompts>"),
        ("<b><prompts><prompt min_words='nhiều'/></prompts></b>", 'min_words="nhiều"'),
        ("<b><prompts><prompt required='maybe'/></prompts></b>", 'required="maybe"'),
        ("<b><files max_mb='1.5'/></b>", 'max_mb="1.5"'),
        ("<b><rubric lowest_level_fails='1'/></b>", 'lowest_level_fails="1"'),
        ("<b><rubric><level/></rubric></b>", "<level> in <rubric>"),
        ("<b><rubric><criterion><criterion/></criterion></rubric></b>", "<criterion> in <criterion>"),
        ("<b><intro><p>Chào</p></intro></b>", "<p> in <intro>"),
        ("<b><prompts><prompt>Viết <b>rõ</b></prompt></prompts></b>", "<b> in <prompt>"),
        ("<b><rubric><criterion><level>a<i/>b</level></criterion></rubric></b>", "<i> in <level>"),
    ],
)
def test_malformed_olx_names_the_element_and_loses_nothing_in_silence(xml: str, named: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse(xml)

    assert named in str(caught.value)


@pytest.mark.parametrize("name", ["slug", "title", "weight"])
def test_a_criterion_without_its_attributes_is_refused_by_the_model_not_by_the_reader(name: str) -> None:
    whole = ReflectionContent(prompts=defaults.prompts(), rubric=defaults.rubric())
    node = etree.fromstring(written(whole))
    del node.find("rubric/criterion").attrib[name]

    with pytest.raises(ValidationError, match=name):
        ReflectionContent.model_validate(olx.read_parts(node))


BOMB = """<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY file SYSTEM "file:///etc/passwd">]>
<b><intro>trước &%s; sau</intro></b>"""


@pytest.mark.parametrize("entity", ["b", "file"])
def test_an_entity_is_never_read_out_and_never_cuts_a_text_in_silence(entity: str) -> None:
    with pytest.raises(ValueError, match=r"entity.*<intro>"):
        parse(BOMB % entity)


def test_markup_in_attributes_and_texts_stays_text() -> None:
    hostile = '"><script>alert(1)</script>'
    prompt = {**defaults.prompts()[0], "title": hostile, "help": hostile}
    content = ReflectionContent(prompts=[prompt], rubric=defaults.rubric())

    xml = written(content)

    assert "<script>" not in xml
    assert parse(xml)["prompts"][0]["title"] == hostile
