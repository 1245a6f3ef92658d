"""Erasing what people wrote: when an account is retired, or when somebody who is named in a text asks for it.

The one exception from "nothing is edited in place": words and names go, what was decided (that work was submitted,
when, with how many words, and its mark) stays, and the history says that something was erased.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from boidung_xblock.errors import missing
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion
from boidung_xblock.text import ERASED_NAME

ERASED = "erased"


@transaction.atomic
def erase_person(user_id: int, *, now: datetime | None = None) -> int:
    """An account is retired: the texts and the name on its own work, and its name wherever it acted.

    Archived work too. Returns the versions that were erased just now; doing it again changes nothing.
    """
    now = now or timezone.now()
    own = Reflection.objects.select_for_update().filter(author_id=user_id)
    erased = 0
    for reflection in own.order_by("id"):
        count = sum(_erase(version) for version in reflection.versions.all())
        if count:
            _note(reflection, reflection.version_no, now)
        erased += count
        # Reasons speak of the person's work.
        reflection.events.exclude(reason="").update(reason="")
    # A new version of the row: a sheet that was opened before is refused.
    own.exclude(author_name=ERASED_NAME).update(
        author_name=ERASED_NAME, author_folded="", author_sort="", row_version=F("row_version") + 1
    )
    ReflectionEvent.objects.filter(actor_id=user_id).update(actor_name=ERASED_NAME)
    return erased


@transaction.atomic
def erase_version(receipt_code: str, *, now: datetime | None = None) -> bool:
    """Erase the words of one submitted version, found by the code on its receipt; True if there were any.

    For a person who is named in somebody's text and asks for it. Missing if there is no such receipt. Who: whoever
    runs the site (there is no page for it).
    """
    version = ReflectionVersion.objects.filter(receipt_code=receipt_code.strip().upper()).first()
    if version is None:
        raise missing()
    reflection = Reflection.objects.select_for_update().get(pk=version.reflection_id)
    erased = _erase(version)
    if erased:
        _note(reflection, version.number, now or timezone.now())
        Reflection.objects.filter(pk=reflection.pk).update(row_version=F("row_version") + 1)
    return erased


def other_texts(receipt_code: str) -> list[str]:
    """Receipts of the other versions of the same work that still hold words: a name often stands in several."""
    code = receipt_code.strip().upper()
    siblings = ReflectionVersion.objects.filter(reflection__versions__receipt_code=code).exclude(receipt_code=code)
    return [
        version.receipt_code
        for version in siblings.order_by("number")
        if any(answer.get("text") for answer in version.answers)
    ]


def _erase(version: ReflectionVersion) -> bool:
    answers: list[dict[str, Any]] = version.answers
    if not any(answer.get("text") for answer in answers):
        return False
    version.answers = [{**answer, "text": ""} for answer in answers]
    version.save(update_fields=["answers"])
    return True


def _note(reflection: Reflection, version_no: int, now: datetime) -> None:
    ReflectionEvent.objects.create(reflection=reflection, kind=ERASED, version_no=version_no, created_at=now)
