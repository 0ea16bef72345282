"""Until when single learners may hand in: a table of our own in the gradebook, carried into nbgrader's submissions.

nbgrader can keep an extension only for somebody who has handed in already, and as a span and not as a date. So what
was granted is kept here, a row each, the last one of a learner and module standing; and wherever a submission is
graded, its extension is worked out from the date that holds then.
"""

from datetime import UTC, datetime
from typing import Any, cast

from nbformat import NotebookNode
from nbgrader.api import Base
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, inspect

from curriculum_utils.grading.gradebook import engine, make_table

_TABLES = cast(dict[str, Table], Base.metadata.tables)
_ASSIGNMENT, _SUBMISSION = _TABLES["assignment"], _TABLES["submitted_assignment"]

EXTENSION = Table(
    "curriculum_extension",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("learner", String(128), nullable=False, index=True),
    Column("module", String(128), nullable=False),
    # RFC 3339 in UTC; empty where an extension was taken away.
    Column("until", String(32), nullable=False),
    Column("by", String(128), nullable=False),
    Column("at", String(32), nullable=False),
)


class CarryExtensions(NbGraderPreprocessor):
    """Before AssignLatePenalties: the submission that is graded has the extension that was granted."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        about = resources["nbgrader"]
        carry(about["db_url"], about["assignment"], about["student"])
        return nb, resources


def put_extension(db_url: str, learner: str, module: str, until: datetime | None, *, by: str) -> None:
    """Keeps an extension and carries it into the learner's submission, if there is one; None takes it away."""
    make_table(db_url, EXTENSION)
    row = {"learner": learner, "module": module, "until": "" if until is None else _text(until), "by": by}
    with engine(db_url).begin() as connection:
        connection.execute(EXTENSION.insert().values(**row, at=_text(datetime.now(UTC))))
        if until is None:
            _set(connection, module, learner, None)
        else:
            _carry(connection, module, {learner: until})


def standing_extensions(db_url: str, module: str | None = None) -> dict[str, dict[str, datetime]]:
    """Until when each learner may hand in, in UTC, by module and learner; of one module where it is named."""
    if not inspect(engine(db_url)).has_table(EXTENSION.name):
        return {}
    statement = EXTENSION.select().order_by(EXTENSION.c.id)
    if module is not None:
        statement = statement.where(EXTENSION.c.module == module)
    last: dict[tuple[str, str], str] = {}
    with engine(db_url).connect() as connection:
        for row in connection.execute(statement):
            last[(str(row.module), str(row.learner))] = str(row.until)
    found: dict[str, dict[str, datetime]] = {}
    for (name, learner), until in sorted(last.items()):
        if until:
            found.setdefault(name, {})[learner] = datetime.fromisoformat(until)
    return found


def carry(db_url: str, module: str, learner: str | None = None) -> None:
    """Brings nbgrader's own extensions of a module up to ours: of one learner, or of all."""
    standing = standing_extensions(db_url, module).get(module, {})
    wanted = standing if learner is None else {name: until for name, until in standing.items() if name == learner}
    if wanted:
        with engine(db_url).begin() as connection:
            _carry(connection, module, wanted)


def _carry(connection: Connection, module: str, wanted: dict[str, datetime]) -> None:
    due = connection.execute(
        _ASSIGNMENT.select().with_only_columns(_ASSIGNMENT.c.duedate).where(_ASSIGNMENT.c.name == module)
    ).scalar()
    for learner, until in wanted.items():
        later = None if due is None else until.astimezone(UTC).replace(tzinfo=None) - due
        # A common date that has been moved behind the learner's own leaves nothing to extend.
        _set(connection, module, learner, later if later is not None and later.total_seconds() > 0 else None)


def _set(connection: Connection, module: str, learner: str, extension: object) -> None:
    module_id = _ASSIGNMENT.select().with_only_columns(_ASSIGNMENT.c.id).where(_ASSIGNMENT.c.name == module)
    connection.execute(
        _SUBMISSION.update()
        .where(_SUBMISSION.c.student_id == learner, _SUBMISSION.c.assignment_id == module_id.scalar_subquery())
        .values(extension=extension)
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
