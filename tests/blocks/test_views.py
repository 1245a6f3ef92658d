"""What each view shows in each state, and that looking never writes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from boidung_xblock.drafts import api as drafts
from boidung_xblock.host import Masquerade
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.block_runtime import BlockSite, body_for, hand_in, post, view
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = pytest.mark.django_db

STATES = ("new", "draft", "submitted", "opened", "returned", "resubmitted", "marked", "withdrawn")


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def bring_to(state: str, site: BlockSite, made: World, account: Any = None) -> None:
    """The account's work is in that state (``an`` if nobody is named)."""
    account = account or made.an
    if state == "new":
        return
    place = {"activity_id": made.activity.pk, "user_id": account.pk}
    if state == "draft":
        payload = {"answers": {"dieu-hoc-duoc": "Đang viết dở"}, "self_rating": {}, "files": []}
        drafts.save(**place, client_key=factories.key(), version=0, payload=payload)
        return
    hand_in(site, account)
    work = Reflection.objects.get(author=account)
    if state == "opened":
        reflections.note_opened(factories.viewer(made.staff), work.pk)
    elif state in ("returned", "resubmitted"):
        factories.give_back(made.staff, work)
    elif state == "marked":
        factories.mark(made.staff, work)
    elif state == "withdrawn":
        factories.withdraw(account, work)
    if state == "resubmitted":
        hand_in(site, account, base_version=1)


# -- reading never writes ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", STATES)
def test_looking_writes_nothing_in_any_state(site: BlockSite, made: World, footprint: Any, state: str) -> None:
    bring_to(state, site, made)
    before, events, stored = footprint(), list(site.events), dict(site.store.db_dict)

    with counted() as queries:
        view(site.block(made.an))

    assert queries.writes == []
    assert footprint() == before
    assert (site.events, site.store.db_dict) == (events, stored)


@pytest.mark.parametrize("role", ["outsider", "lan", "staff", "boss", None])
@pytest.mark.parametrize("name", ["student_view", "public_view"])
def test_whoever_looks_nothing_is_written_and_no_form_is_offered_to_those_who_may_not_write(
    site: BlockSite, made: World, footprint: Any, role: str | None, name: str
) -> None:
    before = footprint()
    with counted() as queries:
        html = view(site.block(getattr(made, role) if role else None), name)

    assert "<textarea" not in html
    assert "data-bd-submit" not in html
    assert queries.writes == []
    assert footprint() == before


# -- budget -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", STATES)
def test_a_view_costs_at_most_six_queries_at_10_and_at_1000_learners(site: BlockSite, made: World, state: str) -> None:
    def cost(account: Any) -> int:
        bring_to(state, site, made, account)
        with counted() as queries:
            view(site.block(account))
        assert queries.foreign == []
        return queries.ours

    factories.crowd(made.activity, made.maths, 10)
    few = cost(made.an)
    factories.crowd(made.activity, made.maths, 990)

    assert cost(made.mai) == few <= 6


# -- what is shown ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["new", "draft", "returned", "withdrawn"])
def test_while_the_work_is_with_the_learner_there_is_a_form(site: BlockSite, made: World, state: str) -> None:
    bring_to(state, site, made)
    html = view(site.block(made.an))

    assert html.count("<textarea") == 4
    assert "data-bd-submit" in html


@pytest.mark.parametrize("state", ["submitted", "opened", "resubmitted", "marked"])
def test_submitted_work_is_shown_with_its_receipt_and_without_a_form(site: BlockSite, made: World, state: str) -> None:
    bring_to(state, site, made)
    html = view(site.block(made.an))

    assert "<textarea" not in html
    assert Reflection.objects.get().latest.receipt_code in html
    assert "Tôi đã thử với lớp 6A." in html


def test_a_draft_is_shown_again(site: BlockSite, made: World) -> None:
    bring_to("draft", site, made)
    html = view(site.block(made.an))

    assert "Đang viết dở" in html
    assert 'data-draft-version="1"' in html


def test_a_returned_page_shows_the_reason_and_what_was_written(site: BlockSite, made: World) -> None:
    bring_to("returned", site, made)
    html = view(site.block(made.an))

    assert "Nêu rõ ví dụ của lớp mình." in html
    assert "Tôi đã thử với lớp 6A." in html
    assert 'data-base-version="1"' in html


