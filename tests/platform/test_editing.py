"""What Studio's editing forms call is there in the LMS as well, and refuses everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platform import needs_lms

needs_lms()

import pytest  # noqa: E402
from common.djangoapps.student.roles import CourseInstructorRole  # noqa: E402
from xmodule.modulestore.django import modulestore  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.module import ModuleWorld


@pytest.mark.parametrize("block", ["key", "study", "ledger"])
def test_nobody_edits_in_the_lms(module: ModuleWorld, block: str) -> None:
    key = getattr(module, block)
    CourseInstructorRole(module.course.id).add_users(module.staff)
    stored = modulestore().get_item(key)
    body = {"digest": "", "values": {**stored._stored(), "intro": "Lọt"}}
    for user in (module.staff, module.an):
        answer = module.call(user, "studio_save", body, key=key)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "not_an_author"
    for user in (module.lan, module.outsider):
        assert module.call(user, "studio_save", body, key=key).status_code in (403, 404)
    assert modulestore().get_item(key).intro == stored.intro
