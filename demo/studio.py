"""Studio in small: outline, unit with previews, the blocks' own editors, publishing. For the course team."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.django.request import django_to_webob_request, webob_to_django_response

from boidung_xblock.conf import block_types
from demo import access, olx, stores
from demo.courseware import usage_key_or_404
from demo.host import DemoHost
from demo.models import Block
from demo.runtime import DemoRuntime, DemoUserService

_CALLED = {
    "boidung_checkpoint": "điểm dừng",
    "boidung_reflection": "sinh hoạt tổ và suy ngẫm",
    "boidung_ledger": "sổ bồi dưỡng",
}


class StudioRuntime(DemoRuntime):
    """Authored fields may be written; blocks are bound to nobody, yet it is known who the author is."""

    def __init__(self, request: HttpRequest, course_key: str) -> None:
        roles = access.true_access(access.real_user(request), course_key)
        if not roles.staff:
            raise PermissionDenied
        super().__init__(CourseKey.from_string(course_key))
        self._services["field-data"] = stores.unbound(self.content, writable=True)
        self._services["user"] = DemoUserService(access.real_user(request), self.course_key, roles)

    def block(self, usage_key: str) -> Any:
        """A block of the course."""
        key = usage_key_or_404(usage_key)
        if key not in self.content.fields:
            raise Http404
        return self.get_block(key)


def _page(request: HttpRequest, runtime: StudioRuntime, name: str, **context: Any) -> HttpResponse:
    me = access.real_user(request)
    facts = DemoHost().course_facts(str(runtime.course_key))
    shown = {"me": me, "my_name": DemoHost().display_name(me), "active": "studio", "facts": facts}
    return render(request, f"demo/studio_{name}.html", {**shown, "course_key": str(runtime.course_key), **context})


def _unit_of(runtime: StudioRuntime, key: UsageKey) -> UsageKey:
    return next(above for above in runtime.content.lineage(key) if above.block_type == "vertical")


@require_GET
def outline(request: HttpRequest, course_key: str) -> HttpResponse:
    """Every unit, with what is in it."""
    runtime = StudioRuntime(request, course_key)
    chapters = runtime.get_block(next(iter(runtime.content.fields))).get_children()
    return _page(request, runtime, "outline", chapters=chapters)


@require_GET
def unit(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """The previews of a unit's blocks."""
    runtime = StudioRuntime(request, course_key)
    block = runtime.block(usage_key)
    rows = []
    for child in block.get_children():
        own = child.scope_ids.block_type in block_types()
        rows.append((child, own, child.render("author_view" if own else "student_view", {})))
    kinds = [(kind, _CALLED.get(kind, kind)) for kind in block_types()]
    return _page(request, runtime, "unit", unit=block, rows=rows, kinds=kinds)


@require_GET
@ensure_csrf_cookie
def edit(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """The block's own editor."""
    runtime = StudioRuntime(request, course_key)
    block = runtime.block(usage_key)
    fragment, unit_key = block.render("studio_view", {}), _unit_of(runtime, block.location)
    return _page(request, runtime, "edit", edited=block, fragment=fragment, unit_key=unit_key)


@require_POST
def handle(request: HttpRequest, course_key: str, usage_key: str, handler: str) -> HttpResponse:
    """A handler for authors; what it changes is stored."""
    runtime = StudioRuntime(request, course_key)
    block = runtime.block(usage_key)
    answer = block.handle(handler, django_to_webob_request(request))
    Block.objects.filter(usage_key=str(block.location)).update(fields=runtime.content.fields[block.location])
    return webob_to_django_response(answer)


@require_POST
def add(request: HttpRequest, course_key: str, usage_key: str) -> HttpResponse:
    """A new block at the end of a unit, then its editor."""
    runtime, kind = StudioRuntime(request, course_key), request.POST.get("kind", "")
    parent = runtime.block(usage_key)
    if kind not in block_types():
        raise Http404
    made = runtime.course_key.make_usage_key(kind, uuid4().hex)
    runtime.content.fields[made] = {"parent": str(parent.location)}
    parent.children = [*parent.children, made]
    parent.save()
    olx._store(runtime)
    return redirect("studio-edit", course_key, str(made))


@require_POST
def publish(request: HttpRequest, course_key: str) -> HttpResponse:
    """Publish the course; in the demo learners see what is saved at once, dates and marks follow on publishing."""
    runtime = StudioRuntime(request, course_key)
    olx.publish_course(runtime.course_key)
    messages.success(request, "Đã công bố khóa học.")
    return redirect("studio", course_key)
