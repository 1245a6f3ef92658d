"""The roster's office, for the event of an import."""

from tests.roster.conftest import office

__all__ = ["office"]
