"""Two web workers answer one learner's requests at the same moment: nothing is doubled, nothing is lost silently."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.live.course import start_anew
from tests.live.site import Person, answers, at_once, in_shell, key, usage

TIMES = 8


def _body(person: Person, block: str, **more: Any) -> dict[str, Any]:
    facts = person.facts(block)
    return {"for_user": facts["data-user"], "base_version": facts["data-base-version"], "answers": answers(), **more}


def test_of_parallel_submissions_with_different_keys_exactly_one_counts(staff: Person, learner: Any) -> None:
    an = learner(1)
    start_anew(staff, an, "suy-ngam-1")
    body = _body(an, "suy-ngam-1")
    got = at_once(
        [partial(window.call, "suy-ngam-1", "submit", **body, client_key=key()) for window in an.twins(TIMES)]
    )
    assert sorted(answer.status_code for answer in got) == [200] + [409] * (TIMES - 1)
    assert {answer.json()["error"]["code"] for answer in got if answer.status_code == 409} == {"already_submitted"}
    assert an.facts("suy-ngam-1")["data-base-version"] == 1


def test_a_submission_repeated_at_once_gives_the_same_receipt_each_time(staff: Person, learner: Any) -> None:
    an = learner(2)
    start_anew(staff, an, "suy-ngam-1")
    body = _body(an, "suy-ngam-1", client_key=key())
    got = at_once([partial(window.call, "suy-ngam-1", "submit", **body) for window in an.twins(TIMES)])
    assert [answer.status_code for answer in got] == [200] * TIMES
    assert len({answer.json()["receipt"]["code"] for answer in got}) == 1
    assert {answer.json()["receipt"]["number"] for answer in got} == {1}
    assert an.facts("suy-ngam-1")["data-base-version"] == 1


def test_of_parallel_drafts_one_is_kept_and_every_other_window_is_told(staff: Person, learner: Any) -> None:
    an = learner(3)
    start_anew(staff, an, "suy-ngam-1")
    facts = an.facts("suy-ngam-1")
    texts = [f"bản nháp số {number} của tôi" for number in range(TIMES)]

    def save(who: Person, text: str) -> Any:
        payload = {"answers": {"dieu-hoc-duoc": text}, "self_rating": {}, "files": []}
        return who.save_draft(
            "suy-ngam-1", for_user=facts["data-user"], version=facts["data-draft-version"], client_key=key(),
            payload=payload,
        )  # fmt: skip

    got = at_once([partial(save, window, text) for window, text in zip(an.twins(TIMES), texts, strict=True)])
    assert sorted(answer.status_code for answer in got) == [200] + [409] * (TIMES - 1)
    kept = next(text for answer, text in zip(got, texts, strict=True) if answer.status_code == 200)
    page = an.unit_page("suy-ngam-1")
    assert [text for text in texts if text in page] == [kept]


def test_a_draft_that_races_the_submission_never_reopens_the_work(staff: Person, learner: Any) -> None:
    an = learner(4)
    start_anew(staff, an, "suy-ngam-1")
    facts = an.facts("suy-ngam-1")
    body = _body(an, "suy-ngam-1")

    def save(who: Person) -> Any:
        return who.save_draft(
            "suy-ngam-1", for_user=facts["data-user"], version=facts["data-draft-version"], client_key=key(),
            payload={"answers": {"dieu-hoc-duoc": "muộn"}, "self_rating": {}, "files": []},
        )  # fmt: skip

    first, *others = an.twins(TIMES)
    submit = partial(first.call, "suy-ngam-1", "submit", **body, client_key=key())
    submitted, *drafts = at_once([submit, *(partial(save, window) for window in others)])
    assert submitted.status_code == 200, submitted.text
    assert {answer.status_code for answer in drafts} <= {200, 409}
    assert save(an).status_code == 409
    assert an.facts("suy-ngam-1")["data-base-version"] == 1


@pytest.mark.operator("BOIDUNG_LIVE_SHELL")
def test_after_parallel_submissions_the_platform_knows_the_participant(staff: Person, learner: Any) -> None:
    an = learner(5)
    start_anew(staff, an, "suy-ngam-1")
    body = _body(an, "suy-ngam-1")
    at_once([partial(window.call, "suy-ngam-1", "submit", **body, client_key=key()) for window in an.twins(TIMES)])
    rows = in_shell(
        "from lms.djangoapps.courseware.models import StudentModule\n"
        "from boidung_xblock.reflections.models import ReflectionVersion\n"
        f"at = dict(student__username={an.username!r}, module_state_key={usage('suy-ngam-1')!r})\n"
        "states = list(StudentModule.objects.filter(**at).values_list('state', flat=True))\n"
        f"work = dict(reflection__author__username={an.username!r}, reflection__archive_no=0,"
        f" reflection__activity__usage_key={usage('suy-ngam-1')!r})\n"
        "answer = [states, ReflectionVersion.objects.filter(**work).count()]"
    )
    assert rows == [['{"participated": true}'], 1]
