"""Minutes as pages send them."""

from __future__ import annotations

from typing import Any

from boidung_xblock.activities.models import Activity
from boidung_xblock.authored.meeting import Meeting
from boidung_xblock.meetings import api as meetings
from boidung_xblock.meetings.models import Minutes
from boidung_xblock.roster.models import Group
from tests import factories
from tests.factories import COURSE, World

AGENDA = "Trao đổi về yêu cầu cần đạt của môn học."
CONCLUSION = "Thử ở lớp 6A trước ngày 30/11."


def meeting_activity(name: str = "r1", *, course_key: str = COURSE, **changes: Any) -> Activity:
    """A published reflection block with a meeting."""
    meeting = Meeting(**{"agenda": AGENDA, "title": "HỌP TỔ CHUYÊN MÔN", **changes})
    return factories.activity(name, course_key=course_key, meeting=meeting.model_dump(mode="json"))


def meeting_world(**changes: Any) -> World:
    """``world()`` whose activity has a meeting."""
    made = factories.world()
    made.activity = meeting_activity(**changes)
    return made


def text(**changes: Any) -> dict[str, Any]:
    """Minutes that can be sent, as typed."""
    return {
        "day": "24/11/2026",
        "start": "14:00",
        "end": "15h30",
        "place": "Phòng hội đồng",
        "chair": "Hồ Thị Mai",
        "secretary": "Phan Thanh Tâm",
        "agenda": AGENDA,
        "opinions": [
            {"who": "Nguyễn Văn Ân", "what": "Nên chia nhóm theo bàn."},
            {"who": "Phan Thanh Tâm", "what": "Cần phiếu quan sát."},
        ],
        "tasks": [{"what": "Soạn phiếu quan sát", "who": "Phan Thanh Tâm", "when": "27/11"}],
        "conclusion": CONCLUSION,
        **changes,
    }


def view(made: World, who: Any, group: Group | None = None) -> meetings.MeetingInView:
    """The meeting as the person sees it now."""
    viewer = factories.viewer(who, made.activity.course_key)
    return meetings.meeting_in_view(viewer, made.activity.pk, (group or made.maths).pk)


def save(made: World, who: Any, **changes: Any) -> Minutes:
    """The person saves what they see now; ``content`` replaces the text, ``roll`` {account: status}."""
    group = changes.pop("group", None)
    found = changes.pop("found", None) or view(made, who, group)
    content = meetings.parse(text(**changes.pop("content", {})), found.meeting)
    roll = {factories.person(account).pk: status for account, status in changes.pop("roll", {}).items()}
    seen = found.minutes.row_version if found.minutes else 0
    given = {"content": content, "roll": roll, "row_version": seen, "client_key": factories.key(), **changes}
    return meetings.save(factories.viewer(who, made.activity.course_key), found, **given)


def step(made: World, who: Any, name: str, **changes: Any) -> Minutes:
    """``send``, ``approve``, ``reopen``, ``confirm`` or ``make_up`` of what the person sees now."""
    found = changes.pop("found", None) or view(made, who, changes.pop("group", None))
    assert found.minutes is not None
    given: dict[str, Any] = {"client_key": factories.key()}
    if name == "confirm":
        given = {"revision_no": found.minutes.revision_no}
    elif name == "make_up":
        given |= {"person_id": factories.person(changes.pop("whom")).pk, "made_up": True}
    else:
        given |= {"row_version": found.minutes.row_version}
    if name == "reopen":
        given |= {"reason": "Thiếu ý kiến của cô Lan."}
    viewer = factories.viewer(who, made.activity.course_key)
    done: Minutes = getattr(meetings, name)(viewer, found, **{**given, **changes})
    return done


def sent(made: World, **changes: Any) -> Minutes:
    """The maths group's minutes, sent for confirmation by its secretary."""
    save(made, made.tam, **changes)
    return step(made, made.tam, "send")


def approved(made: World, **changes: Any) -> Minutes:
    """The same, approved by the leader."""
    sent(made, **changes)
    return step(made, made.mai, "approve")


def roll(minutes: Minutes) -> dict[str, str]:
    """{username: status}."""
    return dict(minutes.roll.values_list("person__user__username", "status"))
