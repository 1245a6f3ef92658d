"""Erasing who retired from minutes: the name everywhere, the opinions under it; that there was a meeting stays."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.roster import api as roster
from boidung_xblock.text import ERASED_NAME

_BATCH = 200


@transaction.atomic
def erase_person(user_id: int, *, username: str = "", email: str = "") -> None:
    """A retired account's name in every text of its groups' minutes, its opinions, its name as writer or approver.

    Must run before ``roster.erase_person``, which forgets who the person was. Opinions go by the speaker's name: of two
    members of one name both lose them. Attendance stays, under no name. Doing it again changes nothing.
    """
    people = roster.people_of(user_id, username=username, email=email)
    names = {name for name in people.values() if name and name != ERASED_NAME}
    rows = RollCall.objects.filter(person_id__in=people)
    names |= set(rows.exclude(name=ERASED_NAME).values_list("name", flat=True))
    own = MinutesRevision.objects.filter(actor_id=user_id)
    saved = Minutes.objects.filter(saved_by_id=user_id)
    names |= set(own.exclude(actor_name__in=("", ERASED_NAME)).values_list("actor_name", flat=True))
    names |= set(saved.exclude(saved_by_name__in=("", ERASED_NAME)).values_list("saved_by_name", flat=True))
    concerned = Q(roll__person_id__in=people) | Q(saved_by_id=user_id) | Q(revisions__actor_id=user_id)
    ids = set(Minutes.objects.filter(concerned).values_list("pk", flat=True))
    ids |= set(Minutes.objects.filter(approved_by_name__in=names).values_list("pk", flat=True))
    for minutes in Minutes.objects.filter(pk__in=ids).iterator(_BATCH):
        _erase(minutes, names)
    for revision in MinutesRevision.objects.filter(minutes_id__in=ids).iterator(_BATCH):
        _erase_revision(revision, names, set(people))
    rows.update(name=ERASED_NAME, name_sort="")
    own.update(actor_name=ERASED_NAME)


def _erase(minutes: Minutes, names: set[str]) -> None:
    minutes.content = _without(minutes.content, names)
    minutes.conclusion = _replaced(minutes.conclusion, names)
    minutes.saved_by_name = _replaced(minutes.saved_by_name, names)
    if minutes.approved_by_name in names:
        minutes.approved_by_name = ERASED_NAME
    minutes.save(update_fields=["content", "conclusion", "saved_by_name", "approved_by_name"])


def _erase_revision(revision: MinutesRevision, names: set[str], people: set[int]) -> None:
    revision.content = _without(revision.content, names)
    revision.reason = _replaced(revision.reason, names)
    revision.roll = [
        {**row, "name": ERASED_NAME} if row.get("person") in people else row for row in _replaced(revision.roll, names)
    ]
    revision.save(update_fields=["content", "roll", "reason"])


def _without(content: dict[str, Any], names: set[str]) -> dict[str, Any]:
    opinions = [
        {**row, "who": ERASED_NAME, "what": ""} if row.get("who") in names else row
        for row in content.get("opinions", [])
    ]
    changed: dict[str, Any] = _replaced({**content, "opinions": opinions} if opinions else content, names)
    return changed


def _replaced(value: Any, names: set[str]) -> Any:
    """The same with every full name replaced, however deep it stands."""
    if isinstance(value, str):
        for name in sorted(names, key=len, reverse=True):
            value = value.replace(name, ERASED_NAME)
        return value
    if isinstance(value, list):
        return [_replaced(one, names) for one in value]
    if isinstance(value, dict):
        return {key: _replaced(one, names) for key, one in value.items()}
    return value
