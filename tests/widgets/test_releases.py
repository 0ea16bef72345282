"""A module put right from a released one: broken off at any step it works, and the next look completes it."""

import itertools
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_course import ANSWERS, MODULE, REPLY_LABELS, build, edit, load, write_course

from curriculum_utils.content import load_release
from curriculum_utils.errors import ReleaseError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.due import carry_due, read_due
from curriculum_utils.notebooks import build as build_notebooks
from curriculum_utils.responses import Drafts, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.progress import modules_in
from curriculum_utils.widgets.record import ItemRecord
from curriculum_utils.widgets.releases import (
    STAGING,
    alone,
    complete,
    decided,
    difference,
    stage,
    tidy,
    unreadable,
)

OWN = {
    "my_notes/monday.txt": b"call back",
    "notes.md": b"mine",
    "responses/2-show.jsonl.bak": b"mine too",
    "feedback/2026-03-01/2-show.html": b"<p>came back",
}


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny module with one item changed, prose changed, and a third lesson."""
    root = tmp_path_factory.mktemp("corrected")
    course = write_course(root)
    edit(course, "course.yaml", "{slug: 2-show, minutes: 5}", "{slug: 2-show, minutes: 5}, {slug: 3-end, minutes: 1}")
    (course / "guides" / MODULE / "3-end.md").write_text("---\ntitle: End\n---\n\n# End\n\nThat was it.\n", "utf-8")
    edit(course, f"exercises/{MODULE}/fs-choose.yaml", "Let's cut the form", "Let us cut the form")
    edit(course, f"guides/{MODULE}/2-show.md", "# Show what you can do", "# Show what you can do now")
    build_notebooks(load(course), root / "source")
    return root / "source" / MODULE


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A learner's folder: two answers saved, papers of their own, and a file that a later release lacks."""
    home = tmp_path / "robin"
    home.mkdir()
    folder = build(tmp_path / "course").rename(home / MODULE)
    release = load_release(folder, SCHEMAS)
    scorer = ScriptedScorer(REPLY_LABELS, known_labels=())
    for item in ("fs-choose", "fs-write"):
        record = ItemRecord(
            release.items[item], release, folder, scorer=scorer, drafts=Drafts(tmp_path / "d"), learner="robin"
        )
        record.commit(ANSWERS[item])
    for name, content in OWN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return home


def fetched(staging: Path, source: Path) -> Path:
    """The release as nbgrader would have fetched it."""
    return Path(shutil.copytree(source, staging / f"part-{MODULE}" / MODULE))


def steps(home: Path, source: Path) -> Iterator[str]:
    with alone(home) as staging:
        ready = stage(staging, fetched(staging, source), home / MODULE)
    yield "decided"
    yield from complete(home, ready)


def take(home: Path, source: Path) -> list[str]:
    named = list(steps(home, source))
    with alone(home) as staging:
        tidy(staging)
    return named


def look_again(home: Path) -> None:
    """What the next look does with what was begun."""
    with alone(home) as staging:
        tidy(staging)
        for ready in decided(staging):
            for _ in complete(home, ready):
                pass
        tidy(staging)


def answers(home: Path) -> dict[str, bytes]:
    folder = home / MODULE
    logs = {path.name: path.read_bytes() for path in (folder / "responses").glob("*.jsonl")}
    return logs | {name: (folder / name).read_bytes() for name in OWN}


def works(home: Path) -> bool:
    """Its list of tasks can be read, and every lesson that it names is there and can be read."""
    release = load_release(home / MODULE, SCHEMAS)
    return all(json.loads((home / MODULE / f"{one.slug}.ipynb").read_bytes())["cells"] for one in release.notebooks)


def is_released(home: Path, source: Path) -> bool:
    return all((home / MODULE / path.name).read_bytes() == path.read_bytes() for path in source.iterdir())


def test_what_differs_is_told_with_the_answered_items_that_are_asked_again(home: Path, corrected: Path):
    # fs-choose was answered and changed; fs-write was answered and did not change; the rest was not answered.
    found = difference(corrected, home / MODULE)
    assert (found.state, found.title, found.again, found.missing) == ("corrected", "First steps", 1, 1)


def test_a_module_as_it_was_released_differs_in_nothing(home: Path, tmp_path: Path):
    found = difference(build(tmp_path / "again"), home / MODULE)
    assert (found.state, found.again, found.missing) == ("same", 0, 0)


def test_a_module_that_is_not_there_is_new(home: Path, corrected: Path):
    assert difference(corrected, home / "another").state == "new"


@pytest.mark.parametrize("harm", ["", "{", '{"cells": 1}', None])
def test_a_lesson_that_is_not_there_or_no_notebook_is_missing(home: Path, tmp_path: Path, harm: str | None):
    lesson = home / MODULE / "1-look.ipynb"
    lesson.unlink() if harm is None else lesson.write_text(harm)
    found = difference(build(tmp_path / "again"), home / MODULE)
    assert (found.state, found.missing) == ("missing", 1)


@pytest.mark.parametrize("harm", ["", "[" * 9000, None])
def test_a_module_without_a_readable_list_of_tasks_is_damaged_and_named(home: Path, tmp_path: Path, harm: str | None):
    items = home / MODULE / "items.json"
    items.unlink() if harm is None else items.write_text(harm)
    assert difference(build(tmp_path / "again"), home / MODULE).state == "damaged"
    assert list(modules_in(home)) == []
    assert unreadable(home) == [MODULE]


