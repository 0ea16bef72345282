"""What the gradebook holds of one learner, in nbgrader's tables and in ours; to be shown, and to be erased.

Our tables are found by their name and their columns, so that one that a later release adds is not forgotten.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any, cast

from nbgrader.api import Base
from sqlalchemy import Connection, MetaData, Select, Table, delete, inspect, or_, select, text

from curriculum_utils.content import as_list
from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.history import HISTORY, WRITER, writing

Row = dict[str, Any]
_PREFIX = "curriculum_"
_SAMPLE = "curriculum_second_sample"
_BLIND_NAME = "curriculum_blind_name"
_TABLES = cast(dict[str, Table], Base.metadata.tables)
_STUDENT, _SUBMISSION, _SUBMITTED = (
    _TABLES[name] for name in ("student", "submitted_assignment", "submitted_notebook")
)
_GRADE, _COMMENT = _TABLES["grade"], _TABLES["comment"]


def rows_of(db_url: str, learner: str) -> dict[str, list[Row]]:
    """Every row that is about the learner, by table; tables without any are left out."""
    if not inspect(engine(db_url)).has_table(_STUDENT.name):
        return {}
    with engine(db_url).connect() as connection:
        found = {table.name: _rows(connection, select(table).where(where)) for table, where in _nbgraders(learner)}
        grades = [str(row["id"]) for row in found[_GRADE.name]]
        for table in _ours(connection):
            found[table.name] = _rows(connection, select(table).where(_about(table, learner, grades)))
    return {name: rows for name, rows in found.items() if rows}


def students(db_url: str) -> list[str]:
    """The ids of everybody in the gradebook, sorted."""
    if not inspect(engine(db_url)).has_table(_STUDENT.name):
        return []
    with engine(db_url).connect() as connection:
        return [str(name) for (name,) in connection.execute(select(_STUDENT.c.id).order_by(_STUDENT.c.id))]


def erase_rows(db_url: str, learner: str) -> None:
    """Takes every such row away, and the learner's grades out of second markers' samples; all in one transaction.

    Doing it again changes nothing.
    """
    if not inspect(engine(db_url)).has_table(_STUDENT.name):
        return
    with writing(db_url, who="erasure") as connection:
        grades = _grade_ids(connection, learner)
        ours = list(_ours(connection))
        for table in ours:
            if table.name == _SAMPLE:
                _out_of_samples(connection, table, set(grades))
            elif table.name != HISTORY.name:
                connection.execute(delete(table).where(_about(table, learner, grades)))
        for table, where in _nbgraders(learner):
            connection.execute(delete(table).where(where))
        # After the grades: deleting each of them wrote a line.
        for table in ours:
            if table.name == HISTORY.name:
                connection.execute(delete(table).where(_about(table, learner, grades)))


def compact(db_url: str) -> None:
    """Has SQLite write its file anew: what was deleted stays in the old one's free pages until then."""
    if engine(db_url).dialect.name != "sqlite":
        return
    with engine(db_url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _nbgraders(learner: str) -> Iterator[tuple[Table, Any]]:
    """nbgrader's tables with what in them is the learner's, those first that point to others."""
    submissions = select(_SUBMISSION.c.id).where(_SUBMISSION.c.student_id == learner)
    notebooks = select(_SUBMITTED.c.id).where(_SUBMITTED.c.assignment_id.in_(submissions))
    yield _GRADE, _GRADE.c.notebook_id.in_(notebooks)
    yield _COMMENT, _COMMENT.c.notebook_id.in_(notebooks)
    yield _SUBMITTED, _SUBMITTED.c.assignment_id.in_(submissions)
    yield _SUBMISSION, _SUBMISSION.c.student_id == learner
    yield _STUDENT, _STUDENT.c.id == learner


def _ours(connection: Connection) -> Iterator[Table]:
    for name in sorted(inspect(connection).get_table_names()):
        if name.startswith(_PREFIX) and name != WRITER.name:
            yield Table(name, MetaData(), autoload_with=connection)


def _about(table: Table, learner: str, grades: Collection[str]) -> Any:
    """What in a table of ours is about the learner; nothing where it has no such column."""
    where: list[Any] = []
    if table.name == _BLIND_NAME:
        where = [(table.c["kind"] == "learner") & (table.c["who"] == learner)]
    if "learner" in table.c:
        where.append(table.c["learner"] == learner)
    if "grade_id" in table.c:
        where.append(table.c["grade_id"].in_(list(grades)))
    return or_(*where) if where else text("1 = 0")


def _grade_ids(connection: Connection, learner: str) -> list[str]:
    statement = (
        select(_GRADE.c.id)
        .join(_SUBMITTED, _SUBMITTED.c.id == _GRADE.c.notebook_id)
        .join(_SUBMISSION, _SUBMISSION.c.id == _SUBMITTED.c.assignment_id)
        .where(_SUBMISSION.c.student_id == learner)
    )
    return [str(grade) for (grade,) in connection.execute(statement)]


def _out_of_samples(connection: Connection, table: Table, grades: set[str]) -> None:
    for number, kept in list(connection.execute(select(table.c["id"], table.c["grades"]))):
        before = [str(grade) for grade in as_list(json.loads(kept))]
        after = [grade for grade in before if grade not in grades]
        if after != before:
            connection.execute(table.update().where(table.c["id"] == number).values(grades=json.dumps(after)))


def _rows(connection: Connection, statement: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(statement).mappings()]
