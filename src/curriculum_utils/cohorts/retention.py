"""Whether a cohort's retention period is over. Nothing is erased here, and never by itself.

The period begins when the cohort was archived; while it is not, with the last thing that happened in it: a hand-in,
or a change of a grade.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import func, inspect, select

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.history import HISTORY
from curriculum_utils.grading.receipts import RECEIPTS, read_receipts

Begin = Literal["archived", "last activity", "made"]


@dataclass(frozen=True)
class Retention:
    """A cohort's period: `begins` at an event of kind `by`; `over_since` is when it ends or ended, None without one."""

    cohort: str
    learners: int
    days: int | None
    begins: datetime
    by: Begin
    over_since: datetime | None
    over: bool


def retention(cohort: Cohort, now: datetime | None = None) -> Retention:
    """Where the cohort stands; times in UTC."""
    begins, by = _begin(cohort)
    days = cohort.settings.retention_days
    end = None if days is None else begins + timedelta(days=days)
    over = end is not None and end <= (now or datetime.now(UTC))
    return Retention(cohort.name, len(cohort.roster()), days, begins, by, end, over)


def _begin(cohort: Cohort) -> tuple[datetime, Begin]:
    if cohort.settings.archived is not None:
        return _time(cohort.settings.archived), "archived"
    activity = max(_activity(cohort), default=None)
    return (_time(cohort.settings.created), "made") if activity is None else (activity, "last activity")


def _activity(cohort: Cohort) -> Iterator[datetime]:
    for folder in cohort.folder.glob(f"{RECEIPTS}/*/"):
        for receipt in read_receipts(cohort.folders, folder.name):
            if receipt.received:
                yield _time(receipt.received)
    url = cohort.gradebook_url
    if inspect(engine(url)).has_table(HISTORY.name):
        # `found` is when somebody looked, not when something happened.
        last = select(func.max(HISTORY.c.at)).where(HISTORY.c.change != "found")
        with engine(url).connect() as connection:
            if at := connection.execute(last).scalar():
                yield _time(str(at))


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
