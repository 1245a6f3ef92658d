"""The same draft saved from two places at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from boidung_xblock.drafts import api as drafts
from boidung_xblock.drafts.models import Draft
from tests import factories
from tests.at_once import needs_server, split, together
from tests.factories import COURSE
from tests.hosts import MemoryHost

pytestmark = needs_server


@pytest.fixture
def place(host: MemoryHost) -> dict[str, int]:
    return {"activity_id": factories.activity().pk, "user_id": factories.user("an", enrolled_in=COURSE).pk}


def saving(place: dict[str, int], version: int, text: str, client_key: str = "") -> Any:
    payload = {"answers": {"a": text}}
    return partial(drafts.save, **place, client_key=client_key or factories.key(), version=version, payload=payload)


@pytest.mark.parametrize("version", [0, 1])
def test_the_same_save_sent_four_times_is_stored_once(place: dict[str, int], version: int) -> None:
    for turn in range(5):
        drafts.discard(**place)
        if version:
            saving(place, 0, "trước")()
        results = together(*[saving(place, version, "sau", f"key-0000000{turn}")] * 4)

        assert [result.version for result in results] == [version + 1] * 4
        assert {result.saved_at for result in results} == {Draft.objects.get().saved_at}
        assert Draft.objects.get().payload == {"answers": {"a": "sau"}}


@pytest.mark.parametrize("version", [0, 1])
def test_of_different_saves_one_wins_and_the_others_are_told_what_is_stored(
    place: dict[str, int], version: int
) -> None:
    for _ in range(5):
        drafts.discard(**place)
        if version:
            saving(place, 0, "trước")()
        won, lost = split(together(*[saving(place, version, f"cửa sổ {window}") for window in range(4)]))

        assert (len(won), len(lost)) == (1, 3)
        assert drafts.load(**place) == won[0]
        for conflict in lost:
            assert (conflict.status, conflict.code) == (409, "stale_draft")
            assert conflict.details["payload"] == won[0].payload
            assert conflict.details["version"] == version + 1
