"""What the template of the marking page shows: the work, its history, the marking sheet with what was typed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from boidung_xblock.authored.rubric import Criterion, Level, Rubric
from boidung_xblock.errors import BadInput, Conflict
from boidung_xblock.grading import api as grading
from boidung_xblock.host import get_host
from boidung_xblock.pages.desk_list import group_label, verdict
from boidung_xblock.pages.forms import DeskQuery, parse_posted_sheet
from boidung_xblock.present import age, date_time, decimal_sign, file_size, number, person, plain_number
from boidung_xblock.reflections import api as reflections
from boidung_xblock.viewer import Viewer


@dataclass(frozen=True)
class Sheet:
    """The two forms of the page as they are shown: empty, from the mark in force, or as posted, with what was wrong."""

    client_key: str
    row_version: int
    points: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    private_note: str = ""
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    conflict: bool = False
    posted: bool = False
    seen_events: int = 0
    seen_marks: int = 0

    @classmethod
    def fresh(cls, found: reflections.WorkView) -> Sheet:
        """For a page opened by GET; ``context`` fills in the mark in force."""
        return cls(client_key=uuid.uuid4().hex, row_version=found.reflection.row_version)

    @classmethod
    def as_posted(cls, post: Mapping[str, str], found: reflections.WorkView, error: BadInput | Conflict) -> Sheet:
        """What was typed, to be sent again against the work as it is now."""
        typed = parse_posted_sheet(post)
        return cls(
            client_key=uuid.uuid4().hex,
            row_version=found.reflection.row_version,
            points=typed.points,
            comments=typed.comments,
            comment=typed.comment,
            private_note=typed.private_note,
            reason=typed.reason,
            errors=error.details.get("fields", {}),
            message=error.message,
            conflict=isinstance(error, Conflict),
            posted=True,
            seen_events=typed.seen_events,
            seen_marks=typed.seen_marks,
        )


def context(
    viewer: Viewer, found: reflections.WorkView, sheet: Sheet, query: DeskQuery, *, now: datetime
) -> dict[str, Any]:
    """Everything the page shows, two queries besides ``found``. ``work_for_marking`` has checked MARK."""
    reflection = found.reflection
    rubric = Rubric.model_validate(found.activity.settings["rubric"])
    marks = grading.marks_of(reflection.activity_id, reflection.author_id)
    grade = grading.grade_of(reflection.activity_id, reflection.author_id)
    if grade and grade.mark and not sheet.posted:
        sheet = _from_mark(sheet, grade.mark)
    versions = _readable_versions(found)
    base = [viewer.course_key, reflection.pk]
    told = query.querystring(after=query.after)
    desk_url = reverse("boidung:desk", args=[viewer.course_key])
    return {
        "work": _head(viewer, found, now),
        "version": _version(versions[0], found, rubric, viewer) if versions else None,
        "older": [_version(version, found, rubric, viewer) for version in versions[1:]],
        "history": [_event(event, viewer) for event in found.events],
        "marks": [_mark(row, viewer) for row in marks],
        "grade": _grade(grade),
        "grades_frozen": get_host().grades_frozen(viewer.course_key),
        "sheet": sheet,
        "changes": _changes(sheet, found, marks, viewer) if sheet.conflict else [],
        "problems": _problems(sheet, rubric),
        "criteria": [_criterion(criterion, rubric, sheet) for criterion in rubric.criteria],
        "rubric": _rubric_data(rubric),
        "is_markable": reflection.state in reflections.states.MARKABLE,
        "is_marked": reflection.state == reflections.states.MARKED,
        "seen_events": len(found.events),
        "seen_marks": len(marks),
        "query": query,
        "desk_url": f"{desk_url}?{told}" if told else desk_url,
        "work_url": reverse("boidung:work", args=base) + (f"?{told}" if told else ""),
        "mark_url": reverse("boidung:mark", args=base),
        "opened_url": reverse("boidung:opened", args=base) if _is_unopened(reflection) else "",
        "return_url": reverse("boidung:return", args=base),
    }


def _is_unopened(reflection: reflections.Reflection) -> bool:
    return reflection.opened_at is None and reflection.state in reflections.states.WAITING


def _from_mark(sheet: Sheet, mark: grading.MarkView) -> Sheet:
    """A correction starts from the mark in force (an override by the platform has no criteria: an empty sheet)."""
    return Sheet(
        client_key=sheet.client_key,
        row_version=sheet.row_version,
        points={row["slug"]: number(Decimal(row["points"])) for row in mark.criteria},
        comments={row["slug"]: row.get("comment", "") for row in mark.criteria},
        comment=mark.comment,
        private_note=mark.private_note,
    )


def _readable_versions(found: reflections.WorkView) -> list[reflections.VersionView]:
    """Newest first. What its author took back before anybody opened it is not for markers to read."""
    if found.reflection.state == reflections.states.WITHDRAWN:
        return found.versions[1:]
    return found.versions


def _head(viewer: Viewer, found: reflections.WorkView, now: datetime) -> dict[str, Any]:
    row = found.reflection
    latest = found.versions[0]
    waits = row.state in reflections.states.WAITING
    return {
        "id": row.pk,
        "author": person(row.author_name),
        "group": group_label(latest.group_name, latest.unit_name) or _cohort(row),
        "activity": found.activity.title,
        "state": row.state,
        "state_label": reflections.states.label(row.state),
        "version": row.version_no,
        "submitted": date_time(row.submitted_at, viewer.time_zone),
        "age": age(row.submitted_at, now) if waits else "",
        "is_late": row.is_late,
        "receipt": latest.receipt_code,
    }


def _cohort(row: reflections.Reflection) -> str:
    """Where a course has no roster, the platform's own cohort tells markers whom they read."""
    names = get_host().cohort_names(course_key=row.course_key, user_ids=[row.author_id])
    return names.get(row.author_id, "")


