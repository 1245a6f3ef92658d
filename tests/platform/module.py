"""Courses with the other blocks: a checkpoint alone; a module of a group meeting, a checkpoint and the ledger."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from xmodule.modulestore.tests.factories import BlockFactory

from boidung_xblock.activities import api as activities
from tests.blocks.checkpoints import ANSWERS, STEPS, body_for
from tests.pages.reading import form_of
from tests.platform.instructor import committed
from tests.platform.world import World

AGENDA = "Trao đổi về yêu cầu cần đạt của môn học."
CONCLUSION = "Thử ở lớp 6A trước ngày 30/11."
MINUTES: dict[str, Any] = {
    "day": "2026-11-24",
    "start": "14:00",
    "end": "15:30",
    "place": "Phòng hội đồng",
    "chair": "Hồ Thị Mai",
    "secretary": "Nguyễn Văn Ân",
    "agenda": AGENDA,
    "conclusion": CONCLUSION,
    "tasks.what": ["Soạn phiếu quan sát"],
    "tasks.who": ["Nguyễn Văn Ân"],
    "tasks.when": ["27/11"],
    "opinions.who": ["Nguyễn Văn Ân", "Hồ Thị Mai"],
    "opinions.what": ["Nên chia nhóm theo bàn.", "Cần phiếu quan sát."],
}


def reply(world: World, user: Any, step: str, answer: Any = None, *, key: Any = None) -> dict[str, Any]:
    """The learner answers a step on the page of the checkpoint; the handler's answer, and what follows has happened."""
    with committed():
        response = world.call(user, "answer", body_for(user, step, answer), key=key)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def reply_all(world: World, user: Any, *, key: Any = None, **wrong: Any) -> None:
    """Answer every step, right unless ``wrong`` gives another answer (the step's "-" written "_")."""
    for step in ANSWERS:
        reply(world, user, step, wrong.get(step.replace("-", "_")), key=key)


class CheckpointWorld(World):
    """The graded block is a checkpoint with a step of each kind, three points in all, ten in the gradebook."""

    KIND: ClassVar[str] = "boidung_checkpoint"
    FIELDS: ClassVar[dict[str, Any]] = {"steps": STEPS}


class ModuleWorld(World):
    """The graded block is the group's meeting (two periods); beside it a checkpoint (one) and the ledger (of three)."""

    FIELDS: ClassVar[dict[str, Any]] = {
        "display_name": "Sinh hoạt tổ lần 1",
        "periods": 2.0,
        "meeting": {"kind": "regular", "number": 1, "title": "HỌP TỔ CHUYÊN MÔN", "agenda": AGENDA},
    }

    def __init__(self) -> None:
        super().__init__()
        self.study = self._beside("boidung_checkpoint", display_name="Điểm dừng 1", periods=1.0, steps=STEPS)
        rule = {"total_periods": 3.0, "min_periods": 3.0, "min_meetings": 1}
        self.ledger = self._beside("boidung_ledger", display_name="Sổ học phần", **rule)
        assert activities.refresh_course(self.course_key) == 3

    def _beside(self, kind: str, **fields: Any) -> Any:
        """The key of a new block in a subsection of its own."""
        chapter = self.subsection.get_parent().location
        subsection = BlockFactory.create(parent_location=chapter, category="sequential")
        unit = BlockFactory.create(parent=subsection, category="vertical")
        return BlockFactory.create(parent=unit, category=kind, **fields).location

    def url(self, name: str = "minutes") -> str:
        """An address of the group's minutes."""
        return reverse(f"boidung:{name}", args=[self.course_key, self.activity.pk, self.group.pk])

    def press(self, user: Any, name: str, **typed: Any) -> Any:
        """Open the page of the minutes, type, press a button: the answer, and what follows has happened."""
        client = self.client(user)
        form = form_of(client.get(self.url()))
        with committed():
            return client.post(self.url(name), {**form, **typed})

    def approve_minutes(self) -> None:
        """The leader writes and sends, the member confirms, the leader approves."""
        assert self.press(self.mai, "minutes-send", **MINUTES).status_code == 303
        assert self.press(self.an, "minutes-confirm", revision_no="1").status_code == 303
        assert self.press(self.mai, "minutes-approve").status_code == 303
