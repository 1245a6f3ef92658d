"""Rounds, groups, people, activities and work, made by real rows and the applets' own calls.

A test says what the world is like and leaves out what does not matter to it: ``world()`` is one course in one round
with two groups and somebody in every role; ``submit``, ``mark`` and ``give_back`` move work along. All of it stands
on ``tests.hosts.MemoryHost``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.utils import timezone

from boidung_xblock.activities import api as activities
from boidung_xblock.activities.models import Activity
from boidung_xblock.authored import defaults
from boidung_xblock.authored.rubric import Rubric
from boidung_xblock.grading import api as grading
from boidung_xblock.host import BlockFacts, DueDate, get_host
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection, ReflectionVersion
from boidung_xblock.roster import keys
from boidung_xblock.roster.models import Assignment, Group, Person, Round, RoundCourse, Unit
from boidung_xblock.roster.roles import viewer_for
from boidung_xblock.text import fold, name_sort_key
from boidung_xblock.viewer import Viewer
from tests.hosts import MemoryHost

COURSE = "course-v1:BGDDT+BD1+2026"
OTHER_COURSE = "course-v1:BGDDT+BD2+2026"
ORGANISATION = "nghe-an"
POINTS = {"hieu-noi-dung": "8", "lien-he-thuc-tien": "7,5", "ke-hoach-van-dung": "7", "tiep-thu-tu-to": "7"}  # 7.5
BETTER = dict.fromkeys(POINTS, "9")
FILE_RULES: dict[str, Any] = {"max_files": 3, "max_mb": 1, "types": ["docx", "pdf", "jpg"]}


def host() -> MemoryHost:
    """The platform in memory."""
    return get_host()  # type: ignore[return-value]


def key() -> str:
    """A key as a page makes it, new each time."""
    return uuid4().hex


# -- people -----------------------------------------------------------------------------------------------------
def user(username: str, full_name: str = "", *, enrolled_in: str = "", is_staff: bool = False) -> Any:
    """An account with its username as the password."""
    made = get_user_model().objects.create_user(
        username=username, email=f"{username}@example.com", password=username, is_staff=is_staff
    )
    host().names[made.pk] = full_name or username
    if enrolled_in:
        host().enrol(user_id=made.pk, course_key=enrolled_in)
    return made


def viewer(account: Any, course_key: str = COURSE) -> Viewer:
    """Who the account is in the course, as every view finds out."""
    return viewer_for(account, course_key)


def round_of(*course_keys: str, slug: str = "dot-1") -> Round:
    """A round with its courses."""
    made = Round.objects.create(organisation=ORGANISATION, slug=slug, title=f"Đợt bồi dưỡng {slug}")
    for course_key in course_keys:
        RoundCourse.objects.create(round=made, course_key=course_key)
    return made


def unit(name: str = "THCS Kim Đồng") -> Unit:
    """A school of that name, made once."""
    made, _ = Unit.objects.get_or_create(
        organisation=ORGANISATION, code=fold(name), defaults={"name": name, "name_folded": fold(name)}
    )
    return made


def group(owner: Round, name: str = "Tổ Toán – Tin", school: str = "THCS Kim Đồng") -> Group:
    """A group of the round in a school."""
    return Group.objects.create(round=owner, unit=unit(school), name=name, name_folded=fold(name))


def person(account: Any) -> Person:
    """The account's line in the staff list, made once."""
    name = host().display_name(account)
    made, _ = Person.objects.get_or_create(
        organisation=ORGANISATION,
        user=account,
        defaults={"full_name": name, "name_folded": fold(name), "name_sort": name_sort_key(name)},
    )
    return made


def assign(account: Any, role: str, owner: Round, place: Group | None = None, school: Unit | None = None) -> Assignment:
    """A role in a round from now on; ``place`` for roles of a group, ``school`` for a unit manager."""
    somebody = person(account)
    ids = {"group_id": place.pk if place else None, "unit_id": school.pk if school else None}
    return Assignment.objects.create(
        round=owner,
        person=somebody,
        role=role,
        starts_at=timezone.now(),
        active_key=keys.active_key(role=role, round_id=owner.pk, person_id=somebody.pk, **ids),
        **ids,
    )


def end(assignment: Assignment) -> None:
    """The assignment no longer stands."""
    assignment.ends_at, assignment.active_key = timezone.now(), None
    assignment.save()


def move(account: Any, owner: Round, to: Group) -> None:
    """The person leaves their group for another one."""
    for old in Assignment.objects.filter(person=person(account), role__in=keys.GROUP_ROLES, active_key__isnull=False):
        end(old)
    assign(account, keys.MEMBER, owner, to)


