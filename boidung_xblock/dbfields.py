"""Model fields whose meaning must not depend on the database: binary-compared keys, and few common shapes."""

from __future__ import annotations

from typing import Any

from django.db import models

# Tutor's MySQL compares text without case and accents (utf8mb4_unicode_ci); SQLite and PostgreSQL do not.
# Keys are compared byte by byte everywhere.
_BINARY_COLLATION = {"mysql": "utf8mb4_bin", "sqlite": "BINARY", "postgresql": "C"}


class KeyField(models.CharField):
    """Text compared and sorted by bytes on every database: usage keys, codes, folded names, sort keys."""

    description = "Text compared by bytes"

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """As ``CharField``, with the vendor's binary collation."""
        parameters: dict[str, Any] = super().db_parameters(connection)
        parameters["collation"] = _BINARY_COLLATION.get(connection.vendor)
        return parameters


def opaque_key(**options: Any) -> KeyField:
    """A course or usage key as text (the platform's own limit is 255)."""
    return KeyField(max_length=255, **options)


def client_key(**options: Any) -> KeyField:
    """A key made by the browser that sent the write, so that a repeat is recognised."""
    return KeyField(max_length=64, **options)
