"""What lint says of one file: its form, its keys, its ids."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import edit

Problems = Callable[..., list[str]]

CHOOSE = "exercises/first-steps/fs-choose.yaml"
WRITE_KEY = "keys/first-steps/fs-a-write.yaml"
FORM = "vignettes/the-form.yaml"
MOVES = "moves/first-steps.yaml"
SPOT = "exercises/first-steps/fs-spot.yaml"


def test_the_tiny_course_is_clean(problems: Problems):
    assert problems() == []


@pytest.mark.parametrize("name", ["course.yaml", "rubric.yaml"])
def test_a_course_without_its_main_files_says_which_is_missing(curriculum: Path, problems: Problems, name: str):
    (curriculum / name).unlink()
    assert problems() == [f"curriculum/{name}:1: the file is missing; see docs/authors/formats.md [file]"]


@pytest.mark.parametrize("name", ["course.yaml", "rubric.yaml", FORM, WRITE_KEY])
def test_an_empty_file_is_told_as_empty(curriculum: Path, problems: Problems, name: str):
    (curriculum / name).write_text("", "utf-8")
    assert f"curriculum/{name}:1: is empty; see docs/authors/formats.md for what belongs here [empty]" in problems()


def test_an_empty_exercise_is_told_to_name_its_type(curriculum: Path, problems: Problems):
    (curriculum / CHOOSE).write_text("", "utf-8")
    assert problems() == [
        (
            f"curriculum/{CHOOSE}:1: type: is missing; allowed: choose-move, match-reason, practice-session, "
            "spot-the-trap, write-reply [missing-key]"
        )
    ]


def test_a_file_of_moves_without_moves_is_told(curriculum: Path, problems: Problems):
    (curriculum / "moves/shared.yaml").write_text("moves: []\n", "utf-8")
    assert problems() == ["curriculum/moves/shared.yaml:1: holds no list `moves:` [missing-key]"]


@pytest.mark.parametrize("name", ["course.yaml", CHOOSE, WRITE_KEY, FORM, MOVES, SPOT])
def test_a_tab_is_told_in_any_file(curriculum: Path, problems: Problems, name: str):
    (curriculum / name).write_text("a:\n\tb: 1\n", "utf-8")
    assert any(line.startswith(f"curriculum/{name}:2: not valid YAML: found character '\\t'") for line in problems())


@pytest.mark.parametrize("name", ["course.yaml", CHOOSE, WRITE_KEY, FORM, MOVES, SPOT])
def test_a_file_that_is_not_utf_8_is_told(curriculum: Path, problems: Problems, name: str):
    (curriculum / name).write_bytes("title: Zoë".encode("latin-1"))
    assert any(line.startswith(f"curriculum/{name}:1: not UTF-8 text") for line in problems())


def test_an_unknown_item_type_is_told_with_the_nearest_one(curriculum: Path, problems: Problems):
    edit(curriculum, CHOOSE, "type: choose-move", "type: chose-move")
    assert problems() == [
        f'curriculum/{CHOOSE}:1: type: no item type "chose-move"; did you mean "choose-move"? [unknown-type]'
    ]


def test_an_item_type_like_none_other_is_told_with_those_allowed(curriculum: Path, problems: Problems):
    edit(curriculum, CHOOSE, "type: choose-move", "type: essay")
    assert problems() == [
        (
            f'curriculum/{CHOOSE}:1: type: no item type "essay"; '
            "allowed: choose-move, match-reason, practice-session, spot-the-trap, write-reply [unknown-type]"
        )
    ]


def test_a_missing_key_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, CHOOSE, "prompt: What would you say to her now?\n", "")
    assert problems() == [f"curriculum/{CHOOSE}:1: prompt: is missing; add it [missing-key]"]


def test_a_missing_key_deep_inside_is_told_where_it_belongs(curriculum: Path, problems: Problems):
    edit(curriculum, FORM, "  age: 38\n", "")
    # `client:` stands on line 2; its exercises need no second report of a vignette that is there but broken.
    assert problems() == [f"curriculum/{FORM}:2: client.age: is missing; add it [missing-key]"]


def test_an_unknown_key_is_told_with_those_allowed(curriculum: Path, problems: Problems):
    edit(curriculum, "course.yaml", "licence: CC-BY-4.0", "licence: CC-BY-4.0\nauthor: me")
    assert problems() == [
        (
            "curriculum/course.yaml:3: author: is not a key this file knows; allowed here: title, licence, standards, "
            "modules [unknown-key]"
        )
    ]


def test_an_unknown_key_of_an_inline_key_is_told_with_those_allowed_there(curriculum: Path, problems: Problems):
    edit(curriculum, CHOOSE, "  correct: b\n", "  correct: b\n  why: x\n")
    # 1-6 the common keys, 7 options:, 8-10 three of them, 11 key:, 12 correct, 13 why
    assert problems() == [
        f"curriculum/{CHOOSE}:13: key.why: is not a key this file knows; allowed here: correct, options [unknown-key]"
    ]


def test_an_unknown_key_further_inside_is_told_too(curriculum: Path, problems: Problems):
    edit(curriculum, FORM, "  age: 38", "  age: 38\n  hobby: chess")
    assert problems() == [
        (
            f"curriculum/{FORM}:5: client.hobby: is not a key this file knows; take it out or check its spelling "
            "[unknown-key]"
        )
    ]


def test_a_number_where_text_belongs_is_told_to_be_quoted(curriculum: Path, problems: Problems):
    edit(curriculum, "rubric.yaml", 'version: "0.1"', "version: 0.1")
    assert problems() == ["curriculum/rubric.yaml:1: version: must be text; put it in quotes [value]"]


def test_text_where_a_number_belongs_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, CHOOSE, "points: 1", "points: one")
    [told] = problems()
    assert told.startswith(f"curriculum/{CHOOSE}:6: points: input should be a valid number")


@pytest.mark.parametrize("points", ["0", "-1", "101"])
def test_points_out_of_range_are_told(curriculum: Path, problems: Problems, points: str):
    edit(curriculum, CHOOSE, "points: 1", f"points: {points}")
    [told] = problems()
    assert told.startswith(f"curriculum/{CHOOSE}:6: points: input should be ")


def test_a_list_where_lines_of_keys_belong_is_told(curriculum: Path, problems: Problems):
    (curriculum / FORM).write_text("- title: x\n", "utf-8")
    assert problems() == [f"curriculum/{FORM}:1: must hold `key: value` lines [value]"]


def test_an_entry_of_a_list_that_was_left_empty_is_told_at_its_place(curriculum: Path, problems: Problems):
    (curriculum / "moves/shared.yaml").write_text("moves:\n  -\n", "utf-8")
    assert problems() == [
        "curriculum/moves/shared.yaml:2: moves.0: is empty; see docs/authors/formats.md for what belongs here [empty]"
    ]


def test_no_stays_text_and_yes_is_a_yes(curriculum: Path, problems: Problems):
    edit(curriculum, FORM, "title: The form", "title: no")
    edit(curriculum, CHOOSE, "points: 1", "points: 1\nconfidence: yes")
    assert problems() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("course.yaml", "slug: first-steps", "slug: First Steps", "curriculum/course.yaml:4: modules.0.slug: must be"),
        ("rubric.yaml", "name: soothes", "name: soothes-it", "curriculum/rubric.yaml:24: traps.1.name: must be"),
        (FORM, "id: c1", "id: C.1", f"curriculum/{FORM}:9: turns.0.id: must be"),
    ],
)
def test_an_id_that_is_no_slug_or_label_is_told(
    curriculum: Path, problems: Problems, name: str, old: str, new: str, told: str
):
    edit(curriculum, name, old, new)
    assert any(line.startswith(told) and line.endswith("[slug]") for line in problems())


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        (CHOOSE, "exercises/first-steps/fs_choose.yaml"),
        ("guides/first-steps/1-look.md", "guides/first-steps/1 Look.md"),
        (FORM, f"vignettes/{'x' * 65}.yaml"),
    ],
)
def test_a_file_name_that_is_no_slug_is_told(curriculum: Path, problems: Problems, name: str, bad: str):
    (curriculum / name).rename(curriculum / bad)
    message = "a file's name must be lower-case letters and digits, joined by hyphens; rename it [slug]"
    assert f"curriculum/{bad}:1: {message}" in problems()


def test_an_alias_in_an_authors_file_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FORM, "title: The form", "title: *the-form")
    [told] = problems()
    assert told.startswith(f"curriculum/{FORM}:1: not valid YAML: a word that begins with `*` is an alias")


def test_one_broken_file_hides_no_problem_of_the_others(curriculum: Path, problems: Problems):
    (curriculum / "guides/first-steps/2-show.md").write_text("no front matter\n", "utf-8")
    (curriculum / FORM).write_text("a: [\n", "utf-8")
    edit(curriculum, SPOT, "prompt: ", "promt: ")
    edit(curriculum, WRITE_KEY, "criteria: [asks_open]", "criteria: [asks_opn]")
    edit(curriculum, "exercises/first-steps/fs-match.yaml", "move: fix-it", "move: fix-them")
    told = problems()
    assert [line.partition(": ")[0] for line in told] == [
        "curriculum/exercises/first-steps/fs-match.yaml:7",
        "curriculum/exercises/first-steps/fs-spot.yaml:1",
        "curriculum/exercises/first-steps/fs-spot.yaml:5",
        "curriculum/guides/first-steps/2-show.md:1",
        "curriculum/keys/first-steps/fs-a-write.yaml:8",
        "curriculum/vignettes/the-form.yaml:2",
    ]
