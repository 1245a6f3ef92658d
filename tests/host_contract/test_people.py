"""What every host says of people: roles, masks, names, accounts, enrolment."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boidung_xblock.host import CourseAccess, Masquerade, Message
from tests.host_contract.sites import VISITOR, Site


def test_roles_are_those_of_the_platform(site: Site) -> None:
    def asked(user: object) -> CourseAccess:
        return site.host.course_access(user, site.course_key)

    assert asked(VISITOR) == CourseAccess()
    assert asked(site.user("nobody")) == CourseAccess()
    assert asked(site.user("learner", enrolled=True)) == CourseAccess(enrolled=True)
    assert asked(site.user("staff", role="staff")) == CourseAccess(staff=True)
    assert asked(site.user("admin", role="instructor")) == CourseAccess(staff=True, admin=True)
    assert asked(site.user("root", role="global")) == CourseAccess(staff=True, admin=True, global_staff=True)


def test_roles_are_of_one_course(site: Site) -> None:
    staff = site.user("staff", role="instructor", enrolled=True)
    assert site.host.course_access(staff, "course-v1:Thu+Another+1") == CourseAccess()


def test_an_inactive_enrolment_is_none(site: Site) -> None:
    learner = site.user("learner", enrolled=True)
    site.unenrol(learner)
    assert not site.host.course_access(learner, site.course_key).enrolled


def test_enrolling_is_idempotent_and_reactivates(site: Site) -> None:
    learner = site.user("learner")
    for _ in range(2):
        site.host.enrol(user_id=learner.pk, course_key=site.course_key)
        assert site.host.course_access(learner, site.course_key).enrolled
    site.unenrol(learner)
    site.host.enrol(user_id=learner.pk, course_key=site.course_key)
    assert site.host.course_access(learner, site.course_key).enrolled


def test_no_mask_outside_a_request(site: Site) -> None:
    assert site.host.masquerade(site.course_key) is Masquerade.NONE


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_a_mask_is_reported_and_takes_the_roles_away(site: Site, mask: Masquerade) -> None:
    staff, other = site.user("staff", role="staff"), site.user("other", role="staff")
    learner = site.user("learner", enrolled=True)
    with site.request_of(staff, mask=mask, learner=learner if mask is Masquerade.LEARNER else None):
        assert site.host.masquerade(site.course_key) is mask
        assert site.host.masquerade("course-v1:Thu+Another+1") is Masquerade.NONE
        assert site.host.course_access(staff, site.course_key) == CourseAccess()
        assert site.host.course_access(learner, site.course_key) == CourseAccess(enrolled=True)
    assert site.host.masquerade(site.course_key) is Masquerade.NONE
    assert site.host.course_access(other, site.course_key).staff


def test_names_and_zones(site: Site) -> None:
    assert site.host.display_name(site.user("lan", name="Trần Thị Lan")) == "Trần Thị Lan"
    assert site.host.display_name(site.user("vo-danh")) == "vo-danh"
    assert site.host.time_zone(site.user("hoa")) == "Asia/Ho_Chi_Minh"


def test_accounts_are_found_by_username_or_email_once(site: Site) -> None:
    lan, hoa = site.user("lan", name="Trần Thị Lan"), site.user("hoa")
    site.user("khac")
    found = site.host.find_accounts(usernames=["lan", "khong-co"], emails=["LAN@example.com", "hoa@EXAMPLE.com", ""])
    assert {account.user_id for account in found} == {lan.pk, hoa.pk}
    assert len(found) == 2
    account = next(account for account in found if account.user_id == lan.pk)
    assert (account.username, account.email, account.full_name) == ("lan", "lan@example.com", "Trần Thị Lan")


def test_finding_costs_the_same_for_few_and_many(site: Site) -> None:
    for number in range(30):
        site.user(f"nguoi{number}")

    def cost(names: list[str]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            site.host.find_accounts(usernames=names, emails=[])
        return len(queries)

    assert cost(["nguoi1"]) == cost([f"nguoi{number}" for number in range(300)])


def test_a_new_account_is_active_without_a_usable_password(site: Site) -> None:
    account = site.host.create_account(username="moi", email="moi@example.com", full_name="Lê Thị Mới")
    user = get_user_model().objects.get(pk=account.user_id)
    assert user.is_active
    assert not user.has_usable_password()
    assert site.host.display_name(user) == account.full_name == "Lê Thị Mới"


@pytest.mark.parametrize(
    ("username", "email"),
    [("co-roi", "khac@example.com"), ("CO-ROI", "khac@example.com"), ("khac", "co-roi@example.com"),
     ("khac", "Co-Roi@Example.com")],
)  # fmt: skip
def test_taken_names_are_refused_and_nothing_is_made(site: Site, username: str, email: str) -> None:
    site.user("co-roi")
    before = get_user_model().objects.count()
    with pytest.raises(ValueError):  # noqa: PT011
        site.host.create_account(username=username, email=email, full_name="X")
    assert get_user_model().objects.count() == before


def test_names_of_retired_accounts_stay_taken(site: Site) -> None:
    site.retire(site.user("nghi"))
    with pytest.raises(ValueError):  # noqa: PT011
        site.host.create_account(username="nghi", email="moi@example.com", full_name="X")
    with pytest.raises(ValueError):  # noqa: PT011
        site.host.create_account(username="moi", email="nghi@example.com", full_name="X")


def test_looking_for_cohorts_puts_nobody_into_one(site: Site) -> None:
    learner = site.user("learner", enrolled=True)
    for _ in range(2):
        assert site.host.cohort_names(course_key=site.course_key, user_ids=[learner.pk]) == {}


def test_a_message_reaches_who_can_be_reached(site: Site) -> None:
    message = Message("returned", "Bài suy ngẫm 1", "Mô đun 1", "/jump_to/x")
    learner, gone = site.user("learner", enrolled=True), site.user("gone", enrolled=True)
    get_user_model().objects.filter(pk=gone.pk).update(is_active=False)
    assert site.host.send_message(user_id=learner.pk, message=message)
    assert not site.host.send_message(user_id=gone.pk, message=message)
    assert not site.host.send_message(user_id=gone.pk + 1000, message=message)


def test_authors_are_staff_and_never_learners_or_visitors(site: Site) -> None:
    staff, instructor = site.user("staff", role="staff"), site.user("instructor", role="instructor")
    boss, learner = site.user("boss", role="global"), site.user("learner", enrolled=True)
    may = {user.username: site.host.may_author(user, site.course_key) for user in (staff, instructor, boss, learner)}
    assert may == {"staff": True, "instructor": True, "boss": True, "learner": False}
    assert not site.host.may_author(VISITOR, site.course_key)
