"""A small world for the page tests: one round, one course, two groups, their people, and reflections by the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.utils import timezone

from boidung_xblock.activities import api as activities
from boidung_xblock.activities.models import Activity
from boidung_xblock.authored import defaults
from boidung_xblock.authored.rubric import Rubric
from boidung_xblock.host import BlockFacts, get_host
from boidung_xblock.reflections import api as reflections
from boidung_xblock.roster import keys
from boidung_xblock.roster import api as roster
from boidung_xblock.roster.models import Assignment, Group, Person, Round, RoundCourse, Unit
from boidung_xblock.text import fold, name_sort_key

COURSE = "course-v1:BGDDT+BD1+2026"
ORGANISATION = "nghe-an"
POINTS = {"hieu-noi-dung": "8", "lien-he-thuc-tien": "7,5", "ke-hoach-van-dung": "7", "tiep-thu-tu-to": "7"}


def user(username: str, name: str = "", **options: Any) -> Any:
    """An account with password = username; ``name`` is the profile's name."""
    made = get_user_model().objects.create_user(username=username, password=username, **options)
    get_host().names[made.pk] = name or username  # type: ignore[attr-defined]
    return made


def round_of(slug: str = "dot-1", *course_keys: str) -> Round:
    """A round with its courses."""
    made = Round.objects.create(organisation=ORGANISATION, slug=slug, title=f"Đợt bồi dưỡng {slug}")
    for course_key in course_keys:
        RoundCourse.objects.create(round=made, course_key=course_key)
    return made


def group(owner: Round, name: str, unit: str = "THCS Kim Đồng") -> Group:
    """A group in a school of that name."""
    school, _ = Unit.objects.get_or_create(
        organisation=ORGANISATION, code=fold(unit), defaults={"name": unit, "name_folded": fold(unit)}
    )
    return Group.objects.create(round=owner, unit=school, name=name, name_folded=fold(name))


def assign(account: Any, role: str, owner: Round, place: Group | None = None) -> Assignment:
    """A role of an account in a round (in ``place`` for roles of a group)."""
    name = get_host().display_name(account)
    person, _ = Person.objects.get_or_create(
        organisation=ORGANISATION,
        user=account,
        defaults={"full_name": name, "name_folded": fold(name), "name_sort": name_sort_key(name)},
    )
    key = keys.active_key(role=role, round_id=owner.pk, person_id=person.pk, group_id=place.pk if place else None)
    return Assignment.objects.create(
        round=owner, person=person, role=role, group=place, starts_at=timezone.now(), active_key=key
    )


def activity(title: str = "Bài suy ngẫm Mô đun 1", *, name: str = "r1", course_key: str = COURSE) -> Activity:
    """A published reflection block with the default prompts and rubric."""
    prompts = [{"slug": row["slug"], "title": row["title"]} for row in defaults.prompts()]
    facts = BlockFacts(
        usage_key=f"block-v1:BGDDT+BD1+2026+type@boidung_reflection+block@{name}",
        kind="boidung_reflection",
        title=title,
        position=0,
        periods=2.0,
        weight=10.0,
        due=None,
        settings={
            "rubric": Rubric.model_validate(defaults.rubric()).model_dump(mode="json"),
            "prompts": prompts,
            "leader_reads": False,
            "files": {"max_files": 5, "max_mb": 10, "types": ["docx", "pdf"]},
        },
    )
    get_host().add_block(course_key, facts)  # type: ignore[attr-defined]
    return activities.register(course_key, facts)


def submission(text: str = "Tôi đã thử với lớp 6A.", **options: Any) -> reflections.Submission:
    """A whole submission with ``text`` as the first answer."""
    answers = [{"slug": row["slug"], "title": row["title"], "text": text} for row in defaults.prompts()]
    made = {"base_version": 0, "answers": answers, "self_rating": {"hieu-noi-dung": 3}, "word_count": 40, **options}
    return reflections.Submission(client_key=uuid4().hex, **made)


def submit(author: Any, place: Activity, *, days_ago: float = 0, text: str = "Tôi đã thử.", **options: Any) -> Any:
    """The author hands in; returns the ``Reflection``."""
    get_host().enrol(user_id=author.pk, course_key=place.course_key)
    viewer = roster.viewer_for(author, place.course_key)
    now = timezone.now() - timedelta(days=days_ago)
    return reflections.submit(viewer, place, submission(text, **options), now=now).reflection


@dataclass
class World:
    """The round of ``world()``: ``lan`` is core teacher of ``maths``, ``hung`` of ``letters``."""

    round: Round
    maths: Group
    letters: Group
    activity: Activity
    lan: Any
    hung: Any
    staff: Any
    admin: Any
    an: Any  # member of maths
    binh: Any  # member of letters
    extra: dict[str, Any] = field(default_factory=dict)


def world() -> World:
    """One course in one round, two groups with a core teacher and a member each, course staff, an administrator."""
    get_host().add_course(COURSE, "Mô đun 1 – giáo viên")  # type: ignore[attr-defined]
    owner = round_of("dot-1", COURSE)
    maths, letters = group(owner, "Tổ Toán – Tin"), group(owner, "Tổ Ngữ văn", "THCS Lê Lợi")
    made = World(
        round=owner,
        maths=maths,
        letters=letters,
        activity=activity(),
        lan=user("lan", "Trần Thị Lan"),
        hung=user("hung", "Lê Văn Hùng"),
        staff=user("staff", "Ban tổ chức"),
        admin=user("admin", "Quản trị đợt"),
        an=user("an", "Nguyễn Văn Ân"),
        binh=user("binh", "Đặng Thị Bình"),
    )
    assign(made.lan, keys.CORE_TEACHER, owner, maths)
    assign(made.hung, keys.CORE_TEACHER, owner, letters)
    assign(made.admin, keys.ROUND_ADMIN, owner)
    assign(made.an, keys.MEMBER, owner, maths)
    assign(made.binh, keys.MEMBER, owner, letters)
    get_host().make_staff(made.staff, COURSE)  # type: ignore[attr-defined]
    return made
