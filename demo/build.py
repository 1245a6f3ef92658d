"""What ``python -m demo build`` makes: courses, people, rounds, staff workbooks. Doing it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command

from boidung_xblock.roster import api as roster
from demo import settings
from demo.models import CourseRole, Profile
from demo.olx import import_course


@dataclass(frozen=True)
class Sample:
    """A sample course with its round: a round enrols everybody of its staff list in all of its courses."""

    folder: Path
    course_key: str
    round: dict[str, str]
    admin: str  # user name of the round's administrator
    workbook: Path  # its staff list, to be uploaded


_SO = "so-gddt"
TEACHERS = Sample(
    settings.HERE / "courses" / "mo-dun-1-giao-vien",
    "course-v1:SoGDDT+MD1-GV+dot1",
    {"slug": "dot-1", "organisation": _SO, "title": "Bồi dưỡng thường xuyên, đợt 1"},
    "quan-tri-dot",
    settings.VAR / "danh-sach-can-bo.xlsx",
)
MANAGERS = Sample(
    settings.HERE / "courses" / "mo-dun-1-can-bo-quan-ly",
    "course-v1:SoGDDT+MD1-CBQL+dot1",
    {"slug": "cbql-dot-1", "organisation": _SO, "title": "Bồi dưỡng cán bộ quản lý, đợt 1"},
    "quan-tri-cbql",
    settings.VAR / "danh-sach-cbql.xlsx",
)
COURSE_FOLDER, COURSE_KEY, WORKBOOK = TEACHERS.folder, TEACHERS.course_key, TEACHERS.workbook

# username, name, course role, in which courses, what the person is for
PEOPLE = (
    ("quan-tri-dot", "Nguyễn Thị Thu Hà", "instructor", (TEACHERS,), "quản trị viên của đợt, tải danh sách cán bộ lên"),
    ("quan-tri-cbql", "Phan Thị Hồng Vân", "instructor", (MANAGERS,), "quản trị viên của đợt dành cho cán bộ quản lý"),
    (
        "nhan-vien-khoa-hoc", "Trần Minh Đức", "staff", (TEACHERS, MANAGERS),
        "nhân viên khóa học: sổ điểm, gia hạn, xem như học viên",
    ),
    ("quan-tri-he-thong", "Lê Hoàng Nam", "global", (), "quản trị hệ thống"),
)  # fmt: skip


def build_demo(*, with_roster: bool = False, first_due_in_days: int | None = 7) -> None:
    """Everything; ``with_roster`` also does what the administrators would: upload the workbooks and apply them."""
    from demo.make_workbook import build_managers_workbook, build_sample_workbook

    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    load_site(first_due_in_days=first_due_in_days)
    for sample, build in ((TEACHERS, build_sample_workbook), (MANAGERS, build_managers_workbook)):
        sample.workbook.write_bytes(build())
        print(f"Khóa học đã sẵn sàng. Danh sách cán bộ để tải lên: {sample.workbook}")
        if with_roster:
            print(apply_roster(sample))


def load_site(*, first_due_in_days: int | None = 7) -> None:
    """Courses, people and rounds in an existing database."""
    for sample in (TEACHERS, MANAGERS):
        import_course(sample.folder, first_due_in_days=first_due_in_days)
    for username, name, role, samples, _ in PEOPLE:
        values = {"email": f"{username}@example.com", "is_staff": role == "global"}
        user, _made = get_user_model().objects.update_or_create(username=username, defaults=values)
        Profile.objects.update_or_create(user=user, defaults={"name": name})
        for sample in samples:
            CourseRole.objects.get_or_create(user=user, course_key=sample.course_key, role=role)
    for sample in (TEACHERS, MANAGERS):
        roster.name_round_admin(_round_of(sample), get_user_model().objects.get(username=sample.admin))


def _round_of(sample: Sample) -> int:
    return roster.create_round(course_keys=[sample.course_key], **sample.round)


def apply_roster(sample: Sample) -> dict[str, int]:
    """Upload, check and apply a staff workbook as the round's administrator does; returns what was made."""
    round_id, workbook = _round_of(sample), sample.workbook.read_bytes()
    viewer = roster.viewer_for_round(get_user_model().objects.get(username=sample.admin), round_id)
    key = sha256(workbook).hexdigest()
    import_id = roster.upload_workbook(
        viewer, round_id=round_id, file_name=sample.workbook.name, file=BytesIO(workbook), client_key=key
    )
    roster.run_check(import_id)
    if roster.request_apply(viewer, import_id):
        roster.run_apply(import_id)
    return roster.import_view(viewer, round_id, import_id).created


def who_one_can_be() -> str:
    """The people of the start, for the terminal."""
    lines = [f"  {name} ({username}): {purpose}" for username, name, _, _, purpose in PEOPLE]
    return "\n".join(
        ["Không có mật khẩu; thầy/cô chọn người ở trang đầu:", *lines, "  và mọi tài khoản tạo từ danh sách cán bộ"]
    )
