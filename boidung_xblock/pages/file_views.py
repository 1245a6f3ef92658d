"""Attachments over plain addresses: upload, download (always as an attachment), removal from a draft."""

from __future__ import annotations

import uuid
from typing import IO, cast

from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from boidung_xblock.activities import api as activities
from boidung_xblock.blocks import bodies
from boidung_xblock.errors import BoidungError, Conflict, missing, refused
from boidung_xblock.files import api as files
from boidung_xblock.host import Masquerade, get_host
from boidung_xblock.pages.json_answers import json_answer, json_error
from boidung_xblock.permissions import Action, require
from boidung_xblock.reflections import api as reflections
from boidung_xblock.roster import api as roster


@require_POST
def upload_file(request: HttpRequest) -> JsonResponse:
    """Attach a file to one's own draft. Who: the enrolled person the page was rendered for, while it is with them.

    Multipart: ``usage_key``, ``for_user``, ``client_key``, ``file``. 400 malformed, wrong kind, empty or too many,
    403, 404, 409 already submitted, 413 too large. The same ``client_key`` again answers the same file.
    """
    try:
        return _upload(request)
    except BoidungError as error:
        return json_error(error)


def _upload(request: HttpRequest) -> JsonResponse:
    fields = {name: request.POST.get(name, "") for name in ("usage_key", "client_key")}
    activity = activities.get(bodies.required_text(fields, "usage_key"))
    if get_host().masquerade(activity.course_key) is not Masquerade.NONE:
        message = pgettext("boidung", "You are viewing as a learner: nothing is stored.")
        return json_answer({"stored": False, "message": message})
    viewer = roster.viewer_for(request.user, activity.course_key)
    bodies.check_same_person(viewer, _number(request.POST.get("for_user", "")))
    require(viewer, Action.WRITE_OWN)
    uploaded = request.FILES.get("file")
    if uploaded is None:
        raise bodies.bad_input(file=pgettext("boidung", "Choose a file first."))
    _check_turn(activity.pk, viewer.known_id)
    attachment = files.add(
        activity=activity,
        user_id=viewer.known_id,
        client_key=bodies.required_key(fields),
        name=uploaded.name or "",
        content=cast("IO[bytes]", uploaded.file),
        size=uploaded.size or 0,
        rules=activity.settings["files"],
    )
    shown = files.view(attachment)
    url = reverse("boidung:file", args=[attachment.uid])
    return json_answer({"file": {"uid": shown.uid, "name": shown.name, "size": shown.size, "url": url}})


def _number(typed: str) -> int:
    """A user's id from a form; 0 is nobody."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 20 else 0


def _check_turn(activity_id: int, user_id: int) -> None:
    if not reflections.is_with_learner(activity_id=activity_id, user_id=user_id):
        message = pgettext("boidung", "This work has already been submitted from another window or device.")
        raise Conflict("already_submitted", message)


@require_GET
def download_file(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """One file, as an attachment under its own name. Who: its owner, and who may READ a reflection that holds it."""
    try:
        if not request.user.is_authenticated:
            raise refused("not_logged_in")
        attachment = files.by_uid(uid)
        viewer = roster.viewer_for(request.user, attachment.activity.course_key)
        if not reflections.may_read_file(viewer, attachment):
            raise missing()
        stream = files.open_stored(attachment)
    except BoidungError as error:
        return json_error(error)
    response = FileResponse(
        stream, as_attachment=True, filename=attachment.original_name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def remove_file(request: HttpRequest, uid: uuid.UUID) -> JsonResponse:
    """Take one's own file out of a draft; submitted versions keep it. Who: its owner, while the work is with them.

    403 another or no login, 404, 409 already submitted.
    """
    try:
        data = bodies.read_json(request.META.get("CONTENT_LENGTH"), lambda: request.body)
        attachment = files.by_uid(uid)
        viewer = roster.viewer_for(request.user, attachment.activity.course_key)
        bodies.check_same_person(viewer, bodies.required_int(data, "for_user"))
        if get_host().masquerade(attachment.activity.course_key) is not Masquerade.NONE:
            message = pgettext("boidung", "You are viewing as a learner: nothing is stored.")
            return json_answer({"stored": False, "message": message})
        if attachment.owner_id != viewer.user_id:
            raise missing()
        _check_turn(attachment.activity_id, viewer.known_id)
        files.remove(user_id=viewer.known_id, uid=uid)
    except BoidungError as error:
        return json_error(error)
    return json_answer({"removed": str(uid)})
