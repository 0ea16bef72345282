"""Everything a report says, as rows: gradebook, logs and releases put together. What it looks like is elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from curriculum_utils.cohorts import Cohort, Learner
from curriculum_utils.content import Item
from curriculum_utils.errors import CohortError, CurriculumError
from curriculum_utils.reports.answered import Answered, Place, answered_items
from curriculum_utils.reports.attempts import read_answers
from curriculum_utils.reports.gain import Gain, GainRow, gain_row, gains
from curriculum_utils.reports.gradebook import Grades, ItemGrade, read_gradebook
from curriculum_utils.reports.items import AgainRow, ItemRow, again_row, item_row
from curriculum_utils.reports.judging import AttemptRow, NoScorer, attempt_row, judge
from curriculum_utils.reports.labels import (
    CriterionRow,
    LearnerCriterion,
    MoveRow,
    TrapRow,
    criterion_rows,
    move_row,
    trap_rows,
)
from curriculum_utils.reports.learners import LearnerModule, LearnerRow, ModuleItems, ModuleRow, learner_module
from curriculum_utils.reports.learners import module_row as _module_row
from curriculum_utils.reports.notices import Notice, Notices
from curriculum_utils.reports.releases import Kept, in_course_order, read_releases, rubric_labels
from curriculum_utils.scoring import Scorer, load_scorer

Progress = Callable[[str], None]


@dataclass(frozen=True)
class ReleaseRow:
    """A kept release: its digest, whether the module offers it now, and what it was made with."""

    module: str
    title: str
    digest: str
    current: bool
    rubric_version: str
    scorer_version: str


@dataclass(frozen=True)
class ReportData:
    """The whole report as data; rows in the order in which a page shows them.

    `notebooks` are titles by module and notebook.
    """

    cohort: str
    course: str | None
    made: datetime
    scorer_version: str
    rubric_versions: tuple[str, ...]
    releases: tuple[ReleaseRow, ...]
    logs: int
    gradebook: bool
    modules: tuple[ModuleRow, ...]
    notebooks: Mapping[tuple[str, str], str]
    learners: tuple[LearnerRow, ...]
    items: tuple[ItemRow, ...]
    moves: tuple[MoveRow, ...]
    criteria: tuple[CriterionRow, ...]
    learner_criteria: tuple[LearnerCriterion, ...]
    traps: tuple[TrapRow, ...]
    again: tuple[AgainRow, ...]
    gains: tuple[GainRow, ...]
    attempts: tuple[AttemptRow, ...]
    notices: tuple[Notice, ...]
    notices_left_out: int


def assemble(
    cohort: Cohort, *, scorer: Scorer | None = None, made: datetime | None = None, progress: Progress | None = None
) -> ReportData:
    """The report of a cohort as it stands now.

    Args:
        scorer: reads the written replies; the shipped one by default.
        made: the moment that the report names; now by default.
        progress: is told what is being done, in a few words.
    Raises:
        CohortError: neither roster nor gradebook nor any answer can be read.
    """
    tell: Progress = progress or (lambda _: None)
    notices = Notices(cohort.root)
    tell("reading the gradebook")
    grades = read_gradebook(cohort, notices)
    kept = read_releases(cohort, notices)
    learners = _learners(cohort, grades, notices)
    tell("reading the response logs")
    answers = read_answers(cohort, {learner.id: learner.full_name for learner in learners}, kept, notices)
    scorer = scorer or _shipped_scorer(kept, notices)
    tell(f"judging {len(answers.attempts)} answers")
    judged = judge(answers.attempts, scorer, notices)
    _tell_of_other_scorers(kept, scorer, notices)

    modules = _modules(kept, grades)
    graded = _graded(cohort, grades)
    answered = answered_items(judged, _settled(grades, graded, learners))
    everything = list(answered.values())
    gained = {module.slug: _gains(module, kept, everything) for module in modules}
    of_learner = {(gain.learner, gain.module): gain for found in gained.values() for gain in found}
    places = {
        (learner.id, module.slug): learner_module(
            learner.id,
            module,
            grades.submissions.get((learner.id, module.slug)),
            [one for one in everything if (one.learner, one.module) == (learner.id, module.slug)],
            handed_in=(learner.id, module.slug) in answers.submitted | graded,
            graded=(learner.id, module.slug) in graded,
            gain=of_learner.get((learner.id, module.slug)),
        )
        for learner in learners
        for module in modules
    }
    criteria, traps = rubric_labels(kept)
    # What was said before the module shows what learners brought, not what they do.
    since = [one for one in everything if one.last is None or one.last.attempt.item.exercise.use != "pretest"]
    criterion, by_learner = criterion_rows(criteria, since)
    last = [one.last for one in since if one.last is not None]
    return ReportData(
        cohort=cohort.name,
        course=kept.course,
        made=made or datetime.now(UTC),
        scorer_version=scorer.scorer_version,
        rubric_versions=_rubric_versions(kept),
        releases=_release_rows(kept),
        logs=answers.logs,
        gradebook=grades.readable,
        modules=tuple(
            _module_row(module, [places[learner.id, module.slug] for learner in learners]) for module in modules
        ),
        notebooks=_notebooks(kept),
        learners=tuple(_learner_row(learner, modules, places) for learner in learners),
        items=_item_rows(modules, kept, everything),
        moves=_move_rows(modules, kept, since),
        criteria=tuple(criterion),
        learner_criteria=tuple(by_learner),
        traps=tuple(trap_rows(traps, [one for one in judged if one.attempt.item.exercise.use != "pretest"], last)),
        again=tuple(
            again_row(module.slug, module.title, [one for one in everything if _practised(one, module)])
            for module in modules
        ),
        gains=tuple(gain_row(module.slug, module.title, gained[module.slug]) for module in modules),
        attempts=tuple(attempt_row(one) for one in judged),
        notices=tuple(notices.entries),
        notices_left_out=notices.left_out,
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


def _learner_row(
    learner: Learner, modules: list[ModuleItems], places: Mapping[tuple[str, str], LearnerModule]
) -> LearnerRow:
    return LearnerRow(
        learner.id,
        learner.full_name,
        learner.first_name,
        learner.last_name,
        tuple(places[learner.id, module.slug] for module in modules),
    )


def _item_rows(modules: list[ModuleItems], kept: Kept, answered: list[Answered]) -> tuple[ItemRow, ...]:
    by_item: dict[tuple[str, str], list[Answered]] = {}
    for one in answered:
        by_item.setdefault((one.module, one.item), []).append(one)
    rows: list[ItemRow] = []
    for module in modules:
        items = _items(module.slug, kept, by_item)
        rows.extend(item_row(item, by_item.get((module.slug, name), [])) for name, item in items.items())
    return tuple(rows)


def _items(module: str, kept: Kept, by_item: Mapping[tuple[str, str], list[Answered]]) -> dict[str, Item]:
    """The module's items as they are now, and after them those that only earlier releases had."""
    release = kept.module(module)
    items = dict(release.items) if release else {}
    for (slug, name), answers in by_item.items():
        last = answers[0].last
        if slug == module and name not in items and last is not None:
            items[name] = last.attempt.item
    return items


