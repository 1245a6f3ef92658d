"""Logs hold ids and states, never what somebody wrote or what they are called."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from boidung_xblock.grading import api as grading
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.block_runtime import BlockSite, body_for, hand_in, post, view
from tests.factories import World
from tests.files.uploads import attach
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db


def test_nothing_personal_is_logged_on_the_way_from_draft_to_gradebook(
    site: BlockSite, made: World, host: MemoryHost, caplog: Any
) -> None:
    caplog.set_level(logging.INFO)
    host.refuse_scores(made.activity.usage_key, "no score for Nguyễn Văn Ân <an@example.com>")

    hand_in(site, made.an, text="Điều riêng tư của tôi", files=[attach(made, made.an, name="Tên tệp riêng.docx")])
    post(site.block(made.an), "submit", body_for(made.an, text="Điều riêng tư của tôi"))
    factories.mark(made.lan, Reflection.objects.get(), comment="Nhận xét riêng", private_note="Ghi chú riêng")
    grading.publish_due()
    site.author(prompts=[{"slug": "Sai", "title": "Tiêu đề riêng"}])
    view(site.block(made.an))

    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "not published" in logged
    for personal in ("riêng", "Nguyễn", "an@example.com", "Trần Thị Lan"):
        assert personal not in logged
