"""Who somebody is: roles, enrolment, masquerade, name, zone; accounts found, made and enrolled.

Modules of ``common.djangoapps.student`` and ``openedx.core.djangoapps`` load in the LMS and in Studio alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import crum
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from edx_django_utils.cache import RequestCache

from boidung_xblock.conf import setting
from boidung_xblock.host import Account, CourseAccess, Masquerade
from boidung_xblock.host.openedx import keys, names

_BATCH = 500
# Where the platform keeps, in the session, whom staff view a course as: {course key: CourseMasquerade}.
_MASKS = "masquerade_settings"


def course_access(user: Any, course_key: str) -> CourseAccess:
    """Roles through the role classes of ``common.djangoapps.student.roles`` and ``CourseEnrollment.is_enrolled``.

    All releases. The role classes know inherited roles (limited staff) and the newer role storage of Verawood, which
    a query on ``CourseAccessRole`` would miss. Nobody has a role while viewing as somebody else. Two queries, both
    cached by the platform for the request.
    """
    key = keys.course_key(course_key)
    if key is None or not user.is_authenticated:
        return CourseAccess()
    from common.djangoapps.student.models import CourseEnrollment

    enrolled = bool(CourseEnrollment.is_enrolled(user, key))
    if _wears_mask(user, course_key):
        return CourseAccess(enrolled=enrolled)
    admin = _is_admin(user, key)
    return CourseAccess(
        enrolled=enrolled, staff=admin or _is_staff(user, key), admin=admin, global_staff=bool(user.is_staff)
    )


def _is_admin(user: Any, key: Any) -> bool:
    from common.djangoapps.student.roles import CourseInstructorRole, GlobalStaff, OrgInstructorRole

    return bool(
        GlobalStaff().has_user(user)
        or CourseInstructorRole(key).has_user(user)
        or OrgInstructorRole(key.org).has_user(user)
    )


def _is_staff(user: Any, key: Any) -> bool:
    from common.djangoapps.student.roles import CourseStaffRole, OrgStaffRole

    return bool(CourseStaffRole(key).has_user(user) or OrgStaffRole(key.org).has_user(user))


def may_author(user: Any, course_key: str) -> bool:
    """``student.auth.has_studio_write_access``, which limited staff do not pass; all releases."""
    key = keys.course_key(course_key)
    if key is None or not user.is_authenticated:
        return False
    from common.djangoapps.student.auth import has_studio_write_access

    return bool(has_studio_write_access(user, key))


def masquerade(course_key: str) -> Masquerade:
    """The mask of the current request: read as ``courseware.masquerade.setup_masquerade`` does, without its writing.

    All releases. The platform hangs the masks on ``request.user`` where its own views and handlers run; our plain
    pages find them in the session. The request comes from crum, whose middleware both projects install. As in the
    platform a mask counts only while its wearer is staff of the course.
    """
    mask, _ = _mask(course_key)
    if mask is None:
        return Masquerade.NONE
    return Masquerade.LEARNER if mask.user_name else Masquerade.ROLE


def _wears_mask(user: Any, course_key: str) -> bool:
    """Whether ``user`` is the one behind the current request's mask, or the learner it shows."""
    mask, wearer = _mask(course_key)
    return mask is not None and (user.pk == wearer.pk or user.get_username() == mask.user_name)


def _mask(course_key: str) -> tuple[Any, Any]:
    """The platform's ``CourseMasquerade`` (None without one) and who wears it."""
    request, key = crum.get_current_request(), keys.course_key(course_key)
    shown = getattr(request, "user", None)
    if key is None or shown is None or not shown.is_authenticated or not names.in_lms():
        return None, None
    masks = getattr(shown, _MASKS, None)
    if masks is None:
        masks = getattr(request, "session", {}).get(_MASKS)
    mask = (masks or {}).get(key)
    # Choosing "staff" in the menu leaves a mask that hides nothing.
    if mask is None or (mask.role == "staff" and not mask.user_name):
        return None, None
    wearer = getattr(shown, "real_user", shown)
    allowed = names.feature("ENABLE_MASQUERADE") and (_is_admin(wearer, key) or _is_staff(wearer, key))
    return (mask, wearer) if allowed else (None, None)


def display_name(user: Any) -> str:
    """``user.profile.name`` (all releases), else the username. At most one query, none if the profile is loaded."""
    profile = getattr(user, "profile", None)
    return (profile.name if profile else "") or user.get_username()


