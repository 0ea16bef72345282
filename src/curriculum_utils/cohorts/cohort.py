"""A cohort on disk: its folder, and where its files lie. Roster rows are in `roster`, its settings in `policy`."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curriculum_utils.cohorts.files import one_at_a_time
from curriculum_utils.cohorts.policy import CohortSettings, checked_settings, read_settings, write_settings
from curriculum_utils.cohorts.roster import Learner, read_roster
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.config import gradebook_url
from curriculum_utils.items.pinned import CohortFolders

CHOICE = "CURRICULUM_COHORT"
_NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@dataclass(frozen=True)
class Cohort:
    """One cohort of one course. `root` is the course's folder."""

    root: Path
    settings: CohortSettings

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def folders(self) -> CohortFolders:
        return CohortFolders(self.root, self.name)

    @property
    def folder(self) -> Path:
        return self.folders.own

    @property
    def roster_path(self) -> Path:
        return self.folder / "roster.csv"

    @property
    def gradebook_path(self) -> Path:
        """The gradebook's file, unless the cohort has a database elsewhere."""
        return self.folder / "gradebook.db"

    @property
    def gradebook_url(self) -> str:
        if self.settings.database is None:
            return gradebook_url(self.root, self.name)
        from curriculum_utils.cohorts.database import working_url  # noqa: PLC0415 - SQLAlchemy is slow to import

        return working_url(self.settings.database)

    @property
    def releases(self) -> Path:
        """Where each release is kept under its digest, with its keys."""
        return self.folders.releases

    @property
    def exchange(self) -> Path:
        """nbgrader's exchange for this cohort."""
        return Path(self.settings.exchange) if self.settings.exchange else self.folder / "exchange"

    @property
    def private_keys(self) -> Path | None:
        """A folder of keys that is laid over the course's own, for keys that are not in the repository."""
        return Path(self.settings.private_keys) if self.settings.private_keys else None

    @property
    def settings_path(self) -> Path:
        return self.folder / "cohort.yaml"

    @property
    def set_aside(self) -> Path:
        """Submissions that could not be taken, by module, each with its WHY.txt."""
        return self.folder / "set-aside"

    @property
    def report_folder(self) -> Path:
        return self.folder / "report"

    def step(self, step: str) -> Path:
        """The cohort's folder of one of nbgrader's steps: release, submitted, autograded or feedback."""
        return self.folders.everyone(step)

    def roster(self) -> list[Learner]:
        return read_roster(self.roster_path, may_be_empty=True)


def make_exchange(cohort: Cohort) -> None:
    """The exchange folder, open to every user of the machine, as nbgrader's exchange needs it."""
    if not cohort.exchange.exists():
        cohort.exchange.mkdir(parents=True)
        cohort.exchange.chmod(0o777)


def cohort_names(root: Path) -> list[str]:
    """The names of the course's cohorts, archived ones included."""
    return [path.parent.name for path in sorted((root / "cohorts").glob("[!.]*/cohort.yaml"))]


def list_cohorts(root: Path) -> list[Cohort]:
    """The course's cohorts, archived ones included, by name."""
    return [open_cohort(root, name) for name in cohort_names(root)]


def check_name(name: str) -> None:
    """Refuses what could not be a folder's name everywhere.

    Raises:
        CohortError: the name is no slug.
    """
    if not _NAME.match(name):
        raise CohortError(f'"{name}" cannot be a cohort\'s name; use lower-case letters, digits and hyphens')


def restoring(root: Path, name: str) -> Path:
    """The note that a restore of the cohort is under way; the files of such a cohort do not fit together."""
    return root / "cohorts" / f".restoring-{name}.json"


def require_open(cohort: Cohort) -> None:
    """Refuses to go on with a cohort that is archived.

    Raises:
        CohortError: it is.
    """
    if cohort.settings.archived is not None:
        raise CohortError(
            f"{cohort.name} is archived since {cohort.settings.archived[:10]} and is only read; to go on with it: "
            f"curriculum cohort unarchive {cohort.name}"
        )


def update_settings(cohort: Cohort, **changes: Any) -> Cohort:
    """Changes fields of cohort.yaml in one step and returns the cohort as it is then.

    What another command changed meanwhile stays: the file is read again first.

    Raises:
        CohortError: a value cannot be used; nothing was changed.
    """
    with one_at_a_time(cohort.root):
        now = read_settings(cohort.settings_path)
        settings = checked_settings({**now.model_dump(), **changes}, "", "")
        if settings != now:
            write_settings(cohort.settings_path, settings)
    return Cohort(cohort.root, settings)


def open_cohort(root: Path, name: str) -> Cohort:
    """The cohort of that name.

    Raises:
        CohortError: there is none, or its cohort.yaml cannot be read.
    """
    path = root / "cohorts" / name / "cohort.yaml"
    if not _NAME.match(name) or not path.is_file():
        raise CohortError(f'no cohort "{name}"{did_you_mean(name, cohort_names(root))}')
    if restoring(root, name).exists():
        raise CohortError(f"{name}: its restore was interrupted; run it again: curriculum restore FILE")
    settings = read_settings(path)
    if settings.name != name:
        raise CohortError(f'{path}: says name "{settings.name}", but the folder is "{name}"; make them the same')
    return Cohort(root, settings)


def chosen_cohort(root: Path, name: str | None = None) -> Cohort:
    """The cohort by name, else by $CURRICULUM_COHORT, else the only one there is.

    Raises:
        CohortError: none exists, or there are several and none is chosen.
    """
    choice = name or os.environ.get(CHOICE)
    if choice:
        return open_cohort(root, choice)
    names = [cohort.name for cohort in list_cohorts(root) if cohort.settings.archived is None]
    if not names and (archived := cohort_names(root)):
        raise CohortError(f"every cohort is archived; choose one with --cohort NAME: {', '.join(archived)}")
    if not names:
        raise CohortError("no cohort yet; make one: curriculum cohort new NAME --roster roster.csv")
    if len(names) > 1:
        raise CohortError(f"several cohorts: {', '.join(names)}; choose one with {CHOICE}=NAME (or --cohort NAME)")
    return open_cohort(root, names[0])
