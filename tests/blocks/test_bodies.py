"""Request bodies are measured before anything believes them, whatever their sender declares."""

from __future__ import annotations

from typing import Any

import pytest

from boidung_xblock.blocks import bodies
from boidung_xblock.errors import BadInput, TooLarge


def read(body: bytes, declared: Any) -> dict[str, Any]:
    return bodies.read_json(declared, lambda: body)


@pytest.mark.parametrize("declared", [None, "", "0", "12", "-1", "many"])
def test_a_body_larger_than_declared_is_measured_again(settings: Any, declared: Any) -> None:
    settings.BOIDUNG_MAX_JSON_BYTES = 100

    with pytest.raises(TooLarge) as caught:
        read(b'{"a": "%s"}' % (b"x" * 100), declared)
    assert caught.value.status == 413


def test_a_body_that_is_declared_too_large_is_never_read(settings: Any) -> None:
    settings.BOIDUNG_MAX_JSON_BYTES = 100

    with pytest.raises(TooLarge):
        bodies.read_json("101", lambda: pytest.fail("the body was read"))


def test_a_body_may_be_as_large_as_the_setting_says(settings: Any) -> None:
    settings.BOIDUNG_MAX_JSON_BYTES = 10

    assert read(b'{"a": "b"}', "10") == {"a": "b"}


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b'"x"', b"{", b"\xff", b"[" * 200_000])
def test_only_an_object_is_a_body(body: bytes) -> None:
    with pytest.raises(BadInput):
        read(body, len(body))


@pytest.mark.parametrize("value", [None, 5, "", "a\x00b", "a\x1fb", ["a"]])
def test_a_text_field_is_a_text_that_every_database_takes(value: Any) -> None:
    with pytest.raises(BadInput) as caught:
        bodies.required_text({"usage_key": value}, "usage_key")
    assert set(caught.value.details["fields"]) == {"usage_key"}
