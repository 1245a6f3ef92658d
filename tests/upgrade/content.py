"""A little of everything, and how it reads through the applets: the same before an upgrade and after it."""

from __future__ import annotations

import json
from typing import Any

from boidung_xblock.activities import api as activities
from boidung_xblock.drafts import api as drafts
from boidung_xblock.grading import api as grading
from boidung_xblock.reflections import api as reflections
from boidung_xblock.reflections.models import Reflection
from boidung_xblock.roster import api as roster
from tests import factories
from tests.factories import COURSE
from tests.files.uploads import attach


def build() -> None:
    """Fill an empty, migrated database: people, groups, work in every state, a draft, files, marks, an import."""
    made = factories.world()
    uid = attach(made, made.an)
    marked = factories.submit(made.an, made.activity, text="Học trò lớp 6A đã tự đặt câu hỏi.", file_uids=(uid,))
    factories.give_back(made.lan, marked, reason="Nêu rõ ví dụ của lớp mình.")
    factories.submit(made.an, made.activity, text="Ví dụ: tiết 12, bài “Ước và bội”.")
    factories.mark(made.lan, factories.fresh(marked), comment="Cụ thể, làm được ngay.")
    factories.submit(made.mai, made.activity, text="Tổ đã dự giờ hai tiết.")
    factories.withdraw(made.tam, factories.submit(made.tam, made.activity))
    factories.give_back(made.hung, factories.submit(made.binh, made.activity), reason="Bổ sung minh chứng.")
    drafts.save(
        activity_id=made.activity.pk,
        user_id=made.binh.pk,
        client_key=factories.key(),
        version=0,
        payload={"answers": {"dieu-hoc-duoc": "Tôi đang viết tiếp"}, "self_rating": {}, "files": []},
    )
    factories.move(made.tam, made.round, made.letters)


def describe() -> dict[str, Any]:
    """How it reads."""
    activity = activities.get(factories.usage())
    lan = factories.viewer(_account("lan"))
    desk = reflections.desk_page(lan, reflections.DeskFilter())
    own = reflections.own(activity_id=activity.pk, user_id=_account("an").pk)
    assert own is not None
    versions, events = reflections.history(own)
    grade = grading.grade_of(activity.pk, own.author_id)
    draft = drafts.load(activity_id=activity.pk, user_id=_account("binh").pk)
    assert grade is not None
    assert grade.mark is not None
    assert draft is not None
    return {
        "activity": [activity.title, len(activity.settings["rubric"]["criteria"])],
        "desk": sorted([row.author_name, row.state] for row in desk.rows),
        "versions": [[version.number, version.answers[0]["text"], len(version.files)] for version in versions],
        "events": [[event.kind, event.actor_name, event.reason] for event in events],
        "mark": [str(grade.earned), grade.passed, grade.mark.comment, grade.mark.marker_name],
        "draft": [draft.version, draft.payload["answers"]],
        "groups": {
            name: factories.viewer(_account(name)).roster.home_group.name  # type: ignore[union-attr]
            for name in ("an", "tam", "binh")
        },
        "round_admin": roster.viewer_for(_account("admin"), COURSE).roster.round_admin,
    }


def go_on() -> list[str]:
    """Work with it: mark what waits, take up what was returned. The states afterwards."""
    account = _account("mai")
    work = Reflection.objects.get(author=account)
    factories.mark(_account("lan"), work)
    activity = activities.get(factories.usage())
    factories.submit(_account("binh"), activity, text="Đã bổ sung.")
    return sorted(Reflection.objects.values_list("state", flat=True))


def _account(name: str) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username=name)


def tell() -> None:
    """Print how it reads, and the states after going on."""
    factories.host().add_course(COURSE)
    print(json.dumps({"read": describe(), "states": go_on()}, ensure_ascii=False))
