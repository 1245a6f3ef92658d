"""Vietnamese comes with the package, also where the platform has made a place for translations and put none there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.platform import needs_lms

needs_lms()

from django.utils import translation  # noqa: E402
from django.utils.translation import pgettext  # noqa: E402
from xmodule.modulestore.api import get_python_locale_root  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """What ``pull_xblock_translations`` leaves behind for a block whose translations nobody collects."""
    root = Path(get_python_locale_root())
    folder = root / "boidung_xblock"
    assert not folder.exists()
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        for path in made:
            path.rmdir()


def test_the_catalogue_of_the_package_is_used(empty_folder: Path) -> None:
    with translation.override("vi"):
        assert pgettext("boidung", "Submit") == "Nộp bài"


def test_the_learners_page_is_in_vietnamese(world: World, empty_folder: Path) -> None:
    with translation.override("vi"):
        page = world.block(world.an).student_view().content
    assert "Nộp bài" in page
    with translation.override("en"):
        assert "Nộp bài" not in world.block(world.an).student_view().content


def test_the_service_for_field_names_finds_it_too(world: World, empty_folder: Path) -> None:
    block = world.block(world.an)
    with translation.override("vi"):
        service = block.runtime.service(block, "i18n")
        assert service.translator.pgettext("boidung", "Submit") == "Nộp bài"


def test_the_language_of_the_reader_counts(world: World, empty_folder: Path) -> None:
    world.submit(world.an)
    client = world.client(world.lan)
    titles = {
        language: client.get(f"/boidung/course/{world.course_key}/", headers={"accept-language": language})
        for language in ("vi", "en")
    }
    pages = {language: answer.content.decode() for language, answer in titles.items()}
    assert '<html lang="vi"' in pages["vi"]
    assert pages["vi"] != pages["en"]
