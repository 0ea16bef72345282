"""What an instructor says of one answer, checked against the cohort before it is kept."""

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.gradebook import recorded_cells
from curriculum_utils.grading.remarks import add_remark, standing_remarks

LONGEST = 10_000  # characters
LONGEST_NAME = 100


def remark(cohort: Cohort, learner: str, module: str, item: str, text: str, *, by: str) -> bool:
    """Keeps what is said of the learner's answer to a graded item; an empty text withdraws it.

    Returns:
        Whether anything was changed: there may be nothing to withdraw.
    Raises:
        CohortError: no such learner, module or graded item, or the text cannot be kept; nothing was changed.
    """
    _check(cohort, learner, module, item)
    text, by = _clean(text, LONGEST, "remark"), _clean(by, LONGEST_NAME, "name")
    url = cohort.gradebook_url
    if not text and item not in standing_remarks(url, learner, module):
        return False
    add_remark(url, learner, module, item, text, by=by)
    return True


def _check(cohort: Cohort, learner: str, module: str, item: str) -> None:
    learners = [one.id for one in cohort.roster()]
    if learner not in learners:
        raise CohortError(f'no learner "{learner}" in {cohort.name}{did_you_mean(learner, learners)}')
    known = [path.name for path in (cohort.root / "source").glob("*/")]
    cells = recorded_cells(cohort.gradebook_url, module)
    if cells is None:
        if module in known:
            raise CohortError(f"{module} is not released to {cohort.name}; first: curriculum release {module}")
        raise CohortError(f'no module "{module}"{did_you_mean(module, known)}')
    items = [name for notebook in cells.values() for name in notebook]
    if item not in items:
        raise CohortError(f'no graded exercise "{item}" in {module}{did_you_mean(item, items)}')


def _clean(text: str, longest: int, what: str) -> str:
    """The text as people wrote it, less what no page can show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f")).strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CohortError(f"the {what} is not UTF-8 text; nothing was changed") from None
    if len(text) > longest:
        raise CohortError(f"the {what} has {len(text):,} characters; {longest:,} are the most; nothing was changed")
    return text
