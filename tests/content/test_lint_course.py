"""What lint says across files: labels, references, ids that stand twice, keys within reach."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import edit, load

from curriculum_utils.errors import ContentError

Problems = Callable[..., list[str]]

EXERCISES = "exercises/first-steps"
KEYS = "keys/first-steps"
GUIDES = "guides/first-steps"
MOVES = "moves/first-steps.yaml"
SECOND_MODULE = """\
  - {slug: second-steps, title: Second steps, summary: More., notebooks: [{slug: 1-more, minutes: 1}]}
"""
MOVE = "moves:\n  - {slug: %s, kind: effective, title: T, criteria: [asks_open], what: W, why: Y}\n"


def add_module(curriculum: Path) -> None:
    """A second module with a lesson and a move, and no items."""
    with (curriculum / "course.yaml").open("a", encoding="utf-8") as file:
        file.write(SECOND_MODULE)
    (curriculum / "moves/second-steps.yaml").write_text(MOVE % "ask-openly", "utf-8")
    for folder in ("guides", "exercises"):
        (curriculum / folder / "second-steps").mkdir()
    (curriculum / "guides/second-steps/1-more.md").write_text("---\ntitle: M\n---\n# More\n", "utf-8")


# Labels


def test_an_unknown_label_is_told_at_its_line_with_the_nearest_one(curriculum: Path, problems: Problems):
    edit(
        curriculum,
        f"{KEYS}/fs-a-write.yaml",
        "[names_weight, names_pattern, asks_open]",
        "[names_weight, name_pattern]",
    )
    assert problems() == [
        (
            'curriculum/keys/first-steps/fs-a-write.yaml:5: exemplars.0.criteria.1: no criterion "name_pattern"; '
            'did you mean "names_pattern"? [unknown-label]'
        ),
    ]


def test_an_unknown_label_of_a_practice_item_is_told_in_its_own_file(curriculum: Path, problems: Problems):
    edit(curriculum, f"{EXERCISES}/fs-choose.yaml", "trap: soothes", "trap: sothes")
    assert problems() == [
        (
            'curriculum/exercises/first-steps/fs-choose.yaml:16: key.options.c.trap: no trap "sothes"; '
            'did you mean "soothes"? [unknown-label]'
        )
    ]


def test_a_criterion_is_no_trap_and_those_allowed_are_named(curriculum: Path, problems: Problems):
    edit(curriculum, MOVES, "trap: soothes", "trap: names_weight")
    # moves: 1, meet-the-weight 2-7, fix-it 8-13, soothe 14: slug, kind, title, trap 17
    assert problems() == [
        (
            'curriculum/moves/first-steps.yaml:17: moves.2.trap: no trap "names_weight"; '
            "allowed: asks_why, fixes_it, soothes [unknown-label]"
        )
    ]


def test_an_unknown_label_keeps_its_line_behind_a_move_that_cannot_be_read(curriculum: Path, problems: Problems):
    edit(curriculum, MOVES, "    trap: fixes_it\n", "")
    edit(curriculum, MOVES, "trap: soothes", "trap: sothes")
    told = [line for line in problems() if line.startswith("curriculum/moves")]
    assert told == [
        (
            "curriculum/moves/first-steps.yaml:8: moves.1: a move that backfires names its trap and lists no criteria "
            "[value]"
        ),
        'curriculum/moves/first-steps.yaml:16: moves.2.trap: no trap "sothes"; did you mean "soothes"? [unknown-label]',
    ]


def test_an_effective_move_that_names_a_trap_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, MOVES, "    what: You name", "    trap: soothes\n    what: You name")
    assert (
        "curriculum/moves/first-steps.yaml:2: moves.0: an effective move lists its criteria and names no trap [value]"
    ) in problems()


# References that lead nowhere


def test_a_vignette_that_is_not_there_is_told_with_the_nearest_one(curriculum: Path, problems: Problems):
    edit(curriculum, f"{EXERCISES}/fs-choose.yaml", "vignette: the-form", "vignette: the-from")
    assert problems() == [
        (
            'curriculum/exercises/first-steps/fs-choose.yaml:4: vignette: no vignette "the-from"; '
            'did you mean "the-form"? [dangling]'
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "{exercise} fs-choose",
            "{exercise} fs-chose",
            '12: exercise: no exercise "fs-chose"; did you mean "fs-choose"?',
        ),
        (
            "{vignette} the-form",
            "{vignette} the-farm",
            '9: vignette: no vignette "the-farm"; did you mean "the-form"?',
        ),
    ],
)
def test_a_directive_that_leads_nowhere_is_told_at_its_line(
    curriculum: Path, problems: Problems, old: str, new: str, told: str
):
    edit(curriculum, f"{GUIDES}/1-look.md", old, new)
    assert f"curriculum/{GUIDES}/1-look.md:{told} [dangling]" in problems()


@pytest.mark.parametrize("slug", ["../first-steps/fs-choose", "x" * 300, "a\x00b"])
def test_a_directive_never_leads_out_of_its_folder(curriculum: Path, problems: Problems, slug: str):
    edit(curriculum, f"{GUIDES}/1-look.md", "{exercise} fs-choose", f"{{exercise}} {slug}")
    assert any(line.endswith("[dangling]") and ":12: exercise: no exercise" in line for line in problems())


def test_an_exercise_of_another_module_cannot_be_placed(curriculum: Path, problems: Problems):
    add_module(curriculum)
    guide = curriculum / "guides/second-steps/1-more.md"
    guide.write_text(guide.read_text("utf-8") + "\n```{exercise} fs-choose\n```\n", "utf-8")
    assert problems() == ['curriculum/guides/second-steps/1-more.md:6: exercise: no exercise "fs-choose" [dangling]']


def test_a_lesson_may_place_what_is_there_but_broken_without_a_second_problem(curriculum: Path, problems: Problems):
    (curriculum / EXERCISES / "fs-choose.yaml").write_text("type: [\n", "utf-8")
    [told] = problems()
    assert told.startswith("curriculum/exercises/first-steps/fs-choose.yaml:2: not valid YAML")


def test_a_key_without_its_exercise_is_told_with_the_nearest_one(curriculum: Path, problems: Problems):
    keys = curriculum / KEYS
    (keys / "fs-a-spot.yaml").rename(keys / "fs-a-spott.yaml")
    assert problems() == [
        (
            "curriculum/exercises/first-steps/fs-a-spot.yaml:1: a graded item without its key; "
            "write curriculum/keys/first-steps/fs-a-spot.yaml [missing-key-file]"
        ),
        (
            "curriculum/keys/first-steps/fs-a-spott.yaml:1: a key without its exercise; "
            'did you mean "fs-a-spot"? [dangling]'
        ),
    ]


def test_a_key_beside_an_inline_key_is_told(curriculum: Path, problems: Problems):
    (curriculum / KEYS / "fs-choose.yaml").write_text("correct: b\n", "utf-8")
    assert problems() == [
        (
            "curriculum/keys/first-steps/fs-choose.yaml:1: a practice item carries its key in the exercise file; "
            "remove this file or make the item graded [two-keys]"
        )
    ]


@pytest.mark.parametrize("folder", ["exercises", "guides"])
def test_a_folder_of_a_module_that_the_course_does_not_list_is_told(curriculum: Path, problems: Problems, folder: str):
    (curriculum / folder / "first-step").mkdir()
    assert problems() == [
        (
            f'curriculum/{folder}/first-step:1: course.yaml lists no module "first-step"; did you mean "first-steps"? '
            "[dangling]"
        )
    ]


def test_moves_of_a_module_that_the_course_does_not_list_are_told(curriculum: Path, problems: Problems):
    (curriculum / "moves/first-step.yaml").write_text(MOVE % "ask-openly", "utf-8")
    assert problems() == [
        (
            'curriculum/moves/first-step.yaml:1: moves of a module "first-step" that course.yaml does not list; '
            'did you mean "first-steps"? [dangling]'
        )
    ]


def test_a_module_without_lessons_is_told(curriculum: Path, problems: Problems):
    add_module(curriculum)
    (curriculum / "guides/second-steps/1-more.md").unlink()
    assert problems() == [
        "curriculum/course.yaml:8: modules.1.slug: no lessons; write curriculum/guides/second-steps/1-….md [dangling]"
    ]


def test_a_module_without_effective_moves_is_told(curriculum: Path, problems: Problems):
    add_module(curriculum)
    (curriculum / "moves/second-steps.yaml").unlink()
    assert problems() == [
        "curriculum/course.yaml:8: modules.1.slug: no effective moves in moves/second-steps.yaml [dangling]"
    ]


# Ids that stand twice


def test_a_key_that_stands_twice_in_a_file_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, f"{EXERCISES}/fs-choose.yaml", "points: 1\n", "points: 1\npoints: 2\n")
    assert problems() == [
        "curriculum/exercises/first-steps/fs-choose.yaml:7: points: stands twice; keep one of them [duplicate-key]"
    ]


def test_a_label_that_stands_twice_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, "rubric.yaml", "name: asks_why", "name: asks_open")
    # version 1, criteria 2: 3-7, 8-12, 13-17; traps 18: 19-23, 24-28, 29
    assert 'curriculum/rubric.yaml:29: traps.2.name: a second label "asks_open" [duplicate-id]' in problems()


@pytest.mark.parametrize(("name", "line"), [(MOVES, 14), ("moves/shared.yaml", 2)])
def test_a_move_that_stands_twice_is_told(curriculum: Path, problems: Problems, name: str, line: int):
    edit(curriculum, name, "slug: soothe" if name == MOVES else "slug: ask-why", "slug: fix-it")
    index = 2 if name == MOVES else 0
    assert f'curriculum/{name}:{line}: moves.{index}.slug: a second move "fix-it" [duplicate-id]' in problems()


def test_a_module_that_stands_twice_is_told_at_both_places(curriculum: Path, problems: Problems):
    with (curriculum / "course.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {slug: first-steps, title: Again, summary: Again.}\n")
    told = [line for line in problems() if "second module" in line]
    assert told == [
        'curriculum/course.yaml:4: modules.0.slug: a second module "first-steps" [duplicate-id]',
        'curriculum/course.yaml:8: modules.1.slug: a second module "first-steps" [duplicate-id]',
    ]


def test_two_items_of_one_id_in_two_modules_are_told(curriculum: Path, problems: Problems):
    add_module(curriculum)
    exercise = (curriculum / EXERCISES / "fs-spot.yaml").read_text("utf-8")
    (curriculum / "exercises/second-steps/fs-spot.yaml").write_text(exercise, "utf-8")
    guide = curriculum / "guides/second-steps/1-more.md"
    guide.write_text(guide.read_text("utf-8") + "\n```{exercise} fs-spot\n```\n", "utf-8")
    assert problems() == [
        (
            'curriculum/exercises/second-steps/fs-spot.yaml:1: a second item "fs-spot" (the other is in first-steps); '
            "ids are unique across modules [duplicate-id]"
        )
    ]


def test_two_turns_of_one_id_are_told(curriculum: Path, problems: Problems):
    edit(curriculum, "vignettes/the-transcript.yaml", "id: c2", "id: c1")
    assert problems() == ["curriculum/vignettes/the-transcript.yaml:1: two turns share an id [value]"]


def test_an_item_placed_twice_is_told_at_both_places(curriculum: Path, problems: Problems):
    edit(curriculum, f"{GUIDES}/2-show.md", "{exercise} fs-a-spot", "{exercise} fs-spot")
    assert problems() == [
        (
            "curriculum/exercises/first-steps/fs-a-spot.yaml:1: stands in no lesson; place it with an {exercise} "
            "directive [unplaced]"
        ),
        (
            'curriculum/guides/first-steps/1-look.md:20: exercise: "fs-spot" is placed 2 times; an item has one place '
            "[duplicate-id]"
        ),
        (
            'curriculum/guides/first-steps/2-show.md:13: exercise: "fs-spot" is placed 2 times; an item has one place '
            "[duplicate-id]"
        ),
    ]


def test_an_item_in_no_lesson_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, f"{GUIDES}/1-look.md", "```{exercise} fs-match\n```\n", "")
    assert problems() == [
        (
            "curriculum/exercises/first-steps/fs-match.yaml:1: stands in no lesson; place it with an {exercise} "
            "directive [unplaced]"
        )
    ]


def test_an_exercise_inside_a_list_is_not_placed(curriculum: Path, problems: Problems):
    edit(curriculum, f"{GUIDES}/1-look.md", "```{exercise} fs-match\n```\n", "- x\n\n  ```{exercise} fs-match\n  ```\n")
    assert [line.partition(": ")[0] for line in problems()] == ["curriculum/exercises/first-steps/fs-match.yaml:1"]


# Keys


def test_a_graded_item_without_its_key_is_told_which_file_to_write(curriculum: Path, problems: Problems):
    (curriculum / KEYS / "fs-a-match.yaml").unlink()
    assert problems() == [
        (
            "curriculum/exercises/first-steps/fs-a-match.yaml:1: a graded item without its key; "
            "write curriculum/keys/first-steps/fs-a-match.yaml [missing-key-file]"
        )
    ]


def test_a_practice_item_without_its_key_is_told(curriculum: Path, problems: Problems):
    path = curriculum / EXERCISES / "fs-spot.yaml"
    path.write_text(path.read_text("utf-8").partition("key:")[0], "utf-8")
    assert problems() == [
        "curriculum/exercises/first-steps/fs-spot.yaml:1: a practice item needs its `key:` in this file [missing-key]"
    ]


def test_an_inline_key_of_a_graded_item_is_within_reach_of_learners(curriculum: Path, problems: Problems):
    path = curriculum / EXERCISES / "fs-a-spot.yaml"
    key = (curriculum / KEYS / "fs-a-spot.yaml").read_text("utf-8")
    path.write_text(path.read_text("utf-8") + "key:\n" + "".join(f"  {line}\n" for line in key.splitlines()), "utf-8")
    # The same text is then also found where learners can read it: 7 lines of exercise, then key.
    assert problems() == [
        (
            "curriculum/exercises/first-steps/fs-a-spot.yaml:8: key: the key of a graded item is within reach of "
            "learners; move it to curriculum/keys/first-steps/fs-a-spot.yaml [key-in-reach]"
        ),
        (
            "curriculum/keys/first-steps/fs-a-spot.yaml:4: feedback: this text of a graded item's key also stands in "
            "curriculum/exercises/first-steps/fs-a-spot.yaml [key-in-reach]"
        ),
    ]


@pytest.mark.parametrize(
    "name",
    [f"{GUIDES}/1-look.md", f"{EXERCISES}/fs-match.yaml", "vignettes/the-form.yaml"],
)
def test_a_sentence_of_a_graded_key_that_learners_can_read_is_told(curriculum: Path, problems: Problems, name: str):
    with (curriculum / name).open("a", encoding="utf-8") as file:
        # Broken over lines and in other case, as a copy might be; a comment is as readable as the rest.
        file.write("\n# she hears a PLAN where\n#    she hoped for company, this time.\n".replace("\n#  ", "\n"))
    told = [line for line in problems() if "key-in-reach" in line]
    assert told == [
        (
            "curriculum/keys/first-steps/fs-a-spot.yaml:4: feedback: this text of a graded item's key also stands in "
            f"curriculum/{name} [key-in-reach]"
        )
    ]


def test_the_words_that_a_key_quotes_from_the_transcript_are_no_leak(problems: Problems):
    # `spans.0.quote` repeats the vignette by design; the tiny course has one and is clean.
    assert problems() == []


def test_a_private_folder_of_keys_stands_in_for_the_public_one(curriculum: Path, problems: Problems, tmp_path: Path):
    private = tmp_path / "private"
    (private / "first-steps").mkdir(parents=True)
    (curriculum / KEYS / "fs-a-spot.yaml").rename(private / "first-steps/fs-a-spot.yaml")
    assert any("missing-key-file" in line for line in problems())
    assert problems(keys=private) == []


def test_a_private_key_goes_before_a_public_one(curriculum: Path, problems: Problems, tmp_path: Path):
    private = tmp_path / "private/first-steps/fs-a-spot.yaml"
    private.parent.mkdir(parents=True)
    key = (curriculum / KEYS / "fs-a-spot.yaml").read_text("utf-8")
    private.write_text(key.replace("trap: fixes_it", "trap: fixes"), "utf-8")
    assert problems() == []
    assert problems(keys=tmp_path / "private") == [
        'private/first-steps/fs-a-spot.yaml:1: trap: no trap "fixes"; did you mean "fixes_it"? [unknown-label]'
    ]


# What is built or released


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        (f"{GUIDES}/1-look.md", "{exercise} fs-choose", "{exercise} fs-chose", "dangling"),
        (
            f"{GUIDES}/1-look.md",
            "Meet *Ines*",
            "She hears a plan where she hoped for company, this time.",
            "key-in-reach",
        ),
        (f"{KEYS}/fs-a-write.yaml", "points: 0.5", "points: 3", "exemplar-points"),
        ("vignettes/the-form.yaml", "age: 38", "age: old", "value"),
    ],
)
def test_a_course_with_any_problem_cannot_be_loaded_to_be_built(
    curriculum: Path, name: str, old: str, new: str, rule: str
):
    edit(curriculum, name, old, new)
    with pytest.raises(ContentError) as caught:
        load(curriculum)
    assert rule in {problem.rule for problem in caught.value.problems}
