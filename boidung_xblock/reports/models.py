"""Result files: who asked for one, how far it is, where it lies."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key, opaque_key


class ResultFile(models.Model):
    """One result file of a course of a round, made by a task; also the progress row.

    ``summary``: "language" of who asked, "counts" of the finished file, "failure" (a code of ``reports.states``).

    .. pii: The file in storage holds names, staff codes, marks and results.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    round = models.ForeignKey("boidung.Round", on_delete=models.CASCADE, related_name="result_files")
    course_key = opaque_key()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    client_key = client_key()
    # The course while the file is waited for, else NULL: one at a time, on every database.
    running_key = opaque_key(null=True, blank=True, unique=True)
    state = KeyField(max_length=16, default="waiting")
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=255, blank=True)
    summary = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    alive_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["requested_by", "client_key"], name="boidung_result_client_key"),
        ]
        indexes = [models.Index(fields=["course_key", "round", "id"], name="boidung_result_course")]
