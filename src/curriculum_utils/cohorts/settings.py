"""A cohort's settings in nbgrader's words, for `nbgrader_config.py` and for our own commands alike."""

from pathlib import Path

from traitlets.config import Config

from curriculum_utils.cohorts.cohort import Cohort, chosen_cohort, require_open
from curriculum_utils.grading.config import apply


def configure(c: Config, root: Path) -> Cohort:
    """Sets nbgrader up for the chosen cohort of the course in `root`, and returns the cohort.

    Raises:
        CohortError: there is no cohort, there are several and none is chosen, or the chosen one is archived.
    """
    cohort = chosen_cohort(root)
    require_open(cohort)
    _apply(c, cohort)
    return cohort


def cohort_config(cohort: Cohort, *, execute: bool = False) -> Config:
    """A configuration of its own for one cohort.

    Args:
        execute: run the rebuilt notebooks in a kernel, as stock nbgrader does; the scores are the same.
    """
    c = Config()
    _apply(c, cohort, execute=execute)
    return c


def _apply(c: Config, cohort: Cohort, *, execute: bool = False) -> None:
    apply(
        c,
        root=cohort.root,
        cohort=cohort.name,
        db_url=cohort.gradebook_url,
        exchange=cohort.exchange,
        private_keys=cohort.private_keys,
        execute=execute,
        late=cohort.settings.late,
    )
    if (second := cohort.settings.second_rater) is not None:
        c.InCohort.second_rater = second.model_dump(exclude_none=True)
