"""When a module is due: read from what an instructor typed, told to nbgrader, and brought to a learner's folder."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.gradebook import due_dates
from curriculum_utils.items.due import carry_due

NONE = "none"
EXAMPLE = '--due "2027-03-01 17:00 Europe/Berlin"'
_FORM = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?:\s+(\S+))?")


@dataclass(frozen=True)
class Due:
    """A date to be set, with its time zone; None takes the date away."""

    at: datetime | None


def parse_due(text: str) -> Due:
    """The date in a text such as `2027-03-01 17:00 Europe/Berlin`, or `none`.

    Raises:
        CohortError: no date, no such time zone, or a time that the clocks skip or show twice that night.
    """
    text = text.strip()
    if text.lower() == NONE:
        return Due(None)
    found = _FORM.fullmatch(text)
    if found is None:
        raise CohortError(f'"{text}" is no due date; write day, time and time zone: {EXAMPLE} (or --due none)')
    day, time, name = found.groups()
    if name is None:
        raise CohortError(f'"{text}" names no time zone; write it behind the time: {EXAMPLE}')
    try:
        naive = datetime.fromisoformat(f"{day} {time}")
    except ValueError as error:
        raise CohortError(f'"{text}" is no due date ({error}); write it so: {EXAMPLE}') from None
    zone = _zone(name)
    try:
        return Due(_once(naive, zone, name))
    except OverflowError:  # the first and the last day that there are
        raise CohortError(f'"{text}" is too far away; write it so: {EXAMPLE}') from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name may also be a path, or a folder of zones
        hint = did_you_mean(name, available_timezones())
        raise CohortError(f'no time zone "{name}"{hint}; write it so: {EXAMPLE}') from None


def _once(naive: datetime, zone: ZoneInfo, name: str) -> datetime:
    """The time in its zone, if the clocks there show it exactly once."""
    # https://peps.python.org/pep-0495: `fold` tells the two apart.
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    shown = [one.astimezone(UTC).astimezone(zone).replace(tzinfo=None) for one in (first, second)]
    said = f"{naive:%Y-%m-%d %H:%M}"
    if naive not in shown:
        after = max(shown)
        raise CohortError(f"{said} does not exist in {name}: the clocks skip it; say {after:%Y-%m-%d %H:%M} {name}")
    if first.utcoffset() != second.utcoffset():
        early, late = (f"{one.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for one in (first, second))
        raise CohortError(
            f"{said} comes twice in {name}: the clocks go back; say “{early}” for the first time, or “{late}” for the "
            "second"
        )
    return first


def told(due: datetime) -> str:
    """A date as instructors read it: as they typed it, and in UTC, in which nbgrader keeps it."""
    utc = f"{due.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    zone = getattr(due.tzinfo, "key", "UTC")
    return utc if due.utcoffset() == timedelta(0) and zone == "UTC" else f"{due:%Y-%m-%d %H:%M} {zone} ({utc})"


def cohort_due_dates(cohort: Cohort) -> dict[str, datetime]:
    """When each of the cohort's modules is due that has a date, in UTC."""
    return due_dates(cohort.gradebook_url)


def refresh_due(cohort: Cohort, module: str, folder: Path) -> None:
    """Brings a learner's copy of the module up to the date that is released now.

    nbgrader fetches a module once and then leaves its files alone.

    Raises:
        OSError: it cannot be written.
    """
    carry_due(cohort.exchange / cohort.name / "outbound" / module, folder)
