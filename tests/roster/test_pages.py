"""The pages of the roster: who gets in, uploads good and bad with their statuses and words, the dry run, applying."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from boidung_xblock.roster.models import Person, RosterImport
from tests import factories
from tests.pages.reading import form_of, own_queries, text_of
from tests.roster.office import Office
from tests.roster.sample import make_workbook as sample
from tests.roster.test_people import fill
from tests.roster.workbooks import HEADINGS, book_of, cells_of, row, sheet_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Desk:
    """Somebody at a browser without scripts, in one round."""

    def __init__(self, office: Office, user: Any, run_tasks: Callable[..., Any], language: str = "en") -> None:
        self.client = Client(headers={"accept-language": language})
        self.office, self.user, self.run_tasks = office, user, run_tasks
        if user is not None:
            self.client.force_login(user)
        self.url = reverse("boidung:roster", args=[office.round.pk])

    def upload(self, data: bytes | None, *, name: str = "danh-sach.xlsx", **fields: str) -> Any:
        """Send the form as it stands on the page."""
        sent: dict[str, Any] = {"for_user": str(self.user.pk) if self.user else "", "client_key": uuid4().hex, **fields}
        if data is not None:
            sent["workbook"] = SimpleUploadedFile(name, data, content_type=XLSX)
        with self.run_tasks(execute=True):
            return self.client.post(self.url, sent)

    def apply(self, address: str) -> Any:
        """Press the button on the page of an import."""
        with self.run_tasks(execute=True):
            return self.client.post(f"{address}apply/", {"for_user": str(self.user.pk)})


@pytest.fixture
def desk(office: Office, django_capture_on_commit_callbacks: Any) -> Callable[..., Desk]:
    """``desk()`` is the administrator's, ``desk(user)`` somebody else's, ``desk(None)`` a visitor's."""

    def sit(user: Any = "admin", **options: Any) -> Desk:
        return Desk(office, office.admin if user == "admin" else user, django_capture_on_commit_callbacks, **options)

    return sit


def counts(response: Any) -> dict[str, int]:
    """The numbers of the dry run."""
    found = re.findall(r'data-bd-count="(\w+)">(\d+)<', text_of(response))
    return {name: int(number) for name, number in found}


