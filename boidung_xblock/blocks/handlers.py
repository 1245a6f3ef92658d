"""The guard around every learner handler: method, size, who, where; refusals become JSON with their status."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import pgettext
from webob import Response
from xblock.core import XBlock

from boidung_xblock.blocks import bodies
from boidung_xblock.blocks.people import Place, place_of, viewer_of
from boidung_xblock.errors import BoidungError
from boidung_xblock.permissions import Action, require
from boidung_xblock.viewer import Viewer

Handler = Callable[[Any, Viewer, dict[str, Any]], dict[str, Any]]


def learner_handler(handler: Handler) -> Callable[..., Response]:
    """A POST handler for the enrolled person the page was rendered for: ``handler(block, viewer, data) -> dict``.

    405 not POST · 413 too large · 400 no JSON object · 403 nobody, somebody else, or not enrolled. In Studio, in
    a library and under "view as" it answers 200 ``{"stored": false, "message"}`` and the handler is not called.
    Any ``BoidungError`` of the handler is answered with its status; the handler itself uses transactions.
    """

    @XBlock.handler
    @functools.wraps(handler)
    def guarded(self: Any, request: Any, suffix: str = "") -> Response:
        if request.method != "POST":
            return json_response({"error": {"code": "method", "message": "POST"}}, status=405)
        try:
            return json_response(_answer(self, request, handler))
        except BoidungError as error:
            status, body = bodies.answer_of(error)
            return json_response(body, status=status)

    return guarded


def _answer(block: Any, request: Any, handler: Handler) -> dict[str, Any]:
    data = bodies.read_json(request.headers.get("Content-Length"), lambda: request.body)
    viewer = viewer_of(block)
    place = place_of(block, viewer)
    if place is Place.AUTHORING:
        return {"stored": False, "message": pgettext("boidung", "This is a preview: nothing is stored.")}
    if place is Place.VIEW_AS:
        return {"stored": False, "message": pgettext("boidung", "You are viewing as a learner: nothing is stored.")}
    bodies.check_same_person(viewer, bodies.required_int(data, "for_user"))
    require(viewer, Action.WRITE_OWN)
    return handler(block, viewer, data)


def json_response(body: dict[str, Any], *, status: int = 200) -> Response:
    """A JSON answer; never cached, because computers are shared."""
    response = Response(
        json.dumps(body, ensure_ascii=False), content_type="application/json", charset="utf-8", status=status
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
