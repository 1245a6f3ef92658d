"""The start page /boidung/: one's rounds and courses, with the ways into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from boidung_xblock.host import get_host
from boidung_xblock.pages.guards import page
from boidung_xblock.roster import api as roster


@dataclass(frozen=True)
class CourseLink:
    """A course of a round; each of the addresses is "" for those whom the page is not for."""

    title: str
    url: str
    desk_url: str
    minutes_url: str
    results_url: str


@dataclass(frozen=True)
class RoundCard:
    """A round of the person; ``roster_url`` is "" for those who may not read the roster."""

    title: str
    is_admin: bool
    is_core_teacher: bool
    courses: list[CourseLink]
    roster_url: str


@page("GET")
def home(request: HttpRequest) -> HttpResponse:
    """One's rounds and courses. Who: everybody logged in sees their own; visitors are sent to log in."""
    cards = [_card(request.user, brief) for brief in roster.rounds_for(request.user)]
    person = {"full_name": get_host().display_name(request.user)}
    return render(request, "boidung/home.html", {"rounds": cards, "viewer": person})


def _card(user: Any, brief: roster.RoundBrief) -> RoundCard:
    host = get_host()
    staffed = False
    courses = []
    for course_key in brief.course_keys:
        facts = host.course_facts(course_key)
        if facts is None:
            continue
        is_staff = host.course_access(user, course_key).staff
        staffed = staffed or is_staff
        runs = is_staff or brief.is_admin
        courses.append(
            CourseLink(
                title=facts.title,
                url=facts.url,
                desk_url=_url("boidung:desk", course_key, runs or brief.is_core_teacher),
                minutes_url=_url("boidung:minutes-list", course_key, True),
                results_url=_url("boidung:results", course_key, runs),
            )
        )
    reads_roster = brief.is_admin or staffed
    return RoundCard(
        title=brief.title,
        is_admin=brief.is_admin,
        is_core_teacher=brief.is_core_teacher,
        courses=courses,
        roster_url=reverse("boidung:roster", args=[brief.id]) if reads_roster else "",
    )


def _url(name: str, course_key: str, may: bool) -> str:
    return reverse(name, args=[course_key]) if may else ""
