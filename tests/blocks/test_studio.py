"""Studio editing: every setting is in the form, what is saved is checked, and only authors in Studio save."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from opaque_keys.edx.keys import UsageKey
from opaque_keys.edx.locator import LibraryLocatorV2, LibraryUsageLocatorV2
from xblock.core import XBlock
from xblock.fields import Scope, ScopeIds

from boidung_xblock.authored import checkpoint_defaults, defaults
from boidung_xblock.authored.form_errors import _CODES, _REFUSALS
from boidung_xblock.authored.forms import FormField, Kind, fields_of
from boidung_xblock.blocks import studio_labels
from boidung_xblock.checkpoint import CheckpointXBlock
from boidung_xblock.conf import block_types
from boidung_xblock.reflection import ReflectionXBlock
from tests.block_runtime import BlockRuntime, BlockSite, post, view
from tests.factories import COURSE, World
from tests.hosts import MemoryHost
from tests.queries import counted

pytestmark = pytest.mark.django_db

BLOCKS = {name: XBlock.load_class(name) for name in block_types()}
STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def studio(site: BlockSite, made: World, kind: type[XBlock] = ReflectionXBlock, **place: Any) -> Any:
    """The block as Studio's handlers and editors meet it: bound to nobody, used by ``account`` (course staff)."""
    return place_block(site, place.pop("account", made.staff), kind, bound=False, **place)


def place_block(
    site: BlockSite, account: Any, kind: type[XBlock], *, bound: bool, author_mode: bool = False, key: Any = None
) -> Any:
    runtime = BlockRuntime(site, account, author_mode=author_mode)
    name = next(name for name, found in BLOCKS.items() if found is kind)
    key = key or UsageKey.from_string(f"block-v1:{COURSE.removeprefix('course-v1:')}+type@{name}+block@s1")
    ids = ScopeIds(account.pk if bound and account else None, name, key, key)
    return runtime.construct_xblock_from_class(kind, ids)


class Form(HTMLParser):
    """What the page of a form sends when nothing was touched, read as studio.js reads it; templates left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.digest = ""
        self.names: list[str] = []
        self.ids: list[str] = []
        self.named: set[str] = set()  # by labels and descriptions
        self.depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.depth += tag == "template"
        self.digest = given.get("data-digest") or self.digest
        if self.depth:
            return
        self.names += [given["data-bd-name"] or ""] if "data-bd-name" in given else []
        self.ids += [given["id"] or ""] if "id" in given else []
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.named |= set((given.get(name) or "").split())

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "template"


def values_of(block: Any) -> dict[str, Any]:
    """The form's values as its page sends them."""
    return json.loads(json.dumps(block._stored()))  # type: ignore[no-any-return]


def save(block: Any, *, digest: str | None = None, **changes: Any) -> Any:
    form = Form(view(block, "studio_view"))
    body = {"digest": form.digest if digest is None else digest, "values": {**values_of(block), **changes}}
    return post(block, "studio_save", body)


# -- the form -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", BLOCKS.values(), ids=BLOCKS)
def test_every_setting_of_the_block_is_in_its_form(site: BlockSite, made: World, kind: type[XBlock]) -> None:
    block = studio(site, made, kind)
    own = {
        name
        for name, field in kind.fields.items()
        if field.scope in (Scope.settings, Scope.content) and name in vars(kind)
    }
    assert {kind.FORM.stored.get(name, name) for name in kind.FORM.names()} == own
    assert set(kind.FORM.names()) <= set(Form(view(block, "studio_view")).names)


def _tree(kind: Any) -> Iterator[FormField]:
    def below(fields: tuple[FormField, ...]) -> Iterator[FormField]:
        for field in fields:
            yield field
            yield from below(field.children)
            yield from below(field.blanks)

    for part in kind.FORM.parts:
        yield from below(fields_of(part, {}))


