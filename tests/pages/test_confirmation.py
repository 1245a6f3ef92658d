"""The confirmation of a completed module: for whom, what it says, and that it goes when its ground goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from boidung_xblock.host import Masquerade
from tests import factories
from tests.factories import COURSE
from tests.hosts import MemoryHost
from tests.pages.reading import own_queries, text_of
from tests.reports.module import ModuleWorld, module_world, with_ledger

URL = reverse("boidung:confirmation", args=[COURSE])


@pytest.fixture
def made(db: None) -> ModuleWorld:
    return module_world()


def test_who_passed_prints_name_school_periods_and_marks(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    html = text_of(browse(made.world.an).get(URL))
    for text in (
        "GIẤY XÁC NHẬN HOÀN THÀNH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Phường Vinh",
        "THCS Kim Đồng",
        "Nguyễn Văn Ân",
        "0400000001",
        "Tổ Toán – Tin",
        "<b>5/5</b>",
        "<b>9</b>",
        "<b>Đạt</b>",
        "THỦ TRƯỞNG ĐƠN VỊ",
    ):
        assert text in html, text
    for part in (made.first, made.second, made.paper):
        assert f"<td>{part.title}</td>" in html
    today = timezone.now().astimezone(timezone.get_fixed_timezone(420))
    assert f"{today:%d/%m/%Y}" in html


def test_the_sheet_is_vietnamese_and_the_way_back_speaks_the_readers_language(
    made: ModuleWorld, browse: Callable[..., Client]
) -> None:
    html = text_of(browse(made.world.an).get(URL))
    assert "Back to the ledger" in html
    assert 'lang="vi"' in html


@pytest.mark.parametrize("role", ["mai", "tam", "binh"])
def test_who_has_not_passed_is_told_where_the_reason_stands(
    made: ModuleWorld, browse: Callable[..., Client], role: str
) -> None:
    response = browse(getattr(made.world, role)).get(URL)
    assert response.status_code == 403
    assert "There is no confirmation yet" in text_of(response)


@pytest.mark.parametrize("role", ["lan", "staff", "admin", "outsider"])
def test_only_the_enrolled_have_one(made: ModuleWorld, browse: Callable[..., Client], role: str) -> None:
    response = browse(getattr(made.world, role)).get(URL)
    assert response.status_code == 403
    assert "Only people enrolled in the course have periods here." in text_of(response)


def test_visitors_are_sent_to_log_in(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    assert browse().get(URL).status_code == 302


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_nobody_prints_it_while_viewing_as_a_learner(
    made: ModuleWorld, browse: Callable[..., Client], host: MemoryHost, mask: Masquerade
) -> None:
    host.wear_mask(COURSE, mask)
    response = browse(made.world.an).get(URL)
    assert response.status_code == 403
    assert "Switch back to your own role" in text_of(response)


def test_it_goes_when_its_ground_goes(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    world = made.world
    work = made.paper.reflections.get(author=world.an)
    factories.give_back(world.lan, work)
    assert browse(world.an).get(URL).status_code == 403


def test_results_that_are_not_shown_yet_confirm_nothing(
    made: ModuleWorld, browse: Callable[..., Client], host: MemoryHost
) -> None:
    made.paper.settings = {**made.paper.settings, "show_correctness": "past_due"}
    made.paper.save()
    host.set_due(made.paper.usage_key, timezone.now() + timedelta(days=1))
    assert browse(made.world.an).get(URL).status_code == 403


def test_a_course_without_a_ledger_has_none(db: None, browse: Callable[..., Client]) -> None:
    world = factories.world()
    assert browse(world.an).get(URL).status_code == 404
    assert browse(world.an).get(reverse("boidung:confirmation", args=["course-v1:no+such+course"])).status_code == 404


def test_a_course_without_a_round_names_the_account(db: None, browse: Callable[..., Client], host: MemoryHost) -> None:
    course = "course-v1:BGDDT+Rieng+2026"
    host.add_course(course, "Khóa riêng")
    account: Any = factories.user("le", "Lê Thị Lệ", enrolled_in=course)
    with_ledger(course, min_periods="0", every_mark_passes=False)
    html = text_of(browse(account).get(reverse("boidung:confirmation", args=[course])))
    assert "Lê Thị Lệ" in html
    assert "Đơn vị:" not in html


def test_it_costs_eight_queries(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    client = browse(made.world.an)
    with own_queries() as queries:
        client.get(URL)
    assert len(queries) <= 8
