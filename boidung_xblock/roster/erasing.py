"""What leaves the roster: a retired account's line of the staff list, and old uploads."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from boidung_xblock.errors import BadInput
from boidung_xblock.roster import cleaned
from boidung_xblock.roster.models import Assignment, Person, RosterImport
from boidung_xblock.roster.running import APPLIED, CHECKED, FAILED
from boidung_xblock.text import ERASED_NAME

# Not while a task works on it.
_AT_REST = (CHECKED, FAILED, APPLIED)
_PATIENCE = timedelta(days=1)
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
def erase_person(user_id: int, *, username: str = "", email: str = "", now: datetime | None = None) -> None:
    """An account is retired: its lines of staff lists lose everything personal, its assignments end.

    Also lines that no account was linked to yet and that ``username`` or ``email`` would be. The rows stay, because
    groups and results were made with them. Stored lists in which the person stands are removed as a whole, messages
    of imports lose the person's name. Doing it again changes nothing.
    """
    people = list(Person.objects.filter(_is_theirs(user_id, username, email)))
    _forget_in_imports(people)
    ids = [person.pk for person in people]
    standing = Assignment.objects.filter(person__in=ids, active_key__isnull=False)
    standing.update(ends_at=now or timezone.now(), active_key=None)
    Person.objects.filter(pk__in=ids).update(**_NOTHING)


def people_of(user_id: int, *, username: str = "", email: str = "") -> dict[int, str]:
    """{id: full name} of the lines of staff lists that ``erase_person`` would erase. One query."""
    return dict(Person.objects.filter(_is_theirs(user_id, username, email)).values_list("pk", "full_name"))


def _is_theirs(user_id: int, username: str, email: str) -> Q:
    theirs = Q(user_id=user_id)
    if email:
        theirs |= Q(user=None, email=email.lower())
    if username:
        # As at a first login: usernames tell only where the list has no address.
        theirs |= Q(user=None, email="", username=username)
    return theirs


def _forget_in_imports(people: list[Person]) -> None:
    organisations = {person.organisation for person in people}
    keys = {key for person in people for key in (person.ministry_id, person.email, person.username) if key}
    names = {person.full_name for person in people}
    for record in RosterImport.objects.filter(round__organisation__in=organisations).order_by("id"):
        if record.state in _AT_REST and _names_anybody(record, keys):
            _discard(record)
        kept = [issue for issue in record.issues if not {issue.get("value"), issue.get("other")} & (keys | names)]
        if len(kept) < len(record.issues):
            record.issues = kept
            record.save(update_fields=["issues"])


def _names_anybody(record: RosterImport, keys: set[str]) -> bool:
    """Whether the stored list has a cell that is one of the keys, whatever its case."""
    if not record.file_path:
        return False
    wanted = {key.lower() for key in keys}
    try:
        with cleaned.reading(record.file_path) as (_, rows):
            return any(not wanted.isdisjoint(cell.strip().lower() for cell in cells) for _, cells in rows)
    except BadInput:  # gone already
        return False


def discard_imports(before: datetime) -> int:
    """Remove the stored lists and the messages with names of imports made before ``before``; how many had any.

    Their rows and numbers stay. An import that has not been applied can then no longer be; one that a task seems to
    work on is left alone for a day.
    """
    working = timezone.now() - _PATIENCE
    old = RosterImport.objects.filter(created_at__lt=before).filter(Q(state__in=_AT_REST) | Q(created_at__lt=working))
    return sum(_discard(record) for record in old.order_by("id"))


def _discard(record: RosterImport) -> bool:
    if not (record.file_path or record.rejected_path or record.issues):
        return False
    for path in (record.file_path, record.rejected_path):
        cleaned.discard(path)
    record.file_path = record.rejected_path = record.file_name = ""
    record.issues = []
    if record.state not in (APPLIED, FAILED):
        record.state, record.summary = FAILED, {**record.summary, "failure": {"code": "file_gone", "arguments": {}}}
    record.save()
    return True
