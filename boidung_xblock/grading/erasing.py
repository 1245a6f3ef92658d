"""What is erased of marks when an account is retired: the words; the numbers stay, they are the result."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from boidung_xblock.grading.models import Mark
from boidung_xblock.text import ERASED_NAME


@transaction.atomic
def erase_person(user_id: int) -> None:
    """Comments on the person's work, and their name on marks they gave. Doing it again changes nothing."""
    for mark in Mark.objects.filter(grade__learner_id=user_id).order_by("id"):
        mark.comment = mark.private_note = ""
        criteria: list[dict[str, Any]] = mark.criteria
        mark.criteria = [{**row, "comment": ""} for row in criteria]
        mark.save(update_fields=["comment", "private_note", "criteria"])
    Mark.objects.filter(marker_id=user_id).update(marker_name=ERASED_NAME)
