"""The platform's cohorts, read only: asking must not put anybody into one."""

from __future__ import annotations

from collections.abc import Iterable

from boidung_xblock.host.openedx import keys

_BATCH = 500


def cohort_names(*, course_key: str, user_ids: Iterable[int]) -> dict[int, str]:
    """``CohortMembership`` of ``openedx.core.djangoapps.course_groups.models``; all releases, LMS and Studio.

    Not ``get_cohort``, which assigns a cohort to whoever has none, unless told otherwise, and answers for one person
    at a time. Empty where ``CourseCohortsSettings`` says no: memberships of old then mean nothing (its function
    ``is_course_cohorted`` would write such a row). One query, and one more per 500 people.
    """
    from openedx.core.djangoapps.course_groups.models import CohortMembership, CourseCohortsSettings

    key, wanted = keys.course_key(course_key), sorted(set(user_ids))
    if key is None or not wanted:
        return {}
    if not CourseCohortsSettings.objects.filter(course_id=key, is_cohorted=True).exists():
        return {}
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _BATCH):
        rows = CohortMembership.objects.filter(course_id=key, user_id__in=wanted[start : start + _BATCH])
        found.update(rows.values_list("user_id", "course_user_group__name"))
    return found
