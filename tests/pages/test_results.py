"""The page of the module's results: who sees what, the file from click to download, the queries it costs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from boidung_xblock.reports import making
from boidung_xblock.reports.models import ResultFile
from boidung_xblock.roster.models import Assignment, Person
from boidung_xblock.text import fold, name_sort_key
from tests import factories
from tests.factories import COURSE, OTHER_COURSE
from tests.pages.reading import form_of, own_queries, text_of
from tests.reports.module import ModuleWorld, module_world, with_ledger

URL = reverse("boidung:results", args=[COURSE])


@pytest.fixture
def made(db: None) -> ModuleWorld:
    return module_world()


@pytest.fixture
def press(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Press the button as a browser without scripts does; the task runs after the commit."""

    def send(client: Client, *, runs: bool = True, **changes: str) -> Any:
        form = form_of(client.get(URL))
        with django_capture_on_commit_callbacks(execute=runs):
            return client.post(reverse("boidung:results-make", args=[COURSE]), {**form, **changes})

    return send


def words(response: Any) -> str:
    """What the page says, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text_of(response))).split())


def rows(response: Any) -> dict[str, str]:
    """{name: the line of the table}"""
    lines = re.findall(r'<tr role="row">(.*?)</tr>', text_of(response), re.DOTALL)
    texts = [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]
    return {" ".join(text.split()[:3]): text for text in texts}


# -- the way through --------------------------------------------------------------------------------------------
def test_from_the_button_to_the_file(made: ModuleWorld, browse: Callable[..., Client], press: Any) -> None:
    admin = browse(made.world.admin)
    before = admin.get(URL)
    assert before.status_code == 200
    assert "bd-tiles" not in text_of(before)
    sent = press(admin)
    assert (sent.status_code, sent["Location"]) == (303, URL)
    page = admin.get(URL)
    counts = dict(re.findall(r'data-bd-count="(\w+)">(\d+)<', text_of(page)))
    assert counts == {"people": "5", "started": "3", "passed": "1", "not_passed": "1", "unfinished": "3"}
    (address,) = re.findall(r'href="([^"]+\.xlsx)"', text_of(page))
    file = admin.get(address)
    today = timezone.now().astimezone(timezone.get_fixed_timezone(420))
    assert file["Content-Disposition"] == f'attachment; filename="ket-qua_BGDDT-BD1-2026_{today:%Y%m%d}.xlsx"'
    assert {"private", "no-store"} <= set(file["Cache-Control"].replace(" ", "").split(","))
    book = load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    assert [sheet.title for sheet in book] == ["Results", "Summary"]


def test_everybody_stands_there_with_their_present_result_and_why(
    made: ModuleWorld, browse: Callable[..., Client]
) -> None:
    found = rows(browse(made.world.staff).get(URL))
    assert list(found) == ["Nguyễn Văn Ân", "Hồ Thị Mai", "Phan Thanh Tâm", "Đặng Thị Bình", "Vi Thị Thu"]
    assert "Passed" in found["Nguyễn Văn Ân"]
    assert "5/5" in found["Nguyễn Văn Ân"]
    assert "Why" not in found["Nguyễn Văn Ân"]
    assert "Not yet passed Why" in found["Hồ Thị Mai"]
    assert "Not completed Why" in found["Phan Thanh Tâm"]
    assert "No account yet" in found["Vi Thị Thu"]
    assert "0/5" in found["Vi Thị Thu"]


def test_two_clicks_make_one_file(made: ModuleWorld, browse: Callable[..., Client], press: Any) -> None:
    admin = browse(made.world.admin)
    form = form_of(admin.get(URL))
    for _ in range(2):
        assert press(admin, client_key=form["client_key"]).status_code == 303
    assert ResultFile.objects.count() == 1


def test_while_it_is_made_the_page_tells_how_far_it_is(
    made: ModuleWorld, browse: Callable[..., Client], press: Any
) -> None:
    admin = browse(made.world.admin)
    press(admin, runs=False)
    ResultFile.objects.update(state="running", rows_done=2, rows_total=5)
    page = admin.get(URL)
    assert "2 of 5 teachers done" in words(page)
    assert "Make the result file" not in words(page)
    ResultFile.objects.update(alive_at=timezone.now() - timedelta(minutes=11))
    silent = admin.get(URL)
    assert "has not moved for ten minutes" in words(silent)
    press(admin)
    assert ResultFile.objects.get().state == "done"


def test_a_failure_is_told_and_can_be_tried_again(
    made: ModuleWorld, browse: Callable[..., Client], press: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = browse(made.world.admin)
    with monkeypatch.context() as broken:
        broken.setattr(making, "_write", lambda *_: 1 / 0)
        assert press(admin).status_code == 303
    assert "could not be made because of a fault" in words(admin.get(URL))
    press(admin)
    assert "could not be made because of a fault" not in words(admin.get(URL))


# -- who --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["an", "mai", "tam", "lan", "quang", "outsider"])
def test_others_are_refused_kindly(made: ModuleWorld, browse: Callable[..., Client], role: str) -> None:
    made.make()
    client = browse(getattr(made.world, role))
    file = reverse("boidung:results-file", args=[COURSE, ResultFile.objects.get().pk])
    assert client.get(URL).status_code == client.get(file).status_code == 403
    sent = client.post(f"{URL}make/", {"for_user": client.session["_auth_user_id"], "client_key": factories.key()})
    assert sent.status_code == 403
    assert "staff of the course" in words(client.get(URL))


def test_visitors_are_sent_to_log_in(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    assert browse().get(URL).status_code == 302
    assert browse().post(f"{URL}make/", {}).status_code == 403


def test_course_staff_read_but_have_no_file(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    row = made.make()
    staff = browse(made.world.staff)
    page = staff.get(URL)
    assert "bd-tiles" in text_of(page)
    assert ".xlsx" not in text_of(page)
    assert "<form" not in text_of(page)
    assert staff.get(reverse("boidung:results-file", args=[COURSE, row.pk])).status_code == 403


def test_a_page_of_another_login_writes_nothing(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    sent = browse(made.world.admin).post(f"{URL}make/", {"for_user": made.world.boss.pk, "client_key": factories.key()})
    assert sent.status_code == 403
    assert not ResultFile.objects.exists()


# -- courses without ------------------------------------------------------------------------------------------
def test_a_course_without_a_round_says_so(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    factories.host().add_course(OTHER_COURSE)
    with_ledger(OTHER_COURSE)
    page = browse(made.world.boss).get(reverse("boidung:results", args=[OTHER_COURSE]))
    assert page.status_code == 200
    assert "belongs to no round" in words(page)
    assert "<form" not in text_of(page)


def test_a_course_without_a_ledger_says_so(db: None, browse: Callable[..., Client]) -> None:
    plain = factories.world()
    client = browse(plain.admin)
    page = client.get(URL)
    assert page.status_code == 200
    assert "no ledger of periods" in words(page)
    sent = client.post(f"{URL}make/", {"for_user": plain.admin.pk, "client_key": factories.key()})
    assert sent.status_code == 409


def test_an_unknown_course_or_file_is_not_there(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    admin = browse(made.world.admin)
    assert admin.get(reverse("boidung:results", args=["course-v1:X+Y+Z"])).status_code == 404
    assert admin.get(reverse("boidung:results-file", args=[COURSE, 999])).status_code == 404


# -- size -------------------------------------------------------------------------------------------------------
def crowd(made: ModuleWorld, number: int) -> None:
    """Members of letters without accounts, written in bulk."""
    start = Person.objects.count()
    names = [f"Lê Thị {start + index:05d}" for index in range(number)]
    people = Person.objects.bulk_create(
        [
            Person(
                organisation=factories.ORGANISATION,
                full_name=name,
                name_folded=fold(name),
                name_sort=name_sort_key(name),
                ministry_id=f"05{start + index:08d}",
                user=factories.get_user_model().objects.create(username=f"them{start + index}"),
            )
            for index, name in enumerate(names)
        ]
    )
    now = timezone.now()
    Assignment.objects.bulk_create(
        [
            Assignment(
                round=made.world.round,
                person=person,
                role="member",
                group=made.world.letters,
                starts_at=now,
                active_key=f"g:{made.world.round.pk}:{person.pk}",
            )
            for person in people
        ]
    )


def test_pages_hold_everybody_once(made: ModuleWorld, browse: Callable[..., Client]) -> None:
    crowd(made, 60)
    client, address, seen = browse(made.world.staff), URL, []
    for _ in range(3):
        page = client.get(address)
        seen += re.findall(r'role="rowheader">([^<]+)', text_of(page))
        following = re.findall(r'href="([^"]+)" rel="next"', text_of(page))
        address = unescape(following[0]) if following else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == 65


@pytest.mark.parametrize("after", ["0", "x", "-1", "99999999999999999999", "999999"])
def test_an_unreadable_place_begins_anew(made: ModuleWorld, browse: Callable[..., Client], after: str) -> None:
    assert len(rows(browse(made.world.staff).get(URL, {"after": after}))) == 5


@pytest.mark.parametrize("role", ["admin", "staff", "boss"])
def test_ten_queries_at_most_and_the_same_for_a_thousand(
    made: ModuleWorld, browse: Callable[..., Client], role: str
) -> None:
    made.make()
    client = browse(getattr(made.world, role))
    client.get(URL)
    crowd(made, 5)
    with own_queries() as few:
        client.get(URL)
    crowd(made, 1000)
    with own_queries() as many:
        client.get(URL)
    first = Assignment.objects.filter(role="member").first()
    assert first
    with own_queries() as further:
        client.get(URL, {"after": first.pk})
    assert len(few) == len(many)
    assert len(further) <= 10, further
