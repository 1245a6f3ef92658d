"""Results and reasons in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import npgettext, pgettext

from boidung_xblock import present
from boidung_xblock.periods.shapes import NOT_PASSED, PASSED, UNFINISHED, Reason


def result_label(result: str) -> str:
    """The module result. Never "failed": a teacher has not passed yet."""
    return {
        PASSED: pgettext("boidung", "Passed (module)"),
        NOT_PASSED: pgettext("boidung", "Not yet passed (module)"),
        UNFINISHED: pgettext("boidung", "Not completed (module)"),
    }[result]


def reason_text(reason: Reason) -> str:
    """One sentence on what is missing."""
    return _SENTENCES[reason.code](reason.params)


def _periods(params: dict[str, Any]) -> str:
    text = pgettext("boidung", "%(earned)s of %(needed)s periods have been earned.")
    return text % {"earned": present.number(params["earned"]), "needed": present.number(params["needed"])}


def _meetings(params: dict[str, Any]) -> str:
    text = pgettext("boidung", "Present at %(attended)d of at least %(needed)d group meetings.")
    return text % params


def _test(params: dict[str, Any]) -> str:
    return pgettext("boidung", "Still to be done: %(titles)s.") % {"titles": _titles(params)}


def _revise(params: dict[str, Any]) -> str:
    return pgettext("boidung", "Returned for revision: %(titles)s.") % {"titles": _titles(params)}


def _marks(params: dict[str, Any]) -> str:
    text = npgettext(
        "boidung",
        "%(count)d piece of work waits for its mark.",
        "%(count)d pieces of work wait for their marks.",
        params["count"],
    )
    return text % params


def _untold(params: dict[str, Any]) -> str:
    text = npgettext(
        "boidung",
        "The result of %(count)d activity is not shown yet.",
        "The results of %(count)d activities are not shown yet.",
        params["count"],
    )
    return text % params


def _failed(params: dict[str, Any]) -> str:
    return pgettext("boidung", "Below the pass mark: %(titles)s.") % {"titles": _titles(params)}


def _titles(params: dict[str, Any]) -> str:
    return "; ".join(params["titles"])


_SENTENCES = {
    "periods": _periods,
    "meetings": _meetings,
    "test": _test,
    "revise": _revise,
    "marks": _marks,
    "untold": _untold,
    "failed": _failed,
}
