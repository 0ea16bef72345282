"""What is settled for a cohort: the fields of its cohort.yaml, how they are checked, and how they are changed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, field_validator

from curriculum_utils.cohorts.files import write_private
from curriculum_utils.content import Model, Text, as_mapping
from curriculum_utils.errors import CohortError, CurriculumError
from curriculum_utils.scoring.second_endpoint import address_of, variable_name

VERSION = 1
_DAYS = {"d": 1, "w": 7, "y": 365}


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


class ModuleSettings(Model):
    """What holds of one module instead of the cohort's own; None: as for the cohort."""

    pass_mark: float | None = Field(None, ge=0, le=100)
    retakes: int | None = Field(None, ge=0)


class CohortSettings(Model):
    """`cohort.yaml`.

    Attributes:
        late: the late rule, as `grading.late.parse_late` reads it.
        database: the gradebook's URL without a password; None for SQLite in the cohort's folder.
        pass_mark: percent of a module's points, in [0, 100]; None where nothing is passed or failed.
        retakes: how often a module may be taken again; None for no limit.
        retention_days: how long data are kept once the cohort has ended (see `retention`); None for no period.
        pseudonyms: the roster holds made-up ids; the key to them is kept elsewhere.
        archived: since when it is out of the way, RFC 3339; nothing is released, collected or graded then.
    """

    v: int = VERSION
    name: str
    created: str
    exchange: str | None = None
    private_keys: str | None = None
    second_rater: SecondRaterSettings | None = None
    late: str = "none"
    database: str | None = None
    pass_mark: float | None = Field(None, ge=0, le=100)
    retakes: int | None = Field(None, ge=0)
    retention_days: int | None = Field(None, ge=1)
    pseudonyms: bool = False
    archived: str | None = None
    modules: dict[str, ModuleSettings] = Field(default_factory=dict[str, ModuleSettings])

    @field_validator("v")
    @classmethod
    def _is_known(cls, version: int) -> int:
        if version != VERSION:
            raise ValueError(f"version {version} was written by another release of curriculum-utils; use that one")
        return version

    @field_validator("late")
    @classmethod
    def _late_is_a_rule(cls, text: str) -> str:
        from curriculum_utils.grading.late import parse_late  # noqa: PLC0415 - nbgrader is slow to import

        return "none" if text == "none" else _value(lambda: parse_late(text).text)

    @field_validator("database")
    @classmethod
    def _database_can_be_used(cls, url: str | None) -> str | None:
        from curriculum_utils.cohorts.database import checked_url  # noqa: PLC0415 - SQLAlchemy is slow to import

        return None if url is None else _value(lambda: checked_url(url))

    def pass_mark_of(self, module: str) -> float | None:
        """The pass mark that holds of a module, in percent of its points."""
        own = self.modules.get(module)
        return self.pass_mark if own is None or own.pass_mark is None else own.pass_mark

    def retakes_of(self, module: str) -> int | None:
        """How often a module may be taken again; None for no limit."""
        own = self.modules.get(module)
        return self.retakes if own is None or own.retakes is None else own.retakes

    def as_yaml(self) -> bytes:
        """The file's text: what was never settled is left out."""
        data = {"v": self.v, **self.model_dump(exclude_none=True, exclude_defaults=True)}
        return yaml.safe_dump(data, sort_keys=False, allow_unicode=True).encode()


def _checked(check: Callable[[str], object], text: str) -> str:
    _value(lambda: str(check(text)))
    return text


def _value(make: Callable[[], str]) -> str:
    try:
        return make()
    except CurriculumError as error:
        raise ValueError(str(error)) from None


def checked_settings(values: dict[str, Any], where: str, remedy: str) -> CohortSettings:
    """The settings that `values` give.

    Raises:
        CohortError: they give none; begins with `where` and ends with `remedy`.
    """
    try:
        return CohortSettings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key, why = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        raise CohortError(f"{where}{key}: {why}{remedy}") from None


def read_settings(path: Path) -> CohortSettings:
    """The settings in a cohort.yaml.

    Raises:
        CohortError: it cannot be read.
    """
    try:
        values = as_mapping(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = str(error).splitlines()[0]
        raise CohortError(f"{path}: cannot be read ({reason}); restore it from a backup") from None
    return checked_settings(values, f"{path}: ", "; correct it, or restore the file from a backup")


def write_settings(path: Path, settings: CohortSettings) -> None:
    """Puts the settings in the place of the file in one step."""
    write_private(path, settings.as_yaml())


def parse_retention(text: str) -> int | None:
    """Days in a text such as `365d`, `52w` or `3y` (of 365 days); None for `none`.

    Raises:
        CohortError: it says no such thing.
    """
    said = text.strip().lower()
    if said == "none":
        return None
    found = re.fullmatch(r"(\d{1,5}) ?([dwy])(?:ays?|eeks?|ears?)?", said)
    if found is None or int(found[1]) == 0:
        raise CohortError(f'--retention "{text}" is no period; write days, weeks or years: 365d, 52w, 3y (or none)')
    return int(found[1]) * _DAYS[found[2]]
