"""The official layout of minutes (domain §7, Nghị định 30/2020/NĐ-CP) as parts that the page and the document share.

In Vietnamese whatever the language of the reader: it is the form that is signed and filed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boidung_xblock.authored.meeting import MeetingKind
from boidung_xblock.conf import setting
from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.api import MinutesContent
from boidung_xblock.present import date_time
from boidung_xblock.text import ERASED_NAME, fold

COUNTRY, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_KINDS = {
    MeetingKind.REGULAR: "Sinh hoạt thường kì",
    MeetingKind.TOPIC: "Sinh hoạt chuyên đề",
    MeetingKind.LESSON_STUDY: "Nghiên cứu bài học",
    MeetingKind.CLUSTER: "Sinh hoạt cụm trường",
    MeetingKind.ONLINE: "Sinh hoạt trực tuyến",
}
_DOTS = "…………"


@dataclass(frozen=True)
class Part:
    """A piece of the body: a heading, or a labelled text, a list, a table with a head."""

    label: str = ""
    text: str = ""
    items: Sequence[str] = ()
    head: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    is_heading: bool = False


@dataclass(frozen=True)
class Signature:
    """A place to sign: who as what; ``name`` is printed beneath."""

    role: str
    name: str = ""


@dataclass(frozen=True)
class Sheet:
    """Minutes ready to be printed: ``title`` in capitals, ``about`` beneath it: the topic, the kind of meeting.

    ``note`` says that they are no more than a draft, "" once approved.
    """

    authority: str
    school: str
    team: str
    number: str
    place_and_date: str
    title: list[str]
    about: list[str]
    note: str
    parts: list[Part]
    signatures: list[Signature]
    country: str = COUNTRY
    motto: str = MOTTO


def sheet(found: meetings.MeetingInView) -> Sheet:
    """The minutes as stored (or as they would begin), laid out."""
    content = meetings.content_of(found)
    approved = found.minutes.approved_at if found.minutes else None
    signatures = [Signature("THƯ KÝ", _name(content.secretary)), Signature("CHỦ TRÌ", _name(content.chair))]
    if content.kind is MeetingKind.LESSON_STUDY:
        signatures.append(Signature("HIỆU TRƯỞNG PHÊ DUYỆT"))
    return Sheet(
        authority=content.authority,
        school=content.school,
        team=content.team,
        number=f"Số: {content.document_no or '……/BB-……'}",
        place_and_date=f"{content.locality or _DOTS}, {_long_day(content.day)}",
        title=_title(content),
        about=_about(content),
        note="" if approved else "BẢN NHÁP – CHƯA ĐƯỢC THÔNG QUA",
        parts=[*_opening(content), *_roll(content, found.roll), *_body(content), _closing(content, found)],
        signatures=signatures,
    )


def _title(content: MinutesContent) -> list[str]:
    year = f", năm học {content.school_year}" if content.school_year else ""
    return ["BIÊN BẢN", f"{_meeting(content)} lần {content.number}{year}".upper()]


def _meeting(content: MinutesContent) -> str:
    return "Họp cụm trường" if content.kind is MeetingKind.CLUSTER else "Họp tổ chuyên môn"


def _about(content: MinutesContent) -> list[str]:
    says_more = content.title and fold(content.title) != fold(_meeting(content))
    topic = [f"Nội dung: {content.title}"] if says_more else []
    return [*topic, f"(Loại buổi: {_KINDS[content.kind]})"]


def _opening(content: MinutesContent) -> list[Part]:
    began = _clock(content.start)
    return [
        Part("Thời gian:", f"vào lúc {began}, {_long_day(content.day)}."),
        Part("Địa điểm:", content.place or _DOTS),
    ]


def _roll(content: MinutesContent, roll: list[meetings.RollCall]) -> list[Part]:
    status = meetings.states
    absent = [row for row in roll if row.status != status.PRESENT]
    excused = [row for row in absent if row.status == status.EXCUSED]
    numbers = f"{len(roll)}; có mặt: {len(roll) - len(absent)}; vắng: {len(absent)}"
    parts = [
        Part("THÀNH PHẦN THAM DỰ", is_heading=True),
        Part("Tổng số thành viên:", f"{numbers} (có phép: {len(excused)}, không phép: {len(absent) - len(excused)})."),
        Part("Có mặt:", "; ".join(_name(row.name) for row in roll if row.status == status.PRESENT) or _DOTS),
    ]
    if absent:
        parts.append(Part("Vắng:", "; ".join(_absence(row) for row in absent)))
    chair = " – ".join(part for part in (_name(content.chair), content.chair_title) if part)
    parts += [Part("Chủ trì:", chair or _DOTS), Part("Thư ký:", _name(content.secretary) or _DOTS)]
    return parts + ([Part("Khách mời:", content.guests)] if content.guests else [])


def _absence(row: meetings.RollCall) -> str:
    words = "có phép" if row.status == meetings.states.EXCUSED else "không phép"
    return f"{_name(row.name)} ({words}{', đã sinh hoạt bù' if row.made_up_at else ''})"


def _body(content: MinutesContent) -> list[Part]:
    parts = [Part("NỘI DUNG", is_heading=True)]
    reviewed = [
        Part("Ưu điểm:", content.strengths),
        Part("Hạn chế:", content.limits),
        Part("Nguyên nhân:", content.causes),
        Part("Giải pháp:", content.remedies),
    ]
    number = 1
    if any(part.text for part in reviewed):
        parts += [Part(f"{number}. Đánh giá thời gian qua"), *(part for part in reviewed if part.text)]
        number += 1
    agenda, label = content.agenda or _DOTS, f"{number}. Triển khai nội dung:"
    # A list of its own begins on its own line.
    parts += [Part(label), Part(text=agenda)] if "\n" in agenda else [Part(label, agenda)]
    tasks = [(task.what, _name(task.who), task.when) for task in content.tasks]
    if tasks:
        number += 1
        parts.append(Part(f"{number}. Phân công công việc", head=("Việc", "Người thực hiện", "Thời hạn"), rows=tasks))
    opinions = [": ".join(filter(None, (_name(one.who), one.what))) for one in content.opinions if one.what]
    parts.append(Part("Ý KIẾN THẢO LUẬN", is_heading=True))
    parts.append(Part(items=opinions or [_DOTS]))
    parts += [Part("KẾT LUẬN CỦA CHỦ TRÌ", is_heading=True), Part(text=content.conclusion or _DOTS)]
    if content.proposals:
        parts += [Part("ĐỀ XUẤT, KIẾN NGHỊ", is_heading=True), Part(text=content.proposals)]
    return parts


def _closing(content: MinutesContent, found: meetings.MeetingInView) -> Part:
    ended = f"Buổi họp kết thúc vào lúc {_clock(content.end)} cùng ngày. "
    minutes = found.minutes
    if minutes is None or minutes.approved_at is None:
        return Part(text=f"{ended}Biên bản đã được đọc lại cho các thành viên cùng nghe, được thông qua và thống nhất.")
    present = [row for row in found.roll if row.status == meetings.states.PRESENT]
    confirmed = sum(row.confirmed_revision == minutes.revision_no for row in present)
    # The site's zone: paper says the same whoever prints it.
    when = date_time(minutes.approved_at, setting("BOIDUNG_TIME_ZONE"))
    return Part(
        text=f"{ended}Biên bản được thông qua và thống nhất ({confirmed}/{len(present)} thành viên có mặt đã xác nhận "
        f"trên hệ thống; thông qua lúc {when})."
    )


def _long_day(day: str) -> str:
    if not day:
        return "ngày …… tháng …… năm ………"
    found = date.fromisoformat(day)
    return f"ngày {found.day:02d} tháng {found.month:02d} năm {found.year}"


def _clock(clock: str) -> str:
    hour, _, minute = clock.partition(":")
    return f"{hour} giờ {minute} phút" if minute else "…… giờ …… phút"


def _name(name: str) -> str:
    return "(tài khoản đã ngừng)" if name == ERASED_NAME else name
