"""Who uses a block, where it stands, and whether anything may be stored there."""

from __future__ import annotations

from enum import Enum
from typing import Any

import crum
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from boidung_xblock.host import Masquerade
from boidung_xblock.roster import api as roster
from boidung_xblock.viewer import Viewer

USER_ID = "edx-platform.user_id"


class Place(Enum):
    """Where a block is being shown."""

    COURSE = "course"  # to a person in a course: what they do is stored
    AUTHORING = "authoring"  # Studio's preview, a library: handlers answer but store nothing
    VIEW_AS = "view_as"  # staff viewing as a learner: the same


def usage_key(block: Any) -> str:
    """The block's key as text, without branch and version: the one name of its records."""
    usage = block.scope_ids.usage_id
    for strip in ("for_branch", "version_agnostic"):
        if hasattr(usage, strip):
            usage = usage.for_branch(None) if strip == "for_branch" else usage.version_agnostic()
    return str(usage)


def course_key(block: Any) -> str:
    """The course's key as text; "" in a library and wherever a usage key has no course."""
    context = getattr(block.scope_ids.usage_id, "context_key", None)
    if context is None or not getattr(context, "is_course", False):
        return ""
    return str(context.for_branch(None).version_agnostic())


def current_user(block: Any) -> Any:
    """The Django user the runtime names (under "view as" the learner), else an anonymous one; never creates anybody."""
    service = block.runtime.service(block, "user")
    user_id = service.get_current_user().opt_attrs.get(USER_ID) if service else None
    if user_id is None:
        return AnonymousUser()
    requester = crum.get_current_user()
    if requester is not None and requester.pk == user_id:
        return requester
    return get_user_model().objects.filter(pk=user_id).first() or AnonymousUser()


def viewer_of(block: Any) -> Viewer:
    """The viewer of the block's course."""
    return roster.viewer_for(current_user(block), course_key(block))


def place_of(block: Any, viewer: Viewer) -> Place:
    """Where the block is shown; only in ``Place.COURSE`` may anything be written."""
    if getattr(block.runtime, "is_author_mode", False) or not viewer.course_key:
        return Place.AUTHORING
    if viewer.is_known and block.scope_ids.user_id is None:
        # Studio calls its authors' handlers on a block that is bound to nobody.
        return Place.AUTHORING
    if viewer.masquerade is not Masquerade.NONE:
        return Place.VIEW_AS
    return Place.COURSE
