"""What can go wrong, in words the person understands: one small hierarchy, each class one HTTP status.

Applets raise these; handlers and pages turn them into answers (see ``blocks.answers``). ``code`` is a stable
machine name for scripts and tests, ``message`` is translated text for people, ``details`` is JSON-safe data
(for a conflict: both versions; for bad input: messages by field).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext


class BoidungError(Exception):
    """Base of every refusal this package makes on purpose. Nothing has been written when it is raised."""

    status = 500

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def as_dict(self) -> dict[str, Any]:
        """The JSON body of the answer: ``{"error": {"code", "message", …details}}``."""
        return {"error": {"code": self.code, "message": self.message, **self.details}}


class BadInput(BoidungError):
    """The request itself is wrong; ``details["fields"]`` maps field name → message where one is to blame."""

    status = 400


class Refused(BoidungError):
    """This person may not do this."""

    status = 403


class Missing(BoidungError):
    """No such thing, or not for this person to know of."""

    status = 404


class Conflict(BoidungError):
    """Somebody (perhaps the same person elsewhere) was faster; ``details`` carries the stored version."""

    status = 409


class TooLarge(BoidungError):
    """More bytes than the setting allows."""

    status = 413


def refused(code: str = "forbidden") -> Refused:
    """The common refusal, when there is nothing more helpful to say than that it is not allowed."""
    return Refused(code, pgettext("boidung", "You are not allowed to do this."))


def missing() -> Missing:
    """The common 404: also the answer where existence itself is not the caller's to know."""
    return Missing("not_found", pgettext("boidung", "This page or item does not exist."))
