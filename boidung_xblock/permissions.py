"""Who may do what: one predicate per action, composed from few small ones; the table of design section 4.

A predicate takes a ``Viewer`` and, where it concerns somebody's work, that work. Each docstring says who may and
what is refused. Ask with ``can(viewer, action, work)``, insist with ``require``. Lists come from the applets'
``scope(viewer)``; a test proves that scope and predicate agree.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import rules

from boidung_xblock.errors import refused
from boidung_xblock.host import Masquerade
from boidung_xblock.viewer import Viewer


class Made(Protocol):
    """What somebody made in a group of a course, as far as permissions go: ``support.Question`` satisfies it."""

    @property
    def author_id(self) -> int:
        """Whose work it is."""

    @property
    def group_id(self) -> int | None:
        """The group in which it was made."""

    @property
    def course_key(self) -> str:
        """The course it belongs to."""


class Work(Made, Protocol):
    """Somebody's reflection: models of ``reflections`` satisfy it."""

    @property
    def archive_no(self) -> int:
        """0 while it counts."""

    @property
    def leader_may_read(self) -> bool:
        """Whether the block lets the group's leader read it."""


class GroupMeeting(Protocol):
    """A group's meeting and its minutes: ``meetings.MeetingInView`` satisfies it."""

    @property
    def group_id(self) -> int | None:
        """The group that meets."""

    @property
    def course_key(self) -> str:
        """The course it belongs to."""

    @property
    def unit_ids(self) -> frozenset[int]:
        """The group's school and cluster and every unit above them."""

    @property
    def named(self) -> frozenset[int]:
        """People (ids of the roster) in the roll call."""

    @property
    def members_write(self) -> bool:
        """Whether the block lets every member of the group write."""


class Action(Enum):
    """What can be asked for; the value names the rule."""

    WRITE_OWN = "reflection.write_own"
    READ = "reflection.read"
    MARK = "reflection.mark"  # also return for revision
    OPEN_DESK = "desk.open"
    SEE_TAB = "tab.see"
    LIST_MINUTES = "minutes.list"  # the archive; it holds what one may READ_MINUTES
    READ_ROSTER = "roster.read"
    CHANGE_ROSTER = "roster.change"
    ASK = "question.ask"  # also ask further
    ANSWER_QUESTION = "question.answer"
    READ_QUESTION = "question.read"
    READ_MINUTES = "minutes.read"
    WRITE_MINUTES = "minutes.write"  # also send for confirmation
    CONFIRM_MINUTES = "minutes.confirm"
    APPROVE_MINUTES = "minutes.approve"  # also record that a meeting was made up
    REOPEN_MINUTES = "minutes.reopen"
    READ_RESULTS = "results.read"
    EXPORT_RESULTS = "results.export"  # also download what was exported


@rules.predicate
def is_enrolled(viewer: Viewer) -> bool:
    """Actively enrolled in the course. Visitors and unenrolled accounts are refused."""
    return viewer.is_known and viewer.access.enrolled


@rules.predicate
def is_themselves(viewer: Viewer) -> bool:
    """Not viewing as somebody else. Handlers say so kindly before they come here; this is the last door."""
    return viewer.masquerade is Masquerade.NONE


@rules.predicate
def is_course_staff(viewer: Viewer) -> bool:
    """Course staff, instructors and global staff, by the platform's own word. Under masquerade: nobody."""
    return viewer.is_known and viewer.access.staff


@rules.predicate
def is_round_admin(viewer: Viewer) -> bool:
    """Named administrator of the round, instructor of one of its courses, or global staff. Under masquerade: nobody."""
    return viewer.is_known and viewer.masquerade is Masquerade.NONE and viewer.roster.round_admin


@rules.predicate
def is_core_teacher(viewer: Viewer) -> bool:
    """Core teacher of any group of the round; enrolment is not asked for. Under masquerade: nobody."""
    return viewer.is_known and viewer.masquerade is Masquerade.NONE and bool(viewer.roster.core_teacher_of)


@rules.predicate
def runs_groups(viewer: Viewer) -> bool:
    """Leader or secretary of a group, or manager of a unit. Other members are refused. Under masquerade: nobody."""
    roles = viewer.roster
    held = roles.leads or roles.keeps_minutes_of or roles.manages
    return viewer.is_known and viewer.masquerade is Masquerade.NONE and bool(held)


@rules.predicate
def is_in_the_round(viewer: Viewer) -> bool:
    """On the roster of the course's round in any role. Enrolled people who are in no round: refused."""
    return viewer.is_known and viewer.roster.person_id is not None


@rules.predicate
def is_core_teacher_of_work(viewer: Viewer, work: Made | GroupMeeting) -> bool:
    """Core teacher of the very group in which the work was made; core teachers of other groups are refused."""
    return is_core_teacher.test(viewer) and work.group_id is not None and work.group_id in viewer.roster.core_teacher_of


@rules.predicate
def is_same_course(viewer: Viewer, work: Made | GroupMeeting) -> bool:
    """The work belongs to the course the viewer stands in; ids of another course are refused."""
    return work.course_key == viewer.course_key


@rules.predicate
def counts(viewer: Viewer, work: Work) -> bool:
    """The work was not put aside with the learner's deleted state."""
    return work.archive_no == 0


@rules.predicate
def is_author(viewer: Viewer, work: Made) -> bool:
    """It is the viewer's own work."""
    return viewer.is_known and work.author_id == viewer.user_id


