"""Marks (append-only), the mark in force, and the outbox that carries it to the gradebook."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key


class Grade(models.Model):
    """The mark in force of one learner at one activity (a summary of the last ``Mark``).

    ``archive_no`` as in ``Reflection``. ``earned`` is None when no mark is in force (never marked, or the work
    went back for revision after being marked). ``updates`` counts the changes: outbox rows carry it, so that
    an older one never overwrites a newer; ``delivered_no`` is the last change the gradebook has.
    ``mark`` is the row in force. Values are on the rubric's scale.

    .. no_pii:
    """

    activity = models.ForeignKey("boidung.Activity", on_delete=models.PROTECT, related_name="grades")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="boidung_grades")
    archive_no = models.PositiveBigIntegerField(default=0)
    earned = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    possible = models.DecimalField(max_digits=7, decimal_places=3)
    passed = models.BooleanField(null=True, blank=True)
    source = KeyField(max_length=16, blank=True)
    mark = models.ForeignKey("Mark", null=True, on_delete=models.SET_NULL, related_name="+")
    updates = models.PositiveIntegerField(default=0)
    delivered_no = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "learner", "archive_no"], name="boidung_grade_one"),
        ]


class Mark(models.Model):
    """One mark as it was given. Never changed: a correction, an override or a rescore is a new row.

    ``criteria`` is ``[{"slug", "title", "weight", "points", "level", "level_title", "comment"}]`` with the
    rubric's words as they read then. ``source`` is "marker", "override" (the platform's instructor tool) or
    "rescore".

    .. pii: Comments by one person on another's work.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="marks")
    number = models.PositiveIntegerField()
    version_no = models.PositiveIntegerField(default=0)
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    marker_name = models.CharField(max_length=255, blank=True)
    source = KeyField(max_length=16, default="marker")
    earned = models.DecimalField(max_digits=7, decimal_places=3)
    possible = models.DecimalField(max_digits=7, decimal_places=3)
    passed = models.BooleanField()
    criteria = models.JSONField(default=list)
    comment = models.TextField(blank=True)
    private_note = models.TextField(blank=True)
    client_key = client_key(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grade", "number"], name="boidung_mark_number"),
            models.UniqueConstraint(fields=["marker", "client_key"], name="boidung_mark_client_key"),
        ]


class OutboxEntry(models.Model):
    """A grade on its way to the gradebook: written with the mark, sent by a task, retried until through.

    ``earned`` None asks the gradebook to clear the score. ``state``: pending, sent, superseded.

    .. no_pii:
    """

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="outbox")
    update_no = models.PositiveIntegerField()
    earned = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    possible = models.DecimalField(max_digits=7, decimal_places=3)
    state = KeyField(max_length=16, default="pending")
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grade", "update_no"], name="boidung_outbox_update")]
        indexes = [models.Index(fields=["state", "next_try_at"], name="boidung_outbox_due")]
