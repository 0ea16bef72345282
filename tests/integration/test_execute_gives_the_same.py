"""Grading from the response log gives what running the notebooks in a kernel gives, on every item of both modules."""

import shutil
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from curriculum_utils.cohorts import Cohort, cohort_config, new_cohort, term
from curriculum_utils.cohorts.demo import item_keys
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.cohorts.simulated import Profile, answer_module, load_learners, load_pools
from curriculum_utils.content import Course, load_course
from curriculum_utils.items import SCHEMAS

ROOT = Path(__file__).resolve().parents[2]
# One who answers everything, some of it well; and one who stops half-way, so that items without an answer are met too.
LEARNERS = {"novice": "novice", "unfinished": "unfinished"}
Row = tuple[float | None, float, bool, str | None]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    for name in ("curriculum", "source", "demo"):
        shutil.copytree(ROOT / name, root / name)
    (root / "roster.csv").write_text("\n".join(["id", *LEARNERS]) + "\n")
    return root


@pytest.fixture(scope="module")
def content(course: Path) -> Course:
    return load_course(course / "curriculum", SCHEMAS)


@pytest.fixture(scope="module")
def cohorts(course: Path, content: Course) -> tuple[Cohort, Cohort]:
    """Two cohorts with the very same submissions: one graded from the log, one by Execute."""
    from_log = _submitted(course, content, "from-log")
    executed = _submitted(course, content, "executed", answers_of=from_log)
    for module in content.modules:
        assert [done.problem for done in term.grade(from_log, module, LEARNERS)] == [None] * len(LEARNERS)
        api = NbGraderAPI(config=cohort_config(executed, execute=True))
        for learner in LEARNERS:
            with chdir(course):
                result = api.autograde(module, learner)
            assert result["success"], result.get("error")
    return from_log, executed


def _submitted(root: Path, content: Course, name: str, *, answers_of: Cohort | None = None) -> Cohort:
    cohort = new_cohort(root, name, root / "roster.csv")
    profiles = load_learners(root / "demo" / "learners.yaml").profiles
    for module in content.modules:
        term.release(cohort, module)
        for learner, profile in LEARNERS.items():
            home = cohort.folder / "learners" / learner
            desk = LearnerDesk(cohort, learner, home)
            desk.fetch(module)
            if answers_of is None:
                _answer(home / module, learner, profiles[profile], content, module, root)
            else:
                theirs = answers_of.folder / "learners" / learner / module / "responses"
                shutil.copytree(theirs, home / module / "responses")
            desk.submit(module)
        assert term.collect(cohort, module) == sorted(LEARNERS)
    return cohort


def _answer(folder: Path, learner: str, profile: Profile, content: Course, module: str, root: Path) -> None:
    pools = load_pools(root / "demo" / "replies")
    start = datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert answer_module(folder, learner, profile, item_keys(content, module), pools, start=start) > 0


def _rows(cohort: Cohort) -> dict[tuple[str, str], Row]:
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        return {
            (submission.student_id, grade.name): (
                grade.auto_score,
                grade.max_score,
                bool(grade.needs_manual_grade),
                _comment(notebook, grade.name),
            )
            for assignment in gradebook.assignments
            for submission in assignment.submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def _comment(notebook: object, name: str) -> str | None:
    return next((c.auto_comment for c in getattr(notebook, "comments", []) if c.name == name), None)


def test_scores_maxima_flags_and_comments_are_identical_on_all_items(cohorts: tuple[Cohort, Cohort], content: Course):
    from_log, executed = map(_rows, cohorts)
    graded = [slug for module in content.modules.values() for slug, a in module.items.items() if a.item.graded]
    assert sorted(from_log) == sorted((learner, item) for learner in LEARNERS for item in graded)
    assert executed == from_log


def test_the_answers_earned_something_and_not_everything(cohorts: tuple[Cohort, Cohort]):
    # Otherwise the comparison above would prove nothing.
    shares = {auto / maximum for auto, maximum, _, _ in _rows(cohorts[0]).values() if auto is not None}
    assert 0.0 in shares
    assert 1.0 in shares
    assert any(0 < share < 1 for share in shares)


@pytest.mark.parametrize("learner", LEARNERS)
def test_what_instructors_see_of_each_answer_is_identical(
    cohorts: tuple[Cohort, Cohort], content: Course, learner: str
):
    for module in content.modules:
        pages = [_html(cohort.step("autograded") / learner / module) for cohort in cohorts]
        assert pages[0] == pages[1]
        assert any(pages[0].values())


def _html(folder: Path) -> dict[str, list[str]]:
    """The HTML that each cell shows, by notebook and cell."""
    return {
        f"{path.stem}/{cell.id}": [out.data["text/html"] for out in cell.outputs if "text/html" in out.get("data", {})]
        for path in sorted(folder.glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    }
