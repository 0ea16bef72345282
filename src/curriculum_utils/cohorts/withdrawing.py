"""Taking a module back from the exchange, and which of its releases are kept and were answered."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.content import load_release
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, ReleaseError
from curriculum_utils.grading.receipts import read_receipts
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.pinned import PinnedReleases

_WITHDRAWN = ".withdrawn-"


@dataclass(frozen=True)
class Kept:
    """A release that is kept: its digest, whether learners fetch it now, and how many who handed in answered it."""

    digest: str
    offered: bool
    answered: int


def kept_releases(cohort: Cohort, module: str) -> list[Kept]:
    """The kept releases of a module, the last one first."""
    offered = offered_release(cohort, module)
    answered = [digest for receipt in read_receipts(cohort.folders, module) for digest in receipt.releases]
    digests = PinnedReleases(cohort.releases, module).digests()
    return [Kept(digest, digest == offered, answered.count(digest)) for digest in digests]


def offered_release(cohort: Cohort, module: str) -> str | None:
    """The digest of the release that learners can fetch now; None if they can fetch none."""
    try:
        return load_release(outbound(cohort, module), SCHEMAS).release
    except ReleaseError:
        return None


def outbound(cohort: Cohort, module: str) -> Path:
    """Where the exchange keeps what learners fetch."""
    return cohort.exchange / cohort.name / "outbound" / module


def withdraw(cohort: Cohort, module: str) -> bool:
    """Lets nobody fetch the module any more; kept releases, submissions and grades stay as they are.

    Returns:
        Whether it was there to be fetched.
    Raises:
        CohortError: the module was never released to the cohort.
        OSError: the exchange cannot be written.
    """
    exchange = cohort.exchange / cohort.name
    released = sorted(path.name for path in cohort.releases.glob("*/"))
    if module not in released and not outbound(cohort, module).exists():
        raise CohortError(f"{module} was never released to {cohort.name}{did_you_mean(module, released)}")
    found = outbound(cohort, module).exists()
    if found:
        # In one step, so that nobody fetches half of it.
        away = Path(tempfile.mkdtemp(dir=exchange, prefix=_WITHDRAWN))
        outbound(cohort, module).rename(away / module)
    for left in exchange.glob(f"{_WITHDRAWN}*"):
        shutil.rmtree(left, ignore_errors=True)
    return found
