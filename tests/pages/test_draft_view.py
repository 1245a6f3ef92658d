"""Autosave over its plain address: who may, what comes back, and that a refusal stores nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from boidung_xblock.drafts import api as drafts
from boidung_xblock.drafts.models import Draft
from boidung_xblock.host import Masquerade
from tests import factories
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def body(made: World, account: Any, text: str = "Tôi đã thử 👍", **changes: Any) -> dict[str, Any]:
    return {
        "usage_key": made.activity.usage_key,
        "slot": "own",
        "for_user": account.pk,
        "client_key": factories.key(),
        "version": 0,
        "payload": {"answers": {"dieu-hoc-duoc": text}, "self_rating": {"hieu-noi-dung": 2}, "files": []},
        **changes,
    }


def browser(account: Any, **options: Any) -> Client:
    client = Client(**options)
    if account is not None:
        client.force_login(account)
    return client


def send(account: Any, data: Any, *, client: Client | None = None, **headers: Any) -> Any:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return (client or browser(account)).post(reverse("boidung:draft"), raw, content_type="application/json", **headers)


def error_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def stored(made: World, account: Any) -> Any:
    return drafts.load(activity_id=made.activity.pk, user_id=account.pk)


def test_what_was_typed_is_saved_and_the_answer_says_when(made: World) -> None:
    first = send(made.an, body(made, made.an)).json()
    second = send(made.an, body(made, made.an, "Tôi đã thử hai lần", version=1)).json()

    saved = stored(made, made.an)
    assert (first["version"], second["version"], saved.version) == (1, 2, 2)
    assert saved.payload == body(made, made.an, "Tôi đã thử hai lần")["payload"]
    assert datetime.fromisoformat(second["saved_at"]).tzinfo is not None
    assert len(second["saved_text"]) == 5


@pytest.mark.parametrize(("zone", "shown"), [("", "20:14"), ("Europe/Berlin", "14:14"), ("Mars/Base", "20:14")])
def test_the_time_is_the_readers(
    made: World, host: MemoryHost, monkeypatch: pytest.MonkeyPatch, zone: str, shown: str
) -> None:
    host.zones[made.an.pk] = zone
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 23, 13, 14, tzinfo=UTC))

    assert send(made.an, body(made, made.an)).json()["saved_text"] == shown


def test_the_same_write_again_gets_the_same_answer(made: World) -> None:
    data = body(made, made.an)

    assert send(made.an, data).json() == send(made.an, data).json()
    assert Draft.objects.count() == 1


def test_a_stale_write_gets_what_is_stored(made: World) -> None:
    send(made.an, body(made, made.an, "của máy khác"))
    response = send(made.an, body(made, made.an, "của máy này"))

    error = response.json()["error"]
    assert error_of(response) == (409, "stale_draft")
    assert (error["version"], error["payload"]["answers"]) == (1, {"dieu-hoc-duoc": "của máy khác"})
    assert len(error["saved_text"]) == 5
    assert stored(made, made.an).payload["answers"] == {"dieu-hoc-duoc": "của máy khác"}


# -- who --------------------------------------------------------------------------------------------------------
def test_nobody_logged_in(made: World) -> None:
    assert error_of(send(None, body(made, made.an))) == (403, "not_logged_in")
    assert Draft.objects.count() == 0


def test_somebody_else_logged_in_on_the_shared_computer(made: World) -> None:
    assert error_of(send(made.binh, body(made, made.an))) == (403, "other_login")
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("role", ["lan", "hung", "quang", "staff", "instructor", "admin", "boss", "outsider"])
def test_people_who_are_not_enrolled(made: World, role: str) -> None:
    account = getattr(made, role)

    assert error_of(send(account, body(made, account))) == (403, "forbidden")
    assert Draft.objects.count() == 0


def test_an_enrolment_that_ended_no_longer_counts(made: World, host: MemoryHost) -> None:
    host.unenrol(user_id=made.an.pk, course_key=COURSE)

    assert error_of(send(made.an, body(made, made.an))) == (403, "forbidden")


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_under_view_as_the_page_gets_an_answer_and_nothing_is_stored(
    made: World, host: MemoryHost, mask: Masquerade
) -> None:
    host.wear_mask(COURSE, mask)
    for account in (made.staff, made.an):
        response = send(account, body(made, account))
        assert response.status_code == 200
        assert response.json()["stored"] is False
        assert response.json()["message"]
    assert Draft.objects.count() == 0


# -- when -------------------------------------------------------------------------------------------------------
def test_submitted_work_takes_no_draft_and_returned_work_does(made: World) -> None:
    work = factories.submit(made.an, made.activity)
    assert error_of(send(made.an, body(made, made.an))) == (409, "already_submitted")
    assert Draft.objects.count() == 0

    factories.give_back(made.lan, work)
    assert send(made.an, body(made, made.an)).status_code == 200


def test_an_activity_that_was_never_published_is_missing(made: World) -> None:
    response = send(made.an, body(made, made.an, usage_key=factories.usage("draft-only")))

    assert error_of(response) == (404, "not_found")


# -- what -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b"NaN", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(made: World, raw: bytes) -> None:
    assert error_of(send(made.an, raw)) == (400, "bad_input")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("usage_key", ""),
        ("usage_key", 5),
        ("for_user", "1"),
        ("for_user", True),
        ("for_user", -1),
        ("for_user", 2**31),
        ("client_key", "short"),
        ("client_key", "x" * 65),
        ("client_key", "có dấu có dấu"),
        ("version", None),
        ("version", -1),
        ("version", 1.5),
        ("payload", []),
        ("payload", {"answers": []}),
        ("payload", {"answers": {"a": 1}}),
        ("payload", {"answers": {f"a{n}": "" for n in range(101)}}),
        ("payload", {"answers": {"a\x00b": "x"}}),
        ("payload", {"answers": {"x" * 65: "x"}}),
        ("payload", {"self_rating": {"a": "1"}}),
        ("payload", {"self_rating": {"a": True}}),
        ("payload", {"files": "x"}),
        ("payload", {"files": ["x" * 65]}),
        ("payload", {"files": ["\x00"]}),
    ],
)
def test_a_malformed_field_is_named_and_nothing_stored(made: World, name: str, value: Any) -> None:
    data = body(made, made.an, **{name: value})
    response = send(made.an, data)

    inner = next(iter(value)) if name == "payload" and isinstance(value, dict) else name
    assert error_of(response) == (400, "bad_input")
    assert set(response.json()["error"]["fields"]) == {inner}
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("name", ["usage_key", "for_user", "client_key", "version", "payload"])
def test_a_missing_field_is_named(made: World, name: str) -> None:
    data = body(made, made.an)
    del data[name]

    response = send(made.an, data)
    assert error_of(response) == (400, "bad_input")
    assert set(response.json()["error"]["fields"]) == {name}


@pytest.mark.database
def test_text_that_no_database_likes_is_cleaned_not_an_error(made: World) -> None:
    raw = json.dumps(body(made, made.an, "Tốt\x00 \ud83d 👍 e\u0301\u200b")).encode()

    assert send(made.an, raw).status_code == 200
    assert stored(made, made.an).payload["answers"]["dieu-hoc-duoc"] == "Tốt  👍 é"


def test_five_megabytes_are_too_much(made: World) -> None:
    response = send(made.an, body(made, made.an, "x" * 5_000_000))

    assert error_of(response) == (413, "too_large")
    assert Draft.objects.count() == 0


def test_a_long_reflection_is_not_too_much(made: World) -> None:
    assert send(made.an, body(made, made.an, "ữ " * 60_000)).status_code == 200


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
def test_only_post(made: World, method: str) -> None:
    assert getattr(browser(made.an), method)(reverse("boidung:draft")).status_code == 405


def test_a_write_without_a_csrf_token_is_refused(made: World) -> None:
    client = browser(made.an, enforce_csrf_checks=True)

    assert send(made.an, body(made, made.an), client=client).status_code == 403
    client.cookies["csrftoken"] = "x" * 32
    assert send(made.an, body(made, made.an), client=client, headers={"X-CSRFToken": "x" * 32}).status_code == 200
    assert Draft.objects.count() == 1


def test_an_answer_about_ones_own_text_is_never_cached(made: World) -> None:
    assert "no-store" in send(made.an, body(made, made.an)).headers["Cache-Control"]
    assert "no-store" in send(None, body(made, made.an)).headers["Cache-Control"]


# -- budget -----------------------------------------------------------------------------------------------------
def test_a_save_costs_at_most_four_queries_at_10_and_at_1000_learners(made: World) -> None:
    def cost(account: Any) -> list[int]:
        client, numbers = browser(account), []
        for version in range(2):
            with counted() as queries:
                assert send(account, body(made, account, version=version), client=client).status_code == 200
            numbers.append(queries.ours)
        return numbers

    factories.crowd(made.activity, made.maths, 10)
    few = cost(made.an)
    factories.crowd(made.activity, made.maths, 990)

    assert cost(made.mai) == few
    assert max(few) <= 4
