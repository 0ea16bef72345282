"""Two cohorts side by side: points, mastery by criterion, gain; and where the comparison limps."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from curriculum_utils.reports.data import ReportData
from curriculum_utils.reports.statistics import SOME, Estimate, difference, estimate


@dataclass(frozen=True)
class ComparedRow:
    """One number in both cohorts: means over learners with Student's t intervals, the second less the first (Welch).

    Values are in [0, 1], differences in [-1, 1].
    """

    what: str
    name: str
    first: Estimate
    second: Estimate
    difference: Estimate


@dataclass(frozen=True)
class Comparison:
    """What two cohorts have in common, and sentences about what makes them hard to compare."""

    first: ReportData
    second: ReportData
    points: tuple[ComparedRow, ...]
    criteria: tuple[ComparedRow, ...]
    gains: tuple[ComparedRow, ...]
    limps: tuple[str, ...]

    @property
    def rows(self) -> tuple[ComparedRow, ...]:
        return (*self.points, *self.criteria, *self.gains)


def compare(first: ReportData, second: ReportData) -> Comparison:
    """The comparison, over the modules and criteria of either; of a cohort that has nothing of one, n is 0."""
    modules = {row.module: row.title for data in (second, first) for row in data.modules}
    criteria = {row.criterion: row.plain for data in (second, first) for row in data.criteria}
    return Comparison(
        first=first,
        second=second,
        points=tuple(
            _row("share of points", title, _shares(first, module), _shares(second, module))
            for module, title in modules.items()
        ),
        criteria=tuple(
            _row("criterion met", plain, _met(first, name), _met(second, name)) for name, plain in criteria.items()
        ),
        gains=tuple(
            _row("change before to after", title, _changes(first, module), _changes(second, module))
            for module, title in modules.items()
        ),
        limps=tuple(_limps(first, second, modules)),
    )


def compared_frame(comparison: Comparison) -> pd.DataFrame:
    """One line for each number of the comparison."""
    rows: list[dict[str, object]] = []
    for row in comparison.rows:
        line: dict[str, object] = {"what": row.what, "name": row.name}
        for name, data, found in (
            ("first", comparison.first.cohort, row.first),
            ("second", comparison.second.cohort, row.second),
        ):
            line |= {name: data, f"{name}_n": found.n, f"{name}_mean": found.mean}
            line |= {f"{name}_low": found.low, f"{name}_high": found.high}
        found = row.difference
        rows.append({**line, "difference": found.mean, "low": found.low, "high": found.high})
    return pd.DataFrame(rows).round(4)


def _row(what: str, name: str, first: Sequence[float], second: Sequence[float]) -> ComparedRow:
    return ComparedRow(what, name, estimate(first), estimate(second), difference(first, second))


def _shares(data: ReportData, module: str) -> list[float]:
    places = (place for row in data.learners for place in row.modules if place.module == module)
    return [place.share for place in places if place.share is not None]


def _met(data: ReportData, criterion: str) -> list[float]:
    # By learner, not by reply: replies of one learner are no independent observations.
    return [cell.met / cell.asked for cell in data.learner_criteria if cell.criterion == criterion]


def _changes(data: ReportData, module: str) -> list[float]:
    return [gain.after - gain.before for gain in data.changes if gain.module == module]


def _limps(first: ReportData, second: ReportData, modules: dict[str, str]) -> list[str]:
    found: list[str] = []
    for module, title in modules.items():
        a, b = ({row.digest for row in data.releases if row.module == module} for data in (first, second))
        if a and b and a != b:
            found.append(f"“{title}” was released in other versions: not everybody answered the same items.")
        if bool(a) != bool(b):
            found.append(f"“{title}” was released to one of the two only.")
    made = [{row.scorer_version for row in data.releases} for data in (first, second)]
    if made[0] != made[1] and all(made):
        found.append("The releases were graded by other versions of the scorer: the machine’s points differ for that.")
    if first.rubric_versions != second.rubric_versions:
        found.append("The rubric’s versions differ: a criterion of the same name may mean something else.")
    if first.scorer_version != second.scorer_version:
        found.append("Replies were read by different scorers in this report.")
    for data in (first, second):
        waiting = sum(module.items_waiting for module in data.modules)
        if waiting:
            found.append(f"In {data.cohort} {waiting} answers still wait for a person; their points may change.")
        if len(data.learners) < SOME:
            found.append(f"{data.cohort} has {len(data.learners)} learners: its intervals are wide.")
    return found
