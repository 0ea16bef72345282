"""What must not travel to learners."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader_course import NbgraderCourse
from tiny_course import MODULE

from curriculum_utils.errors import ReleaseError
from curriculum_utils.grading.leaks import refuse_leaks
from curriculum_utils.grading.pins import release_keys

FEEDBACK = "She is met where she stands just now, this time."


@pytest.fixture
def folder(course: NbgraderCourse) -> Path:
    return course.folders.released(MODULE)


@pytest.fixture
def keys(course: NbgraderCourse, folder: Path) -> dict[str, object]:
    return release_keys(course.root / "curriculum", folder)


def test_what_the_builder_made_may_travel(folder: Path, keys: dict[str, object]):
    refuse_leaks(folder, keys)


def add(name: str, text: str = "x") -> Callable[[Path], object]:
    def added(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    return added


def edit_notebook(folder: Path, change: Callable[[list[dict[str, object]]], object]) -> None:
    path = folder / "1-look.ipynb"
    notebook = json.loads(path.read_bytes())
    change(notebook["cells"])
    path.write_text(json.dumps(notebook), "utf-8")


def quote_the_key(folder: Path) -> None:
    # Wrapped as an author would wrap prose, and stored as nbformat stores it: line by line.
    lines = ["She is met where\n", "she stands just now, this time."]
    edit_notebook(
        folder, lambda cells: cells.append({"cell_type": "markdown", "id": "x", "metadata": {}, "source": lines})
    )


def quote_it_in_an_output(folder: Path) -> None:
    edit_notebook(folder, lambda cells: cells[-1].update(outputs=[{"data": {"text/html": f"<p>{FEEDBACK}</p>"}}]))


def put_a_key_into_items(folder: Path) -> None:
    data = json.loads((folder / "items.json").read_bytes())
    next(entry for entry in data["items"] if entry["id"] == "fs-a-choose")["key"] = {"correct": "b"}
    (folder / "items.json").write_text(json.dumps(data), "utf-8")


def link(folder: Path) -> None:
    (folder / "picture.png").symlink_to(folder / "items.json")


LEAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "answers": (add("responses/1-look.jsonl"), "responses: keys and learners' answers are never released"),
    "an empty answers folder": (lambda f: (f / "responses").mkdir(), "responses: keys and learners' answers"),
    "a log": (add("1-look.jsonl"), "1-look.jsonl: keys and learners' answers"),
    "a key file": (add("keys.json"), "keys.json: keys and learners' answers"),
    "a folder of keys": (add("keys/fs-a-choose.yaml"), "keys: keys and learners' answers"),
    "a link": (link, "picture.png: a link"),
    "a pipe": (lambda f: os.mkfifo(f / "pipe"), "pipe: not an ordinary file"),
    "prose that quotes a key": (quote_the_key, '1-look.ipynb: holds words of the key of fs-a-choose: "she is met'),
    "an output that quotes a key": (quote_it_in_an_output, "1-look.ipynb: holds words of the key of fs-a-choose"),
    "another file that quotes one": (add("notes.txt", FEEDBACK.upper()), "notes.txt: holds words of the key"),
    "a key in items.json": (put_a_key_into_items, "items.json: holds the key of graded item fs-a-choose"),
}


@pytest.mark.parametrize("kind", LEAKS)
def test_a_release_is_refused_with(kind: str, folder: Path, keys: dict[str, object]):
    leak, message = LEAKS[kind]
    leak(folder)
    with pytest.raises(ReleaseError) as caught:
        refuse_leaks(folder, keys)
    assert message in str(caught.value)


def test_every_leak_is_told_at_once(folder: Path, keys: dict[str, object]):
    add("keys.json")(folder)
    link(folder)
    with pytest.raises(ReleaseError) as caught:
        refuse_leaks(folder, keys)
    assert len(str(caught.value).splitlines()) == 2


def test_a_lesson_may_be_called_after_keys(folder: Path, keys: dict[str, object]):
    add("keys-to-change.ipynb", "{}")(folder)
    refuse_leaks(folder, keys)
