"""Handlers behave as the platform's: CSRF, visitors, enrolment, transactions, state, uploads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from xblock.exceptions import InvalidScopeError

from demo import courseware, pages
from demo.models import StudentModule
from demo.runtime import bind
from tests.host_contract.sites import DUE, DemoSite

Browser = Callable[..., Client]
Url = Callable[[str], str]
JSON = "application/json"


def _note(user: Any) -> str | None:
    row = StudentModule.objects.filter(student=user).first()
    return row.state.get("note") if row else None


def test_a_login_needs_the_csrf_token(site: DemoSite, browser_of: Browser, handler_url: Url) -> None:
    client = browser_of(site.user("lan", enrolled=True), enforce_csrf_checks=True)
    assert client.post(handler_url("write"), {"note": "a"}, JSON).status_code == 403
    client.get(f"/xblock/{site.usage_key}")
    token = client.cookies["csrftoken"].value
    answer = client.post(handler_url("write"), {"note": "a"}, JSON, headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.json()["note"]) == (200, "a")


def test_visitors_may_get_and_not_post(site: DemoSite, browser_of: Browser, handler_url: Url) -> None:
    client = browser_of(None)
    answer = client.get(handler_url("read/more"))
    assert answer.json() == {
        "suffix": "more",
        "note": "",
        "due": str(DUE),
        "has_completion": False,
        "edx-platform.is_authenticated": False,
        "edx-platform.request_country_code": None,
    }
    assert client.post(handler_url("write"), {"note": "a"}, JSON).status_code == 403


def test_enrolment_is_not_asked_for_by_handlers_but_by_the_page(
    site: DemoSite, browser_of: Browser, handler_url: Url
) -> None:
    stranger = site.user("stranger")
    client = browser_of(stranger)
    assert client.post(handler_url("write"), {"note": "a"}, JSON).status_code == 200
    assert _note(stranger) == "a"
    assert client.get(f"/xblock/{site.usage_key}").status_code == 404


def test_what_is_not_there_is_404(site: DemoSite, browser_of: Browser, handler_url: Url) -> None:
    client = browser_of(site.user("lan", enrolled=True))
    assert client.get(handler_url("nothing")).status_code == 404
    assert client.get(handler_url("read").replace("block@p", "block@x")).status_code == 404
    assert client.get("/xblock/not-a-key").status_code == 404
    site.hide_block()
    assert client.get(handler_url("read")).status_code == 404
    assert browser_of(site.user("staff", role="staff")).get(handler_url("read")).status_code == 200


def test_fields_are_saved_only_after_a_normal_return(site: DemoSite, browser_of: Browser, handler_url: Url) -> None:
    lan = site.user("lan", enrolled=True)
    client = browser_of(lan, raise_request_exception=False)
    client.post(handler_url("write"), {"note": "first"}, JSON)
    assert client.post(handler_url("write"), {"note": "second", "then": "raise"}, JSON).status_code == 500
    assert _note(lan) == "first"


def test_a_handler_that_breaks_leaves_half_of_its_rows(site: DemoSite, browser_of: Browser, handler_url: Url) -> None:
    lan = site.user("lan", enrolled=True)
    client = browser_of(lan, raise_request_exception=False)
    answer = client.post(handler_url("write"), {"note": "a", "then": "complete-and-raise"}, JSON)
    assert (answer.status_code, site.completion(lan), _note(lan)) == (500, 1.0, None)


def test_ordinary_pages_are_atomic_and_handlers_are_not(settings: Any) -> None:
    assert settings.DATABASES["default"]["ATOMIC_REQUESTS"] is True
    assert courseware.handle._non_atomic_requests == courseware.render_xblock._non_atomic_requests == {"default"}  # type: ignore[attr-defined]
    assert not hasattr(pages.instructor, "_non_atomic_requests")


def test_the_last_write_of_a_field_wins(site: DemoSite) -> None:
    lan = site.user("lan", enrolled=True)
    one, other = (bind(lan, site._probe_key()) for _ in range(2))
    assert (one.note, other.tries) == ("", 0)
    one.note, other.note, other.tries = "one", "other", 1
    other.save()
    one.save()
    assert StudentModule.objects.get(student=lan).state == {"note": "one", "tries": 1}


def test_state_belongs_to_one_learner_and_authored_fields_are_read_only(site: DemoSite) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    site.touch(lan)
    assert bind(hoa, site._probe_key()).note == ""
    row = StudentModule.objects.get()
    assert (row.student, row.module_state_key, row.module_type) == (lan, site.usage_key, "boidung_probe")
    block = bind(lan, site._probe_key())
    block.weight = 1.0
    with pytest.raises(InvalidScopeError):
        block.save()
    assert bind(lan, site._probe_key()).weight == 10.0


def test_the_due_date_in_a_handler_includes_the_extension(
    site: DemoSite, browser_of: Browser, handler_url: Url
) -> None:
    lan = site.user("lan", enrolled=True)
    site.extend(lan, DUE + timedelta(days=2))
    assert browser_of(lan).get(handler_url("read")).json()["due"] == str(DUE + timedelta(days=2))


@pytest.mark.parametrize(("size", "count", "status"), [(4_000_000, 1, 200), (4_000_001, 1, 413), (1, 21, 413)])
def test_uploads_have_the_platforms_limits(
    site: DemoSite, browser_of: Browser, handler_url: Url, size: int, count: int, status: int
) -> None:
    client = browser_of(site.user("lan", enrolled=True))
    files = [SimpleUploadedFile(f"{number}.pdf", b"x" * size) for number in range(count)]
    answer = client.post(handler_url("upload"), {"file": files})
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["success"].startswith("Submission aborted!")


def test_the_page_in_the_frame_is_the_platforms(site: DemoSite, browser_of: Browser) -> None:
    client = browser_of(site.user("lan", enrolled=True))
    answer = client.get(f"/xblock/{site.usage_key}")
    html = answer.content.decode()
    assert 'class="xblock xblock-student_view xblock-student_view-boidung_probe"' in html
    assert 'data-init="Probe"' in html
    assert r'{"text": "\u003c/script>"}' in html
    assert "X-Frame-Options" not in answer
    assert client.get("/")["X-Frame-Options"] == "DENY"
