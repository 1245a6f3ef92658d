"""JSON answers of the plain addresses."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

from boidung_xblock.blocks.bodies import answer_of
from boidung_xblock.errors import BoidungError


def json_answer(body: dict[str, Any], *, status: int = 200) -> JsonResponse:
    """An answer that no cache keeps: computers are shared."""
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def json_error(error: BoidungError) -> JsonResponse:
    """A refusal with its status; the database is rolled back by whoever opened the transaction."""
    status, body = answer_of(error)
    return json_answer(body, status=status)
