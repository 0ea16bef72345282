"""A decision made label by label in nbgrader's own run: it settles an answer as one made in formgrader does."""

from nbgrader_course import COHORT, DOUBTFUL, NbgraderCourse, scripted_scorer
from tiny_course import ANSWERS, MODULE

from curriculum_utils.cohorts import open_cohort
from curriculum_utils.cohorts.deciding import decide
from curriculum_utils.cohorts.review_queue import review_queue
from curriculum_utils.responses import ResponseLog, log_path

WRITE = "fs-a-write"


def test_a_decision_stands_when_graded_again_until_the_learner_contests_it(course: NbgraderCourse):
    (course.folders.own / "cohort.yaml").write_text(f"name: {COHORT}\ncreated: '2026-03-01T12:00:00+00:00'\n", "utf-8")
    course.hand_in("ana", {**ANSWERS, WRITE: {"text": DOUBTFUL}}, collected=True)
    course.api().autograde(MODULE, "ana", force=True)
    cohort, scorer = open_cohort(course.root, COHORT), scripted_scorer()
    (entry,) = review_queue(cohort, scorer=scorer)
    assert (entry.item, entry.reasons, entry.current) == (WRITE, ("It is doubtful.",), "yes")
    decide(cohort, entry.handle, {"names_weight": "overturn"}, by="kim", scorer=scorer)

    course.api().autograde(MODULE, "ana", force=True)
    grade = course.grades("ana")[WRITE]
    # 1 of 3 criteria of 3 points, by the person; the machine found nothing.
    assert (grade.auto_score, grade.manual_score, grade.needs_manual_grade) == (0.0, 1.0, False)

    path = log_path(course.folders.step("submitted", "ana", MODULE), "2-show", assessed=True)
    log = ResponseLog(path, learner="ana", notebook="2-show", release=entry_release(course))
    log.append("contest", WRITE, "", {"label": "asks_open", "reason": "I did ask.", "grade": "x"})
    course.api().autograde(MODULE, "ana", force=True)
    (again,) = review_queue(cohort, scorer=scorer)
    assert again.contest is not None
    assert (again.contest.reason, again.score, again.current) == ("I did ask.", 1.0, "yes")
    assert "I did ask." in again.reasons[-1]


def entry_release(course: NbgraderCourse) -> str:
    """The digest of what is released now."""
    current = course.folders.releases / MODULE / "current"
    return current.read_text("ascii").strip()
