"""The instructor dashboard's own addresses and the real Celery worker: delete state, rescore, override, reports."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest

from tests.live.course import finished, instructor
from tests.live.site import Person, in_shell, usage, wait_for
from tests.live.test_marks import mark, score, submitted

BLOCK = "suy-ngam-4"


def _marked(staff: Person, learner: Person, marker: Person, points: str) -> None:
    submitted(staff, learner, BLOCK)
    assert mark(marker, learner, points, BLOCK).status_code == 303
    expected = float(points.replace(",", "."))
    assert wait_for(lambda: score(staff, learner, BLOCK) == expected), score(staff, learner, BLOCK)


def test_an_override_replaces_the_mark_in_the_gradebook_and_on_the_page(
    staff: Person, learner: Any, markers: list[Person]
) -> None:
    an = learner(1)
    _marked(staff, an, markers[0], "7,5")
    answer = instructor(
        staff, "override_problem_score",
        problem_to_reset=usage(BLOCK), unique_student_identifier=an.username, score="9",
    )  # fmt: skip
    assert finished(staff, answer, BLOCK, an)["task_state"] == "SUCCESS"
    assert wait_for(lambda: score(staff, an, BLOCK) == 9.0), score(staff, an, BLOCK)
    assert re.search(r"\b9(,0)?\b", an.unit_page(BLOCK))


def test_a_rescore_of_one_keeps_the_mark_in_force(staff: Person, learner: Any, markers: list[Person]) -> None:
    an = learner(2)
    _marked(staff, an, markers[0], "6,5")
    answer = instructor(
        staff, "rescore_problem", problem_to_reset=usage(BLOCK), unique_student_identifier=an.username
    )  # fmt: skip
    done = finished(staff, answer, BLOCK, an)
    assert done["task_state"] == "SUCCESS", done
    assert score(staff, an, BLOCK) == 6.5


def test_a_rescore_of_all_keeps_the_marks_in_force(staff: Person, learner: Any, markers: list[Person]) -> None:
    an, mai = learner(2), learner(3)
    _marked(staff, an, markers[0], "6")
    _marked(staff, mai, markers[1], "8")
    answer = instructor(staff, "rescore_problem", problem_to_reset=usage(BLOCK), all_students="true")
    done = finished(staff, answer, BLOCK)
    assert done["task_state"] == "SUCCESS", done
    assert (score(staff, an, BLOCK), score(staff, mai, BLOCK)) == (6.0, 8.0)


def test_reports_with_the_block_are_generated_and_downloadable(
    staff: Person, learner: Any, markers: list[Person]
) -> None:
    an = learner(4)
    _marked(staff, an, markers[0], "7")
    for what, data in (
        ("calculate_grades_csv", {}),
        ("problem_grade_report", {}),
        ("get_problem_responses", {"problem_location": usage(BLOCK)}),
    ):
        before = _reports(staff)
        answer = instructor(staff, what, **data)
        assert answer.status_code == 200, f"{what}: {answer.status_code} {answer.text[:300]}"
        made = wait_for(partial(_new_reports, staff, before), seconds=120)
        assert made, what
        texts = [staff.get(_reports(staff)[name]).content.decode("utf-8-sig") for name in made]
        assert any(an.username in text for text in texts), (what, made, [text[:500] for text in texts])


def _new_reports(staff: Person, before: dict[str, str]) -> set[str]:
    return _reports(staff).keys() - before.keys()


def _reports(staff: Person) -> dict[str, str]:
    answer = instructor(staff, "list_report_downloads")
    assert answer.status_code == 200, answer.text[:300]
    return {row["name"]: row["url"] for row in answer.json()["downloads"]}


@pytest.mark.operator("BOIDUNG_LIVE_SHELL")
def test_deleting_the_state_of_all_clears_pages_marks_and_gradebook(
    staff: Person, learner: Any, markers: list[Person]
) -> None:
    """The mid-2025 dashboard has no address for it any more, only the task: it is submitted as the dashboard did."""
    an, mai = learner(5), learner(6)
    _marked(staff, an, markers[0], "8")
    submitted(staff, mai, BLOCK)
    in_shell(
        "from django.contrib.auth import get_user_model\nfrom django.test import RequestFactory\n"
        "from lms.djangoapps.instructor_task import api\nfrom opaque_keys.edx.keys import UsageKey\n"
        "request = RequestFactory().post('/')\n"
        "request.user = get_user_model().objects.filter(is_superuser=True).order_by('id').first()\n"
        f"task = api.submit_delete_problem_state_for_all_students(request, UsageKey.from_string({usage(BLOCK)!r}))\n"
        "answer = task.task_id"
    )
    assert wait_for(lambda: not score(staff, an, BLOCK)), score(staff, an, BLOCK)
    for one in (an, mai):
        assert one.facts(BLOCK)["data-base-version"] == 0
        assert "data-bd-submit" in one.unit_page(BLOCK)
