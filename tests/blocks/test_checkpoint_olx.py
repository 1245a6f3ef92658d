"""The block as OLX: readable and whole, and what is broken leaves the course exportable. Drafts by their address."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from lxml import etree
from xblock.fields import ScopeIds

from boidung_xblock.checkpoint import CheckpointXBlock
from tests.block_runtime import BlockRuntime, view
from tests.blocks.checkpoints import STEPS, CheckpointSite, usage
from tests.factories import World, key

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(made: World) -> CheckpointSite:
    published = CheckpointSite()
    published.publish()
    return published


def exported(block: Any) -> etree._Element:
    node = etree.Element("unknown")
    block.add_xml_to_node(node)
    return node


def imported(site: CheckpointSite, xml: bytes) -> Any:
    runtime = BlockRuntime(site, None)
    place = site.block(None, "c9").scope_ids.usage_id
    ids = ScopeIds(None, "boidung_checkpoint", place, place)
    return CheckpointXBlock.parse_xml(etree.fromstring(xml), runtime, ids)


def test_an_export_comes_back_as_the_same_block(site: CheckpointSite) -> None:
    settings = {"role": "test", "order": "free", "show": "feedback", "attempts": 2, "pass_percent": 62.5, "weight": 5.0}
    block = site.author(intro="<p>Chào</p>", display_name="Điểm dừng 1", periods=2.0, **settings)
    node = exported(block)

    assert node.tag == "boidung_checkpoint"
    assert [child.tag for child in node] == ["intro", "steps"]
    assert node.get("steps") is None
    again = imported(site, etree.tostring(node))
    assert again.content() == block.content()
    for name in ("display_name", "periods", *settings):
        assert getattr(again, name) == getattr(block, name)


def test_broken_content_is_exported_and_said_at_the_import(site: CheckpointSite) -> None:
    node = exported(site.author(steps=[{"kind": "choice"}]))
    again = imported(site, etree.tostring(node))

    assert again.steps == [{"kind": "choice"}]
    with pytest.raises(ValueError, match="quiz"):
        imported(site, b"<boidung_checkpoint><steps><quiz/></steps></boidung_checkpoint>")


def test_a_new_block_needs_nothing_from_its_author(site: CheckpointSite) -> None:
    assert len(imported(site, b"<boidung_checkpoint/>").content().steps) == 4


def test_a_half_done_page_is_saved_by_its_address_and_read_elsewhere(
    site: CheckpointSite, made: World, client: Any
) -> None:
    site.publish(order="free", steps=STEPS)
    client.force_login(made.an)
    payload = {"answers": {"lien-he.0": "Đang viết dở", "tu-xep.0": "hieu:3\ndung:1"}, "self_rating": {}, "files": []}
    data = {"usage_key": usage(), "for_user": made.an.pk, "client_key": key(), "version": 0, "payload": payload}

    saved = client.post(reverse("boidung:draft"), data, content_type="application/json")

    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    html = view(site.block(made.an))
    assert "Đang viết dở</textarea>" in html
    assert html.count(" checked") == 2
