"""What the report says of one learner, taken from the report's own rows."""

from collections import Counter
from dataclasses import dataclass

from curriculum_utils.reports.data import ReportData
from curriculum_utils.reports.learners import LearnerRow
from curriculum_utils.reports.sure import SURE


@dataclass(frozen=True)
class MetCriterion:
    """One criterion in this learner's last replies, beside the cohort's share."""

    plain: str
    met: int
    asked: int
    cohort: float | None

    @property
    def share(self) -> float:
        return self.met / self.asked


@dataclass(frozen=True)
class FellInto:
    """One trap over this learner's attempts: how often, and how often when sure of it."""

    plain: str
    times: int
    sure: int


@dataclass(frozen=True)
class LearnerPage:
    """One learner's part of the report; `anchor` is unique in the page and tells nothing of them."""

    anchor: str
    row: LearnerRow
    criteria: tuple[MetCriterion, ...]
    traps: tuple[FellInto, ...]


def learner_pages(data: ReportData) -> list[LearnerPage]:
    """One entry for each learner, in the order of the table of learners."""
    cohort = {row.criterion: row for row in data.criteria}
    plain = {row.trap: row.plain for row in data.traps}
    cells = {(cell.learner, cell.criterion): cell for cell in data.learner_criteria}
    fell: dict[str, Counter[str]] = {}
    sure: dict[str, Counter[str]] = {}
    for one in data.attempts:
        if one.use == "pretest":
            continue
        fell.setdefault(one.learner, Counter()).update(one.traps)
        if one.confidence is not None and one.confidence >= SURE:
            sure.setdefault(one.learner, Counter()).update(one.traps)
    return [
        LearnerPage(
            anchor=f"learner-{number}",
            row=row,
            criteria=tuple(
                MetCriterion(entry.plain, cell.met, cell.asked, entry.share)
                for name, entry in cohort.items()
                if (cell := cells.get((row.learner, name))) is not None
            ),
            traps=tuple(
                FellInto(plain.get(name, name), times, sure.get(row.learner, Counter())[name])
                for name, times in fell.get(row.learner, Counter()).most_common()
            ),
        )
        for number, row in enumerate(data.learners, start=1)
    ]
