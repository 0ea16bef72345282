"""Before and after: each learner's pre-test held against the parallel items of the assessment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from curriculum_utils.content import Item
from curriculum_utils.content.forms import Cell, cell_of
from curriculum_utils.items import SCHEMAS
from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.items import ALMOST, mean
from curriculum_utils.reports.statistics import Estimate, caution, estimate


@dataclass(frozen=True)
class Gain:
    """One learner in one module: mean credit in [0, 1] over the same tasks, weighted by the pre-test items' points.

    `tasks` counts the pre-test items that were answered and whose parallel in the assessment has a credit.
    """

    learner: str
    module: str
    before: float
    after: float
    tasks: int


@dataclass(frozen=True)
class GainRow:
    """A module over the learners who have both forms; `before` and `after` are means over learners.

    `change` is the mean of the learners' own differences, after less before, with Student's t interval; `effect` is
    that mean over the differences' standard deviation (Cohen's d_z), None where they do not vary.
    """

    module: str
    title: str
    learners: int
    before: float | None
    after: float | None
    higher: int
    same: int
    lower: int
    change: Estimate
    effect: float | None

    @property
    def caution(self) -> str | None:
        """What so few learners cannot say."""
        return caution(self.learners)


def gains(module: str, items: Mapping[str, Item], answered: Iterable[Answered]) -> list[Gain]:
    """The gain of every learner who answered a pre-test item and its parallel.

    Args:
        items: the module's items with their keys.
        answered: what was answered in this module. The first answer counts before, the credit that stands after.
    """
    before: dict[str, list[tuple[Cell, float, float]]] = {}
    after: dict[tuple[str, Cell], list[float]] = {}
    for one in answered:
        item = items.get(one.item)
        cell = cell_of(item, SCHEMAS) if item is not None else None
        if item is None or cell is None:
            continue
        if item.exercise.use == "pretest" and one.first is not None and one.first.credit is not None:
            before.setdefault(one.learner, []).append((cell, one.first.credit, item.exercise.points))
        elif item.graded and one.credit is not None:
            after.setdefault((one.learner, cell), []).append(one.credit)
    found: list[Gain] = []
    for learner, tasks in before.items():
        both = [
            (credit, mean(after[learner, cell]) or 0.0, weight)
            for cell, credit, weight in tasks
            if (learner, cell) in after
        ]
        total = sum(weight for _, _, weight in both)
        if total:
            first = sum(credit * weight for credit, _, weight in both) / total
            last = sum(credit * weight for _, credit, weight in both) / total
            found.append(Gain(learner, module, first, last, len(both)))
    return found


def gain_row(module: str, title: str, found: Iterable[Gain]) -> GainRow:
    """A module's gains taken together."""
    found = list(found)
    changes = [gain.after - gain.before for gain in found]
    whole = estimate(changes)
    return GainRow(
        module=module,
        title=title,
        learners=len(found),
        before=mean([gain.before for gain in found]),
        after=mean([gain.after for gain in found]),
        higher=sum(change > ALMOST for change in changes),
        same=sum(abs(change) <= ALMOST for change in changes),
        lower=sum(change < -ALMOST for change in changes),
        change=whole,
        effect=whole.mean / whole.sd if whole.mean is not None and whole.sd and whole.sd > ALMOST else None,
    )
