"""Remove the stored staff lists of old imports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from boidung_xblock.roster import api as roster


class Command(BaseCommand):
    """Prints how many imports lost their lists; the numbers of each import stay."""

    help = "Remove stored staff lists, rejected rows and messages with names of imports older than some days."

    def add_arguments(self, parser: CommandParser) -> None:
        """How old."""
        parser.add_argument("--days", type=int, required=True, help="keep what is younger than this many days")

    def handle(self, *args: Any, **options: Any) -> None:
        """One sweep."""
        if options["days"] < 0:
            raise CommandError("--days is a number of days, 0 or more")
        done = roster.discard_imports(timezone.now() - timedelta(days=options["days"]))
        self.stdout.write(f"{done} imports discarded")
