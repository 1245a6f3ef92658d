"""Rebuild the register of activities of courses."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from boidung_xblock.activities import api as activities


class Command(BaseCommand):
    """Prints the number of live blocks of each course."""

    help = "Make the register of activities agree with the published courses."

    def add_arguments(self, parser: CommandParser) -> None:
        """Course keys."""
        parser.add_argument("course_keys", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        """One course after the other."""
        for course_key in options["course_keys"]:
            self.stdout.write(f"{course_key}: {activities.refresh_course(course_key)} blocks")
