""" "View as": the table of the platform brief, section 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from demo.models import StudentModule
from tests.host_contract.probe import Probe
from tests.host_contract.sites import DemoSite

Browser = Callable[..., Client]
Url = Callable[[str], str]
JSON = "application/json"


@pytest.fixture
def staff(site: DemoSite) -> Any:
    return site.user("staff", role="instructor")


@pytest.fixture
def lan(site: DemoSite) -> Any:
    return site.user("lan", enrolled=True, name="Trần Thị Lan")


@pytest.fixture
def client(browser_of: Browser, staff: Any) -> Client:
    return browser_of(staff)


def _mask(client: Client, site: DemoSite, name: str = "", role: str = "student") -> str:
    answer = client.post(f"/courses/{site.course_key}/masquerade/", {"role": role, "user_name": name}, follow=True)
    return answer.content.decode()


def test_without_a_mask_staff_are_staff(client: Client, staff: Any, handler_url: Url) -> None:
    told = client.get(handler_url("read")).json()
    assert (told["edx-platform.user_id"], told["edx-platform.user_role"]) == (staff.pk, "instructor")
    assert told["edx-platform.user_is_staff"] is True


def test_as_a_learner_one_stays_oneself_without_roles_and_writes_for_real(
    site: DemoSite, client: Client, staff: Any, handler_url: Url
) -> None:
    _mask(client, site)
    told = client.get(handler_url("read")).json()
    assert (told["edx-platform.user_id"], told["edx-platform.user_role"]) == (staff.pk, "student")
    assert told["edx-platform.user_is_staff"] is told["edx-platform.user_is_global_staff"] is False
    Probe.marks[staff.pk] = (5.0, 10.0)
    client.post(handler_url("write"), {"note": "a", "then": "grade"}, JSON)
    row = StudentModule.objects.get(student=staff)
    assert (row.state["note"], row.grade) == ("a", 5.0)


def test_as_one_learner_one_reads_theirs_and_writes_nothing(
    site: DemoSite, client: Client, staff: Any, lan: Any, handler_url: Url
) -> None:
    site.touch(lan)
    _mask(client, site, "lan@example.com")
    told = client.get(handler_url("read")).json()
    assert (told["edx-platform.user_id"], told["edx-platform.user_role"]) == (lan.pk, "student")
    assert (told["note"], told["edx-platform.user_is_staff"]) == ("đã mở", False)
    Probe.marks[lan.pk] = (5.0, 10.0)
    for then in ("grade", "complete"):
        client.post(handler_url("write"), {"note": "mine", "then": then}, JSON)
    assert client.get(handler_url("read")).json()["note"] == "mine"
    row = StudentModule.objects.get()
    assert (row.student, row.state, row.grade) == (lan, {"note": "đã mở"}, None)
    assert (site.completion(lan), site.completion(staff), Probe.echoes) == (0.0, 0.0, [])


def test_what_was_typed_under_a_mask_is_forgotten_with_the_next_unit(
    site: DemoSite, client: Client, lan: Any, handler_url: Url
) -> None:
    _mask(client, site, "lan")
    client.post(handler_url("write"), {"note": "mine"}, JSON)
    assert client.get(f"/courses/{site.course_key}/jump_to/{site.usage_key}", follow=True).status_code == 200
    assert client.get(handler_url("read")).json()["note"] == ""


def test_as_one_learner_only_blocks_that_are_safe_to_read_are_shown(
    site: DemoSite, client: Client, lan: Any, monkeypatch: Any
) -> None:
    _mask(client, site, "lan")
    address = f"/xblock/{site.usage_key}"
    assert "note:" in client.get(address).content.decode()
    monkeypatch.setattr(Probe, "show_in_read_only_mode", False)
    html = client.get(address).content.decode()
    assert "note:" not in html
    assert "Không xem được loại nội dung này" in html


def test_the_mask_is_for_staff_and_for_learners_of_the_course(
    site: DemoSite, client: Client, lan: Any, browser_of: Browser
) -> None:
    assert "Không có học viên “khong-co”" in _mask(client, site, "khong-co")
    assert browser_of(lan).post(f"/courses/{site.course_key}/masquerade/", {"role": "student"}).status_code == 403


def test_a_mask_hides_what_staff_see_until_it_is_taken_off(site: DemoSite, client: Client, lan: Any) -> None:
    masked = _mask(client, site, "lan")
    assert "Đang xem như <strong>lan</strong>" in masked
    assert "Sổ điểm" not in masked
    assert "Bồi dưỡng</a></li>" not in masked
    assert client.get(f"/courses/{site.course_key}/gradebook/").status_code == 403
    assert "Tiến độ của lan" in client.get(f"/courses/{site.course_key}/progress/").content.decode()
    assert "Sổ điểm" in _mask(client, site, role="staff")
