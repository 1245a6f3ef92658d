"""Giving marks: appended, never edited, with one in force; a repeat or a stale form changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from boidung_xblock.errors import BadInput, BoidungError, Conflict, Missing, Refused
from boidung_xblock.grading import api as grading
from boidung_xblock.grading.models import Grade, Mark, OutboxEntry
from boidung_xblock.host import Masquerade
from boidung_xblock.reflections.models import Reflection, ReflectionEvent
from boidung_xblock.signals import learner_state_deleted
from tests import factories
from tests.factories import BETTER, COURSE, POINTS, World
from tests.hosts import MemoryHost

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


@pytest.fixture
def work(made: World) -> Reflection:
    """Submitted by ``an``, who is in maths; ``lan`` may mark it."""
    return factories.submit(made.an, made.activity)


def in_force(work: Reflection) -> grading.GradeView | None:
    return grading.grade_of(work.activity_id, work.author_id)


def footprint() -> list[Any]:
    return [list(table.objects.order_by("id").values()) for table in (Mark, Grade, OutboxEntry, ReflectionEvent)]


def refused(error: type[BoidungError], marker: Any, work: Reflection, **changes: Any) -> BoidungError:
    """The refusal of a mark; it must leave no trace."""
    before = footprint(), factories.fresh(work).row_version
    with pytest.raises(error) as caught:
        factories.mark(marker, work, **changes)
    assert (footprint(), factories.fresh(work).row_version) == before
    return caught.value


# -- the mark ---------------------------------------------------------------------------------------------------
def test_a_mark_is_in_force_for_learner_desk_and_history(made: World, work: Reflection) -> None:
    given = factories.mark(made.lan, work, comments={"hieu-noi-dung": " Rõ ràng. "}, private_note="Gọi điện hỏi thêm")

    assert (given.earned, given.possible, given.passed, given.number) == (Decimal("7.5"), 10, True, 1)
    grade, row = in_force(work), factories.fresh(work)
    assert grade is not None
    assert grade.mark is not None
    assert (grade.earned, grade.passed, grade.source) == (Decimal("7.5"), True, "marker")
    assert (row.state, row.mark_value, row.mark_passed) == ("marked", Decimal("7.5"), True)
    assert (grade.mark.marker_name, grade.mark.comment, grade.mark.private_note) == (
        "Trần Thị Lan",
        "Bài viết cụ thể.",
        "Gọi điện hỏi thêm",
    )


def test_a_mark_keeps_the_rubrics_words_as_they_read_then(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work, comments={"hieu-noi-dung": "Rõ ràng."})
    made.activity.settings["rubric"]["criteria"][0]["title"] = "Tên mới"
    made.activity.save()

    first = grading.marks_of(work.activity_id, work.author_id)[0].criteria[0]

    assert first == {
        "slug": "hieu-noi-dung",
        "title": "Hiểu nội dung mô đun",
        "weight": "30",
        "points": "8",
        "level": "kha",
        "level_title": "Khá",
        "comment": "Rõ ràng.",
    }


def test_points_at_the_lowest_level_fail_the_work(made: World, work: Reflection) -> None:
    given = factories.mark(made.lan, work, {**BETTER, "tiep-thu-tu-to": "4"})

    assert (given.earned, given.passed) == (Decimal("8.25"), False)
    assert factories.fresh(work).mark_passed is False


def test_marking_again_appends_and_the_last_mark_is_in_force(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    factories.mark(made.staff, work, BETTER)

    marks = grading.marks_of(work.activity_id, work.author_id)
    assert [(mark.number, mark.marker_name, mark.earned) for mark in marks] == [
        (2, "Ban tổ chức", 9),
        (1, "Trần Thị Lan", Decimal("7.5")),
    ]
    grade = in_force(work)
    assert grade is not None
    assert grade.earned == 9


def test_marks_are_never_changed_or_removed(made: World, work: Reflection) -> None:
    kept: list[dict[str, Any]] = []
    for step in (
        lambda: factories.mark(made.lan, work),
        lambda: factories.mark(made.lan, work, BETTER),
        lambda: factories.give_back(made.lan, work),
        lambda: factories.submit(made.an, made.activity),
        lambda: factories.mark(made.lan, work),
        lambda: learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk),
    ):
        step()
        now = list(Mark.objects.order_by("id").values())
        assert now[: len(kept)] == kept
        kept = now
    assert len(kept) == 3


# -- who --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["an", "mai", "tam", "binh", "hung", "quang", "outsider"])
def test_others_do_not_mark(made: World, work: Reflection, role: str) -> None:
    assert refused(Refused, getattr(made, role), work).status == 403


@pytest.mark.parametrize("role", ["lan", "staff", "instructor", "admin", "boss"])
def test_core_teacher_course_team_and_administrators_mark(made: World, work: Reflection, role: str) -> None:
    assert factories.mark(getattr(made, role), work).number == 1


@pytest.mark.parametrize("role", ["lan", "staff", "instructor", "admin", "boss"])
def test_nobody_marks_or_returns_their_own_work(made: World, role: str) -> None:
    account = getattr(made, role)
    own = factories.submit(account, made.activity)
    Reflection.objects.filter(pk=own.pk).update(group=made.maths)

    refused(Refused, account, own)
    with pytest.raises(Refused):
        factories.give_back(account, own)


def test_nobody_marks_under_view_as(made: World, work: Reflection, host: MemoryHost) -> None:
    host.wear_mask(COURSE, Masquerade.ROLE)

    refused(Refused, made.staff, work)
    refused(Refused, made.lan, work)


def test_an_id_of_another_course_is_refused(made: World) -> None:
    elsewhere = factories.submit(made.an, factories.activity("x", course_key=factories.OTHER_COURSE))
    here = factories.viewer(made.staff)

    with pytest.raises(Refused):
        grading.return_work(here, reflection_id=elsewhere.pk, row_version=2, reason="x", client_key=factories.key())


def test_archived_and_unknown_work_is_missing(made: World, work: Reflection) -> None:
    learner_state_deleted(usage_key=made.activity.usage_key, user_id=made.an.pk)

    assert refused(Missing, made.lan, work).status == 404
    with pytest.raises(Missing):
        grading.return_work(
            factories.viewer(made.lan), reflection_id=10**9, row_version=1, reason="x", client_key=factories.key()
        )


def test_work_moved_to_another_group_is_marked_by_its_old_groups_core_teacher(made: World, work: Reflection) -> None:
    factories.move(made.an, made.round, made.letters)

    refused(Refused, made.hung, work)
    assert factories.mark(made.lan, work).number == 1


# -- what was typed ---------------------------------------------------------------------------------------------
def test_every_trouble_is_named_by_field(made: World, work: Reflection) -> None:
    points = {"hieu-noi-dung": "11", "lien-he-thuc-tien": "tám", "ke-hoach-van-dung": "7,1"}
    error = refused(BadInput, made.lan, work, points=points, comments={"hieu-noi-dung": "x" * 8001}, comment="x" * 8001)

    assert set(error.details["fields"]) == {
        "points.hieu-noi-dung",
        "points.lien-he-thuc-tien",
        "points.ke-hoach-van-dung",
        "points.tiep-thu-tu-to",
        "comments.hieu-noi-dung",
        "comment",
    }
    assert error.status == 400


@pytest.mark.parametrize(("language", "number"), [("vi", "0,25"), ("en", "0.25")])
def test_messages_name_the_step_in_the_readers_way(made: World, work: Reflection, language: str, number: str) -> None:
    with translation.override(language):
        error = refused(BadInput, made.lan, work, points={**POINTS, "hieu-noi-dung": "7,1"})

    assert number in error.details["fields"]["points.hieu-noi-dung"]


def test_text_that_no_database_likes_is_cleaned(made: World, work: Reflection) -> None:
    factories.mark(
        made.lan, work, comment="Tốt\x00 \ud83d👍", private_note="a\u200bb", comments={"hieu-noi-dung": "\x00ý"}
    )

    mark = grading.marks_of(work.activity_id, work.author_id)[0]
    assert (mark.comment, mark.private_note, mark.criteria[0]["comment"]) == ("Tốt 👍", "ab", "ý")


# -- again, and too late ----------------------------------------------------------------------------------------
def test_the_same_mark_sent_twice_is_one_mark(made: World, work: Reflection) -> None:
    changes: dict[str, Any] = {"client_key": "key-00000001", "row_version": work.row_version}
    first, again = factories.mark(made.lan, work, **changes), factories.mark(made.lan, work, **changes)

    assert (first.repeated, again.repeated) == (False, True)
    assert (again.number, again.earned) == (first.number, first.earned)
    assert (Mark.objects.count(), OutboxEntry.objects.count()) == (1, 1)


def test_a_key_that_marked_other_work_marks_nothing_in_silence(made: World, work: Reflection) -> None:
    other = factories.submit(made.mai, made.activity)
    factories.mark(made.lan, work, client_key="key-00000001")

    assert refused(Conflict, made.lan, other, client_key="key-00000001").code == "key_reused"


def test_who_did_not_see_the_latest_state_is_told_so(made: World, work: Reflection) -> None:
    seen = work.row_version
    factories.mark(made.staff, work)

    conflict = refused(Conflict, made.lan, work, row_version=seen)

    assert (conflict.status, conflict.code) == (409, "stale")
    assert conflict.details["current_row_version"] == factories.fresh(work).row_version
    assert conflict.details["state"] == "marked"


@pytest.mark.parametrize("how", ["returned", "withdrawn"])
def test_work_that_is_with_its_author_cannot_be_marked(made: World, work: Reflection, how: str) -> None:
    if how == "returned":
        factories.give_back(made.lan, work)
    else:
        factories.withdraw(made.an, work)

    assert refused(Conflict, made.lan, work).code == "not_waiting"


def test_returning_marked_work_ends_the_mark_but_keeps_it_in_the_history(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    factories.give_back(made.lan, work)

    row = factories.fresh(work)
    assert in_force(work) is None
    assert (row.state, row.mark_value, row.mark_passed) == ("returned", None, None)
    assert len(grading.marks_of(work.activity_id, work.author_id)) == 1


def test_numbers_of_marks_go_on_after_a_return(made: World, work: Reflection) -> None:
    factories.mark(made.lan, work)
    factories.give_back(made.lan, work)
    factories.submit(made.an, made.activity)
    factories.mark(made.lan, work, BETTER)

    marks = grading.marks_of(work.activity_id, work.author_id)
    assert [(mark.version_no, mark.earned) for mark in marks] == [(2, 9), (1, Decimal("7.5"))]
    assert marks[0].number > marks[1].number


def test_a_failing_write_leaves_nothing_half_done(
    made: World, work: Reflection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from boidung_xblock.grading import outbox

    before = footprint()
    monkeypatch.setattr(outbox, "enqueue", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        factories.mark(made.lan, work)

    assert footprint() == before
    assert factories.fresh(work).state == "submitted"
