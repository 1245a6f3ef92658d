"""Roles, enrolment, "view as", and who may load what: the platform's ``has_access`` and masquerade in small."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from crum import get_current_request
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse

from boidung_xblock.host import CourseAccess, Masquerade
from demo.models import CourseRole, Enrolment, RetiredName

_SETTINGS = "masquerade_settings"  # session: {course key: {"role", "user_name"}}


def released_languages_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """As DarkLang: only the site's own language is released; others are chosen, not guessed from the browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return get_response(request)

    return middleware


def enrolled(user: Any, course_key: str) -> bool:
    """Actively enrolled."""
    return bool(user.pk) and Enrolment.objects.filter(user_id=user.pk, course_key=course_key, is_active=True).exists()


def true_access(user: Any, course_key: str) -> CourseAccess:
    """Roles without regard to "view as"."""
    if not user.is_authenticated:
        return CourseAccess()
    held = set(CourseRole.objects.filter(user_id=user.pk, course_key=course_key).values_list("role", flat=True))
    everywhere = bool(user.is_staff)
    return CourseAccess(
        enrolled=enrolled(user, course_key),
        staff=everywhere or bool(held & {"staff", "instructor"}),
        admin=everywhere or "instructor" in held,
        global_staff=everywhere,
    )


def course_access(user: Any, course_key: str) -> CourseAccess:
    """Roles as the current request shows them: whoever views as a learner has none."""
    access = true_access(user, course_key)
    request = get_current_request()
    if masquerade(course_key) is Masquerade.NONE or user.pk not in {request.user.pk, real_user(request).pk}:
        return access
    return CourseAccess(enrolled=access.enrolled)


def real_user(request: HttpRequest) -> Any:
    """The person logged in, also while the request's user is the learner viewed as."""
    return getattr(request.user, "real_user", request.user)


def mask_settings(request: HttpRequest | None, course_key: str) -> dict[str, str]:
    """{"role": "student", "user_name": …} while viewing as somebody else in this course, else empty."""
    session = getattr(request, "session", None) or {}
    found: dict[str, str] = session.get(_SETTINGS, {}).get(course_key, {})
    return found


def masquerade(course_key: str) -> Masquerade:
    """The mask of the current request in this course."""
    found = mask_settings(get_current_request(), course_key)
    if not found:
        return Masquerade.NONE
    return Masquerade.LEARNER if found.get("user_name") else Masquerade.ROLE


def set_mask(request: HttpRequest, course_key: str, *, role: str, user_name: str = "") -> None:
    """Staff choose whom to view as; "staff" takes the mask off. LookupError: no such learner in the course."""
    if user_name:
        query = get_user_model().objects.filter(enrolments__course_key=course_key, enrolments__is_active=True)
        found = query.filter(username=user_name).first() or query.filter(email=user_name).first()
        if not found:
            raise LookupError(user_name)
        user_name = found.username
    every = dict(request.session.get(_SETTINGS, {}))
    every.pop(course_key, None)
    if role == "student":
        every[course_key] = {"role": role, "user_name": user_name}
    request.session[_SETTINGS] = every
    request.session.pop("masquerade_data", None)


def viewed_as(request: HttpRequest, course_key: str) -> Any:
    """Whom blocks are bound to: the learner under "specific learner", else the request's own user."""
    name = mask_settings(request, course_key).get("user_name")
    if not name or not true_access(real_user(request), course_key).staff:
        return request.user
    learner = get_user_model().objects.get(username=name)
    learner.real_user = real_user(request)
    return learner


def may_load(block: Any, access: CourseAccess) -> bool:
    """The platform's "load": neither hidden from learners nor in the future. Enrolment is not asked for."""
    started = block.start is None or block.start <= datetime.now(timezone.utc)
    return access.staff or (started and not block.visible_to_staff_only)


def retire(user: Any) -> None:
    """The account stays, nameless and closed; its username and e-mail may not be taken again."""
    for value in {user.username.lower(), user.email.lower()}:
        RetiredName.objects.get_or_create(value=value)
    user.username, user.email, user.is_active = f"retired__{user.pk}", f"retired__{user.pk}@retired.invalid", False
    user.save()
