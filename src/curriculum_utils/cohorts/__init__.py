"""Cohorts: who learns together, where their files lie, and the verbs of a term."""

from curriculum_utils.cohorts.cohort import (
    Cohort,
    chosen_cohort,
    list_cohorts,
    make_exchange,
    open_cohort,
    require_open,
    update_settings,
)
from curriculum_utils.cohorts.making import new_cohort
from curriculum_utils.cohorts.policy import CohortSettings
from curriculum_utils.cohorts.roster import Learner, read_roster
from curriculum_utils.cohorts.settings import cohort_config, configure

__all__ = [
    "Cohort",
    "CohortSettings",
    "Learner",
    "chosen_cohort",
    "cohort_config",
    "configure",
    "list_cohorts",
    "make_exchange",
    "new_cohort",
    "open_cohort",
    "read_roster",
    "require_open",
    "update_settings",
]
