"""An account is retired: its words and names are gone everywhere, what was decided stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from boidung_xblock import present
from boidung_xblock.drafts import api as drafts
from boidung_xblock.errors import Conflict
from boidung_xblock.files.models import Attachment
from boidung_xblock.grading import api as grading
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion
from boidung_xblock.roster import api as roster
from boidung_xblock.roster.models import Assignment, Person, RosterImport
from boidung_xblock.signals import learner_retired, learner_state_deleted
from tests import factories
from tests.factories import COURSE, World
from tests.files.uploads import write_everywhere
from tests.hosts import MemoryHost
from tests.meetings.desk import approved, meeting_activity
from tests.reports.module import module_world
from tests.roster.office import Office
from tests.roster.workbooks import row

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WORDS = "Lời riêng của người viết"


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def work(made: World) -> Reflection:
    """Everything that can be written about one learner: draft, files, two versions, a return, a mark."""
    Person.objects.filter(user=made.an).update(
        ministry_id="4000000001", email="an@example.com", username="an", position="Giáo viên", subject="Toán"
    )
    work = write_everywhere(made, WORDS)
    drafts.save(
        activity_id=made.activity.pk,
        user_id=made.an.pk,
        client_key=factories.key(),
        version=0,
        payload={"answers": {"dieu-hoc-duoc": WORDS}},
    )
    return factories.fresh(work)


def everything_stored() -> str:
    """All rows of all our tables, as text."""
    rows = [row for model in apps.get_app_config("boidung").get_models() for row in model._default_manager.all()]
    return json.dumps(serializers.serialize("python", rows), ensure_ascii=False, default=str)


def test_words_and_names_are_in_no_table_of_ours_any_more(made: World, work: Reflection) -> None:
    before = everything_stored()
    personal = (WORDS, "Nguyễn Văn Ân", "nguyen van an", "4000000001", "an@example.com", '"Giáo viên"')
    assert not [text for text in personal if text not in before]
    learner_retired(made.an.pk)
    after = everything_stored()
    assert not [text for text in personal if text in after]


def test_minutes_forget_the_person_and_keep_that_the_meeting_was_held(made: World) -> None:
    made.activity = meeting_activity("met")
    minutes = approved(made, content={"conclusion": "Nguyễn Văn Ân dạy thử ở lớp 6A."})
    learner_retired(made.an.pk, username="an", email="an@example.com")
    stored = everything_stored()
    assert "Nguyễn Văn Ân" not in stored
    assert "Nên chia nhóm theo bàn." not in stored
    assert factories.fresh(minutes).state == "approved"
    assert minutes.roll.get(name="—").status == "present"


def test_result_files_that_name_the_person_leave_storage(host: MemoryHost) -> None:
    module = module_world()
    record = module.make()
    path = record.path
    assert host.storage().exists(path)
    learner_retired(module.world.an.pk)
    assert not host.storage().exists(path)
    assert (factories.fresh(record).state, factories.fresh(record).path) == ("erased", "")


def test_files_leave_storage(made: World, work: Reflection, host: MemoryHost) -> None:
    path = Attachment.objects.get().stored_path
    assert host.storage().exists(path)
    learner_retired(made.an.pk)
    assert not host.storage().exists(path)


def test_what_was_decided_stays(made: World, work: Reflection) -> None:
    learner_retired(made.an.pk)
    now = factories.fresh(work)
    assert (now.state, now.version_no, now.submitted_at) == (work.state, 2, work.submitted_at)
    grade = grading.grade_of(made.activity.pk, made.an.pk)
    assert grade is not None
    assert (float(grade.earned), grade.passed) == (7.5, True)
    assert [version.word_count for version in work.versions.all()] == [24, 24]
    kinds = list(work.events.order_by("id").values_list("kind", flat=True))
    assert kinds == ["submitted", "returned", "resubmitted", "marked", "erased"]


def test_archived_work_is_erased_too(made: World, work: Reflection) -> None:
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)
    learner_retired(made.an.pk)
    assert WORDS not in everything_stored()


def test_a_retired_core_teachers_name_goes_and_their_comments_stay_with_the_learner(made: World, work: Any) -> None:
    learner_retired(made.lan.pk)
    stored = everything_stored()
    assert "Trần Thị Lan" not in stored
    grade = grading.grade_of(made.activity.pk, made.an.pk)
    assert grade is not None
    assert grade.mark is not None
    assert grade.mark.comment == WORDS
    assert present.person(grade.mark.marker_name) == "Tài khoản đã ngừng sử dụng"
    assert not roster.viewer_for(made.lan, COURSE).roster.core_teacher_of


def test_nobody_else_loses_anything(made: World, work: Reflection) -> None:
    other = factories.submit(made.mai, made.activity, text="Bài của Mai")
    learner_retired(made.an.pk)
    assert factories.fresh(other).author_name == "Hồ Thị Mai"
    assert ReflectionVersion.objects.get(reflection=other).answers == factories.answers("Bài của Mai")
    assert Assignment.objects.filter(person__user=made.mai, active_key__isnull=False).exists()


def test_doing_it_again_changes_nothing(made: World, work: Reflection) -> None:
    learner_retired(made.an.pk)
    before = everything_stored()
    learner_retired(made.an.pk)
    assert everything_stored() == before


def test_storage_that_fails_stops_it_and_the_next_try_finishes(made: World, work: Any, monkeypatch: Any) -> None:
    def broken(self: Any, name: str) -> None:
        raise OSError("storage is away")

    storage = type(factories.host().storage())
    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete", broken)
        with pytest.raises(OSError, match="storage is away"):
            learner_retired(made.an.pk)
    assert WORDS in everything_stored()
    learner_retired(made.an.pk)
    assert WORDS not in everything_stored()


def test_markers_read_that_the_account_is_retired(made: World, work: Reflection) -> None:
    learner_retired(made.an.pk)
    page = reflections.desk_page(factories.viewer(made.lan), reflections.DeskFilter())
    assert [present.person(one.author_name) for one in page.rows] == ["Tài khoản đã ngừng sử dụng"]


def test_a_sheet_that_was_opened_before_is_refused_afterwards(made: World, work: Reflection) -> None:
    learner_retired(made.an.pk)
    with pytest.raises(Conflict) as caught:
        factories.mark(made.lan, work, row_version=work.row_version, comment=WORDS)
    assert caught.value.code == "stale"
    assert WORDS not in everything_stored()


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ({"email": "an@example.com"}, True),
        ({"username": "an"}, True),
        ({"username": "an", "email": "another@example.com"}, False),
        ({"email": "another@example.com"}, False),
    ],
)
def test_a_line_that_still_waited_for_the_account_is_erased_too(made: World, line: Any, gone: bool) -> None:
    Person.objects.create(organisation="so-khac", full_name="Nguyễn Văn Ân", name_folded="x", name_sort="x", **line)
    learner_retired(made.an.pk, username="an", email="An@example.com")
    assert Person.objects.filter(organisation="so-khac", full_name="Nguyễn Văn Ân").exists() is not gone


def test_lists_and_messages_of_imports_forget_the_person_and_keep_others(office: Office, host: MemoryHost) -> None:
    """Three imports: two with the person, one without, whose messages name them all the same."""
    first = office.apply(row(1, ho_ten="Đặng Thị Riêng"))
    again = office.check(row(2), row(1, ho_ten="Đặng Thị Riêng"))
    other = office.apply(row(7))
    account = Person.objects.get(full_name="Đặng Thị Riêng").user
    assert account is not None
    issues = [{"row": 2, "code": "x", "value": "", "other": "Đặng Thị Riêng"}, {"row": 3, "code": "y", "value": "z"}]
    RosterImport.objects.filter(pk=other.id).update(issues=issues)
    paths = dict(RosterImport.objects.values_list("id", "file_path"))
    learner_retired(account.pk, username=account.username, email=account.email)
    assert [host.storage().exists(paths[one.id]) for one in (first, again, other)] == [False, False, True]
    assert [issue["code"] for issue in RosterImport.objects.get(pk=other.id).issues] == ["y"]
    assert "Đặng Thị Riêng" not in everything_stored()


def test_erased_text_is_not_taken_for_answers_left_empty(made: World, work: Reflection, client: Any) -> None:
    client.force_login(made.lan)
    page = reverse("boidung:work", args=[COURSE, work.pk])
    assert "đã được xóa" not in client.get(page).content.decode()
    learner_retired(made.an.pk)
    html = client.get(page).content.decode()
    assert "Nội dung của bản này đã được xóa." in html
    assert "Để trống" not in html


# -- one text, by its receipt ----------------------------------------------------------------------------------------
def test_one_text_is_erased_by_its_receipt(made: World, work: Reflection, capsys: Any) -> None:
    first, second = work.versions.order_by("number")
    call_command("boidung_erase_text", first.receipt_code.lower())
    call_command("boidung_erase_text", first.receipt_code)
    assert capsys.readouterr().out.splitlines() == [
        f"{first.receipt_code.lower()}: erased",
        f"  the same work still has text under {second.receipt_code}",
        f"{first.receipt_code}: nothing left to erase",
        f"  the same work still has text under {second.receipt_code}",
    ]
    assert [answer["text"] for answer in factories.fresh(first).answers] == [""] * len(first.answers)
    assert factories.fresh(second).answers == second.answers
    events = ReflectionEvent.objects.filter(reflection=work, kind="erased")
    assert [event.version_no for event in events] == [1]


def test_an_unknown_receipt_is_said(made: World) -> None:
    with pytest.raises(CommandError, match="BD-XXXX-XXXX"):
        call_command("boidung_erase_text", "BD-XXXX-XXXX")


# -- old uploads -------------------------------------------------------------------------------------------------------
def test_lists_of_old_imports_are_removed_and_their_numbers_stay(office: Office, host: MemoryHost) -> None:
    view = office.apply(row(1), {**row(2), "ho_ten": ""})
    record = RosterImport.objects.get(pk=view.id)
    paths = [path for path in (record.file_path, record.rejected_path) if path]
    assert len(paths) == 2
    call_command("boidung_discard_imports", "--days", "1")
    assert all(host.storage().exists(path) for path in paths)
    RosterImport.objects.update(created_at=timezone.now() - timedelta(days=2))
    call_command("boidung_discard_imports", "--days", "1")
    assert not any(host.storage().exists(path) for path in paths)
    now = RosterImport.objects.get(pk=view.id)
    assert (now.file_path, now.rejected_path, now.issues, now.rows_total) == ("", "", [], 2)
    assert now.state == "applied"


def test_a_discarded_check_can_no_longer_be_applied(office: Office) -> None:
    view = office.check(row(1))
    RosterImport.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert roster.discard_imports(timezone.now() - timedelta(days=1)) == 1
    assert roster.discard_imports(timezone.now() - timedelta(days=1)) == 0
    assert RosterImport.objects.get(pk=view.id).state == "failed"
    assert not Person.objects.filter(ministry_id=row(1)["ma_dinh_danh"]).exists()


@pytest.mark.parametrize("state", ["uploaded", "checking", "applying"])
def test_an_import_that_got_stuck_is_discarded_after_a_day(office: Office, state: str) -> None:
    view = office.check(row(1))
    RosterImport.objects.update(created_at=timezone.now() - timedelta(hours=20), state=state)
    assert roster.discard_imports(timezone.now()) == 0
    RosterImport.objects.update(created_at=timezone.now() - timedelta(hours=30))
    assert roster.discard_imports(timezone.now()) == 1
    assert RosterImport.objects.get(pk=view.id).state == "failed"
