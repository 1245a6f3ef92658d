"""A question asked from a step of a checkpoint, and the answer that comes back to that step."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

from django.urls import reverse  # noqa: E402

from boidung_xblock.support.models import Question  # noqa: E402
from tests.pages.reading import form_of, text_of  # noqa: E402
from tests.platform.instructor import committed  # noqa: E402
from tests.platform.module import reply  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.module import CheckpointWorld


def _asking(study: CheckpointWorld, user: Any, place: str) -> str:
    """The address under a step of the learner's page."""
    links = [unescape(link) for link in re.findall(r'href="([^"]*/ask/[^"]*)"', study.page(user))]
    (address,) = {link for link in links if link.endswith(f"place={place}")}
    return address


def _send(client: Any, address: str, text: str) -> Any:
    form = form_of(client.get(address))
    with committed():
        return client.post(address, {**form, "text": text})


def test_a_question_from_a_step_is_answered_and_the_answer_stands_at_that_step(study: CheckpointWorld) -> None:
    reply(study, study.an, "doc")
    an, lan = study.client(study.an), study.client(study.lan)
    sent = _send(an, _asking(study, study.an, "chon"), "Sách nào nêu năm phẩm chất?")
    assert sent.status_code == 303
    question = Question.objects.get()
    assert (question.place, question.activity_id) == ("chon", study.activity.pk)
    assert "Waiting for an answer" in study.page(study.an)

    listed = lan.get(reverse("boidung:questions", args=[study.course_key]))
    assert "Nguyễn Văn Ân" in text_of(listed)
    thread = reverse("boidung:question", args=[study.course_key, question.pk])
    assert sent["Location"] == thread
    assert _send(lan, thread, "Chương trình tổng thể năm 2018.").status_code == 303

    page = study.page(study.an)
    assert "Chương trình tổng thể năm 2018." in page
    assert "Trần Thị Lan" in page
    assert "Chương trình tổng thể năm 2018." not in study.page(study.mai)


def test_a_question_is_for_its_author_and_those_who_answer(study: CheckpointWorld) -> None:
    address = _asking(study, study.an, "doc")
    _send(study.client(study.an), address, "Đọc mục nào?")
    thread = reverse("boidung:question", args=[study.course_key, Question.objects.get().pk])
    allowed = {user.username: study.client(user).get(thread).status_code for user in (study.an, study.lan, study.staff)}
    assert set(allowed.values()) == {200}
    for user in (study.mai, study.outsider):
        assert study.client(user).get(thread).status_code == 403
    assert study.client(study.outsider).get(address).status_code == 403


def test_nobody_asks_in_a_learners_name_while_viewing_as_them(study: CheckpointWorld) -> None:
    address = _asking(study, study.an, "doc")
    client = study.client(study.staff)
    body = json.dumps({"role": "student", "user_name": "an"})
    mask = reverse("masquerade_update", args=[study.course_key])
    assert client.post(mask, body, content_type="application/json").json()["success"]
    assert client.get(address).status_code == 403
    assert client.post(address, {"text": "Lọt", "for_user": study.staff.pk}).status_code == 403
    assert not Question.objects.exists()
