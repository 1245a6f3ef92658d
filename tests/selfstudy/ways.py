"""A checkpoint in the register, and answers to it as the block hands them on."""

from __future__ import annotations

from typing import Any

from boidung_xblock.activities.api import Activity
from boidung_xblock.authored import checkpoint_scoring as scoring
from boidung_xblock.authored.checkpoint import CheckpointContent
from boidung_xblock.selfstudy import api as selfstudy
from tests import factories
from tests.blocks.checkpoints import ANSWERS, STEPS, usage


def checkpoint(name: str = "c1", title: str = "Điểm dừng 1") -> Activity:
    """A published checkpoint."""
    facts = factories.facts(kind="boidung_checkpoint", usage_key=usage(name), title=title, settings={})
    factories.host().add_block(factories.COURSE, facts)
    return factories.activities.register(factories.COURSE, facts)


def content(**changes: Any) -> CheckpointContent:
    """A step of each kind, in order unless said otherwise."""
    return CheckpointContent.model_validate({"steps": STEPS, **changes})


def give(
    account: Any,
    place: Activity,
    step: str,
    answer: Any = None,
    *,
    asked: CheckpointContent | None = None,
    **changes: Any,
) -> selfstudy.Answered:
    """The account answers a step on the work as it is now."""
    asked = asked or content()
    found = next(one for one in asked.steps if one.slug == step)
    checked = scoring.check(found, ANSWERS[step] if answer is None else answer)
    assert isinstance(checked, scoring.Checked)
    work = selfstudy.own(activity_id=place.pk, user_id=account.pk)
    given = {"client_key": factories.key(), "row_version": work.row_version if work else 0, **changes}
    return selfstudy.answer(
        factories.viewer(account), place, asked, selfstudy.Given(step=step, checked=checked, **given)
    )
