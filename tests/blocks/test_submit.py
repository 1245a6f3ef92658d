"""``submit``: what is stored, what is answered, and that a refusal stores nothing at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone, translation
from django.utils.translation import pgettext

from boidung_xblock.drafts import api as drafts
from boidung_xblock.host import Masquerade
from boidung_xblock.reflections.models import Reflection, ReflectionVersion
from tests import factories
from tests.block_runtime import BlockSite, body_for, hand_in, post, view
from tests.factories import COURSE, World
from tests.files.uploads import attach
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def error_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json["error"]["code"]


# -- accepted ---------------------------------------------------------------------------------------------------
def test_the_answer_is_a_receipt_and_the_page_as_it_is_now(site: BlockSite, made: World) -> None:
    answer = hand_in(site, made.an, text="Học trò đã tự đặt câu hỏi.")

    version = ReflectionVersion.objects.get()
    assert answer["receipt"]["code"] == version.receipt_code
    assert answer["receipt"]["number"] == 1
    assert version.receipt_code in answer["html"]
    assert "Học trò đã tự đặt câu hỏi." in answer["html"]
    assert "<textarea" not in answer["html"]
    assert version.answers[0] == {
        "slug": "dieu-hoc-duoc",
        "title": "Điều tôi học được",
        "text": "Học trò đã tự đặt câu hỏi.",
    }


def test_the_time_on_the_receipt_is_the_readers(site: BlockSite, made: World, host: MemoryHost) -> None:
    host.zones[made.an.pk] = "Asia/Ho_Chi_Minh"
    with mock.patch("django.utils.timezone.now", return_value=datetime(2026, 11, 23, 17, 30, tzinfo=UTC)):
        assert hand_in(site, made.an)["receipt"]["submitted_text"] == "24/11/2026 00:30"


def test_text_is_stored_composed_and_words_are_counted(site: BlockSite, made: World) -> None:
    hand_in(site, made.an, text="tô\u0309 chuye\u0302n môn\r\nhọp\x00")

    version = ReflectionVersion.objects.get()
    assert version.answers[0]["text"] == "tổ chuyên môn\nhọp"
    assert version.word_count == 16


def test_files_of_the_draft_travel_along(site: BlockSite, made: World) -> None:
    uid = attach(made, made.an)

    assert "Báo cáo tổ chuyên môn – Đặng Thị Ý.docx" in hand_in(site, made.an, files=[uid])["html"]


def test_the_draft_is_used_up(site: BlockSite, made: World) -> None:
    place = {"activity_id": made.activity.pk, "user_id": made.an.pk}
    drafts.save(**place, client_key=factories.key(), version=0, payload={"answers": {}, "self_rating": {}})
    hand_in(site, made.an)

    assert drafts.load(**place) is None


def test_markup_a_learner_types_stays_text(site: BlockSite, made: World) -> None:
    html = hand_in(site, made.an, text='<script>alert("1")</script> & <b>đậm</b>')["html"]

    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_a_user_state_marker_and_nothing_else_is_kept_by_the_platform(site: BlockSite, made: World) -> None:
    hand_in(site, made.an)

    kept = {key.field_name: value for key, value in site.store.db_dict.items() if key.user_id == made.an.pk}
    assert kept == {"participated": True}


def test_submitting_completes_the_block_and_says_so_once(site: BlockSite, made: World, host: MemoryHost) -> None:
    hand_in(site, made.an)

    assert site.events == [("completion", {"completion": 1.0})]
    assert host.completion == {(made.an.pk, made.activity.usage_key): 1.0}


# -- again ------------------------------------------------------------------------------------------------------
def test_the_same_submission_again_answers_the_same_receipt(site: BlockSite, made: World) -> None:
    first, again = (hand_in(site, made.an, client_key="key-00000001") for _ in range(2))

    assert again["receipt"] == first["receipt"]
    assert ReflectionVersion.objects.count() == 1


def test_a_repeat_shows_the_page_as_it_is_now(site: BlockSite, made: World) -> None:
    first = hand_in(site, made.an, client_key="key-00000001")
    factories.mark(made.lan, Reflection.objects.get())
    again = hand_in(site, made.an, client_key="key-00000001")

    assert again["receipt"] == first["receipt"]
    assert "Bài viết cụ thể." in again["html"]


def test_a_late_repeat_does_not_complete_withdrawn_work_again(site: BlockSite, made: World, host: MemoryHost) -> None:
    hand_in(site, made.an, client_key="key-00000001")
    withdrawal = {"for_user": made.an.pk, "client_key": factories.key(), "base_version": 1}
    assert post(site.block(made.an), "withdraw", withdrawal).status_code == 200

    hand_in(site, made.an, client_key="key-00000001")

    assert host.completion[made.an.pk, made.activity.usage_key] == 0.0


def test_a_second_window_is_told_so(site: BlockSite, made: World, footprint: Any) -> None:
    hand_in(site, made.an)
    before = footprint()

    response = post(site.block(made.an), "submit", body_for(made.an, text="cửa sổ thứ hai"))

    assert error_of(response) == (409, "already_submitted")
    assert response.json["error"]["message"]
    assert footprint() == before


def test_a_form_of_an_older_version_is_stale(site: BlockSite, made: World, footprint: Any) -> None:
    hand_in(site, made.an)
    factories.give_back(made.lan, Reflection.objects.get())
    before = footprint()

    response = post(site.block(made.an), "submit", body_for(made.an, base_version=0))

    assert error_of(response) == (409, "stale")
    assert response.json["error"]["current_version"] == 1
    assert footprint() == before
    assert hand_in(site, made.an, base_version=1)["receipt"]["number"] == 2


# -- dates ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due_days", "grace_days", "extension_days", "late"),
    [(1, 0, None, False), (-1, 0, None, True), (-1, 2, None, False), (-1, 0, 1, False), (-5, 1, -3, True)],
    ids=["in time", "late", "within grace", "extended", "extension over"],
)
def test_due_date_grace_and_extension(
    site: BlockSite,
    made: World,
    host: MemoryHost,
    due_days: int,
    grace_days: int,
    extension_days: int | None,
    late: bool,
) -> None:
    now = timezone.now()
    host.set_due(made.activity.usage_key, now + timedelta(days=due_days), timedelta(days=grace_days))
    if extension_days is not None:
        extended = now + timedelta(days=extension_days)
        host.extend(user_id=made.an.pk, usage_key=made.activity.usage_key, due=extended)

    hand_in(site, made.an)

    assert ReflectionVersion.objects.get().is_late is late
    assert Reflection.objects.get().is_late is late


# -- incomplete -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_field_that_is_not_complete_gets_its_message_in_the_readers_language(
    site: BlockSite, made: World, footprint: Any, language: str
) -> None:
    before = footprint()
    body = body_for(made.an, self_rating={"hieu-noi-dung": 9})
    body["answers"] |= {"dieu-hoc-duoc": "", "nghi-khac": "một"}
    with translation.override(language):
        response = post(site.block(made.an), "submit", body)
        missing = pgettext("boidung", "Please write something here.")
        level = pgettext("boidung", "Choose one of the levels.")

    fields = response.json["error"]["fields"]
    assert error_of(response) == (400, "bad_input")
    assert set(fields) == {"dieu-hoc-duoc", "nghi-khac", "self_rating.hieu-noi-dung"}
    assert (fields["dieu-hoc-duoc"], fields["self_rating.hieu-noi-dung"]) == (missing, level)
    assert "2" in fields["nghi-khac"]
    assert footprint() == before
    assert site.events == []


@pytest.mark.parametrize("changes", [{"answers": {"cu": "đã bỏ"}}, {"files": ["00000000-0000-4000-8000-000000000000"]}])
def test_what_the_author_no_longer_asks_and_files_that_are_not_there_are_named(
    site: BlockSite, made: World, footprint: Any, changes: dict[str, Any]
) -> None:
    before = footprint()
    body = body_for(made.an)
    body["answers"] |= changes.get("answers", {})
    body["files"] = changes.get("files", [])

    response = post(site.block(made.an), "submit", body)

    assert response.status_code == 400
    assert set(response.json["error"]["fields"]) == {"cu"} if "answers" in changes else {"files"}
    assert footprint() == before


@pytest.mark.parametrize("name", ["for_user", "client_key", "base_version"])
def test_a_missing_field_is_named(site: BlockSite, made: World, footprint: Any, name: str) -> None:
    before = footprint()
    body = body_for(made.an)
    del body[name]

    response = post(site.block(made.an), "submit", body)

    assert error_of(response) == (400, "bad_input")
    assert set(response.json["error"]["fields"]) == {name}
    assert footprint() == before


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000, json.dumps({"answers": 3}).encode()]
)
def test_a_malformed_body_is_refused(site: BlockSite, made: World, raw: bytes) -> None:
    assert error_of(post(site.block(made.an), "submit", raw)) == (400, "bad_input")


def test_five_megabytes_are_too_much_and_a_field_of_it_is_never_read(site: BlockSite, made: World) -> None:
    assert error_of(post(site.block(made.an), "submit", body_for(made.an, text="x" * 5_000_000))) == (413, "too_large")
    assert Reflection.objects.count() == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
@pytest.mark.parametrize("handler", ["submit", "withdraw", "history"])
def test_only_post(site: BlockSite, made: World, footprint: Any, handler: str, method: str) -> None:
    before = footprint()

    assert post(site.block(made.an), handler, body_for(made.an), method=method).status_code == 405
    assert footprint() == before


# -- who and where ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("handler", ["submit", "withdraw", "history"])
def test_visitors_other_logins_and_people_who_are_not_enrolled(
    site: BlockSite, made: World, footprint: Any, handler: str
) -> None:
    before = footprint()

    assert error_of(post(site.block(None), handler, body_for(None))) == (403, "not_logged_in")
    assert error_of(post(site.block(None), handler, body_for(made.an))) == (403, "not_logged_in")
    assert error_of(post(site.block(made.binh), handler, body_for(made.an))) == (403, "other_login")
    for account in (made.lan, made.staff, made.boss, made.admin, made.outsider):
        assert error_of(post(site.block(account), handler, body_for(account))) == (403, "forbidden")
    assert footprint() == before
    assert site.events == []


@pytest.mark.parametrize("handler", ["submit", "withdraw", "history"])
def test_a_block_that_was_never_published_is_missing(site: BlockSite, made: World, handler: str) -> None:
    site.author("r9")

    assert error_of(post(site.block(made.an, "r9"), handler, body_for(made.an))) == (404, "not_found")


@pytest.mark.parametrize("handler", ["submit", "withdraw", "history"])
@pytest.mark.parametrize("where", ["role", "learner", "studio", "library"])
def test_view_as_preview_and_library_answer_and_store_nothing(
    site: BlockSite, made: World, host: MemoryHost, footprint: Any, handler: str, where: str
) -> None:
    block = {"studio": site.block(made.staff, author_mode=True), "library": site.library_block(made.staff)}.get(where)
    if where in ("role", "learner"):
        host.wear_mask(COURSE, Masquerade(where))
        block = site.block(made.an if where == "learner" else made.staff)
    before = footprint()

    response = post(block, handler, body_for(made.an))

    assert response.status_code == 200
    assert response.json["stored"] is False
    assert response.json["message"]
    assert footprint() == before
    assert site.events == []
    assert not [key for key in site.store.db_dict if key.field_name == "participated"]


def test_answers_are_never_cached(site: BlockSite, made: World) -> None:
    assert "no-store" in post(site.block(made.an), "submit", body_for(made.an)).headers["Cache-Control"]
    assert "no-store" in post(site.block(None), "submit", b"").headers["Cache-Control"]


def test_a_failure_halfway_leaves_nothing_half_written(
    site: BlockSite, made: World, footprint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = footprint()
    monkeypatch.setattr(drafts, "discard", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        post(site.block(made.an), "submit", body_for(made.an, files=[]))

    assert footprint() == before
    assert site.events == []


def test_a_returned_page_does_not_offer_the_form_of_submitted_work(site: BlockSite, made: World) -> None:
    hand_in(site, made.an)

    assert "<textarea" not in view(site.block(made.an))
