"""What the platform keeps in tables of its own, as far as the demo needs it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.signals import post_delete
from django.dispatch import receiver
from opaque_keys.edx.keys import UsageKey

_USER = settings.AUTH_USER_MODEL


class Profile(models.Model):
    """A person's full name and time zone."""

    user = models.OneToOneField(_USER, on_delete=models.CASCADE, related_name="profile")
    name = models.CharField(max_length=255, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)


class RetiredName(models.Model):
    """A username or e-mail of a retired account, in lower case: it may not be taken again."""

    value = models.CharField(max_length=254, unique=True)


class CourseRole(models.Model):
    """Course team: role "staff" or "instructor" (course administrator)."""

    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="course_roles")
    course_key = models.CharField(max_length=255)
    role = models.CharField(max_length=16)


class Enrolment(models.Model):
    """Enrolment, active or not."""

    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="enrolments")
    course_key = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course_key"], name="demo_enrolment")]


class Block(models.Model):
    """One published block: its authored fields as JSON. ``position``: as a reader of the course meets them, from 0."""

    usage_key = models.CharField(max_length=255, unique=True)
    course_key = models.CharField(max_length=255, db_index=True)
    position = models.PositiveIntegerField()
    fields = models.JSONField(default=dict)


class StudentModule(models.Model):
    """A learner's state and score at one block. Without a lock: the last write of a field wins."""

    student = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="+")
    course_id = models.CharField(max_length=255)
    module_state_key = models.CharField(max_length=255, db_index=True)
    module_type = models.CharField(max_length=32, blank=True)
    state = models.JSONField(default=dict)
    grade = models.FloatField(null=True)
    max_grade = models.FloatField(null=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "module_state_key"], name="demo_student_module")]


@receiver(post_delete, sender=StudentModule)
def state_deleted(sender: Any, instance: StudentModule, **_kwargs: Any) -> None:
    """Our app archives its records, as with the platform's adapter. By the key's type: module_type may be empty."""
    from boidung_xblock import signals

    if UsageKey.from_string(instance.module_state_key).block_type.startswith("boidung_"):
        signals.learner_state_deleted(usage_key=instance.module_state_key, user_id=instance.student_id)