def words(response: Any) -> str:
    """What the page says, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text_of(response))).split())


# -- the way through --------------------------------------------------------------------------------------------
def test_from_upload_to_roster(desk: Callable[..., Desk]) -> None:
    admin = desk()
    form = form_of(admin.client.get(admin.url))
    assert {"csrfmiddlewaretoken", "for_user", "client_key", "workbook"} <= form.keys()
    sent = admin.upload(sample.build_sample_workbook(), client_key=form["client_key"])
    assert sent.status_code == 303
    dry_run = admin.client.get(sent["Location"])
    assert counts(dry_run) == sample.EXPECTED
    assert "This was a dry run. Nothing has been created yet." in words(dry_run)
    assert "59 H Email khong-phai-thu-dien-tu This is not a valid e-mail address." in words(dry_run)
    assert not Person.objects.exclude(ministry_id=None).exists()
    rejected = admin.client.get(f"{sent['Location']}rejected.xlsx")
    assert rejected["Content-Type"] == XLSX
    assert rejected["Content-Disposition"].startswith("attachment")
    assert len(cells_of(b"".join(rejected.streaming_content))) == 7
    assert admin.apply(sent["Location"]).status_code == 303
    done = admin.client.get(sent["Location"])
    assert 'data-bd-state="applied"' in text_of(done)
    people = words(admin.client.get(admin.url))
    assert "People 91" in people
    assert "danh-sach.xlsx Applied" in people
    again = admin.upload(sample.build_sample_workbook())
    assert "Applying would change nothing" in words(admin.client.get(again["Location"]))


def test_the_page_is_whole_in_vietnamese(desk: Callable[..., Desk]) -> None:
    admin = desk(language="vi")
    assert '<html lang="vi"' in text_of(admin.client.get(admin.url))


def test_a_double_click_on_upload_is_one_import_and_one_check(desk: Callable[..., Desk]) -> None:
    admin, data, key = desk(), book_of(row(1)), uuid4().hex
    assert admin.upload(data, client_key=key)["Location"] == admin.upload(data, client_key=key)["Location"]
    assert RosterImport.objects.count() == 1


def test_a_double_click_on_apply_applies_once(desk: Callable[..., Desk]) -> None:
    admin = desk()
    address = admin.upload(book_of(row(1)))["Location"]
    assert [admin.apply(address).status_code for _ in range(2)] == [303, 303]
    assert Person.objects.exclude(ministry_id=None).count() == 1


def test_an_import_whose_check_failed_cannot_be_applied(desk: Callable[..., Desk], settings: Any) -> None:
    settings.BOIDUNG_MAX_ROSTER_ROWS = 1
    admin = desk()
    address = admin.upload(book_of(row(1), row(2)))["Location"]
    page = admin.client.get(address)
    assert "The list has more than 1 rows" in words(page)
    assert "apply/" not in text_of(page)
    refused = admin.apply(address)
    assert refused.status_code == 409
    assert "Nothing was changed" in words(refused)


def test_the_page_of_a_running_check_shows_how_far_it_is(desk: Callable[..., Desk], office: Office) -> None:
    import_id = office.upload(book_of(row(1)))
    RosterImport.objects.filter(pk=import_id).update(state="checking", rows_done=400, rows_total=1000)
    admin = desk()
    page = admin.client.get(f"{admin.url}import/{import_id}/")
    assert "400 of 1000 rows done." in words(page)
    assert 'value="400"' in text_of(page)


# -- bad uploads ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        (None, 400, "Choose a workbook"),
        (b"", 400, "This file is empty"),
        ("Họ tên;Email".encode(), 400, "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 400, "old Excel file"),
        (sheet_of(), 400, "Missing: Mã định danh Bộ GD&ĐT, Họ và tên, Mã trường, Tổ chuyên môn, Email / Tên đăng"),
        (sheet_of(["Họ và tên", "Email", "Mã trường"]), 400, "Missing: Mã định danh Bộ GD&ĐT, Tổ chuyên môn."),
        (sheet_of(list(HEADINGS)), 400, "nobody below them"),
        (b"PK\x03\x04" + bytes(3_000_000), 413, "larger than 2 MB"),
    ],
)
def test_bad_uploads_stay_at_the_form_and_store_nothing(
    desk: Callable[..., Desk], settings: Any, data: bytes | None, status: int, message: str
) -> None:
    settings.BOIDUNG_MAX_WORKBOOK_BYTES = 2 * 1024 * 1024
    admin = desk()
    response = admin.upload(data)
    assert response.status_code == status
    assert message in words(response)
    assert 'id="bd-workbook-error" role="alert"' in text_of(response)
    assert 'aria-invalid="true"' in text_of(response)
    assert form_of(response)["client_key"]
    assert not RosterImport.objects.exists()
    assert not factories.host().storage().exists("boidung")


def test_every_message_of_a_bad_upload_has_vietnamese_words(desk: Callable[..., Desk]) -> None:
    response = desk(language="vi").upload("không phải bảng tính".encode())
    assert response.status_code == 400
    with translation.override("vi"):
        from boidung_xblock.roster import problems

        assert problems.text("not_a_workbook") in words(response)


def test_formulas_and_scripts_in_cells_are_told_and_shown_as_text(desk: Callable[..., Desk]) -> None:
    admin = desk()
    data = book_of(row(1, ho_ten='=HYPERLINK("http://x";"y")'), row(2, ho_ten="<script>alert(1)</script>"), row(3))
    page = admin.client.get(admin.upload(data, name="<img src=x>.xlsx")["Location"])
    assert counts(page) == {"rows": 3, "ok": 1, "rejected": 2, "skipped": 0}
    assert "<script>alert" not in text_of(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text_of(page)
    assert "<img src=x" not in text_of(page)


def test_a_damaged_form_is_refused(desk: Callable[..., Desk]) -> None:
    assert desk().upload(book_of(row(1)), client_key="<kurz>").status_code == 400


def test_a_script_gets_json(desk: Callable[..., Desk]) -> None:
    admin = desk()
    fields = {"for_user": str(admin.user.pk), "client_key": uuid4().hex}
    response = admin.client.post(admin.url, fields, headers={"accept": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "no_file"


# -- who gets in ------------------------------------------------------------------------------------------------
def somebody(office: Office, who: str) -> Any:
    """An account in that role."""
    if who == "admin":
        return office.admin
    if who == "visitor":
        return None
    account = factories.user(who, is_staff=who == "global-staff")
    if who == "instructor":
        factories.host().make_instructor(account, factories.COURSE)
    elif who == "course-staff":
        factories.host().make_staff(account, factories.COURSE)
    elif who == "other-admin":
        from boidung_xblock.roster import api as roster

        roster.name_round_admin(factories.round_of(slug="dot-2").pk, account)
    elif who != "global-staff" and who != "outsider":
        factories.assign(account, who, office.round, factories.group(office.round, f"Tổ của {who}"))
    return account


@pytest.mark.parametrize(
    ("who", "reads", "changes"),
    [
        ("admin", 200, 303),
        ("instructor", 200, 303),
        ("global-staff", 200, 303),
        ("course-staff", 200, 403),
        ("other-admin", 403, 403),
        ("leader", 403, 403),
        ("member", 403, 403),
        ("core_teacher", 403, 403),
        ("outsider", 403, 403),
        ("visitor", 302, 403),
    ],
)
def test_who_may_read_and_who_may_change(
    desk: Callable[..., Desk], office: Office, who: str, reads: int, changes: int
) -> None:
    import_id = office.check(row(1), row(2, email="?")).id
    one = desk(somebody(office, who))
    address = f"{one.url}import/{import_id}/"
    own = 302 if who == "visitor" else 200 if changes == 303 else 403
    assert one.client.get(one.url).status_code == reads
    assert one.client.get(address).status_code == own
    assert one.client.get(f"{address}rejected.xlsx").status_code == own
    assert one.upload(book_of(row(3))).status_code == changes
    with one.run_tasks(execute=True):
        applied = one.client.post(f"{address}apply/", {"for_user": str(one.user.pk) if one.user else ""})
    assert applied.status_code == changes
    assert RosterImport.objects.count() == (2 if changes == 303 else 1)
    assert (office.view(import_id).state == "applied") is (changes == 303)


def test_those_who_only_read_see_no_upload(desk: Callable[..., Desk], office: Office) -> None:
    office.check(row(1))
    one = desk(somebody(office, "course-staff"))
    page = text_of(one.client.get(one.url))
    assert 'type="file"' not in page
    assert "/import/" not in page


def test_visitors_are_sent_to_log_in(desk: Callable[..., Desk]) -> None:
    one = desk(None)
    assert one.client.get(one.url)["Location"] == f"/login?next={one.url}"


def test_a_form_of_another_login_is_refused(desk: Callable[..., Desk]) -> None:
    assert desk().upload(book_of(row(1)), for_user="999").status_code == 403
    assert not RosterImport.objects.exists()


def test_without_the_token_of_the_page_nothing_is_taken(office: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.admin)
    url = reverse("boidung:roster", args=[office.round.pk])
    assert client.post(url, {"for_user": office.admin.pk, "client_key": uuid4().hex}).status_code == 403


@pytest.mark.parametrize("path", ["99999/roster/", "99999/roster/import/1/"])
def test_rounds_that_do_not_exist(desk: Callable[..., Desk], path: str) -> None:
    assert desk().client.get(f"/boidung/round/{path}").status_code == 404


def test_imports_of_another_round_are_not_shown_under_this_one(desk: Callable[..., Desk], office: Office) -> None:
    import_id = office.check(row(1), row(2, email="?")).id
    other = factories.round_of(slug="dot-2")
    one = desk(factories.user("sep", is_staff=True))
    for address in (f"/boidung/round/{other.pk}/roster/import/{number}/" for number in (import_id, 99999)):
        assert one.client.get(address).status_code == 404
        assert one.client.get(f"{address}rejected.xlsx").status_code == 404
        assert one.apply(address).status_code == 404
    assert office.view(import_id).state == "checked"


def test_an_import_without_rejected_rows_has_no_such_file(desk: Callable[..., Desk], office: Office) -> None:
    import_id = office.check(row(1)).id
    assert desk().client.get(f"{desk().url}import/{import_id}/rejected.xlsx").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_are_not_allowed(desk: Callable[..., Desk], method: str) -> None:
    assert getattr(desk().client, method)(desk().url).status_code == 405


# -- budgets ----------------------------------------------------------------------------------------------------
def test_the_list_costs_the_same_at_ten_and_at_a_thousand(desk: Callable[..., Desk], office: Office) -> None:
    asked = []
    for number in (10, 1000):
        Person.objects.exclude(ministry_id=None).delete()
        office.round.groups.all().delete()
        fill(office.round, number)
        admin = desk()
        with own_queries() as queries:
            assert admin.client.get(admin.url).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10, asked


def test_the_page_of_an_import_costs_the_same_whatever_it_holds(desk: Callable[..., Desk], office: Office) -> None:
    asked = []
    for number in (1, 600):
        import_id = office.check(*(row(index, email="?") for index in range(number))).id
        admin = desk()
        with CaptureQueriesContext(connection) as captured:
            assert admin.client.get(f"{admin.url}import/{import_id}/").status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 10


def test_people_are_searched_and_paged(desk: Callable[..., Desk], office: Office) -> None:
    fill(office.round, 120)
    admin = desk()
    first = admin.client.get(admin.url)
    (following,) = re.findall(r'href="([^"]+)" rel="next"', text_of(first))
    second = admin.client.get(unescape(following))
    shown = [set(re.findall(r'data-label="Staff code">(\d+)<', text_of(one))) for one in (first, second)]
    assert len(shown[0] | shown[1]) == len(shown[0]) + len(shown[1]) >= 99
    assert "First page" in words(second)
    found = admin.client.get(admin.url, {"q": "dang thi dao"})
    assert "Đặng Thị Đào" in words(found)
    assert "Trần Văn Ước" not in words(found)
    assert 'value="dang thi dao"' in text_of(found)
