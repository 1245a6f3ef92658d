"""Sending minutes for confirmation: what they must hold by then, and what is kept of them."""

from __future__ import annotations

from typing import Any

import pytest

from boidung_xblock.errors import BadInput
from boidung_xblock.meetings.content import school_year
from boidung_xblock.meetings.models import Minutes, MinutesRevision
from tests.factories import World
from tests.hosts import MemoryHost
from tests.meetings.desk import CONCLUSION, approved, meeting_activity, meeting_world, save, sent, step

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return meeting_world()


def kinds(minutes: Minutes) -> list[str]:
    return list(minutes.revisions.order_by("number").values_list("kind", flat=True))


def test_sending_keeps_the_text_as_it_read_then(made: World) -> None:
    minutes = sent(made)
    assert (minutes.state, minutes.revision_no, kinds(minutes)) == ("waiting", 1, ["sent"])
    revision = minutes.revisions.get()
    assert revision.content["conclusion"] == CONCLUSION
    assert [row["status"] for row in revision.roll] == ["present"] * 3
    assert (revision.actor_id, revision.actor_name) == (made.tam.pk, "Phan Thanh Tâm")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        *(
            (name, {name: " "})
            for name in ("day", "start", "end", "place", "chair", "secretary", "agenda", "conclusion")
        ),
        ("tasks", {"tasks": []}),
        ("tasks", {"tasks": [{"what": "Soạn phiếu", "when": "27/11"}, {"who": "Phan Thanh Tâm"}]}),
        ("opinions", {"opinions": [{"who": "Ân", "what": "Một"}, {"who": "", "what": "Không tên"}]}),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_sent(made: World, field: str, changes: dict[str, Any]) -> None:
    save(made, made.tam, content=changes)
    with pytest.raises(BadInput) as caught:
        step(made, made.tam, "send")
    assert set(caught.value.details["fields"]) == {field}
    assert Minutes.objects.get().state == "draft"
    assert not MinutesRevision.objects.exists()


def test_somebody_must_have_been_there(made: World) -> None:
    save(made, made.tam, roll=dict.fromkeys((made.an, made.mai, made.tam), "excused"))
    with pytest.raises(BadInput) as caught:
        step(made, made.tam, "send")
    assert set(caught.value.details["fields"]) == {"roll"}


def test_the_author_says_how_many_opinions_are_needed(made: World) -> None:
    made.activity = meeting_activity(min_opinions=0)
    assert sent(made, content={"opinions": []}).state == "waiting"


def test_who_was_absent_was_not_in_the_chair(made: World) -> None:
    save(made, made.tam, roll={made.mai: "excused"}, content={"chair": "HỒ THỊ MAI"})
    with pytest.raises(BadInput) as caught:
        step(made, made.tam, "send")
    assert set(caught.value.details["fields"]) == {"chair"}
    save(made, made.tam, content={"chair": "Nguyễn Văn Ân"})
    assert step(made, made.tam, "send").state == "waiting"


def test_a_guest_or_a_namesake_of_somebody_absent_may_have_been_in_the_chair(made: World) -> None:
    minutes = save(made, made.tam, roll={made.mai: "excused"}, content={"chair": "Nguyễn Văn Ân"})
    minutes.roll.filter(person__user=made.mai).update(name="Nguyễn Văn Ân")
    assert step(made, made.tam, "send").state == "waiting"
    step(made, made.tam, "reopen", reason="")
    save(made, made.tam, content={"chair": "Thầy hiệu trưởng"})
    assert step(made, made.tam, "send").state == "waiting"


@pytest.mark.parametrize(
    ("day", "year"),
    [("2026-08-01", "2026-2027"), ("2027-07-31", "2026-2027"), ("2027-01-15", "2026-2027"), ("", "")],
)
def test_a_school_year_goes_from_august_to_july(day: str, year: str) -> None:
    assert school_year(day) == year


def test_an_empty_school_year_follows_the_day_and_one_that_was_typed_stays(made: World) -> None:
    assert save(made, made.tam).content["school_year"] == "2026-2027"
    assert save(made, made.tam, content={"school_year": "2026 – 2027"}).content["school_year"] == "2026 – 2027"


def test_who_approves_the_text_has_confirmed_it_with_that(made: World) -> None:
    minutes = approved(made)
    rows = minutes.roll.filter(confirmed_revision=minutes.revision_no).values_list("person__user__username", flat=True)
    assert list(rows) == ["mai"]
    assert minutes.roll.get(person__user=made.mai).confirmed_at is not None
