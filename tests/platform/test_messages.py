"""Messages leave through the platform's own e-mail, in the person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from django.core import mail  # noqa: E402
from openedx.core.djangoapps.user_api.preferences.api import set_user_preference  # noqa: E402

from tests import factories  # noqa: E402
from tests.platform.instructor import committed  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


@pytest.fixture(autouse=True)
def _email_is_on(settings: Any) -> None:
    """As on every site that sends e-mail; the platform's tests keep it in a list."""
    settings.ACE_ENABLED_CHANNELS = ["django_email"]
    settings.ACE_ENABLED_POLICIES = []
    settings.ACE_CHANNEL_DEFAULT_EMAIL = "django_email"
    settings.ACE_CHANNEL_TRANSACTIONAL_EMAIL = "django_email"
    settings.BOIDUNG_MESSAGES = ("returned", "marked")


@pytest.mark.parametrize(("language", "subject"), [("vi", "Cần bổ sung: "), ("en", "Please revise: ")])
def test_the_author_reads_that_work_came_back_in_their_language(world: World, language: str, subject: str) -> None:
    set_user_preference(world.an, "pref-lang", language)
    work = world.submit(world.an)
    mail.outbox.clear()
    with committed():
        factories.give_back(world.lan, work, reason="Xin nêu ví dụ của lớp mình")
    (message,) = mail.outbox
    assert message.to == ["an@example.com"]
    assert message.subject.startswith(subject)
    html = message.alternatives[0][0]
    for text in (message.body, html):
        assert f"/jump_to/{world.key}" in text
        assert "http" in text
        assert "Xin nêu ví dụ" not in text
    assert "Mô đun 1" in message.body


def test_a_mark_is_told_without_the_mark(world: World) -> None:
    set_user_preference(world.an, "pref-lang", "vi")
    work = world.submit(world.an)
    mail.outbox.clear()
    world.mark(work)
    (message,) = mail.outbox
    assert message.subject.startswith("Đã chấm: ")
    assert "7,5" not in message.body
    assert "7.5" not in message.body


def test_inactive_accounts_get_none(world: World) -> None:
    work = world.submit(world.an)
    world.an.is_active = False
    world.an.save()
    mail.outbox.clear()
    world.mark(work)
    assert not mail.outbox
