"""The list of a course that says which advanced blocks its authors find."""

from __future__ import annotations

from collections.abc import Sequence

from boidung_xblock.host import NoSuchCourse, NotInStudio
from boidung_xblock.host.openedx import keys, names


def offer_blocks(course_key: str, kinds: Sequence[str], *, dry_run: bool = False) -> list[str]:
    """Append what is missing to the course's ``advanced_modules``, by ``modulestore().update_item``; gives what was.

    All releases, Studio only: the LMS's modulestore shows what is published and takes no change. The course block
    publishes itself when it is written. In a command's name (``ModuleStoreEnum.UserID.mgmt_command``).
    """
    from xmodule.modulestore import ModuleStoreEnum
    from xmodule.modulestore.django import modulestore

    if not names.in_studio():
        raise NotInStudio(course_key)
    key, store = keys.course_key(course_key), modulestore()
    if key is None:
        raise NoSuchCourse(course_key)
    with store.branch_setting(ModuleStoreEnum.Branch.draft_preferred, key), store.bulk_operations(key):
        course = store.get_course(key)
        if course is None:
            raise NoSuchCourse(course_key)
        missing = [kind for kind in kinds if kind not in course.advanced_modules]
        if missing and not dry_run:
            course.advanced_modules = [*course.advanced_modules, *missing]
            store.update_item(course, ModuleStoreEnum.UserID.mgmt_command)
    return missing
