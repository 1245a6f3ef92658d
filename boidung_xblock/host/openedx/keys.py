"""From text to the platform's keys and back. Needs ``opaque_keys`` only."""

from __future__ import annotations

from typing import Any

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

# Every block type of this package begins so.
OWN_BLOCKS = "boidung_"


def course_key(text: str) -> CourseKey | None:
    """The key of a course run; None for anything else (a library, an empty text, no key at all)."""
    try:
        key = CourseKey.from_string(text)
    except InvalidKeyError:
        return None
    return key if key.is_course else None


def usage_key(text: str) -> UsageKey | None:
    """The key of a block in a course; None for anything else."""
    try:
        key = UsageKey.from_string(text)
    except InvalidKeyError:
        return None
    return key if getattr(key.context_key, "is_course", False) else None


def plain(key: Any) -> str:
    """A course or usage key as our records name it: without branch and version."""
    for strip in ("for_branch", "version_agnostic"):
        if hasattr(key, strip):
            key = key.for_branch(None) if strip == "for_branch" else key.version_agnostic()
    return str(key)


def is_own(key: Any) -> bool:
    """Whether a usage key is that of a block of ours."""
    return str(getattr(key, "block_type", "")).startswith(OWN_BLOCKS)
