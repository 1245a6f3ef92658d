"""Roles, enrolment, "view as", and who may load what: the platform's ``has_access`` and masquerade in small."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from crum import get_current_request
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from boidung_xblock.host import CourseAccess, Masquerade
from demo.models import CourseRole, Enrolment


def released_languages_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware, as DarkLang: only the site's own language is released; others are chosen, not guessed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return get_response(request)

    return middleware


def true_access(user: Any, course_key: str) -> CourseAccess:
    """Roles without regard to "view as"."""
    if not user.is_authenticated:
        return CourseAccess()
    held = set(CourseRole.objects.filter(user_id=user.pk, course_key=course_key).values_list("role", flat=True))
    everywhere = bool(user.is_staff)
    return CourseAccess(
        enrolled=Enrolment.objects.filter(user_id=user.pk, course_key=course_key, is_active=True).exists(),
        staff=everywhere or bool(held),
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


def learners(course_key: str) -> Any:
    """Accounts actively enrolled."""
    users = get_user_model().objects.filter(enrolments__course_key=course_key, enrolments__is_active=True)
    return users.select_related("profile").order_by("pk")


def find_learner(course_key: str, name: str) -> Any:
    """The learner of that username or e-mail, or None."""
    return learners(course_key).filter(Q(username=name) | Q(email=name)).first()


# -- "view as": session["masquerade_settings"] = {course key: {"role": "student", "user_name": …}} --------------
def real_user(request: HttpRequest) -> Any:
    """The person logged in, also while the request's user is the learner viewed as."""
    return getattr(request.user, "real_user", request.user)


def mask_settings(request: HttpRequest | None, course_key: str) -> dict[str, str]:
    """Empty unless this session views the course as somebody else."""
    session = getattr(request, "session", None) or {}
    found: dict[str, str] = session.get("masquerade_settings", {}).get(course_key, {})
    return found


def masquerade(course_key: str) -> Masquerade:
    """The mask of the current request in this course."""
    found = mask_settings(get_current_request(), course_key)
    if not found:
        return Masquerade.NONE
    return Masquerade.LEARNER if found["user_name"] else Masquerade.ROLE


def set_mask(request: HttpRequest, course_key: str, *, role: str, user_name: str = "") -> None:
    """Staff choose whom to view as; role "staff" takes the mask off. LookupError: no such learner in the course."""
    learner = find_learner(course_key, user_name) if user_name else None
    if user_name and not learner:
        raise LookupError(user_name)
    masks = dict(request.session.get("masquerade_settings", {}))
    masks.pop(course_key, None)
    if role == "student":
        masks[course_key] = {"role": role, "user_name": learner.username if learner else ""}
    request.session["masquerade_settings"] = masks
    request.session.pop("masquerade_data", None)


def viewed_as(request: HttpRequest, course_key: str) -> Any:
    """Whom blocks are bound to: the learner under "specific learner", else the request's own user."""
    name = mask_settings(request, course_key).get("user_name")
    learner = find_learner(course_key, name) if name else None
    if learner is None or not true_access(real_user(request), course_key).staff:
        return request.user
    learner.real_user = real_user(request)
    return learner


def may_load(block: Any, access: CourseAccess) -> bool:
    """The platform's "load": neither hidden from learners nor in the future. Enrolment is not asked for."""
    started = block.start is None or block.start <= datetime.now(UTC)
    return access.staff or (started and not block.visible_to_staff_only)
