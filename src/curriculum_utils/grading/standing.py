"""What each learner's hand-in of each module stands at in nbgrader's gradebook, which is only read here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from curriculum_utils.errors import GradingError
from curriculum_utils.grading.gradebook import engine

State = Literal["none", "collected", "waiting", "settled"]
"""Nothing handed in; collected and not graded; graded, but a person is asked; graded, and nobody is asked."""

# An instructor may have added nbgrader's task cells: they count in nbgrader's own total.
_MAXIMA = """
    SELECT assignment.name AS module, SUM(COALESCE(grade_cells.max_score, task_cells.max_score, 0)) AS maximum
    FROM assignment
    LEFT JOIN notebook ON notebook.assignment_id = assignment.id
    LEFT JOIN base_cell ON base_cell.notebook_id = notebook.id
    LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
    LEFT JOIN task_cells ON task_cells.id = base_cell.id
    GROUP BY assignment.name
"""
_SUBMISSIONS = """
    SELECT submitted.student_id AS learner, assignment.name AS module, submitted.timestamp AS handed_in,
           (SELECT SUM(part.late_submission_penalty) FROM submitted_notebook AS part
            WHERE part.assignment_id = submitted.id) AS penalty
    FROM submitted_assignment AS submitted
    JOIN assignment ON assignment.id = submitted.assignment_id
"""
_GRADES = """
    SELECT submitted.student_id AS learner, assignment.name AS module, base_cell.name AS item,
           grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade AS waits
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook AS part ON part.id = grade.notebook_id
    JOIN submitted_assignment AS submitted ON submitted.id = part.assignment_id
    JOIN assignment ON assignment.id = submitted.assignment_id
    ORDER BY base_cell.name
"""


@dataclass(frozen=True)
class ItemStanding:
    """One graded item, in points: the person's score where there is one, else the machine's; None for neither."""

    item: str
    score: float | None
    waits: bool


@dataclass(frozen=True)
class Standing:
    """One learner's hand-in of one module, as nbgrader's gradebook has it.

    `score` and `penalty` are in points; the score is the sum of the items, less the penalty, and never below 0, as
    nbgrader reckons. It is None where nothing is graded, and preliminary where the state is "waiting".
    `earlier` says that the score is that of an earlier hand-in, of which nbgrader keeps neither items nor penalty.
    """

    learner: str
    module: str
    state: State
    maximum: float
    score: float | None = None
    penalty: float = 0.0
    handed_in: datetime | None = None
    items: tuple[ItemStanding, ...] = ()
    earlier: bool = False

    @property
    def waiting(self) -> tuple[str, ...]:
        """The items that wait for a person."""
        return tuple(one.item for one in self.items if one.waits or one.score is None)


def read_standings(
    db_url: str, learners: Iterable[str], *, submitted: Path, autograded: Path
) -> dict[tuple[str, str], Standing]:
    """The standing of each of these learners in each module of the gradebook, by learner and module.

    Args:
        submitted: the cohort's folder of collected work.
        autograded: its folder of graded work: rows of the gradebook alone do not say that something was graded, as
            an extension makes them too.
    Raises:
        GradingError: the gradebook cannot be read.
    """
    try:
        if not inspect(engine(db_url)).has_table("assignment"):
            return {}
        with engine(db_url).connect() as connection:
            maxima = {str(row.module): float(row.maximum or 0.0) for row in connection.execute(text(_MAXIMA))}
            rows = connection.execute(text(_SUBMISSIONS)).mappings()
            submissions = {(str(row["learner"]), str(row["module"])): dict(row) for row in rows}
            items: dict[tuple[str, str], list[ItemStanding]] = {}
            for row in connection.execute(text(_GRADES)).mappings():
                items.setdefault((str(row["learner"]), str(row["module"])), []).append(_item(row))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GradingError(f"the gradebook cannot be read ({reason}); restore it from a backup") from None
    return {
        (learner, module): _standing(
            learner,
            module,
            maxima[module],
            submissions.get((learner, module), {}),
            tuple(items.get((learner, module), ())),
            collected=(submitted / learner / module).is_dir(),
            autograded=(autograded / learner / module).is_dir(),
        )
        for learner in learners
        for module in maxima
    }


def _item(row: Mapping[Any, Any]) -> ItemStanding:
    score = row["manual_score"] if row["manual_score"] is not None else row["auto_score"]
    if score is not None:
        score = float(score) + float(row["extra_credit"] or 0.0)
    return ItemStanding(str(row["item"]), score, bool(row["waits"]))


def _standing(
    learner: str,
    module: str,
    maximum: float,
    submission: Mapping[str, Any],
    items: tuple[ItemStanding, ...],
    *,
    collected: bool,
    autograded: bool,
) -> Standing:
    graded = bool(items) and (autograded or any(one.score is not None for one in items))
    if not graded:
        return Standing(learner, module, "collected" if collected else "none", maximum)
    penalty = float(submission.get("penalty") or 0.0)
    score = max(0.0, sum(one.score or 0.0 for one in items) - penalty)
    open_ = any(one.waits or one.score is None for one in items)
    return Standing(
        learner,
        module,
        "waiting" if open_ else "settled",
        maximum,
        round(score, 6),
        penalty,
        _moment(submission.get("handed_in")),
        items,
    )


def _moment(value: object) -> datetime | None:
    # SQLite gives text, PostgreSQL a datetime; nbgrader writes UTC without saying so.
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None
