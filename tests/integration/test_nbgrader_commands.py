"""A term as people run it: nbgrader's own commands, from generating an assignment to fetching feedback."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader_course import ALL_POINTS, COHORT, LEARNERS, UNDECIDED, NbgraderCourse, answer, make_course
from tiny_course import ANSWERS, GRADED, MODULE


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> NbgraderCourse:
    """The course after every command of a term, by two learners."""
    course = make_course(tmp_path_factory.mktemp("term"))
    course.run("generate_assignment", MODULE)
    course.run("release_assignment", MODULE)
    for learner, answers in {"ana": ANSWERS, "bo": {"fs-a-write": {"text": UNDECIDED}}}.items():
        home = course.learner_home(learner)
        course.run("list", cwd=home)
        course.run("fetch_assignment", MODULE, cwd=home)
        answer(home / MODULE, learner, answers)
        course.run("submit", MODULE, f"--student={learner}", cwd=home)
    course.run("collect", MODULE)
    course.run("autograde", MODULE)
    course.run("generate_feedback", MODULE)
    course.run("release_feedback", MODULE)
    course.run("export", "--to", str(course.root / "grades.csv"))
    return course


def test_the_export_has_every_learner_s_score(term: NbgraderCourse):
    with (term.root / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert float(rows["ana"]["score"]) == float(rows["ana"]["max_score"]) == ALL_POINTS
    assert float(rows["bo"]["score"]) == 0.0


def test_only_what_could_not_be_scored_waits_for_a_person(term: NbgraderCourse):
    assert term.waiting("ana") == set()
    assert term.waiting("bo") == {"fs-a-write"}


def test_what_learners_fetch_holds_no_key(term: NbgraderCourse):
    home = term.learner_home("ana") / MODULE
    released = {path.name for path in term.outbound.iterdir()}
    assert released == {"1-look.ipynb", "2-show.ipynb", "items.json"}
    # Every key of a graded item in the tiny course says "this time".
    assert all("this time" not in (home / name).read_text("utf-8") for name in released)


def test_released_feedback_holds_nothing_of_the_key_but_remarks(term: NbgraderCourse):
    pages = [path.read_text("utf-8") for path in (term.root / "exchange" / COHORT / "feedback").glob("*.html")]
    assert len(pages) == 4
    assert not [page for page in pages if "She hears that it is not very serious, this time" in page]
    assert not [page for page in pages if "So much weight on one page" in page]


def test_a_learner_fetches_their_feedback(term: NbgraderCourse):
    home = term.learner_home("ana")
    term.run("fetch_feedback", MODULE, "--student=ana", cwd=home)
    (page,) = (home / MODULE / "feedback").glob("*/2-show.html")
    assert "3 of 3 points" in page.read_text("utf-8")


def test_submissions_are_listed(term: NbgraderCourse):
    told = term.run("list", "--inbound")
    assert f"{COHORT} ana {MODULE}" in told
    assert "feedback ready to be fetched" in told


def test_releasing_twice_is_refused_in_plain_words(term: NbgraderCourse):
    told = term.run("release_assignment", MODULE, check=False)
    assert "is released already, as it is now. Nothing was changed" in told
    assert "Traceback" not in told


def test_a_second_submission_is_collected_and_graded(term: NbgraderCourse):
    home = term.learner_home("bo")
    answer(home / MODULE, "bo", {"fs-a-choose": ANSWERS["fs-a-choose"]})
    term.run("submit", MODULE, "--student=bo", cwd=home)
    term.run("collect", MODULE, "--update")
    # The newer timestamp makes nbgrader grade it again without --force.
    term.run("autograde", MODULE)
    assert term.scores("bo")["fs-a-choose"] == 1.0


def test_learners_can_be_graded_at_the_same_time_by_several_processes(tmp_path: Path):
    course = make_course(tmp_path)
    course.release()
    for learner in LEARNERS:
        course.hand_in(learner, collected=True)
    command = [sys.executable, "-m", "nbgrader", "autograde", MODULE]
    running = [
        subprocess.Popen([*command, f"--student={learner}"], cwd=course.root, env=course.environment())
        for learner in LEARNERS
    ]
    assert [process.wait(timeout=300) for process in running] == [0, 0, 0]
    assert [sum(filter(None, course.scores(learner).values())) for learner in LEARNERS] == [ALL_POINTS] * 3


def test_grading_without_any_submission_says_so(tmp_path: Path):
    course = make_course(tmp_path)
    course.run("generate_assignment", MODULE)
    assert "No notebooks were matched" in course.run("autograde", MODULE, check=False)


def test_every_graded_item_of_the_course_is_in_the_gradebook(term: NbgraderCourse):
    assert set(term.scores("ana")) == set(GRADED)
