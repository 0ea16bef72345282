"""What is foreseen is what a grading then writes: for every learner, item and late penalty, to the last bit."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader_course import COHORT, DOUBTFUL, LEARNERS, SHOW, UNDECIDED, NbgraderCourse
from sqlalchemy import text
from tiny_course import ANSWERS, FIX_REPLY, MODULE
from traitlets.config import Config

from curriculum_utils.errors import GradingError
from curriculum_utils.grading.forecast import Forecaster, Foreseen
from curriculum_utils.grading.gradebook import set_due_date

WRITE, SPOT = "fs-a-write", "fs-a-spot"
REPLIES = {"bo": UNDECIDED, "chidi": DOUBTFUL}
HANDED_IN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def graded(course: NbgraderCourse) -> NbgraderCourse:
    """Ana answers all, Bo and Chidi write what cannot be decided and what is doubtful; all graded."""
    for learner in LEARNERS:
        text = REPLIES.get(learner, ANSWERS[WRITE]["text"])
        course.hand_in(learner, {**ANSWERS, WRITE: {"text": text}}, collected=True)
    course.autograde()
    return course


def harsher(course: NbgraderCourse) -> Config:
    c = course.config()
    c.InCohort.scorer = "nbgrader_course.harsher_scorer"
    return c


def foreseen(config: Config) -> dict[str, Foreseen]:
    seer = Forecaster(config, MODULE)
    return {f"{learner}/{one.item}": one for learner in LEARNERS for one in seer.foresee(learner).items}


def penalties(config: Config) -> dict[tuple[str, str], float | None]:
    seer = Forecaster(config, MODULE)
    return {(who, name): new for who in LEARNERS for name, (_, new) in seer.foresee(who).penalties.items()}


def written(course: NbgraderCourse) -> dict[str, tuple[object, ...]]:
    return {
        f"{learner}/{item}": (grade.auto_score, grade.manual_score, bool(grade.needs_manual_grade))
        for learner in LEARNERS
        for item, grade in course.grades(learner).items()
    }


def told(seen: dict[str, Foreseen]) -> dict[str, tuple[object, ...]]:
    return {name: (one.after.auto, one.after.manual, one.after.waits) for name, one in seen.items()}


def grade(config: Config) -> None:
    for learner in LEARNERS:
        result = NbGraderAPI(config=config).autograde(MODULE, learner, force=True)
        assert result["success"], result


def test_the_same_again_moves_nothing(graded: NbgraderCourse):
    seen = foreseen(graded.config())
    assert told(seen) == written(graded)
    assert not [name for name, one in seen.items() if one.moves]
    # Undecided has no score and waits; doubtful has one and waits.
    assert told(seen)["bo/fs-a-write"] == (None, None, True)
    assert told(seen)["chidi/fs-a-write"][2] is True


def test_before_the_first_grading(course: NbgraderCourse):
    for learner in LEARNERS:
        course.hand_in(learner, {**ANSWERS, WRITE: {"text": FIX_REPLY}}, collected=True)
    seen = foreseen(course.config())
    assert {one.before for one in seen.values()} == {None}
    course.autograde()
    assert told(seen) == written(course)


def test_another_scorer_with_decisions_standing(graded: NbgraderCourse):
    graded.decide("ana", WRITE, 2.5)
    graded.decide("bo", WRITE, 1.0)
    graded.decide("chidi", WRITE, None)
    graded.decide("chidi", SPOT, 0.0)
    seen = foreseen(harsher(graded))
    # One of three criteria of 3 points, with another label found for a decided reply.
    assert seen["ana/fs-a-write"].before.auto == 3.0
    assert seen["ana/fs-a-write"].after.auto < 3.0
    assert seen["ana/fs-a-write"].after.waits, "the decision rests on another score"
    assert seen["ana/fs-a-write"].asked
    assert not seen["ana/fs-a-spot"].asked
    assert (seen["ana/fs-a-write"].then.scorer, seen["ana/fs-a-write"].now.scorer) == ("scripted", "harsher")
    assert set(seen["ana/fs-a-write"].then.met) - set(seen["ana/fs-a-write"].now.met) == {"asks_open", "names_pattern"}
    grade(harsher(graded))
    assert told(seen) == written(graded)


def test_what_a_killed_grading_left_is_foreseen_as_it_will_be(graded: NbgraderCourse):
    graded.decide("ana", SPOT, 0.5)
    with Gradebook(graded.db_url, COHORT) as gradebook:
        # SaveAutoGrades ran and set the flag; what follows it did not.
        found = gradebook.find_grade(SPOT, SHOW, MODULE, "ana")
        found.needs_manual_grade = True
        gradebook.db.execute(
            text("UPDATE curriculum_review SET under_way = 1, settled = 1 WHERE grade_id = :one"),
            {"one": found.id},
        )
        gradebook.db.commit()
    seen = foreseen(graded.config())
    assert seen["ana/fs-a-spot"].after.waits is False
    graded.autograde()
    assert told(seen) == written(graded)


@pytest.mark.parametrize("rule", ["none", "refuse", "10% per hour"])
def test_the_late_rule_is_foreseen(graded: NbgraderCourse, rule: str):
    set_due_date(graded.db_url, MODULE, HANDED_IN.replace(hour=11))
    config = harsher(graded)
    config.LatePenalty.rule = rule
    wanted = penalties(config)
    assert (wanted["ana", SHOW] or 0.0) > 0 if rule != "none" else set(wanted.values()) == {None}
    grade(config)
    with Gradebook(graded.db_url, COHORT) as gradebook:
        stands = {
            (who, notebook.name): notebook.late_submission_penalty
            for who in LEARNERS
            for notebook in gradebook.find_submission(MODULE, who).notebooks
        }
    assert stands == wanted


def test_a_module_that_is_not_there(course: NbgraderCourse):
    with pytest.raises(GradingError, match="the gradebook has no assignment other"):
        Forecaster(course.config(), "other")


def test_nothing_is_written(graded: NbgraderCourse):
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in graded.root.rglob("*") if path.is_file()}

    before = files()
    foreseen(harsher(graded))
    assert files() == before
