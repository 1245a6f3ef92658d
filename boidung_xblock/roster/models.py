"""Tables of the roster: who is who in a round. Only this applet touches them; others call ``roster.api``."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key, opaque_key


class Unit(models.Model):
    """An office, commune, cluster or school: a node of an organisation's tree, its kind free (offices come and go).

    .. no_pii:
    """

    organisation = KeyField(max_length=64)
    code = KeyField(max_length=64)
    name = models.CharField(max_length=255)
    name_folded = KeyField(max_length=255)
    kind = KeyField(max_length=32, default="school")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="boidung_unit_code")]

    def __str__(self) -> str:
        return self.name


class UnitClosure(models.Model):
    """Closure of the unit tree: one row for each (ancestor, descendant), itself included at depth 0.

    .. no_pii:
    """

    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="boidung_closure_pair")]


class Round(models.Model):
    """Đợt bồi dưỡng: owns one roster and one or more courses.

    .. no_pii:
    """

    organisation = KeyField(max_length=64)
    slug = KeyField(max_length=64, unique=True)
    title = models.CharField(max_length=255)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class RoundCourse(models.Model):
    """A course of a round; a course belongs to one round at most.

    .. no_pii:
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="courses")
    course_key = opaque_key(unique=True)


class Person(models.Model):
    """Somebody in an organisation's staff list; linked to an account by import or at first login.

    No national id and no birth date: the ministry's staff code is the only identifier kept.

    .. pii: Full name, staff code, e-mail and username from the staff list, link to the account.
    .. pii_types: name, username, email_address, external_service
    .. pii_retirement: local_api
    """

    organisation = KeyField(max_length=64)
    ministry_id = KeyField(max_length=64, null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="boidung_people"
    )
    username = KeyField(max_length=150, blank=True)
    email = KeyField(max_length=254, blank=True)
    full_name = models.CharField(max_length=255)
    name_folded = KeyField(max_length=255)
    name_sort = KeyField(max_length=160)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    position = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    is_female = models.BooleanField(null=True, blank=True)
    is_minority = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "ministry_id"], name="boidung_person_ministry_id"),
            models.UniqueConstraint(fields=["organisation", "user"], name="boidung_person_user"),
        ]

    def __str__(self) -> str:
        return self.full_name


class Group(models.Model):
    """Tổ, nhóm or nhóm liên trường of a round, lying in one school or one cluster.

    .. no_pii:
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="groups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="groups")
    cluster = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="cluster_groups")
    name = models.CharField(max_length=255)
    name_folded = KeyField(max_length=255)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "name_folded"], name="boidung_group_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """What a person is in a round, over time: member, leader or secretary of a group, its core teacher,
    manager of a unit, or administrator of the round.

    ``active_key`` is set while the assignment stands and NULL once it has ended: a unique column that works on
    every database where "one at a time" must hold (MySQL has no partial unique index). See ``roster.keys``.

    .. no_pii:
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assignments")
    role = KeyField(max_length=16)
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    active_key = KeyField(max_length=120, null=True, blank=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "active_key"], name="boidung_assign_person"),
            models.Index(fields=["group", "role", "active_key"], name="boidung_assign_group"),
        ]


class RosterImport(models.Model):
    """One upload of a staff workbook: its dry run, the rejected rows, its application. Also the progress row.

    .. pii: The uploaded staff list (names, staff codes, e-mail) stays in storage for audit.
    .. pii_types: name, username, email_address
    .. pii_retirement: local_api
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="imports")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    client_key = client_key()
    file_name = models.CharField(max_length=255)
    file_path = models.CharField(max_length=255)
    file_sha256 = KeyField(max_length=64)
    rejected_path = models.CharField(max_length=255, blank=True)
    state = KeyField(max_length=16, default="uploaded")
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)
    issues = models.JSONField(default=list)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uploaded_by", "client_key"], name="boidung_import_client_key"),
        ]
