"""Attachments over their plain addresses: a Vietnamese name survives, others get 404, nothing is ever shown inline."""

from __future__ import annotations

import json
import unicodedata
import uuid
from email.message import Message
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from boidung_xblock.files.models import Attachment
from boidung_xblock.host import Masquerade
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.factories import COURSE, World
from tests.files.uploads import VIETNAMESE_NAME, attach
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = pytest.mark.django_db

DATA = b"PK\x03\x04 noi dung"


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def browser(account: Any, **options: Any) -> Client:
    client = Client(**options)
    if account is not None:
        client.force_login(account)
    return client


def send(made: World, account: Any, *, client: Client | None = None, **changes: Any) -> Any:
    """Upload as the account's page does, logged in as ``logged_in`` (the account itself unless said otherwise)."""
    client = client or browser(changes.pop("logged_in", account))
    uploaded = SimpleUploadedFile(changes.pop("name", VIETNAMESE_NAME), changes.pop("data", DATA))
    form = {
        "usage_key": made.activity.usage_key,
        "for_user": account.pk if account else 0,
        "client_key": factories.key(),
        "file": uploaded,
        **changes,
    }
    return client.post(
        reverse("boidung:file-upload"), {name: value for name, value in form.items() if value is not None}
    )


def get(account: Any, uid: str) -> Any:
    return browser(account).get(reverse("boidung:file", args=[uid]))


def drop(account: Any, uid: str, **changes: Any) -> Any:
    body = {"for_user": account.pk if account else 0, **changes}
    address = reverse("boidung:file-remove", args=[uid])
    return browser(account).post(address, json.dumps(body), content_type="application/json")


def error_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


# -- there and back ---------------------------------------------------------------------------------------------
def test_a_vietnamese_name_survives_upload_and_download(made: World) -> None:
    shown = send(made, made.an).json()["file"]
    response = get(made.an, shown["uid"])

    assert (shown["name"], shown["size"]) == (VIETNAMESE_NAME, len(DATA))
    assert shown["url"] == reverse("boidung:file", args=[shown["uid"]])
    assert b"".join(response.streaming_content) == DATA
    disposition = response.headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.split("''")[1]) == VIETNAMESE_NAME


def test_a_name_from_a_mac_comes_back_composed(made: World) -> None:
    shown = send(made, made.an, name=unicodedata.normalize("NFD", VIETNAMESE_NAME)).json()["file"]

    assert shown["name"] == VIETNAMESE_NAME


@pytest.mark.parametrize(
    "name", ['a";x="y.pdf', "a\\b.pdf", "<script>alert(1)</script>.pdf", "a;b,c 100%.pdf", "'.pdf"]
)
def test_a_hostile_name_stays_inside_its_header(made: World, name: str) -> None:
    header = get(made.an, attach(made, made.an, name=name)).headers["Content-Disposition"]

    parsed = Message()
    parsed["Content-Disposition"] = header
    assert parsed.get_content_disposition() == "attachment"
    assert parsed.get_filename() == Attachment.objects.get().original_name
    assert not {"\r", "\n"} & set(header)


def test_every_file_is_an_attachment_that_no_browser_interprets_or_keeps(made: World) -> None:
    headers = get(made.an, attach(made, made.an)).headers

    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"


