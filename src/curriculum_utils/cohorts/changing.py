"""Changing a cohort that is there: who is in it, what is settled for it, and putting it out of the way."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curriculum_utils.cohorts.cohort import Cohort, open_cohort, require_open, update_settings
from curriculum_utils.cohorts.files import one_at_a_time, write_private
from curriculum_utils.cohorts.policy import checked_settings
from curriculum_utils.cohorts.pseudonyms import (
    Entry,
    check_place,
    disguised,
    extended,
    read_key,
    write_key,
)
from curriculum_utils.cohorts.roster import Learner, read_roster, roster_csv
from curriculum_utils.cohorts.settling import settle_penalties
from curriculum_utils.errors import CohortError, ContentError, Problem, display_path


@dataclass(frozen=True)
class Change:
    """What a new roster did; ids as the cohort knows them, sorted.

    Attributes:
        added: learners who are new.
        removed: who left the roster and the gradebook.
        missing: who is not in the new roster and stays.
        with_work: who was to be removed, and stays because there are submissions.
        penalties: how many notebooks have another late penalty by the new late rule.
    """

    cohort: Cohort
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    with_work: tuple[str, ...] = ()
    penalties: int = 0


def change_cohort(
    cohort: Cohort,
    *,
    roster: Path | None = None,
    remove_missing: bool = False,
    key_file: Path | None = None,
    **settings: Any,
) -> Change:
    """Takes a new roster, and changes fields of cohort.yaml; run again it changes nothing more.

    Everything is checked before anything is written.

    Args:
        remove_missing: whoever is not in the new roster leaves, unless there are submissions of theirs.
        key_file: the key to the pseudonyms, for a cohort that has them.
    Raises:
        CohortError: the cohort is archived, or a setting cannot be used.
        ContentError: the roster has problems.
    """
    require_open(cohort)
    checked_settings(cohort.settings.model_dump() | settings, "", "")
    if roster is None and (remove_missing or key_file is not None):
        raise CohortError("--remove-missing and --key-file go with --roster FILE")
    change = Change(cohort)
    if roster is not None:
        learners = read_roster(roster)
        with one_at_a_time(cohort.root):
            change = _take_roster(cohort, roster, learners, key_file, remove_missing=remove_missing)
    if settings:
        change = replace(change, cohort=update_settings(cohort, **settings))
    if "late" in settings:
        # Also where it was the rule already: a run that was killed here is made good.
        change = replace(change, penalties=settle_penalties(change.cohort))
    return change


def _take_roster(
    cohort: Cohort, path: Path, learners: list[Learner], key_file: Path | None, *, remove_missing: bool
) -> Change:
    from curriculum_utils.cohorts.enrolling import enrol  # noqa: PLC0415 - nbgrader is slow to import

    before = {one.id: one for one in cohort.roster()}
    entries = _key(cohort, key_file, learners, before)
    named = disguised(entries, learners) if entries is not None else learners
    if entries is None:
        _check_case(path, before, named)
    missing = sorted(before.keys() - {one.id for one in named})
    with_work = sorted(_with_work(cohort).intersection(missing)) if remove_missing and missing else []
    removed = [one for one in missing if one not in with_work] if remove_missing else []
    after = [*named, *(before[one] for one in missing if one not in removed)]
    if entries is not None and key_file is not None:
        write_key(key_file, cohort.name, entries)
        after.sort(key=lambda one: one.id)
    # The roster last: whoever leaves is found again by a second run if this one is killed before it.
    enrol(cohort.gradebook_url, cohort.name, named, leaving=removed)
    write_private(cohort.roster_path, roster_csv(after))
    stay = [one for one in missing if one not in removed and one not in with_work]
    added = sorted({one.id for one in named} - before.keys())
    return Change(cohort, tuple(added), tuple(removed), tuple(stay), tuple(with_work))


def _key(cohort: Cohort, path: Path | None, learners: list[Learner], taken: dict[str, Learner]) -> list[Entry] | None:
    """The key with the new learners; None for a cohort without pseudonyms."""
    if not cohort.settings.pseudonyms:
        if path is not None:
            raise CohortError(f"{cohort.name} has no pseudonyms, so it has no key; leave out --key-file")
        return None
    if path is None:
        raise CohortError(f"{cohort.name} has pseudonyms; name the file with their key: --key-file PATH")
    check_place(path, cohort.root, cohort.exchange)
    entries = read_key(path, cohort.name)
    if unknown := sorted(taken.keys() - {one.pseudonym for one in entries}):
        raise CohortError(
            f"{display_path(path)}: lacks {len(unknown)} of the cohort's pseudonyms ({unknown[0]}, …); "
            "name the right key file, or restore it from a copy"
        )
    return extended(entries, learners, taken)


def _check_case(path: Path, before: dict[str, Learner], named: list[Learner]) -> None:
    known = {one.casefold(): one for one in before}
    problems = [
        Problem(
            display_path(path),
            1,
            "id",
            f'"{one.id}" is "{known[one.id.casefold()]}" in the cohort; write it as there',
            "duplicate-id",
        )
        for one in named
        if known.get(one.id.casefold(), one.id) != one.id
    ]
    if problems:
        raise ContentError(problems)


def _with_work(cohort: Cohort) -> set[str]:
    """Whose submissions lie anywhere: in the gradebook, in nbgrader's folders, or in the exchange."""
    from curriculum_utils.cohorts.enrolling import with_submissions  # noqa: PLC0415 - nbgrader is slow to import

    folders = (cohort.step(step) for step in ("submitted", "autograded", "feedback"))
    collected = {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()}
    inbound = {path.name.partition("+")[0] for path in (cohort.exchange / cohort.name / "inbound").glob("*+*")}
    return with_submissions(cohort.gradebook_url) | collected | inbound


def key_of(cohort: Cohort, path: Path) -> list[Entry]:
    """The key to the cohort's pseudonyms, as its file has it.

    Raises:
        CohortError: the cohort has no pseudonyms, or the file is another cohort's key.
        ContentError: the file cannot be read.
    """
    if not cohort.settings.pseudonyms:
        raise CohortError(f"{cohort.name} has no pseudonyms: its roster holds the learners' own ids")
    return read_key(path, cohort.name)


def archive(root: Path, name: str) -> Cohort:
    """Puts a cohort out of the way: it is only read from now on. Again: it stays archived since the first time."""
    cohort = open_cohort(root, name)
    if cohort.settings.archived is not None:
        return cohort
    return update_settings(cohort, archived=datetime.now(UTC).isoformat(timespec="seconds"))


def unarchive(root: Path, name: str) -> Cohort:
    """Goes on with a cohort that was archived."""
    return update_settings(open_cohort(root, name), archived=None)
