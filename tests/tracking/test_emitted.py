"""What is told when: after the commit, once, and never in anybody's own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from django.db import transaction

from boidung_xblock import tracking
from boidung_xblock.authored.rubric import Rubric
from boidung_xblock.grading import api as grading
from boidung_xblock.meetings.models import Minutes
from boidung_xblock.reflections import api as reflections
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.factories import COURSE, World
from tests.files.uploads import attach, write_everywhere
from tests.hosts import MemoryHost
from tests.meetings.desk import meeting_activity, save, step
from tests.roster.office import Office
from tests.roster.workbooks import row
from tests.support.talk import ask, say

pytestmark = [pytest.mark.django_db]

WORDS = "Lời riêng của người viết"


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def told(host: MemoryHost, django_capture_on_commit_callbacks: Any) -> Callable[..., list[tuple[str, dict[str, Any]]]]:
    """The events that an action tells, once its transaction has committed."""

    def run(action: Callable[..., Any], *args: Any, **kwargs: Any) -> list[tuple[str, dict[str, Any]]]:
        before = len(host.events)
        with django_capture_on_commit_callbacks(execute=True):
            action(*args, **kwargs)
        return host.events[before:]

    return run


def about(made: World, actor: Any, **fields: Any) -> dict[str, Any]:
    common = {"schema_version": 1, "course_id": COURSE, "usage_id": made.activity.usage_key}
    return {**common, "learner_id": made.an.pk, "actor_id": actor.pk if actor else None, **fields}


def test_the_road_of_a_reflection(made: World, told: Any) -> None:
    uid: list[str] = []
    assert told(lambda: uid.append(attach(made, made.an))) == [
        ("boidung.file.attached", about(made, made.an, kind="docx", size=4))
    ]
    submitted = {"words": 24, "files": 1, "late": False, "group_id": made.maths.pk}
    assert told(factories.submit, made.an, made.activity, file_uids=tuple(uid)) == [
        ("boidung.reflection.submitted", about(made, made.an, version=1, resubmission=False, **submitted))
    ]
    work = reflections.own(activity_id=made.activity.pk, user_id=made.an.pk)
    assert work is not None
    lan = factories.viewer(made.lan)
    assert told(reflections.note_opened, lan, work.pk) == [
        ("boidung.reflection.opened", about(made, made.lan, version=1))
    ]
    assert told(reflections.note_opened, lan, work.pk) == []
    assert told(factories.give_back, made.lan, work) == [
        ("boidung.reflection.returned", about(made, made.lan, version=1))
    ]
    again = told(factories.submit, made.an, made.activity)
    assert again[0][1]["resubmission"] is True
    marked, delivered = told(factories.mark, made.lan, factories.fresh(work))
    score = {"earned": 7.5, "possible": 10.0, "passed": True}
    assert marked == ("boidung.mark.given", about(made, made.lan, version=2, number=1, source="marker", **score))
    seconds = delivered[1].pop("seconds")
    assert delivered == ("boidung.mark.delivered", about(made, None, number=1, attempts=1))
    assert 0 <= seconds < 60


def test_what_is_repeated_is_told_once(made: World, told: Any) -> None:
    client_key = factories.key()
    assert len(told(factories.submit, made.an, made.activity, client_key=client_key)) == 1
    assert told(factories.submit, made.an, made.activity, client_key=client_key, base_version=0) == []
    work = reflections.own(activity_id=made.activity.pk, user_id=made.an.pk)
    assert work is not None
    row_version = work.row_version
    assert len(told(factories.mark, made.lan, work, client_key=client_key)) == 2
    assert told(factories.mark, made.lan, work, client_key=client_key, row_version=row_version) == []


def test_withdrawing_and_deleting_state(made: World, told: Any) -> None:
    work = factories.submit(made.an, made.activity)
    assert told(factories.withdraw, made.an, work) == [
        ("boidung.reflection.withdrawn", about(made, made.an, version=1))
    ]
    assert told(learner_state_deleted, usage_key=made.activity.usage_key, user_id=made.an.pk) == [
        ("boidung.reflection.archived", about(made, None, version=1))
    ]


def test_an_override_is_told_as_one(made: World, told: Any) -> None:
    factories.submit(made.an, made.activity)
    override = {"raw_earned": 6.0, "raw_possible": 10.0, "source": "override", "rubric": _rubric(made)}
    events = told(grading.record_outside_score, activity_id=made.activity.pk, learner_id=made.an.pk, **override)
    score = {"earned": 6.0, "possible": 10.0, "passed": True}
    assert events == [("boidung.mark.given", about(made, None, version=0, number=1, source="override", **score))]


def _rubric(made: World) -> Rubric:
    return Rubric.model_validate(made.activity.settings["rubric"])


def test_an_applied_workbook_is_told_with_its_numbers(office: Office, told: Any) -> None:
    events = told(office.apply, row(1), row(2))
    assert [name for name, _ in events] == ["boidung.roster.imported"]
    assert (events[0][1]["rows"], events[0][1]["rejected"]) == (2, 0)
    assert events[0][1]["round_id"] == office.round.pk


def test_a_question_and_its_answer_are_told_without_their_words(made: World, told: Any) -> None:
    asked: list[Any] = []
    about_it = {"group_id": made.maths.pk}
    first = told(lambda: asked.append(ask(made, made.an, WORDS)))
    about_it["question_id"] = asked[0].pk
    assert first == [("boidung.question.asked", about(made, made.an, number=1, **about_it))]
    ((name, answered),) = told(say, made.lan, asked[0], WORDS)
    assert 0 <= answered.pop("seconds") < 60
    assert (name, answered) == ("boidung.question.answered", about(made, made.lan, number=2, **about_it))
    assert told(say, made.an, asked[0], WORDS) == [
        ("boidung.question.asked", about(made, made.an, number=3, **about_it))
    ]


def test_the_road_of_minutes_is_told_in_numbers(made: World, told: Any) -> None:
    made.activity = meeting_activity()
    save(made, made.tam, roll={made.an: "excused"}, content={"conclusion": WORDS})
    minutes_id = Minutes.objects.get().pk
    about_it = {"group_id": made.maths.pk, "minutes_id": minutes_id, "revision": 1}

    def told_of(who: Any, name: str, **changes: Any) -> dict[str, Any]:
        ((event, data),) = told(step, made, who, name, **changes)
        common = {"schema_version": 1, "course_id": COURSE, "usage_id": made.activity.usage_key, "actor_id": who.pk}
        assert data.items() >= {**common, **about_it}.items()
        return {"event": event, **{key: value for key, value in data.items() if key not in {**common, **about_it}}}

    sent = {"event": "boidung.minutes.sent", "present": 2, "absent": 1, "opinions": 2}
    assert told_of(made.tam, "send") == sent
    assert told_of(made.mai, "confirm") == {"event": "boidung.minutes.confirmed"}
    assert told(step, made, made.mai, "confirm") == []
    assert told_of(made.mai, "approve") == {"event": "boidung.minutes.approved", "present": 2, "confirmed": 1}
    assert told_of(made.lan, "reopen") == {"event": "boidung.minutes.reopened", "approved": True}


def test_what_is_rolled_back_is_not_told(made: World, told: Any) -> None:
    def submitted_and_undone() -> None:
        with transaction.atomic():
            factories.submit(made.an, made.activity)
            transaction.set_rollback(True)

    assert told(submitted_and_undone) == []


def test_nobodys_own_words_are_told(made: World, told: Any, host: MemoryHost) -> None:
    events = told(write_everywhere, made, WORDS)
    assert {name for name, _ in events} >= {"boidung.file.attached", "boidung.mark.given", "boidung.mark.delivered"}
    people = [host.names[user.pk] for user in (made.an, made.lan)]
    text = json.dumps(events, ensure_ascii=False)
    assert not [words for words in (WORDS, *people, "an@example.com") if words in text]


def test_no_event_has_room_for_free_text() -> None:
    """Only keys and words from closed lists are text at all."""
    texts = {(event.NAME, name) for event in tracking.EVENTS for name, kind in _annotations(event) if "str" in kind}
    ours = {("boidung.mark.given", "source"), ("boidung.file.attached", "kind")}
    ours |= {("boidung.checkpoint.answered", "step"), ("boidung.checkpoint.answered", "kind")}
    keys = {(event.NAME, name) for event in tracking.EVENTS for name in ("course_id", "usage_id")}
    assert texts <= ours | keys


def _annotations(event: type[tracking.Event]) -> list[tuple[str, str]]:
    return [(field.name, str(field.type)) for field in fields(event)]


def test_work_is_kept_even_if_the_event_log_fails(made: World, host: MemoryHost, told: Any, monkeypatch: Any) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("the log is full")

    monkeypatch.setattr(host, "emit_event", broken)
    assert told(factories.submit, made.an, made.activity) == []
    assert reflections.own(activity_id=made.activity.pk, user_id=made.an.pk) is not None