def _version(
    version: reflections.VersionView, found: reflections.WorkView, rubric: Rubric, viewer: Viewer
) -> dict[str, Any]:
    returned = [event for event in found.events if event.kind == "returned" and event.version_no == version.number]
    return {
        "number": version.number,
        "submitted": date_time(version.submitted_at, viewer.time_zone),
        "is_late": version.is_late,
        "answers": version.answers,
        "is_erased": version.is_erased,
        "words": version.word_count,
        "files": [
            {"name": item.name, "size": file_size(item.size), "url": reverse("boidung:file", args=[item.uid])}
            for item in version.files
        ],
        "self_rating": _self_rating(version.self_rating, rubric),
        "returned": [_event(event, viewer) for event in returned],
    }


def _self_rating(rating: Mapping[str, int], rubric: Rubric) -> list[tuple[str, str]]:
    """Criterion and level in words; what the rubric no longer knows is left out."""
    return [
        (criterion.title, criterion.levels[rating[criterion.slug] - 1].title)
        for criterion in rubric.criteria
        if 1 <= rating.get(criterion.slug, 0) <= len(criterion.levels)
    ]


def _event(event: reflections.EventView, viewer: Viewer) -> dict[str, str]:
    texts = {
        "submitted": pgettext("boidung", "submitted version %(number)d"),
        "resubmitted": pgettext("boidung", "resubmitted: version %(number)d"),
        "returned": pgettext("boidung", "returned version %(number)d for revision"),
        "withdrawn": pgettext("boidung", "withdrew version %(number)d"),
        "marked": pgettext("boidung", "marked version %(number)d"),
        "erased": pgettext("boidung", "erased the text of version %(number)d"),
    }
    text = texts.get(event.kind, "")
    return {
        "when": date_time(event.created_at, viewer.time_zone),
        "who": person(event.actor_name) or pgettext("boidung", "The system"),
        "what": text % {"number": event.version_no} if text else event.kind,
        "reason": event.reason,
    }


def _mark(mark: grading.MarkView, viewer: Viewer) -> dict[str, Any]:
    sources = {
        "override": pgettext("boidung", "Set in the gradebook"),
        "rescore": pgettext("boidung", "Recalculated by the platform"),
    }
    return {
        "number": mark.number,
        "who": person(mark.marker_name) or sources.get(mark.source, ""),
        "when": date_time(mark.created_at, viewer.time_zone),
        "value": number(mark.earned),
        "scale": number(mark.possible),
        "passed": mark.passed,
        "verdict": verdict(mark.passed),
        "version": mark.version_no,
        "criteria": [{**row, "points": number(Decimal(row["points"]))} for row in mark.criteria],
        "comment": mark.comment,
        "private_note": mark.private_note,
    }