def test_the_same_upload_twice_is_one_file(made: World) -> None:
    answers = [send(made, made.an, client_key="key-00000001").json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert Attachment.objects.count() == 1


# -- what is refused --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "virus.exe"}, (400, "file_type")),
        ({"name": "trang.html"}, (400, "file_type")),
        ({"data": b""}, (400, "empty_file")),
        ({"data": b"x" * (1024 * 1024 + 1)}, (413, "too_large")),
        ({"file": None}, (400, "bad_input")),
        ({"file": "only text"}, (400, "bad_input")),
        ({"client_key": None}, (400, "bad_input")),
        ({"client_key": "short"}, (400, "bad_input")),
        ({"usage_key": None}, (400, "bad_input")),
        ({"usage_key": "block-v1:X+Y+Z+type@boidung_reflection+block@r"}, (404, "not_found")),
        ({"for_user": None}, (403, "other_login")),
        ({"for_user": "x"}, (403, "other_login")),
        ({"for_user": "²"}, (403, "other_login")),
        ({"for_user": "9" * 5000}, (403, "other_login")),
    ],
)
def test_a_bad_upload_is_named_and_stores_nothing(
    made: World, host: MemoryHost, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert error_of(send(made, made.an, **changes)) == expected
    assert Attachment.objects.count() == 0
    assert not host.files.exists("boidung")


def test_too_many(made: World) -> None:
    for _ in range(factories.FILE_RULES["max_files"]):
        assert send(made, made.an).status_code == 200

    assert error_of(send(made, made.an)) == (400, "too_many_files")


def test_another_login_or_none(made: World) -> None:
    assert error_of(send(made, made.an, logged_in=made.binh)) == (403, "other_login")
    assert error_of(send(made, made.an, logged_in=None)) == (403, "not_logged_in")
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("role", ["lan", "staff", "instructor", "admin", "boss", "outsider"])
def test_people_who_are_not_enrolled_attach_nothing(made: World, role: str) -> None:
    assert error_of(send(made, getattr(made, role))) == (403, "forbidden")


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_under_view_as_nothing_is_stored_or_removed(made: World, host: MemoryHost, mask: Masquerade) -> None:
    uid = attach(made, made.an)
    host.wear_mask(COURSE, mask)

    assert send(made, made.an).json()["stored"] is False
    assert drop(made.an, uid).json()["stored"] is False
    assert Attachment.objects.get().removed_at is None


def test_submitted_work_takes_no_files_and_returned_work_does(made: World) -> None:
    work = factories.submit(made.an, made.activity)
    assert error_of(send(made, made.an)) == (409, "already_submitted")

    factories.give_back(made.lan, work)
    assert send(made, made.an).status_code == 200


@pytest.mark.parametrize(("name", "method"), [("file-upload", "get"), ("file-remove", "get"), ("file", "post")])
def test_other_methods_are_refused(made: World, name: str, method: str) -> None:
    args = [] if name == "file-upload" else [attach(made, made.an)]

    assert getattr(browser(made.an), method)(reverse(f"boidung:{name}", args=args)).status_code == 405


@pytest.mark.parametrize("name", ["file-upload", "file-remove"])
def test_a_write_without_a_csrf_token_is_refused(made: World, name: str) -> None:
    args = [] if name == "file-upload" else [attach(made, made.an)]

    assert browser(made.an, enforce_csrf_checks=True).post(reverse(f"boidung:{name}", args=args)).status_code == 403


# -- who may have it --------------------------------------------------------------------------------------------
READERS = {"an", "lan", "staff", "instructor", "admin", "boss"}
EVERYBODY = ("an", "mai", "tam", "binh", "lan", "hung", "quang", "staff", "instructor", "admin", "boss", "outsider")


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_submitted_file_is_for_its_owner_the_groups_core_teacher_and_the_course_team(made: World, role: str) -> None:
    uid = attach(made, made.an)
    factories.submit(made.an, made.activity, file_uids=(uid,))

    assert get(getattr(made, role), uid).status_code == (200 if role in READERS else 404)


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_file_of_a_draft_is_for_its_owner_alone(made: World, role: str) -> None:
    uid = attach(made, made.an)

    assert get(getattr(made, role), uid).status_code == (200 if role == "an" else 404)


def test_leaders_get_files_where_the_block_lets_them_read(made: World) -> None:
    led = factories.activity("r2", leader_reads=True)
    uid = attach(made, made.an, place=led)
    factories.submit(made.an, led, file_uids=(uid,))

    assert get(made.mai, uid).status_code == 200
    assert get(made.tam, uid).status_code == 404


def test_visitors_are_told_to_log_in_and_learn_nothing(made: World) -> None:
    known, unknown = get(None, attach(made, made.an)), get(None, str(uuid.uuid4()))

    assert error_of(known) == error_of(unknown) == (403, "not_logged_in")


def test_what_does_not_exist_looks_like_what_one_may_not_have(made: World) -> None:
    forbidden, unknown = get(made.binh, attach(made, made.an)), get(made.binh, str(uuid.uuid4()))

    assert forbidden.json() == unknown.json()
    assert forbidden.status_code == unknown.status_code == 404


def test_under_view_as_the_course_team_gets_no_files(made: World, host: MemoryHost) -> None:
    uid = attach(made, made.an)
    factories.submit(made.an, made.activity, file_uids=(uid,))
    host.wear_mask(COURSE, Masquerade.ROLE)

    assert get(made.staff, uid).status_code == 404
    assert get(made.lan, uid).status_code == 404


def test_a_file_used_again_after_the_state_was_deleted_is_for_the_present_core_teacher(made: World) -> None:
    uid = attach(made, made.an)
    factories.submit(made.an, made.activity, file_uids=(uid,))
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)
    factories.move(made.an, made.round, made.letters)
    factories.submit(made.an, made.activity, file_uids=(uid,))

    assert get(made.hung, uid).status_code == 200


def test_bytes_that_storage_has_lost_are_missing(made: World, host: MemoryHost) -> None:
    uid = attach(made, made.an)
    host.files.delete(Attachment.objects.get().stored_path)

    assert get(made.an, uid).status_code == 404


# -- removing ---------------------------------------------------------------------------------------------------
def test_removing_takes_a_file_out_of_the_draft(made: World) -> None:
    uid = attach(made, made.an)

    assert drop(made.an, uid).json() == {"removed": uid}
    assert drop(made.an, uid).status_code == 200
    assert Attachment.objects.get().removed_at is not None


def test_only_its_owner_removes_a_file(made: World) -> None:
    uid = attach(made, made.an)

    for account in (made.mai, made.lan, made.staff):
        assert error_of(drop(account, uid)) == (404, "not_found")
    assert error_of(drop(None, uid)) == (403, "not_logged_in")
    assert error_of(drop(made.binh, uid, for_user=made.an.pk)) == (403, "other_login")
    assert Attachment.objects.get().removed_at is None


def test_submitted_work_keeps_its_files(made: World) -> None:
    uid = attach(made, made.an)
    factories.submit(made.an, made.activity, file_uids=(uid,))

    assert error_of(drop(made.an, uid)) == (409, "already_submitted")
    assert get(made.lan, uid).status_code == 200


def test_an_upload_costs_the_same_at_10_and_at_1000_learners(made: World) -> None:
    def cost(account: Any) -> int:
        client = browser(account)
        with counted() as queries:
            assert send(made, account, client=client).status_code == 200
        return queries.ours

    factories.crowd(made.activity, made.maths, 10)
    few = cost(made.an)
    factories.crowd(made.activity, made.maths, 990)

    assert (few, cost(made.mai)) == (6, 6)
