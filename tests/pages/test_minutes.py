"""The page of minutes in a browser without scripts: written, sent, confirmed, approved, reopened, printed, listed."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from docx import Document

from boidung_xblock.host import Masquerade
from boidung_xblock.meetings.models import Minutes, RollCall
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Group, Person
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.meetings.desk import AGENDA, CONCLUSION, approved, meeting_activity, save, sent, step
from tests.pages.reading import own_queries, text_of

LIST = reverse("boidung:minutes-list", args=[COURSE])
OPINIONS = {
    "opinions.who": ["Nguyễn Văn Ân", "Phan Thanh Tâm"],
    "opinions.what": ["Nên chia nhóm theo bàn.", "Cần phiếu quan sát."],
}
FILLED = {"day": "2026-11-24", "place": "Phòng hội đồng", "conclusion": CONCLUSION, **OPINIONS}


@pytest.fixture
def world(world: World) -> World:
    world.activity = meeting_activity()
    return world


def url(made: World, name: str = "minutes", group: Group | None = None) -> str:
    return reverse(f"boidung:{name}", args=[COURSE, made.activity.pk, (group or made.maths).pk])


class _Form(HTMLParser):
    """Every value under each name of one form, as a browser without scripts sends it."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.area, self.hidden = action, False, "", 0
        self.values: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("action") == self.action
        if tag == "template":
            self.hidden += 1
        name = given.get("name", "")
        if not self.inside or not name or self.hidden:
            return
        if tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value", ""))
        if tag == "textarea":
            self.area = name
            self.values.setdefault(name, []).append("")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area][-1] += data.removeprefix("\n") if not self.values[self.area][-1] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        if tag == "template":
            self.hidden -= 1
        if tag == "form":
            self.inside = False


def form(response: Any, action: str) -> dict[str, Any]:
    parser = _Form(action)
    parser.feed(text_of(response))
    assert parser.values, "no such form"
    return parser.values


def state(response: Any) -> str:
    found = re.search(r'data-bd-state="(\w+)"', text_of(response))
    assert found
    return found[1]


def fill(client: Any, made: World, name: str = "minutes", **changes: Any) -> Any:
    """Open the page, fill the form, press a button."""
    page = url(made)
    return client.post(url(made, name), {**form(client.get(page), page), **FILLED, **changes})


def press(client: Any, made: World, name: str, **changes: Any) -> Any:
    """Press the button of a step on the page as it is now."""
    action = url(made, name)
    return client.post(action, {**form(client.get(url(made)), action), **changes})


def body(made: World, account: Any, **changes: Any) -> dict[str, Any]:
    """What the script sends by and by."""
    fields = {"day": "2026-11-24", "place": "Phòng 2", "conclusion": CONCLUSION}
    payload = {"fields": fields, "opinions": [{"who": "Ân", "what": "Có"}], "tasks": [], "roll": {}}
    given = {"for_user": account.pk, "client_key": factories.key(), "version": 0, "payload": payload}
    return {**given, **changes}


def autosave(client: Any, made: World, data: Any) -> Any:
    return client.post(url(made, "minutes-save"), json.dumps(data), content_type="application/json")


# -- the road -----------------------------------------------------------------------------------------------------
def test_from_the_first_word_to_approved_and_back(world: World, browse: Any) -> None:
    tam, an, mai, lan = (browse(account) for account in (world.tam, world.an, world.mai, world.lan))
    opened = tam.get(url(world))
    assert state(opened) == "none"
    assert AGENDA in text_of(opened)
    assert not Minutes.objects.exists()

    roll = {f"roll.{factories.person(world.mai).pk}": "excused"}
    assert fill(tam, world, **roll).status_code == 303
    assert state(tam.get(url(world))) == "draft"
    assert Minutes.objects.get().roll.get(person__user=world.mai).status == "excused"

    assert fill(tam, world, "minutes-send").status_code == 303
    waiting = an.get(url(world))
    assert state(waiting) == "waiting"
    assert "Not yet: Nguyễn Văn Ân, Phan Thanh Tâm." in text_of(waiting)
    assert press(an, world, "minutes-confirm").status_code == 303
    assert "Not yet: Phan Thanh Tâm." in text_of(mai.get(url(world)))

    assert press(mai, world, "minutes-approve").status_code == 303
    page = text_of(an.get(url(world)))
    assert "Approved by Hồ Thị Mai" in page
    assert CONCLUSION in page
    assert press(mai, world, "minutes-made-up").status_code == 303
    assert "Made up later" in text_of(an.get(url(world)))

    assert press(lan, world, "minutes-reopen", reason="Thiếu hạn hoàn thành.").status_code == 303
    reopened = tam.get(url(world))
    assert state(reopened) == "reopened"
    assert "Thiếu hạn hoàn thành." in text_of(reopened)


