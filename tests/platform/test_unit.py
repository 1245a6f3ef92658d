"""The block in the LMS: its page, its handlers, and the plain addresses beside them, for all kinds of visitors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from boidung_xblock.drafts.models import Draft  # noqa: E402
from boidung_xblock.reflections.models import Reflection  # noqa: E402
from tests import factories  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


def _unit(world: World, client: Client) -> str:
    answer = client.get(reverse("render_xblock", kwargs={"usage_key_string": str(world.key)}))
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def test_the_learner_gets_a_form_and_after_submitting_the_receipt(world: World) -> None:
    client = world.client(world.an)
    page = _unit(world, client)
    assert "Điều tôi học được" in page
    assert "<textarea" in page
    world.submit(world.an)
    page = _unit(world, client)
    assert "<textarea" not in page
    assert "BD-" in page


def test_the_mark_is_on_the_learners_page(world: World) -> None:
    world.mark(world.submit(world.an))
    page = _unit(world, world.client(world.an))
    assert "Trần Thị Lan" in page
    assert "7.5" in page or "7,5" in page


def _save_draft(world: World, user: Any, client: Client) -> Any:
    body = {
        "usage_key": str(world.key),
        "slot": "own",
        "for_user": user.pk,
        "client_key": factories.key(),
        "version": 0,
        "payload": {"answers": {"dieu-hoc-duoc": "Tôi đang viết"}, "self_rating": {}, "files": []},
    }
    return client.post(reverse("boidung:draft"), json.dumps(body), content_type="application/json")


def test_a_draft_is_saved_and_shown_again(world: World) -> None:
    client = world.client(world.an)
    answer = _save_draft(world, world.an, client)
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert "Tôi đang viết" in _unit(world, client)


def test_drafts_are_for_the_enrolled(world: World) -> None:
    assert _save_draft(world, world.outsider, world.client(world.outsider)).status_code == 403
    assert _save_draft(world, world.an, world.client(world.outsider)).status_code == 403
    assert _save_draft(world, world.an, Client()).status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.parametrize("body", [{"role": "student"}, {"role": "student", "user_name": "an"}])
def test_viewing_as_a_learner_shows_the_page_and_stores_nothing(world: World, body: dict[str, str]) -> None:
    client = world.client(world.staff)
    client.post(
        reverse("masquerade_update", args=[world.course_key]), json.dumps(body), content_type="application/json"
    )
    assert "Điều tôi học được" in _unit(world, client)
    for user in (world.staff, world.an):
        answer = _save_draft(world, user, client)
        assert (answer.status_code, answer.json()["stored"]) == (200, False)
        answer = world.call(user, "submit", {"for_user": user.pk}, client=client)
        assert (answer.status_code, answer.json()["stored"]) == (200, False)
    assert not Draft.objects.exists()
    assert not Reflection.objects.exists()


def test_handlers_are_for_the_enrolled_and_never_open_to_visitors(world: World) -> None:
    body = {"for_user": world.outsider.pk, "client_key": factories.key(), "base_version": 0, "answers": {}}
    assert world.call(world.outsider, "submit", body).status_code == 403
    assert world.call(world.an, "submit", body, client=Client()).status_code == 403
    names = {"course_id": world.course_key, "usage_id": str(world.key), "handler": "submit"}
    assert Client().get(reverse("xblock_handler", kwargs=names)).status_code in (403, 405)
    assert not Reflection.objects.exists()


def test_an_attached_file_comes_back_to_its_author_and_the_core_teacher_alone(world: World) -> None:
    client = world.client(world.an)
    upload = {
        "usage_key": str(world.key),
        "for_user": world.an.pk,
        "client_key": factories.key(),
        "file": SimpleUploadedFile("bài làm.pdf", b"%PDF-1.4\n" + b"x" * 100, "application/pdf"),
    }
    answer = client.post(reverse("boidung:file-upload"), upload)
    assert answer.status_code == 200, answer.content
    address = answer.json()["file"]["url"]
    got = client.get(address)
    assert (got.status_code, got.headers["Content-Disposition"].split(";")[0]) == (200, "attachment")
    assert b"".join(got.streaming_content).startswith(b"%PDF") if got.streaming else got.content.startswith(b"%PDF")
    assert world.client(world.mai).get(address).status_code in (403, 404)