# -- activities -------------------------------------------------------------------------------------------------
def usage(name: str = "r1", course_key: str = COURSE) -> str:
    """The usage key of a reflection block."""
    return f"block-v1:{course_key.removeprefix('course-v1:')}+type@boidung_reflection+block@{name}"


def settings_of_activity(**changes: Any) -> dict[str, Any]:
    """What the register keeps of a reflection block with our default rubric and prompts."""
    return {
        "rubric": Rubric.model_validate(defaults.rubric()).model_dump(mode="json"),
        "prompts": [{"slug": row["slug"], "title": row["title"]} for row in defaults.prompts()],
        "leader_reads": False,
        "files": FILE_RULES,
        **changes,
    }


def facts(name: str = "r1", *, course_key: str = COURSE, **changes: Any) -> BlockFacts:
    """A published reflection block as the host tells of it."""
    made: dict[str, Any] = {
        "usage_key": usage(name, course_key),
        "kind": activities.REFLECTION,
        "title": f"Bài suy ngẫm {name}",
        "position": 0,
        "periods": 2.0,
        "weight": 10.0,
        "due": None,
        "settings": settings_of_activity(),
    }
    return BlockFacts(**{**made, **changes})


def activity(name: str = "r1", *, course_key: str = COURSE, **settings: Any) -> Activity:
    """A published, registered reflection block; ``settings`` replace parts of its authored settings."""
    block = facts(name, course_key=course_key, settings=settings_of_activity(**settings))
    host().add_block(course_key, block)
    return activities.register(course_key, block)


# -- work -------------------------------------------------------------------------------------------------------
def answers(text: str = "Tôi đã thử với lớp 6A.") -> list[dict[str, str]]:
    """Checked answers to the default prompts."""
    return [{"slug": row["slug"], "title": row["title"], "text": text} for row in defaults.prompts()]


def submission(text: str = "Tôi đã thử với lớp 6A.", **changes: Any) -> reflections.Submission:
    """What a learner submits first."""
    made: dict[str, Any] = {"client_key": key(), "base_version": 0, "answers": answers(text), "word_count": 24}
    return reflections.Submission(**{**made, **changes})


def submit(
    author: Any, place: Activity, *, days_ago: float = 0, text: str = "Tôi đã thử.", **changes: Any
) -> Reflection:
    """The author (enrolled if need be) hands in and gets on; the ``Reflection`` as it is now."""
    host().enrol(user_id=author.pk, course_key=place.course_key)
    found = reflections.own(activity_id=place.pk, user_id=author.pk)
    changes.setdefault("base_version", found.version_no if found else 0)
    now = timezone.now() - timedelta(days=days_ago)
    who = viewer(author, place.course_key)
    return reflections.submit(who, place, submission(text, **changes), now=now).reflection


def withdraw(author: Any, work: Reflection) -> Reflection:
    """The author takes the work back."""
    return reflections.withdraw(
        viewer(author, work.course_key),
        work.activity,
        client_key=key(),
        base_version=fresh(work).version_no,
        due=DueDate(),
    )


def mark(marker: Any, work: Reflection, points: Mapping[str, str] | None = None, **changes: Any) -> grading.MarkGiven:
    """The marker marks what they see now."""
    made: dict[str, Any] = {
        "points": dict(points or POINTS),
        "comments": {},
        "comment": "Bài viết cụ thể.",
        "private_note": "",
        "client_key": key(),
    }
    if "row_version" not in changes:
        made["row_version"] = fresh(work).row_version
    who = viewer(marker, work.course_key)
    return grading.give_mark(who, reflection_id=work.pk, **{**made, **changes})


def give_back(marker: Any, work: Reflection, reason: str = "Nêu rõ ví dụ của lớp mình.", **changes: Any) -> None:
    """The marker returns what they see now."""
    made: dict[str, Any] = {"reason": reason, "client_key": key()}
    if "row_version" not in changes:
        made["row_version"] = fresh(work).row_version
    who = viewer(marker, work.course_key)
    grading.return_work(who, reflection_id=work.pk, **{**made, **changes})


def fresh(row: Any) -> Any:
    """The same row as the database has it now."""
    return type(row).objects.get(pk=row.pk)


