"""The same request from two windows at once, inside the transaction that the platform opens for each request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from boidung_xblock.drafts.models import Draft
from boidung_xblock.files.models import Attachment
from tests import factories
from tests.at_once import needs_server, together
from tests.factories import World
from tests.hosts import MemoryHost

pytestmark = needs_server


@pytest.fixture
def made(host: MemoryHost) -> Iterator[World]:
    """The world, served as the LMS serves plain views: one transaction per request."""
    connection.settings_dict["ATOMIC_REQUESTS"] = True
    yield factories.world()
    connection.settings_dict["ATOMIC_REQUESTS"] = False


def windows(account: Any, number: int) -> list[Client]:
    """Browsers with the account logged in."""
    clients = [Client() for _ in range(number)]
    for client in clients:
        client.force_login(account)
    return clients


def saving(client: Client, made: World, client_key: str, version: int, text: str) -> Any:
    body = {
        "usage_key": made.activity.usage_key,
        "for_user": made.an.pk,
        "client_key": client_key,
        "version": version,
        "payload": {"answers": {"a": text}},
    }
    return lambda: client.post(reverse("boidung:draft"), json.dumps(body), content_type="application/json")


def uploading(client: Client, made: World, client_key: str) -> Any:
    form = {"usage_key": made.activity.usage_key, "for_user": made.an.pk, "client_key": client_key}
    return lambda: client.post(
        reverse("boidung:file-upload"), {**form, "file": SimpleUploadedFile("Bài của Ân.docx", b"PK")}
    )


@pytest.mark.parametrize("version", [0, 1])
def test_one_save_sent_three_times_gets_one_answer(made: World, version: int) -> None:
    clients = windows(made.an, 3)
    if version:
        assert saving(clients[0], made, "key-00000000", 0, "trước")().status_code == 200
    answers = together(*[saving(client, made, "key-00000001", version, "sau") for client in clients])

    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer.json()["version"] for answer in answers} == {version + 1}
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("version", [0, 1])
def test_of_two_windows_one_saves_and_the_other_is_shown_what_is_stored(made: World, version: int) -> None:
    clients = windows(made.an, 2)
    if version:
        assert saving(clients[0], made, "key-00000000", 0, "trước")().status_code == 200
    actions = [saving(client, made, f"key-1000000{n}", version, f"cửa sổ {n}") for n, client in enumerate(clients)]
    answers = sorted(together(*actions), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["error"]["payload"]["answers"] == Draft.objects.get().payload["answers"]


def test_one_upload_sent_three_times_is_one_file(made: World) -> None:
    answers = together(*[uploading(client, made, "key-00000001") for client in windows(made.an, 3)])

    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.json()["file"]["uid"] for answer in answers}) == 1
    assert Attachment.objects.count() == 1
