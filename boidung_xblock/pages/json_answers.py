"""JSON answers of the plain addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import JsonResponse
from django.utils.dateparse import parse_datetime

from boidung_xblock.blocks.bodies import answer_of
from boidung_xblock.errors import BoidungError


def json_error(error: BoidungError) -> JsonResponse:
    """A refusal with its status; the database is rolled back by whoever opened the transaction."""
    status, body = answer_of(error)
    return JsonResponse(body, status=status)


def zoned_time(moment: Any, zone: str) -> str:
    """The clock time of an aware moment (or ISO text) in a zone, "20:14"; "" for none."""
    if isinstance(moment, str):
        moment = parse_datetime(moment)
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M") if isinstance(moment, datetime) else ""
