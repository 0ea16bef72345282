"""`curriculum demo` on a course of the real size with few learners: what it leaves, what it prints, run twice."""

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import chosen_cohort, new_cohort, open_cohort
from curriculum_utils.cohorts.demo import new_demo
from curriculum_utils.errors import CohortError

ROOT = Path(__file__).resolve().parents[2]
# One of each kind, in the order in which they are to come out; the guesser has a comma in the name.
KINDS = {
    "amara": "expert",
    "benedek": "novice",
    "samuel": "test-wise guesser",
    "dmitri": "trap-prone",
    "hiro": "copy-paster",
}
LEARNERS = tuple(KINDS)


def copy_course(folder: Path) -> Path:
    for name in ("curriculum", "source", "demo"):
        shutil.copytree(ROOT / name, folder / name)
    with (ROOT / "demo" / "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with (folder / "demo" / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *(row for row in rows[1:] if row[0] in LEARNERS)])
    return folder


def run(course: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--course", str(course)], catch_exceptions=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    course = copy_course(tmp_path_factory.mktemp("course"))
    return course, run(course, "demo", "--workers", "2")


def totals(course: Path) -> dict[str, float]:
    cohort = open_cohort(course, "demo")
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        return {student.id: student.score for student in gradebook.students}


def test_it_says_where_everything_lies_and_everything_lies_there(demo: tuple[Path, Result]):
    course, result = demo
    assert result.exit_code == 0
    for what in ("report", "gradebook", "graded notebook", "feedback page"):
        line = next(line for line in result.output.splitlines() if line.startswith(what))
        assert (course / line.removeprefix(what).strip()).is_file(), line
    assert "make lab" in result.output


def test_the_better_the_learner_the_better_the_score(demo: tuple[Path, Result]):
    scores = totals(demo[0])
    assert sorted(scores, key=lambda name: -scores[name]) == list(LEARNERS)


def shares(output: str) -> dict[str, dict[str, float]]:
    """What each kind earned, in all and by item type, as the demo prints it."""
    lines = output.partition("simulated learners")[2].splitlines()
    types = lines[0].split()[1:]
    found: dict[str, dict[str, float]] = {}
    for line in lines[1 : len(KINDS) + 1]:
        kind, cells = line[:19].strip(), line[19:].split()[1:]
        found[kind] = {name: float(cell.rstrip("%")) / 100 for name, cell in zip(types, cells, strict=True)}
    return found


def test_each_kind_earns_what_it_does_for_its_own_reason(demo: tuple[Path, Result]):
    earned = shares(demo[1].output)
    assert list(earned) == list(KINDS.values())
    # Choices have four options: who guesses by their form gets no more than a tenth above chance.
    assert earned["test-wise guesser"]["choose-move"] <= 0.35
    # Every distractor is a trap: who follows the pull chooses none that fits, and does not hear the trap in others.
    assert earned["trap-prone"]["choose-move"] == 0
    assert earned["trap-prone"]["spot-the-trap"] <= 0.15
    # A reply that ends in a trap is halved; the criteria's words, or the client's own, are no reply.
    assert earned["trap-prone"]["write-reply"] < earned["novice"]["write-reply"] < earned["expert"]["write-reply"]
    assert earned["copy-paster"]["write-reply"] <= 0.1
    assert earned["copy-paster"]["practice-session"] <= 0.15
    assert earned["expert"]["practice-session"] > 2 * earned["test-wise guesser"]["practice-session"]


def test_no_score_was_written_but_through_the_logs(demo: tuple[Path, Result]):
    # Both modules have one graded lesson, one with the pre-test, five with practice.
    course, _ = demo
    logs = sorted((course / "submitted" / "demo" / "amara").glob("*/responses/*.jsonl"))
    assert len([log for log in logs if log.name.endswith(".practice.jsonl")]) == 10
    assessed = [log.name for log in logs if not log.name.endswith(".practice.jsonl")]
    assert assessed == ["0-before-you-start.jsonl", "6-assessment.jsonl"] * 2


def test_running_it_again_starts_afresh_and_ends_the_same(demo: tuple[Path, Result]):
    course, _ = demo
    before = totals(course)
    mine = course / "cohorts/demo/learners/me/self-sabotage/responses/6-assessment.jsonl"
    mine.parent.mkdir(parents=True)
    mine.write_text("my own answers")
    again = run(course, "demo", "--workers", "2")
    assert again.exit_code == 0
    assert totals(course) == before
    # What a person answered in the demo is not the demo's to remove.
    (kept,) = (course / "cohorts/.kept-from-demo").glob("*/me/self-sabotage/responses/6-assessment.jsonl")
    assert kept.read_text() == "my own answers"
    assert "The answers of me are kept in" in again.output


def test_a_gradebook_with_a_person_s_scores_is_kept(tmp_path: Path):
    course = copy_course(tmp_path)
    cohort = new_demo(course).cohort
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        gradebook.add_assignment("a")
        gradebook.add_notebook("n", "a")
        gradebook.add_grade_cell("g", "n", "a", max_score=1, cell_type="code")
        gradebook.add_submission("a", "amara")
        gradebook.find_grade("g", "n", "a", "amara").manual_score = 1
        gradebook.db.commit()
    kept = new_demo(course).kept
    assert len(kept) == 1
    assert "A gradebook with a person's scores is kept in" in kept[0]
    assert len(list((course / "cohorts/.kept-from-demo").glob("*/gradebook.db"))) == 1
    assert new_demo(course).kept == ()


def test_a_module_that_is_released_already_is_not_released_again(demo: tuple[Path, Result]):
    course, _ = demo
    with pytest.raises(Exception, match="is released already, as it is now") as caught:
        run(course, "release", "self-sabotage")
    assert "--force" in str(caught.value)
    assert run(course, "release", "self-sabotage", "--force").exit_code == 0


def test_a_cohort_of_that_name_which_no_demo_made_is_left_alone(tmp_path: Path):
    course = copy_course(tmp_path)
    new_cohort(course, "demo", course / "demo" / "roster.csv")
    with pytest.raises(CohortError, match="not made by the demo"):
        run(course, "demo")
    assert chosen_cohort(course).name == "demo"


def test_the_verbs_of_a_term_say_what_to_do_first(tmp_path: Path):
    course = copy_course(tmp_path)
    new_cohort(course, "spring", course / "demo" / "roster.csv")
    with pytest.raises(CohortError, match="first: curriculum collect self-sabotage --cohort spring"):
        run(course, "grade", "self-sabotage")
    with pytest.raises(CohortError, match="first: curriculum grade self-sabotage --cohort spring"):
        run(course, "feedback", "self-sabotage")
    with pytest.raises(CohortError, match="first: curriculum release MODULE"):
        run(course, "lab", "--no-browser")
    with pytest.raises(Exception, match='no module "self-sabotge"'):
        run(course, "release", "self-sabotge")


def test_a_source_that_is_out_of_date_is_not_released(tmp_path: Path):
    course = copy_course(tmp_path)
    new_cohort(course, "spring", course / "demo" / "roster.csv")
    (course / "source/self-sabotage/1-the-pattern.ipynb").write_text("{}")
    with pytest.raises(Exception, match="Run: curriculum build"):
        run(course, "release", "self-sabotage")
