"""The same for the rest of a module: study, meet, ask, count, author. ``python -m bench.module_actions``.

Counts and times as in ``bench.actions``. "At 1,000 learners" means: so many in the round who have done everything, in
groups of seven; the group whose minutes are kept has seven members at both sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.actions import client_of, expect, print_table

import crum  # isort: skip
from django.urls import reverse  # isort: skip

from bench.result_file import hand_everything_in, roster_people
from tests import factories
from tests.block_runtime import BlockRuntime, post, view
from tests.blocks.checkpoints import CheckpointSite, body_for
from tests.blocks.ledgers import LedgerSite
from tests.meetings import desk
from tests.pages import minutes_pages
from tests.reports.module import checkpoint
from tests.support.talk import ask, say

Prepare = Callable[[], Callable[[], Any]]
_COURSE = [factories.COURSE]


@dataclass
class Stage:
    """A course with a module; ``an`` has done one step and asked one question."""

    made: factories.World
    study: CheckpointSite
    ledger: LedgerSite

    def place(self) -> list[Any]:
        """The address of the maths group's minutes."""
        return [factories.COURSE, self.made.activity.pk, self.made.maths.pk]


def stage_of(size: int) -> Stage:
    """Everything but what an action itself prepares."""
    made = desk.meeting_world()
    study, ledger = CheckpointSite(), LedgerSite()
    study.publish()
    ledger.publish(min_meetings=1)
    studied = [checkpoint(f"d{n}", f"Điểm dừng {n}", periods=3, position=n) for n in range(8)]
    written = [factories.activity(f"p{n}") for n in range(5)]
    hand_everything_in(roster_people(made, range(size)), studied, written)
    for number in range(3):
        member = factories.user(f"tv{number}", f"Lê Văn {number}", enrolled_in=factories.COURSE)
        factories.assign(member, factories.keys.MEMBER, made.round, made.maths)
    return Stage(made, study, ledger)


def actions(stage: Stage) -> dict[str, Prepare]:
    """Every action by name: each prepares its world and returns what the person does."""
    made = stage.made
    return {
        "checkpoint, nothing answered": lambda: _looks(stage.study.block(made.an)),
        "checkpoint, one step answered": lambda: _looks(_begun(stage)),
        "one answer": lambda: _answers(stage),
        "ledger": lambda: _looks(stage.ledger.block(made.an)),
        "confirmation refused": lambda: _gets(made.an, "boidung:confirmation", _COURSE, status=403),
        "minutes, to write": lambda: _gets(made.tam, "boidung:minutes", stage.place()),
        "minutes, autosave": lambda: _autosaves(stage),
        "minutes, sent": lambda: _presses(stage, made.tam, "send", before=lambda: desk.save(made, made.tam)),
        "minutes, to confirm": lambda: _after(lambda: desk.sent(made), made.an, "boidung:minutes", stage.place()),
        "minutes, confirmed": lambda: _presses(stage, made.an, "confirm", before=lambda: desk.sent(made)),
        "minutes, approved": lambda: _presses(stage, made.mai, "approve", before=lambda: desk.sent(made)),
        "minutes, printed": lambda: _after(
            lambda: desk.approved(made), made.an, "boidung:minutes-print", stage.place()
        ),
        "minutes, as a Word file": lambda: _after(
            lambda: desk.approved(made), made.an, "boidung:minutes-docx", stage.place()
        ),
        "archive of minutes": lambda: _gets(made.staff, "boidung:minutes-list", _COURSE),
        "a question asked": lambda: lambda: ask(made, made.an),
        "a question answered": lambda: _replies(made),
        "one question": lambda: _gets(made.lan, "boidung:question", [factories.COURSE, ask(made, made.an).pk]),
        "questions": lambda: _after(lambda: ask(made, made.an), made.lan, "boidung:questions", _COURSE),
        "results of the round": lambda: _gets(made.admin, "boidung:results", _COURSE),
        "Studio form of a checkpoint": lambda: _edits(stage),
        "Studio form saved": lambda: _saves(stage),
    }


def _looks(block: Any) -> Callable[[], Any]:
    def look() -> None:
        with crum.impersonate(block.runtime.account):
            block.student_view()

    return look


def _begun(stage: Stage) -> Any:
    block = stage.study.block(stage.made.an)
    expect(post(block, "answer", body_for(stage.made.an, "doc")).status_code, 200)
    return stage.study.block(stage.made.an)


def _answers(stage: Stage) -> Callable[[], Any]:
    _begun(stage)
    block, body = stage.study.block(stage.made.an), body_for(stage.made.an, "chon")
    return lambda: expect(post(block, "answer", body).status_code, 200)


def _gets(account: Any, name: str, args: list[Any], *, status: int = 200) -> Callable[[], Any]:
    client, address = client_of(account), reverse(name, args=args)
    return lambda: expect(client.get(address).status_code, status)


def _after(before: Callable[[], Any], account: Any, name: str, args: list[Any]) -> Callable[[], Any]:
    before()
    return _gets(account, name, args)


def _presses(stage: Stage, account: Any, step: str, *, before: Callable[[], Any]) -> Callable[[], Any]:
    before()
    client, address = client_of(account), minutes_pages.url(stage.made, f"minutes-{step}")
    page = minutes_pages.url(stage.made)
    form = minutes_pages.form(client.get(page), page if step == "send" else address)
    filled = minutes_pages.FILLED if step == "send" else {}
    return lambda: expect(client.post(address, {**form, **filled}).status_code, 303)


def _autosaves(stage: Stage) -> Callable[[], Any]:
    made = stage.made
    minutes = desk.save(made, made.tam)
    client, data = client_of(made.tam), minutes_pages.body(made, made.tam, version=minutes.row_version)
    return lambda: expect(minutes_pages.autosave(client, made, data).status_code, 200)


def _replies(made: factories.World) -> Callable[[], Any]:
    question = ask(made, made.an)
    return lambda: say(made.lan, question)


def _author(stage: Stage) -> Any:
    """A new checkpoint as Studio's editor meets it: bound to nobody, used by course staff."""
    key = stage.study.block(None, "moi").scope_ids.usage_id
    runtime = BlockRuntime(stage.study, stage.made.staff)
    from xblock.fields import ScopeIds

    from boidung_xblock.checkpoint import CheckpointXBlock

    return runtime.construct_xblock_from_class(CheckpointXBlock, ScopeIds(None, "boidung_checkpoint", key, key))


def _edits(stage: Stage) -> Callable[[], Any]:
    block = _author(stage)
    return lambda: view(block, "studio_view")


def _saves(stage: Stage) -> Callable[[], Any]:
    from tests.blocks.test_studio import Form, values_of

    block = _author(stage)
    body = {"digest": Form(view(block, "studio_view")).digest, "values": {**values_of(block), "intro": "Mới"}}
    return lambda: expect(post(block, "studio_save", body).status_code, 200)


if __name__ == "__main__":
    print_table(lambda size: actions(stage_of(size)))