def crowd(place: Activity, group_of_all: Group, number: int, *, state: str = "submitted") -> None:
    """``number`` other learners of the group with one submitted version each, written in bulk."""
    users = get_user_model()
    start = users.objects.count()
    names = [f"gv{start + index:05d}" for index in range(number)]
    users.objects.bulk_create([users(username=name, email=f"{name}@example.com") for name in names], batch_size=200)
    accounts = list(users.objects.filter(username__in=names).order_by("id"))
    now = timezone.now()
    works = [_work_row(account, place, group_of_all, now, state) for account in accounts]
    Reflection.objects.bulk_create(works, batch_size=200)
    works = list(Reflection.objects.filter(activity=place, author__username__in=names, latest=None))
    ReflectionVersion.objects.bulk_create([_version_row(work, now) for work in works], batch_size=200)
    latest = dict(ReflectionVersion.objects.filter(reflection__in=works).values_list("reflection_id", "id"))
    for work in works:
        work.latest_id = latest[work.pk]
    Reflection.objects.bulk_update(works, ["latest"], batch_size=200)


def _work_row(account: Any, place: Activity, group_of_all: Group, now: datetime, state: str) -> Reflection:
    name = f"Nguyễn Văn {account.username}"
    return Reflection(
        activity=place,
        course_key=place.course_key,
        author=account,
        author_name=name,
        author_folded=fold(name),
        author_sort=name_sort_key(name),
        group=group_of_all,
        state=state,
        version_no=1,
        submitted_at=now - timedelta(seconds=account.pk),
    )


def _version_row(work: Reflection, now: datetime) -> ReflectionVersion:
    return ReflectionVersion(
        reflection=work,
        number=1,
        submitted_by_id=work.author_id,
        client_key=f"crowd-{work.pk:08d}",
        receipt_code=f"BD-CROWD-{work.pk}",
        answers=answers(),
        group_id=work.group_id,
        group_name="Tổ Toán – Tin",
        submitted_at=now,
    )


# -- everything at once -----------------------------------------------------------------------------------------
@dataclass
class World:
    """What ``world()`` made: ``lan`` is core teacher of ``maths``, ``hung`` of ``letters``."""

    round: Round
    maths: Group
    letters: Group
    activity: Activity
    an: Any  # member of maths
    mai: Any  # leader of maths
    tam: Any  # secretary of maths
    binh: Any  # member of letters
    lan: Any  # core teacher of maths, not enrolled
    hung: Any  # core teacher of letters, not enrolled
    quang: Any  # manager of the maths group's school
    staff: Any  # course staff
    instructor: Any
    admin: Any  # named administrator of the round
    boss: Any  # global staff
    outsider: Any  # an account that has nothing to do with the course


def world(course_key: str = COURSE) -> World:
    """One course in one round, two groups, one activity, and somebody in every role."""
    host().add_course(course_key, "Mô đun 1 – giáo viên")
    owner = round_of(course_key)
    maths, letters = group(owner, "Tổ Toán – Tin"), group(owner, "Tổ Ngữ văn", "THCS Lê Lợi")
    made = World(
        round=owner,
        maths=maths,
        letters=letters,
        activity=activity(course_key=course_key),
        an=user("an", "Nguyễn Văn Ân", enrolled_in=course_key),
        mai=user("mai", "Hồ Thị Mai", enrolled_in=course_key),
        tam=user("tam", "Phan Thanh Tâm", enrolled_in=course_key),
        binh=user("binh", "Đặng Thị Bình", enrolled_in=course_key),
        lan=user("lan", "Trần Thị Lan"),
        hung=user("hung", "Lê Văn Hùng"),
        quang=user("quang", "Võ Quang"),
        staff=user("staff", "Ban tổ chức"),
        instructor=user("instructor", "Trưởng khoá"),
        admin=user("admin", "Quản trị đợt"),
        boss=user("boss", "Quản trị hệ thống", is_staff=True),
        outsider=user("outsider", "Người ngoài"),
    )
    _give_roles(made, course_key)
    return made


def _give_roles(made: World, course_key: str) -> None:
    for account, role, place in (
        (made.an, keys.MEMBER, made.maths),
        (made.mai, keys.LEADER, made.maths),
        (made.tam, keys.SECRETARY, made.maths),
        (made.binh, keys.MEMBER, made.letters),
        (made.lan, keys.CORE_TEACHER, made.maths),
        (made.hung, keys.CORE_TEACHER, made.letters),
        (made.admin, keys.ROUND_ADMIN, None),
    ):
        assign(account, role, made.round, place)
    assign(made.quang, keys.UNIT_MANAGER, made.round, school=made.maths.unit)
    host().make_staff(made.staff, course_key)
    host().make_instructor(made.instructor, course_key)
