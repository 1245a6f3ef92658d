"""Switch the blocks of this package on in courses that exist already."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from boidung_xblock.conf import block_types
from boidung_xblock.host import NoSuchCourse, NotInStudio, get_host


class Command(BaseCommand):
    """Prints what was added to each course; again adds nothing. A course that fails does not stop the others."""

    help = "Offer the blocks of this package to the authors of courses, under Advanced. Belongs to Studio."

    def add_arguments(self, parser: CommandParser) -> None:
        """Course keys, or all."""
        parser.add_argument("course_keys", nargs="*")
        parser.add_argument("--all", action="store_true", help="every course of the site")
        parser.add_argument("--dry-run", action="store_true", help="print what would be added, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """One course after the other."""
        if bool(options["course_keys"]) == options["all"]:
            raise CommandError("Name courses, or give --all.")
        courses = options["course_keys"] or get_host().course_keys()
        failed = [key for key in courses if not self._offered(key, dry_run=options["dry_run"])]
        if failed:
            raise CommandError(f"{len(failed)} of {len(courses)} courses were not changed: {', '.join(failed)}")

    def _offered(self, course_key: str, *, dry_run: bool) -> bool:
        try:
            added = get_host().offer_blocks(course_key, block_types(), dry_run=dry_run)
        except NotInStudio as error:
            raise CommandError("This command belongs to Studio: run it there (./manage.py cms …).") from error
        except NoSuchCourse:
            self.stderr.write(f"{course_key}: no such course")
            return False
        except Exception as error:
            self.stderr.write(f"{course_key}: {type(error).__name__}: {error}")
            return False
        what = "would add" if dry_run else "added"
        self.stdout.write(f"{course_key}: {what} {', '.join(added)}" if added else f"{course_key}: nothing to add")
        return True
