"""Our own few questions to nbgrader's database, beside its Gradebook: cells, grades, and what a review rests on.

Gradebook opens an engine of its own each time, for which SQLAlchemy compiles every statement anew; here one engine
serves the process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from nbgrader.api import Base
from sqlalchemy import Boolean, Column, Connection, Engine, MetaData, String, Table, Text, create_engine, inspect
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

_TABLES = cast(Mapping[str, Table], Base.metadata.tables)
_ASSIGNMENT, _NOTEBOOK = _TABLES["assignment"], _TABLES["notebook"]
_CELL, _GRADE_CELL = _TABLES["base_cell"], _TABLES["grade_cells"]
_SUBMISSION, _SUBMITTED = _TABLES["submitted_assignment"], _TABLES["submitted_notebook"]
_GRADE, _COMMENT = _TABLES["grade"], _TABLES["comment"]

# Beside nbgrader's tables, so that a grade and what it rests on are committed together. `basis` is None until a
# grading is complete; `settled` is what a person had decided before the grading that is under way.
REVIEW = Table(
    "curriculum_review",
    MetaData(),
    Column("grade_id", String(32), primary_key=True),
    Column("basis", String(64)),
    Column("settled", Boolean, nullable=False),
    Column("under_way", Boolean, nullable=False),
    Column("reasons", Text, nullable=False),
)


@dataclass(frozen=True)
class GradeRow:
    """One item's grade in a submission; scores in points, None where there is none."""

    id: str
    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool
    maximum: float


@dataclass(frozen=True)
class ReviewRow:
    """What the last complete grading of an item rested on, and whether a person had settled it.

    `reasons` is a JSON list of plain sentences: why a person is asked.
    """

    basis: str | None = None
    settled: bool = False
    under_way: bool = False
    reasons: str = "[]"


@lru_cache(maxsize=8)
def engine(db_url: str) -> Engine:
    """The process's engine for a gradebook; no connection outlives its use, as files move and processes fork."""
    return create_engine(db_url, poolclass=NullPool)


def recorded_cells(db_url: str, module: str) -> dict[str, dict[str, float]] | None:
    """Points by graded cell by notebook, as `nbgrader generate_assignment` recorded them; None if it did not."""
    if not inspect(engine(db_url)).has_table(_ASSIGNMENT.name):
        return None
    with engine(db_url).connect() as connection:
        where = _ASSIGNMENT.c.name == module
        if connection.execute(_ASSIGNMENT.select().where(where)).first() is None:
            return None
        notebooks = _NOTEBOOK.join(_ASSIGNMENT, _ASSIGNMENT.c.id == _NOTEBOOK.c.assignment_id)
        cells = notebooks.join(_CELL, _CELL.c.notebook_id == _NOTEBOOK.c.id)
        cells = cells.join(_GRADE_CELL, _GRADE_CELL.c.id == _CELL.c.id)
        names = connection.execute(notebooks.select().with_only_columns(_NOTEBOOK.c.name).where(where))
        found: dict[str, dict[str, float]] = {str(name): {} for (name,) in names}
        columns = (_NOTEBOOK.c.name, _CELL.c.name, _GRADE_CELL.c.max_score)
        for notebook, cell, points in connection.execute(cells.select().with_only_columns(*columns).where(where)):
            found[str(notebook)][str(cell)] = float(points)
        return found


def grades_of(connection: Connection, learner: str, module: str, notebook: str) -> dict[str, GradeRow]:
    """The grades of one submitted notebook, by item."""
    joined = (
        _GRADE.join(_CELL, _CELL.c.id == _GRADE.c.cell_id)
        .join(_GRADE_CELL, _GRADE_CELL.c.id == _CELL.c.id)
        .join(_SUBMITTED, _SUBMITTED.c.id == _GRADE.c.notebook_id)
        .join(_NOTEBOOK, _NOTEBOOK.c.id == _SUBMITTED.c.notebook_id)
        .join(_SUBMISSION, _SUBMISSION.c.id == _SUBMITTED.c.assignment_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMISSION.c.assignment_id)
    )
    columns = (
        _CELL.c.name,
        _GRADE.c.id,
        _GRADE.c.auto_score,
        _GRADE.c.manual_score,
        _GRADE.c.needs_manual_grade,
        _GRADE_CELL.c.max_score,
    )
    statement = (
        joined.select()
        .with_only_columns(*columns)
        .where(_SUBMISSION.c.student_id == learner, _ASSIGNMENT.c.name == module, _NOTEBOOK.c.name == notebook)
    )
    return {str(name): GradeRow(*row) for name, *row in connection.execute(statement)}


