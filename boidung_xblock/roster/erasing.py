"""What leaves the roster: a retired account's line of the staff list, and old uploads."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from boidung_xblock.roster import cleaned
from boidung_xblock.roster.models import Assignment, Person, RosterImport
from boidung_xblock.roster.running import APPLIED, CHECKED, FAILED
from boidung_xblock.text import ERASED_NAME

# Not while a task works on it.
_AT_REST = (CHECKED, FAILED, APPLIED)
_NOTHING = {
    "user": None,
    "ministry_id": None,
    "username": "",
    "email": "",
    "full_name": ERASED_NAME,
    "name_folded": "",
    "name_sort": "",
    "position": "",
    "subject": "",
    "is_female": None,
    "is_minority": None,
}


@transaction.atomic
def erase_person(user_id: int, *, now: datetime | None = None) -> None:
    """An account is retired: its lines of staff lists lose everything personal, its assignments end.

    The rows stay, because groups and results were made with them. Doing it again changes nothing.
    """
    people = Person.objects.filter(user_id=user_id)
    standing = Assignment.objects.filter(person__in=people, active_key__isnull=False)
    standing.update(ends_at=now or timezone.now(), active_key=None)
    people.update(**_NOTHING)


def discard_imports(before: datetime) -> int:
    """Remove the stored lists and the messages with names of imports made before ``before``; how many had any.

    Their rows and numbers stay. An import that has not been applied can then no longer be.
    """
    done = 0
    for record in RosterImport.objects.filter(created_at__lt=before, state__in=_AT_REST).order_by("id"):
        if not (record.file_path or record.rejected_path or record.issues):
            continue
        for path in (record.file_path, record.rejected_path):
            cleaned.discard(path)
        record.file_path = record.rejected_path = record.file_name = ""
        record.issues = []
        if record.state == CHECKED:
            record.state, record.summary = FAILED, {**record.summary, "failure": {"code": "file_gone", "arguments": {}}}
        record.save()
        done += 1
    return done
