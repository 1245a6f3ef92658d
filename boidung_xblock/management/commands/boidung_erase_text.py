"""Erase the words of submitted versions, by the codes on their receipts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from boidung_xblock.errors import Missing
from boidung_xblock.reflections import api as reflections


class Command(BaseCommand):
    """Prints what was erased. For somebody who is named in another person's text and asks for it.

    Drafts, attached files, reasons and comments are not touched: the author and the markers can change those.
    """

    help = "Erase the text of submitted reflections for good. Their marks stay; the history says that text was erased."

    def add_arguments(self, parser: CommandParser) -> None:
        """Receipt codes."""
        parser.add_argument("receipt_codes", nargs="+", metavar="BD-XXXX-XXXX")

    def handle(self, *args: Any, **options: Any) -> None:
        """One after the other; a code that is unknown stops it, what was erased before stays erased."""
        for code in options["receipt_codes"]:
            try:
                erased = reflections.erase_version(code)
            except Missing as error:
                raise CommandError(f"no submission has the code {code}") from error
            self.stdout.write(f"{code}: {'erased' if erased else 'nothing left to erase'}")
            if others := reflections.other_texts(code):
                self.stdout.write(f"  the same work still has text under {', '.join(others)}")
