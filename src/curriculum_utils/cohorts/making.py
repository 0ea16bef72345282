"""Making a cohort: its folder, its roster and its gradebook, all of it or nothing."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curriculum_utils.cohorts.cohort import Cohort, check_name, list_cohorts, make_exchange
from curriculum_utils.cohorts.files import one_at_a_time, write_private
from curriculum_utils.cohorts.policy import CohortSettings, checked_settings, write_settings
from curriculum_utils.cohorts.pseudonyms import check_place, disguised, extended, read_key, write_key
from curriculum_utils.cohorts.roster import Learner, read_roster, roster_csv
from curriculum_utils.errors import CohortError

MAKING = ".new-"
_NO_KEY_FILE = "pseudonyms need a place for their key; name a file outside the course: --key-file PATH"


def new_cohort(
    root: Path,
    name: str,
    roster: Path,
    *,
    exchange: Path | None = None,
    keys: Path | None = None,
    key_file: Path | None = None,
    **settings: Any,
) -> Cohort:
    """Makes the cohort's folder, its roster and its gradebook; all of it or nothing.

    Killed at any moment and run again, it makes the cohort as if it ran for the first time.

    Args:
        exchange: nbgrader's exchange folder; one inside the cohort's folder by default.
        keys: a private folder of keys, laid over the course's own.
        key_file: where the key to the pseudonyms is kept, for `pseudonyms=True`.
        settings: other fields of `CohortSettings`.
    Raises:
        CohortError: the name is no slug, the cohort is there already, or a setting cannot be used.
        ContentError: the roster has problems.
    """
    check_name(name)
    learners = read_roster(roster)
    chosen = _settings(name, exchange=exchange, keys=keys, **settings)
    final = root / "cohorts" / name
    cohort = Cohort(root, chosen)
    if chosen.pseudonyms and key_file is None:
        raise CohortError(_NO_KEY_FILE)
    if key_file is not None:
        if not chosen.pseudonyms:
            raise CohortError("--key-file goes with --pseudonyms; without, there is no key to keep")
        check_place(key_file, root, cohort.exchange)
    with one_at_a_time(root):
        if final.exists():
            raise CohortError(f"{final}: the cohort is there already; choose another name")
        for left in final.parent.glob(f"{MAKING}*"):  # of a command that was killed; nobody else makes one now
            shutil.rmtree(left)
        if chosen.database is not None:
            _claim(cohort, chosen.database)
        making = Path(tempfile.mkdtemp(dir=final.parent, prefix=f"{MAKING}{name}-"))
        try:
            _fill(making, cohort, learners, roster, key_file)
            making.rename(final)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
    return cohort


def _settings(name: str, *, exchange: Path | None, keys: Path | None, **settings: Any) -> CohortSettings:
    given: dict[str, Any] = {
        "name": name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "exchange": str(exchange.resolve()) if exchange else None,
        "private_keys": str(keys.resolve()) if keys else None,
    }
    return checked_settings(given | settings, "", "")


def _claim(cohort: Cohort, database: str) -> None:
    from curriculum_utils.cohorts.database import claim  # noqa: PLC0415 - SQLAlchemy is slow to import

    others = list_cohorts(cohort.root)
    claim(
        database, cohort.root, cohort.name, {one.settings.database: one.name for one in others if one.settings.database}
    )


def _fill(making: Path, cohort: Cohort, learners: list[Learner], roster: Path, key_file: Path | None) -> None:
    from curriculum_utils.cohorts.enrolling import enrol  # noqa: PLC0415 - nbgrader is slow to import

    if key_file is None:
        shutil.copyfile(roster, making / "roster.csv")
        known_as = learners
    else:
        # On disk before the cohort is: a pseudonym whose learner nobody knows any more would be worthless.
        entries = extended(read_key(key_file, cohort.name) if key_file.exists() else [], learners)
        write_key(key_file, cohort.name, entries)
        known_as = disguised(entries, learners)
        write_private(making / "roster.csv", roster_csv(known_as))
    write_settings(making / "cohort.yaml", cohort.settings)
    inside = cohort.settings.database is None
    enrol(f"sqlite:///{making / 'gradebook.db'}" if inside else cohort.gradebook_url, cohort.name, known_as)
    for private in ("roster.csv", *(("gradebook.db",) if inside else ())):
        (making / private).chmod(0o600)
    (making / "releases").mkdir(mode=0o700)
    if cohort.settings.exchange is None:
        (making / "exchange").mkdir()
        (making / "exchange").chmod(0o777)
    else:
        make_exchange(cohort)
    # Other users of the machine pass through to the exchange; they list nothing and read nothing else.
    making.chmod(0o711)
