"""How one learner's grades came about, as rows of a table."""

from curriculum_utils.cohorts import Cohort
from curriculum_utils.cohorts.auditing import audit, who
from curriculum_utils.grading.history import Change, Standing


def history(cohort: Cohort, learner: str) -> list[dict[str, object]]:
    """Every change of the learner's grades as a person reads them, by module and exercise, oldest first.

    An empty `item` is a lesson's late penalty; `old` and `new` are points, None where there are none.

    Raises:
        CohortError: there is no such learner.
    """
    found = audit(cohort, learner).by_item()
    return [_row(place, change) for place, changes in found.items() for change in changes]


def _row(place: tuple[str, str, str], change: Change) -> dict[str, object]:
    module, notebook, item = place
    return {
        "module": module,
        "notebook": notebook,
        "item": item,
        "at": change.at,
        "old": None if change.change == "insert" else _points(change.old),
        "new": None if change.change == "delete" else _points(change.new),
        "deleted": change.change == "delete",
        "by_person": change.new.manual is not None,
        "waits": bool(change.new.waits),
        "who": who(change),
        "why": change.why or "",
    }


def _points(values: Standing) -> float | None:
    return values.score if values.penalty is None else -values.penalty
