"""The real block in the sample course: from the learner's page to the gradebook and back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from opaque_keys.edx.keys import UsageKey

from boidung_xblock.activities import api as activities
from boidung_xblock.grading import api as grading
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.roster.api import viewer_for
from demo import grades
from demo.build import COURSE_KEY, load_site
from demo.host import DemoHost

UNIT = "block-v1:SoGDDT+MD1-GV+dot1+type@vertical+block@sinh-hoat-1"
BLOCK = "block-v1:SoGDDT+MD1-GV+dot1+type@boidung_reflection+block@suy-ngam-1"
Browser = Callable[..., Client]


@pytest.fixture
def lan(transactional_db: None) -> Any:
    """A learner of the sample course. Tasks run when the transaction ends."""
    load_site()
    account = DemoHost().create_account(username="lan", email="lan@example.com", full_name="Trần Thị Lan")
    DemoHost().enrol(user_id=account.user_id, course_key=COURSE_KEY)
    return get_user_model().objects.get(pk=account.user_id)


def _submit(client: Client, lan: Any) -> Any:
    text = "Sau buổi sinh hoạt tôi hiểu rõ hơn việc mà học sinh lớp mình cần làm được. " * 4
    slugs = [prompt["slug"] for prompt in activities.get(BLOCK).settings["prompts"]]
    data = {
        "for_user": lan.pk,
        "client_key": uuid4().hex,
        "base_version": 0,
        "answers": dict.fromkeys(slugs, text),
        "self_rating": {},
        "files": [],
    }
    return client.post(f"/courses/{COURSE_KEY}/xblock/{BLOCK}/handler/submit", data, "application/json")


def _mark(lan: Any) -> None:
    staff = get_user_model().objects.get(username="nhan-vien-khoa-hoc")
    work = Reflection.objects.get(author=lan, archive_no=0)
    slugs = [criterion["slug"] for criterion in activities.get(BLOCK).settings["rubric"]["criteria"]]
    viewer = viewer_for(staff, COURSE_KEY)
    grading.give_mark(
        viewer,
        reflection_id=work.pk,
        row_version=work.row_version,
        points=dict.fromkeys(slugs, "7,5"),
        comments={},
        comment="Tốt",
        private_note="",
        client_key=uuid4().hex,
    )


def _key() -> Any:
    return UsageKey.from_string(BLOCK)


def _points(lan: Any) -> grades.Points:
    return grades.score_table(grades.scored_blocks(_key().course_key), [lan.pk])[lan.pk, BLOCK]


def test_submitted_marked_and_in_the_gradebook(lan: Any, browser_of: Browser) -> None:
    client = browser_of(lan)
    assert 'data-init="BoidungReflection"' in client.get(f"/xblock/{UNIT}").content.decode()
    answer = _submit(client, lan)
    assert answer.status_code == 200, answer.content
    assert answer.json()["receipt"]["code"]
    _mark(lan)
    assert _points(lan) == (7.5, 10.0)
    staff = browser_of(get_user_model().objects.get(username="nhan-vien-khoa-hoc"))
    assert "7,5 / 10" in staff.get(f"/courses/{COURSE_KEY}/gradebook/").content.decode()
    mine = client.get(f"/courses/{COURSE_KEY}/progress/").content.decode()
    assert "7,5 / 10" in mine
    assert "Đã hoàn thành" in mine


def test_the_instructors_tools_meet_the_block(lan: Any, browser_of: Browser) -> None:
    _submit(browser_of(lan), lan)
    _mark(lan)
    grades.override_score(lan, _key(), 9.0)
    assert _points(lan) == (9.0, 10.0)
    own = grading.grade_of(activities.get(BLOCK).pk, lan.pk)
    assert own is not None
    assert (own.earned, own.source) == (Decimal(9), "override")
    grades.rescore(lan, _key())
    assert _points(lan)[1] == 10.0
    grades.delete_state(lan, _key())
    assert not Reflection.objects.filter(author=lan, archive_no=0).exists()
    assert Reflection.objects.filter(author=lan).exists()
    assert _points(lan) == (None, 10.0)


def test_nothing_is_stored_while_viewing_as_the_learner(lan: Any, browser_of: Browser) -> None:
    client = browser_of(get_user_model().objects.get(username="nhan-vien-khoa-hoc"))
    client.post(f"/courses/{COURSE_KEY}/masquerade/", {"role": "student", "user_name": "lan"})
    assert client.get(f"/xblock/{UNIT}").status_code == 200
    _submit(client, lan)
    assert not Reflection.objects.exists()
