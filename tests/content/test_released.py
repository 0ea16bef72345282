import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_course import GRADED, MODULE, PRACTICE, edit, keys_as_json, load, write_course

from curriculum_utils.content import (
    Course,
    Item,
    ReleasedNotebook,
    canonical_json,
    item_digest,
    load_release,
    release_text,
    sha256,
)
from curriculum_utils.content.released import MAX_BYTES
from curriculum_utils.errors import ReleaseError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.notebooks import ordered_items

NOTEBOOKS = (
    ReleasedNotebook(slug="1-look", title="Look", minutes=20, sha256="a" * 64),
    ReleasedNotebook(slug="2-show", title="Show", minutes=15, sha256="b" * 64),
)


def text_of(course: Course, items: list[Item] | None = None) -> str:
    module = course.modules[MODULE]
    chosen = ordered_items(module) if items is None else items
    return release_text(MODULE, module.title, course.vocabulary(MODULE), NOTEBOOKS, chosen)


def strings(value: object) -> Iterator[str]:
    """Every text in a JSON value, names of fields left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for child in value.values():
            yield from strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from strings(child)


@pytest.fixture
def course(curriculum: Path) -> Course:
    return load(curriculum)


@pytest.fixture
def folder(tmp_path: Path, course: Course) -> Path:
    """A released module, as it lies before a learner."""
    released = tmp_path / "released"
    released.mkdir()
    (released / "items.json").write_text(text_of(course), "utf-8")
    return released


def rewrite(folder: Path, change: Mapping[str, Any] | None = None, *, sealed: bool = False) -> dict[str, Any]:
    """Changes top-level entries of items.json; `sealed` makes its digest fit again, as a forger would."""
    path = folder / "items.json"
    body: dict[str, Any] = {**json.loads(path.read_text("utf-8")), **(change or {})}
    if sealed:
        body["release"] = sha256(canonical_json({name: value for name, value in body.items() if name != "release"}))
    path.write_text(json.dumps(body), "utf-8")
    return body


def refusal(folder: Path) -> str:
    with pytest.raises(ReleaseError) as caught:
        load_release(folder, SCHEMAS)
    return str(caught.value).removeprefix(f"{folder / 'items.json'}: ")


def test_what_is_released_is_what_is_read_back(course: Course, folder: Path):
    read = load_release(folder, SCHEMAS, keys=keys_as_json(course))
    module = course.modules[MODULE]
    assert list(read.items) == [*PRACTICE, *GRADED]
    assert list(read.items.values()) == ordered_items(module)
    assert read.vocabulary == course.vocabulary(MODULE)
    assert (read.module, read.title, read.notebooks) == (MODULE, "First steps", NOTEBOOKS)


def test_without_the_instructors_keys_graded_items_have_none_and_practice_items_do(folder: Path):
    items = load_release(folder, SCHEMAS).items
    assert [name for name, item in items.items() if item.key is None] == list(GRADED)


def test_items_know_their_notebook(folder: Path):
    released = load_release(folder, SCHEMAS)
    assert [item.id for item in released.items_of("1-look")] == list(PRACTICE)
    assert [item.id for item in released.items_of("2-show")] == list(GRADED)


def test_the_same_content_gives_the_same_bytes(tmp_path: Path, course: Course):
    other = load(write_course(tmp_path / "elsewhere"))
    assert text_of(course) == text_of(course) == text_of(other)


def test_no_text_of_a_graded_key_is_in_a_release(course: Course):
    released = text_of(course)
    # Labels, ids and quotes stand in the exercise too; whole sentences must not.
    sentences = [text for text in strings(list(keys_as_json(course).values())) if text.endswith((".", "?"))]
    # choose 3 feedbacks, write 1 feedback and 2 exemplars, spot 1, match 3
    assert len(sentences) == 10
    assert [text for text in sentences if text in released] == []


def test_a_graded_item_is_released_without_a_key_field(course: Course):
    entries = {entry["id"]: entry for entry in json.loads(text_of(course))["items"]}
    assert [name for name, entry in entries.items() if "key" in entry] == list(PRACTICE)
    assert all("correct" not in strings_of_fields(entries[name]) for name in GRADED)


def strings_of_fields(value: object) -> set[str]:
    """Every field name in a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*(strings_of_fields(child) for child in value.values()))
    if isinstance(value, list):
        return set().union(*(strings_of_fields(child) for child in value))
    return set()


def test_a_release_that_carries_a_graded_key_is_refused_however_well_it_is_sealed(course: Course, folder: Path):
    body = rewrite(folder)
    entry = next(entry for entry in body["items"] if entry["id"] == "fs-a-spot")
    entry["key"] = keys_as_json(course)["fs-a-spot"]
    rewrite(folder, {"items": body["items"]}, sealed=True)
    assert refusal(folder) == "holds the key of the graded item fs-a-spot; build and release it again"


def test_one_changed_letter_is_noticed(folder: Path):
    path = folder / "items.json"
    path.write_text(path.read_text("utf-8").replace("The form, once more", "The form, once mere", 1), "utf-8")
    assert refusal(folder) == "was changed after it was released; fetch the module again"


