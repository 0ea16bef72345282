"""What the desk's buttons run: each verb as the command of the same name, with what was typed checked and put in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from curriculum_utils.content import as_list
from curriculum_utils.errors import CohortError

_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@dataclass(frozen=True)
class Errand:
    """One command to be run: its arguments behind `curriculum`, and how the desk calls it while it runs."""

    title: str
    arguments: tuple[str, ...]
    as_json: bool = False


class Typed:
    """What was typed into one form; a missing field is empty."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        value = self._fields.get(name)
        return value.strip() if isinstance(value, str) else ""

    def needed(self, name: str, what: str) -> str:
        """The field's text.

        Raises:
            CohortError: it is empty.
        """
        if not (text := self.text(name)):
            raise CohortError(f"{what} is missing; fill it in and try again")
        return text

    def slug(self, name: str, what: str) -> str:
        """The field's text, where it is a name of ours.

        Raises:
            CohortError: it is none.
        """
        text = self.needed(name, what)
        if not _SLUG.match(text):
            raise CohortError(f'"{text}" is no {what.lower()}; use lower-case letters, digits and hyphens')
        return text

    def on(self, name: str) -> bool:
        return self._fields.get(name) is True

    def option(self, name: str, flag: str) -> list[str]:
        """`--flag=text`, which no text can turn into another option; nothing where the field is empty."""
        return [f"{flag}={text}"] if (text := self.text(name)) else []

    def options(self, name: str, flag: str) -> list[str]:
        """The same for a field of several texts."""
        return [f"{flag}={text}" for text in as_list(self._fields.get(name)) if isinstance(text, str) and text.strip()]


def errand(verb: str, cohort: str, fields: Mapping[str, object]) -> Errand:
    """The command behind a button.

    Args:
        fields: what the form holds, by name.
    Raises:
        CohortError: there is no such verb, or a field that it needs is missing.
    """
    typed = Typed(fields)
    if verb not in _VERBS:
        raise CohortError(f'the desk has no verb "{verb}"; it has: {", ".join(_VERBS)}')
    return _VERBS[verb](typed, cohort)


def _release(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    zipped = typed.option("zip", "--zip")
    flags = [*(["--force"] if typed.on("force") else []), *typed.option("due", "--due"), *zipped]
    return Errand(f"Releasing {module}", ("release", module, f"--cohort={cohort}", *flags))


def _due(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    due = typed.needed("due", "The date")
    return Errand(f"Setting the date of {module}", ("release", module, f"--cohort={cohort}", f"--due={due}"))


def _extend(typed: Typed, cohort: str) -> Errand:
    module, learner = typed.slug("module", "Module"), typed.needed("learner", "The learner")
    until = typed.needed("until", "The date")
    return Errand(f"Extending {module}", ("extend", f"--cohort={cohort}", f"--until={until}", "--", module, learner))


def _withdraw(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    return Errand(f"Withdrawing {module}", ("withdraw", module, f"--cohort={cohort}"))


def _collect(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    more = [
        *typed.option("from", "--from"),
        *typed.option("received", "--received"),
        *typed.options("assign", "--assign"),
    ]
    return Errand(f"Collecting {module}", ("collect", module, f"--cohort={cohort}", *more))


def _grade(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    return Errand(f"Grading {module}", ("grade", module, f"--cohort={cohort}"))


def _feedback(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    zipped = typed.option("zip", "--zip")
    return Errand(f"Returning feedback on {module}", ("feedback", module, f"--cohort={cohort}", *zipped))


def _regrade(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    return Errand(f"Grading {module} again", ("regrade", module, f"--cohort={cohort}", *_regrade_flags(typed)))


def _regrade_dry(typed: Typed, cohort: str) -> Errand:
    module = typed.slug("module", "Module")
    more = (*_regrade_flags(typed), "--dry-run", "--json")
    return Errand(f"Looking who would move in {module}", ("regrade", module, f"--cohort={cohort}", *more), as_json=True)


def _regrade_flags(typed: Typed) -> list[str]:
    flags = {"kept_keys": "--kept-keys", "overrule": "--overrule-manual"}
    return [flag for name, flag in flags.items() if typed.on(name)]


def _report(typed: Typed, cohort: str) -> Errand:
    blind = ["--blind"] if typed.on("blind") else []
    return Errand("Writing the report", ("report", f"--cohort={cohort}", "--json", *blind), as_json=True)


def _backup(typed: Typed, cohort: str) -> Errand:
    return Errand("Backing up", ("backup", "--json", *typed.option("to", "--to"), "--", cohort), as_json=True)


def _grades(typed: Typed, cohort: str) -> Errand:
    system = typed.needed("system", "Who reads the file")
    to = typed.text("to") or (PurePath("cohorts") / cohort / f"grades-{system}.csv").as_posix()
    return Errand("Writing the grades", ("export", "grades", f"--cohort={cohort}", f"--for={system}", f"--to={to}"))


_VERBS = {
    "release": _release,
    "due": _due,
    "extend": _extend,
    "withdraw": _withdraw,
    "collect": _collect,
    "grade": _grade,
    "feedback": _feedback,
    "regrade": _regrade,
    "regrade-dry": _regrade_dry,
    "report": _report,
    "backup": _backup,
    "grades": _grades,
}