@rules.predicate
def is_leader_let_in(viewer: Viewer, work: Work) -> bool:
    """Leader of the work's group, where the block lets leaders read; secretaries and members are refused."""
    return (
        viewer.is_known
        and viewer.masquerade is Masquerade.NONE
        and work.leader_may_read
        and work.group_id is not None
        and work.group_id in viewer.roster.leads
    )


@rules.predicate
def is_of_the_group(viewer: Viewer, meeting: GroupMeeting) -> bool:
    """Member, leader or secretary of the group that meets, now. Members of other groups: refused."""
    return viewer.is_known and meeting.group_id in viewer.roster.member_of


@rules.predicate
def is_named(viewer: Viewer, meeting: GroupMeeting) -> bool:
    """In the roll call, also after moving to another group. Others, the group's new members among them: refused."""
    return viewer.is_known and viewer.roster.person_id is not None and viewer.roster.person_id in meeting.named


@rules.predicate
def leads_the_group(viewer: Viewer, meeting: GroupMeeting) -> bool:
    """Leader of the group: chairs its meetings. Secretaries and members are refused."""
    return viewer.is_known and meeting.group_id in viewer.roster.leads


@rules.predicate
def keeps_the_minutes(viewer: Viewer, meeting: GroupMeeting) -> bool:
    """Leader or secretary of the group; its members where the block lets them write."""
    return leads_the_group.test(viewer, meeting) or (
        viewer.is_known
        and (
            meeting.group_id in viewer.roster.keeps_minutes_of
            or (meeting.members_write and meeting.group_id in viewer.roster.member_of)
        )
    )


@rules.predicate
def manages_the_group(viewer: Viewer, meeting: GroupMeeting) -> bool:
    """Manager of the group's school or cluster, or of a unit above. Managers of other units are refused."""
    return viewer.is_known and not viewer.roster.manages.isdisjoint(meeting.unit_ids)


_ON_MINUTES = frozenset(
    {
        Action.READ_MINUTES,
        Action.WRITE_MINUTES,
        Action.CONFIRM_MINUTES,
        Action.APPROVE_MINUTES,
        Action.REOPEN_MINUTES,
    }
)
_ON_WORK = frozenset({Action.READ, Action.MARK, Action.ANSWER_QUESTION, Action.READ_QUESTION}) | _ON_MINUTES

_RULES = rules.RuleSet()
_RULES.add_rule(Action.WRITE_OWN.value, is_enrolled & is_themselves)
_RULES.add_rule(
    Action.READ.value,
    is_same_course
    & (is_author | counts & (is_leader_let_in | is_core_teacher_of_work | is_course_staff | is_round_admin)),
)
_RULES.add_rule(
    Action.MARK.value,
    is_same_course & counts & ~is_author & (is_core_teacher_of_work | is_course_staff | is_round_admin),
)
_RULES.add_rule(Action.OPEN_DESK.value, is_core_teacher | is_course_staff | is_round_admin)
_RULES.add_rule(Action.SEE_TAB.value, is_core_teacher | runs_groups | is_course_staff | is_round_admin)
_RULES.add_rule(Action.LIST_MINUTES.value, is_themselves & (is_in_the_round | is_course_staff | is_round_admin))
_RULES.add_rule(Action.READ_ROSTER.value, is_course_staff | is_round_admin)
_RULES.add_rule(Action.CHANGE_ROSTER.value, is_round_admin)
_RULES.add_rule(Action.READ_RESULTS.value, is_course_staff | is_round_admin)
_RULES.add_rule(Action.EXPORT_RESULTS.value, is_round_admin)
_RULES.add_rule(Action.ASK.value, is_enrolled & is_themselves)
_RULES.add_rule(
    Action.ANSWER_QUESTION.value,
    is_same_course & ~is_author & (is_core_teacher_of_work | is_course_staff | is_round_admin),
)
_RULES.add_rule(
    Action.READ_QUESTION.value,
    is_same_course & (is_author | is_core_teacher_of_work | is_course_staff | is_round_admin),
)
# Minutes: the table's rows from "read the group's minutes" on. Under "view as" nobody.
_MINUTED = is_same_course & is_themselves
_RULES.add_rule(
    Action.READ_MINUTES.value,
    _MINUTED
    & (is_of_the_group | is_named | is_core_teacher_of_work | manages_the_group | is_course_staff | is_round_admin),
)
_RULES.add_rule(Action.WRITE_MINUTES.value, _MINUTED & (keeps_the_minutes | is_course_staff | is_round_admin))
_RULES.add_rule(Action.CONFIRM_MINUTES.value, _MINUTED & is_named)
_RULES.add_rule(Action.APPROVE_MINUTES.value, _MINUTED & (leads_the_group | is_course_staff | is_round_admin))
_RULES.add_rule(
    Action.REOPEN_MINUTES.value,
    _MINUTED & (leads_the_group | is_core_teacher_of_work | is_course_staff | is_round_admin),
)


def can(viewer: Viewer, action: Action, work: Made | GroupMeeting | None = None) -> bool:
    """True if the viewer may. Actions on work (READ, MARK), a question or minutes need it; without it: refused."""
    if work is None:
        return action not in _ON_WORK and _RULES.test_rule(action.value, viewer)
    return _RULES.test_rule(action.value, viewer, work)


def require(viewer: Viewer, action: Action, work: Made | GroupMeeting | None = None) -> None:
    """Raise ``Refused`` (403) unless ``can``."""
    if not can(viewer, action, work):
        raise refused()
