"""A mark on its way: two markers at once, the Celery worker, the gradebook; and what happens while no worker runs."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest

from tests.live.course import start_anew
from tests.live.site import COURSE, Person, answers, at_once, command, in_shell, key, usage, wait_for

BLOCK = "suy-ngam-2"
_OUTBOX = (
    "from boidung_xblock.grading.models import OutboxEntry\n"
    "rows = OutboxEntry.objects.filter(grade__learner__username={user!r}, grade__archive_no=0,"
    " grade__activity__usage_key={key!r}).order_by('-update_no')\n"
    "answer = list(rows.values_list('state', flat=True))[:1]"
)


def submitted(staff: Person, learner: Person, block: str = BLOCK) -> None:
    """The learner's work, submitted anew; the gradebook has forgotten earlier marks (which the worker sees to)."""
    start_anew(staff, learner, block)
    assert wait_for(lambda: not score(staff, learner, block)), score(staff, learner, block)
    facts = learner.facts(block)
    done = learner.call(
        block, "submit", for_user=facts["data-user"], base_version=0, answers=answers(), client_key=key()
    )
    assert done.status_code == 200, done.text


def work_of(marker: Person, learner: Person, block: str = BLOCK) -> str:
    """The address of the learner's waiting work, as the desk links it."""
    name = f"Nguyễn Học Viên {learner.username.rpartition('-')[2]}"
    desk = marker.get(f"/boidung/course/{COURSE}/", params={"q": name, "state": "all"})
    assert desk.status_code == 200, desk.text[:500]
    found = [
        address
        for address, who in re.findall(r'class="bd-desk__name" href="([^"?]+)[^"]*">([^<]+)<', desk.text)
        if who.strip() == name and _is_of(marker, address, block)
    ]
    assert len(found) == 1, found
    return found[0]


def _is_of(marker: Person, address: str, block: str) -> bool:
    number = block.rpartition("-")[2]
    return f"Suy ngẫm sau buổi sinh hoạt {number}" in marker.get(address).text


def form(marker: Person, address: str, points: str) -> dict[str, str]:
    """The marking sheet, filled with the same points everywhere."""
    page = marker.get(address).text
    hidden = {name: _value(page, name) for name in ("for_user", "client_key", "row_version")}
    slugs = dict.fromkeys(re.findall(r'name="points\.([\w-]+)"', page))
    comments = {f"comments.{slug}": "Thầy/cô đã làm rõ ý này." for slug in slugs}
    return {**hidden, **{f"points.{slug}": points for slug in slugs}, **comments, "comment": "Cảm ơn thầy/cô."}


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def score(staff: Person, learner: Person, block: str = BLOCK) -> float | None:
    """What the platform's gradebook shows for the block's subsection, in percent of it."""
    answer = staff.get(f"/api/grades/v1/gradebook/{COURSE}/", params={"username": learner.username})
    assert answer.status_code == 200, answer.text[:500]
    name = f"sinh-hoat-{block.rpartition('-')[2]}"
    for row in answer.json()["section_breakdown"]:
        if row["module_id"].endswith(name):
            return float(row["score_earned"]) if row["attempted"] else None
    raise AssertionError(f"no {name} in {answer.text[:1000]}")


def mark(marker: Person, learner: Person, points: str, block: str = BLOCK) -> Any:
    """The marker fills in the sheet and sends it."""
    address = work_of(marker, learner, block)
    return marker.post(address + "mark/", form(marker, address, points))


def test_of_two_markers_at_once_one_is_told_that_somebody_was_faster(
    staff: Person, learner: Any, markers: list[Person]
) -> None:
    mai = learner(6)
    submitted(staff, mai)
    address = work_of(markers[0], mai)
    sheets = [(one, form(one, address, points)) for one, points in zip(markers, ("8", "6"), strict=True)]
    got = at_once([partial(who.post, address + "mark/", sheet) for who, sheet in sheets])
    assert sorted(answer.status_code for answer in got) == [303, 409]
    loser = next(answer for answer in got if answer.status_code == 409)
    typed = sheets[got.index(loser)][1]
    assert "Cảm ơn thầy/cô." in loser.text  # what was typed is shown again
    winner = 8.0 if typed[next(name for name in typed if name.startswith("points."))] == "6" else 6.0
    assert wait_for(lambda: score(staff, mai) == winner), score(staff, mai)


