"""A published checkpoint with a step of each kind, and how a page answers it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from opaque_keys.edx.keys import UsageKey
from xblock.fields import ScopeIds

from boidung_xblock.activities import api as activities
from boidung_xblock.checkpoint import CheckpointXBlock
from boidung_xblock.selfstudy.models import CheckpointWork
from tests import factories
from tests.block_runtime import BlockRuntime, BlockSite, post

READ: dict[str, Any] = {"kind": "read", "slug": "doc", "title": "Đọc tài liệu", "question": "<p>Đọc mục 1.</p>"}
CHOICE: dict[str, Any] = {
    "kind": "choice",
    "slug": "chon",
    "title": "Bao nhiêu phẩm chất?",
    "question": "<p>Chương trình nêu mấy phẩm chất?</p>",
    "points": "2",
    "explanation": "<p>Năm phẩm chất chủ yếu.</p>",
    "options": [
        {"text": "Ba", "correct": False, "feedback": "Xem lại mục 2."},
        {"text": "Năm", "correct": True, "feedback": "Thầy cô nhớ rất kỹ."},
        {"text": "Mười", "correct": False},
    ],
}
TRUE_FALSE: dict[str, Any] = {
    "kind": "true_false",
    "slug": "dung-sai",
    "title": "Nhận định",
    "answer": False,
    "explanation": "<p>Vì có mười năng lực.</p>",
}
SHORT: dict[str, Any] = {
    "kind": "short_answer",
    "slug": "lien-he",
    "title": "Liên hệ",
    "min_words": 2,
    "max_words": 50,
    "model_answer": "<p>Một câu trả lời tham khảo.</p>",
}
RATE: dict[str, Any] = {
    "kind": "rate",
    "slug": "tu-xep",
    "title": "Tự đánh giá",
    "items": [{"slug": "hieu", "text": "Tôi hiểu"}, {"slug": "dung", "text": "Tôi vận dụng được"}],
}
STEPS = [READ, CHOICE, TRUE_FALSE, SHORT, RATE]
ANSWERS: dict[str, dict[str, Any]] = {
    "doc": {},
    "chon": {"options": ["Năm"]},
    "dung-sai": {"value": False},
    "lien-he": {"text": "Lớp tôi đã thử."},
    "tu-xep": {"ratings": {"hieu": 3, "dung": 4}},
}
WRONG: dict[str, dict[str, Any]] = {"chon": {"options": ["Ba"]}, "dung-sai": {"value": True}}


def usage(name: str = "c1") -> str:
    """The usage key of a checkpoint."""
    return factories.usage(name).replace("boidung_reflection", "boidung_checkpoint")


class CheckpointSite(BlockSite):
    """As ``BlockSite``, with checkpoints."""

    def author(self, name: str = "c1", **fields: Any) -> Any:
        """Write a block's fields as Studio does."""
        block = self.block(None, name)
        for field_name, value in {"steps": STEPS, **fields}.items():
            setattr(block, field_name, value)
        block.save()
        return block

    def publish(self, name: str = "c1", *, due: datetime | None = None, **fields: Any) -> activities.Activity:
        """Author a block and publish the course with it; the row of the register."""
        return self.register(self.author(name, **fields), due=due)

    def block(self, account: Any, name: str = "c1", *, author_mode: bool = False) -> Any:
        """The block bound to a person; None: a visitor."""
        return self._construct(UsageKey.from_string(usage(name)), account, author_mode)

    def _construct(self, key: Any, account: Any, author_mode: bool) -> Any:
        runtime = BlockRuntime(self, account, author_mode=author_mode)
        ids = ScopeIds(account.pk if account else None, "boidung_checkpoint", key, key)
        return runtime.construct_xblock_from_class(CheckpointXBlock, ids)


def work_of(account: Any) -> CheckpointWork | None:
    """The account's present work, of whichever checkpoint."""
    return CheckpointWork.objects.filter(learner=account, archive_no=0).first()


def body_for(account: Any, step: str, answer: Any = None, **changes: Any) -> dict[str, Any]:
    """What the page of ``account`` sends to ``answer``: the right answer on the work as it is now, unless said else."""
    work = work_of(account) if account else None
    return {
        "for_user": account.pk if account else 0,
        "client_key": factories.key(),
        "row_version": work.row_version if work else 0,
        "step": step,
        "answer": ANSWERS[step] if answer is None else answer,
        **changes,
    }


def reply(site: CheckpointSite, account: Any, step: str, answer: Any = None, **changes: Any) -> Mapping[str, Any]:
    """Answer a step through the handler, which must accept it; the JSON of the answer."""
    response = post(site.block(account), "answer", body_for(account, step, answer, **changes))
    assert response.status_code == 200, response.text
    return dict(response.json)


def reply_all(site: CheckpointSite, account: Any, **wrong: Any) -> None:
    """Answer every step, right unless ``wrong`` gives another answer (the step's "-" written "_")."""
    for step in ANSWERS:
        reply(site, account, step, wrong.get(step.replace("-", "_")))


def refused(site: CheckpointSite, account: Any, step: str, answer: Any = None, **changes: Any) -> Any:
    """(status, error) of an answer that the handler must refuse."""
    response = post(site.block(account), "answer", body_for(account, step, answer, **changes))
    assert response.status_code >= 400, response.text
    return response.status_code, response.json["error"]
