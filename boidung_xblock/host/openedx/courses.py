"""What the platform knows of courses: their title and address, and the blocks of ours in them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from pydantic import ValidationError

from boidung_xblock.host import BlockFacts, CourseFacts
from boidung_xblock.host.openedx import keys

log = logging.getLogger(__name__)


@contextmanager
def published(course_key: Any) -> Iterator[Any]:
    """The modulestore, showing what is published (Studio's shows drafts), each structure read once. All releases."""
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.django import modulestore

    store = modulestore()
    with (
        store.branch_setting(ModuleStoreEnum.Branch.published_only, course_key),
        store.bulk_operations(course_key, emit_signals=False),
    ):
        yield store


def course_facts(course_key: str) -> CourseFacts | None:
    """``CourseOverview.get_from_id`` and ``course_experience.default_course_url``; all releases, LMS and Studio.

    One query; the first question about a course that has no overview yet makes one from the modulestore.
    """
    from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
    from openedx.features.course_experience import default_course_url

    key = keys.course_key(course_key)
    if key is None:
        return None
    try:
        overview = CourseOverview.get_from_id(key)
    except (CourseOverview.DoesNotExist, OSError):
        return None
    return CourseFacts(course_key, overview.display_name_with_default, default_course_url(key))


def course_keys() -> list[str]:
    """``modulestore().get_course_summaries`` (every course has one, overview or not); all releases, both projects.

    Reads the root of each course at once: for commands, not for pages.
    """
    from xmodule.modulestore.django import modulestore

    return sorted({keys.plain(summary.id) for summary in modulestore().get_course_summaries()})


def own_blocks(course_key: str) -> list[BlockFacts]:
    """Walks the published course in its order; ``modulestore().get_course(depth=None)``, all releases, both projects.

    A block whose authored content is broken is left out and logged: the others must not wait for it.
    """
    key = keys.course_key(course_key)
    if key is None:
        return []
    with published(key) as store:
        course = store.get_course(key, depth=None)
        blocks = [block for block in _walk(course) if keys.is_own(block.scope_ids.usage_id)] if course else []
        facts = (_facts(block, position) for position, block in enumerate(blocks))
        return [found for found in facts if found is not None]


def _walk(block: Any) -> Iterator[Any]:
    yield block
    for child in block.get_children() if block.has_children else ():
        yield from _walk(child)


def _facts(block: Any, position: int) -> BlockFacts | None:
    usage = keys.plain(block.scope_ids.usage_id)
    try:
        authored = block.activity_settings()
    except ValidationError as error:
        log.warning("%s is not registered, its content is broken: %s errors", usage, error.error_count())
        return None
    return BlockFacts(
        usage_key=usage,
        kind=block.scope_ids.block_type,
        title=block.display_name_with_default or "",
        position=position,
        periods=float(block.periods or 0),
        weight=float(block.weight or 0),
        due=block.due,
        settings=authored,
    )


def block_url(usage_key: str) -> str:
    """The LMS's view ``jump_to``, which leads to the unit wherever courses are shown; all releases.

    In Studio, which has no such view, the whole address below ``LMS_ROOT_URL``.
    """
    key = keys.usage_key(usage_key)
    if key is None:
        raise ValueError(f"{usage_key} is not a block of a course")
    course = str(key.context_key)
    try:
        return reverse("jump_to", args=[course, str(key)])
    except NoReverseMatch:
        return f"{settings.LMS_ROOT_URL}/courses/{course}/jump_to/{key}"
