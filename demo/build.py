"""What ``python -m demo build`` makes: course, people, round, staff workbook. Doing it again changes nothing."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.management import call_command

from demo import settings
from demo.models import CourseRole, Profile
from demo.olx import import_course

COURSE_FOLDER = settings.HERE / "courses" / "mo-dun-1-giao-vien"
COURSE_KEY = "course-v1:SoGDDT+MD1-GV+dot1"
ROUND = {"organisation": "so-gddt", "slug": "dot-1", "title": "Bồi dưỡng thường xuyên, đợt 1"}
WORKBOOK = settings.VAR / "danh-sach-can-bo.xlsx"

# username, name, course role, what the person is for
PEOPLE = (
    ("quan-tri-dot", "Nguyễn Thị Thu Hà", "instructor", "quản trị viên của đợt: tải danh sách cán bộ lên"),
    ("nhan-vien-khoa-hoc", "Trần Minh Đức", "staff", "nhân viên khóa học: sổ điểm, gia hạn, xem như học viên"),
    ("quan-tri-he-thong", "Lê Hoàng Nam", "global", "quản trị hệ thống"),
)


def build_demo(*, with_roster: bool = False, first_due_in_days: int | None = 7) -> None:
    """Everything; ``with_roster`` also does what the administrator would: upload the workbook and apply it."""
    from demo.make_workbook import build_sample_workbook

    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    load_site(first_due_in_days=first_due_in_days)
    WORKBOOK.write_bytes(build_sample_workbook())
    print(f"Khóa học và danh sách cán bộ mẫu đã sẵn sàng: {WORKBOOK}")
    if with_roster:
        print(apply_roster(WORKBOOK.read_bytes()))
    call_command("collectstatic", interactive=False, verbosity=0)


def load_site(*, first_due_in_days: int | None = 7) -> int:
    """Course, people and round in an existing database; returns the round's id."""
    import_course(COURSE_FOLDER, first_due_in_days=first_due_in_days)
    for username, name, role, _ in PEOPLE:
        _person(username, name, role)
    return _round()


def who_one_can_be() -> str:
    """The people of the start, for the terminal."""
    lines = [f"  {name} ({username}): {purpose}" for username, name, _, purpose in PEOPLE]
    return "\n".join(
        [
            "Không có mật khẩu; chọn người ở trang đầu:",
            *lines,
            "  và mọi tài khoản tạo từ danh sách cán bộ",
            "",
            f"Danh sách cán bộ để tải lên: {WORKBOOK}",
        ]
    )


def _person(username: str, name: str, role: str) -> None:
    values = {"email": f"{username}@example.com", "is_staff": role == "global"}
    user, _ = get_user_model().objects.update_or_create(username=username, defaults=values)
    Profile.objects.update_or_create(user=user, defaults={"name": name})
    if role != "global":
        CourseRole.objects.get_or_create(user=user, course_key=COURSE_KEY, role=role)


def _round() -> int:
    from django.apps import apps

    made, _ = apps.get_model("boidung", "Round").objects.update_or_create(
        slug=ROUND["slug"], defaults={"organisation": ROUND["organisation"], "title": ROUND["title"]}
    )
    apps.get_model("boidung", "RoundCourse").objects.update_or_create(course_key=COURSE_KEY, defaults={"round": made})
    return int(made.pk)
