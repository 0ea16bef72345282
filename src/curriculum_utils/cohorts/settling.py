"""Late penalties of a cohort brought up to date, wherever points change or are read to leave the house."""

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.errors import CohortError


def settle_penalties(cohort: Cohort, module: str | None = None, learner: str | None = None) -> int:
    """Brings late penalties up to today's points, dates and extensions; returns how many notebooks changed.

    For whatever reads or changes points after grading: reports, exports, extensions, a change of the late rule. Of an
    archived cohort nothing is changed.

    Raises:
        CohortError: the gradebook cannot be read.
    """
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from curriculum_utils.grading.late import parse_late  # noqa: PLC0415 - nbgrader is slow to import
    from curriculum_utils.grading.penalties import settle_late_penalties  # noqa: PLC0415

    missing = cohort.settings.database is None and not cohort.gradebook_path.is_file()
    if cohort.settings.archived is not None or missing:  # SQLite would make the missing file, and it would look empty
        return 0
    rule = parse_late(cohort.settings.late)
    try:
        return len(settle_late_penalties(cohort.gradebook_url, rule, module=module, learner=learner))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise CohortError(f"{cohort.name}: its gradebook cannot be read ({reason}); restore it from a backup") from None
