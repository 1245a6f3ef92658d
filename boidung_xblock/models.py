"""Where Django looks for models: gathers the applets' tables, defines none."""

from boidung_xblock.activities.models import Activity
from boidung_xblock.drafts.models import Draft
from boidung_xblock.files.models import Attachment
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry
from boidung_xblock.meetings.models import Minutes, MinutesRevision, RollCall
from boidung_xblock.reflections.models import Reflection, ReflectionEvent, ReflectionVersion, VersionFile
from boidung_xblock.reports.models import ResultFile
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
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from boidung_xblock.support.models import Question, QuestionMessage

__all__ = [
    "Activity",
    "Assignment",
    "Attachment",
    "CheckpointWork",
    "Draft",
    "Grade",
    "Group",
    "Mark",
    "Minutes",
    "MinutesRevision",
    "OutboxEntry",
    "Person",
    "Question",
    "QuestionMessage",
    "Reflection",
    "ReflectionEvent",
    "ReflectionVersion",
    "ResultFile",
    "RollCall",
    "RosterImport",
    "Round",
    "RoundCourse",
    "StepAnswer",
    "Unit",
    "UnitClosure",
    "VersionFile",
]