def time_zone(user: Any) -> str:
    """The preference ``time_zone`` through ``UserPreference.get_value`` (all releases); one query in a request."""
    default = str(setting("BOIDUNG_TIME_ZONE"))
    if not user.is_authenticated:
        return default
    cached = RequestCache("boidung.time_zone").get_cached_response(user.pk)
    if cached.is_found:
        return str(cached.value)
    from openedx.core.djangoapps.user_api.models import UserPreference

    found = str(UserPreference.get_value(user, "time_zone") or default)
    RequestCache("boidung.time_zone").set(user.pk, found)
    return found


def find_accounts(*, usernames: Iterable[str], emails: Iterable[str]) -> list[Account]:
    """Accounts of ``auth_user`` with their profiles, whatever the case of the names; one query per 500 names."""
    wanted = [("username", name.lower()) for name in sorted(set(usernames)) if name]
    wanted += [("email", address.lower()) for address in sorted(set(emails)) if address]
    found: dict[int, Account] = {}
    for start in range(0, len(wanted), _BATCH):
        batch = set(wanted[start : start + _BATCH])
        for user in _users_named(batch):
            # A database's collation may hold more to be equal than we do (accents, on MySQL).
            if ("username", user.username.lower()) in batch or ("email", user.email.lower()) in batch:
                found[user.pk] = Account(user.pk, user.username, user.email, display_name(user))
    return [found[pk] for pk in sorted(found)]


def _users_named(batch: set[tuple[str, str]]) -> QuerySet[Any]:
    usernames, emails = ([value for kind, value in batch if kind == which] for which in ("username", "email"))
    users = get_user_model().objects.select_related("profile")
    if connection.vendor == "mysql":
        # Its collation ignores case anyway, and a function would keep it from using the index.
        return users.filter(Q(username__in=usernames) | Q(email__in=emails))
    users = users.annotate(low_name=Lower("username"), low_email=Lower("email"))
    return users.filter(Q(low_name__in=usernames) | Q(low_email__in=emails))


def create_account(*, username: str, email: str, full_name: str) -> Account:
    """An active account with ``Registration`` and ``UserProfile``, as the platform's bulk registration makes them.

    ``username_exists_or_retired`` and ``email_exists_or_retired`` of ``common.djangoapps.student.models.user`` know
    the names of retired people (all releases). ValueError if a name is or was taken, or is none the platform's
    addresses can hold. Some twenty queries, and a few tasks of the platform.
    """
    if not re.fullmatch(settings.USERNAME_REGEX_PARTIAL, username):
        raise ValueError("the platform has no such usernames")
    try:
        with transaction.atomic():
            _check_free(username, email)
            user = _new_user(username, email, full_name)
    except IntegrityError as error:
        raise ValueError("username or e-mail is taken") from error
    return Account(user.pk, user.username, user.email, full_name)


def _check_free(username: str, email: str) -> None:
    from common.djangoapps.student.models.user import email_exists_or_retired, username_exists_or_retired

    users = get_user_model().objects
    if (
        users.filter(Q(username__iexact=username) | Q(email__iexact=email)).exists()
        or username_exists_or_retired(username)
        or email_exists_or_retired(email)
    ):
        raise ValueError("username or e-mail is taken")


def _new_user(username: str, email: str, full_name: str) -> Any:
    from common.djangoapps.student.models import Registration, UserProfile

    # Without a password it is unusable: people come in through a reset link or the organisation's login.
    user = get_user_model().objects.create_user(username, email)
    Registration().register(user)
    UserProfile.objects.create(user=user, name=full_name)
    return user


def enrol(*, user_id: int, course_key: str) -> None:
    """``CourseEnrollment.enroll`` in the course's default mode, closed or full courses included; all releases.

    Whoever is enrolled already stays as they are, mode and all. Exceptions of a site's own enrolment filters pass.
    ValueError if there is no such course key.
    """
    from common.djangoapps.student.models import CourseEnrollment

    key = keys.course_key(course_key)
    if key is None:
        raise ValueError(f"{course_key} is not a course")
    user = get_user_model().objects.select_related("profile").get(pk=user_id)
    if not CourseEnrollment.is_enrolled(user, key):
        CourseEnrollment.enroll(user, key, check_access=False)
