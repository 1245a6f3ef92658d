"""Autosave on the server. A draft is replaced as a whole, by version; a repeat of the same write changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock.drafts.models import Draft
from boidung_xblock.errors import Conflict

__all__ = ["SavedDraft", "discard", "erase_person", "load", "save"]

OWN = "own"


@dataclass(frozen=True)
class SavedDraft:
    """What is stored now."""

    version: int
    payload: dict[str, Any]
    saved_at: datetime


def load(*, activity_id: int, user_id: int, slot: str = OWN) -> SavedDraft | None:
    """The person's draft at this place, or None. Reads never write."""
    draft = Draft.objects.filter(activity_id=activity_id, user_id=user_id, slot=slot).first()
    return _saved(draft) if draft else None


def save(
    *,
    activity_id: int,
    user_id: int,
    client_key: str,
    version: int,
    payload: dict[str, Any],
    slot: str = OWN,
    now: datetime | None = None,
) -> SavedDraft:
    """Replace the draft whose version is ``version`` (0: there is none yet) and return it with the next version.

    The ``client_key`` that made the stored version is answered again without a write. Any other version raises
    Conflict ``stale_draft`` with ``version``, ``payload`` and ``saved_at`` of what is stored. Two queries at most
    when all is well. The caller has made sure that the person may write here.
    """
    now = now or timezone.now()
    place = {"activity_id": activity_id, "user_id": user_id, "slot": slot}
    fields = {"payload": payload, "client_key": client_key, "saved_at": now, "version": version + 1}
    if version == 0:
        try:
            with transaction.atomic():
                return _saved(Draft.objects.create(**place, **fields))
        except IntegrityError:
            return _already_there(place, client_key)
    if Draft.objects.filter(**place, version=version).exclude(client_key=client_key).update(**fields):
        return SavedDraft(version=version + 1, payload=payload, saved_at=now)
    return _already_there(place, client_key)


def discard(*, activity_id: int, user_id: int, slot: str = OWN) -> None:
    """Erase the draft, because it was submitted or the person asked for it."""
    Draft.objects.filter(activity_id=activity_id, user_id=user_id, slot=slot).delete()


def erase_person(user_id: int) -> None:
    """An account is retired: all of its drafts go. Doing it again changes nothing."""
    Draft.objects.filter(user_id=user_id).delete()


def _already_there(place: dict[str, Any], client_key: str) -> SavedDraft:
    stored = Draft.objects.filter(**place).first()
    if stored is not None and stored.client_key == client_key:
        return _saved(stored)
    raise Conflict(
        "stale_draft",
        pgettext("boidung", "This draft was changed in another window or on another device."),
        version=stored.version if stored else 0,
        payload=stored.payload if stored else None,
        saved_at=stored.saved_at.isoformat() if stored else None,
    )


def _saved(draft: Draft) -> SavedDraft:
    return SavedDraft(version=draft.version, payload=draft.payload, saved_at=draft.saved_at)
