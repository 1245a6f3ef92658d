"""Celery as the platform's development environment has it: tasks run at once, in the caller."""

from celery import Celery

app = Celery("demo", set_as_current=True)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
