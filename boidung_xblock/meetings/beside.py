"""What a member's page of a meeting says of the group's minutes."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from boidung_xblock import around
from boidung_xblock.meetings import states
from boidung_xblock.meetings.models import Minutes, RollCall


def minutes_around(*, activity_id: int, group_id: int, user_id: int) -> QuerySet[Any]:
    """The group's minutes for ``around``: kind "minutes", ``key`` the state, ``text`` the conclusion.

    ``at`` is the approval, ``who`` the last writer; ``number`` is 1 while minutes wait and the person, who was
    present, has not confirmed the text as it was sent.
    """
    unconfirmed = RollCall.objects.filter(
        minutes=OuterRef("pk"),
        person__user_id=user_id,
        status=states.PRESENT,
        confirmed_revision__lt=OuterRef("revision_no"),
    )
    asks = Case(When(Exists(unconfirmed), state=states.WAITING, then=Value(1)), default=Value(0))
    rows = Minutes.objects.filter(activity_id=activity_id, group_id=group_id)
    shown = {"text": "conclusion", "who": "saved_by_name", "at": "approved_at"}
    return around.part(rows, "minutes", key="state", number=asks, **shown)