def test_taking_it_replaces_the_lessons_and_leaves_answers_and_papers_alone(home: Path, corrected: Path):
    before = answers(home)
    take(home, corrected)
    assert is_released(home, corrected)
    assert answers(home) == before
    assert difference(corrected, home / MODULE).state == "same"
    (module,) = modules_in(home)
    # Two answers were saved; one belongs to a task that changed and counts as new.
    assert (module.answered, len(module.notebooks)) == (1, 3)
    assert sorted(path.name for path in (home / STAGING).iterdir()) == ["lock"]


def test_a_lesson_that_the_release_no_longer_has_goes_and_its_answers_stay(home: Path, corrected: Path, tmp_path: Path):
    take(home, corrected)
    before = answers(home)
    take(home, build(tmp_path / "again"))
    assert not (home / MODULE / "3-end.ipynb").exists()
    assert answers(home) == before


def test_what_is_only_missing_is_put_back_and_notes_in_other_lessons_stay(home: Path, tmp_path: Path):
    (home / MODULE / "1-look.ipynb").unlink()
    other = home / MODULE / "2-show.ipynb"
    notebook = json.loads(other.read_bytes())
    notebook["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "a note"})
    other.write_text(json.dumps(notebook))
    source = build(tmp_path / "again")
    take(home, source)
    assert (home / MODULE / "1-look.ipynb").read_bytes() == (source / "1-look.ipynb").read_bytes()
    assert "a note" in other.read_text("utf-8")


def test_broken_off_after_any_step_the_module_works_and_the_next_look_completes_it(
    home: Path, corrected: Path, tmp_path: Path
):
    named = _broken_off_anywhere(home, corrected, tmp_path / "on")
    # The first lesson is as it was.
    assert named == [
        "decided",
        "made ready",
        "kept 2-show.ipynb",
        "replaced 2-show.ipynb",
        "replaced 3-end.ipynb",
        "kept items.json",
        "replaced items.json",
        "done",
    ]
    # And back, where a lesson goes.
    take(home, corrected)
    named = _broken_off_anywhere(home, build(tmp_path / "again"), tmp_path / "back")
    assert named[-4:] == ["kept items.json", "replaced items.json", "put away 3-end.ipynb", "done"]


def _broken_off_anywhere(home: Path, source: Path, copies: Path) -> list[str]:
    before, named = answers(home), take(Path(shutil.copytree(home, copies / "whole")), source)
    for last in range(1, len(named) + 1):
        learner = Path(shutil.copytree(home, copies / str(last)))
        list(itertools.islice(steps(learner, source), last))
        after = f"after: {named[last - 1]}"
        assert works(learner), after
        assert answers(learner) == before, after
        look_again(learner)
        assert is_released(learner, source), after
        assert works(learner), after
        assert answers(learner) == before, after
        assert sorted(path.name for path in (learner / STAGING).iterdir()) == ["lock"], after
    return named


def test_until_it_is_done_the_replaced_files_are_kept(home: Path, corrected: Path):
    old = (home / MODULE / "2-show.ipynb").read_bytes()
    for step in steps(home, corrected):
        if step == "replaced 2-show.ipynb":
            assert (home / STAGING / f"kept-{MODULE}" / "2-show.ipynb").read_bytes() == old
            return
    raise AssertionError


def test_a_file_that_cannot_be_replaced_stops_it_and_it_is_completed_once_it_can(home: Path, corrected: Path):
    before = answers(home)
    lesson = home / MODULE / "2-show.ipynb"
    lesson.unlink()
    (lesson / "inside").mkdir(parents=True)  # where no file can be put, by whomever
    with pytest.raises(OSError, match=r"2-show\.ipynb"):
        take(home, corrected)
    assert load_release(home / MODULE, SCHEMAS).title == "First steps"
    assert answers(home) == before
    (lesson / "inside").rmdir()
    lesson.rmdir()
    look_again(home)
    assert is_released(home, corrected)


def test_a_release_that_is_not_whole_is_not_begun_with(home: Path, corrected: Path, tmp_path: Path):
    torn = Path(shutil.copytree(corrected, tmp_path / "torn"))
    (torn / "2-show.ipynb").write_bytes((torn / "2-show.ipynb").read_bytes()[:100])
    with pytest.raises(ReleaseError, match=r"lacks 2-show\.ipynb"):
        take(home, torn)
    look_again(home)
    assert difference(corrected, home / MODULE).state == "corrected"
    assert works(home)


def test_a_module_that_is_a_link_is_not_written_to(home: Path, corrected: Path, tmp_path: Path):
    elsewhere = (home / MODULE).rename(tmp_path / "elsewhere")
    (home / MODULE).symlink_to(elsewhere)
    with pytest.raises(ReleaseError, match="is a link"):
        take(home, corrected)
    assert difference(corrected, elsewhere).state == "corrected"


def test_the_due_date_travels_with_the_release_and_by_itself(home: Path, corrected: Path, tmp_path: Path):
    source = Path(shutil.copytree(corrected, tmp_path / "dated"))
    (source / "due.json").write_text('{"due": "2026-03-01"}')
    take(home, source)
    assert (home / MODULE / "due.json").read_text() == '{"due": "2026-03-01"}'
    (source / "due.json").write_text('{"v": 1, "due": "2026-04-01T10:00:00Z"}')
    carry_due(source, home / MODULE)
    assert read_due(home / MODULE) == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert read_log(home / MODULE / "responses" / "1-look.practice.jsonl").commits("fs-choose")
