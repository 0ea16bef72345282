"""Everything that is read of a cohort's term and judged once, before any row is made of it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from curriculum_utils.cohorts import Cohort, Learner
from curriculum_utils.cohorts.settling import settle_penalties
from curriculum_utils.content import Item
from curriculum_utils.errors import CohortError, CurriculumError
from curriculum_utils.reports.answered import Answered, Place, answered_items
from curriculum_utils.reports.attempts import Answers, read_answers
from curriculum_utils.reports.decided import read_decisions, with_decisions
from curriculum_utils.reports.gradebook import Grades, ItemGrade, read_gradebook
from curriculum_utils.reports.judging import Judged, NoScorer, judge
from curriculum_utils.reports.learners import ModuleItems
from curriculum_utils.reports.notices import Notices
from curriculum_utils.reports.releases import Kept, in_course_order, read_releases, rubric_labels
from curriculum_utils.scoring import Scorer, load_scorer

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Gathered:
    """One cohort's term as read: with learners' words, which no row of the report holds.

    `decisions` are as `agreement` takes them.
    `graded` are the learner and module of each submission that nbgrader has graded.
    """

    cohort: Cohort
    learners: tuple[Learner, ...]
    kept: Kept
    grades: Grades
    answers: Answers
    judged: tuple[Judged, ...]
    answered: tuple[Answered, ...]
    modules: tuple[ModuleItems, ...]
    graded: frozenset[tuple[str, str]]
    scorer: Scorer
    decisions: pd.DataFrame
    notices: Notices


def gather(cohort: Cohort, *, scorer: Scorer | None = None, progress: Progress | None = None) -> Gathered:
    """Gradebook, logs and releases of a cohort, each answer judged.

    Args:
        scorer: reads the written replies; the shipped one by default.
        progress: is told what is being done, in a few words.
    Raises:
        CohortError: neither roster nor gradebook nor any answer can be read.
    """
    tell: Progress = progress or (lambda _: None)
    notices = Notices(cohort.root)
    tell("reading the gradebook")
    with suppress(CohortError):  # reading it tells of a gradebook that cannot be read
        settle_penalties(cohort)
    grades = read_gradebook(cohort, notices)
    kept = read_releases(cohort, notices)
    learners = _learners(cohort, grades, notices)
    tell("reading the response logs")
    answers = read_answers(cohort, {learner.id: learner.full_name for learner in learners}, kept, notices)
    scorer = scorer or _shipped_scorer(kept, notices)
    tell(f"judging {len(answers.attempts)} answers")
    judged = judge(answers.attempts, scorer, notices)
    _tell_of_other_scorers(kept, scorer, notices)
    graded = _graded(cohort, grades)
    return Gathered(
        cohort=cohort,
        learners=tuple(learners),
        kept=kept,
        grades=grades,
        answers=answers,
        judged=tuple(judged),
        answered=tuple(with_decisions(cohort, answered_items(judged, _settled(grades, graded, learners)))),
        modules=tuple(_modules(kept, grades)),
        graded=frozenset(graded),
        scorer=scorer,
        decisions=read_decisions(cohort, notices),
        notices=notices,
    )


def _learners(cohort: Cohort, grades: Grades, notices: Notices) -> list[Learner]:
    try:
        learners = cohort.roster()
    except CurriculumError as error:
        notices.add(cohort.roster_path, f"The roster cannot be read; the gradebook's learners stand in. {error}")
        learners = [Learner(name, full) for name, full in sorted(grades.students.items())]
        if not learners:
            raise CohortError(
                f"{cohort.name}: there is nothing to report on. Neither the roster ({cohort.roster_path}) nor the "
                f"gradebook ({cohort.gradebook_path}) can be read; restore them from a backup"
            ) from None
        return learners
    listed = {learner.id for learner in learners}
    for student, module in sorted(grades.submissions):
        if student not in listed:
            notices.add("gradebook", f"“{student}” is not on the roster; the points in “{module}” are left out.")
    return learners


def _shipped_scorer(kept: Kept, notices: Notices) -> Scorer:
    try:
        return load_scorer()
    except CurriculumError as error:
        notices.add("scorer", f"The scorer cannot be loaded, so written replies wait for a person. {error}")
        return NoScorer(label for labels in rubric_labels(kept) for label in labels)


def _tell_of_other_scorers(kept: Kept, scorer: Scorer, notices: Notices) -> None:
    for digest, version in kept.scorers.items():
        if version and scorer.scorer_version and version != scorer.scorer_version:
            notices.add(
                f"release {digest[:12]}",
                f"It was made with scorer {version}; criteria, traps and practice credit in this report were read by "
                f"{scorer.scorer_version}. Points are the gradebook's and do not change.",
            )


def _modules(kept: Kept, grades: Grades) -> list[ModuleItems]:
    found: list[ModuleItems] = []
    for slug in in_course_order([*kept.releases, *grades.maxima], kept):
        release = kept.module(slug)
        items: Mapping[str, Item] = release.items if release else {}
        maxima: Mapping[str, float] = grades.maxima.get(slug) or {
            name: item.exercise.points for name, item in items.items() if item.graded
        }
        practice = sum(not item.assessed for item in items.values())
        pretest = frozenset(name for name, item in items.items() if item.exercise.use == "pretest")
        found.append(ModuleItems(slug, kept.titles.get(slug, slug), maxima, practice, pretest))
    return found


def _graded(cohort: Cohort, grades: Grades) -> set[tuple[str, str]]:
    """The submissions that nbgrader has graded.

    Rows in the gradebook alone do not say so: granting an extension makes them too. Scores do, and where every item
    waits for a person, the autograded folder does.
    """
    autograded = cohort.step("autograded")
    return {
        place
        for place, submission in grades.submissions.items()
        if submission.has_scores() or (submission.grades and autograded.joinpath(*place).is_dir())
    }


def _settled(grades: Grades, graded: set[tuple[str, str]], learners: list[Learner]) -> dict[Place, ItemGrade]:
    listed = {learner.id for learner in learners}
    return {
        (learner, module, item): grade
        for learner, module in sorted(graded)
        if learner in listed
        for item, grade in grades.submissions[learner, module].grades.items()
    }