def test_the_form_comes_back_as_it_was_saved(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    tasks = {"tasks.what": ["Soạn phiếu"], "tasks.who": ["Phan Thanh Tâm"], "tasks.when": ["27/11"]}
    fill(tam, world, start="14:00", chair_title="Tổ trưởng", proposals="Thêm máy chiếu", **tasks)
    shown = form(tam.get(url(world)), url(world))
    assert (shown["start"], shown["chair_title"], shown["proposals"]) == (["14:00"], ["Tổ trưởng"], ["Thêm máy chiếu"])
    assert shown["opinions.what"] == [*OPINIONS["opinions.what"], "", ""]
    assert shown["tasks.when"] == ["27/11", "", ""]


def test_bad_input_stands_at_its_field_and_what_was_typed_is_still_there(world: World, browse: Any) -> None:
    response = fill(browse(world.tam), world, day="hôm qua", place="Phòng 9")
    assert response.status_code == 400
    assert 'id="bd-day-error">Please give the day as dd/mm/yyyy.<' in text_of(response)
    shown = form(response, url(world))
    assert (shown["day"], shown["place"]) == (["hôm qua"], ["Phòng 9"])
    assert not Minutes.objects.exists()


def test_what_cannot_be_sent_yet_is_saved_and_says_what_is_missing(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    response = fill(tam, world, "minutes-send", place="", conclusion=" ", **{"opinions.what": ["Một", ""]})
    assert response.status_code == 400
    page = text_of(response)
    for name in ("place", "conclusion", "opinions"):
        assert f'href="#bd-{name}"' in page
    assert "At least" in page
    assert Minutes.objects.get().content["day"] == "2026-11-24"
    again = tam.post(url(world, "minutes-send"), {**form(response, url(world)), **FILLED})
    assert again.status_code == 303


def test_of_two_writers_the_slower_one_sees_both_texts_and_decides(world: World, browse: Any) -> None:
    tam, mai = browse(world.tam), browse(world.mai)
    seen = form(mai.get(url(world)), url(world))
    fill(tam, world, place="Của Tâm")
    response = mai.post(url(world), {**seen, **FILLED, "place": "Của Mai"})
    assert response.status_code == 409
    page = text_of(response)
    assert "Phan Thanh Tâm saved at" in page
    assert "Của Tâm" in page
    assert form(response, url(world))["place"] == ["Của Mai"]
    assert Minutes.objects.get().content["place"] == "Của Tâm"
    assert mai.post(url(world), form(response, url(world))).status_code == 303
    assert Minutes.objects.get().content["place"] == "Của Mai"


def test_what_was_typed_while_somebody_sent_is_shown_to_be_copied(world: World, browse: Any) -> None:
    save(world, world.tam)
    mai = browse(world.mai)
    seen = form(mai.get(url(world)), url(world))
    step(world, world.tam, "send")
    response = mai.post(url(world), {**seen, "conclusion": "Câu vừa gõ"})
    assert (response.status_code, state(response)) == (409, "waiting")
    assert "Câu vừa gõ" in text_of(response)
    assert "These minutes have been sent for confirmation" in text_of(response)
    assert Minutes.objects.get().conclusion == CONCLUSION


def test_minutes_stay_in_reach_when_the_author_takes_the_meeting_away(world: World, browse: Any) -> None:
    approved(world)
    world.activity = factories.activity(world.activity.usage_key.rpartition("@")[2])
    assert not world.activity.settings.get("meeting")
    assert CONCLUSION in text_of(browse(world.an).get(url(world)))


def test_a_repeated_send_sends_once(world: World, browse: Any) -> None:
    tam = browse(world.tam)
    data = {**form(tam.get(url(world)), url(world)), **FILLED}
    assert [tam.post(url(world, "minutes-send"), data).status_code for _ in range(2)] == [303, 303]
    assert Minutes.objects.get().revision_no == 1


def test_a_missing_reason_is_asked_for_at_its_field(world: World, browse: Any) -> None:
    approved(world)
    response = press(browse(world.mai), world, "minutes-reopen", reason=" ")
    assert response.status_code == 400
    assert 'id="bd-reason-error">Please say why' in text_of(response)
    assert Minutes.objects.get().state == "approved"


def test_a_stale_approval_changes_nothing_and_shows_how_things_stand(world: World, browse: Any) -> None:
    sent(world)
    mai = browse(world.mai)
    action = url(world, "minutes-approve")
    seen = form(mai.get(url(world)), action)
    step(world, world.tam, "reopen", reason="")
    response = mai.post(action, seen)
    assert (response.status_code, state(response)) == (409, "draft")
    assert mai.post(url(world, "minutes-confirm"), {**seen, "revision_no": "1"}).status_code == 409


# -- the script's way ---------------------------------------------------------------------------------------------
def test_autosave_stores_and_a_repeat_changes_nothing(world: World, browse: Any) -> None:
    tam, data = browse(world.tam), body(world, world.tam)
    first, second = autosave(tam, world, data), autosave(tam, world, data)
    assert first.status_code == 200
    assert first.json() == second.json()
    assert re.fullmatch(r"\d\d:\d\d", first.json()["saved_text"])
    after = autosave(tam, world, body(world, world.tam, version=first.json()["version"]))
    assert after.json()["version"] == first.json()["version"] + 1


def test_autosave_tells_who_was_faster(world: World, browse: Any) -> None:
    version = autosave(browse(world.tam), world, body(world, world.tam)).json()["version"]
    answer = autosave(browse(world.mai), world, body(world, world.mai))
    told = answer.json()["error"]
    assert answer.status_code == 409
    assert (told["code"], told["version"], told["saved_by"]) == ("stale", version, "Phan Thanh Tâm")
    assert told["content"]["place"] == "Phòng 2"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"for_user": 10**6}, 403, "other_login"),
        ({"version": "x"}, 400, "bad_input"),
        ({"client_key": "x"}, 400, "bad_input"),
        ({"payload": []}, 400, "bad_input"),
        ({"payload": {"opinions": "x"}}, 400, "bad_input"),
        ({"payload": {"roll": []}}, 400, "bad_input"),
        ({"payload": {"fields": {"day": "x"}}}, 400, "bad_minutes"),
    ],
)
def test_autosave_refuses_what_no_page_of_ours_sends(
    world: World, browse: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = autosave(browse(world.tam), world, body(world, world.tam, **changes))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not Minutes.objects.exists()


def test_autosave_of_a_visitor_and_of_others(world: World, browse: Any) -> None:
    assert autosave(browse(), world, body(world, world.tam)).json()["error"]["code"] == "not_logged_in"
    for account in (world.an, world.lan, world.outsider):
        assert autosave(browse(account), world, body(world, account)).status_code == 403
    assert browse(world.tam).get(url(world, "minutes-save")).status_code == 405


# -- who ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "page", "archive"),
    [
        ("an", 200, 200),
        ("mai", 200, 200),
        ("tam", 200, 200),
        ("binh", 403, 200),
        ("lan", 200, 200),
        ("hung", 403, 200),
        ("quang", 200, 200),
        ("staff", 200, 200),
        ("instructor", 200, 200),
        ("admin", 200, 200),
        ("boss", 200, 200),
        ("outsider", 403, 403),
    ],
)
def test_who_may_open_what(world: World, browse: Any, role: str, page: int, archive: int) -> None:
    sent(world)
    client = browse(getattr(world, role))
    pages = [url(world, name) for name in ("minutes", "minutes-print", "minutes-docx")]
    assert [client.get(one).status_code for one in pages] == [page] * 3
    assert client.get(LIST).status_code == archive


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("minutes", ["an", "lan", "quang", "binh"]),
        ("minutes-send", ["an", "lan", "quang", "outsider"]),
        ("minutes-confirm", ["lan", "staff", "binh"]),
        ("minutes-approve", ["an", "tam", "lan", "quang"]),
        ("minutes-reopen", ["an", "quang", "hung"]),
        ("minutes-made-up", ["an", "tam", "lan"]),
    ],
)
def test_a_post_by_others_is_refused_and_changes_nothing(
    world: World, browse: Any, name: str, roles: list[str]
) -> None:
    minutes = sent(world)
    for role in roles:
        account = getattr(world, role)
        data = {
            **FILLED,
            "for_user": account.pk,
            "client_key": factories.key(),
            "row_version": minutes.row_version,
            "revision_no": "1",
            "person": factories.person(world.an).pk,
        }
        assert browse(account).post(url(world, name), data).status_code == 403, role
    now = factories.fresh(minutes)
    assert (now.row_version, now.state, now.revisions.count()) == (minutes.row_version, "waiting", 1)


