"""Scores as nbgrader's gradebook holds them. The database is only read, and never made where it is missing."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from curriculum_utils.cohorts import Cohort
from curriculum_utils.reports.notices import Notices

# nbgrader's own classes would fetch each grade by itself, and opening a Gradebook writes to it.
STUDENTS = "SELECT id, first_name, last_name FROM student ORDER BY id"
CELLS = """
    SELECT assignment.name AS module, graded.item, graded.maximum
    FROM assignment
    LEFT JOIN (
        SELECT notebook.assignment_id, notebook.name AS notebook, base_cell.name AS item,
               grade_cells.max_score AS maximum
        FROM grade_cells
        JOIN base_cell ON base_cell.id = grade_cells.id
        JOIN notebook ON notebook.id = base_cell.notebook_id
    ) AS graded ON graded.assignment_id = assignment.id
    ORDER BY assignment.name, graded.notebook, graded.item
"""
# nbgrader keeps the late penalty by notebook and takes their sum off the module.
SUBMISSIONS = """
    SELECT submitted.student_id AS learner, assignment.name AS module, submitted.timestamp AS at,
           assignment.duedate AS due, submitted.extension AS extension,
           (SELECT SUM(part.late_submission_penalty) FROM submitted_notebook AS part
            WHERE part.assignment_id = submitted.id) AS penalty
    FROM submitted_assignment AS submitted
    JOIN assignment ON assignment.id = submitted.assignment_id
    ORDER BY assignment.name, submitted.student_id
"""
GRADES = """
    SELECT submitted.student_id AS learner, assignment.name AS module, base_cell.name AS item,
           grade_cells.max_score AS maximum, grade.auto_score, grade.manual_score, grade.extra_credit,
           grade.needs_manual_grade AS waits
    FROM grade
    JOIN grade_cells ON grade_cells.id = grade.cell_id
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook AS part ON part.id = grade.notebook_id
    JOIN submitted_assignment AS submitted ON submitted.id = part.assignment_id
    JOIN assignment ON assignment.id = submitted.assignment_id
    ORDER BY assignment.name, submitted.student_id, base_cell.name
"""


@dataclass(frozen=True)
class ItemGrade:
    """One graded item of one submission, in points.

    `score` is the person's where there is one, else the machine's, None where neither decided. `waits` says that a
    person is asked to look, whether or not there is a score meanwhile.
    """

    score: float | None
    maximum: float
    waits: bool
    by_person: bool


@dataclass
class Submission:
    """What one learner handed in for one module; `penalty` is in points, `at` and `due` in UTC.

    `due` is this learner's date, an extension included; None where the module has none.
    """

    at: datetime | None
    penalty: float
    grades: dict[str, ItemGrade] = field(default_factory=dict[str, ItemGrade])
    due: datetime | None = None

    def has_scores(self) -> bool:
        return any(grade.score is not None for grade in self.grades.values())


@dataclass
class Grades:
    """The gradebook: who is in it, each module's graded items with their maximum, and submissions."""

    students: dict[str, str] = field(default_factory=dict[str, str])
    maxima: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    submissions: dict[tuple[str, str], Submission] = field(default_factory=dict[tuple[str, str], Submission])
    readable: bool = True


def read_gradebook(cohort: Cohort, notices: Notices) -> Grades:
    """The cohort's gradebook; empty, with a notice, where it is missing or cannot be read."""
    if cohort.gradebook_url.startswith("sqlite") and not cohort.gradebook_path.is_file():
        notices.add(cohort.gradebook_path, "The gradebook is missing; the report shows no points.")
        return Grades(readable=False)
    engine = create_engine(cohort.gradebook_url)
    try:
        with engine.connect() as connection:
            return _read(connection)
    except (SQLAlchemyError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        notices.add(cohort.gradebook_path, f"The gradebook cannot be read ({reason}); the report shows no points.")
        return Grades(readable=False)
    finally:
        engine.dispose()


def _read(connection: Connection) -> Grades:
    grades = Grades()
    for row in connection.execute(text(STUDENTS)).mappings():
        name = " ".join(part for part in (row["first_name"], row["last_name"]) if part)
        grades.students[row["id"]] = name or row["id"]
    for row in connection.execute(text(CELLS)).mappings():
        items = grades.maxima.setdefault(row["module"], {})
        if row["item"] is not None:
            items[row["item"]] = float(row["maximum"])
    for row in connection.execute(text(SUBMISSIONS)).mappings():
        place = (row["learner"], row["module"])
        due = _moment(row["due"])
        longer = _extension(row["extension"])
        grades.submissions[place] = Submission(
            _moment(row["at"]), float(row["penalty"] or 0.0), due=due + longer if due and longer else due
        )
    for row in connection.execute(text(GRADES)).mappings():
        grades.submissions[row["learner"], row["module"]].grades[row["item"]] = _grade(row)
    return grades


def _grade(row: RowMapping) -> ItemGrade:
    score = row["manual_score"] if row["manual_score"] is not None else row["auto_score"]
    if score is not None:
        score = float(score) + float(row["extra_credit"] or 0.0)
    return ItemGrade(score, float(row["maximum"]), bool(row["waits"]), row["manual_score"] is not None)


def _extension(value: object) -> timedelta | None:
    # SQLAlchemy keeps an interval on SQLite as a moment so far after 1970; PostgreSQL has intervals.
    if isinstance(value, timedelta):
        return value
    moment = _moment(value)
    return moment - datetime(1970, 1, 1, tzinfo=UTC) if moment is not None else None


def _moment(value: object) -> datetime | None:
    # SQLite gives text, PostgreSQL a datetime; nbgrader writes UTC without saying so.
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None
