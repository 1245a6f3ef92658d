"""Reflections: a summary row for lists, and append-only versions and events that decide."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key, opaque_key


class Reflection(models.Model):
    """Current state of one learner's reflection at one activity; lists read only this row.

    ``archive_no`` is 0 while it counts and the row's own id once an instructor deleted the learner's state.
    ``latest`` and ``last_event`` spare every page a query. ``row_version`` rises with every change: the version
    that optimistic writes name. ``mark_value`` and ``mark_passed`` repeat the mark in force for sorting; the truth
    is in ``grading``.

    .. pii: Name keys of the author, for search and sorting.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    activity = models.ForeignKey("boidung.Activity", on_delete=models.PROTECT, related_name="reflections")
    course_key = opaque_key()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="boidung_reflections")
    author_name = models.CharField(max_length=255)
    author_folded = KeyField(max_length=255)
    author_sort = KeyField(max_length=160)
    group = models.ForeignKey("boidung.Group", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    archive_no = models.PositiveBigIntegerField(default=0)
    state = KeyField(max_length=16)
    version_no = models.PositiveIntegerField(default=0)
    latest = models.ForeignKey("ReflectionVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    last_event = models.ForeignKey("ReflectionEvent", null=True, on_delete=models.SET_NULL, related_name="+")
    row_version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    mark_value = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    mark_passed = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "author", "archive_no"], name="boidung_reflection_one"),
        ]
        indexes = [
            models.Index(fields=["course_key", "archive_no", "submitted_at", "id"], name="boidung_refl_course_time"),
            models.Index(fields=["course_key", "archive_no", "author_sort", "id"], name="boidung_refl_course_name"),
            models.Index(fields=["group", "archive_no", "state", "submitted_at", "id"], name="boidung_refl_group"),
        ]

    @property
    def leader_may_read(self) -> bool:
        """Whether the block lets the group's leader read submitted reflections; asks the activity."""
        return bool(self.activity.settings.get("leader_reads"))


class ReflectionVersion(models.Model):
    """One submission as it was made. Never changed: a revision is a new row.

    ``answers`` is ``[{"slug", "title", "text"}]`` with the prompt as it read then; ``group_name`` and
    ``unit_name`` stay true when the group is merged or renamed.

    .. pii: The learner's own words, which may name other people.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    client_key = client_key()
    receipt_code = KeyField(max_length=24, unique=True)
    answers = models.JSONField(default=list)
    self_rating = models.JSONField(default=dict)
    word_count = models.PositiveIntegerField(default=0)
    group = models.ForeignKey("boidung.Group", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    group_name = models.CharField(max_length=255, blank=True)
    unit_name = models.CharField(max_length=255, blank=True)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reflection", "number"], name="boidung_version_number"),
            models.UniqueConstraint(fields=["submitted_by", "client_key"], name="boidung_version_client_key"),
        ]


class VersionFile(models.Model):
    """A file that belongs to a submitted version.

    .. no_pii:
    """

    version = models.ForeignKey(ReflectionVersion, on_delete=models.CASCADE, related_name="file_links")
    attachment = models.ForeignKey("boidung.Attachment", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "attachment"], name="boidung_version_file")]


class ReflectionEvent(models.Model):
    """What happened to a reflection and who did it: submitted, resubmitted, opened, returned, withdrawn, archived.

    .. pii: A reason written by one person about another's work.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="events")
    kind = KeyField(max_length=16)
    version_no = models.PositiveIntegerField(default=0)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=255, blank=True)
    reason = models.TextField(blank=True)
    client_key = client_key(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "client_key"], name="boidung_event_client_key")]
