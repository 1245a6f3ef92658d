"""Rebuild the register of activities of courses."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from boidung_xblock.activities import api as activities
from boidung_xblock.host import get_host


class Command(BaseCommand):
    """Prints the number of live blocks of each course. A course that fails does not stop the others."""

    help = "Make the register of activities agree with the published courses."

    def add_arguments(self, parser: CommandParser) -> None:
        """Course keys, or all."""
        parser.add_argument("course_keys", nargs="*")
        parser.add_argument("--all", action="store_true", help="every course of the site, deleted ones included")

    def handle(self, *args: Any, **options: Any) -> None:
        """One course after the other."""
        if bool(options["course_keys"]) == options["all"]:
            raise CommandError("Name courses, or give --all.")
        courses = options["course_keys"] or sorted({*get_host().course_keys(), *activities.course_keys()})
        failed = [course_key for course_key in courses if not self._refreshed(course_key)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(courses)} courses could not be read: {', '.join(failed)}")

    def _refreshed(self, course_key: str) -> bool:
        try:
            found = activities.refresh_course(course_key)
        except Exception as error:
            self.stderr.write(f"{course_key}: {type(error).__name__}: {error}")
            return False
        self.stdout.write(f"{course_key}: {found} blocks")
        return True
