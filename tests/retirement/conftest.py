"""The roster's office, for old uploads."""

from tests.roster.conftest import office

__all__ = ["office"]