def test_who_only_reads_gets_no_form(world: World, browse: Any) -> None:
    save(world, world.tam)
    for account in (world.an, world.lan, world.quang):
        assert "<form" not in text_of(browse(account).get(url(world)))


def test_before_anybody_has_begun_readers_are_told_who_writes(world: World, browse: Any) -> None:
    assert "Nobody has begun these minutes yet." in text_of(browse(world.an).get(url(world)))


def test_visitors_other_logins_and_masks(world: World, browse: Any) -> None:
    assert browse().get(url(world)).status_code == 302
    seen = form(browse(world.tam).get(url(world)), url(world))
    response = browse(world.mai).post(url(world), {**seen, **FILLED})
    assert response.status_code == 403
    assert CONCLUSION in text_of(response)
    for mask in (Masquerade.ROLE, Masquerade.LEARNER):
        factories.host().wear_mask(COURSE, mask)
        for address in (url(world), LIST):
            refused = browse(world.staff).get(address)
            assert refused.status_code == 403
            assert "Switch back to your own role" in text_of(refused)


def test_what_does_not_exist_is_not_found(world: World, browse: Any) -> None:
    staff, elsewhere = browse(world.staff), meeting_activity("x1", course_key=OTHER_COURSE)
    place = [world.activity.pk, world.maths.pk]
    for args in (
        [COURSE, 10**6, place[1]],
        [COURSE, place[0], 10**6],
        [COURSE, elsewhere.pk, place[1]],
        [COURSE, factories.activity("plain").pk, place[1]],
        ["course-v1:no+such+course", *place],
    ):
        assert staff.get(reverse("boidung:minutes", args=args)).status_code == 404


