"""What ``python -m demo build`` makes: course, people, round, staff workbook. Doing it again changes nothing."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

from django.contrib.auth import get_user_model
from django.core.management import call_command

from boidung_xblock.roster import api as roster
from demo import settings
from demo.models import CourseRole, Profile
from demo.olx import import_course

COURSE_FOLDER = settings.HERE / "courses" / "mo-dun-1-giao-vien"
COURSE_KEY = "course-v1:SoGDDT+MD1-GV+dot1"
ROUND = {"slug": "dot-1", "organisation": "so-gddt", "title": "Bồi dưỡng thường xuyên, đợt 1"}
WORKBOOK = settings.VAR / "danh-sach-can-bo.xlsx"

# username, name, course role, what the person is for
PEOPLE = (
    ("quan-tri-dot", "Nguyễn Thị Thu Hà", "instructor", "quản trị viên của đợt, tải danh sách cán bộ lên"),
    ("nhan-vien-khoa-hoc", "Trần Minh Đức", "staff", "nhân viên khóa học: sổ điểm, gia hạn, xem như học viên"),
    ("quan-tri-he-thong", "Lê Hoàng Nam", "global", "quản trị hệ thống"),
)


def build_demo(*, with_roster: bool = False, first_due_in_days: int | None = 7) -> None:
    """Everything; ``with_roster`` also does what the administrator would: upload the workbook and apply it."""
    from demo.make_workbook import build_sample_workbook

    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    round_id = load_site(first_due_in_days=first_due_in_days)
    WORKBOOK.write_bytes(build_sample_workbook())
    print(f"Khóa học đã sẵn sàng. Danh sách cán bộ để tải lên: {WORKBOOK}")
    if with_roster:
        print(apply_roster(round_id, WORKBOOK.read_bytes()))


def load_site(*, first_due_in_days: int | None = 7) -> int:
    """Course, people and round in an existing database; returns the round's id."""
    import_course(COURSE_FOLDER, first_due_in_days=first_due_in_days)
    for username, name, role, _ in PEOPLE:
        values = {"email": f"{username}@example.com", "is_staff": role == "global"}
        user, _made = get_user_model().objects.update_or_create(username=username, defaults=values)
        Profile.objects.update_or_create(user=user, defaults={"name": name})
        if role != "global":
            CourseRole.objects.get_or_create(user=user, course_key=COURSE_KEY, role=role)
    round_id = roster.create_round(course_keys=[COURSE_KEY], **ROUND)
    roster.name_round_admin(round_id, get_user_model().objects.get(username=PEOPLE[0][0]))
    return round_id


def apply_roster(round_id: int, workbook: bytes) -> dict[str, int]:
    """Upload, check and apply a staff workbook as the round's administrator does; returns what was made."""
    viewer = roster.viewer_for_round(get_user_model().objects.get(username=PEOPLE[0][0]), round_id)
    key = sha256(workbook).hexdigest()
    import_id = roster.upload_workbook(
        viewer, round_id=round_id, file_name=WORKBOOK.name, file=BytesIO(workbook), client_key=key
    )
    roster.run_check(import_id)
    if roster.request_apply(viewer, import_id):
        roster.run_apply(import_id)
    return roster.import_view(viewer, round_id, import_id).created


def who_one_can_be() -> str:
    """The people of the start, for the terminal."""
    lines = [f"  {name} ({username}): {purpose}" for username, name, _, purpose in PEOPLE]
    return "\n".join(
        ["Không có mật khẩu; thầy/cô chọn người ở trang đầu:", *lines, "  và mọi tài khoản tạo từ danh sách cán bộ"]
    )
