"""Fixtures that all tests share, whatever the settings they run under."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.hosts import MemoryHost

COURSE_KEY = "course-v1:BGDDT+BD1+2026"


@pytest.fixture(autouse=True)
def _clean_host(settings: Any) -> Iterator[None]:
    """Whatever a test did to the platform in memory is gone for the next one; its language too."""
    from django.utils import translation

    language = translation.get_language()
    yield
    translation.activate(language or settings.LANGUAGE_CODE)
    if settings.BOIDUNG_HOST == "tests.hosts.MemoryHost":
        from boidung_xblock.host import get_host

        get_host().reset()  # type: ignore[attr-defined]


@pytest.fixture
def host(settings: Any) -> MemoryHost:
    """The platform in memory, with one course (``course_key``) in it."""
    from boidung_xblock.host import get_host

    memory: MemoryHost = get_host()  # type: ignore[assignment]
    memory.add_course(COURSE_KEY, "Mô đun 1")
    return memory


@pytest.fixture
def course_key() -> str:
    """The course that ``host`` knows."""
    return COURSE_KEY


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    """``make_user("lan", full_name="Trần Thị Lan", enrolled_in=…)``: an account with password "lan"."""
    from django.contrib.auth import get_user_model

    from boidung_xblock.host import get_host

    def make(username: str, *, full_name: str = "", enrolled_in: str = "", is_staff: bool = False) -> Any:
        user = get_user_model().objects.create_user(
            username=username,
            email=f"{username}@example.com",
            password=username,
            first_name=full_name,
            is_staff=is_staff,
        )
        if enrolled_in:
            get_host().enrol(user_id=user.pk, course_key=enrolled_in)
        return user

    return make
