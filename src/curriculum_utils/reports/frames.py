"""The report's rows as pandas frames, and frames as CSV files that a spreadsheet opens safely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from curriculum_utils.reports.agreement import AgreementRow
from curriculum_utils.reports.arcs import Arc
from curriculum_utils.reports.data import ReportData
from curriculum_utils.reports.gain import GainRow
from curriculum_utils.reports.item_analysis import AnalysisRow, FormRow, OptionRow
from curriculum_utils.reports.items import ItemRow
from curriculum_utils.reports.judging import AttemptRow
from curriculum_utils.reports.labels import CriterionRow, MoveRow, TrapRow
from curriculum_utils.reports.learners import LearnerRow
from curriculum_utils.reports.sure import ConfidenceRow, SureRow

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
        "before_and_after": _frame(map(_gain, data.gains), _GAIN),
        "sessions": _frame(map(_arc, data.arcs), _ARC),
        "session_turns": _frame((row for arc in data.arcs for row in _turns(arc)), _TURN),
        "confidence": _frame(map(asdict, data.confidence), _names(ConfidenceRow)),
        "traps_when_sure": _frame(map(asdict, data.sure), _names(SureRow)),
        "item_analysis": _frame(map(asdict, data.analysis), _names(AnalysisRow)),
        "options": _frame(map(asdict, data.options), _names(OptionRow)),
        "reliability": _frame(map(_form, data.forms), _FORM),
        "agreement": _frame(map(_agreement, data.agreement), _AGREEMENT),
        "attempts": _frame(map(asdict, data.attempts), _names(AttemptRow)),
    }


def about(data: ReportData) -> pd.DataFrame:
    """What the tables are computed from: the workbook's first sheet."""
    rows: list[tuple[str, object]] = [
        ("cohort", data.cohort),
        ("course", data.course),
        ("made at", data.made),
        ("gradebook", "read" if data.gradebook else "could not be read"),
        ("learners", len(data.learners)),
        ("response logs", data.logs),
        ("scorer that read the replies", data.scorer_version),
        ("rubric", data.rubric_versions),
        *((f"release of {row.module}{', offered now' if row.current else ''}", row.digest) for row in data.releases),
        ("could not be read", len(data.notices) + data.notices_left_out),
        ("credit and shares", "in [0, 1]; an empty cell is not known and is no zero"),
    ]
    return _frame([{"what": what, "value": value} for what, value in rows], ("what", "value"))


_GAIN = (
    *("module", "title", "learners", "before", "after", "change", "sd", "low", "high", "effect"),
    *("higher", "same", "lower", "caution"),
)
_ARC = ("module", "item", "client", "use", "learners", "start", "end", "opened", "closed", "turns", "traps", "left_out")
_TURN = ("module", "item", "client", "turn", "openness", "sessions")
_FORM = ("module", "form", "items", "learners", "answered", "alpha", "low", "high", "kr20", "left_out")
_AGREEMENT = ("label", "n", "person", "scorer", "overturned", "agreed", "kappa", "low", "high")


def _gain(row: GainRow) -> dict[str, object]:
    change = row.change
    found = {name: getattr(row, name) for name in _GAIN if name not in ("change", "sd", "low", "high")}
    return {**found, "change": change.mean, "sd": change.sd, "low": change.low, "high": change.high}


def _arc(arc: Arc) -> dict[str, object]:
    return {name: getattr(arc, name) for name in _ARC}


def _turns(arc: Arc) -> list[dict[str, object]]:
    place = {"module": arc.module, "item": arc.item, "client": arc.client}
    return [{**place, "turn": turn, "openness": mean, "sessions": n} for turn, (mean, n) in enumerate(arc.by_turn)]


def _form(row: FormRow) -> dict[str, object]:
    place = {"module": row.module, "form": row.form, "answered": row.answered, "left_out": row.left_out}
    return {**asdict(row.reliability), **place}


def _agreement(row: AgreementRow) -> dict[str, object]:
    return {**asdict(row), **asdict(row.kappa)}


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
    "due",
    "hours_late",
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
        late = place.late.total_seconds() / 3600 if place.late is not None else None
        cells = {name: getattr(place, name) for name in _LEARNER_MODULE if name != "hours_late"} | {"hours_late": late}
        values.update({f"{place.module}: {name}": value for name, value in cells.items()})
    return values
