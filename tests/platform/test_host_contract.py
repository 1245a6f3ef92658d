"""The suite that every host passes, on the real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.platform import needs_lms

needs_lms()

from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH  # noqa: E402
from edx_toggles.toggles.testutils import override_waffle_switch  # noqa: E402

from tests.host_contract.test_courses import *  # noqa: E402, F403
from tests.host_contract.test_people import *  # noqa: E402, F403
from tests.host_contract.test_scores import *  # noqa: E402, F403


@pytest.fixture(autouse=True)
def _completion_is_tracked(course_store: object) -> Iterator[None]:
    with override_waffle_switch(ENABLE_COMPLETION_TRACKING_SWITCH, active=True):
        yield
