"""The register: one row for each block of ours in a course, refreshed when the course is published."""

from __future__ import annotations

from django.db import models

from boidung_xblock.dbfields import KeyField, opaque_key


class Activity(models.Model):
    """What lists and pages need to know of a block without opening the course.

    ``settings`` is the block's ``activity_settings()``: for a reflection the rubric and who may release.
    ``live`` is False once the block has left the published course; its records stay.

    .. no_pii:
    """

    usage_key = opaque_key(unique=True)
    course_key = opaque_key()
    kind = KeyField(max_length=32)
    title = models.CharField(max_length=255)
    periods = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    weight = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    position = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(null=True, blank=True)
    settings = models.JSONField(default=dict)
    live = models.BooleanField(default=True)
    refreshed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["course_key", "live", "position"], name="boidung_activity_course")]

    def __str__(self) -> str:
        return self.title