def comment_texts(connection: Connection, learner: str, module: str, notebook: str) -> dict[str, str]:
    """What a person wrote into nbgrader's own comment boxes of one submitted notebook, by cell.

    nbgrader keeps them for solution and task cells: none of ours, but an instructor may have added some.
    """
    joined = (
        _COMMENT.join(_CELL, _CELL.c.id == _COMMENT.c.cell_id)
        .join(_SUBMITTED, _SUBMITTED.c.id == _COMMENT.c.notebook_id)
        .join(_NOTEBOOK, _NOTEBOOK.c.id == _SUBMITTED.c.notebook_id)
        .join(_SUBMISSION, _SUBMISSION.c.id == _SUBMITTED.c.assignment_id)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _SUBMISSION.c.assignment_id)
    )
    statement = (
        joined.select()
        .with_only_columns(_CELL.c.name, _COMMENT.c.manual_comment)
        .where(_SUBMISSION.c.student_id == learner, _ASSIGNMENT.c.name == module, _NOTEBOOK.c.name == notebook)
    )
    return {str(name): str(text).strip() for name, text in connection.execute(statement) if text and text.strip()}


def due_dates(db_url: str) -> dict[str, datetime]:
    """When each module is due that has a date, in UTC, as nbgrader knows it."""
    if not inspect(engine(db_url)).has_table(_ASSIGNMENT.name):
        return {}
    with engine(db_url).connect() as connection:
        statement = _ASSIGNMENT.select().with_only_columns(_ASSIGNMENT.c.name, _ASSIGNMENT.c.duedate)
        found = {str(name): due for name, due in connection.execute(statement) if due is not None}
    return {name: due.replace(tzinfo=UTC, microsecond=0) for name, due in sorted(found.items())}


def set_due_date(db_url: str, module: str, due: datetime | None) -> None:
    """Puts the date where nbgrader looks for it; nbgrader's dates are in UTC and do not say so."""
    naive = None if due is None else due.astimezone(UTC).replace(tzinfo=None)
    with engine(db_url).begin() as connection:
        connection.execute(_ASSIGNMENT.update().where(_ASSIGNMENT.c.name == module).values(duedate=naive))


def set_flag(connection: Connection, grade_id: str, *, waiting: bool, unscored: bool) -> None:
    """Says whether a grade waits for a person, and takes away the score of one that could not be scored."""
    values: dict[str, Any] = {"needs_manual_grade": waiting}
    if unscored:
        values["auto_score"] = None
    connection.execute(_GRADE.update().where(_GRADE.c.id == grade_id).values(**values))


def set_manual_score(connection: Connection, grade_id: str, points: float | None) -> None:
    """Gives a person's points to a grade, or takes them away."""
    connection.execute(_GRADE.update().where(_GRADE.c.id == grade_id).values(manual_score=points))


def make_review_table(db_url: str) -> None:
    """Makes our table where the gradebook lacks it."""
    make_table(db_url, REVIEW)


def make_table(db_url: str, table: Table) -> None:
    """Makes a table of ours where the gradebook lacks it."""
    if inspect(engine(db_url)).has_table(table.name):
        return
    try:
        table.create(engine(db_url))
    except (IntegrityError, OperationalError, ProgrammingError):
        if not inspect(engine(db_url)).has_table(table.name):  # else another process was faster
            raise


def reviews(connection: Connection, grade_ids: list[str]) -> dict[str, ReviewRow]:
    """The rows of these grades, by grade."""
    rows = connection.execute(REVIEW.select().where(REVIEW.c.grade_id.in_(grade_ids)))
    return {str(grade_id): ReviewRow(*row) for grade_id, *row in rows}


def put_review(connection: Connection, grade_id: str, row: ReviewRow) -> None:
    """Writes a grade's row in the place of the one before."""
    connection.execute(REVIEW.delete().where(REVIEW.c.grade_id == grade_id))
    connection.execute(REVIEW.insert().values(grade_id=grade_id, **vars(row)))
