"""What lint says of a module's two forms: parallel by blueprint, and of nothing that was seen before."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tiny_course import edit

Problems = Callable[..., list[str]]
EXERCISES, KEYS = "exercises/first-steps", "keys/first-steps"


@pytest.fixture
def both(curriculum: Path) -> Path:
    """The tiny course with a pre-test that has one spot-the-trap item, and that as its only graded item too."""
    for name in ("choose", "write", "match"):
        (curriculum / f"{EXERCISES}/fs-a-{name}.yaml").unlink()
        (curriculum / f"{KEYS}/fs-a-{name}.yaml").unlink()
        edit(curriculum, "guides/first-steps/2-show.md", f"```{{exercise}} fs-a-{name}\n```\n", "")
    edit(curriculum, "guides/first-steps/1-look.md", "# Look\n", "# Look\n\n```{exercise} fs-0-spot\n```\n")
    write_twin(curriculum, {})
    change(curriculum, "fs-a-spot", {"difficulty": "easy"})
    edit(curriculum, "course.yaml", "2-show, minutes: 5", "2-show, minutes: 1")
    return curriculum


def write_twin(curriculum: Path, changes: dict[str, object]) -> None:
    """The graded item once more for the pre-test, with another client in other words."""
    vignette = yaml.safe_load((curriculum / "vignettes/the-transcript.yaml").read_text("utf-8"))
    vignette["turns"] = [
        {"id": "c1", "who": "client", "text": "The letter lies by my bed now."},
        {"id": "t1", "who": "therapist", "text": "And if you read only the heading of it tonight?"},
        {"id": "c2", "who": "client", "text": "As if I had not tried."},
    ]
    (curriculum / "vignettes/the-letter.yaml").write_text(yaml.safe_dump(vignette), "utf-8")
    exercise = yaml.safe_load((curriculum / f"{EXERCISES}/fs-a-spot.yaml").read_text("utf-8"))
    exercise |= {"use": "pretest", "vignette": "the-letter", "difficulty": "easy"} | changes
    (curriculum / f"{EXERCISES}/fs-0-spot.yaml").write_text(yaml.safe_dump(exercise), "utf-8")
    key = yaml.safe_load((curriculum / f"{KEYS}/fs-a-spot.yaml").read_text("utf-8"))
    key["spans"] = [{"turn": "t1", "quote": "if you read only the heading"}]
    key["feedback"] = "It hands out a task before anybody has looked."
    (curriculum / f"{KEYS}/fs-0-spot.yaml").write_text(yaml.safe_dump(key), "utf-8")


def change(curriculum: Path, item: str, values: dict[str, object]) -> None:
    path = curriculum / f"{EXERCISES}/{item}.yaml"
    exercise = yaml.safe_load(path.read_text("utf-8")) | values
    path.write_text(yaml.safe_dump({k: v for k, v in exercise.items() if v is not None}), "utf-8")


def test_a_pretest_item_with_its_parallel_in_the_assessment_is_fine(both: Path, problems: Problems):
    assert both.is_dir()
    assert problems() == []


def test_an_item_of_a_form_without_its_difficulty_is_told(both: Path, problems: Problems):
    change(both, "fs-a-spot", {"difficulty": None})
    assert [line.partition(": ")[2] for line in problems()] == [
        "the pre-test has 1 easy spot-the-trap about fixes_it, the assessment 0; write the parallel [parallel-forms]",
        "difficulty: an item of a form says how hard it is meant to be: easy, medium or hard [difficulty]",
    ]


def test_an_item_of_another_difficulty_is_not_parallel(both: Path, problems: Problems):
    change(both, "fs-a-spot", {"difficulty": "hard"})
    assert [line.partition(": ")[2] for line in problems()] == [
        "the pre-test has 1 easy spot-the-trap about fixes_it, the assessment 0; write the parallel [parallel-forms]",
        "the assessment has hard spot-the-trap about fixes_it, the pre-test none; write the parallel [parallel-forms]",
    ]


def test_the_key_of_a_pretest_item_is_kept_out_of_reach(both: Path, problems: Problems):
    change(both, "fs-0-spot", {"key": {"trap": "fixes_it"}})
    assert any("the key of a pretest item is within reach of learners" in line for line in problems())


def test_nothing_is_asked_of_a_module_without_a_pretest(problems: Problems):
    assert problems() == []


def promise(curriculum: Path) -> None:
    edit(curriculum, "course.yaml", "modules:\n", "standards: {assessed_apart: true}\nmodules:\n")


def test_a_vignette_that_practice_shows_as_well_is_told(both: Path, problems: Problems):
    promise(both)
    told = [line for line in problems() if line.startswith("curriculum/exercises/first-steps/fs-a-spot.yaml")]
    assert (
        "curriculum/exercises/first-steps/fs-a-spot.yaml:11: vignette: curriculum/exercises/first-steps/fs-spot.yaml "
        "shows this vignette too; an assessed item has a client of its own [shared-vignette]"
    ) in told


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (
            "guides/first-steps/2-show.md",
            "\nThe letter lies by my bed now, she said.\n\n> *The letter lies by my bed now!*\n",
        ),
        ("vignettes/the-form.yaml", '  - {id: c9, who: client, text: "Oh. The letter lies by\\n my BED now…"}\n'),
    ],
    ids=["a lesson", "a vignette of practice"],
)
def test_a_sentence_that_stands_elsewhere_is_told(both: Path, problems: Problems, where: str, text: str):
    promise(both)
    path = both / where
    path.write_text(path.read_text("utf-8") + text.replace("…", "."), "utf-8")
    told = [line for line in problems() if "fs-0-spot" in line and "shared-client" not in line]
    assert told
    assert all(
        line.startswith(
            'curriculum/exercises/first-steps/fs-0-spot.yaml:1: "the letter lies by my bed now" also stands in'
        )
        and line.endswith("an assessed item has words of its own [shared-sentence]")
        for line in told
    )


@pytest.mark.parametrize(
    "text",
    [
        "## At the door\nThe letter lies by my bed now.\n",
        "She says this: the letter lies by my bed now.\n",
        "- One.\n- The letter lies by my bed now\n- Two.\n",
        "(She sits.) The letter lies by my bed now. (She looks up.)\n",
    ],
    ids=["under a heading", "behind a colon", "in a list", "between stage directions"],
)
def test_a_sentence_is_known_again_wherever_it_stands(both: Path, problems: Problems, text: str):
    promise(both)
    path = both / "guides/first-steps/2-show.md"
    path.write_text(f"{path.read_text('utf-8')}\n{text}", "utf-8")
    assert [line for line in problems() if '"the letter lies by my bed now" also stands in' in line]


def test_a_client_of_the_same_name_is_told(both: Path, problems: Problems):
    promise(both)
    (told,) = [line for line in problems() if "fs-0-spot" in line.partition(": ")[0] and "1-look.md" in line]
    assert told == (
        "curriculum/exercises/first-steps/fs-0-spot.yaml:1: curriculum/guides/first-steps/1-look.md has a client named "
        "Ines too; an assessed item has a client of its own [shared-client]"
    )


def test_how_to_answer_may_be_said_alike(both: Path, problems: Problems):
    promise(both)
    # Prompt and title are those of the graded item, word for word.
    assert not [
        line
        for line in problems()
        if line.startswith("curriculum/exercises/first-steps/fs-0-spot") and "shared-s" in line
    ]
