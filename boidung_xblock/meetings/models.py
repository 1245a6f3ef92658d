"""Minutes: a row that is written, a roll call, and append-only revisions that decide."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key, opaque_key


class Minutes(models.Model):
    """The minutes of one group at one meeting. Written while draft or reopened, locked once approved.

    ``content`` is what ``meetings.content`` describes; ``conclusion`` repeats its conclusion for ``around``.
    ``row_version`` rises with every change and is what a writer names; ``client_key`` made the present one.
    ``revision_no`` counts the revisions sent for confirmation.

    .. pii: Names and opinions of the group's members.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    activity = models.ForeignKey("boidung.Activity", on_delete=models.PROTECT, related_name="minutes")
    group = models.ForeignKey("boidung.Group", on_delete=models.PROTECT, related_name="minutes")
    course_key = opaque_key()
    state = KeyField(max_length=16, default="draft")
    content = models.JSONField(default=dict)
    conclusion = models.TextField(blank=True)
    row_version = models.PositiveIntegerField(default=1)
    revision_no = models.PositiveIntegerField(default=0)
    client_key = client_key(blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    saved_by_name = models.CharField(max_length=255, blank=True)
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by_name = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "group"], name="boidung_minutes_one")]
        indexes = [models.Index(fields=["course_key", "state", "id"], name="boidung_minutes_course")]


class MinutesRevision(models.Model):
    """What happened to minutes, with their text as it read then: sent, approved, reopened, made_up. Never changed.

    .. pii: Names and opinions of the group's members.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    kind = KeyField(max_length=16)
    content = models.JSONField(default=dict)
    roll = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=255, blank=True)
    client_key = client_key(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minutes", "number"], name="boidung_revision_number"),
            models.UniqueConstraint(fields=["actor", "client_key"], name="boidung_revision_client_key"),
        ]


class RollCall(models.Model):
    """One member at one meeting. ``confirmed_revision`` is the revision whose text they confirmed, 0: none.

    .. pii: The member's name.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="roll")
    person = models.ForeignKey("boidung.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    name_sort = KeyField(max_length=160)
    status = KeyField(max_length=16, default="present")
    made_up_at = models.DateTimeField(null=True, blank=True)
    confirmed_revision = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minutes", "person"], name="boidung_roll_person")]
