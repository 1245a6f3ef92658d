"""What has moved in the platform, or is about to: looked up here alone, and only when it is asked for.

``COURSE_PUBLISHED`` and ``COURSE_DELETED`` are signals as attributes of a module, because
``plugin_app["signals_config"]`` can name no attribute of a class (the platform has them as
``SignalHandler.course_published`` and ``.course_deleted`` in all three releases).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings


def __getattr__(name: str) -> Any:
    if name in ("COURSE_PUBLISHED", "COURSE_DELETED"):
        from xmodule.modulestore.django import SignalHandler

        return getattr(SignalHandler, name.lower())
    raise AttributeError(name)


def in_lms() -> bool:
    """Whether this process is the LMS (or its worker). Both projects install the LMS's apps, so those do not tell."""
    return bool(settings.ROOT_URLCONF == "lms.urls")


def in_studio() -> bool:
    """Whether this process is Studio (or its worker)."""
    return bool(settings.ROOT_URLCONF == "cms.urls")


def feature(name: str) -> bool:
    """A toggle that was ``settings.FEATURES[name]`` (Teak, Ulmo) and is ``settings.<name>`` (Verawood)."""
    if hasattr(settings, name):
        return bool(getattr(settings, name))
    return bool(getattr(settings, "FEATURES", {}).get(name))


def relative_dates_enabled(course_key: Any) -> bool:
    """Whether self-paced learners have due dates of their own: ``RELATIVE_DATES_FLAG`` of ``course_experience``.

    The flag is to go some day, with the feature always on; edx-when itself asks it in the same way.
    """
    try:
        from openedx.features.course_experience import RELATIVE_DATES_FLAG
    except ImportError:
        return True
    return bool(RELATIVE_DATES_FLAG.is_enabled(course_key))


def completion_enabled() -> bool:
    """Whether the site tracks completion: the switch of edx-completion, whose package keeps it in ``waffle``."""
    from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH

    return bool(ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled())


def course_by_id(course_key: Any) -> Any:
    """The course block; django.http.Http404 if there is none. ``openedx.core.lib.courses`` in all three releases."""
    from openedx.core.lib.courses import get_course_by_id

    return get_course_by_id(course_key)


def grades_frozen(course_key: Any) -> bool:
    """Whether grades no longer change (course end and a buffer): ``grades.grade_utils`` in all three releases."""
    from lms.djangoapps.grades.grade_utils import are_grades_frozen

    return bool(are_grades_frozen(course_key))
