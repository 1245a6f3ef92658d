"""Handing in: every version is kept, a repeat gets the first receipt, a stale write stores nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from boidung_xblock.drafts import api as drafts
from boidung_xblock.drafts.models import Draft
from boidung_xblock.errors import BadInput, BoidungError, Conflict, Refused
from boidung_xblock.host import DueDate, Masquerade
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion, VersionFile
from tests import factories
from tests.factories import COURSE, World
from tests.files.uploads import attach
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def send(made: World, account: Any = None, *, place: Any = None, now: Any = None, **changes: Any) -> Any:
    who = factories.viewer(account or made.an)
    return reflections.submit(who, place or made.activity, factories.submission(**changes), now=now)


def refused(error: type[BoidungError], made: World, account: Any = None, **changes: Any) -> BoidungError:
    """The refusal of a submission; it must leave no trace."""
    before = footprint()
    with pytest.raises(error) as caught:
        send(made, account, **changes)
    assert footprint() == before
    return caught.value


def footprint() -> list[Any]:
    tables = (Reflection, ReflectionVersion, ReflectionEvent, VersionFile, Draft)
    return [list(table.objects.order_by("id").values()) for table in tables]


# -- the first time ---------------------------------------------------------------------------------------------
def test_a_submission_keeps_the_words_the_prompts_and_the_group_of_that_day(made: World) -> None:
    done = send(made, text="Học trò lớp 6A đã tự đặt câu hỏi.", word_count=32, self_rating={"hieu-noi-dung": 3})

    version = ReflectionVersion.objects.get()
    assert version.answers == factories.answers("Học trò lớp 6A đã tự đặt câu hỏi.")
    assert (version.number, version.word_count, version.self_rating) == (1, 32, {"hieu-noi-dung": 3})
    assert (version.group_id, version.group_name, version.unit_name) == (
        made.maths.pk,
        "Tổ Toán – Tin",
        "THCS Kim Đồng",
    )
    assert done.reflection.state == "submitted"
    assert done.repeated is False


def test_the_summary_row_can_be_searched_and_sorted_without_diacritics(made: World) -> None:
    row = send(made).reflection

    assert (row.author_name, row.author_folded) == ("Nguyễn Văn Ân", "nguyen van an")
    assert row.author_sort < send(made, made.binh).reflection.author_sort
    assert (row.version_no, row.latest.number, row.last_event.kind) == (1, 1, "submitted")


def test_a_receipt_can_be_read_out_on_the_phone_and_is_never_given_twice(made: World) -> None:
    codes = {send(made, account).version.receipt_code for account in (made.an, made.mai, made.tam, made.binh)}

    assert len(codes) == 4
    assert all(re.fullmatch(r"BD-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code) for code in codes)


def test_submitting_uses_up_the_draft(made: World) -> None:
    where = {"activity_id": made.activity.pk, "user_id": made.an.pk}
    drafts.save(**where, client_key=factories.key(), version=0, payload={"answers": {}})

    send(made)

    assert drafts.load(**where) is None


def test_only_enrolled_people_submit_and_nobody_under_view_as(made: World, host: MemoryHost) -> None:
    refused(Refused, made, made.lan)
    refused(Refused, made, made.outsider)
    host.wear_mask(COURSE, Masquerade.LEARNER)
    refused(Refused, made, made.an)


# -- dates ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("minutes_after_closing", "late"), [(-1, False), (0, False), (1, True)], ids=["before", "at the moment", "after"]
)
def test_work_is_late_after_the_grace_period_and_not_before(
    made: World, minutes_after_closing: int, late: bool
) -> None:
    closes = timezone.now()
    due = DueDate(due=closes - timedelta(days=2), closes=closes)

    done = send(made, due=due, now=closes + timedelta(minutes=minutes_after_closing))

    assert (done.version.is_late, done.reflection.is_late) == (late, late)
    assert done.version.due_at == due.due


def test_without_a_date_nothing_is_late(made: World) -> None:
    assert send(made).version.is_late is False


# -- again ------------------------------------------------------------------------------------------------------
def test_the_same_submission_twice_is_one_version_with_one_receipt(made: World) -> None:
    uid = attach(made, made.an)
    changes = {"client_key": factories.key(), "file_uids": (uid,)}
    first, again = send(made, **changes), send(made, **changes)

    assert again.repeated is True
    assert again.version == first.version
    assert again.version.receipt_code == first.version.receipt_code
    assert [str(row.uid) for row in again.attachments] == [uid]
    assert (ReflectionVersion.objects.count(), ReflectionEvent.objects.count()) == (1, 1)


def test_a_repeat_that_arrives_after_the_work_was_returned_still_gets_its_own_receipt(made: World) -> None:
    first = send(made, client_key="key-00000001")
    factories.give_back(made.lan, first.reflection)

    again = send(made, client_key="key-00000001")

    assert again.version == first.version
    assert factories.fresh(first.reflection).state == "returned"


def test_a_second_window_is_told_that_the_work_is_in(made: World) -> None:
    send(made)

    conflict = refused(Conflict, made)

    assert (conflict.status, conflict.code) == (409, "already_submitted")
    assert conflict.details == {"state": "submitted", "current_version": 1}


@pytest.mark.parametrize("base_version", [0, 2, 7])
def test_a_form_of_another_version_is_stale(made: World, base_version: int) -> None:
    factories.give_back(made.lan, send(made).reflection)

    conflict = refused(Conflict, made, base_version=base_version)

    assert (conflict.code, conflict.details["current_version"]) == ("stale", 1)


def test_a_key_used_at_another_activity_is_refused(made: World) -> None:
    send(made, client_key="key-00000001")

    conflict = refused(Conflict, made, place=factories.activity("r2"), client_key="key-00000001")

    assert (conflict.status, conflict.code) == (409, "key_reused")


def test_two_people_may_happen_to_use_the_same_key(made: World) -> None:
    first, second = (send(made, account, client_key="key-00000001") for account in (made.an, made.mai))

    assert first.version != second.version


# -- files ------------------------------------------------------------------------------------------------------
def test_files_travel_with_the_version_and_stay_there_when_the_draft_drops_them(made: World) -> None:
    from boidung_xblock.files import api as files

    uid = attach(made, made.an, name="Kế hoạch bài dạy.docx")
    done = send(made, file_uids=(uid,))
    files.remove(user_id=made.an.pk, uid=uid)

    assert [row.original_name for row in reflections.files_of(done.version)] == ["Kế hoạch bài dạy.docx"]


@pytest.mark.parametrize("uid", ["not-a-uid", "00000000-0000-4000-8000-000000000000"])
def test_a_file_that_never_arrived_stops_the_submission(made: World, uid: str) -> None:
    error = refused(BadInput, made, file_uids=(attach(made, made.an), uid))

    assert error.code == "files_missing"
    assert set(error.details["fields"]) == {"files"}


def test_files_of_others_other_activities_and_removed_ones_have_not_arrived(made: World) -> None:
    from boidung_xblock.files import api as files

    removed = attach(made, made.an)
    files.remove(user_id=made.an.pk, uid=removed)
    foreign = attach(made, made.mai)
    elsewhere = attach(made, made.an, place=factories.activity("r2"))

    for uid in (removed, foreign, elsewhere):
        assert refused(BadInput, made, file_uids=(uid,)).code == "files_missing"


def test_the_same_file_named_twice_is_one_file(made: World) -> None:
    uid = attach(made, made.an)

    assert len(send(made, file_uids=(uid, uid)).attachments) == 1


def test_more_files_than_the_author_allows_are_refused_at_the_last_door(made: World) -> None:
    uids = tuple(attach(made, made.an) for _ in range(3))
    made.activity.settings["files"] = {**factories.FILE_RULES, "max_files": 2}
    made.activity.save()

    assert refused(BadInput, made, file_uids=uids).code == "too_many_files"


def test_a_version_holds_on_to_its_group(made: World) -> None:
    send(made)

    with pytest.raises(ProtectedError):
        made.maths.delete()
