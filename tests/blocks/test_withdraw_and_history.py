"""``withdraw`` and ``history`` through their handlers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection
from tests import factories
from tests.block_runtime import BlockSite, hand_in, post
from tests.factories import World
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = pytest.mark.django_db


def withdraw(site: BlockSite, account: Any, **changes: Any) -> Any:
    body = {"for_user": account.pk, "client_key": factories.key(), "base_version": 1, **changes}
    return post(site.block(account), "withdraw", body)


def history(site: BlockSite, account: Any) -> str:
    response = post(site.block(account), "history", {"for_user": account.pk})
    assert response.status_code == 200
    return str(response.json["html"])


def test_withdrawn_work_can_be_written_again_and_is_not_complete(
    site: BlockSite, made: World, host: MemoryHost
) -> None:
    hand_in(site, made.an, text="Bản đầu của tôi")

    html = withdraw(site, made.an).json["html"]

    assert Reflection.objects.get().state == "withdrawn"
    assert "<textarea" in html
    assert "Bản đầu của tôi" in html
    assert site.sent("completion") == [{"completion": 1.0}, {"completion": 0.0}]
    assert host.completion[made.an.pk, made.activity.usage_key] == 0.0


def test_submitting_again_after_a_withdrawal_completes_again(site: BlockSite, made: World, host: MemoryHost) -> None:
    hand_in(site, made.an)
    withdraw(site, made.an)

    assert hand_in(site, made.an, base_version=1)["receipt"]["number"] == 2
    assert host.completion[made.an.pk, made.activity.usage_key] == 1.0


def test_a_late_repeat_of_a_withdrawal_does_not_uncomplete_the_next_submission(
    site: BlockSite, made: World, host: MemoryHost
) -> None:
    hand_in(site, made.an)
    withdraw(site, made.an, client_key="key-00000001")
    hand_in(site, made.an, base_version=1)

    assert withdraw(site, made.an, client_key="key-00000001").status_code == 200

    assert host.completion[made.an.pk, made.activity.usage_key] == 1.0


def refused(site: BlockSite, made: World, footprint: Any, **changes: Any) -> tuple[int, str]:
    """Status and code of a refused withdrawal; it must store nothing and leave the block complete."""
    before, sent = footprint(), len(site.events)
    response = withdraw(site, made.an, **changes)
    assert (footprint(), len(site.events)) == (before, sent)
    return response.status_code, response.json["error"]["code"]


def test_opened_work_stays(site: BlockSite, made: World, footprint: Any) -> None:
    hand_in(site, made.an)
    reflections.note_opened(factories.viewer(made.lan), Reflection.objects.get().pk)

    assert refused(site, made, footprint) == (409, "opened")


def test_work_that_is_due_stays(site: BlockSite, made: World, host: MemoryHost, footprint: Any) -> None:
    hand_in(site, made.an)
    host.set_due(made.activity.usage_key, timezone.now() - timedelta(hours=1))

    assert refused(site, made, footprint) == (409, "past_due")
    host.extend(user_id=made.an.pk, usage_key=made.activity.usage_key, due=timezone.now() + timedelta(hours=1))
    assert withdraw(site, made.an).status_code == 200


def test_an_old_window_withdraws_nothing(site: BlockSite, made: World, footprint: Any) -> None:
    hand_in(site, made.an)

    assert refused(site, made, footprint, base_version=0) == (409, "stale")


def test_nothing_to_withdraw(site: BlockSite, made: World, footprint: Any) -> None:
    assert refused(site, made, footprint) == (404, "not_found")


@pytest.mark.parametrize("name", ["client_key", "base_version"])
def test_a_missing_field_is_named(site: BlockSite, made: World, footprint: Any, name: str) -> None:
    hand_in(site, made.an)
    before = footprint()

    response = withdraw(site, made.an, **{name: None})

    assert response.status_code == 400
    assert set(response.json["error"]["fields"]) == {name}
    assert footprint() == before


# -- history ----------------------------------------------------------------------------------------------------
def test_history_shows_every_version_and_the_reason_of_a_return(site: BlockSite, made: World) -> None:
    first = hand_in(site, made.an, text="Bản một của tôi")
    factories.give_back(made.lan, Reflection.objects.get(), reason="Thiếu <ví dụ> của lớp")
    second = hand_in(site, made.an, base_version=1, text="Bản hai của tôi")

    html = history(site, made.an)

    assert html.index("Bản hai của tôi") < html.index("Bản một của tôi")
    assert "Thiếu &lt;ví dụ&gt; của lớp" in html
    assert first["receipt"]["code"] in html
    assert second["receipt"]["code"] in html


def test_history_shows_only_ones_own(site: BlockSite, made: World) -> None:
    hand_in(site, made.an, text="Riêng của Ân")

    assert "Riêng của Ân" not in history(site, made.mai)


def test_history_tells_nobody_what_markers_write_to_each_other(site: BlockSite, made: World) -> None:
    hand_in(site, made.an)
    factories.mark(made.lan, Reflection.objects.get(), private_note="ghi chú riêng")

    assert "ghi chú riêng" not in history(site, made.an)


def test_history_stores_nothing_and_costs_the_same_for_two_and_for_ten_versions(
    site: BlockSite, made: World, footprint: Any
) -> None:
    def cost() -> int:
        before = footprint()
        with counted() as queries:
            history(site, made.an)
        assert queries.writes == []
        assert footprint() == before
        return queries.ours

    def another_version(number: int) -> None:
        hand_in(site, made.an, base_version=number)
        factories.give_back(made.lan, Reflection.objects.get())

    another_version(0)
    another_version(1)
    few = cost()
    for number in range(2, 10):
        another_version(number)

    assert cost() == few <= 6


def test_before_the_first_submission_history_is_empty(site: BlockSite, made: World) -> None:
    assert isinstance(history(site, made.an), str)
