"""A small term to report on: the tiny course, a cohort, logs written by the real log, grades in nbgrader's gradebook.

from report_term import Term, begin, scripted
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import tiny_course
from nbgrader.api import Gradebook

from curriculum_utils.cohorts import Cohort, new_cohort
from curriculum_utils.cohorts.changing import change_cohort
from curriculum_utils.content import ReleasedModule
from curriculum_utils.grading.gradebook import set_due_date
from curriculum_utils.grading.pins import load_pinned, pin_release
from curriculum_utils.notebooks import build
from curriculum_utils.reports import ReportData, assemble
from curriculum_utils.responses import ResponseLog, log_path
from curriculum_utils.scoring import ScriptedScorer

MODULE = tiny_course.MODULE
MADE = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
ROSTER = 'id,first_name,last_name\nana,Ana,Okafor\nbo,Bo,"Smith, Jr."\ncy,Cy,Nørgaard\ndee,Dee,Ray\n'

WHOLE = tiny_course.WHOLE_REPLY
ONE_OF_THREE = "It weighs on you."
TRAPPED = "It weighs on you, again and again. Send it tonight."
DOUBTFUL = "Heavy, that."
UNDECIDED = "Something nobody can decide."
LABELS = {
    WHOLE: ("names_weight", "names_pattern", "asks_open"),
    ONE_OF_THREE: ("names_weight",),
    TRAPPED: ("names_weight", "names_pattern", "fixes_it"),
    DOUBTFUL: ("names_weight",),
}
KNOWN = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")


def scripted() -> ScriptedScorer:
    return ScriptedScorer(
        LABELS, known_labels=KNOWN, review={DOUBTFUL: "It is doubtful."}, unscored={UNDECIDED: "It cannot be decided."}
    )


@dataclass
class Term:
    """A cohort with one release of the tiny course, to be answered and graded."""

    cohort: Cohort
    release: ReleasedModule
    _seconds: Iterator[int] = field(default_factory=count)

    def submitted(self, learner: str) -> Path:
        return self.cohort.step("submitted") / learner / MODULE

    def log(self, learner: str, item: str, *, says: str | None = None) -> ResponseLog:
        """The log that the item's answers go to; `says` is the learner named in it."""
        found = self.release.items[item]
        path = log_path(self.submitted(learner), found.notebook, assessed=found.graded)
        path.parent.mkdir(parents=True, exist_ok=True)
        return ResponseLog(
            path, learner=says or learner, notebook=found.notebook, release=self.release.release, clock=self._clock
        )

    def _clock(self) -> datetime:
        return datetime(2026, 10, 1, 9, tzinfo=UTC) + timedelta(seconds=next(self._seconds))

    def answer(self, learner: str, item: str, *answers: Mapping[str, object], says: str | None = None) -> None:
        """Commits these answers, one attempt each."""
        log = self.log(learner, item, says=says)
        for answer in answers:
            log.append("commit", item, self.release.items[item].digest, answer)

    def grade(
        self,
        learner: str,
        auto: Mapping[str, float | None],
        *,
        manual: Mapping[str, float] | None = None,
        waits: Sequence[str] = (),
        late: bool = False,
    ) -> None:
        """Fills in the gradebook as an autograding would: points by item, None where nothing was decided.

        A late penalty is left to be settled: it follows from the points, `late_rule` and whether this is `late`.
        """
        with Gradebook(self.cohort.gradebook_url, self.cohort.name) as gradebook:
            day = 11 if late else 10
            gradebook.update_or_create_submission(MODULE, learner, timestamp=f"2026-10-{day} 18:00:00 UTC")
            for item, points in auto.items():
                grade = gradebook.find_grade(item, self.release.items[item].notebook, MODULE, learner)
                grade.auto_score = points
                grade.manual_score = (manual or {}).get(item)
                grade.needs_manual_grade = item in waits
            gradebook.db.commit()

    def late_rule(self, rule: str) -> None:
        """The module is due when those who are not late hand in, and this is what lateness costs."""
        self.cohort = change_cohort(self.cohort, late=rule).cohort
        set_due_date(self.cohort.gradebook_url, MODULE, datetime(2026, 10, 10, 18, tzinfo=UTC))

    def enrol(self, learner: str) -> None:
        """A student that only nbgrader knows."""
        with Gradebook(self.cohort.gradebook_url, self.cohort.name) as gradebook:
            gradebook.add_student(learner)

    def report(self) -> ReportData:
        return assemble(self.cohort, scorer=scripted(), made=MADE)


def keep(cohort: Cohort, changes: Mapping[str, str | None] | None = None) -> ReleasedModule:
    """Builds the course with these changes and keeps the module as a release of the cohort."""
    course = tiny_course.load(tiny_course.write_course(cohort.root, changes))
    build(course, cohort.root / "source")
    source = cohort.root / "source" / MODULE
    kept = pin_release(source, tiny_course.keys_as_json(course), cohort.releases, scorer_version="scripted")
    return load_pinned(cohort.releases, MODULE, kept.name)


def begin(root: Path, roster: str = ROSTER, changes: Mapping[str, str | None] | None = None) -> Term:
    """A term that has begun: released to the roster, nothing handed in."""
    (root / "roster.csv").write_text(roster, "utf-8")
    cohort = new_cohort(root, "spring", root / "roster.csv")
    release = keep(cohort, changes)
    with Gradebook(cohort.gradebook_url, cohort.name) as gradebook:
        gradebook.add_assignment(MODULE)
        for notebook in release.notebooks:
            gradebook.add_notebook(notebook.slug, MODULE)
            for item in release.items_of(notebook.slug):
                if item.graded:
                    points = item.exercise.points
                    gradebook.add_grade_cell(item.id, notebook.slug, MODULE, max_score=points, cell_type="code")
    return Term(cohort, release)
