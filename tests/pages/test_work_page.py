"""One work beside its marking sheet: who reads it, what it shows, what opening it does."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from boidung_xblock.files import api as files
from boidung_xblock.host import Masquerade
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.pages.reading import form_of, own_queries, text_of


def address(work: Reflection, course_key: str = COURSE) -> str:
    return reverse("boidung:work", args=[course_key, work.pk])


@pytest.fixture
def work(world: World) -> Reflection:
    """Submitted by ``an``, whom ``lan`` marks."""
    return factories.submit(
        world.an, world.activity, days_ago=2.5, text="Lớp 6A đã khá hơn.", self_rating={"hieu-noi-dung": 3}
    )


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("lan", 200),
        ("staff", 200),
        ("instructor", 200),
        ("admin", 200),
        ("boss", 200),
        ("hung", 403),
        ("an", 403),
        ("mai", 403),
        ("quang", 403),
        ("outsider", 403),
    ],
)
def test_who_may_read_it(world: World, browse: Any, work: Reflection, role: str, status: int) -> None:
    response = browse(getattr(world, role)).get(address(work))
    assert response.status_code == status
    assert ("Lớp 6A đã khá hơn." in text_of(response)) == (status == 200)


def test_visitors_are_sent_to_log_in(browse: Any, work: Reflection) -> None:
    assert browse().get(address(work)).status_code == 302


def test_work_of_another_course_is_not_opened_from_here(world: World, browse: Any, work: Reflection) -> None:
    factories.host().add_course(OTHER_COURSE)
    factories.host().make_staff(world.staff, OTHER_COURSE)
    assert browse(world.staff).get(address(work, OTHER_COURSE)).status_code == 403


def test_work_that_does_not_exist(world: World, browse: Any) -> None:
    assert browse(world.lan).get(reverse("boidung:work", args=[COURSE, 4711])).status_code == 404


def test_own_work_is_refused_with_the_reason(world: World, browse: Any) -> None:
    own = factories.submit(world.staff, world.activity)
    response = browse(world.staff).get(address(own))
    assert response.status_code == 403
    assert "This is your own work." in text_of(response)


def test_nothing_opens_under_masquerade(world: World, browse: Any, work: Reflection) -> None:
    factories.host().wear_mask(COURSE, Masquerade.ROLE)
    assert browse(world.staff).get(address(work)).status_code == 403
    assert factories.fresh(work).opened_at is None


def test_the_work_with_all_that_belongs_to_it(world: World, browse: Any) -> None:
    attached = files.add(
        activity=world.activity,
        user_id=world.an.pk,
        client_key=factories.key(),
        name="Kế hoạch tổ.docx",
        content=BytesIO(b"x" * 2400),
        size=2400,
        rules=factories.FILE_RULES,
    )
    work = factories.submit(
        world.an, world.activity, file_uids=(str(attached.uid),), self_rating={"hieu-noi-dung": 3, "gone": 1}
    )
    page = text_of(browse(world.lan).get(address(work)))
    for words in (
        "Nguyễn Văn Ân",
        "Tổ Toán – Tin · THCS Kim Đồng",
        "Bài suy ngẫm r1",
        "Tôi đã thử.",
        "Điều tôi học được",
    ):
        assert words in page
    assert f'<a href="{reverse("boidung:file", args=[attached.uid])}" download>Kế hoạch tổ.docx</a>' in page
    assert "2 kB" in page
    assert "<dt>Hiểu nội dung mô đun</dt><dd>Khá</dd>" in page


def test_looking_changes_nothing_and_the_page_reports_the_first_opening(
    world: World, browse: Any, work: Reflection
) -> None:
    url = reverse("boidung:opened", args=[COURSE, work.pk])
    assert f'data-opened-url="{url}"' in text_of(browse(world.lan).get(address(work)))
    assert factories.fresh(work).opened_at is None
    assert browse(world.an).post(url, {"for_user": world.an.pk}).status_code == 403
    assert browse(world.lan).get(url).status_code == 405
    assert browse(world.lan).post(url, {"for_user": world.lan.pk}).status_code == 200
    first = factories.fresh(work)
    assert first.opened_at is not None
    assert browse(world.admin).post(url, {"for_user": world.admin.pk}).status_code == 200
    assert factories.fresh(work).opened_at == first.opened_at
    assert first.row_version == work.row_version
    assert "data-opened-url" not in text_of(browse(world.admin).get(address(work)))


def test_older_versions_stand_with_the_reason_for_returning(world: World, browse: Any, work: Reflection) -> None:
    factories.give_back(world.lan, work, reason="Nêu <b>ví dụ</b>.")
    factories.submit(world.an, world.activity, text="Bản sửa.")
    page = text_of(browse(world.lan).get(address(work)))
    assert page.index("Bản sửa.") < page.index("Lớp 6A đã khá hơn.")
    assert "Nêu &lt;b&gt;ví dụ&lt;/b&gt;." in page
    assert "returned version 1 for revision" in page
    assert "resubmitted: version 2" in page


def test_work_that_is_with_its_author_has_no_sheet(world: World, browse: Any, work: Reflection) -> None:
    factories.give_back(world.lan, work)
    response = browse(world.lan).get(address(work))
    assert "This work is with its author for revision." in text_of(response)
    assert "client_key" not in form_of(response)


def test_what_was_withdrawn_unread_stays_unread(world: World, browse: Any, work: Reflection) -> None:
    factories.withdraw(world.an, work)
    response = browse(world.lan).get(address(work))
    assert response.status_code == 200
    assert "Lớp 6A đã khá hơn." not in text_of(response)
    assert "The author has withdrawn this work." in text_of(response)


def test_the_sheet_offers_every_level_with_its_points(world: World, browse: Any, work: Reflection) -> None:
    page = text_of(browse(world.lan, language="vi").get(address(work)))
    levels = re.findall(r'name="level\.hieu-noi-dung" value="([\d.]+)" data-low="([\d.]+)"', page)
    assert levels == [("2", "0"), ("5.5", "5"), ("7.5", "7"), ("9.5", "9")]
    assert "Nêu đúng các ý chính." in page
    assert 'data-sign=","' in page
    assert form_of(browse(world.lan).get(address(work)))["points.hieu-noi-dung"] == ""


def test_a_correction_starts_from_the_mark_in_force(world: World, browse: Any, work: Reflection) -> None:
    factories.mark(world.lan, work, comments={"hieu-noi-dung": "Rõ ràng."}, private_note="Mời trình bày.")
    response = browse(world.admin, language="vi").get(address(work))
    form = form_of(response)
    assert form["points.lien-he-thuc-tien"] == "7,5"
    assert form["level.lien-he-thuc-tien"] == "7.5"
    assert form["comments.hieu-noi-dung"] == "Rõ ràng."
    assert form["private_note"] == "Mời trình bày."
    assert "<strong>7,5/10</strong>" in text_of(response)


def test_whether_the_gradebook_has_the_mark(
    world: World, browse: Any, work: Reflection, django_capture_on_commit_callbacks: Any
) -> None:
    factories.host().refuse_scores(world.activity.usage_key)
    with django_capture_on_commit_callbacks(execute=True):
        factories.mark(world.lan, work)
    assert "On its way to the gradebook" in text_of(browse(world.lan).get(address(work)))
    factories.host().accept_scores(world.activity.usage_key)
    with django_capture_on_commit_callbacks(execute=True):
        factories.mark(world.lan, work, points=factories.BETTER)
    assert "In the gradebook" in text_of(browse(world.lan).get(address(work)))


def test_hostile_text_is_text(world: World, browse: Any) -> None:
    evil = "</textarea><script>alert(1)</script>"
    work = factories.submit(world.an, world.activity, text=evil)
    factories.mark(world.lan, work, comment=evil, private_note=evil, comments={"hieu-noi-dung": evil})
    assert "<script>alert" not in text_of(browse(world.lan).get(address(work)))


def test_the_filter_is_carried_along(world: World, browse: Any, work: Reflection) -> None:
    factories.submit(world.mai, world.activity)
    response = browse(world.lan).get(f"{address(work)}?q=nguyen&group={world.maths.pk}&sort=name")
    form = form_of(response)
    assert (form["q"], form["group"], form["sort"]) == ("nguyen", str(world.maths.pk), "name")
    assert f"?group={world.maths.pk}&amp;q=nguyen&amp;sort=name" in text_of(response)


def test_queries_do_not_grow(world: World, browse: Any, work: Reflection) -> None:
    """Counted at their worst: opened for the first time, straight after another mark."""
    told = factories.submit(world.tam, world.activity)
    factories.mark(world.lan, told)
    client, counted = browse(world.lan), []
    for number, author in ((10, world.mai), (990, world.an)):
        factories.crowd(world.activity, world.maths, number)
        opened = factories.submit(author, world.activity) if author is world.mai else work
        with own_queries() as seen:
            client.get(f"{address(opened)}?done=mark&id={told.pk}")
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 10


def test_without_a_roster_the_platforms_cohort_says_whom_one_reads(world: World, browse: Any) -> None:
    world.round.courses.all().delete()
    work = factories.submit(world.binh, world.activity)
    factories.host().cohorts[world.binh.pk, COURSE] = "Khối 6"
    assert "Khối 6" in text_of(browse(world.staff).get(address(work)))