def test_hostile_words_are_text(world: World, browse: Any) -> None:
    words = "<script>alert(1)</script>"
    sent(world, content={"conclusion": words, "opinions": [{"who": words, "what": words}] * 2, "place": words})
    for name in ("minutes", "minutes-print"):
        page = text_of(browse(world.an).get(url(world, name)))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


# -- paper --------------------------------------------------------------------------------------------------------
def test_the_printed_sheet_has_the_official_layout(world: World, browse: Any) -> None:
    head = {"school": "THCS Kim Đồng", "team": "Tổ Toán – Tin", "locality": "Vinh", "document_no": "05/BB-TCM"}
    approved(world, roll={world.an: "excused"}, content=head)
    page = text_of(browse(world.an, language="vi").get(url(world, "minutes-print"))).partition("<main>")[2]
    order = [
        "THCS Kim Đồng", "Tổ Toán – Tin", "Số: 05/BB-TCM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Vinh, ngày 24 tháng 11 năm 2026", "BIÊN BẢN", "HỌP TỔ CHUYÊN MÔN",
        "vào lúc 14 giờ 00 phút", "Địa điểm:", "Tổng số thành viên:", "3; có mặt: 2; vắng: 1",
        "Nguyễn Văn Ân (có phép)", "Chủ trì:", "Thư ký:", AGENDA, "Soạn phiếu quan sát",
        "Nên chia nhóm theo bàn.", CONCLUSION,
        "kết thúc vào lúc 15 giờ 30 phút", "THƯ KÝ", "(Ký và ghi rõ họ tên)", ">CHỦ TRÌ<",
    ]  # fmt: skip
    assert [words for words in order if words not in page] == []
    at = 0
    for words in order:
        at = page.index(words, at)
    assert "BẢN NHÁP" not in page
    assert "HIỆU TRƯỞNG" not in page


def test_a_draft_says_so_on_paper_and_a_lesson_study_is_signed_by_the_principal(world: World, browse: Any) -> None:
    world.activity = meeting_activity(kind="lesson_study")
    save(world, world.tam)
    page = text_of(browse(world.an).get(url(world, "minutes-print")))
    assert "BẢN NHÁP" in page
    assert "HIỆU TRƯỞNG PHÊ DUYỆT" in page


