"""The report's rows as pandas frames, and frames as CSV files that a spreadsheet opens safely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from curriculum_utils.reports.data import ReportData
from curriculum_utils.reports.items import ItemRow
from curriculum_utils.reports.judging import AttemptRow
from curriculum_utils.reports.labels import CriterionRow, MoveRow, TrapRow
from curriculum_utils.reports.learners import LearnerRow

DECIMALS = 4  # as the grader rounds points
# A spreadsheet runs a cell that begins so as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def frames(data: ReportData) -> dict[str, pd.DataFrame]:
    """One frame for each CSV file, by its name without the ending; credit and shares in [0, 1]."""
    return {
        "learners": _frame([_learner(row) for row in data.learners], _learner_columns(data)),
        "items": _frame(map(asdict, data.items), _names(ItemRow)),
        "moves": _frame(map(asdict, data.moves), _names(MoveRow)),
        "criteria": _frame(
            [{**asdict(row), "share": row.share} for row in data.criteria], [*_names(CriterionRow), "share"]
        ),
        "traps": _frame(map(asdict, data.traps), _names(TrapRow)),
        "attempts": _frame(map(asdict, data.attempts), _names(AttemptRow)),
    }


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Writes the frame as UTF-8, quoted where a value needs it, text kept from being run as a formula."""
    frame.map(_guarded).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    cells = [{name: _cell(row.get(name)) for name in columns} for row in rows]
    return pd.DataFrame(cells, columns=list(columns))


def _cell(value: object) -> object:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, tuple):
        return "; ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _names(row: type[Any]) -> list[str]:
    return [field.name for field in fields(row)]


_LEARNER = (
    "learner",
    "last_name",
    "first_name",
    "points",
    "maximum",
    "share",
    "waiting",
    "answered",
    "items",
    "attempts",
    "not_handed_in",
)
_LEARNER_MODULE = (
    "state",
    "points",
    "maximum",
    "undecided",
    "penalty",
    "waiting",
    "answered_graded",
    "graded_items",
    "answered_practice",
    "practice_items",
    "answered_pretest",
    "pretest_items",
    "before",
    "after",
    "submitted_at",
)


def _learner_columns(data: ReportData) -> list[str]:
    return [*_LEARNER, *(f"{module.module}: {name}" for module in data.modules for name in _LEARNER_MODULE)]


def _learner(row: LearnerRow) -> dict[str, object]:
    values: dict[str, object] = {
        "learner": row.learner,
        "last_name": row.last_name,
        "first_name": row.first_name,
        "points": row.points,
        "maximum": row.maximum,
        "share": row.share,
        "waiting": row.waiting,
        "answered": row.answered,
        "items": row.items,
        "attempts": row.attempts,
        "not_handed_in": row.missing,
    }
    for place in row.modules:
        values.update({f"{place.module}: {name}": getattr(place, name) for name in _LEARNER_MODULE})
    return values
