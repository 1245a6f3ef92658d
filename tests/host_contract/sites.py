"""A site to hold a host against the contract: how its people, courses and tools are made. One class per host.

A host of another site brings its own class: the setting ``BOIDUNG_CONTRACT_SITE`` names it (inside edx-platform it
is made with CourseFactory and UserFactory). ``tests/host_contract/probe.py`` is the block in the course.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from boidung_xblock.host import BlockFacts, Host, Masquerade, get_host
from tests.host_contract.probe import KIND, Probe

DUE = datetime(2031, 5, 4, 16, 59, tzinfo=UTC)
GRACE = timedelta(minutes=30)
TITLE = "Mô đun thử"


class Tools(Protocol):
    """The platform's own tools; a host without a platform has none."""

    def bound_due(self, user: Any) -> datetime | None:
        """``self.due`` of the probe bound to the user."""

    def override(self, user: Any, score: float) -> None:
        """The instructor's "override score"."""

    def rescore(self, user: Any) -> None:
        """The instructor's "rescore"."""

    def delete_state(self, user: Any) -> None:
        """The instructor's "delete state" of one learner."""

    def delete_all_state(self) -> None:
        """The instructor's "delete state" of everybody."""

    def deletions(self, monkeypatch: Any) -> list[tuple[str, int]]:
        """From now on every (usage key, user id) our app is told of."""

    def hide_block(self) -> None:
        """Learners may no longer load the probe."""

    def completion(self, user: Any) -> float:
        """Completion of the probe."""

    def touch(self, user: Any) -> None:
        """The learner writes state at the probe."""


class Site(Protocol):
    """One course (title ``TITLE``) with the probe (weight 10, periods 2, due ``DUE`` plus ``GRACE``)."""

    host: Host
    course_key: str
    usage_key: str
    tools: Tools | None

    def user(self, username: str, *, name: str = "", enrolled: bool = False, role: str = "") -> Any:
        """An account; role "staff", "instructor" or "global"."""

    def unenrol(self, user: Any) -> None:
        """The enrolment is no longer active."""

    def retire(self, user: Any) -> None:
        """The account is gone for good, as the platform retires people."""

    def extend(self, user: Any, due: datetime) -> None:
        """A date extension for one learner."""

    def request_of(self, user: Any, *, mask: Masquerade, learner: Any = None) -> Any:
        """Context: a request by ``user``, who is viewing as a learner (ROLE) or as ``learner`` (LEARNER)."""

    def end_course(self, ended: datetime) -> None:
        """The course has ended then, and the site freezes the grades of courses that are over for more than a month."""

    def points(self, user: Any) -> tuple[float | None, float] | None:
        """Weighted points at the probe in the gradebook: (earned, possible); earned None: nothing yet."""


class DemoSite:
    """The demo: the course is imported from OLX, tools are the demo's."""

    course_key = "course-v1:Thu+HostContract+1"
    usage_key = f"block-v1:Thu+HostContract+1+type@{KIND}+block@p"

    def __init__(self, folder: Path) -> None:
        from demo.olx import import_course

        self.host = get_host()
        self.tools = self
        (folder / "course.xml").write_text(
            f"""<course org="Thu" course="HostContract" url_name="1" display_name="{TITLE}" graceperiod="30 minutes">
              <chapter url_name="c"><sequential url_name="s" graded="true" due="{DUE.isoformat()}">
                <vertical url_name="v">
                  <html url_name="h">Bài đọc</html>
                  <{KIND} url_name="p" display_name="Phép thử" weight="10" periods="2"/>
                  <{KIND} url_name="q" display_name="Phép thử khác" weight="5"/>
                </vertical></sequential></chapter>
            </course>""",
            "utf-8",
        )
        import_course(folder)

    def user(self, username: str, *, name: str = "", enrolled: bool = False, role: str = "") -> Any:
        from demo.models import CourseRole, Enrolment, Profile

        user = get_user_model().objects.create_user(username, f"{username}@example.com", is_staff=role == "global")
        Profile.objects.create(user=user, name=name)
        if enrolled:
            Enrolment.objects.create(user=user, course_key=self.course_key)
        if role in {"staff", "instructor"}:
            CourseRole.objects.create(user=user, course_key=self.course_key, role=role)
        return user

    def unenrol(self, user: Any) -> None:
        user.enrolments.update(is_active=False)

    def retire(self, user: Any) -> None:
        from demo.models import RetiredName

        for value in (user.username, user.email):
            RetiredName.objects.create(value=value.lower())
        user.delete()

    def extend(self, user: Any, due: datetime) -> None:
        from demo.grades import extend_due

        extend_due(user, self._probe_key().course_key.make_usage_key("sequential", "s"), due)

    @contextmanager
    def request_of(self, user: Any, *, mask: Masquerade, learner: Any = None) -> Iterator[None]:
        import crum
        from django.contrib.sessions.backends.db import SessionStore
        from django.test import RequestFactory

        from demo.access import set_mask

        request = RequestFactory().get("/")
        request.user, request.session = user, SessionStore()  # type: ignore[assignment]
        if mask is not Masquerade.NONE:
            set_mask(request, self.course_key, role="student", user_name=learner.username if learner else "")
        crum.set_current_request(request)
        try:
            yield
        finally:
            crum.set_current_request(None)

    def end_course(self, ended: datetime) -> None:
        from demo.models import Block

        root = Block.objects.get(course_key=self.course_key, position=0)
        root.fields["end"] = ended.isoformat()
        root.save()

    def points(self, user: Any) -> tuple[float | None, float] | None:
        from demo.grades import score_table, scored_blocks

        table = score_table(scored_blocks(self._probe_key().course_key), [user.pk])
        return table[user.pk, self.usage_key]

    # -- Tools ------------------------------------------------------------------------------------------------
    def _probe_key(self) -> Any:
        from opaque_keys.edx.keys import UsageKey

        return UsageKey.from_string(self.usage_key)

    def bound_due(self, user: Any) -> datetime | None:
        from demo.runtime import bind

        due: datetime | None = bind(user, self._probe_key()).due
        return due

    def override(self, user: Any, score: float) -> None:
        from demo.grades import override_score

        override_score(user, self._probe_key(), score)

    def rescore(self, user: Any) -> None:
        from demo.grades import rescore

        rescore(user, self._probe_key())

    def delete_state(self, user: Any) -> None:
        from demo.grades import delete_state

        delete_state(user, self._probe_key())

    def delete_all_state(self) -> None:
        from demo.grades import delete_all_state

        delete_all_state(self._probe_key())

    def deletions(self, monkeypatch: Any) -> list[tuple[str, int]]:
        told: list[tuple[str, int]] = []
        record: Callable[..., None] = lambda *, usage_key, user_id: told.append((usage_key, user_id))  # noqa: E731
        monkeypatch.setattr("boidung_xblock.signals.learner_state_deleted", record)
        return told

    def hide_block(self) -> None:
        from demo.models import Block

        row = Block.objects.get(usage_key=self.usage_key)
        row.fields["visible_to_staff_only"] = True
        row.save()

    def completion(self, user: Any) -> float:
        from completion.models import BlockCompletion

        done = BlockCompletion.get_learning_context_completions(user, self._probe_key().course_key)
        return float(done.get(self._probe_key(), 0.0))

    def touch(self, user: Any) -> None:
        from demo.runtime import bind

        block = bind(user, self._probe_key())
        block.note = "đã mở"
        block.save()


