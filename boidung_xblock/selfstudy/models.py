"""A learner's way through a checkpoint: a summary row, and every answer as it was given."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key, opaque_key


class CheckpointWork(models.Model):
    """Where one learner stands at one checkpoint; pages read only this row.

    ``steps`` is ``{slug: {"kind", "done", "tries", "number", "answer", "right", "at"}}``, the last answer of each step:
    ``kind`` the step's when it was answered, ``number`` that of its last ``StepAnswer``. What it earns, the step says.
    ``archive_no`` is 0 while it counts and the row's own id once an instructor deleted the learner's state.

    .. pii: The learner's own words in the last answers.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    activity = models.ForeignKey("boidung.Activity", on_delete=models.PROTECT, related_name="checkpoint_works")
    course_key = opaque_key()
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey("boidung.Group", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    archive_no = models.PositiveBigIntegerField(default=0)
    state = KeyField(max_length=16, default="started")
    steps = models.JSONField(default=dict)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_required = models.PositiveSmallIntegerField(default=0)
    earned = models.DecimalField(max_digits=7, decimal_places=3, default=0)
    possible = models.DecimalField(max_digits=7, decimal_places=3, default=0)
    passed = models.BooleanField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "learner", "archive_no"], name="boidung_checkpoint_one"),
        ]
        indexes = [models.Index(fields=["course_key", "learner", "archive_no"], name="boidung_checkpoint_learner")]


class StepAnswer(models.Model):
    """One answer to one step, as it was given. Never changed: another try is a new row.

    So is another verdict on the same answer, when staff rescored: its ``client_key`` begins with "rescore:".
    ``title`` is the step's as it read then; ``text`` repeats the words of a short answer for ``around``.

    .. pii: The learner's own words.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    work = models.ForeignKey(CheckpointWork, on_delete=models.CASCADE, related_name="answers")
    step = KeyField(max_length=40)
    number = models.PositiveIntegerField()
    answer = models.JSONField()
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    right = models.BooleanField(null=True, blank=True)
    earned = models.DecimalField(max_digits=7, decimal_places=3, default=0)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    client_key = client_key()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work", "step", "number"], name="boidung_step_try"),
            models.UniqueConstraint(fields=["answered_by", "client_key"], name="boidung_step_client_key"),
        ]