def test_a_draft_that_arrived_after_the_submit_does_not_hide_what_was_submitted(site: BlockSite, made: World) -> None:
    """An autosave that was on its way when the learner submitted is older than the submission."""
    before = timezone.now() - timedelta(seconds=5)
    bring_to("submitted", site, made)
    payload = {"answers": {"dieu-hoc-duoc": "bản nháp cũ"}, "self_rating": {}, "files": []}
    place = {"activity_id": made.activity.pk, "user_id": made.an.pk}
    drafts.save(**place, client_key=factories.key(), version=0, payload=payload, now=before)
    factories.give_back(made.lan, Reflection.objects.get())

    html = view(site.block(made.an))

    assert "bản nháp cũ" not in html
    assert "Tôi đã thử với lớp 6A." in html
    assert 'data-draft-version="1"' in html


def test_withdrawing_is_offered_until_the_work_is_opened(site: BlockSite, made: World) -> None:
    bring_to("submitted", site, made)
    assert "withdraw" in view(site.block(made.an)).lower()

    reflections.note_opened(factories.viewer(made.lan), Reflection.objects.get().pk)
    assert "data-bd-withdraw" not in view(site.block(made.an))


def test_everybody_sees_their_own_work_only(site: BlockSite, made: World) -> None:
    hand_in(site, made.an, text="Riêng của Ân")

    for account in (made.mai, made.lan, made.staff, made.outsider, None):
        assert "Riêng của Ân" not in view(site.block(account))


def test_what_markers_write_to_each_other_is_not_for_learners(site: BlockSite, made: World) -> None:
    hand_in(site, made.an)
    factories.mark(made.lan, Reflection.objects.get(), private_note="ghi chú riêng", comment="Nhận xét chung")
    html = view(site.block(made.an))

    assert "ghi chú riêng" not in html
    assert "Nhận xét chung" in html
    assert "Trần Thị Lan" in html


@pytest.mark.parametrize(
    ("setting", "due_in_days", "hidden"),
    [
        ("always", None, False),
        ("never", None, True),
        ("never_but_include_grade", None, True),
        ("past_due", 1, True),
        ("past_due", -1, False),
        ("past_due", None, False),
    ],
)
def test_results_are_shown_when_the_course_says_so(
    site: BlockSite, made: World, host: MemoryHost, setting: str, due_in_days: int | None, hidden: bool
) -> None:
    site.publish(show_correctness=setting)
    bring_to("marked", site, made)
    if due_in_days is not None:
        host.set_due(made.activity.usage_key, timezone.now() + timedelta(days=due_in_days))

    html = view(site.block(made.an))

    assert ("<strong>7.5</strong>" not in html) is hidden
    assert ("Bài viết cụ thể." not in html) is hidden


def test_hidden_results_do_not_show_through_the_badge(site: BlockSite, made: World) -> None:
    """The badge of a pass and that of a fail are the same while results are hidden."""

    def badge(account: Any, points: dict[str, str]) -> str:
        hand_in(site, account)
        factories.mark(made.staff, Reflection.objects.get(author=account), points)
        found = re.search(r'<span class="bd-badge[^>]*>[^<]*</span>', view(site.block(account)))
        assert found
        return found.group()

    site.publish(show_correctness="never")

    assert badge(made.an, factories.BETTER) == badge(made.mai, dict.fromkeys(factories.POINTS, "1"))


# -- dates ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due_hours", "grace_hours", "shown"), [(240, 0, ""), (20, 0, "soon"), (-5, 0, "overdue"), (-5, 24, "soon")]
)
def test_a_due_date_is_shown_soon_or_overdue(
    site: BlockSite, made: World, host: MemoryHost, due_hours: int, grace_hours: int, shown: str
) -> None:
    due = timezone.now() + timedelta(hours=due_hours)
    host.set_due(made.activity.usage_key, due, timedelta(hours=grace_hours))

    html = view(site.block(made.an))

    assert f'datetime="{due.isoformat()}"' in html
    assert ("(soon)" in html, "(overdue)" in html) == (shown == "soon", shown == "overdue")


