"""What every host does with scores and completion, and what the platform's tools do to a block of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from boidung_xblock.host import CannotGrade, GradesFrozen, Masquerade
from tests.host_contract.probe import Probe
from tests.host_contract.sites import Site, Tools


def _publish(site: Site, user: Any, mark: tuple[float, float] | None) -> None:
    Probe.marks[user.pk] = mark
    site.host.publish_score(user_id=user.pk, usage_key=site.usage_key)


def test_publishing_grades_the_learner_and_nobody_else(site: Site) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    marker = site.user("marker", role="staff", enrolled=True)
    with site.request_of(marker, mask=Masquerade.NONE):
        _publish(site, lan, (7.5, 10.0))
    assert site.points(lan) == (7.5, 10.0)
    assert site.points(hoa) == site.points(marker) == (None, 10.0)


def test_points_are_weighted(site: Site) -> None:
    lan = site.user("lan", enrolled=True)
    _publish(site, lan, (3.0, 4.0))
    assert site.points(lan) == (7.5, 10.0)


def test_a_new_mark_takes_the_place_of_the_old(site: Site) -> None:
    lan = site.user("lan", enrolled=True)
    for mark in (5.0, 8.25, 8.25, 6.0):
        _publish(site, lan, (mark, 10.0))
        assert site.points(lan) == (mark, 10.0)


def test_a_cleared_score_counts_for_nothing(site: Site) -> None:
    lan = site.user("lan", enrolled=True)
    _publish(site, lan, (7.5, 10.0))
    _publish(site, lan, None)
    earned, possible = site.points(lan) or (0, 10.0)
    assert (earned or 0, possible) == (0, 10.0)


def test_what_cannot_be_graded_is_said(site: Site) -> None:
    lan = site.user("lan", enrolled=True)
    with pytest.raises(CannotGrade):
        site.host.publish_score(user_id=lan.pk, usage_key=site.usage_key.replace("block@p", "block@khong-co"))
    assert site.points(lan) == (None, 10.0)


def test_a_block_the_learner_cannot_load_is_not_graded(site: Site, tools: Tools) -> None:
    lan = site.user("lan", enrolled=True)
    tools.hide_block()
    with pytest.raises(CannotGrade):
        _publish(site, lan, (7.5, 10.0))


def test_grades_freeze_a_month_after_the_course_has_ended_and_thaw_when_its_end_is_moved(site: Site) -> None:
    lan, now = site.user("lan", enrolled=True), datetime.now(UTC)
    _publish(site, lan, (5.0, 10.0))
    assert site.host.grades_frozen(site.course_key) is False
    site.end_course(now - timedelta(days=40))
    assert site.host.grades_frozen(site.course_key) is True
    with pytest.raises(GradesFrozen):
        _publish(site, lan, (7.5, 10.0))
    assert site.points(lan) == (5.0, 10.0)
    for end in (now - timedelta(days=20), now + timedelta(days=1)):
        site.end_course(end)
        assert site.host.grades_frozen(site.course_key) is False
    _publish(site, lan, (7.5, 10.0))
    assert site.points(lan) == (7.5, 10.0)


def test_grades_of_other_courses_are_not_frozen_with_it(site: Site) -> None:
    site.end_course(datetime.now(UTC) - timedelta(days=40))
    assert site.host.grades_frozen("course-v1:Thu+Another+1") is False
    assert site.host.grades_frozen("") is False


def test_the_echo_of_a_publish_reaches_the_block_of_the_learner(site: Site, tools: Tools) -> None:
    lan = site.user("lan", enrolled=True)
    _publish(site, lan, (7.5, 10.0))
    assert Probe.echoes == [(lan.pk, 7.5, 10.0)]


def test_a_mask_of_the_marker_does_not_stop_a_grade(site: Site, tools: Tools) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    with site.request_of(site.user("staff", role="staff"), mask=Masquerade.LEARNER, learner=hoa):
        _publish(site, lan, (7.5, 10.0))
    assert site.points(lan) == (7.5, 10.0)


def test_an_override_sets_the_score_first_in_fractions_then_publishes(site: Site, tools: Tools) -> None:
    lan = site.user("lan", enrolled=True)
    _publish(site, lan, (5.0, 10.0))
    Probe.echoes.clear()
    tools.override(lan, 7.0)
    assert Probe.echoes == [(lan.pk, pytest.approx(0.7), 1.0), (lan.pk, 7.0, 10.0)]
    assert site.points(lan) == (7.0, 10.0)


def test_a_rescore_comes_back_through_set_score(site: Site, tools: Tools) -> None:
    lan = site.user("lan", enrolled=True)
    _publish(site, lan, (5.0, 10.0))
    Probe.echoes.clear()
    Probe.marks[lan.pk] = (6.0, 10.0)
    tools.rescore(lan)
    assert Probe.echoes == [(lan.pk, 6.0, 10.0)]
    assert site.points(lan) == (6.0, 10.0)


def test_completion_goes_up_and_down_and_belongs_to_the_learner(site: Site, tools: Tools) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    for value in (1.0, 0.0, 0.5):
        site.host.set_completion(user_id=lan.pk, usage_key=site.usage_key, value=value)
        assert (tools.completion(lan), tools.completion(hoa)) == (value, 0.0)


def test_a_score_alone_completes_nothing(site: Site, tools: Tools) -> None:
    lan = site.user("lan", enrolled=True)
    _publish(site, lan, (10.0, 10.0))
    assert tools.completion(lan) == 0.0


def test_deleting_one_learners_state_is_told(site: Site, tools: Tools, monkeypatch: Any) -> None:
    lan, hoa = site.user("lan", enrolled=True), site.user("hoa", enrolled=True)
    tools.touch(lan)
    tools.touch(hoa)
    told = tools.deletions(monkeypatch)
    tools.delete_state(lan)
    assert told == [(site.usage_key, lan.pk)]


def test_deleting_everybodys_state_is_told_for_each(site: Site, tools: Tools, monkeypatch: Any) -> None:
    learners = [site.user(name, enrolled=True) for name in ("lan", "hoa", "mai")]
    tools.touch(learners[0])
    for learner in learners[1:]:
        _publish(site, learner, (7.5, 10.0))  # a row that only a score has made
    told = tools.deletions(monkeypatch)
    tools.delete_all_state()
    assert sorted(told) == [(site.usage_key, learner.pk) for learner in learners]
    assert site.points(learners[1]) == (None, 10.0)
