"""The reports of the instructor dashboard: problem responses, grades, grades by problem."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from common.djangoapps.student.models import CourseEnrollment  # noqa: E402
from lms.djangoapps.courseware.models import StudentModule  # noqa: E402

from boidung_xblock.reflections.models import ReflectionVersion  # noqa: E402
from tests.platform import instructor  # noqa: E402
from tests.platform.dashboard import Dashboard  # noqa: E402
from tests.platform.site import retire  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

_OURS = ["State of the work", "Version number", "Submitted at (UTC)", "Words", "Receipt code", "Group", "School"]
_OURS += ["Late", "Mark", "Highest mark", "Pass"]


@pytest.fixture
def dashboard(world: World, settings: Any, tmp_path: Path) -> Dashboard:
    """The instructor's; its reports go to a folder of this test."""
    settings.GRADES_DOWNLOAD = {**settings.GRADES_DOWNLOAD, "ROOT_PATH": str(tmp_path)}
    return Dashboard(world)


def _responses(world: World, dashboard: Dashboard, key: Any = None) -> dict[str, dict[str, str]]:
    found = dashboard.table("get_problem_responses", problem_location=str(key or world.key))
    return {row["username"]: row for row in found}


def test_the_response_report_says_who_submitted_when_how_much_and_the_mark(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    world.submit(world.mai)
    rows = _responses(world, dashboard)
    version = ReflectionVersion.objects.get(reflection__author=world.an)
    assert list(rows["an"]) == ["username", "title", "location", *_OURS, "block_key", "state"]
    assert [rows["an"][name] for name in _OURS] == [
        "Marked", "1", version.submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ"), str(version.word_count),
        version.receipt_code, "Tổ Toán – Tin", "THCS Kim Đồng", "no", "7.5", "10", "yes",
    ]  # fmt: skip
    assert (rows["mai"]["State of the work"], rows["mai"]["Mark"]) == ("Submitted", "")
    assert (rows["an"]["title"], rows["an"]["block_key"]) == (world.activity.title, str(world.key))


def test_the_response_report_holds_nothing_that_was_written_and_of_the_state_only_the_marker(
    world: World, dashboard: Dashboard
) -> None:
    work = world.submit(world.an)
    world.mark(work, comment="Nhận xét riêng")
    rows = _responses(world, dashboard)
    assert rows["an"]["state"] == '{"participated": true}'
    assert "bài bài" not in str(rows)
    assert "Nhận xét" not in str(rows)


def test_the_site_may_let_the_response_report_have_the_answers(
    world: World, dashboard: Dashboard, settings: Any
) -> None:
    settings.BOIDUNG_REPORT_ANSWERS = True
    world.submit(world.an)
    row = _responses(world, dashboard)["an"]
    answers = ReflectionVersion.objects.get().answers
    assert [row[f"{answer['title']} [{answer['slug']}]"] for answer in answers] == [
        answer["text"] for answer in answers
    ]


def test_the_response_report_outlives_rows_without_a_state(world: World, dashboard: Dashboard) -> None:
    """An override of somebody who has submitted nothing leaves one; the platform's iterator stops there."""
    instructor.override(world.mai, world.key, 5.0)
    StudentModule.objects.filter(student=world.mai).update(state=None)
    world.submit(world.an)
    rows = _responses(world, dashboard)
    assert rows["an"]["Version number"] == "1"
    assert rows["mai"]["Version number"] == ""


def test_learners_with_a_state_who_have_submitted_nothing_have_empty_columns(
    world: World, dashboard: Dashboard
) -> None:
    block = world.block(world.mai)
    block.participated = True
    block.save()
    world.submit(world.an)
    row = _responses(world, dashboard)["mai"]
    assert [row[name] for name in _OURS] == [""] * len(_OURS)


def test_the_response_report_of_the_whole_course_has_the_block_too(world: World, dashboard: Dashboard) -> None:
    world.submit(world.an)
    rows = _responses(world, dashboard, world.course.location)
    assert rows["an"]["State of the work"] == "Submitted"


def test_the_response_report_keeps_the_limit_of_the_site(world: World, dashboard: Dashboard, settings: Any) -> None:
    for user in (world.an, world.mai):
        world.submit(user)
    settings.FEATURES = {**settings.FEATURES, "MAX_PROBLEM_RESPONSES_COUNT": 1}
    rows = _responses(world, dashboard)
    assert [row["State of the work"] for row in rows.values()] == ["Submitted"]


def test_people_who_left_and_retired_accounts_stay_in_the_response_report(world: World, dashboard: Dashboard) -> None:
    for user in (world.an, world.mai):
        world.submit(user)
    CourseEnrollment.unenroll(world.an, world.course.id)
    retire(world.mai)
    rows = _responses(world, dashboard)
    assert {row["State of the work"] for row in rows.values()} == {"Submitted"}
    assert set(rows) == {"an", world.mai.username}


def test_work_whose_state_was_deleted_leaves_the_response_report(world: World, dashboard: Dashboard) -> None:
    for user in (world.an, world.mai):
        world.submit(user)
    instructor.delete_state(world.an, world.key)
    assert set(_responses(world, dashboard)) == {"mai"}


def test_the_grade_report_has_the_mark(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    rows = {row["Username"]: row for row in dashboard.table("calculate_grades_csv")}
    column = "Homework"
    assert float(rows["an"][column]) == 0.75
    assert rows["mai"][column] in ("Not Attempted", "0.0")
    assert float(rows["an"]["Grade"]) > float(rows["mai"]["Grade"])


def test_the_problem_grade_report_has_earned_and_possible_points(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    world.submit(world.mai)
    rows = {row["Username"]: row for row in dashboard.table("problem_grade_report")}
    points = {name: value for name, value in rows["an"].items() if world.activity.title in name}
    assert [name.rsplit("(", 1)[1] for name in points] == ["Earned)", "Possible)"]
    assert [float(value) for value in points.values()] == [7.5, 10.0]
    assert [rows["mai"][name] for name in points] == ["Not Attempted", "10.0"]


def test_an_override_is_in_the_reports(world: World, dashboard: Dashboard) -> None:
    world.mark(world.submit(world.an))
    instructor.override(world.an, world.key, 6.0)
    (row,) = [row for row in dashboard.table("problem_grade_report") if row["Username"] == "an"]
    assert "6.0" in row.values()
    assert "7.5" not in row.values()


def test_reports_are_for_researchers_and_the_course_team(world: World) -> None:
    for user in (world.an, world.lan):
        answer = Dashboard(world, user).post("get_problem_responses", problem_location=str(world.key))
        assert answer.status_code == 403