def _grade(grade: grading.GradeView | None) -> dict[str, Any] | None:
    if grade is None:
        return None
    return {
        "value": number(grade.earned),
        "scale": number(grade.possible),
        "passed": grade.passed,
        "verdict": verdict(grade.passed),
        "delivered": grade.delivered,
        "is_override": grade.source != "marker",
    }


def _changes(
    sheet: Sheet, found: reflections.WorkView, marks: list[grading.MarkView], viewer: Viewer
) -> list[dict[str, str]]:
    """What has happened since the page was rendered, newest first: history only grows, so the newest are the new."""
    events = found.events[: max(0, len(found.events) - sheet.seen_events)]
    fresh = [_event(event, viewer) for event in events if event.kind != "marked"]  # the mark itself says more
    for row in marks[: max(0, len(marks) - sheet.seen_marks)]:
        mark = _mark(row, viewer)
        what = pgettext("boidung", "gave %(mark)s/%(scale)s") % {"mark": mark["value"], "scale": mark["scale"]}
        who = person(row.marker_name) or pgettext("boidung", "The system")
        fresh.append({"when": mark["when"], "who": who, "what": what, "reason": row.comment})
    return fresh


def _problems(sheet: Sheet, rubric: Rubric) -> list[dict[str, str]]:
    """What is wrong, in the order of the sheet, each with the field it leads to."""
    places = [
        (f"{kind}.{criterion.slug}", f"bd-{name}-{criterion.slug}", criterion.title)
        for criterion in rubric.criteria
        for kind, name in (("points", "points"), ("comments", "comment"))
    ]
    places += [
        ("comment", "bd-comment", pgettext("boidung", "Overall comment")),
        ("private_note", "bd-note", pgettext("boidung", "Private note")),
        ("reason", "bd-reason", pgettext("boidung", "What should be revised")),
    ]
    return [
        {"id": field_id, "label": label, "text": sheet.errors[name]}
        for name, field_id, label in places
        if name in sheet.errors
    ]


def _criterion(criterion: Criterion, rubric: Rubric, sheet: Sheet) -> dict[str, Any]:
    typed = sheet.points.get(criterion.slug, "")
    reached = _reached(criterion, typed)
    total = sum((each.weight for each in rubric.criteria), Decimal(0))
    return {
        "slug": criterion.slug,
        "title": criterion.title,
        "weight": plain_number(criterion.weight),
        "share": number(round(criterion.weight * 100 / total, 1)),
        "points": typed,
        "comment": sheet.comments.get(criterion.slug, ""),
        "points_error": sheet.errors.get(f"points.{criterion.slug}", ""),
        "comment_error": sheet.errors.get(f"comments.{criterion.slug}", ""),
        "levels": [_level(level, rubric.step, chosen=level is reached) for level in criterion.levels],
    }


def _reached(criterion: Criterion, typed: str) -> Level | None:
    """The level that typed points light up; None while they are no number."""
    try:
        return criterion.level_for(Decimal(typed.replace(",", ".")))
    except ArithmeticError:
        return None


def _level(level: Level, step: Decimal, *, chosen: bool) -> dict[str, Any]:
    return {
        "title": level.title,
        "descriptor": level.descriptor,
        "range": f"{number(level.low)}–{number(level.high)}" if level.low != level.high else number(level.low),
        "low": plain_number(level.low),
        "fill": plain_number(fill_points(level, step)),
        "chosen": chosen,
    }


def fill_points(level: Level, step: Decimal) -> Decimal:
    """The points that choosing a level stands for: the middle of its range, on a step (7–8 in quarters → 7.5)."""
    middle = ((level.low + level.high) / 2 / step).to_integral_value(ROUND_FLOOR) * step
    lowest = (level.low / step).to_integral_value(ROUND_CEILING) * step
    return max(middle, lowest)


def _rubric_data(rubric: Rubric) -> dict[str, str]:
    """For the script's live total, which follows ``Rubric.score``; the server's own counting stands."""
    return {
        "scale": plain_number(rubric.scale),
        "scale_text": number(rubric.scale),
        "step": plain_number(rubric.step),
        "step_text": number(rubric.step),
        "pass_mark": plain_number(rubric.pass_mark),
        "pass_mark_text": number(rubric.pass_mark),
        "lowest_fails": "1" if rubric.lowest_level_fails else "",
        "sign": decimal_sign(),
    }
