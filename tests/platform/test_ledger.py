"""The ledger in the LMS: periods counted from marks, answers and minutes; neither graded nor part of completion."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from completion.models import BlockCompletion  # noqa: E402
from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_switch  # noqa: E402
from lms.djangoapps.course_blocks.api import get_course_blocks  # noqa: E402
from lms.djangoapps.courseware.courses import get_course_blocks_completion_summary  # noqa: E402
from lms.djangoapps.courseware.models import StudentModule  # noqa: E402
from lms.djangoapps.grades.api import CourseGradeFactory  # noqa: E402
from openpyxl import load_workbook  # noqa: E402
from xblock.completable import XBlockCompletionMode  # noqa: E402
from xmodule.modulestore.django import modulestore  # noqa: E402

from boidung_xblock.roster import keys  # noqa: E402
from tests import factories  # noqa: E402
from tests.pages.reading import form_of, text_of  # noqa: E402
from tests.platform.instructor import committed  # noqa: E402
from tests.platform.module import reply_all  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.module import ModuleWorld


@pytest.fixture(autouse=True)
def _tracked(course_store: Any) -> Iterator[None]:
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        yield


def _words(html: str) -> str:
    """What the ledger on the page says, without markup."""
    found = re.search(r"<section[^>]*data-bd-ledger.*</section>", html, re.DOTALL)
    assert found
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def _ledger(module: ModuleWorld, user: Any) -> str:
    return _words(module.page(user, module.ledger))


def _pass(module: ModuleWorld) -> None:
    """``an`` does all of the module: three periods."""
    reply_all(module, module.an, key=module.study)
    module.mark(module.submit(module.an))
    module.approve_minutes()


def test_periods_are_counted_as_answers_marks_and_minutes_come(module: ModuleWorld) -> None:
    assert "0 / 3 periods" in _ledger(module, module.an)
    reply_all(module, module.an, key=module.study)
    assert "1 / 3 periods" in _ledger(module, module.an)
    module.mark(module.submit(module.an))
    text = _ledger(module, module.an)
    assert "1 / 3 periods" in text
    assert "Waits for approved minutes of your group that name you." in text
    module.approve_minutes()
    text = _ledger(module, module.an)
    assert "3 / 3 periods" in text
    assert "Result of the module: Passed" in text
    assert "0 / 3 periods" in _ledger(module, module.mai)


def test_periods_go_again_when_minutes_are_reopened(module: ModuleWorld) -> None:
    module.mark(module.submit(module.an))
    module.approve_minutes()
    assert "2 / 3 periods" in _ledger(module, module.an)
    module.press(module.lan, "minutes-reopen", reason="Thiếu ý kiến của cô Lan.")
    assert "0 / 3 periods" in _ledger(module, module.an)


def test_staff_see_the_module_and_nobodys_periods(module: ModuleWorld) -> None:
    _pass(module)
    text = _ledger(module, module.staff)
    assert "You see the module as course staff." in text
    assert "Sinh hoạt tổ lần 1" in text
    assert "/ 3 periods" not in text


def test_the_ledger_has_no_score_and_leaves_grades_alone(module: ModuleWorld) -> None:
    _pass(module)
    module.page(module.an, module.ledger)
    assert modulestore().get_item(module.ledger).has_score is False
    grade = CourseGradeFactory().read(module.an, module.course)
    assert str(module.ledger) not in {str(key) for key in grade.problem_scores}
    assert not StudentModule.objects.filter(module_state_key=module.ledger).exists()


def test_the_ledger_is_no_part_of_completion(module: ModuleWorld) -> None:
    _pass(module)
    module.page(module.an, module.ledger)
    root = modulestore().make_course_usage_key(module.course.id)
    blocks = get_course_blocks(module.an, root, include_completion=True)
    assert blocks.get_xblock_field(module.ledger, "completion_mode") == XBlockCompletionMode.EXCLUDED
    assert not BlockCompletion.objects.filter(block_key=module.ledger).exists()
    summary = get_course_blocks_completion_summary(module.course.id, module.an)
    # The units of the meeting and of the checkpoint; that of the ledger waits for nothing.
    assert (summary["complete_count"], summary["incomplete_count"]) == (3, 0)


def test_the_confirmation_is_for_who_has_passed(module: ModuleWorld) -> None:
    address = reverse("boidung:confirmation", args=[module.course_key])
    assert module.client(module.an).get(address).status_code == 403
    _pass(module)
    assert address in module.page(module.an, module.ledger)
    page = module.client(module.an).get(address)
    assert page.status_code == 200
    assert "GIẤY XÁC NHẬN HOÀN THÀNH" in text_of(page)
    assert "3/3" in text_of(page)
    for user in (module.mai, module.lan, module.outsider):
        assert module.client(user).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_the_result_file_is_made_by_a_task_and_downloaded_by_the_rounds_administrator(module: ModuleWorld) -> None:
    _pass(module)
    admin = module._user("quan-tri", "Quản trị đợt")
    factories.assign(admin, keys.ROUND_ADMIN, module.round)
    client, address = module.client(admin), reverse("boidung:results", args=[module.course_key])
    form = form_of(client.get(address))
    with committed():
        assert client.post(reverse("boidung:results-make", args=[module.course_key]), form).status_code == 303
    (file,) = re.findall(r'href="([^"]+\.xlsx)"', text_of(client.get(address)))
    book = load_workbook(io.BytesIO(b"".join(client.get(file).streaming_content)))
    cells = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert {"Nguyễn Văn Ân", "Hồ Thị Mai"} <= cells
    for user in (module.an, module.lan):
        assert module.client(user).get(file).status_code == 403
