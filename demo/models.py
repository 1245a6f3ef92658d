"""What the platform keeps in tables of its own, as far as the demo needs it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

_USER = settings.AUTH_USER_MODEL


class Profile(models.Model):
    """A person's full name and time zone."""

    user = models.OneToOneField(_USER, on_delete=models.CASCADE, related_name="profile")
    name = models.CharField(max_length=255, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)


class RetiredName(models.Model):
    """A username or e-mail of a retired account, in lower case: it may not be taken again."""

    value = models.CharField(max_length=254, unique=True)


class Course(models.Model):
    """A published course."""

    course_key = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=255)


class CourseRole(models.Model):
    """Course team: role "staff" or "instructor" (course administrator)."""

    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="course_roles")
    course_key = models.CharField(max_length=255)
    role = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course_key", "role"], name="demo_role")]


class Enrolment(models.Model):
    """Enrolment, active or not."""

    user = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="enrolments")
    course_key = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course_key"], name="demo_enrolment")]


class Block(models.Model):
    """One published block: its authored fields as JSON. Rows are in course order (``position``)."""

    usage_key = models.CharField(max_length=255, unique=True)
    course_key = models.CharField(max_length=255, db_index=True)
    position = models.PositiveIntegerField()
    fields = models.JSONField(default=dict)


class StudentModule(models.Model):
    """A learner's state and score at one block. Without a lock: the last write of a field wins."""

    student = models.ForeignKey(_USER, on_delete=models.CASCADE, related_name="+")
    course_id = models.CharField(max_length=255, db_index=True)
    module_state_key = models.CharField(max_length=255, db_index=True)
    module_type = models.CharField(max_length=32, blank=True)
    state = models.TextField(blank=True)
    grade = models.FloatField(null=True, blank=True)
    max_grade = models.FloatField(null=True, blank=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "module_state_key"], name="demo_student_module")]


class FieldState(models.Model):
    """Fields of the scopes preferences, user_info and user_state_summary."""

    scope = models.CharField(max_length=32)
    student = models.ForeignKey(_USER, null=True, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=255, blank=True)
    state = models.TextField(blank=True)
