"""The roster: what other parts may call."""

from boidung_xblock.roster.erasing import discard_imports, erase_person, people_of
from boidung_xblock.roster.groups import (
    GroupFacts,
    GroupMember,
    group_facts,
    group_members,
    groups_below,
    units_above,
)
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
from boidung_xblock.roster.learners import (
    Learner,
    UnitAbove,
    core_teachers_of,
    count_learners,
    learner_of,
    learners_after,
    learners_in_batches,
    offices_above,
    rounds_naming,
)
from boidung_xblock.roster.people import (
    Contact,
    PersonRow,
    RosterPage,
    contacts_around,
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
    "GroupFacts",
    "GroupMember",
    "ImportBrief",
    "ImportView",
    "Issue",
    "Learner",
    "PersonRow",
    "RosterPage",
    "RoundBrief",
    "UnitAbove",
    "contacts_around",
    "core_contacts",
    "core_teachers_of",
    "count_learners",
    "create_round",
    "discard_imports",
    "erase_person",
    "group_briefs",
    "group_facts",
    "group_members",
    "groups_below",
    "import_view",
    "learner_of",
    "learners_after",
    "learners_in_batches",
    "link_person",
    "name_round_admin",
    "offices_above",
    "open_rejected",
    "people_of",
    "recent_imports",
    "request_apply",
    "roster_page",
    "round_title",
    "rounds_for",
    "rounds_naming",
    "run_apply",
    "run_check",
    "units_above",
    "upload_workbook",
    "viewer_for",
    "viewer_for_round",
]
