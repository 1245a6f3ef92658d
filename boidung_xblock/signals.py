"""What the site tells us: a learner's state was deleted, an account was retired, somebody logged in."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError, transaction

from boidung_xblock.activities import api as activities
from boidung_xblock.drafts import api as drafts
from boidung_xblock.files import api as files
from boidung_xblock.grading import api as grading
from boidung_xblock.meetings import api as meetings
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reports import api as reports
from boidung_xblock.roster import api as roster
from boidung_xblock.selfstudy import api as selfstudy
from boidung_xblock.support import api as support

log = logging.getLogger(__name__)


def learner_state_deleted(*, usage_key: str, user_id: int) -> bool:
    """An instructor deleted a learner's state of one block: put our rows aside, with their history.

    Nothing is destroyed: versions and marks stay, archived; drafts and attached files stay with the learner.
    True if the block is one of ours. Calling it again changes nothing.
    """
    activity = activities.find(usage_key)
    if activity is None:
        return False
    with transaction.atomic():
        reflections.archive(activity_id=activity.pk, author_id=user_id)
        selfstudy.archive(activity_id=activity.pk, learner_id=user_id)
        grading.archive(activity_id=activity.pk, learner_id=user_id)
    return True


def learner_retired(user_id: int, *, username: str = "", email: str = "") -> None:
    """An account is retired for good: erase what it wrote and its name, in one transaction. See the applets.

    ``username`` and ``email`` are those it had: a line of a staff list that waited for them is erased as well.

    Numbers and decisions stay (who marked what when, points, whether passed): they are the province's record, under
    the account's id, which the platform keeps as well. An error passes on, so that the retirement is tried again;
    doing it again changes nothing.
    """
    with transaction.atomic():
        drafts.erase_person(user_id)
        files.erase_person(user_id)
        reflections.erase_person(user_id)
        selfstudy.erase_person(user_id)
        grading.erase_person(user_id)
        support.erase_person(user_id)
        meetings.erase_person(user_id, username=username, email=email)
        reports.erase_person(user_id, username=username, email=email)
        # Last: it forgets who the person was.
        roster.erase_person(user_id, username=username, email=email)


def link_at_login(sender: Any, *, user: Any, **kwargs: Any) -> None:
    """Receiver of Django's ``user_logged_in``: link the account to its line of a staff list, if one waits for it.

    A login never fails because of it.
    """
    try:
        with transaction.atomic():
            roster.link_person(user)
    except DatabaseError:
        log.exception("account %s could not be linked to the roster", user.pk)
