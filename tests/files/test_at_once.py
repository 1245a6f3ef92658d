"""The same upload sent twice at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from boidung_xblock.files.models import Attachment
from tests import factories
from tests.at_once import needs_server, together
from tests.factories import World
from tests.files.test_files import stored_files
from tests.files.uploads import upload
from tests.hosts import MemoryHost

pytestmark = needs_server


@pytest.fixture
def made(host: MemoryHost) -> World:
    return factories.world()


def test_one_upload_sent_four_times_is_one_row_and_one_stored_file(host: MemoryHost, made: World) -> None:
    for turn in range(3):
        results = together(*[partial(upload, made.an, made.activity, client_key=f"key-0000000{turn}")] * 4)

        assert len({row.uid for row in results}) == 1
        assert Attachment.objects.count() == turn + 1
        assert sorted(stored_files(host)) == sorted(Attachment.objects.values_list("stored_path", flat=True))
