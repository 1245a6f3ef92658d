"""The platform's retirement pipeline reaches our tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platform import needs_lms

needs_lms()

from common.djangoapps.student.tests.factories import UserFactory  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from openedx.core.djangoapps.oauth_dispatch.jwt import create_jwt_for_user  # noqa: E402
from openedx.core.djangoapps.user_api.models import RetirementState, UserRetirementStatus  # noqa: E402

from boidung_xblock.reflections.models import Reflection, ReflectionVersion  # noqa: E402
from boidung_xblock.roster.models import Person  # noqa: E402

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.platform.world import World


def _retire_misc(world: World) -> HttpResponse:
    """The step ``RETIRING_LMS_MISC`` as the pipeline calls it."""
    for number, name in enumerate(("PENDING", "RETIRING_LMS_MISC", "LMS_MISC_COMPLETE", "COMPLETE")):
        RetirementState.objects.get_or_create(
            state_name=name, defaults={"state_execution_order": number, "required": name in {"PENDING", "COMPLETE"}}
        )
    status = UserRetirementStatus.create_retirement(world.an)
    status.current_state = RetirementState.objects.get(state_name="RETIRING_LMS_MISC")
    status.save()
    worker = UserFactory(username="retirement_service_worker", is_superuser=True, is_staff=True)
    return Client().post(
        reverse("accounts_retire_misc"),
        {"username": "an"},
        content_type="application/json",
        HTTP_AUTHORIZATION=f"JWT {create_jwt_for_user(worker)}",
    )


def test_the_pipeline_erases_words_and_names_and_keeps_the_result(world: World) -> None:
    world.mark(world.submit(world.an))
    answer = _retire_misc(world)
    assert answer.status_code == 204, answer.content
    version = ReflectionVersion.objects.get()
    assert not any(row["text"] for row in version.answers)
    assert not Reflection.objects.filter(author_name="Nguyễn Văn Ân").exists()
    assert not Person.objects.filter(full_name="Nguyễn Văn Ân").exists()
    assert world.points(world.an) == (7.5, 10.0)
