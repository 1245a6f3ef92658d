"""Attachments: every upload is its own stored file under a random name, never shared between people."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key


class Attachment(models.Model):
    """A file somebody attached to an activity. ``removed_at`` hides it from the draft; versions keep it.

    .. pii: A file written by the person, with the name they gave it.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    uid = models.UUIDField(unique=True)
    activity = models.ForeignKey("boidung.Activity", on_delete=models.PROTECT, related_name="attachments")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    original_name = models.CharField(max_length=255)
    stored_path = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    sha256 = KeyField(max_length=64)
    client_key = client_key()
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "client_key"], name="boidung_file_client_key")]
        indexes = [models.Index(fields=["activity", "owner"], name="boidung_file_owner")]
