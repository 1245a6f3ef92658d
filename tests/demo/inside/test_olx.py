"""Import of OLX, and the sample course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey

from boidung_xblock.activities.models import Activity
from boidung_xblock.roster.api import viewer_for_round
from boidung_xblock.roster.models import Round
from demo.build import COURSE_FOLDER, COURSE_KEY, MANAGERS, TEACHERS, load_site
from demo.host import DemoHost
from demo.models import Block
from demo.olx import import_course
from demo.runtime import DemoRuntime


def test_the_sample_course(db: None, django_capture_on_commit_callbacks: Any) -> None:
    for _ in range(2):  # building again changes nothing
        with django_capture_on_commit_callbacks(execute=True):
            load_site()
    runtime = DemoRuntime(CourseKey.from_string(COURSE_KEY))
    kinds = [key.block_type for key in runtime.content.fields]
    assert kinds[:4] == ["course", "chapter", "sequential", "vertical"]
    blocks = DemoHost().own_blocks(COURSE_KEY)
    assert [block.title for block in blocks if block.settings.get("meeting")] == [
        "Suy ngẫm sau buổi sinh hoạt 1",
        "Suy ngẫm sau buổi sinh hoạt 2",
        "Suy ngẫm sau buổi sinh hoạt 3 (cụm trường)",
        "Suy ngẫm sau buổi sinh hoạt 4",
    ]
    dues = [block.due for block in blocks if block.due]
    assert dues[0].date() - datetime.now(UTC).date() == timedelta(days=7)
    assert dues == sorted(dues)
    root = runtime.get_block(runtime.course_key.make_usage_key("course", "course"))
    assert root.start < datetime.now(UTC)
    assert Activity.objects.filter(course_key=COURSE_KEY, live=True).count() == len(blocks)


def test_both_sample_courses_have_a_round_and_an_administrator_of_their_own(
    db: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        load_site()
    for sample in (TEACHERS, MANAGERS):
        admin = get_user_model().objects.get(username=sample.admin)
        rounds = Round.objects.filter(courses__course_key=sample.course_key)
        assert [row.slug for row in rounds] == [sample.round["slug"]]
        assert viewer_for_round(admin, rounds.get().pk).roster.round_admin
        periods = Activity.objects.filter(course_key=sample.course_key, live=True).values_list("periods", flat=True)
        assert sum(periods) == 40


def test_without_the_option_dates_stay_as_they_are_written(db: None) -> None:
    import_course(COURSE_FOLDER)
    assert str(_dues()[0]) == "2026-12-03 16:59:00+00:00"
    import_course(COURSE_FOLDER, first_due_in_days=-3)
    dues = _dues()
    assert dues[0] < datetime.now(UTC)
    assert dues[1] - dues[0] == timedelta(days=7)


def _dues() -> list[datetime]:
    return [block.due for block in DemoHost().own_blocks(COURSE_KEY) if block.due]


def test_pointers_and_inline_children_may_be_mixed(db: None, tmp_path: Path) -> None:
    (tmp_path / "chapter").mkdir()
    (tmp_path / "html").mkdir()
    (tmp_path / "chapter" / "one.xml").write_text(
        '<chapter display_name="Một"><sequential url_name="s"><vertical url_name="v">'
        '<html url_name="h"/></vertical></sequential></chapter>'
    )
    (tmp_path / "html" / "h.xml").write_text('<html filename="text" display_name="Bài đọc"/>')
    (tmp_path / "html" / "text.html").write_text("<p>Nội dung</p>")
    (tmp_path / "course.xml").write_text(
        '<course org="Thu" course="OLX" url_name="1"><chapter url_name="one"/><chapter url_name="two"/></course>'
    )
    course_key = import_course(tmp_path)
    runtime = DemoRuntime(course_key)
    html = runtime.get_block(course_key.make_usage_key("html", "h"))
    assert (html.data, html.display_name) == ("<p>Nội dung</p>", "Bài đọc")
    assert html.get_parent().get_parent().get_parent().display_name == "Một"
    assert Block.objects.count() == 6
    (tmp_path / "course.xml").write_text(
        '<course org="Thu" course="OLX" url_name="1"><chapter url_name="two"/></course>'
    )
    import_course(tmp_path)
    assert [row.fields["parent"] is None for row in Block.objects.order_by("position")] == [True, False]


def test_settings_are_inherited_from_the_nearest_ancestor(db: None, tmp_path: Path) -> None:
    (tmp_path / "course.xml").write_text(
        '<course org="Thu" course="OLX" url_name="1" graceperiod="1 day 2 hours" due="2030-01-01T00:00:00Z">'
        '<chapter url_name="c" due="2031-01-01T00:00:00Z"><sequential url_name="s"/></chapter></course>'
    )
    course_key = import_course(tmp_path)
    section = DemoRuntime(course_key).get_block(course_key.make_usage_key("sequential", "s"))
    assert section.due == datetime(2031, 1, 1, tzinfo=UTC)
    assert section.close_date - section.due == timedelta(days=1, hours=2)