def test_a_changed_exercise_is_noticed_by_its_own_digest(folder: Path):
    body = rewrite(folder)
    body["items"][0]["exercise"]["points"] = 100.0
    rewrite(folder, {"items": body["items"]}, sealed=True)
    assert refusal(folder) == "item fs-choose does not match its digest; fetch the module again"


def test_a_vignette_taken_away_is_noticed(folder: Path):
    rewrite(folder, {"vignettes": {}}, sealed=True)
    assert refusal(folder) == "item fs-choose does not match its digest; fetch the module again"


def test_a_missing_release_says_so(tmp_path: Path):
    assert refusal(tmp_path) == "missing; fetch the module again"


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path):
    (tmp_path / "items.json").mkdir()
    assert refusal(tmp_path).startswith("cannot be read (")


def test_an_oversized_release_is_refused_unread(tmp_path: Path):
    (tmp_path / "items.json").write_bytes(b" " * (MAX_BYTES + 1))
    assert refusal(tmp_path) == "larger than 5,000,000 bytes; fetch the module again"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"v": 1}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"v": 1, "x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"v": 1, "n": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut off", "not UTF-8", "keys missing", "deep list", "deep object", "endless number"],
)
def test_a_damaged_release_is_refused_with_what_to_do(tmp_path: Path, raw: bytes):
    (tmp_path / "items.json").write_bytes(raw)
    told = refusal(tmp_path)
    assert told.startswith("cannot be read (")
    assert told.endswith("; fetch the module again")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", '"\\ud800"'])
def test_a_value_that_json_should_not_hold_is_refused(folder: Path, value: str):
    path = folder / "items.json"
    path.write_text(path.read_text("utf-8").replace('"fixes_it",\n     "soothes"', f'{value},\n     "soothes"', 1))
    assert value in path.read_text("utf-8")
    assert refusal(folder).startswith("cannot be read (")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"{}", b'{"v": 2}', b'{"v": "1"}'])
def test_another_format_asks_for_an_update(tmp_path: Path, raw: bytes):
    (tmp_path / "items.json").write_bytes(raw)
    assert refusal(tmp_path) == "of another format than this version reads; update the curriculum"


def test_an_item_of_a_type_from_the_future_asks_for_an_update(folder: Path):
    body = rewrite(folder)
    body["items"][0]["exercise"]["type"] = "draw-a-map"
    rewrite(folder, {"items": body["items"]}, sealed=True)
    assert refusal(folder) == "item fs-choose is of a type this version does not know; update the curriculum"


def test_a_key_that_does_not_fit_its_item_is_refused(course: Course, folder: Path):
    keys = {**keys_as_json(course), "fs-a-spot": {"correct": "b"}}
    with pytest.raises(ReleaseError, match="item fs-a-spot cannot be read"):
        load_release(folder, SCHEMAS, keys=keys)


# Digests


def digest(curriculum: Path, item: str) -> str:
    return load(curriculum).modules[MODULE].items[item].item.digest


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("exercises/first-steps/fs-choose.yaml", "prompt: What would you say", "prompt: What might you say"),
        ("exercises/first-steps/fs-choose.yaml", "points: 1", "points: 2"),
        ("exercises/first-steps/fs-choose.yaml", "three small steps", "four small steps"),
        ("vignettes/the-form.yaml", "I didn't send it", "I did not send it"),
        ("vignettes/the-form.yaml", "age: 38", "age: 39"),
    ],
)
def test_an_items_digest_changes_with_what_the_learner_sees(curriculum: Path, name: str, old: str, new: str):
    before = digest(curriculum, "fs-choose")
    edit(curriculum, name, old, new)
    assert digest(curriculum, "fs-choose") != before


@pytest.mark.parametrize(
    ("item", "name", "old", "new"),
    [
        ("fs-choose", "exercises/first-steps/fs-choose.yaml", "a matter of logistics", "a matter of planning"),
        ("fs-a-choose", "keys/first-steps/fs-a-choose.yaml", "a matter of logistics", "a matter of planning"),
        ("fs-a-spot", "keys/first-steps/fs-a-spot.yaml", "sent the first page", "sent the first"),
        ("fs-choose", "vignettes/the-transcript.yaml", "A week later.", "Two weeks later."),
        ("fs-choose", "exercises/first-steps/fs-choose.yaml", "points: 1", "points: 1.0"),
    ],
)
def test_an_items_digest_does_not_change_with_its_key_or_with_others(
    curriculum: Path, item: str, name: str, old: str, new: str
):
    before = digest(curriculum, item)
    edit(curriculum, name, old, new)
    assert digest(curriculum, item) == before


def test_a_release_changes_when_the_rubric_does(curriculum: Path, course: Course):
    edit(curriculum, "rubric.yaml", 'version: "0.1"', 'version: "0.2"')
    assert text_of(load(curriculum)) != text_of(course)


def test_a_graded_key_changes_nothing_of_the_release(course: Course):
    items = [replace(item, key=None) if item.graded else item for item in ordered_items(course.modules[MODULE])]
    assert text_of(course, items) == text_of(course)


def test_a_digest_is_that_of_exercise_and_vignette(course: Course):
    item = course.modules[MODULE].items["fs-choose"].item
    assert item.digest == item_digest(item.exercise, item.vignette)
    assert item.digest != item_digest(item.exercise, None)
