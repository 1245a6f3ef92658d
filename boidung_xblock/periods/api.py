"""The ledger of periods and the module result: what other parts may call.

Credits are reckoned, not stored (decision 8).
"""

from boidung_xblock.periods.reading import (
    LEDGER,
    component,
    components,
    dues_of,
    module_from,
    module_of,
    rows_of,
    untold,
)
from boidung_xblock.periods.rules import NOT_MINE
from boidung_xblock.periods.shapes import (
    CHECKPOINT,
    COMPLETED,
    NONE,
    NOT_PASSED,
    PASSED,
    REFLECTION,
    STARTED,
    UNFINISHED,
    Component,
    Credit,
    Module,
    ModuleRow,
    Reason,
    Standing,
)
from boidung_xblock.periods.words import reason_text, result_label

__all__ = [
    "CHECKPOINT",
    "COMPLETED",
    "LEDGER",
    "NONE",
    "NOT_MINE",
    "NOT_PASSED",
    "PASSED",
    "REFLECTION",
    "STARTED",
    "UNFINISHED",
    "Component",
    "Credit",
    "Module",
    "ModuleRow",
    "Reason",
    "Standing",
    "component",
    "components",
    "dues_of",
    "module_from",
    "module_of",
    "reason_text",
    "result_label",
    "rows_of",
    "untold",
]
