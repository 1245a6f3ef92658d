"""Celery as the platform's development environment has it: tasks run at once, in the caller (or from a queue)."""

from celery import Celery

app = Celery("demo")
app.set_default()  # for every thread of the server, not only this one
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
