"""An extension for one learner, checked against the cohort before it is kept."""

from datetime import datetime

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.due import Due, told
from curriculum_utils.cohorts.settling import settle_penalties
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.extensions import put_extension, standing_extensions
from curriculum_utils.grading.gradebook import due_dates, recorded_cells


def extensions(cohort: Cohort) -> dict[str, dict[str, datetime]]:
    """Until when single learners may hand in, in UTC, by module and learner."""
    return standing_extensions(cohort.gradebook_url)


def extend(cohort: Cohort, module: str, learner: str, until: Due, *, by: str) -> bool:
    """Lets a learner hand a module in until a date of their own; `none` takes that away.

    Returns:
        Whether anything was changed.
    Raises:
        CohortError: no such learner, the module is not released or has no date, or the date is no later than that of
            everybody; nothing was changed.
    """
    learners = [one.id for one in cohort.roster()]
    if learner not in learners:
        raise CohortError(f'no learner "{learner}" in {cohort.name}{did_you_mean(learner, learners)}')
    if recorded_cells(cohort.gradebook_url, module) is None:
        raise CohortError(f"{module} is not released to {cohort.name}; first: curriculum release {module}")
    standing = extensions(cohort).get(module, {}).get(learner)
    if until.at is None:
        if standing is not None:
            put_extension(cohort.gradebook_url, learner, module, None, by=by)
        settle_penalties(cohort, module, learner)
        return standing is not None
    due = due_dates(cohort.gradebook_url).get(module)
    if due is None:
        raise CohortError(
            f"{module} has no due date, so there is nothing to extend; set one: curriculum release {module} "
            f"--cohort {cohort.name} --due …"
        )
    if until.at <= due:
        raise CohortError(f"{module} is due {told(due)} for everybody; an extension is later than that")
    if until.at != standing:
        put_extension(cohort.gradebook_url, learner, module, until.at, by=by)
    settle_penalties(cohort, module, learner)
    return until.at != standing