@pytest.mark.parametrize("kind", BLOCKS.values(), ids=BLOCKS)
def test_every_field_row_choice_and_section_has_words(kind: Any) -> None:
    for field in _tree(kind):
        if field.keys and field.keys[0] in studio_labels.ROWS:
            continue
        assert field.kind is Kind.FIXED or studio_labels.label_of(field.keys)[0], field.path
        assert all(key in studio_labels.CHOICES for _, key in field.choices), field.path
    assert {code for code, _ in kind.FORM.sections} <= set(studio_labels.SECTIONS)


def test_every_fault_has_words() -> None:
    codes = {code for code, _ in (*_CODES.values(), *_REFUSALS.values())} - {"pattern"}
    assert codes <= set(studio_labels._MESSAGES)


@pytest.mark.parametrize("kind", BLOCKS.values(), ids=BLOCKS)
def test_making_the_form_writes_nothing(site: BlockSite, made: World, kind: type[XBlock]) -> None:
    stored = dict(site.store.db_dict)
    with counted() as queries:
        view(studio(site, made, kind), "studio_view")
    assert queries.writes == []
    assert site.store.db_dict == stored


def test_what_an_author_wrote_is_text_and_never_markup(site: BlockSite, made: World) -> None:
    evil = '"><script>alert(1)</script></textarea><img src=x onerror=alert(1)>'
    block = studio(site, made, CheckpointXBlock)
    steps = checkpoint_defaults.steps()
    steps[1] |= {"title": evil, "question": evil}
    steps[1]["options"][0] |= {"text": evil, "feedback": evil}
    assert save(block, display_name=evil, intro=evil, steps=steps).status_code == 200
    html = view(block, "studio_view")
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    block.role = evil
    assert "<script>alert" not in view(block, "author_view")


def test_ids_are_used_once_and_every_label_names_a_field(site: BlockSite, made: World) -> None:
    form = Form(view(studio(site, made), "studio_view"))
    assert len(form.ids) == len(set(form.ids))
    assert form.named <= set(form.ids)


def test_the_editor_is_within_its_bytes(site: BlockSite, made: World, record_property: Any) -> None:
    block = studio(site, made)
    parts = [view(block, "studio_view").encode()]
    parts += [(STATIC / path).read_bytes() for path in ("js/core.js", "js/studio.js", "css/base.css", "css/studio.css")]
    size = sum(len(gzip.compress(part)) for part in parts)
    record_property("gzip bytes", size)
    assert size <= 25_000


# -- saving ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", BLOCKS.values(), ids=BLOCKS)
def test_an_untouched_form_saves_and_changes_nothing(site: BlockSite, made: World, kind: type[XBlock]) -> None:
    block = studio(site, made, kind)
    before = block.content()
    answer = save(block)
    assert (answer.status_code, answer.json["stored"]) == (200, True)
    assert studio(site, made, kind).content() == before


