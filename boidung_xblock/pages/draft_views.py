"""Autosave: one plain address, because an XBlock handler costs twenty queries before ours begin."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from boidung_xblock import present
from boidung_xblock.activities import api as activities
from boidung_xblock.blocks import bodies
from boidung_xblock.drafts import api as drafts
from boidung_xblock.errors import BoidungError, Conflict
from boidung_xblock.host import Masquerade, get_host
from boidung_xblock.pages.json_answers import json_answer, json_error
from boidung_xblock.permissions import Action, require
from boidung_xblock.reflections import api as reflections
from boidung_xblock.roster import api as roster


@require_POST
def save_draft(request: HttpRequest) -> JsonResponse:
    """Save one's own draft. Who: the enrolled person the page was rendered for, while the work is with them.

    400 malformed, 403 another or no login or not enrolled, 404 no such activity, 409 changed elsewhere or already
    submitted, 413 too large. Under "view as" and for authors it answers 200 and stores nothing.
    """
    try:
        return _save(request)
    except BoidungError as error:
        return json_error(error)


def _save(request: HttpRequest) -> JsonResponse:
    data = bodies.read_json(request.META.get("CONTENT_LENGTH"), lambda: request.body)
    activity = activities.get(bodies.required_text(data, "usage_key"))
    if get_host().masquerade(activity.course_key) is not Masquerade.NONE:
        message = pgettext("boidung", "You are viewing as a learner: nothing is stored.")
        return json_answer({"stored": False, "message": message})
    viewer = roster.viewer_for(request.user, activity.course_key)
    bodies.check_same_person(viewer, bodies.required_int(data, "for_user"))
    require(viewer, Action.WRITE_OWN)
    payload = _payload(data)
    user_id = bodies.required_int(data, "for_user")
    if not reflections.is_with_learner(activity_id=activity.pk, user_id=user_id):
        message = pgettext("boidung", "This work has already been submitted from another window or device.")
        raise Conflict("already_submitted", message)
    now = timezone.now()
    try:
        saved = drafts.save(
            activity_id=activity.pk,
            user_id=user_id,
            client_key=bodies.required_key(data),
            version=bodies.required_int(data, "version"),
            payload=payload,
            now=now,
        )
    except Conflict as conflict:
        stored_at = parse_datetime(conflict.details.get("saved_at") or "")
        conflict.details["saved_text"] = present.clock(stored_at, now, viewer.time_zone)
        raise
    saved_text = present.clock(saved.saved_at, now, viewer.time_zone)
    return json_answer({"version": saved.version, "saved_at": saved.saved_at.isoformat(), "saved_text": saved_text})


def _payload(data: dict[str, object]) -> dict[str, object]:
    payload = data.get("payload")
    if not isinstance(payload, dict):
        raise bodies.bad_input(payload=pgettext("boidung", "This field is missing or malformed."))
    return {
        "answers": bodies.text_map(payload, "answers"),
        "self_rating": bodies.int_map(payload, "self_rating"),
        "files": bodies.text_list(payload, "files"),
    }