class MemorySite:
    """The platform in memory of the unit tests: no tools."""

    course_key = "course-v1:Thu+HostContract+1"
    usage_key = f"block-v1:Thu+HostContract+1+type@{KIND}+block@p"
    tools = None

    def __init__(self, _folder: Path) -> None:
        from tests.hosts import MemoryHost, PublishedScore

        host = get_host()
        assert isinstance(host, MemoryHost)
        self.host = host
        host.add_course(self.course_key, TITLE)
        values = {"kind": KIND, "due": None, "settings": {"probe": True}}
        other = self.usage_key[:-1] + "q"
        host.add_block(self.course_key, BlockFacts(self.usage_key, title="Phép thử", position=0, periods=2.0,
                                                   weight=10.0, **values))  # fmt: skip
        host.add_block(self.course_key, BlockFacts(other, title="Phép thử khác", position=1, periods=0.0,
                                                   weight=5.0, **values))  # fmt: skip
        host.set_due(self.usage_key, DUE, GRACE)

        class Loaded:
            def __init__(self, user_id: int, usage_key: str) -> None:
                self.user_id, self.usage_key = user_id, usage_key

            def publish_grade(self) -> None:
                mark = Probe.marks.get(self.user_id)
                earned, possible = mark if mark else (None, 10.0)
                host.record_score(PublishedScore(self.user_id, self.usage_key, earned, possible))  # type: ignore[arg-type]

        host.load_block = Loaded

    def user(self, username: str, *, name: str = "", enrolled: bool = False, role: str = "") -> Any:
        user = get_user_model().objects.create_user(username, f"{username}@example.com", is_staff=role == "global")
        self.host.names[user.pk] = name
        if enrolled:
            self.host.enrol(user_id=user.pk, course_key=self.course_key)
        if role in {"staff", "instructor"}:
            self.host.roles[user.pk, self.course_key] = role
        return user

    def unenrol(self, user: Any) -> None:
        self.host.unenrol(user_id=user.pk, course_key=self.course_key)

    def retire(self, user: Any) -> None:
        self.host.retire(user)

    def extend(self, user: Any, due: datetime) -> None:
        self.host.extend(user_id=user.pk, usage_key=self.usage_key, due=due)

    @contextmanager
    def request_of(self, user: Any, *, mask: Masquerade, learner: Any = None) -> Iterator[None]:
        self.host.wear_mask(self.course_key, mask)
        yield
        self.host.wear_mask(self.course_key, Masquerade.NONE)

    def end_course(self, ended: datetime) -> None:
        over = datetime.now(UTC) - ended > timedelta(days=30)
        (self.host.frozen.add if over else self.host.frozen.discard)(self.course_key)

    def points(self, user: Any) -> tuple[float | None, float] | None:
        score = self.host.score_of(user.pk, self.usage_key)
        if score is None or score.earned is None:
            return None, 10.0
        return float(score.earned) * 10 / float(score.possible), 10.0


VISITOR = AnonymousUser()
SITES = {"demo.host.DemoHost": DemoSite, "tests.hosts.MemoryHost": MemorySite}
