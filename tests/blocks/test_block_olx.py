"""The block as OLX: every authored field comes back, nothing of a learner leaves, broken files name what is broken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xblock.fields import Scope

from boidung_xblock.authored import defaults
from boidung_xblock.reflection import ReflectionXBlock
from tests import factories
from tests.block_runtime import BlockSite, hand_in
from tests.factories import World

# XBlock's own text fields drop control characters, loudly.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t<>&\"'"))
AUTHORED: dict[str, Any] = {
    "display_name": 'Suy ngẫm "sau buổi họp" & <tổ>',
    "weight": 5.0,
    "periods": 2.5,
    "intro": "<p>Đọc kỹ &amp; suy ngẫm</p>\n<ul><li>một</li></ul>",
    "prompts": [
        {
            **defaults.prompts()[0],
            "title": "Điều < tôi > học",
            "help": "Dòng một\nDòng hai",
            "recall": "nghi-truoc",
            "show_conclusion": True,
        }
    ],
    "credit_when": "submitted",
    "meeting": {
        "kind": "lesson_study",
        "number": 3,
        "title": "Nghiên cứu bài học & <dự giờ>",
        "agenda": "1. Dự giờ\n2. Thảo luận",
        "min_opinions": 4,
        "members_write": True,
    },
    "rubric": {**defaults.rubric(), "pass_mark": "6", "lowest_level_fails": False},
    "file_rules": {"max_files": 2, "max_mb": 7, "types": ["docx", "pdf"]},
    "ask_self_rating": False,
    "leader_reads": True,
}


def block(site: BlockSite | None = None) -> ReflectionXBlock:
    """A block without any field set."""
    return (site or BlockSite()).block(None)


def export(authored: ReflectionXBlock) -> str:
    node = etree.Element("unknown")
    authored.add_xml_to_node(node)
    return etree.tostring(node, encoding="unicode", pretty_print=True)


def import_(xml: str) -> ReflectionXBlock:
    empty = block()
    return ReflectionXBlock.parse_xml(etree.fromstring(xml), empty.runtime, empty.scope_ids)


def written(**fields: Any) -> ReflectionXBlock:
    made = block()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def authored_fields() -> set[str]:
    return {
        name
        for name, field in ReflectionXBlock.fields.items()
        if field.scope in (Scope.settings, Scope.content) and name not in ("tags", "parent", "children", "name")
    }


def test_the_example_sets_every_authored_field() -> None:
    assert set(AUTHORED) == authored_fields()


def test_every_field_comes_back(host: Any) -> None:
    xml = export(written(**AUTHORED))
    back = import_(xml)

    assert back.content() == written(**AUTHORED).content()
    for name in ("display_name", "weight", "periods", "intro", "ask_self_rating", "leader_reads"):
        assert getattr(back, name) == AUTHORED[name], name
    assert export(back) == xml


def test_only_what_the_author_has_set_is_written(host: Any) -> None:
    assert export(written(weight=5.0)).strip() == '<boidung_reflection weight="5.0"/>'
    assert import_("<boidung_reflection/>").content() == block().content()


@settings(deadline=None)
@given(title=TEXT, intro=TEXT, weight=st.floats(0.25, 1000), periods=st.floats(0, 40))
def test_any_title_and_introduction_come_back(title: str, intro: str, weight: float, periods: float) -> None:
    sent = written(display_name=title, intro=intro, weight=weight, periods=periods)
    back = import_(export(sent))

    assert (back.display_name, back.weight, back.periods) == (sent.display_name, weight, periods)
    assert back.content().intro == sent.content().intro


@pytest.mark.django_db
def test_nothing_of_a_learner_is_exported(site: BlockSite, made: World) -> None:
    hand_in(site, made.an, text="Riêng của Ân")

    xml = export(site.block(made.an))

    assert "Riêng" not in xml
    assert "participated" not in xml
    assert made.an.email not in xml


def test_a_block_with_broken_content_can_still_be_exported(host: Any) -> None:
    """One broken block must not stop the export of a whole course."""
    broken = [{"slug": "Không hợp lệ", "title": ""}]
    back = import_(export(written(prompts=broken, weight=5.0, intro="<p>Chào</p>")))

    assert (back.prompts, back.weight, back.intro) == (broken, 5.0, "<p>Chào</p>")


@pytest.mark.parametrize(
    ("xml", "named"),
    [
        ("<boidung_reflection><promts/></boidung_reflection>", "<promts>"),
        ("<boidung_reflection><intro><p>Chào</p></intro></boidung_reflection>", "<intro>"),
        ('<boidung_reflection><files max_mb="x"/></boidung_reflection>', "max_mb"),
        ('<boidung_reflection weight="nặng"/>', "weight"),
        ('<boidung_reflection prompts="{"/>', "prompts"),
    ],
)
def test_a_broken_file_names_what_is_broken(host: Any, xml: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        import_(xml)


def test_learner_state_in_a_file_is_ignored(host: Any) -> None:
    assert import_('<boidung_reflection participated="true"/>').participated is False


@pytest.mark.django_db
def test_a_copy_has_no_keys_of_its_original(site: BlockSite, made: World) -> None:
    """Content holds no usage keys, groups or people, so that a duplicate or a re-run is a block of its own."""
    xml = export(site.author(**AUTHORED))

    assert factories.usage() not in xml
    assert "block-v1" not in xml


def test_settings_of_the_register_are_plain_json_of_the_authored_fields(host: Any) -> None:
    kept = written(**AUTHORED).activity_settings()

    assert json.loads(json.dumps(kept)) == kept
    assert kept["leader_reads"] is True
    assert kept["files"] == AUTHORED["file_rules"]
    assert kept["prompts"] == [{"slug": "dieu-hoc-duoc", "title": "Điều < tôi > học"}]
    assert kept["rubric"]["pass_mark"] == "6"
