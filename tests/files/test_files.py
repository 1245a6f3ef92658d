"""Attachments: the name a teacher gave survives, nothing else of a name is trusted, nobody else's file is reachable."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boidung_xblock.errors import BadInput, Conflict, Missing, TooLarge
from boidung_xblock.files import api as files
from boidung_xblock.files.models import Attachment
from tests import factories
from tests.factories import FILE_RULES, World
from tests.files.uploads import VIETNAMESE_NAME, upload
from tests.hosts import MemoryHost

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def stored_files(host: MemoryHost) -> list[str]:
    """Every path in storage."""

    def walk(folder: str) -> list[str]:
        folders, names = host.files.listdir(folder)
        return [f"{folder}/{name}" for name in names] + [path for sub in folders for path in walk(f"{folder}/{sub}")]

    return walk("boidung/files") if host.files.exists("boidung/files") else []


@pytest.mark.database
def test_a_file_comes_back_byte_for_byte_under_its_own_name(host: MemoryHost, made: World) -> None:
    data = bytes(range(256)) * 2000
    row = upload(made.an, made.activity, data=data)

    found = files.by_uid(row.uid)
    assert files.open_stored(found).read() == data
    assert (found.original_name, found.size) == (VIETNAMESE_NAME, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert files.view(found).size == len(data)


def test_nothing_of_the_name_or_the_person_is_in_the_stored_path(host: MemoryHost, made: World) -> None:
    row = upload(made.an, made.activity)

    assert row.stored_path == f"boidung/files/{row.uid.hex[:2]}/{row.uid.hex}"


def test_equal_files_of_two_people_are_stored_twice(host: MemoryHost, made: World) -> None:
    first, second = upload(made.an, made.activity), upload(made.mai, made.activity)

    assert first.sha256 == second.sha256
    assert first.stored_path != second.stored_path


@pytest.mark.database
def test_a_name_from_a_mac_is_stored_composed(made: World) -> None:
    row = upload(made.an, made.activity, name=unicodedata.normalize("NFD", VIETNAMESE_NAME))

    assert row.original_name == VIETNAMESE_NAME


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\Lan\\Bài thu hoạch.docx", "Bài thu hoạch.docx"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("/etc/x.pdf", "x.pdf"),
        ("a\r\nSet-Cookie: x=1\r\n.pdf", "a Set-Cookie: x=1 .pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("hoc\u202efdp.docx", "hocfdp.docx"),
        ("\u2066ẩn\u2069.pdf", "ẩn.pdf"),
        ('"><img src=x onerror=alert(1)>.pdf', '"><img src=x onerror=alert(1)>.pdf'),
        ("  nhiều   chỗ  trống .PDF ", "nhiều chỗ trống .PDF"),
        ("ảnh 👍.jpg", "ảnh 👍.jpg"),
    ],
)
def test_hostile_names_become_harmless_names(made: World, sent: str, kept: str) -> None:
    assert upload(made.an, made.activity, name=sent).original_name == kept


def test_a_very_long_name_keeps_its_ending(made: World) -> None:
    kept = upload(made.an, made.activity, name="Đ" * 400 + ".docx").original_name

    assert len(kept) <= 255
    assert kept.endswith("Đ.docx")


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_whatever_a_file_is_called_its_name_fits_a_row_and_a_header(name: str) -> None:
    try:
        kept = files._checked_name(f"{name}.pdf", FILE_RULES)
    except BadInput:
        return
    assert 0 < len(kept) <= 255
    assert not set(kept) & set("\r\n\x00/\\")
    kept.encode("utf-8")


@pytest.mark.parametrize(
    "name", ["virus.exe", "trang.html", "hình.svg", "a.docx.exe", "docx", ".docx", "", "  ", "a.", "..", "/"]
)
def test_other_kinds_of_files_are_refused(host: MemoryHost, made: World, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        upload(made.an, made.activity, name=name)

    assert caught.value.code == "file_type"
    assert "docx, pdf, jpg" in caught.value.message
    assert stored_files(host) == []


def test_an_empty_file_is_refused(made: World) -> None:
    with pytest.raises(BadInput) as caught:
        upload(made.an, made.activity, data=b"")
    assert caught.value.code == "empty_file"


def test_a_file_may_be_as_large_as_the_author_says_and_no_larger(made: World) -> None:
    limit = FILE_RULES["max_mb"] * 1024 * 1024

    assert upload(made.an, made.activity, data=b"x" * limit).size == limit
    with pytest.raises(TooLarge) as caught:
        upload(made.an, made.activity, data=b"x" * (limit + 1))
    assert caught.value.status == 413


def test_as_many_files_as_the_author_says_and_no_more(made: World) -> None:
    rows = [upload(made.an, made.activity) for _ in range(FILE_RULES["max_files"])]
    with pytest.raises(BadInput) as caught:
        upload(made.an, made.activity)
    assert caught.value.code == "too_many_files"

    files.remove(user_id=made.an.pk, uid=rows[0].uid)
    assert upload(made.an, made.activity).pk
    assert upload(made.mai, made.activity).pk


def test_a_block_that_wants_no_files_takes_none(made: World) -> None:
    with pytest.raises(BadInput):
        upload(made.an, made.activity, rules={**FILE_RULES, "max_files": 0})


# -- again ------------------------------------------------------------------------------------------------------
@pytest.mark.database
def test_the_same_upload_twice_is_one_row_and_one_file(host: MemoryHost, made: World) -> None:
    first = upload(made.an, made.activity, client_key="key-00000001")
    again = upload(made.an, made.activity, client_key="key-00000001")

    assert again == first
    assert Attachment.objects.count() == 1
    assert stored_files(host) == [first.stored_path]


def test_a_repeat_of_the_last_allowed_upload_is_no_trouble(made: World) -> None:
    for number in range(FILE_RULES["max_files"]):
        upload(made.an, made.activity, client_key=f"key-0000000{number}")

    assert upload(made.an, made.activity, client_key="key-00000000").pk


def test_a_key_used_at_another_activity_is_refused(made: World) -> None:
    upload(made.an, made.activity, client_key="key-00000001")

    with pytest.raises(Conflict) as caught:
        upload(made.an, factories.activity("r2"), client_key="key-00000001")
    assert caught.value.code == "key_reused"


@pytest.mark.database
def test_a_row_that_cannot_be_written_leaves_no_file(
    host: MemoryHost, made: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DatabaseError

    def fail(**_: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(Attachment.objects, "create", fail)
    with pytest.raises(DatabaseError):
        upload(made.an, made.activity)

    assert stored_files(host) == []


# -- removing and finding ---------------------------------------------------------------------------------------
def test_only_ones_own_files_that_are_still_there_are_mine(made: World) -> None:
    kept, removed = upload(made.an, made.activity), upload(made.an, made.activity)
    upload(made.mai, made.activity)
    upload(made.an, factories.activity("r2"))
    files.remove(user_id=made.an.pk, uid=removed.uid)

    assert files.mine(activity_id=made.activity.pk, user_id=made.an.pk) == [kept]


def test_removing_twice_is_removing_once_and_keeps_the_bytes(host: MemoryHost, made: World) -> None:
    row = upload(made.an, made.activity)
    files.remove(user_id=made.an.pk, uid=row.uid)
    when = factories.fresh(row).removed_at
    files.remove(user_id=made.an.pk, uid=row.uid)

    assert factories.fresh(row).removed_at == when
    assert stored_files(host) == [row.stored_path]


def test_nobody_removes_a_file_of_somebody_else(made: World) -> None:
    row = upload(made.an, made.activity)

    for account in (made.mai, made.lan, made.staff):
        with pytest.raises(Missing):
            files.remove(user_id=account.pk, uid=row.uid)
    assert factories.fresh(row).removed_at is None


@pytest.mark.database
def test_what_is_no_uid_finds_nothing(made: World) -> None:
    row = upload(made.an, made.activity)
    asked = ["", "x", "' OR 1=1 --", "\x00", str(row.uid)]

    assert files.mine(activity_id=made.activity.pk, user_id=made.an.pk, uids=asked) == [row]


def test_bytes_that_storage_has_lost_are_missing_not_an_error(host: MemoryHost, made: World) -> None:
    row = upload(made.an, made.activity)
    host.files.delete(row.stored_path)

    with pytest.raises(Missing):
        files.open_stored(row)
