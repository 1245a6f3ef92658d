"""Every file of the browser side is found by its hashed address, once the platform has collected static files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.platform import needs_lms

needs_lms()

from django.contrib.staticfiles import finders, storage  # noqa: E402
from django.urls import reverse  # noqa: E402

import boidung_xblock  # noqa: E402

if TYPE_CHECKING:
    from tests.platform.world import World

PACKAGE = Path(boidung_xblock.__file__).parent
_OURS = re.compile(r'(?:href|src)="(/static/boidung/[^"]+)"')
_IN_TEMPLATES = re.compile(r"""\{% static ['"]([^'"]+)['"] %\}""")


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> storage.ManifestStaticFilesStorage:
    """Our files as ``collectstatic`` leaves them, with a manifest; ``static()`` asks there."""
    made = storage.ManifestStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    paths = {}
    for path, source in finders.AppDirectoriesFinder(app_names=["boidung_xblock"]).list([]):
        with source.open(path) as stream:
            made.save(path, stream)
        paths[path] = (made, path)
    failed = [(path, done) for path, _, done in made.post_process(paths) if isinstance(done, Exception)]
    assert not failed
    monkeypatch.setattr(storage.staticfiles_storage, "_wrapped", made)
    return made


def _served(collected: storage.ManifestStaticFilesStorage, address: str) -> bool:
    """A hashed address of a file that is there."""
    name = address.removeprefix("/static/")
    return name in collected.hashed_files.values() and collected.exists(name)


def test_the_platforms_finders_find_every_file() -> None:
    files = [path for path in (PACKAGE / "static" / "boidung").rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    assert files
    missing = [path for path in files if not finders.find(str(path.relative_to(PACKAGE / "static")))]
    assert missing == []


def test_what_templates_name_is_in_the_manifest(collected: storage.ManifestStaticFilesStorage) -> None:
    templates = [path.read_text("utf-8") for path in (PACKAGE / "templates").rglob("*.html")]
    named = {found for text in templates for found in _IN_TEMPLATES.findall(text)}
    assert named
    assert [name for name in sorted(named) if not _served(collected, storage.staticfiles_storage.url(name))] == []


@pytest.mark.parametrize("view", ["student_view", "author_view"])
def test_the_blocks_page_links_to_hashed_files(
    world: World, collected: storage.ManifestStaticFilesStorage, view: str
) -> None:
    fragment = getattr(world.block(world.an), view)()
    linked = [resource.data for resource in fragment.resources if resource.kind == "url"]
    assert len(linked) >= 2
    assert [address for address in linked if not _served(collected, address)] == []


def test_the_pages_link_to_hashed_files(world: World, collected: storage.ManifestStaticFilesStorage) -> None:
    client = world.client(world.lan)
    work = world.submit(world.an)
    for name, args in (("home", []), ("desk", [world.course_key]), ("work", [world.course_key, work.pk])):
        answer: Any = client.get(reverse(f"boidung:{name}", args=args))
        assert answer.status_code == 200
        linked = _OURS.findall(answer.content.decode())
        assert linked
        assert [address for address in linked if not _served(collected, address)] == []
