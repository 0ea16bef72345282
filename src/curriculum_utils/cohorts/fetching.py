"""A learner's modules held against those that the exchange releases, and fetched where the learner lacks something."""

from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.content import load_release
from curriculum_utils.errors import CohortError, ReleaseError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.due import carry_due
from curriculum_utils.widgets.releases import (
    ITEMS,
    Difference,
    alone,
    complete,
    decided,
    difference,
    stage,
    tidy,
)


def look(cohort: Cohort, learner: str, home: Path, *, fetch_new: bool = False) -> list[Difference]:
    """How each released module differs from the learner's own; what was begun before is completed first.

    Args:
        fetch_new: fetch modules that the learner does not have at all.
    Raises:
        OSError, ExchangeError: the learner's folder or the exchange cannot be used.
    """
    _complete_what_was_begun(home)
    found: list[Difference] = []
    for source in _released(cohort):
        folder = home / source.name
        try:
            one = difference(source, folder)
        except ReleaseError:
            continue  # being released just now, or no module of ours
        if one.state == "new" and fetch_new:
            take(cohort, learner, home, one.module)
        elif one.state != "new":
            carry_due(source, folder)
        found.append(one)
    return found


def take(cohort: Cohort, learner: str, home: Path, module: str) -> None:
    """Makes the module in the learner's folder what is released; answers and the learner's own files stay.

    Raises:
        CohortError: no such module is released.
        ReleaseError: what is released is not whole.
        OSError, ExchangeError: it cannot be fetched or written; what was there before still works.
    """
    source = next((one for one in _released(cohort) if one.name == module), None)
    if source is None:
        raise CohortError(f'no module "{module}" is released')
    with alone(home) as staging:
        tidy(staging)
        part = staging / f"part-{module}"
        LearnerDesk(cohort, learner, part).fetch(module)
        if load_release(part / module, SCHEMAS).release != load_release(source, SCHEMAS).release:
            raise ReleaseError("it is being released just now")
        for _ in complete(home, stage(staging, part / module, home / module)):
            pass
        tidy(staging)


def _complete_what_was_begun(home: Path) -> None:
    with alone(home) as staging:
        tidy(staging)
        for ready in decided(staging):
            try:
                for _ in complete(home, ready):
                    pass
            except (OSError, ReleaseError):
                continue  # The module still differs: it is offered again, and the learner hears why it fails.


def _released(cohort: Cohort) -> list[Path]:
    outbound = cohort.exchange / cohort.name / "outbound"
    return sorted(path for path in outbound.glob("*") if (path / ITEMS).is_file())
