"""The server side of autosave: the last text a person typed, until it is submitted."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key


class Draft(models.Model):
    """One person's unfinished work at one place (``slot``) of one activity. Erased by the submit that uses it.

    .. pii: What the person typed and has not yet submitted.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    activity = models.ForeignKey("boidung.Activity", on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    slot = KeyField(max_length=64, default="own")
    payload = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    client_key = client_key()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "user", "slot"], name="boidung_draft_place")]
