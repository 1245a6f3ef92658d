"""Request bodies: measured, parsed and brought into shape before anything believes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from django.utils.translation import pgettext

from boidung_xblock.conf import setting
from boidung_xblock.errors import BadInput, BoidungError, Refused, TooLarge
from boidung_xblock.text import normalise
from boidung_xblock.viewer import Viewer

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Names of prompts, criteria and files: what our pages send, and nothing that a database refuses.
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_MAX_FIELDS = 100


def read_json(declared: Any, read: Callable[[], bytes]) -> dict[str, Any]:
    """The JSON object of a body; ``declared`` is the Content-Length, checked before ``read`` is called.

    TooLarge (413) above ``BOIDUNG_MAX_JSON_BYTES``, BadInput (400) for anything but an object.
    """
    limit = int(setting("BOIDUNG_MAX_JSON_BYTES"))
    if str(declared or "0").isdigit() and int(declared or 0) > limit:
        raise _too_large()
    body = read()
    if len(body) > limit:
        raise _too_large()
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise bad_input()
    return data


def bad_input(**fields: str) -> BadInput:
    """The answer to a request that no page of ours would send; ``fields`` says what is wrong with what."""
    message = pgettext(
        "boidung", "The request is incomplete or malformed. Reload the page; your text stays on this device."
    )
    return BadInput("bad_input", message, **({"fields": fields} if fields else {}))


def required_text(data: Mapping[str, Any], name: str) -> str:
    """A non-empty string field without control characters (PostgreSQL takes no NUL)."""
    value = data.get(name)
    if not isinstance(value, str) or not value or value != normalise(value):
        raise _missing_field(name)
    return value


def required_int(data: Mapping[str, Any], name: str) -> int:
    """A whole number that is not negative."""
    value = data.get(name)
    if not _is_count(value):
        raise _missing_field(name)
    return value


def required_key(data: Mapping[str, Any], name: str = "client_key") -> str:
    """A key made by the page: 8 to 64 letters, digits, - or _."""
    value = required_text(data, name)
    if not _KEY.fullmatch(value):
        raise _missing_field(name)
    return value


def text_map(data: Mapping[str, Any], name: str) -> dict[str, str]:
    """An object of texts, normalised; absent counts as empty."""
    value = data.get(name, {})
    if not isinstance(value, dict) or len(value) > _MAX_FIELDS:
        raise _missing_field(name)
    if not all(_NAME.fullmatch(key) and isinstance(text, str) for key, text in value.items()):
        raise _missing_field(name)
    return {key: normalise(text) for key, text in value.items()}


def int_map(data: Mapping[str, Any], name: str) -> dict[str, int]:
    """An object of whole numbers that are not negative; absent counts as empty."""
    value = data.get(name, {})
    if not isinstance(value, dict) or len(value) > _MAX_FIELDS:
        raise _missing_field(name)
    if not all(_NAME.fullmatch(key) and _is_count(number) for key, number in value.items()):
        raise _missing_field(name)
    return dict(value)


def text_list(data: Mapping[str, Any], name: str) -> list[str]:
    """A list of names; absent counts as empty."""
    value = data.get(name, [])
    if not isinstance(value, list) or len(value) > _MAX_FIELDS:
        raise _missing_field(name)
    if not all(isinstance(text, str) and _NAME.fullmatch(text) for text in value):
        raise _missing_field(name)
    return list(value)


def check_same_person(viewer: Viewer, for_user: int) -> None:
    """Refuse a write from a page that was rendered for somebody else: a school computer is shared."""
    if viewer.user_id is None:
        message = pgettext(
            "boidung", "You are no longer logged in. Your text stays on this device; log in and try again."
        )
        raise Refused("not_logged_in", message)
    if viewer.user_id != for_user:
        message = pgettext(
            "boidung",
            "Another account is logged in on this computer now. Nothing was stored; "
            "the text stays on this device for its author.",
        )
        raise Refused("other_login", message)


def answer_of(error: BoidungError) -> tuple[int, dict[str, Any]]:
    """Status and JSON body of a refusal."""
    return error.status, error.as_dict()


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _missing_field(name: str) -> BadInput:
    return bad_input(**{name: pgettext("boidung", "This field is missing or malformed.")})


def _too_large() -> TooLarge:
    message = pgettext(
        "boidung", "This is too much text at once. It stays on this device; shorten it or attach it as a file."
    )
    return TooLarge("too_large", message)
