"""Late penalties kept true to the points: nbgrader works them out when it grades, and forgets them when a person's
points or an extension come later.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from nbformat import NotebookNode
from nbgrader.api import Base
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import Connection, Table, func, inspect, select
from traitlets import Unicode

from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.history import writing
from curriculum_utils.grading.late import NO_RULE, LateRule, parse_late

_TABLES = cast(Mapping[str, Table], Base.metadata.tables)
_ASSIGNMENT, _SUBMISSION = _TABLES["assignment"], _TABLES["submitted_assignment"]
_SUBMITTED, _GRADE = _TABLES["submitted_notebook"], _TABLES["grade"]
LATE_RULE = "late rule"  # who has set a penalty that was not set by grading
_LEAST = 1e-9  # points; below this nothing is written


@dataclass(frozen=True)
class Settled:
    """A notebook whose penalty was changed; points, 0 for none."""

    learner: str
    module: str
    before: float
    after: float


def settle_late_penalties(
    db_url: str, rule: LateRule, *, module: str | None = None, learner: str | None = None
) -> list[Settled]:
    """Brings every late penalty up to the points, the due dates and the extensions as they are now.

    The penalty is worked out notebook by notebook, as nbgrader does, in one transaction; running it again changes
    nothing.

    Args:
        module: of this module alone.
        learner: of this learner alone, by the id in the gradebook.
    Returns:
        What was changed, by learner and module.
    """
    if not inspect(engine(db_url)).has_table(_SUBMITTED.name):
        return []
    # Looked at first: whoever only reads grades takes no lock, and the history is not asked to name a writer.
    with engine(db_url).connect() as connection:
        if not _due(connection, rule, module=module, learner=learner):
            return []
    why = "points, dates or the rule changed"
    with writing(db_url, who=LATE_RULE, why=why, what={"late": rule.text}) as connection:
        due = _due(connection, rule, module=module, learner=learner)
        for row, penalty, _ in due:
            update = _SUBMITTED.update().where(_SUBMITTED.c.id == row)
            connection.execute(update.values(late_submission_penalty=penalty))
    return sorted((one for _, _, one in due), key=lambda one: (one.learner, one.module))


def _due(
    connection: Connection, rule: LateRule, *, module: str | None, learner: str | None
) -> list[tuple[str, float | None, Settled]]:
    """The notebooks whose penalty is another than it should be, with what it should be; None for none."""
    points = func.coalesce(_GRADE.c.manual_score, _GRADE.c.auto_score, 0.0) + func.coalesce(_GRADE.c.extra_credit, 0.0)
    # Less than nothing is no score: nbgrader would refuse a penalty above the points, as we do.
    score = select(func.coalesce(func.sum(points), 0.0)).where(_GRADE.c.notebook_id == _SUBMITTED.c.id)
    joined = _SUBMITTED.join(_SUBMISSION, _SUBMISSION.c.id == _SUBMITTED.c.assignment_id)
    joined = joined.join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMISSION.c.assignment_id)
    statement = select(
        _SUBMITTED.c.id,
        _SUBMISSION.c.student_id,
        _ASSIGNMENT.c.name,
        _SUBMITTED.c.late_submission_penalty,
        _SUBMISSION.c.timestamp,
        _ASSIGNMENT.c.duedate,
        _SUBMISSION.c.extension,
        score.scalar_subquery(),
    ).select_from(joined)
    if module is not None:
        statement = statement.where(_ASSIGNMENT.c.name == module)
    if learner is not None:
        statement = statement.where(_SUBMISSION.c.student_id == learner)
    found: list[tuple[str, float | None, Settled]] = []
    for row, who, what, old, at, due, extension, earned in connection.execute(statement).fetchall():
        penalty = rule.penalty(max(float(earned), 0.0), seconds_late(at, due, extension))
        if abs((penalty or 0.0) - (old or 0.0)) <= _LEAST:
            continue
        found.append((str(row), penalty, Settled(str(who), str(what), float(old or 0.0), float(penalty or 0.0))))
    return found


def seconds_late(at: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    """How late a submission is by the learner's own date, in seconds; 0 on time, or where there is no date."""
    if at is None or due is None:
        return 0.0
    return max(0.0, (at - due - (extension or timedelta())).total_seconds())


class SettleLatePenalty(NbGraderPreprocessor):
    """First when feedback is made: the penalty that the page tells goes by the points that the page tells."""

    rule = Unicode(NO_RULE, help="The cohort's late rule, as in its cohort.yaml.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, dict[str, str]]) -> tuple[NotebookNode, object]:
        about = resources["nbgrader"]
        settle_late_penalties(
            about["db_url"], parse_late(self.rule), module=about["assignment"], learner=about["student"]
        )
        return nb, resources
