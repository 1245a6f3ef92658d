"""The roster: what other parts may call."""

from boidung_xblock.roster.roles import viewer_for, viewer_for_round

__all__ = ["viewer_for", "viewer_for_round"]
