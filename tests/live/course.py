"""The sample course on its way through Studio's own import and export, and what the instructor dashboard does."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import requests

from tests.live.site import COURSE, STUDIO, Person, path_of, usage, wait_for

FOLDER = Path(__file__).resolve().parents[2] / "demo" / "courses" / "mo-dun-1-giao-vien"
_ENROLLED = [f"live-hv-{number}@example.com" for number in range(1, 11)]


def import_sample_course(staff: Person) -> None:
    """Make the course if it is not there, fill it from the tarball, enrol the learners."""
    make_course(staff, COURSE)
    import_archive(staff, COURSE, archive())
    data = {"action": "enroll", "identifiers": ",".join(_ENROLLED), "auto_enroll": "true", "email_students": "false"}
    answer = instructor(staff, "students_update_enrollment", **data)
    assert answer.status_code == 200, answer.text[:500]


def make_course(staff: Person, course_key: str) -> None:
    """``POST /course/``; a course that exists already is as good."""
    org, number, run = course_key.removeprefix("course-v1:").split("+")
    body = {"org": org, "number": number, "run": run, "display_name": "Khóa thử"}
    answer = staff.post(f"{STUDIO}/course/", json=body, headers={"Accept": "application/json"})
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"


def archive() -> bytes:
    """The sample course as the tarball an author uploads."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.add(FOLDER, arcname="course")
    return buffer.getvalue()


def import_archive(staff: Person, course_key: str, content: bytes) -> None:
    """Studio's import page: upload, then ask until its worker has finished (state 4)."""
    name = "course.tar.gz"
    url = f"{STUDIO}/import/{path_of(course_key)}"
    files = {"course-data": (name, content, "application/gzip")}
    answer = staff.post(url, files=files, headers={"Accept": "application/json"})
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"

    def state() -> int:
        told = staff.get(f"{STUDIO}/import_status/{path_of(course_key)}/{name}")
        status = int(told.json()["ImportStatus"])
        assert status >= 0, told.text
        return status

    assert wait_for(lambda: state() == 4, seconds=180, every=2), f"the import stays in state {state()}"


def export_archive(staff: Person, course_key: str) -> bytes:
    """Studio's export: the tarball that its worker made."""
    url = f"{STUDIO}/export/{path_of(course_key)}"
    asked = staff.post(url, headers={"Accept": "application/json"})
    assert asked.status_code == 200, asked.text[:500]

    def output() -> str:
        told = staff.get(f"{STUDIO}/export_status/{path_of(course_key)}").json()
        assert told["ExportStatus"] >= 0, told
        return str(told.get("ExportOutput") or "")

    found = wait_for(output, seconds=180, every=2)
    assert found, "the export did not end"
    return staff.get(found if found.startswith("http") else STUDIO + found).content


def xml_files(archived: bytes) -> dict[str, str]:
    """{path: text} of every XML file of a course's tarball."""
    with tarfile.open(fileobj=io.BytesIO(archived)) as tar:
        members = [member for member in tar.getmembers() if member.name.endswith(".xml")]
        return {member.name: tar.extractfile(member).read().decode() for member in members}  # type: ignore[union-attr]


def new_block(staff: Person, parent: str, **fields: Any) -> str:
    """``POST /xblock/``; the key of what was made."""
    answer = staff.post(
        f"{STUDIO}/xblock/", json={"parent_locator": parent, **fields}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
    return str(answer.json()["locator"])


def publish(staff: Person, key: str) -> None:
    """Publish a unit with all that is in it."""
    answer = staff.send(
        "PUT", f"{STUDIO}/xblock/{key}", json={"publish": "make_public"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"


# -- the instructor dashboard ------------------------------------------------------------------------------------
def instructor(staff: Person, what: str, **data: Any) -> requests.Response:
    """An action of the instructor dashboard's own API."""
    return staff.post(f"/courses/{COURSE}/instructor/api/{what}", data)


def start_anew(staff: Person, learner: Person, name: str) -> bool:
    """ "Delete state" of one learner at one block; False if there was none."""
    answer = instructor(
        staff, "reset_student_attempts",
        problem_to_reset=usage(name), unique_student_identifier=learner.username, delete_module="true",
    )  # fmt: skip
    assert answer.status_code in (200, 400), f"{answer.status_code} {answer.text[:500]}"
    return answer.status_code == 200


def finished(staff: Person, answer: requests.Response, block: str, learner: Person | None = None) -> dict[str, Any]:
    """Wait until the background task that the answer started has ended; its row in the history of the block."""
    assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
    told = {"problem_location_str": usage(block)}
    if learner:
        told["unique_student_identifier"] = learner.username

    def ended() -> dict[str, Any] | None:
        tasks = instructor(staff, "list_instructor_tasks", **told).json()["tasks"]
        newest: dict[str, Any] = max(tasks, key=lambda row: row["created"])
        return newest if newest["task_state"] in ("SUCCESS", "FAILURE", "REVOKED") else None

    row = wait_for(ended, seconds=120, every=2)
    assert row, "the task did not end"
    return row
