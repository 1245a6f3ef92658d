"""Numbers for whoever watches a site: what waits, since when, what is being worked on."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from boidung_xblock.grading import api as grading

_WORKING = ("uploaded", "checking", "applying")


class Command(BaseCommand):
    """Prints one number a line (``name value``), or JSON. Reads only; no personal data. Times in whole seconds.

    With ``--max-age`` it fails if the oldest waiting grade is older, so that a monitor needs no parsing.
    """

    help = "Print how many grades, drafts, activities and imports there are, and how long the oldest one waits."

    def add_arguments(self, parser: CommandParser) -> None:
        """Format and alarm."""
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument("--max-age", type=int, help="fail if a grade has waited longer than this many seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print first, then judge."""
        found = _numbers()
        if options["json"]:
            self.stdout.write(json.dumps(found))
        else:
            for name, value in found.items():
                self.stdout.write(f"{name} {value}")
        most, oldest = options["max_age"], found["outbox_oldest_seconds"]
        if most is not None and oldest > most:
            raise CommandError(f"the oldest waiting grade is {oldest} s old, more than {most} s")


def _numbers() -> dict[str, int]:
    """Counts across all applets: straight from the tables, because no page has a use for them."""
    pending = _rows("OutboxEntry").filter(state="pending")
    # Grades of a course that is over wait on purpose: an alarm that never ends would hide the next one.
    frozen = pending.filter(grade__activity__course_key__in=grading.frozen_courses())
    moving = pending.exclude(pk__in=frozen.values("pk"))
    waiting = moving.aggregate(n=Count("id"), since=Min("created_at"))
    failing = moving.filter(attempts__gt=0).aggregate(n=Count("id"), most=Max("attempts"))
    states = dict(
        _rows("Reflection").filter(archive_no=0).values_list("state").annotate(n=Count("id")).order_by("state")
    )
    imports = _rows("RosterImport").filter(state__in=_WORKING).aggregate(n=Count("id"), since=Min("created_at"))
    return {
        "outbox_pending": waiting["n"],
        "outbox_oldest_seconds": _age(waiting["since"]),
        "outbox_frozen": frozen.count(),
        "outbox_failing": failing["n"],
        "outbox_most_attempts": failing["most"] or 0,
        "drafts": _rows("Draft").count(),
        "activities_live": _rows("Activity").filter(live=True).count(),
        "activities_gone": _rows("Activity").filter(live=False).count(),
        **{f"reflections_{state}": number for state, number in states.items()},
        "imports_working": imports["n"],
        "imports_oldest_seconds": _age(imports["since"]),
    }


def _rows(model: str) -> QuerySet[Any]:
    return apps.get_model("boidung", model)._default_manager.all()


def _age(since: Any) -> int:
    return max(0, int((timezone.now() - since).total_seconds())) if since else 0
