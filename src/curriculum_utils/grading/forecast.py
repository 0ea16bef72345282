# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""What a grading would write, worked out from the collected logs by the same code, without writing anything."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from nbgrader.api import Base, Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import Table, inspect
from traitlets.config import Config

from curriculum_utils.content import ReleasedModule
from curriculum_utils.errors import GradingError
from curriculum_utils.grading.gradebook import REVIEW, GradeRow, ReviewRow, engine, reviews
from curriculum_utils.grading.in_cohort import InCohort
from curriculum_utils.grading.rests_on import RESTS_ON, RestsOn, all_rest_on, rests_on
from curriculum_utils.grading.review import waits, was_settled
from curriculum_utils.grading.shared_logs import shared_with
from curriculum_utils.grading.structure import kept_structure
from curriculum_utils.items.assessing import Assessor, GradedItem, read_submitted
from curriculum_utils.items.pinned import LearnerFolder
from curriculum_utils.scoring import Reply, ReplyScore, Scorer

_TABLES = cast(Mapping[str, Table], Base.metadata.tables)
_PLACES = 1e-9


@dataclass(frozen=True)
class Grade:
    """A grade in points, as the gradebook holds or would hold it; `penalty` counts for its notebook alone."""

    auto: float | None = None
    manual: float | None = None
    extra: float | None = None
    waits: bool = False

    @property
    def score(self) -> float | None:
        """What counts: a person's points before the scorer's, and extra credit on top."""
        given = self.manual if self.manual is not None else self.auto
        return given if self.extra is None else (given or 0.0) + self.extra


@dataclass(frozen=True)
class Foreseen:
    """One item of one learner: what stands and what would; `before` is None where nothing was graded yet.

    `then` is what the standing score rests on, None where that was not kept; `asked` says whether the scorer of
    replies had a part in the new one. `doubted` is a person's decision that rests on something else by now.
    """

    notebook: str
    item: str
    maximum: float
    before: Grade | None
    after: Grade
    then: RestsOn | None
    now: RestsOn
    asked: bool
    doubted: bool
    grade_id: str | None

    @property
    def moves(self) -> bool:
        """Whether anything that an instructor would see is another one."""
        return self.before != self.after


@dataclass(frozen=True)
class ForeseenLearner:
    """All items of one learner's submission, and the late penalty of each notebook as it stands and as it would."""

    learner: str
    items: tuple[Foreseen, ...]
    penalties: Mapping[str, tuple[float | None, float | None]]


class _Heard:
    """A scorer that notes whether it was asked."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.asked = False

    @property
    def rubric_version(self) -> str:
        return self._scorer.rubric_version

    @property
    def scorer_version(self) -> str:
        return self._scorer.scorer_version

    @property
    def known_labels(self) -> frozenset[str]:
        return self._scorer.known_labels

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        self.asked = True
        return self._scorer.score(replies)


@dataclass(frozen=True)
class _Standing:
    row: GradeRow
    extra: float | None


@dataclass
class Forecaster:
    """Foresees the grading of one module of one cohort.

    Attributes:
        releases: releases with other keys than those kept, by digest; the rest is read as it is kept.
        overrule: what people decided gives way where it rests on something else by now.
    """

    config: Config
    module: str
    releases: Mapping[str, ReleasedModule] = field(default_factory=dict[str, ReleasedModule])
    overrule: bool = False

    def __post_init__(self) -> None:
        self._cohort = InCohort(config=self.config)
        self._folders = self._cohort.folders()
        self._db_url = str(self.config.CourseDirectory.db_url)
        kept = kept_structure(self._folders, self.module, self._db_url)
        if kept is None:
            raise GradingError(
                f"no kept release of {self.module} has the cells that the gradebook holds; first: curriculum grade"
            )
        self._structure = self.releases.get(kept.release, kept)
        self._scorer = _Heard(self._cohort.grading_scorer(self._structure))
        self._grades = _grades(self._db_url, self.module)
        self._late = _Lateness(self.config, self._db_url, self.module)

    def foresee(self, learner: str) -> ForeseenLearner:
        """What grading the learner's collected submission now would write."""
        place = LearnerFolder(self._folders, learner, self.module)
        shared = shared_with(self._folders, learner, self.module)
        items: list[Foreseen] = []
        for notebook in self._structure.notebooks:
            log = read_submitted(place.submitted, notebook.slug, assessed=True)
            assessor = Assessor(log, learner, self._structure, self._release_of, self._scorer, shared)
            standing = self._grades.get((learner, notebook.slug), {})
            ids = [one.row.id for one in standing.values()]
            known, then = self._known(ids)
            for item in self._structure.items_of(notebook.slug):
                if item.graded:
                    self._scorer.asked = False
                    graded = assessor.grade(item)
                    one = standing.get(item.id)
                    items.append(self._item(notebook.slug, item.id, graded, one, known, then))
        return ForeseenLearner(learner, tuple(items), self._late.penalties(place, items))

    def _release_of(self, digest: str) -> ReleasedModule | None:
        return self.releases.get(digest) or self._cohort.pinned(self.module).get(digest)

    def _known(self, ids: list[str]) -> tuple[dict[str, ReviewRow], dict[str, RestsOn]]:
        tables = inspect(engine(self._db_url))
        with engine(self._db_url).connect() as connection:
            known = reviews(connection, ids) if tables.has_table(REVIEW.name) else {}
            return known, all_rest_on(connection, ids) if tables.has_table(RESTS_ON.name) else {}

    def _item(
        self,
        notebook: str,
        name: str,
        graded: GradedItem,
        standing: _Standing | None,
        known: Mapping[str, ReviewRow],
        then: Mapping[str, RestsOn],
    ) -> Foreseen:
        row = ReviewRow() if standing is None else known.get(standing.row.id, ReviewRow())
        before, manual, extra, doubted = None, None, None, False
        if standing is not None:
            old, extra = standing.row, standing.extra
            before = Grade(old.auto_score, old.manual_score, extra, bool(old.needs_manual_grade))
            row = ReviewRow(row.basis, was_settled(old, row), reasons=row.reasons)
            doubted = old.manual_score is not None and (before.waits or row.basis != graded.basis)
            manual = None if doubted and self.overrule else old.manual_score
        waiting = waits(graded, row, list(graded.review), decided=manual is not None)
        return Foreseen(
            notebook=notebook,
            item=name,
            maximum=graded.maximum,
            before=before,
            after=Grade(graded.score, manual, extra, waiting),
            then=None if standing is None else then.get(standing.row.id),
            now=rests_on(graded, self._scorer.scorer_version),
            asked=self._scorer.asked,
            doubted=doubted,
            grade_id=None if standing is None else standing.row.id,
        )


