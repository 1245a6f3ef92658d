"""``answer``: what is stored, what the page says then, and that a refusal stores nothing at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from boidung_xblock.drafts import api as drafts
from boidung_xblock.drafts.models import Draft
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry
from boidung_xblock.host import Masquerade
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.block_runtime import post, view
from tests.blocks.checkpoints import (
    ANSWERS,
    READ,
    STEPS,
    WRONG,
    CheckpointSite,
    body_for,
    refused,
    reply,
    reply_all,
    usage,
)
from tests.factories import COURSE, World
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CHANGED = "This question has been changed. Reload the page and answer it again."
TABLES = (CheckpointWork, StepAnswer, Draft, Grade, Mark, OutboxEntry)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def site(made: World) -> CheckpointSite:
    """A published checkpoint with a step of each kind, to be done in order."""
    published = CheckpointSite()
    published.publish()
    return published


def footprint() -> Any:
    return [list(table.objects.order_by("id").values()) for table in TABLES]


# -- the road ---------------------------------------------------------------------------------------------------
def test_step_by_step_to_the_end(site: CheckpointSite, made: World, host: MemoryHost) -> None:
    for number, step in enumerate(ANSWERS, start=1):
        answer = reply(site, made.an, step)
        assert f"{number} / 5 steps" in answer["html"]
        assert answer["completed"] is (number == 5)
        assert bool(host.completion) is (number == 5)

    work = CheckpointWork.objects.get()
    assert (work.state, work.steps_done, work.earned, work.possible) == ("completed", 5, 3, 3)
    assert host.completion == {(made.an.pk, usage()): 1.0}
    assert "You have done every required step" in answer["html"]
    assert "3/3" in answer["html"]
    assert work.group_id == made.maths.pk


def test_what_was_answered_stands_on_the_page_of_another_device(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an, chon=WRONG["chon"])
    html = view(site.block(made.an))

    assert "Lớp tôi đã thử." in html
    assert "You chose" in html
    assert "5 / 5 steps" in html


def test_a_user_state_marker_and_nothing_else_is_kept_by_the_platform(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")

    kept = {key.field_name: value for key, value in site.store.db_dict.items() if key.user_id == made.an.pk}
    assert kept == {"participated": True}


def test_reading_alone_makes_no_score_of_zero(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    assert Grade.objects.count() == 0
    reply(site, made.an, "chon")
    assert Grade.objects.get().earned == 2


def test_optional_steps_do_not_hold_up_completion(site: CheckpointSite, made: World, host: MemoryHost) -> None:
    site.publish(steps=[STEPS[0], {**STEPS[1], "required": False}])
    reply(site, made.an, "doc")

    assert host.completion == {(made.an.pk, usage()): 1.0}


def test_in_a_free_order_any_step_may_come_first(site: CheckpointSite, made: World) -> None:
    site.publish(order="free")
    for step in reversed(ANSWERS):
        reply(site, made.an, step)

    assert CheckpointWork.objects.get().state == "completed"


def test_markup_a_learner_types_stays_text(site: CheckpointSite, made: World) -> None:
    site.publish(order="free")
    html = reply(site, made.an, "lien-he", {"text": '<script>alert("1")</script> & <b>đậm</b>'})["html"]

    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


# -- again ------------------------------------------------------------------------------------------------------
def test_the_same_answer_again_counts_once(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    body = body_for(made.an, "chon", WRONG["chon"])
    first, again = (post(site.block(made.an), "answer", body) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["row_version"] == again.json["row_version"]
    assert StepAnswer.objects.filter(step="chon").count() == 1


def test_another_try_replaces_what_counts_and_keeps_what_was(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    html = reply(site, made.an, "chon", WRONG["chon"])["html"]
    assert "Answer again" in html
    reply(site, made.an, "chon")

    assert [row.right for row in StepAnswer.objects.filter(step="chon").order_by("number")] == [False, True]
    assert CheckpointWork.objects.get().earned == 2


def test_attempts_run_out(site: CheckpointSite, made: World) -> None:
    site.publish(attempts=2)
    reply(site, made.an, "doc")
    assert "1 attempt left" in reply(site, made.an, "chon", WRONG["chon"])["html"]
    html = reply(site, made.an, "chon", WRONG["chon"])["html"]
    assert "Năm phẩm chất chủ yếu." in html

    status, error = refused(site, made.an, "chon")
    assert (status, error["code"]) == (409, "no_attempts")
    assert CheckpointWork.objects.get().earned == 0


def test_a_deleted_state_starts_over(site: CheckpointSite, made: World) -> None:
    reply_all(site, made.an)
    learner_state_deleted(usage_key=usage(), user_id=made.an.pk)

    assert "0 / 5 steps" in view(site.block(made.an))
    reply(site, made.an, "doc")
    assert CheckpointWork.objects.count() == 2
    assert StepAnswer.objects.count() == 6


# -- refusals ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("step", "answer", "message"),
    [
        ("chon", {"options": []}, "Choose an answer first."),
        ("chon", {"options": ["Bảy"]}, CHANGED),
        ("chon", {"options": ["Ba", "Năm"]}, CHANGED),
        ("chon", {}, CHANGED),
        ("chon", "Năm", CHANGED),
        ("dung-sai", {"value": None}, "Choose an answer first."),
        ("lien-he", {"text": " "}, "Please write something here."),
        ("lien-he", {"text": "một"}, "At least 2 words are asked for here."),
        ("lien-he", {"text": "một " * 51}, "At most 50 words fit here."),
        ("tu-xep", {"ratings": {"hieu": 3}}, "Choose a level for each line."),
        ("tu-xep", {"ratings": {"hieu": 3, "dung": 9}}, CHANGED),
    ],
)  # fmt: skip
def test_what_is_incomplete_is_told_at_its_step(
    site: CheckpointSite, made: World, step: str, answer: Any, message: str
) -> None:
    site.publish(order="free")
    before = footprint()

    status, error = refused(site, made.an, step, answer)

    assert (status, error["fields"]) == (400, {step: message})
    assert footprint() == before


def test_a_second_device_is_told_and_gets_the_page_as_it_is_now(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    before = footprint()

    status, error = refused(site, made.an, "chon", row_version=0)

    assert (status, error["code"], error["row_version"]) == (409, "stale", 1)
    assert "1 / 5 steps" in error["html"]
    assert footprint() == before


def test_a_locked_step_is_refused(site: CheckpointSite, made: World) -> None:
    status, error = refused(site, made.an, "chon")

    assert (status, error["code"]) == (409, "locked")
    assert error["message"] == "This step opens once the steps before it are done."
    assert footprint() == [[]] * len(TABLES)


def test_what_is_right_is_final(site: CheckpointSite, made: World) -> None:
    reply(site, made.an, "doc")
    reply(site, made.an, "chon")

    assert refused(site, made.an, "chon")[1]["code"] == "final"
    assert refused(site, made.an, "doc")[1]["code"] == "final"


def test_a_step_that_is_no_longer_asked(site: CheckpointSite, made: World) -> None:
    site.publish(steps=STEPS[:1])

    status, error = refused(site, made.an, "chon")
    assert (status, error["code"]) == (409, "gone")


def test_a_key_used_at_another_checkpoint_is_refused(site: CheckpointSite, made: World) -> None:
    site.publish("c2")
    reply(site, made.an, "doc", client_key="key-00000001")
    body = body_for(made.an, "doc", client_key="key-00000001", row_version=0)

    response = post(site.block(made.an, "c2"), "answer", body)
    assert (response.status_code, response.json["error"]["code"]) == (409, "key_reused")


@pytest.mark.parametrize(
    ("grace", "accepted"), [(timedelta(0), False), (timedelta(days=1), True)], ids=["past", "within grace"]
)
def test_after_the_due_date_scored_steps_are_closed_and_others_are_not(
    site: CheckpointSite, made: World, host: MemoryHost, grace: timedelta, accepted: bool
) -> None:
    site.publish(order="free")
    host.set_due(usage(), timezone.now() - timedelta(hours=1), grace=grace)
    assert ("this can no longer be answered" in view(site.block(made.an))) is not accepted

    response = post(site.block(made.an), "answer", body_for(made.an, "chon"))
    assert (response.status_code == 200) is accepted
    if not accepted:
        assert response.json["error"]["code"] == "closed"
    reply(site, made.an, "lien-he")


def test_closed_steps_do_not_lock_those_after_them(site: CheckpointSite, made: World, host: MemoryHost) -> None:
    host.set_due(usage(), timezone.now() - timedelta(hours=1))
    reply(site, made.an, "doc")
    assert refused(site, made.an, "chon")[1]["code"] == "closed"
    assert "3 / 5 steps" in (reply(site, made.an, "lien-he"), reply(site, made.an, "tu-xep"))[1]["html"]


def test_broken_content_takes_no_answers_and_says_so_kindly(site: CheckpointSite, made: World) -> None:
    site.author(steps=[{"kind": "choice", "slug": "x", "title": "x", "options": []}])

    assert refused(site, made.an, "doc")[1]["code"] == "not_set_up"
    page = view(site.block(made.an))
    assert "not set up correctly" in page
    assert "Options" not in page
    assert "Options" in view(site.block(made.an, author_mode=True), "author_view")


# -- who --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["outsider", "lan", "staff", "boss"])
def test_only_the_enrolled_answer(site: CheckpointSite, made: World, role: str) -> None:
    account = getattr(made, role)
    status, error = refused(site, account, "doc")

    assert (status, error["code"]) == (403, "forbidden")
    assert footprint() == [[]] * len(TABLES)
    assert "data-bd-send" not in view(site.block(account))


def test_visitors_and_somebody_elses_page_are_refused(site: CheckpointSite, made: World) -> None:
    assert refused(site, None, "doc")[1]["code"] == "not_logged_in"
    response = post(site.block(made.mai), "answer", body_for(made.an, "doc"))
    assert (response.status_code, response.json["error"]["code"]) == (403, "other_login")
    assert footprint() == [[]] * len(TABLES)
    assert "data-bd-send" not in view(site.block(None), "public_view")


@pytest.mark.parametrize("mask", [Masquerade.LEARNER, Masquerade.ROLE])
def test_viewing_as_a_learner_stores_nothing(
    site: CheckpointSite, made: World, host: MemoryHost, mask: Masquerade
) -> None:
    reply(site, made.an, "doc")
    before = footprint()
    host.wear_mask(COURSE, mask)

    response = post(site.block(made.an), "answer", body_for(made.an, "chon"))
    html = view(site.block(made.an))

    assert (response.status_code, response.json["stored"]) == (200, False)
    assert "data-bd-send" not in html
    assert "1 / 5 steps" in html
    assert footprint() == before


def test_the_authors_preview_shows_everything_and_stores_nothing(site: CheckpointSite, made: World) -> None:
    block = site.block(made.staff, author_mode=True)
    html = view(block, "author_view")

    for text in ("Xem lại mục 2.", "Năm phẩm chất chủ yếu.", "Một câu trả lời tham khảo.", "Tôi vận dụng được"):
        assert text in html
    assert "data-bd-send" not in html
    assert post(block, "answer", body_for(made.staff, "doc")).json["stored"] is False
    assert footprint() == [[]] * len(TABLES)


# -- half done --------------------------------------------------------------------------------------------------
def test_a_half_written_answer_goes_on_elsewhere_and_belongs_to_its_own_try(site: CheckpointSite, made: World) -> None:
    site.publish(order="free")
    place = {"activity_id": made.activity.pk, "user_id": made.an.pk}
    place["activity_id"] = CheckpointWork._meta.get_field("activity").related_model.objects.get(usage_key=usage()).pk
    payload = {"answers": {"lien-he.0": "Đang viết dở", "chon.0": "Ba", "tu-xep.0": "hieu:2"}}
    drafts.save(**place, client_key=factories.key(), version=0, payload=payload)

    html = view(site.block(made.an))
    assert "Đang viết dở</textarea>" in html
    assert 'value="Ba" checked' in html
    assert 'value="hieu:2" checked' in html
    assert 'data-draft-version="1"' in html

    reply(site, made.an, "lien-he")
    assert "Đang viết dở" not in view(site.block(made.an))


def test_what_a_handler_sends_has_the_authors_files_at_their_addresses(site: CheckpointSite, made: World) -> None:
    with_picture = {**READ, "slug": "hinh", "question": '<p><img src="/static/a.png"></p>'}
    site.publish(steps=[READ, with_picture])
    html = reply(site, made.an, "doc")["html"]
    assert 'src="/asset-v1:course/a.png"' in html
    assert '"/static/a.png' not in html
