"""Send every grade that waits in the outbox and is due; for cron where no periodic task runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from boidung_xblock.grading import api as grading


class Command(BaseCommand):
    """Prints how many grades reached the gradebook."""

    help = "Send the grades that wait in the outbox."

    def handle(self, *args: Any, **options: Any) -> None:
        """One sweep."""
        self.stdout.write(f"{grading.publish_due()} grades sent")