def test_a_mark_reaches_the_gradebook_and_the_learner_progress_through_the_worker(
    staff: Person, learner: Any, markers: list[Person]
) -> None:
    mai = learner(7)
    submitted(staff, mai)
    assert mark(markers[0], mai, "7,5").status_code == 303
    assert wait_for(lambda: score(staff, mai) == 7.5), score(staff, mai)
    assert wait_for(lambda: has_points(mai, "7.5", "10")), "the progress page does not show it"


def has_points(learner: Person, earned: str, possible: str) -> bool:
    """Whether the learner's own progress page says so; sites without the learning app still have the older page."""
    answer = learner.get(f"/api/course_home/progress/{COURSE}")
    if answer.status_code == 200:
        return f'"num_points_earned":{earned},"num_points_possible":{possible}' in answer.text.replace(" ", "")
    answer = learner.get(f"/courses/{COURSE}/progress")
    assert answer.status_code == 200, answer.status_code
    return f"{earned}/{possible}" in answer.text


@pytest.mark.operator("BOIDUNG_LIVE_SHELL")
def test_a_mark_that_arrived_has_left_the_outbox_and_stands_in_the_student_module(
    staff: Person, learner: Any, markers: list[Person]
) -> None:
    mai = learner(8)
    submitted(staff, mai)
    assert mark(markers[1], mai, "9").status_code == 303
    assert wait_for(lambda: score(staff, mai) == 9.0), score(staff, mai)
    assert in_shell(_OUTBOX.format(user=mai.username, key=usage(BLOCK))) == ["sent"]
    state = in_shell(
        "from lms.djangoapps.courseware.models import StudentModule\n"
        f"at = dict(student__username={mai.username!r}, module_state_key={usage(BLOCK)!r})\n"
        "answer = list(StudentModule.objects.filter(**at).values_list('grade', 'max_grade'))"
    )
    assert state == [[9.0, 10.0]]


@pytest.mark.operator("BOIDUNG_LIVE_WORKER_STOP", "BOIDUNG_LIVE_WORKER_START")
def test_a_mark_given_while_no_worker_runs_is_answered_at_once_and_arrives_later(
    staff: Person, learner: Any, markers: list[Person]
) -> None:
    mai = learner(9)
    submitted(staff, mai)
    command("BOIDUNG_LIVE_WORKER_STOP")
    try:
        assert mark(markers[0], mai, "6,5").status_code == 303
        assert not wait_for(lambda: score(staff, mai) == 6.5, seconds=5)
    finally:
        command("BOIDUNG_LIVE_WORKER_START")
    assert wait_for(lambda: score(staff, mai) == 6.5, seconds=120), score(staff, mai)


@pytest.mark.operator("BOIDUNG_LIVE_WORKER_STOP", "BOIDUNG_LIVE_WORKER_START", "BOIDUNG_LIVE_SHELL")
def test_a_mark_whose_task_was_lost_is_sent_by_the_command(staff: Person, learner: Any, markers: list[Person]) -> None:
    mai = learner(10)
    submitted(staff, mai)
    command("BOIDUNG_LIVE_WORKER_STOP")
    try:
        assert mark(markers[0], mai, "5,5").status_code == 303
        assert in_shell(_OUTBOX.format(user=mai.username, key=usage(BLOCK))) == ["pending"]
        sent = in_shell(
            "import io\nfrom django.core.management import call_command\nfrom boidung_xblock.grading import outbox\n"
            "out = io.StringIO()\ncall_command('boidung_publish_grades', stdout=out)\nanswer = out.getvalue()"
        )
        assert re.match(r"[1-9]\d* grades sent", sent), sent
        assert in_shell(_OUTBOX.format(user=mai.username, key=usage(BLOCK))) == ["sent"]
    finally:
        command("BOIDUNG_LIVE_WORKER_START")
    assert wait_for(lambda: score(staff, mai) == 5.5, seconds=120), score(staff, mai)
