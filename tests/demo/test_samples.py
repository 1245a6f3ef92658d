"""The sample courses: Module 1 for teachers and for managers, each a whole of 40 periods without a loose end."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from boidung_xblock.authored.checkpoint import AGREEMENT
from tests import samples

# The other way to put tone marks on "oa", "oe", "uy".
_OLD_SPELLING = re.compile(r"\b\w*(?:o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])\b", re.IGNORECASE)
_SPELT_OTHERWISE = {"kho" + "á", "xo" + "á"}
CHAPTERS = {samples.TEACHERS: 7, samples.MANAGERS: 8}
PERIODS = {
    samples.TEACHERS: {"chapter": [1, 5, 8, 7, 8, 5, 6], "study": 24, "meeting": 8, "paper": 6, "test": 2},
    samples.MANAGERS: {"chapter": [1, 4, 7, 6, 6, 4, 7, 5], "study": 24, "meeting": 8, "paper": 6, "test": 2},
}
KINDS = {
    samples.TEACHERS: ["regular", "topic", "cluster", "lesson_study"],
    samples.MANAGERS: ["cluster", "topic", "lesson_study", "online"],
}


@pytest.fixture(params=[samples.TEACHERS, samples.MANAGERS], ids=lambda folder: folder.name)
def course(request: pytest.FixtureRequest) -> Path:
    """The folder of a sample course."""
    return Path(request.param)


@pytest.fixture
def contents(course: Path) -> dict[str, Any]:
    """{url_name: validated content} of checkpoints and reflections, in course order."""
    return {name: block.content() for name, block in samples.activities(course).items()}


def steps(contents: dict[str, Any]) -> list[Any]:
    return [step for content in contents.values() if hasattr(content, "steps") for step in content.steps]


def meetings(contents: dict[str, Any]) -> list[Any]:
    return [content for content in contents.values() if getattr(content, "meeting", None)]


# -- the whole ---------------------------------------------------------------------------------------------------
def test_the_periods_are_forty_as_the_module_splits_them(course: Path) -> None:
    split: Counter[str] = Counter()
    for name, block in samples.activities(course).items():
        content = block.content()
        if hasattr(content, "steps"):
            kind = "study" if content.role == "study" else "test"
        else:
            kind = "meeting" if content.meeting else "paper"
        split[kind] += block.periods
        assert block.periods or name == "phieu-cuoi-khoa"
    assert split == {kind: PERIODS[course][kind] for kind in ("study", "meeting", "paper", "test")}
    assert sum(split.values()) == 40


def test_each_chapter_has_the_periods_that_its_outline_gives_it(course: Path) -> None:
    sums: list[float] = []
    for _name, node in samples.nodes(course):
        if node.tag == "chapter":
            sums.append(0)
        sums[-1:] = [sums[-1] + float(node.get("periods", 0))] if sums else []
    assert sums == PERIODS[course]["chapter"]
    assert len(sums) == CHAPTERS[course]


def test_every_file_is_reached_and_every_name_is_given_once(course: Path) -> None:
    found = list(samples.nodes(course))
    names = Counter((node.tag, name) for name, node in found)
    assert max(names.values()) == 1
    files = {Path("course.xml"), Path("about/overview.html")}
    files |= {Path(f"policies/dot1/{name}.json") for name in ("policy", "grading_policy")}
    for name, node in found:
        if not node.tag.startswith("boidung_"):
            files.add(Path(node.tag) / f"{name}.xml")
        if node.tag == "html":
            files.add(Path("html") / f"{node.get('filename')}.html")
    assert {path.relative_to(course) for path in course.rglob("*") if path.is_file()} == files


def test_every_unit_holds_one_thing_and_has_its_title(course: Path) -> None:
    for name, node in samples.nodes(course):
        assert node.get("display_name"), name
        if node.tag == "vertical":
            assert len(node) == 1, name


def test_texts_are_normalised_and_spelt_in_one_way(course: Path) -> None:
    for path in course.rglob("*"):
        if not path.is_file():
            continue
        text = path.read_text("utf-8")
        assert unicodedata.is_normalized("NFC", text), path
        assert _OLD_SPELLING.findall(text) == [], path
        assert "TODO" not in text


def test_the_spelling_check_sees_what_it_is_for() -> None:
    assert {word for word in _SPELT_OTHERWISE if _OLD_SPELLING.search(word)} == _SPELT_OTHERWISE
    assert _OLD_SPELLING.findall("khóa, xóa, hòa, thủy, quý, quỹ, toán, hoạt, khoản, huyện, thuế") == []


def test_readings_are_of_real_length(course: Path) -> None:
    pages = sorted((course / "html").glob("*.html"))
    assert len(pages) >= 9
    for page in pages:
        assert 250 <= samples.words(page.read_text("utf-8")) <= 600, page.name


# -- checkpoints -------------------------------------------------------------------------------------------------
def test_every_attribute_and_element_is_read(course: Path) -> None:
    for name, node in samples.nodes(course):
        if node.tag.startswith("boidung_"):
            block = samples.parse(node)
            assert set(node.attrib) - {"url_name"} <= set(block.fields), name
            assert {child.tag for child in node} <= set(block.NESTED.values()), name


def test_no_step_is_named_twice_in_a_course_and_all_kinds_are_used(contents: dict[str, Any]) -> None:
    slugs = Counter(step.slug for step in steps(contents))
    assert max(slugs.values()) == 1
    for content in contents.values():
        if getattr(content, "role", None) == "study":
            kinds = {step.kind for step in content.steps}
            assert kinds == {"read", "choice", "true_false", "short_answer", "rate"}


def test_whoever_answers_is_told_why(contents: dict[str, Any]) -> None:
    for step in steps(contents):
        if step.kind == "choice":
            assert all(option.feedback for option in step.options), step.slug
        if step.kind in ("choice", "true_false"):
            assert step.explanation, step.slug
        if step.kind == "short_answer" and not step.slug.startswith("ck-"):
            assert step.model_answer, step.slug
            assert 0 < step.min_words < step.max_words, step.slug


def test_right_answers_do_not_stand_in_one_place(contents: dict[str, Any]) -> None:
    places = Counter(
        next(place for place, option in enumerate(step.options) if option.correct)
        for step in steps(contents)
        if step.kind == "choice" and not step.multiple and not step.shuffle
    )
    assert len(places) >= 2
    assert max(places.values()) <= 0.75 * sum(places.values())


def test_the_first_survey_and_the_last_ask_on_the_national_scale(contents: dict[str, Any]) -> None:
    for name in ("khao-sat-dau-khoa", "phieu-cuoi-khoa"):
        survey = contents[name]
        assert survey.role == "survey"
        assert survey.possible == 0
        assert [step for step in survey.steps if step.kind == "rate" and step.levels == AGREEMENT]


def test_the_test_has_questions_enough_attempts_and_a_pass_mark(contents: dict[str, Any]) -> None:
    test = contents["kiem-tra-cuoi"]
    assert (test.role, test.attempts, test.pass_percent) == ("test", 2, Decimal(80))
    assert len([step for step in test.steps if step.kind in ("choice", "true_false")]) >= 15
    assert [name for name, content in contents.items() if getattr(content, "role", None) == "test"] == ["kiem-tra-cuoi"]


# -- meetings and papers -----------------------------------------------------------------------------------------
def test_four_meetings_each_with_an_agenda_that_recalls_and_concludes(course: Path, contents: dict[str, Any]) -> None:
    held = meetings(contents)
    assert [content.meeting.kind for content in held] == KINDS[course]
    assert [content.meeting.number for content in held] == [1, 2, 3, 4]
    for content in held:
        assert content.meeting.title
        assert content.meeting.agenda.count("\n") >= 4
        assert content.meeting.min_opinions >= 2
        assert any(prompt.recall for prompt in content.prompts)
        assert any(prompt.show_conclusion for prompt in content.prompts)


def test_what_is_recalled_was_written_before(contents: dict[str, Any]) -> None:
    written: set[str] = set()
    recalled = []
    for content in contents.values():
        written |= {step.slug for step in getattr(content, "steps", ()) if step.kind == "short_answer"}
        asked = {prompt.recall for prompt in getattr(content, "prompts", ()) if prompt.recall}
        assert asked <= written
        recalled += sorted(asked)
    assert "ks-muc-tieu" in recalled
    assert len(recalled) >= 7


def test_product_and_paper_are_ones_own_and_take_files(contents: dict[str, Any]) -> None:
    for name in ("san-pham", "bai-thu-hoach"):
        paper = contents[name]
        assert paper.meeting is None
        assert paper.files.max_files > 0
        assert sum(criterion.weight for criterion in paper.rubric.criteria) == 100
        assert not any(prompt.show_conclusion for prompt in paper.prompts)


# -- policies ----------------------------------------------------------------------------------------------------
def test_weights_are_a_whole_and_count_what_there_is(course: Path) -> None:
    policy = json.loads((course / "policies" / "dot1" / "grading_policy.json").read_text("utf-8"))
    formats = Counter(node.get("format") for node in samples.of_kind(course, "sequential").values())
    del formats[None]
    assert {row["type"]: row["min_count"] for row in policy["GRADER"]} == formats
    assert sum(Decimal(str(row["weight"])) for row in policy["GRADER"]) == 1
    for node in samples.of_kind(course, "sequential").values():
        assert (node.get("graded") == "true") == bool(node.get("format"))


def test_dates_follow_each_other_from_the_start_of_the_course(course: Path) -> None:
    start = datetime.fromisoformat(samples.of_kind(course, "course")["dot1"].get("start", ""))
    dues = [node.get("due") for node in samples.of_kind(course, "sequential").values()]
    dates = [start, *(datetime.fromisoformat(due).astimezone(UTC) for due in dues if due)]
    assert len(dates) >= 13
    assert all(before <= after for before, after in pairwise(dates))
    assert (dates[-1] - start).days <= 120


def test_the_blocks_are_switched_on(course: Path) -> None:
    modules = json.loads(samples.of_kind(course, "course")["dot1"].get("advanced_modules", ""))
    assert {node.tag for _, node in samples.nodes(course) if node.tag.startswith("boidung_")} <= set(modules)


# -- out and in again --------------------------------------------------------------------------------------------
def test_every_block_comes_back_from_an_export_as_it_was(course: Path) -> None:
    for name, block in samples.blocks(course).items():
        once = samples.export(block)
        again = samples.parse(once)
        assert again.content() == block.content(), name
        assert samples.export(again).attrib == once.attrib, name
        assert (again.display_name, getattr(again, "periods", None)) == (
            block.display_name,
            getattr(block, "periods", None),
        )


def test_the_managers_course_is_no_copy_of_the_teachers() -> None:
    def sentences(folder: Path) -> set[str]:
        texts = [path.read_text("utf-8") for path in (folder / "html").glob("*.html")]
        parts = re.split(r"[.!?:]\s|<[^>]+>", "\n".join(texts))
        return {part.strip() for part in parts if len(part.split()) > 7}

    teachers, managers = sentences(samples.TEACHERS), sentences(samples.MANAGERS)
    assert len(managers) > 100
    assert len(teachers & managers) <= 0.1 * len(managers)