def _notebooks(kept: Kept) -> dict[tuple[str, str], str]:
    return {
        (slug, notebook.slug): notebook.title
        for slug in kept.releases
        if (release := kept.module(slug)) is not None
        for notebook in release.notebooks
    }


def _move_rows(modules: list[ModuleItems], kept: Kept, answered: list[Answered]) -> tuple[MoveRow, ...]:
    rows: list[MoveRow] = []
    for module in modules:
        release = kept.module(module.slug)
        mine = [one for one in answered if one.module == module.slug]
        moves = release.vocabulary.effective_moves().values() if release else ()
        rows.extend(move_row(module.slug, move, mine) for move in moves)
    return tuple(rows)


def _gains(module: ModuleItems, kept: Kept, answered: list[Answered]) -> list[Gain]:
    release = kept.module(module.slug)
    mine = [one for one in answered if one.module == module.slug]
    return gains(module.slug, release.items if release else {}, mine)


def _practised(one: Answered, module: ModuleItems) -> bool:
    return one.module == module.slug and one.last is not None and not one.last.attempt.item.assessed


def _rubric_versions(kept: Kept) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.rubric_version for row in _release_rows(kept)))


def _release_rows(kept: Kept) -> tuple[ReleaseRow, ...]:
    return tuple(
        ReleaseRow(
            slug,
            kept.titles.get(slug, slug),
            digest,
            digest == kept.current[slug],
            release.vocabulary.rubric.version,
            kept.scorers.get(digest, ""),
        )
        for slug in in_course_order(kept.releases, kept)
        for digest, release in kept.releases[slug].items()
    )
