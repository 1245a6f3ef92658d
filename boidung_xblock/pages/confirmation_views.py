"""Giấy xác nhận hoàn thành: a learner's own confirmation of a completed module, to print, sign and stamp at school.

In Vietnamese whatever the language of the reader, as all that is signed and filed. It is our proposal (domain: no
national form is known), not a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override, pgettext

from boidung_xblock import present
from boidung_xblock.errors import Refused, missing
from boidung_xblock.host import CourseFacts, Masquerade, get_host
from boidung_xblock.pages.guards import page
from boidung_xblock.pages.minutes_layout import COUNTRY, MOTTO, Signature
from boidung_xblock.periods import api as periods
from boidung_xblock.permissions import Action, can
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

_DOTS = "…………"


@dataclass(frozen=True)
class Confirmation:
    """The sheet as the template lays it out; ``facts`` and ``credits`` are rows of text."""

    authority: str
    school: str
    person: str
    course: str
    facts: list[tuple[str, str]]
    credits: list[tuple[str, str, str]]
    earned: str
    signatures: tuple[Signature, ...]
    country: str = COUNTRY
    motto: str = MOTTO


@page("GET")
def confirmation(request: HttpRequest, course_key: str) -> HttpResponse:
    """The confirmation to print. Who: an enrolled learner whose module result is "passed", their own; others 403."""
    course = get_host().course_facts(course_key)
    if course is None:
        raise missing()
    viewer = roster.viewer_for(request.user, course_key)
    _require_learner(viewer)
    module = periods.module_of(course_key)
    if module is None:
        raise missing()
    row = periods.rows_of(module, [viewer.known_id], hidden=periods.untold(module, viewer))[viewer.known_id]
    if row.result != periods.PASSED:
        message = pgettext("boidung", "There is no confirmation yet: the module is not completed. The ledger says why.")
        raise Refused("not_completed", message)
    with override("vi"):
        sheet = _sheet(viewer, course, module, row)
    ledger_url = get_host().block_url(module.usage_key)
    return render(request, "boidung/ledger/confirmation.html", {"sheet": sheet, "ledger_url": ledger_url})


def _require_learner(viewer: Viewer) -> None:
    if viewer.masquerade is not Masquerade.NONE:
        message = pgettext("boidung", "You are viewing this course as a learner. Switch back to your own role first.")
        raise Refused("masquerade", message)
    if not can(viewer, Action.WRITE_OWN):
        raise Refused("not_enrolled", pgettext("boidung", "Only people enrolled in the course have periods here."))


def _sheet(viewer: Viewer, course: CourseFacts, module: periods.Module, row: periods.ModuleRow) -> Confirmation:
    round_id = viewer.roster.round_id
    learner = roster.learner_of(round_id, viewer.known_id) if round_id is not None else None
    person = learner.full_name if learner else viewer.name
    titles = {part.activity_id: part.title for part in module.components}
    return Confirmation(
        authority=learner.office_name if learner else "",
        school=learner.unit_name if learner else "",
        person=person,
        course=course.title,
        facts=_facts(viewer, learner, row),
        credits=[
            (titles[one.activity_id], present.number(one.periods), present.date(one.at, viewer.time_zone))
            for one in row.credits
            if one.periods
        ],
        earned=f"{present.number(row.earned)}/{present.number(row.total)}",
        signatures=(Signature("NGƯỜI HỌC", person), Signature("THỦ TRƯỞNG ĐƠN VỊ")),
    )


def _facts(viewer: Viewer, learner: roster.Learner | None, row: periods.ModuleRow) -> list[tuple[str, str]]:
    """What is confirmed, a line each; lines without a value are left out."""
    round_id = viewer.roster.round_id
    lines = [
        ("Mã định danh:", learner.code if learner else ""),
        ("Đơn vị:", learner.unit_name if learner else ""),
        ("Tổ, nhóm:", learner.group_name if learner else ""),
        ("Đợt:", roster.round_title(round_id) if round_id is not None else ""),
        ("Số tiết tích lũy:", f"{present.number(row.earned)}/{present.number(row.total)}"),
        ("Số buổi sinh hoạt đã dự:", f"{row.meetings_attended}/{row.meetings_total}" if row.meetings_total else ""),
        ("Điểm trắc nghiệm:", present.number(row.test_mark)),
        ("Điểm bài thu hoạch:", present.number(row.reflection_mark)),
        ("Ngày hoàn thành:", present.date(row.completed_at, viewer.time_zone)),
        ("Kết quả:", "Đạt"),
    ]
    return [(label, value) for label, value in lines if value]
