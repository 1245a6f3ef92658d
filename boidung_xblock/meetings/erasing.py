"""Erasing who retired from minutes: the name everywhere, the opinions under it; that there was a meeting stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from boidung_xblock.meetings import states
from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.roster import api as roster
from boidung_xblock.text import ERASED_NAME, clean_line

_BATCH = 200
# Never words about somebody; a school or a street may well bear the name of a teacher.
_NOT_ABOUT_PEOPLE = frozenset(("kind", "number", "day", "start", "end", "authority", "school", "locality"))
# Cells that hold one person.
_PERSON = frozenset(("who", "chair", "secretary", "guests"))

Words = Callable[[str], str]


@transaction.atomic
def erase_person(user_id: int, *, username: str = "", email: str = "") -> None:
    """A retired account's name in every text of its groups' minutes, its opinions, its name as writer or approver.

    Must run before ``roster.erase_person``, which forgets who the person was. A full name goes wherever it stands as
    words of its own; a name of one word (a username, where the account has no name) only where it is all that is said
    of a person. Opinions go by the speaker's name: of two members of one name both lose them. Attendance stays, under
    no name. A form opened before is refused, else it would bring the name back. Doing it again changes nothing.
    """
    people = roster.people_of(user_id, username=username, email=email)
    rows = RollCall.objects.filter(person_id__in=people).exclude(name=ERASED_NAME)
    own = MinutesRevision.objects.filter(actor_id=user_id).exclude(actor_name=ERASED_NAME)
    saved = Minutes.objects.filter(saved_by_id=user_id).exclude(saved_by_name=ERASED_NAME)
    ids = {*rows.values_list("minutes_id", flat=True), *own.values_list("minutes_id", flat=True)}
    ids |= set(saved.values_list("pk", flat=True))
    known = [
        *people.values(),
        *rows.values_list("name", flat=True),
        *own.values_list("actor_name", flat=True),
        *saved.values_list("saved_by_name", flat=True),
    ]
    names = {clean_line(name) for name in known} - {"", ERASED_NAME}
    # In order, as everybody who locks several.
    for minutes in Minutes.objects.filter(pk__in=ids).select_for_update().order_by("pk").iterator(_BATCH):
        _erase(minutes, user_id, set(people), names)
    rows.update(name=ERASED_NAME, name_sort="")
    own.update(actor_name=ERASED_NAME)


def _erase(minutes: Minutes, user_id: int, people: set[int], names: set[str]) -> None:
    """The minutes and all that was decided about them; the caller holds the row."""
    others = list(minutes.roll.exclude(person_id__in=people).values_list("name", flat=True))
    approved_by = None
    # Locked, else MySQL would not show what was decided since this transaction began.
    for revision in minutes.revisions.select_for_update().order_by("number"):
        if revision.kind == states.APPROVED:
            approved_by = revision.actor_id
        words = _words_without(names, [*others, str(revision.content.get("school", ""))])
        revision.content, revision.reason = _without(revision.content, names, words), words(revision.reason)
        revision.roll = [{**row, "name": ERASED_NAME} if row.get("person") in people else row for row in revision.roll]
        revision.save(update_fields=["content", "roll", "reason"])
    words = _words_without(names, [*others, str(minutes.content.get("school", ""))])
    minutes.content, minutes.conclusion = _without(minutes.content, names, words), words(minutes.conclusion)
    if minutes.saved_by_id == user_id:
        minutes.saved_by_name = ERASED_NAME
    if minutes.approved_at is not None and approved_by == user_id:
        minutes.approved_by_name = ERASED_NAME
    # What was opened or kept on a device before holds the name still: it must not be saved without a question.
    minutes.row_version, minutes.client_key = minutes.row_version + 1, ""
    minutes.save()


def _without(content: dict[str, Any], names: set[str], words: Words) -> dict[str, Any]:
    opinions = [
        {**row, "who": ERASED_NAME, "what": ""} if row.get("who") in names else row
        for row in content.get("opinions", [])
    ]
    given = {**content, "opinions": opinions} if opinions else content
    return {
        key: value if key in _NOT_ABOUT_PEOPLE else _replaced(value, key, names, words) for key, value in given.items()
    }


def _replaced(value: Any, key: str, names: set[str], words: Words) -> Any:
    """The same without the names, however deep it stands; ``key`` says what it is."""
    if isinstance(value, str):
        return ERASED_NAME if key in _PERSON and value in names else words(value)
    if isinstance(value, list):
        return [_replaced(one, key, names, words) for one in value]
    if isinstance(value, dict):
        return {name: _replaced(one, name, names, words) for name, one in value.items()}
    return value


def _words_without(names: Iterable[str], kept: Iterable[str]) -> Words:
    """Text in, text without the full names out: "Nguyễn Văn An" is not in "Nguyễn Văn Anh", "tam" not in "tam giác".

    Nor is "Hoàng Anh" in "Lê Hoàng Anh", where the latter is among ``kept``.
    """
    full = {name for name in names if " " in name}
    around = {text for text in kept if text not in full and any(name in text for name in full)}
    if not full:
        return lambda text: text
    longest_first = sorted(full | around, key=len, reverse=True)
    found = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    return lambda text: found.sub(lambda match: match[0] if match[0] in around else ERASED_NAME, text)