def test_an_extension_is_the_date_that_is_shown(site: BlockSite, made: World, host: MemoryHost) -> None:
    host.set_due(made.activity.usage_key, timezone.now() - timedelta(days=3))
    later = timezone.now() + timedelta(days=30)
    host.extend(user_id=made.an.pk, usage_key=made.activity.usage_key, due=later)

    assert later.isoformat() in view(site.block(made.an))
    assert "(overdue)" not in view(site.block(made.an))
    assert "(overdue)" in view(site.block(made.mai))


# -- elsewhere than in a course ---------------------------------------------------------------------------------
@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_under_view_as_the_page_is_shown_without_a_form(
    site: BlockSite, made: World, host: MemoryHost, mask: Masquerade
) -> None:
    bring_to("draft", site, made)
    host.wear_mask(COURSE, mask)
    html = view(site.block(made.an if mask is Masquerade.LEARNER else made.staff))

    assert "<textarea" not in html


def test_a_specific_learners_submitted_work_is_shown_to_who_views_as_them(
    site: BlockSite, made: World, host: MemoryHost
) -> None:
    bring_to("submitted", site, made)
    host.wear_mask(COURSE, Masquerade.LEARNER)

    assert "Tôi đã thử với lớp 6A." in view(site.block(made.an))


def test_the_authors_preview_asks_no_query_and_offers_no_form(site: BlockSite, made: World) -> None:
    with counted() as queries:
        html = view(site.block(made.staff, author_mode=True), "author_view")

    assert queries.statements == []
    assert "Điều tôi học được" in html
    assert "<textarea" not in html


@pytest.mark.parametrize("name", ["student_view", "author_view"])
def test_a_library_shows_the_block_without_records(site: BlockSite, made: World, name: str) -> None:
    html = view(site.library_block(made.an), name)

    assert "Điều tôi học được" in html
    assert "<textarea" not in html


def test_an_unpublished_block_says_so(site: BlockSite, made: World) -> None:
    site.author("r9")

    html = view(site.block(made.an, "r9"))

    assert "<textarea" not in html
    assert "not been published" in html


def test_broken_content_is_a_message_not_an_error(site: BlockSite, made: World, footprint: Any) -> None:
    site.author(prompts=[{"slug": "Không hợp lệ", "title": ""}])

    for name in ("student_view", "author_view"):
        html = view(site.block(made.an), name)
        assert "not set up correctly" in html
        assert "<textarea" not in html


def test_submitting_to_broken_content_is_refused_not_an_error(site: BlockSite, made: World, footprint: Any) -> None:
    site.author(prompts=[])
    before = footprint()

    response = post(site.block(made.an), "submit", body_for(made.an))

    assert (response.status_code, response.json["error"]["code"]) == (409, "not_set_up")
    assert footprint() == before


def test_what_an_author_writes_is_sanitised(site: BlockSite, made: World) -> None:
    site.author(
        intro='<p onclick="x()">Chào <script>alert(1)</script><a href="javascript:x">a</a></p>',
        prompts=[{"slug": "a", "title": "<script>alert(2)</script>", "help": "<img src=x onerror=alert(3)>"}],
    )
    html = view(site.block(made.an))

    assert "<p>Chào " in html
    for bad in ("<script>", "onclick", "javascript:", "<img"):
        assert bad not in html
    assert html.count("<script") == 1  # the runtime's own, of data


def test_three_blocks_in_one_unit_share_no_element_id(site: BlockSite, made: World) -> None:
    ids: list[str] = []
    for name in ("r1", "r2", "r3"):
        site.publish(name)
        ids += re.findall(r'\sid="([^"]+)"', view(site.block(made.an, name)))

    assert len(ids) == len(set(ids)) > 10


def test_a_page_names_its_person_for_the_check_on_a_shared_computer(site: BlockSite, made: World) -> None:
    assert f'data-user="{made.an.pk}"' in view(site.block(made.an))
    assert 'data-user="0"' in view(site.block(None))


def test_the_core_teacher_to_ask_is_named(site: BlockSite, made: World) -> None:
    assert "mailto:lan@example.com" in view(site.block(made.an))
    assert "mailto:lan@example.com" not in view(site.block(made.binh))
