"""The demo's own pages: who one is, tabs, grades, the instructor's tools, the language."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery import current_app
from django.test import Client

from boidung_xblock.roster import keys
from demo.models import StudentModule
from tests import factories
from tests.host_contract.probe import Probe
from tests.host_contract.sites import DUE, DemoSite

Browser = Callable[..., Client]


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_one_can_be_anybody_and_nobody(site: DemoSite, browser_of: Browser) -> None:
    client, lan = browser_of(None), site.user("lan", name="Trần Thị Lan")
    assert "Khách chưa đăng nhập" in _text(client, "/")
    client.post("/", {"user": lan.pk})
    assert "Đang là <strong>Trần Thị Lan</strong>" in _text(client, "/courses/")
    client.post("/", {"user": ""})
    assert "Khách chưa đăng nhập" in _text(client, "/courses/")


def test_people_are_searched_and_shown_with_their_roles(site: DemoSite, browser_of: Browser) -> None:
    site.user("hoa", name="Phạm Thị Hoa")
    teacher = site.user("tuan", name="Nguyễn Văn Tuấn")
    site.user("ha", name="Nguyễn Thu Hà", role="instructor")
    owner = factories.round_of(site.course_key)
    factories.assign(teacher, keys.CORE_TEACHER, owner, factories.group(owner))
    text = _text(browser_of(None), "/?q=Nguyễn")
    assert "Phạm Thị Hoa" not in text
    assert '<span class="labels">Giáo viên cốt cán</span>' in text
    assert '<span class="labels">Quản trị khóa học, Quản trị viên của đợt</span>' in text


def test_the_way_back_stays_on_this_site(site: DemoSite, browser_of: Browser) -> None:
    lan, client = site.user("lan"), browser_of(None)
    assert client.post("/", {"user": lan.pk, "next": "/boidung/"})["Location"] == "/boidung/"
    assert client.post("/", {"user": lan.pk, "next": "https://example.com/"})["Location"] == "/courses/"


def test_visitors_choose_a_person_first_and_strangers_stay_outside(site: DemoSite, browser_of: Browser) -> None:
    jump = f"/courses/{site.course_key}/jump_to/{site.usage_key}"
    unit = browser_of(None).get(jump)["Location"]
    assert browser_of(None).get(unit)["Location"] == f"/?next={unit}"
    text = browser_of(site.user("stranger")).get(unit, follow=True).content.decode()
    assert "chưa ghi danh khóa học này" in text
    assert f'href="{unit}"' not in text
    assert "Tiến độ" not in text
    inside = _text(browser_of(site.user("lan", enrolled=True)), unit)
    assert 'src="/xblock/block-v1:Thu+HostContract+1+type@vertical+block@v"' in inside


@pytest.mark.parametrize("enrolled", [True, False])
def test_a_core_teacher_sees_the_tab_enrolled_or_not(site: DemoSite, browser_of: Browser, enrolled: bool) -> None:
    teacher = site.user("tuan", enrolled=enrolled)
    owner = factories.round_of(site.course_key)
    factories.assign(teacher, keys.CORE_TEACHER, owner, factories.group(owner))
    tab = f'href="/boidung/course/{site.course_key}/"'
    assert tab in _text(browser_of(teacher), f"/courses/{site.course_key}/")
    assert tab not in _text(browser_of(site.user("lan", enrolled=True)), f"/courses/{site.course_key}/")


def test_tabs_of_staff(site: DemoSite, browser_of: Browser) -> None:
    text = _text(browser_of(site.user("staff", role="staff")), f"/courses/{site.course_key}/")
    for label in ("Khóa học", "Tiến độ", "Bồi dưỡng", "Sổ điểm", "Công cụ giảng viên"):
        assert f">{label}</a></li>" in text


def test_points_are_written_as_the_language_writes_them(site: DemoSite, browser_of: Browser) -> None:
    lan = site.user("lan", enrolled=True, name="Trần Thị Lan")
    Probe.marks[lan.pk] = (7.5, 10.0)
    site.host.publish_score(user_id=lan.pk, usage_key=site.usage_key)
    staff, gradebook = browser_of(site.user("staff", role="staff")), f"/courses/{site.course_key}/gradebook/"
    assert '<td class="number">7,5 / 10</td>' in _text(staff, gradebook)
    assert '<td class="number">– / 5</td>' in _text(staff, gradebook)
    mine = _text(browser_of(lan), f"/courses/{site.course_key}/progress/")
    assert '<td class="number">7,5 / 10</td>' in mine
    assert '<td class="number">7,5 / 15</td>' in mine
    assert browser_of(lan).get(gradebook).status_code == 403
    staff.post("/i18n/setlang/", {"language": "en"})
    assert '<td class="number">7.5 / 10</td>' in _text(staff, gradebook)


def test_vietnamese_unless_english_is_chosen(site: DemoSite, browser_of: Browser) -> None:
    client = browser_of(site.user("lan", enrolled=True), headers={"Accept-Language": "en-US,en"})
    assert '<html lang="vi">' in _text(client, f"/xblock/{site.usage_key}")
    client.post("/i18n/setlang/", {"language": "en"})
    assert '<html lang="en">' in _text(client, f"/xblock/{site.usage_key}")


class TestTools:
    """The instructor's page."""

    @pytest.fixture
    def use(self, site: DemoSite, browser_of: Browser) -> Callable[..., str]:
        client = browser_of(site.user("staff", role="staff"))

        def post(tool: str, **fields: str) -> str:
            data = {"tool": tool, "usage_key": site.usage_key, "learner": "lan", **fields}
            answer = client.post(f"/courses/{site.course_key}/instructor/", data, follow=True)
            return answer.content.decode()

        return post

    @pytest.fixture(autouse=True)
    def lan(self, site: DemoSite) -> Any:
        lan = site.user("lan", enrolled=True, name="Trần Thị Lan")
        Probe.marks[lan.pk] = (5.0, 10.0)
        site.host.publish_score(user_id=lan.pk, usage_key=site.usage_key)
        return lan

    def test_override(self, site: DemoSite, lan: Any, use: Callable[..., str]) -> None:
        assert "Đã xong với học viên Trần Thị Lan" in use("override", score="7,25")
        assert site.points(lan) == (7.25, 10.0)
        assert "từ 0 đến 10" in use("override", score="11")
        assert "phải là một số" in use("override", score="bảy")

    def test_rescore(self, site: DemoSite, lan: Any, use: Callable[..., str]) -> None:
        Probe.marks[lan.pk] = (6.0, 10.0)
        assert "Đã xong" in use("rescore")
        assert site.points(lan) == (6.0, 10.0)

    def test_delete_one_and_all(self, site: DemoSite, use: Callable[..., str]) -> None:
        assert "Đã xong" in use("delete")
        assert "chưa có dữ liệu" in use("delete")
        site.touch(site.user("hoa", enrolled=True))
        assert "của 1 học viên" in use("delete-all")
        assert not StudentModule.objects.exists()

    def test_extension(self, site: DemoSite, lan: Any, use: Callable[..., str]) -> None:
        section = "block-v1:Thu+HostContract+1+type@sequential+block@s"
        assert "Đã xong" in use("extend", usage_key=section, due="2031-05-06")
        assert (site.bound_due(lan) or DUE).isoformat() == "2031-05-06T16:59:00+00:00"
        assert "Hạn mới phải sau hạn chung" in use("extend", usage_key=section, due="2031-05-01")
        assert "Đã xong" in use("extend", usage_key=section, due="")
        assert site.bound_due(lan) == DUE
        assert "chưa có hạn nộp" in use("extend", due="2031-05-06")

    def test_unknown_learner(self, use: Callable[..., str]) -> None:
        assert "Không có học viên “khong-co”" in use("rescore", learner="khong-co")


def test_tasks_run_at_once_in_every_thread_of_the_server() -> None:
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: current_app.conf.task_always_eager).result() is True
