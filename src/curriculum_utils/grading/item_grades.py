"""Every graded item of every submission in a gradebook, with what its grading rested on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from nbgrader.api import Base
from sqlalchemy import Table, inspect

from curriculum_utils.content import as_list
from curriculum_utils.grading.gradebook import REVIEW, engine, make_review_table

_TABLES = cast(Mapping[str, Table], Base.metadata.tables)


@dataclass(frozen=True)
class ItemGrade:
    """One learner's grade of one item; scores in points.

    `reasons` say why a person is asked, `basis` is a digest of what the grading rested on.
    """

    grade_id: str
    learner: str
    module: str
    notebook: str
    item: str
    maximum: float
    auto_score: float | None
    manual_score: float | None
    waits: bool
    basis: str | None
    reasons: tuple[str, ...]

    @property
    def score(self) -> float | None:
        """The person's points where there are any, else the machine's."""
        return self.auto_score if self.manual_score is None else self.manual_score


def item_grades(db_url: str, module: str | None = None) -> list[ItemGrade]:
    """The grades, by module, item and learner; none in a gradebook without submissions."""
    if not inspect(engine(db_url)).has_table("grade"):
        return []
    make_review_table(db_url)
    grade, cell, graded = _TABLES["grade"], _TABLES["base_cell"], _TABLES["grade_cells"]
    part, notebook = _TABLES["submitted_notebook"], _TABLES["notebook"]
    submission, assignment = _TABLES["submitted_assignment"], _TABLES["assignment"]
    joined = (
        grade.join(cell, cell.c.id == grade.c.cell_id)
        .join(graded, graded.c.id == cell.c.id)
        .join(part, part.c.id == grade.c.notebook_id)
        .join(notebook, notebook.c.id == part.c.notebook_id)
        .join(submission, submission.c.id == part.c.assignment_id)
        .join(assignment, assignment.c.id == submission.c.assignment_id)
        .outerjoin(REVIEW, REVIEW.c.grade_id == grade.c.id)
    )
    columns = (grade.c.id, submission.c.student_id, assignment.c.name, notebook.c.name, cell.c.name)
    points = (graded.c.max_score, grade.c.auto_score, grade.c.manual_score, grade.c.needs_manual_grade)
    statement = joined.select().with_only_columns(*columns, *points, REVIEW.c.basis, REVIEW.c.reasons)
    if module is not None:
        statement = statement.where(assignment.c.name == module)
    statement = statement.order_by(assignment.c.name, cell.c.name, submission.c.student_id)
    with engine(db_url).connect() as connection:
        rows = list(connection.execute(statement))
    return [ItemGrade(*row[:8], bool(row[8]), row[9], _reasons(row[10])) for row in rows]


def _reasons(text: str | None) -> tuple[str, ...]:
    try:
        return tuple(str(one) for one in as_list(json.loads(text or "[]")))
    except ValueError:
        return ()