class _Lateness:
    """The cohort's late rule, as nbgrader's own step would apply it after the grades."""

    def __init__(self, config: Config, db_url: str, module: str) -> None:
        step: Any = AssignLatePenalties(config=config)
        step.init_plugin()
        self._rule: Callable[[str, float, float], float | None] = step.plugin_inst.late_submission_penalty
        self._known: dict[str, tuple[Any, Any, dict[str, float | None]]] = {}
        with Gradebook(db_url, str(config.CourseDirectory.course_id)) as gradebook:
            assignment = gradebook.find_assignment(module)
            self._due = assignment.duedate
            for submission in assignment.submissions:
                stand = {notebook.name: notebook.late_submission_penalty for notebook in submission.notebooks}
                self._known[submission.student_id] = (submission.timestamp, submission.duedate, stand)

    def penalties(
        self, place: LearnerFolder, items: Sequence[Foreseen]
    ) -> dict[str, tuple[float | None, float | None]]:
        at, due, stand = self._known.get(place.learner, (None, self._due, {}))
        at = _handed_in(place.submitted) or at
        late = 0.0 if at is None or due is None else max(0.0, (at - due).total_seconds())
        found: dict[str, tuple[float | None, float | None]] = {}
        for notebook in dict.fromkeys(one.notebook for one in items):
            score = sum(one.after.score or 0.0 for one in items if one.notebook == notebook)
            penalty = self._rule(place.learner, score, late) if late > 0 else None
            found[notebook] = (stand.get(notebook), None if penalty is None else min(max(penalty, 0.0), score))
        return found


def _handed_in(folder: Path) -> Any:
    """When nbgrader would say that the submission came, a time in UTC that does not say so."""
    try:
        return parse_utc((folder / "timestamp.txt").read_text("utf-8").strip())
    except (OSError, ValueError):
        return None


def _grades(db_url: str, module: str) -> dict[tuple[str, str], dict[str, _Standing]]:
    """Every grade of a module by item, by learner and notebook."""
    grade, cell, maximum = _TABLES["grade"], _TABLES["base_cell"], _TABLES["grade_cells"]
    submitted, notebook = _TABLES["submitted_notebook"], _TABLES["notebook"]
    submission, assignment = _TABLES["submitted_assignment"], _TABLES["assignment"]
    joined = (
        grade.join(cell, cell.c.id == grade.c.cell_id)
        .join(maximum, maximum.c.id == cell.c.id)
        .join(submitted, submitted.c.id == grade.c.notebook_id)
        .join(notebook, notebook.c.id == submitted.c.notebook_id)
        .join(submission, submission.c.id == submitted.c.assignment_id)
        .join(assignment, assignment.c.id == submission.c.assignment_id)
    )
    given = (grade.c.id, grade.c.auto_score, grade.c.manual_score, grade.c.needs_manual_grade, maximum.c.max_score)
    columns = (submission.c.student_id, notebook.c.name, cell.c.name, grade.c.extra_credit, *given)
    found: dict[tuple[str, str], dict[str, _Standing]] = {}
    with engine(db_url).connect() as connection:
        statement = joined.select().with_only_columns(*columns).where(assignment.c.name == module)
        for learner, slug, item, extra, *row in connection.execute(statement):
            found.setdefault((str(learner), str(slug)), {})[str(item)] = _Standing(GradeRow(*row), extra)
    return found


def same_points(one: float | None, other: float | None) -> bool:
    """Whether two scores are the same, none being another than 0."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _PLACES