def test_the_word_file_opens_again_and_holds_names_and_words(world: World, browse: Any) -> None:
    approved(world)
    response = browse(world.an).get(url(world, "minutes-docx"))
    assert response["Content-Disposition"].startswith("attachment;")
    document = Document(io.BytesIO(response.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)
    for expected in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BIÊN BẢN", "Nguyễn Văn Ân; Hồ Thị Mai; Phan Thanh Tâm", CONCLUSION,
        "Nguyễn Văn Ân: Nên chia nhóm theo bàn.", "Soạn phiếu quan sát", "THƯ KÝ", "CHỦ TRÌ",
    ):  # fmt: skip
        assert expected in words
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm), round(section.left_margin.mm)) == (
        210,
        297,
        30,
    )


# -- the archive and the cost -------------------------------------------------------------------------------------
def test_the_archive_shows_what_one_may_read_by_state(world: World, browse: Any) -> None:
    approved(world)
    save(world, world.staff, group=world.letters)

    def listed(account: Any, query: str = "") -> list[str]:
        return re.findall(r'class="bd-desk__name" href="[^"]*">([^<]*)<', text_of(browse(account).get(LIST + query)))

    maths, letters = "Tổ Toán – Tin · THCS Kim Đồng", "Tổ Ngữ văn · THCS Lê Lợi"
    assert listed(world.lan) == listed(world.an) == listed(world.quang) == [maths]
    assert listed(world.hung) == [letters]
    assert sorted(listed(world.staff)) == sorted([maths, letters])
    assert listed(world.staff, "?state=approved") == [maths]
    assert listed(world.staff, "?state=waiting") == []
    assert len(listed(world.staff, "?state=nonsense&after=%25")) == 2


def _many(world: World, number: int) -> None:
    """``number`` more members of the group in the roll call, and as many groups with minutes of their own."""
    start = get_user_model().objects.count()
    common = {"organisation": factories.ORGANISATION, "name_folded": "x"}
    made = [Person(full_name=f"Giáo viên {start}-{one}", name_sort=f"{one}", **common) for one in range(number)]
    Person.objects.bulk_create(made, batch_size=200)
    people = list(Person.objects.order_by("-pk")[:number])
    minutes, now = Minutes.objects.get(group=world.maths), timezone.now()
    roles = {"round": world.round, "role": "member", "group": world.maths, "starts_at": now}
    keyed = [(one, keys.active_key(role="member", round_id=world.round.pk, person_id=one.pk)) for one in people]
    Assignment.objects.bulk_create([Assignment(person=one, active_key=key, **roles) for one, key in keyed], 200)
    RollCall.objects.bulk_create(
        [RollCall(minutes=minutes, person=one, name=one.full_name, name_sort=one.name_sort) for one in people], 200
    )
    names = [f"Tổ {people[0].pk}-{one}" for one in range(number)]
    groups = [Group(round=world.round, unit=world.maths.unit, name=name, name_folded=name) for name in names]
    Group.objects.bulk_create(groups, batch_size=200)
    Minutes.objects.bulk_create(
        [
            Minutes(activity=world.activity, group=one, course_key=COURSE, saved_at=now)
            for one in Group.objects.filter(name__in=names)
        ],
        batch_size=200,
    )


def test_queries_do_not_grow_with_members_and_groups(world: World, browse: Any) -> None:
    minutes = sent(world)
    visits = [
        (browse(getattr(world, role)), url(world, name))
        for role in ("an", "mai", "lan", "quang", "staff")
        for name in ("minutes", "minutes-print", "minutes-docx")
    ]
    visits += [(browse(world.quang), LIST), (browse(world.staff), LIST)]
    _many(world, 10)
    few = [_cost(client, address) for client, address in visits]
    _many(world, 990)
    assert RollCall.objects.filter(minutes=minutes).count() == 1003
    assert [_cost(client, address) for client, address in visits] == few
    assert max(few) <= 10
    step(world, world.tam, "reopen", reason="")
    with own_queries() as found:
        response = autosave(browse(world.tam), world, body(world, world.tam, version=minutes.row_version + 1))
    assert response.status_code == 200
    assert len(found) <= 10


def _cost(client: Any, address: str) -> int:
    with own_queries() as found:
        assert client.get(address).status_code == 200
    return len(found)
