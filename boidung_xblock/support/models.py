"""Questions from a place in the course, and what was said about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from boidung_xblock.dbfields import KeyField, client_key, opaque_key


class Question(models.Model):
    """One question of one teacher at one place (a step or a prompt, by its slug) of an activity.

    .. pii: The teacher's name and words.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    activity = models.ForeignKey("boidung.Activity", on_delete=models.PROTECT, related_name="questions")
    course_key = opaque_key()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    author_name = models.CharField(max_length=255)
    group = models.ForeignKey("boidung.Group", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = KeyField(max_length=40, blank=True)
    place_title = models.CharField(max_length=300, blank=True)
    state = KeyField(max_length=16, default="open")
    row_version = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["activity", "author"], name="boidung_question_place"),
            models.Index(fields=["course_key", "state", "changed_at", "id"], name="boidung_question_desk"),
        ]


class QuestionMessage(models.Model):
    """One thing said: the question itself (number 1), an answer, a further question. Never changed.

    .. pii: The words of a teacher or a core teacher, and their name.
    .. pii_types: name, other
    .. pii_retirement: local_api
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    is_answer = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=255, blank=True)
    text = models.TextField()
    client_key = client_key()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="boidung_message_number"),
            models.UniqueConstraint(fields=["author", "client_key"], name="boidung_message_client_key"),
        ]
