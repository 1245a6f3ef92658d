"""The two addresses a block is met at: the page inside the learning MFE's iframe, and the handlers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_GET
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from xblock import exceptions
from xblock.django.request import django_to_webob_request, webob_to_django_response

from demo import access
from demo.runtime import runtime_for

# XBlock has these two from 5.3 on.
_NotFound: Any = getattr(exceptions, "NotFoundError", exceptions.NoSuchHandlerError)
_Processing: Any = getattr(exceptions, "ProcessingError", ())


def _load(request: HttpRequest, key: UsageKey) -> Any:
    block = runtime_for(request, key.course_key).load(key)
    if block is None:
        raise Http404
    return block


def usage_key_or_404(text: str) -> UsageKey:
    """The key in an address."""
    try:
        return UsageKey.from_string(text)
    except InvalidKeyError:
        raise Http404 from None


@require_GET
@xframe_options_exempt
@transaction.non_atomic_requests
@ensure_csrf_cookie
def render_xblock(request: HttpRequest, usage_key: str) -> HttpResponse:
    """The chromeless page. Enrolment (or staff) is asked of the person, then the mask is put on."""
    key = usage_key_or_404(usage_key)
    roles = access.true_access(request.user, str(key.course_key))
    if not (roles.enrolled or roles.staff):
        raise Http404
    request.user = access.viewed_as(request, str(key.course_key))
    block = _load(request, key)
    return render(request, "demo/chromeless.html", {"fragment": block.render("student_view", {}), "block": block})


@csrf_exempt
@transaction.non_atomic_requests
def handle(request: HttpRequest, course_key: str, usage_key: str, handler: str, suffix: str = "") -> HttpResponse:
    """Any handler of any loadable block: CSRF with a login, GET alone without one; enrolment is not asked for."""
    if request.user.is_authenticated:
        error = CsrfViewMiddleware(lambda request: HttpResponse()).process_view(request, None, (), {})
        if error:
            return error
    elif request.method != "GET":
        return HttpResponseForbidden("Unauthenticated")
    too_large = _upload_error(request)
    if too_large:
        return JsonResponse({"success": too_large}, status=413)
    block = _load(request, usage_key_or_404(usage_key))
    try:
        answer = block.handle(handler, django_to_webob_request(request), suffix)  # saves fields after a normal return
    except (exceptions.NoSuchHandlerError, _NotFound):
        raise Http404 from None
    except _Processing as error:
        return JsonResponse({"success": error.args[0]})
    return webob_to_django_response(answer)


def _upload_error(request: HttpRequest) -> str:
    for name in request.FILES:
        files = request.FILES.getlist(name)
        if len(files) > settings.MAX_FILEUPLOADS_PER_INPUT:
            return f"Submission aborted! Maximum {settings.MAX_FILEUPLOADS_PER_INPUT} files may be submitted at once"
        for file in files:
            if file.size > settings.STUDENT_FILEUPLOAD_MAX_SIZE:
                limit = settings.STUDENT_FILEUPLOAD_MAX_SIZE // 1000**2
                return f'Submission aborted! Your file "{file.name}" is too large (max size: {limit} MB)'
    return ""
