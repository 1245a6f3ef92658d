"""What every page view does before and around its own work: login, method, whose form it is, refusals as pages.

A view wrapped by ``page`` may raise any ``BoidungError``: the person gets a page (or JSON, if that was asked for)
with the error's status. Django's ``PermissionDenied`` and ``Http404`` are left to the site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from boidung_xblock.errors import BoidungError, Refused
from boidung_xblock.host import get_host

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Typed:
    """Something the person typed that must not be lost: shown again, to be copied, on an error page."""

    label: str
    text: str


TypedText = Callable[[HttpRequest], list[Typed]]


def page(*methods: str, typed: TypedText | None = None, reopen: str = "") -> Callable[[View], View]:
    """Decorator of a page view: ``@page("GET")``, ``@page("POST", typed=what_was_typed, reopen="boidung:work")``.

    Who may call the wrapped view: anybody logged in (the view decides the rest). Visitors are sent to the login
    page on GET and HEAD and refused with 403 otherwise. A post is refused with 403 ``other_login`` if its hidden
    field ``for_user`` names somebody else. ``typed`` says which posted text an error page shows again, ``reopen``
    names the page (of the same arguments) that the form was on. Answers are never kept in a cache: the computers
    are shared.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = _answer(view, request, args, kwargs, typed, reopen)
            add_never_cache_headers(response)
            return response

        allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)
        return csrf_protect(require_http_methods(allowed)(guarded))

    return decorate


def _answer(
    view: View, request: HttpRequest, args: Any, kwargs: Any, typed: TypedText | None, reopen: str
) -> HttpResponseBase:
    is_read = request.method in ("GET", "HEAD")
    if is_read and not request.user.is_authenticated and not wants_json(request):
        return redirect_to_login(request.get_full_path())
    try:
        _require_login(request)
        if not is_read:
            require_same_login(request, request.POST.get("for_user"))
        return view(request, *args, **kwargs)
    except BoidungError as error:
        shown_again = typed(request) if typed and not is_read else []
        form_url = reverse(reopen, args=args, kwargs=kwargs) if reopen else ""
        if form_url and request.META.get("QUERY_STRING"):
            form_url += f"?{request.META['QUERY_STRING']}"
        return error_response(request, error, typed=shown_again, form_url=form_url)


def _require_login(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise Refused("not_logged_in", pgettext("boidung", "You are no longer logged in. Nothing has been stored."))


def require_same_login(request: HttpRequest, for_user: Any) -> None:
    """Refuse (403 ``other_login``) a write from a page rendered for somebody else: a school computer is shared."""
    if str(for_user or "") != str(request.user.pk):
        raise Refused(
            "other_login",
            pgettext(
                "boidung",
                "This page was opened under another login, so nothing has been stored. "
                "Log in again as the person who opened it, or open the page anew.",
            ),
        )


def wants_json(request: HttpRequest) -> bool:
    """A script asked: it sent JSON or accepts JSON before HTML."""
    accepts = request.headers.get("Accept", "")
    return request.content_type == "application/json" or accepts.startswith("application/json")


def error_response(
    request: HttpRequest, error: BoidungError, *, typed: list[Typed] | None = None, form_url: str = ""
) -> HttpResponse:
    """The refusal as a page with its status (or as JSON): what happened, what to do, what the person had typed."""
    if wants_json(request):
        return JsonResponse(error.as_dict(), status=error.status)
    context = {
        "error": error,
        "heading": _heading(error),
        "advice": _advice(error),
        "typed": [item for item in typed or [] if item.text.strip()],
        "form_url": form_url if error.status not in (403, 404) or error.code == "other_login" else "",
        "login_url": _login_url(form_url) if error.code == "not_logged_in" else "",
        "home_url": reverse("boidung:home"),
        "viewer": {"full_name": get_host().display_name(request.user) if request.user.is_authenticated else ""},
    }
    return render(request, "boidung/error.html", context, status=error.status)


def _login_url(form_url: str) -> str:
    """Where to log in and come back to the form afterwards; the posted address itself cannot be opened."""
    return redirect_to_login(form_url or reverse("boidung:home")).url


def _heading(error: BoidungError) -> str:
    return {
        400: pgettext("boidung", "Something in the form is not right"),
        403: pgettext("boidung", "You cannot do this here"),
        404: pgettext("boidung", "Nothing to be found here"),
        409: pgettext("boidung", "Somebody was faster"),
        413: pgettext("boidung", "That is too large"),
    }.get(error.status, pgettext("boidung", "Something went wrong"))


def _advice(error: BoidungError) -> str:
    by_code = {
        "not_logged_in": pgettext("boidung", "Log in again, then open the page once more and send what you typed."),
        "other_login": pgettext("boidung", "On a shared computer, log out when you finish, so that nobody writes "
                                           "under your name."),
    }  # fmt: skip
    by_status = {
        403: pgettext("boidung", "If you think you should be able to, ask the administrator of your round."),
        404: pgettext("boidung", "The address may be old, or the item is not in one of your groups."),
        409: pgettext("boidung", "Open the page again to see how things stand now."),
    }
    return by_code.get(error.code) or by_status.get(
        error.status, pgettext("boidung", "Go back, check what you entered, and try again.")
    )
