"""A cohort on disk: its folder, its settings, where nbgrader's steps put its files. Roster rows are in `roster`."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml
from nbgrader.api import Gradebook
from pydantic import ValidationError, field_validator

from curriculum_utils.cohorts.roster import Learner, read_roster
from curriculum_utils.content import Model, Text, as_mapping
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, ScoringError
from curriculum_utils.grading.config import gradebook_url
from curriculum_utils.grading.process import prepare_process
from curriculum_utils.items.pinned import CohortFolders
from curriculum_utils.scoring.second_endpoint import address_of, variable_name

CHOICE = "CURRICULUM_COHORT"
_NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


class SecondRaterSettings(Model):
    """`second_rater` in `cohort.yaml`: where replies are read a second time. The key is never written there."""

    endpoint: Text
    model: Text
    key_variable: Text | None = None

    @field_validator("endpoint")
    @classmethod
    def _endpoint_can_be_used(cls, endpoint: str) -> str:
        return _checked(address_of, endpoint)

    @field_validator("key_variable")
    @classmethod
    def _key_variable_is_a_name(cls, variable: str | None) -> str | None:
        return None if variable is None else _checked(variable_name, variable)


def _checked(check: Callable[[str], object], text: str) -> str:
    try:
        check(text)
    except ScoringError as error:
        raise ValueError(str(error)) from None
    return text


class CohortSettings(Model):
    """`cohort.yaml`."""

    v: int = 1
    name: str
    created: str
    exchange: str | None = None
    private_keys: str | None = None
    second_rater: SecondRaterSettings | None = None


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
        return self.folder / "gradebook.db"

    @property
    def gradebook_url(self) -> str:
        return gradebook_url(self.root, self.name)

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
        return read_roster(self.roster_path)


def new_cohort(
    root: Path, name: str, roster: Path, *, exchange: Path | None = None, keys: Path | None = None
) -> Cohort:
    """Makes the cohort's folder, its roster and its gradebook; all of it or nothing.

    Args:
        exchange: nbgrader's exchange folder; one inside the cohort's folder by default.
        keys: a private folder of keys, laid over the course's own.
    Raises:
        CohortError: the name is no slug, or the cohort is there already.
        ContentError: the roster has problems.
    """
    if not _NAME.match(name):
        raise CohortError(f'"{name}" cannot be a cohort\'s name; use lower-case letters, digits and hyphens')
    final = root / "cohorts" / name
    if final.exists():
        raise CohortError(f"{final}: the cohort is there already; choose another name")
    learners = read_roster(roster)
    final.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=final.parent, prefix=f".new-{name}-"))
    try:
        shutil.copyfile(roster, making / "roster.csv")
        settings = CohortSettings(
            name=name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            exchange=str(exchange.resolve()) if exchange else None,
            private_keys=str(keys.resolve()) if keys else None,
        )
        text = yaml.safe_dump(settings.model_dump(exclude_none=True), sort_keys=False, allow_unicode=True)
        (making / "cohort.yaml").write_text(text, "utf-8")
        _enrol(f"sqlite:///{making / 'gradebook.db'}", name, learners)
        for private in ("roster.csv", "gradebook.db"):
            (making / private).chmod(0o600)
        (making / "releases").mkdir(mode=0o700)
        # Other users of the machine pass through to the exchange; they list nothing and read nothing else.
        making.chmod(0o711)
        making.rename(final)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    cohort = Cohort(root, settings)
    make_exchange(cohort)
    return cohort


def _enrol(url: str, course: str, learners: list[Learner]) -> None:
    prepare_process()
    with Gradebook(url, course) as gradebook:
        for learner in learners:
            details = {"first_name": learner.first_name, "last_name": learner.last_name, "email": learner.email}
            # nbgrader's annotation says that each value is a dict; it takes text.
            gradebook.update_or_create_student(learner.id, **details)  # pyright: ignore


def make_exchange(cohort: Cohort) -> None:
    """The exchange folder, open to every user of the machine, as nbgrader's exchange needs it."""
    if not cohort.exchange.exists():
        cohort.exchange.mkdir(parents=True)
        cohort.exchange.chmod(0o777)


def list_cohorts(root: Path) -> list[Cohort]:
    """The course's cohorts, by name."""
    return [open_cohort(root, path.parent.name) for path in sorted((root / "cohorts").glob("[!.]*/cohort.yaml"))]


def open_cohort(root: Path, name: str) -> Cohort:
    """The cohort of that name.

    Raises:
        CohortError: there is none, or its cohort.yaml cannot be read.
    """
    path = root / "cohorts" / name / "cohort.yaml"
    if not _NAME.match(name) or not path.is_file():
        known = [found.parent.name for found in sorted((root / "cohorts").glob("[!.]*/cohort.yaml"))]
        raise CohortError(f'no cohort "{name}"{did_you_mean(name, known)}')
    try:
        settings = CohortSettings.model_validate(as_mapping(yaml.safe_load(path.read_text("utf-8"))))
    except ValidationError as error:
        first = error.errors()[0]
        key, why = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        raise CohortError(f"{path}: {key}: {why}; correct it, or restore the file from a backup") from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = str(error).splitlines()[0]
        raise CohortError(f"{path}: cannot be read ({reason}); restore it from a backup") from None
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
    names = [path.parent.name for path in sorted((root / "cohorts").glob("[!.]*/cohort.yaml"))]
    if not names:
        raise CohortError("no cohort yet; make one: curriculum cohort new NAME --roster roster.csv")
    if len(names) > 1:
        raise CohortError(f"several cohorts: {', '.join(names)}; choose one with {CHOICE}=NAME (or --cohort NAME)")
    return open_cohort(root, names[0])
