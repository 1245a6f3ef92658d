"""Autosave on the server: one draft, replaced by version; neither a repeat nor a stale write changes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from boidung_xblock.drafts import api as drafts
from boidung_xblock.drafts.models import Draft
from boidung_xblock.errors import Conflict
from tests import factories
from tests.factories import COURSE
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def place(host: MemoryHost) -> dict[str, int]:
    """Where one learner's draft lies."""
    learner = factories.user("an", enrolled_in=COURSE)
    return {"activity_id": factories.activity().pk, "user_id": learner.pk}


def typed(text: str) -> dict[str, Any]:
    return {"answers": {"hoc-duoc": text}, "self_rating": {"hieu": 2}, "files": []}


def save(place: dict[str, int], version: int, text: str, client_key: str = "") -> drafts.SavedDraft:
    return drafts.save(**place, client_key=client_key or factories.key(), version=version, payload=typed(text))


def test_what_was_typed_comes_back_with_rising_versions(place: dict[str, int]) -> None:
    first = save(place, 0, "Tôi đã")
    second = save(place, first.version, "Tôi đã thử 👍")

    assert (first.version, second.version) == (1, 2)
    assert drafts.load(**place) == second
    assert second.payload == typed("Tôi đã thử 👍")
    assert Draft.objects.count() == 1


def test_the_same_write_twice_is_stored_once(place: dict[str, int]) -> None:
    first = save(place, 0, "một", "key-00000001")
    again = save(place, 0, "một", "key-00000001")
    second = save(place, 1, "hai", "key-00000002")
    second_again = save(place, 1, "hai", "key-00000002")

    assert again == first
    assert second_again == second
    assert drafts.load(**place) == second


def test_a_repeat_does_not_move_the_time_of_saving(place: dict[str, int]) -> None:
    now = timezone.now()
    drafts.save(**place, client_key="key-00000001", version=0, payload=typed("một"), now=now)
    again = drafts.save(
        **place, client_key="key-00000001", version=0, payload=typed("một"), now=now + timedelta(hours=1)
    )

    assert again.saved_at == now


def test_a_key_that_made_the_stored_version_makes_no_second_one(place: dict[str, int]) -> None:
    """A window that learned the version and sends its write once more all the same."""
    first = save(place, 0, "một", "key-00000001")

    assert save(place, first.version, "một", "key-00000001") == first
    assert drafts.load(**place) == first


@pytest.mark.parametrize("known", [0, 1, 3, 99])
def test_a_stale_write_is_told_both_versions_and_overwrites_nothing(place: dict[str, int], known: int) -> None:
    save(place, 0, "một")
    save(place, 1, "hai")

    with pytest.raises(Conflict) as caught:
        save(place, known, "cũ")

    assert (caught.value.status, caught.value.code) == (409, "stale_draft")
    assert caught.value.details["version"] == 2
    assert caught.value.details["payload"] == typed("hai")
    assert caught.value.details["saved_at"]
    assert drafts.load(**place).payload == typed("hai")  # type: ignore[union-attr]


def test_a_draft_that_is_gone_is_not_brought_back_by_an_old_window(place: dict[str, int]) -> None:
    save(place, 0, "một")
    drafts.discard(**place)

    with pytest.raises(Conflict) as caught:
        save(place, 1, "hai")

    assert (caught.value.details["version"], caught.value.details["payload"]) == (0, None)
    assert drafts.load(**place) is None


def test_an_older_key_is_stale_once_a_newer_write_came(place: dict[str, int]) -> None:
    save(place, 0, "một", "key-00000001")
    save(place, 1, "hai", "key-00000002")

    with pytest.raises(Conflict):
        save(place, 0, "một", "key-00000001")


def test_people_activities_and_slots_have_drafts_of_their_own(place: dict[str, int]) -> None:
    other = {**place, "user_id": factories.user("binh").pk}
    elsewhere = {**place, "activity_id": factories.activity("r2").pk}
    for index, where in enumerate((place, other, elsewhere)):
        save(where, 0, f"bản {index}", "key-same-everywhere")
    drafts.save(**place, client_key=factories.key(), version=0, payload={"x": 1}, slot="minutes")

    assert [drafts.load(**where).payload for where in (place, other, elsewhere)] == [  # type: ignore[union-attr]
        typed(f"bản {index}") for index in range(3)
    ]
    drafts.discard(**place)
    assert drafts.load(**place) is None
    assert drafts.load(**place, slot="minutes") is not None


def test_discarding_nothing_is_fine(place: dict[str, int]) -> None:
    drafts.discard(**place)

    assert Draft.objects.count() == 0
