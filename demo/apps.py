"""The Django app of the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Holds the demo's own tables: content, enrolments, roles, learner state."""

    name = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Deleting a learner's state tells our app, as the platform adapter's receiver does."""
        from django.db.models.signals import post_delete

        from demo import grades
        from demo.models import StudentModule

        post_delete.connect(grades.state_deleted, sender=StudentModule, dispatch_uid="demo.state_deleted")
