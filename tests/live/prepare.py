"""Accounts and a roster for tests/live. Run it in the LMS, once or again: ``./manage.py lms shell < prepare.py``.

Makes (all with the password of ``BOIDUNG_LIVE_PASSWORD``) the global staff ``live-quan-tri``, the core teachers
``live-gvcc-1`` and ``live-gvcc-2`` of one group, and its members ``live-hv-1`` … ``live-hv-10``.
The course itself the tests import through Studio.
"""

import os
from typing import Any

from common.djangoapps.student.models import Registration, UserProfile
from django.contrib.auth import get_user_model
from django.utils import timezone
from openedx.core.djangoapps.user_api.preferences.api import set_user_preference

from boidung_xblock.roster import api as roster
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Group, Person, Round, Unit
from boidung_xblock.text import fold, name_sort_key

PASSWORD = os.environ.get("BOIDUNG_LIVE_PASSWORD", "Boi-duong-2026")
COURSE = os.environ.get("BOIDUNG_LIVE_COURSE", "course-v1:SoGDDT+MD1-GV+live")
ORGANISATION, SCHOOL, GROUP = "live", "THCS Thử Nghiệm", "Tổ Thử Nghiệm"
PEOPLE = {
    "live-quan-tri": ("Lê Quản Trị", None),
    "live-gvcc-1": ("Trần Thị Nòng Cốt", keys.CORE_TEACHER),
    "live-gvcc-2": ("Phạm Văn Cốt Cán", keys.CORE_TEACHER),
    **{f"live-hv-{number}": (f"Nguyễn Học Viên {number}", keys.MEMBER) for number in range(1, 11)},
}


def account(username: str, name: str) -> Any:
    """The account, with its password set anew; its pages are in Vietnamese."""
    is_staff = username == "live-quan-tri"
    values = {"email": f"{username}@example.com", "is_active": True, "is_staff": is_staff, "is_superuser": is_staff}
    user, made = get_user_model().objects.update_or_create(username=username, defaults=values)
    user.set_password(PASSWORD)
    user.save()
    if made:
        Registration().register(user)
    UserProfile.objects.update_or_create(user=user, defaults={"name": name})
    set_user_preference(user, "pref-lang", "vi")
    return user


def place(user: Any, name: str, role: str, owner: Round, group: Group) -> None:
    """The person's line in the staff list and the assignment to the group."""
    names = {"full_name": name, "name_folded": fold(name), "name_sort": name_sort_key(name)}
    person, _ = Person.objects.get_or_create(organisation=ORGANISATION, user=user, defaults=names)
    key = keys.active_key(role=role, round_id=owner.pk, person_id=person.pk, group_id=group.pk)
    values = {"round": owner, "person": person, "role": role, "group": group, "starts_at": timezone.now()}
    Assignment.objects.get_or_create(active_key=key, defaults=values)


def prepare() -> None:
    """Everything; doing it again adds what is missing."""
    round_id = roster.create_round(slug="live", title="Đợt thử", organisation=ORGANISATION, course_keys=[COURSE])
    owner = Round.objects.get(pk=round_id)
    school, _ = Unit.objects.get_or_create(
        organisation=ORGANISATION, code="live", defaults={"name": SCHOOL, "name_folded": fold(SCHOOL), "kind": "school"}
    )
    group, _ = Group.objects.get_or_create(round=owner, unit=school, name=GROUP, defaults={"name_folded": fold(GROUP)})
    for username, (name, role) in PEOPLE.items():
        user = account(username, name)
        if role:
            place(user, name, role, owner, group)
    print(f"prepared: {len(PEOPLE)} accounts, round {round_id}, course {COURSE}")


prepare()
