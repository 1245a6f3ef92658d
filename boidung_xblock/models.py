"""Where Django looks for models: gathers the applets' tables, defines none."""

from boidung_xblock.activities.models import Activity
from boidung_xblock.drafts.models import Draft
from boidung_xblock.files.models import Attachment
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion, VersionFile
from boidung_xblock.roster.models import (
    Assignment,
    Group,
    Person,
    RosterImport,
    Round,
    RoundCourse,
    Unit,
    UnitClosure,
)

__all__ = [
    "Activity",
    "Assignment",
    "Attachment",
    "Draft",
    "Grade",
    "Group",
    "Mark",
    "OutboxEntry",
    "Person",
    "Reflection",
    "ReflectionEvent",
    "ReflectionVersion",
    "RosterImport",
    "Round",
    "RoundCourse",
    "Unit",
    "UnitClosure",
    "VersionFile",
]