def test_what_is_saved_is_what_the_block_has_from_then_on(site: BlockSite, made: World) -> None:
    meeting = {"kind": "cluster", "number": "3", "title": "Cụm 2", "agenda": "", "min_opinions": "4",
               "members_write": True}  # fmt: skip
    answer = save(
        studio(site, made), display_name=" Buổi 3 ", weight="12,5", periods="2", meeting=meeting, leader_reads=True,
        credit_when="submitted", files={"max_files": "2", "max_mb": "3", "types": "pdf docx"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    block = studio(site, made)
    assert (block.display_name, block.weight, block.periods) == ("Buổi 3", 12.5, 2.0)
    content = block.content()
    assert (content.meeting.kind.value, content.meeting.number, content.meeting.min_opinions) == ("cluster", 3, 4)
    assert (content.leader_reads, content.credit_when.value) == (True, "submitted")
    assert (content.files.max_files, content.files.types) == (2, ("pdf", "docx"))


def test_a_meeting_can_be_switched_off_again(site: BlockSite, made: World) -> None:
    meeting = {"kind": "regular", "number": 1, "title": "", "agenda": "", "min_opinions": 2, "members_write": False}
    assert save(studio(site, made), meeting=meeting).status_code == 200
    assert studio(site, made).content().meeting is not None
    assert save(studio(site, made), meeting=None).status_code == 200
    assert studio(site, made).content().meeting is None


def test_rows_are_kept_in_the_order_they_were_sent(site: BlockSite, made: World) -> None:
    steps = list(reversed(checkpoint_defaults.steps()))
    assert save(studio(site, made, CheckpointXBlock), steps=steps).status_code == 200
    found = [step.slug for step in studio(site, made, CheckpointXBlock).content().steps]
    assert found == [step["slug"] for step in steps]


FAULTS = [
    (ReflectionXBlock, {"display_name": " "}, {"display_name": "Please fill this in."}),
    (ReflectionXBlock, {"weight": "0,1"}, {"weight": "Must be 0.25 or more."}),
    (ReflectionXBlock, {"weight": ""}, {"weight": "Please fill this in."}),
    (ReflectionXBlock, {"periods": "nhiều"}, {"periods": "Enter a number, such as 7.5."}),
    (ReflectionXBlock, {"prompts": []}, {"prompts": "At least 1 are needed."}),
    (ReflectionXBlock, {"credit_when": "never"}, {"credit_when": "Please choose one of them."}),
    (CheckpointXBlock, {"attempts": "51"}, {"attempts": "Must be 50 or less."}),
    (
        CheckpointXBlock,
        {"steps": [{**checkpoint_defaults.steps()[3], "levels": "A\n" + "b" * 301}]},
        {"steps.0.levels": "Line 2: Too long: at most 300 characters."},
    ),
    (
        CheckpointXBlock,
        {"display_name": "", "steps": [{"kind": "read", "slug": "", "title": "", "url": "ftp://x"}]},
        {
            "display_name": "Please fill this in.",
            "steps.0.title": "Please fill this in.",
            "steps.0.url": "An address begins with https:// or with /.",
        },
    ),
]


@pytest.mark.parametrize(("kind", "changes", "fields"), FAULTS)
def test_each_fault_is_told_at_its_field_and_nothing_is_stored(
    site: BlockSite, made: World, kind: type[XBlock], changes: dict[str, Any], fields: dict[str, str]
) -> None:
    block = studio(site, made, kind)
    before = values_of(block)
    answer = save(block, **{**changes, "intro": "Mới"})
    assert answer.status_code == 400
    assert answer.json["error"]["fields"] == fields
    assert values_of(studio(site, made, kind)) == before


def test_messages_speak_vietnamese_numbers(site: BlockSite, made: World) -> None:
    with translation.override("vi"):
        answer = save(studio(site, made), weight="0,1")
    assert "0,25" in answer.json["error"]["fields"]["weight"]


def test_a_new_step_gets_a_name_that_no_other_checkpoint_of_the_course_has(site: BlockSite, made: World) -> None:
    made.activity.settings = {"steps": [{"slug": "mo-dau"}]}
    made.activity.save()
    steps = [{"kind": "read", "slug": "", "title": "Mở đầu"}]
    assert save(studio(site, made, CheckpointXBlock), steps=steps).status_code == 200
    assert studio(site, made, CheckpointXBlock).content().steps[0].slug == "mo-dau-2"


def test_an_author_is_told_of_names_that_another_checkpoint_has_too(site: BlockSite, made: World) -> None:
    made.activity.settings = {"steps": [{"slug": "mo-dau"}]}
    made.activity.save()
    steps = [{"kind": "read", "slug": "mo-dau", "title": "Mở đầu"}]
    assert save(studio(site, made, CheckpointXBlock), steps=steps).status_code == 200
    preview = view(studio(site, made, CheckpointXBlock), "author_view")
    assert "the same names for recall (mo-dau)" in preview


@pytest.mark.parametrize("body", [{}, {"values": 5, "digest": ""}, {"values": {"weight": "3"}, "digest": ""}, []])
def test_what_no_form_sends_is_refused(site: BlockSite, made: World, body: Any) -> None:
    assert post(studio(site, made), "studio_save", body).status_code == 400


def test_a_change_by_somebody_else_in_between_is_not_written_over(site: BlockSite, made: World) -> None:
    mine, theirs = studio(site, made), studio(site, made)
    form = Form(view(mine, "studio_view"))
    assert save(theirs, intro="Của người khác").status_code == 200

    mine = studio(site, made)
    refused = save(mine, digest=form.digest, intro="Của tôi")
    assert refused.status_code == 409
    assert studio(site, made).intro == "Của người khác"

    again = save(studio(site, made), digest=refused.json["error"]["digest"], intro="Của tôi")
    assert again.status_code == 200
    assert studio(site, made).intro == "Của tôi"


def test_saving_twice_from_one_form_works(site: BlockSite, made: World) -> None:
    first = save(studio(site, made), intro="Một")
    assert save(studio(site, made), digest=first.json["digest"], intro="Hai").status_code == 200
    assert studio(site, made).intro == "Hai"


# -- who and where ----------------------------------------------------------------------------------------------------
def _attempt(block: Any) -> int:
    body = {"digest": Form(view(block, "studio_view")).digest, "values": {**values_of(block), "intro": "Lọt"}}
    return int(post(block, "studio_save", body).status_code)


def test_staff_whom_the_platform_keeps_out_of_studio_save_nothing(
    site: BlockSite, made: World, host: MemoryHost
) -> None:
    host.make_limited_staff(made.outsider, COURSE)
    assert _attempt(studio(site, made, account=made.outsider)) == 403
    assert studio(site, made).intro == ""


@pytest.mark.parametrize("role", ["an", "lan", "staff", "boss", "outsider", None])
def test_nobody_saves_in_the_lms(site: BlockSite, made: World, role: str | None) -> None:
    account = getattr(made, role) if role else None
    assert _attempt(place_block(site, account, ReflectionXBlock, bound=True)) == 403
    assert studio(site, made).intro == ""


@pytest.mark.parametrize("role", ["an", "lan", "outsider", None])
def test_only_the_course_team_saves_in_studio(site: BlockSite, made: World, role: str | None) -> None:
    assert _attempt(studio(site, made, account=getattr(made, role) if role else None)) == 403


def test_a_server_that_says_it_is_the_lms_refuses_whatever_the_block_looks_like(
    site: BlockSite, made: World, settings: Any
) -> None:
    settings.SERVICE_VARIANT = "lms"
    assert _attempt(studio(site, made)) == 403


def test_a_preview_saves_nothing(site: BlockSite, made: World) -> None:
    assert _attempt(studio(site, made, author_mode=True)) == 403


def test_a_block_of_a_library_can_be_edited_by_who_may_write_it(site: BlockSite, made: World) -> None:
    key = LibraryUsageLocatorV2(LibraryLocatorV2("NgheAn", "kho"), "boidung_reflection", "r1")
    assert _attempt(place_block(site, made.staff, ReflectionXBlock, bound=True, key=key)) == 200
    assert _attempt(place_block(site, None, ReflectionXBlock, bound=True, key=key)) == 403


def test_saving_is_by_post_alone(site: BlockSite, made: World) -> None:
    assert post(studio(site, made), "studio_save", {}, method="GET").status_code == 405


# -- the preview -----------------------------------------------------------------------------------------------------
def test_a_sound_block_shows_no_problem(site: BlockSite, made: World) -> None:
    for kind in (CheckpointXBlock, ReflectionXBlock):
        assert "data-bd-problems" not in view(studio(site, made, kind), "author_view")


def test_broken_content_is_named_above_the_preview_and_at_its_field_in_the_form(site: BlockSite, made: World) -> None:
    block = studio(site, made)
    block.prompts = [*defaults.prompts()[:1], {**defaults.prompts()[1], "title": ""}]
    assert "Prompts 2 › Question: Please fill this in." in view(block, "author_view")
    html = view(block, "studio_view")
    assert html.count('aria-invalid="true"') == 1
    assert "Please fill this in." in html


def test_a_checkpoint_without_points_says_so_unless_it_is_a_survey(site: BlockSite, made: World) -> None:
    block = studio(site, made, CheckpointXBlock)
    block.steps = checkpoint_defaults.steps()[:1]
    assert "does not appear in the gradebook" in view(block, "author_view")
    block.role = "survey"
    assert "data-bd-problems" not in view(block, "author_view")
