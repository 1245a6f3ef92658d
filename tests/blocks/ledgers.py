"""A published ledger beside the module of ``tests.reports.module``, or beside a group meeting."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.keys import UsageKey
from xblock.fields import ScopeIds

from boidung_xblock.activities import api as activities
from boidung_xblock.ledger import LedgerXBlock
from tests import factories
from tests.block_runtime import BlockRuntime, BlockSite

KIND = "boidung_ledger"


def usage(name: str = "ledger") -> str:
    """The usage key of a ledger."""
    return factories.usage(name).replace("boidung_reflection", KIND)


class LedgerSite(BlockSite):
    """As ``BlockSite``, with ledgers."""

    def author(self, name: str = "ledger", **fields: Any) -> Any:
        """Write a ledger's fields as Studio does."""
        block = self.block(None, name)
        for field_name, value in fields.items():
            setattr(block, field_name, value)
        block.save()
        return block

    def publish(self, name: str = "ledger", *, position: int = 9, **fields: Any) -> activities.Activity:  # type: ignore[override]
        """Author a ledger and publish the course with it; the row of the register."""
        return self.register(self.author(name, **fields), position=position)

    def block(self, account: Any, name: str = "ledger", *, author_mode: bool = False) -> Any:
        """The ledger bound to a person; None: a visitor."""
        return self._construct(UsageKey.from_string(usage(name)), account, author_mode)

    def _construct(self, key: Any, account: Any, author_mode: bool) -> Any:
        runtime = BlockRuntime(self, account, author_mode=author_mode)
        return runtime.construct_xblock_from_class(
            LedgerXBlock, ScopeIds(account.pk if account else None, KIND, key, key)
        )
