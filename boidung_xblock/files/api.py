"""Attachments: taken in with their own name as data, stored under a random one, given out by authorised views only."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import File
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import pgettext

from boidung_xblock import tracking
from boidung_xblock.errors import BadInput, Conflict, TooLarge, missing
from boidung_xblock.files.models import Attachment
from boidung_xblock.host import get_host
from boidung_xblock.text import clean_line

__all__ = ["Attachment", "FileView", "add", "by_uid", "erase_person", "mine", "open_stored", "remove", "view"]

_CHUNK = 64 * 1024
# Marks that turn the direction of writing: "hoc\u202efdp.exe" would read as "hocexe.pdf".
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MB = 1024 * 1024


@dataclass(frozen=True)
class FileView:
    """What a page shows of a file; ``size`` in bytes."""

    uid: str
    name: str
    size: int


def view(attachment: Attachment) -> FileView:
    """The file as pages show it."""
    return FileView(
        uid=str(attachment.uid),
        name=attachment.original_name or pgettext("boidung", "Erased file"),
        size=attachment.size,
    )


def mine(*, activity_id: int, user_id: int, uids: Iterable[str] | None = None) -> list[Attachment]:
    """The person's own, not removed files at an activity, oldest first; only those of ``uids`` if given."""
    rows = Attachment.objects.filter(activity_id=activity_id, owner_id=user_id, removed_at=None).order_by("id")
    if uids is not None:
        rows = rows.filter(uid__in=_uuids(uids))
    return list(rows)


def by_uid(uid: str | uuid.UUID) -> Attachment:
    """Any file by its uid, removed or not. Missing (404). The caller decides who may have it."""
    found = Attachment.objects.select_related("activity").filter(uid=uid).first()
    if found is None:
        raise missing()
    return found


def add(
    *, activity: Any, user_id: int, client_key: str, name: str, content: IO[bytes], size: int, rules: dict[str, Any]
) -> Attachment:
    """Store one upload of ``size`` bytes and return its row; the same ``client_key`` again returns the first.

    ``rules`` is the activity's ``settings["files"]``: BadInput for a kind of file that is not wanted, an empty file
    or too many files; TooLarge above ``max_mb``. The caller has made sure that the person may write here.
    """
    name = _checked_name(name, rules)
    _check_size(size, rules)
    # Counted before looking for a repeat: one that arrives between the two must not be one too many.
    number = len(mine(activity_id=activity.pk, user_id=user_id))
    repeated = Attachment.objects.filter(owner_id=user_id, client_key=client_key).first()
    if repeated is not None:
        return _same_activity(repeated, activity.pk)
    if number >= int(rules["max_files"]):
        message = pgettext("boidung", "No more than %(number)d files can be attached. Remove one first.")
        raise BadInput("too_many_files", message % {"number": rules["max_files"]})
    uid = uuid.uuid4()
    digest = _sha256(content)
    path = get_host().storage().save(f"boidung/files/{uid.hex[:2]}/{uid.hex}", File(content))
    try:
        with transaction.atomic():
            _track(activity, user_id, kind=PurePath(name).suffix.lower().lstrip("."), size=size)
            return Attachment.objects.create(
                uid=uid,
                activity_id=activity.pk,
                owner_id=user_id,
                original_name=name,
                stored_path=path,
                size=size,
                sha256=digest,
                client_key=client_key,
                created_at=timezone.now(),
            )
    except IntegrityError:
        # The same upload, sent twice at once: the other one won, this copy goes.
        get_host().storage().delete(path)
        return _same_activity(Attachment.objects.get(owner_id=user_id, client_key=client_key), activity.pk)
    except DatabaseError:
        get_host().storage().delete(path)
        raise


def remove(*, user_id: int, uid: str | uuid.UUID, now: datetime | None = None) -> None:
    """Take the person's own file out of the draft. Submitted versions that hold it keep it. Missing if not theirs."""
    changed = Attachment.objects.filter(uid=uid, owner_id=user_id, removed_at=None).update(
        removed_at=now or timezone.now()
    )
    if not changed and not Attachment.objects.filter(uid=uid, owner_id=user_id).exists():
        raise missing()


def erase_person(user_id: int, *, now: datetime | None = None) -> int:
    """An account is retired: its files go from storage, with their names; how many did. Doing it again does nothing.

    Before the rows are changed: if storage fails, the error passes and the next try finds the rest.
    """
    rows = Attachment.objects.filter(owner_id=user_id).exclude(stored_path="").order_by("id")
    for attachment in rows:
        get_host().storage().delete(attachment.stored_path)
        attachment.stored_path = attachment.original_name = ""
        attachment.removed_at = attachment.removed_at or now or timezone.now()
        attachment.save(update_fields=["stored_path", "original_name", "removed_at"])
    return len(rows)


def open_stored(attachment: Attachment) -> IO[bytes]:
    """The stored bytes, for streaming. Missing if storage has lost them."""
    if not attachment.stored_path:
        raise missing()
    try:
        opened: IO[bytes] = get_host().storage().open(attachment.stored_path, "rb")
    except FileNotFoundError as error:
        raise missing() from error
    return opened


def _track(activity: Any, user_id: int, *, kind: str, size: int) -> None:
    tracking.emit(
        tracking.FileAttached(
            course_id=activity.course_key,
            usage_id=activity.usage_key,
            learner_id=user_id,
            actor_id=user_id,
            kind=kind,
            size=size,
        )
    )


def _same_activity(attachment: Attachment, activity_id: int) -> Attachment:
    if attachment.activity_id != activity_id:
        raise Conflict(
            "key_reused", pgettext("boidung", "This upload was already used elsewhere. Choose the file again.")
        )
    return attachment


def _checked_name(name: str, rules: dict[str, Any]) -> str:
    name = clean_line(_DIRECTION.sub("", PurePath(name.replace("\\", "/")).name))
    suffix = PurePath(name).suffix.lower().lstrip(".")
    if not name or suffix not in {kind.lower() for kind in rules["types"]}:
        message = pgettext("boidung", "Files of this kind cannot be attached. Allowed: %(types)s.")
        raise BadInput("file_type", message % {"types": ", ".join(rules["types"])})
    stem = PurePath(name).stem
    return f"{stem[: 250 - len(suffix)]}.{suffix}" if len(name) > 255 else name


def _check_size(size: int, rules: dict[str, Any]) -> None:
    if size == 0:
        raise BadInput("empty_file", pgettext("boidung", "This file is empty."))
    if size > int(rules["max_mb"]) * _MB:
        message = pgettext("boidung", "This file is larger than %(size)d MB.")
        raise TooLarge("too_large", message % {"size": rules["max_mb"]})


def _sha256(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _uuids(uids: Iterable[str]) -> list[uuid.UUID]:
    """Only what is a uid: anything else matches nothing."""
    found = []
    for text in uids:
        try:
            found.append(uuid.UUID(str(text)))
        except ValueError:
            continue
    return found
