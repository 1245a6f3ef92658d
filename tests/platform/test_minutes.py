"""Minutes of a group's meeting on the LMS's own addresses: its sessions, its CSRF protection, its middleware."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from docx import Document  # noqa: E402

from boidung_xblock.meetings.models import Minutes  # noqa: E402
from tests import factories  # noqa: E402
from tests.pages.reading import form_of, text_of  # noqa: E402
from tests.platform.module import AGENDA, CONCLUSION, MINUTES  # noqa: E402
from tests.platform.world import PASSWORD  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.module import ModuleWorld


def _state(module: ModuleWorld, user: Any) -> str:
    found = re.search(r'data-bd-state="(\w+)"', text_of(module.client(user).get(module.url())))
    assert found
    return found[1]


def _autosave(module: ModuleWorld, user: Any, place: str) -> Any:
    payload = {"fields": {"day": "2026-11-24", "place": place}, "opinions": [], "tasks": [], "roll": {}}
    body = {"for_user": user.pk, "client_key": factories.key(), "version": 0, "payload": payload}
    return module.client(user).post(module.url("minutes-save"), json.dumps(body), content_type="application/json")


def test_the_leader_writes_and_sends_the_member_confirms_and_the_leader_approves(module: ModuleWorld) -> None:
    assert AGENDA in text_of(module.client(module.mai).get(module.url()))
    assert module.press(module.mai, "minutes", **MINUTES).status_code == 303
    assert _state(module, module.mai) == "draft"
    assert module.press(module.mai, "minutes-send", **MINUTES).status_code == 303
    assert _state(module, module.an) == "waiting"
    assert module.press(module.an, "minutes-confirm").status_code == 303
    assert module.press(module.mai, "minutes-approve").status_code == 303
    for user in (module.an, module.mai, module.lan):
        page = text_of(module.client(user).get(module.url()))
        assert "Approved by Hồ Thị Mai" in page
        assert CONCLUSION in page


def test_approved_minutes_are_reopened_with_a_reason_by_the_core_teacher(module: ModuleWorld) -> None:
    module.approve_minutes()
    assert module.press(module.lan, "minutes-reopen", reason="Thiếu ý kiến của cô Lan.").status_code == 303
    assert Minutes.objects.get().state == "reopened"


def test_the_script_saves_by_and_by_for_the_leader_alone(module: ModuleWorld) -> None:
    answer = _autosave(module, module.mai, "Phòng 2")
    assert (answer.status_code, answer.json()["version"] > 0) == (200, True)
    assert Minutes.objects.get().content["place"] == "Phòng 2"
    for user in (module.an, module.lan, module.outsider):
        assert _autosave(module, user, "Lọt").status_code == 403
    assert Minutes.objects.get().content["place"] == "Phòng 2"


def test_who_only_reads_gets_no_form_and_strangers_get_nothing(module: ModuleWorld) -> None:
    module.press(module.mai, "minutes", **MINUTES)
    for user in (module.an, module.lan):
        page = module.client(user).get(module.url())
        assert (page.status_code, 'name="conclusion"' in text_of(page)) == (200, False)
    for name in ("minutes", "minutes-print", "minutes-docx"):
        assert module.client(module.outsider).get(module.url(name)).status_code == 403
    visit = Client().get(module.url())
    assert (visit.status_code, "/login?next=" in visit["Location"]) == (302, True)


def test_a_post_without_the_pages_token_is_refused(module: ModuleWorld) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.login(username=module.mai.username, password=PASSWORD)
    form = form_of(client.get(module.url()))
    typed = {**form, **MINUTES}
    without = {name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"}
    assert client.post(module.url(), without).status_code == 403
    assert not Minutes.objects.exists()
    assert client.post(module.url(), typed).status_code == 303
    assert Minutes.objects.get().conclusion == CONCLUSION


def test_the_printed_sheet_and_the_word_file_are_for_leader_member_and_core_teacher(module: ModuleWorld) -> None:
    module.approve_minutes()
    for user in (module.mai, module.an, module.lan):
        client = module.client(user)
        sheet = client.get(module.url("minutes-print"))
        assert sheet.status_code == 200
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text_of(sheet)
        file = client.get(module.url("minutes-docx"))
        assert file["Content-Disposition"].startswith("attachment;")
        words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(file.content)).paragraphs)
        assert CONCLUSION in words


@pytest.mark.parametrize("role", ["an", "mai", "lan", "staff"])
def test_the_archive_of_the_course_lists_the_groups_minutes(module: ModuleWorld, role: str) -> None:
    module.approve_minutes()
    page = module.client(getattr(module, role)).get(reverse("boidung:minutes-list", args=[module.course_key]))
    assert page.status_code == 200
    assert "Tổ Toán – Tin" in text_of(page)


def test_the_block_of_the_meeting_leads_to_its_minutes(module: ModuleWorld) -> None:
    assert module.url() in module.page(module.mai)
    module.approve_minutes()
    assert module.url() in module.page(module.an)


def test_nobody_opens_minutes_while_viewing_as_a_learner(module: ModuleWorld) -> None:
    client = module.client(module.staff)
    body = json.dumps({"role": "student", "user_name": "an"})
    address = reverse("masquerade_update", args=[module.course_key])
    assert client.post(address, body, content_type="application/json").json()["success"]
    assert client.get(module.url()).status_code == 403
