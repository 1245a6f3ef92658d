"""Make a round with its courses and administrators; run again, it adds what is missing."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from boidung_xblock.errors import BoidungError
from boidung_xblock.host import get_host
from boidung_xblock.roster import api as roster


class Command(BaseCommand):
    """Prints the round's id."""

    help = "Make a training round: its courses, and the accounts that administer it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The round, its courses and its administrators."""
        parser.add_argument("--slug", required=True, help="short name of the round, such as dot-1")
        parser.add_argument("--title", required=True)
        parser.add_argument("--organisation", required=True, help="short name of the office whose staff lists are used")
        parser.add_argument("--course", action="append", default=[], help="course key; may be given several times")
        parser.add_argument("--admin", action="append", default=[], help="username; may be given several times")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything first, then write."""
        missing = [key for key in options["course"] if get_host().course_facts(key) is None]
        if missing:
            raise CommandError(f"no such course: {', '.join(missing)}")
        admins = {user.get_username(): user for user in self._users(options["admin"])}
        unknown = [name for name in options["admin"] if name not in admins]
        if unknown:
            raise CommandError(f"no such account: {', '.join(unknown)}")
        try:
            round_id = roster.create_round(
                slug=options["slug"],
                title=options["title"],
                organisation=options["organisation"],
                course_keys=options["course"],
            )
        except BoidungError as error:
            raise CommandError(error.message) from error
        for user in admins.values():
            roster.name_round_admin(round_id, user)
        self.stdout.write(f"round {round_id}: {len(options['course'])} courses, {len(admins)} administrators")

    def _users(self, names: list[str]) -> Any:
        return get_user_model().objects.filter(username__in=names)
