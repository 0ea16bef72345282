"""What the scorer makes of exemplars, told at the author's line."""

from pathlib import Path

from click.testing import CliRunner
from tiny_course import REPLY_LABELS, WHOLE_REPLY, load

from curriculum_utils.cli import cli
from curriculum_utils.items.exemplars import misread_exemplars
from curriculum_utils.scoring import ScriptedScorer

LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")


def told(curriculum: Path, labels: dict[str, tuple[str, ...]]) -> list[str]:
    course = load(curriculum)
    return [str(problem) for problem in misread_exemplars(course, ScriptedScorer(labels, known_labels=LABELS))]


def exemplars(curriculum: Path) -> dict[str, tuple[str, ...]]:
    """Each exemplar's text with the labels that its author gave it."""
    found: dict[str, tuple[str, ...]] = {}
    for one in load(curriculum).modules["first-steps"].items.values():
        for exemplar in getattr(one.item.key, "exemplars", ()):
            found[exemplar.text] = (*exemplar.criteria, *exemplar.traps)
    return found


def test_exemplars_that_the_scorer_reads_as_they_are_labelled_are_fine(curriculum: Path):
    assert told(curriculum, exemplars(curriculum)) == []


def test_one_that_should_earn_everything_and_does_not_is_told_at_its_line(curriculum: Path):
    labels = exemplars(curriculum)
    whole = next(text for text, names in labels.items() if len(names) == 3)
    problems = told(curriculum, labels | {whole: ("names_weight", "names_pattern", "asks_open", "fixes_it")})
    assert problems
    found = "names_weight, names_pattern, asks_open, fixes_it"
    said = f"should earn all points, and the scorer reads it otherwise (found: {found}); reword it [exemplar-scored]"
    assert all(said in line for line in problems)


def test_a_near_miss_that_the_scorer_gives_everything_is_told(curriculum: Path):
    labels = exemplars(curriculum)
    near = next(text for text, names in labels.items() if len(names) != 3)
    problems = told(curriculum, labels | {near: ("names_weight", "names_pattern", "asks_open")})
    assert problems
    assert all("should not earn all points" in line for line in problems)


def test_criteria_that_the_scorer_has_not_learnt_are_left_out(curriculum: Path):
    course = load(curriculum)
    assert list(misread_exemplars(course, ScriptedScorer({}, known_labels=("fixes_it",)))) == []


def test_the_command_asks_the_scorer_only_when_all_else_is_well(curriculum: Path):
    arguments = ["lint", "--with-scorer", "--course", str(curriculum.parent)]
    # The shipped scorer has not learnt the tiny course's labels.
    assert CliRunner().invoke(cli, arguments).output.startswith("0 problems.")
    (curriculum / "rubric.yaml").write_text("version: 1", "utf-8")
    assert "[missing-key]" in CliRunner().invoke(cli, arguments).output


def test_the_tiny_course_has_a_whole_reply():
    assert len(REPLY_LABELS[WHOLE_REPLY]) == 3
