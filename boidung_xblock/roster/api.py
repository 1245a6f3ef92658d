"""The roster: what other parts may call."""

from boidung_xblock.roster.erasing import discard_imports, erase_person
from boidung_xblock.roster.imports import (
    ImportBrief,
    ImportView,
    import_view,
    open_rejected,
    recent_imports,
    request_apply,
    upload_workbook,
)
from boidung_xblock.roster.issues import Issue
from boidung_xblock.roster.people import (
    Contact,
    PersonRow,
    RosterPage,
    core_contacts,
    group_briefs,
    link_person,
    roster_page,
)
from boidung_xblock.roster.roles import viewer_for, viewer_for_round
from boidung_xblock.roster.rounds import RoundBrief, create_round, name_round_admin, round_title, rounds_for
from boidung_xblock.roster.running import run_apply, run_check
from boidung_xblock.viewer import GroupBrief

__all__ = [
    "Contact",
    "GroupBrief",
    "ImportBrief",
    "ImportView",
    "Issue",
    "PersonRow",
    "RosterPage",
    "RoundBrief",
    "core_contacts",
    "create_round",
    "discard_imports",
    "erase_person",
    "group_briefs",
    "import_view",
    "link_person",
    "name_round_admin",
    "open_rejected",
    "recent_imports",
    "request_apply",
    "roster_page",
    "round_title",
    "rounds_for",
    "run_apply",
    "run_check",
    "upload_workbook",
    "viewer_for",
    "viewer_for_round",
]
