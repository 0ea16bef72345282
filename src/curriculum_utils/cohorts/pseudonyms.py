"""Made-up ids for learners, and the key to them: a file that the instructor keeps apart from the cohort."""

import csv
import io
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.cohorts.files import write_private
from curriculum_utils.cohorts.roster import COLUMNS, Learner, read_text
from curriculum_utils.errors import CohortError, ContentError, Problem, display_path

# No letter or digit that is taken for another one in print or by hand: no 0, o, 1, l, i.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 6
_PSEUDONYM = re.compile(rf"p-[{LETTERS}]{{{_LENGTH}}}")
_HEADER = ("cohort", "pseudonym", *COLUMNS)
_INSIDE = ("cohorts", "release", "submitted", "autograded", "feedback", "source", "curriculum")


@dataclass(frozen=True)
class Entry:
    """One line of the key: who a pseudonym is."""

    pseudonym: str
    learner: Learner


def check_place(path: Path, root: Path, exchange: Path | None = None) -> None:
    """Refuses a key file where the cohort's data lie: whoever has the one would have the other.

    Raises:
        CohortError: it would lie there, or its folder does not exist.
    """
    where = path.resolve()
    places = [root.resolve() / name for name in _INSIDE] + ([] if exchange is None else [exchange.resolve()])
    if any(where.is_relative_to(place) for place in places):
        raise CohortError(
            f"{display_path(path)}: the key is kept apart from the cohort; name a file outside the course"
        )
    if path.is_dir() or not where.parent.is_dir():
        raise CohortError(f"{display_path(path)}: is no file in a folder that exists; name another one")


def read_key(path: Path, cohort: str) -> list[Entry]:
    """The key of a cohort, in the file's order.

    Raises:
        ContentError: the file cannot be read, with every problem at its line.
        CohortError: it is another cohort's key.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    entries: list[Entry] = []
    problems: list[Problem] = []
    cohorts: set[str] = set()
    seen: set[str] = set()
    try:
        if tuple(next(reader, list[str]())) != _HEADER:
            problems.append(_problem(path, 1, f"is no key of a cohort; its first line is {','.join(_HEADER)}"))
        for row in reader if not problems else ():
            if len(row) != len(_HEADER) or not _PSEUDONYM.fullmatch(row[1]) or not row[2]:
                problems.append(_problem(path, reader.line_num, "is damaged; restore the file from a copy"))
            elif row[1] in seen or row[2].casefold() in seen:
                problems.append(_problem(path, reader.line_num, "repeats an earlier line; restore the file"))
            else:
                seen |= {row[1], row[2].casefold()}
                cohorts.add(row[0])
                entries.append(Entry(row[1], Learner(*row[2:])))
    except csv.Error as error:
        problems.append(_problem(path, reader.line_num, f"not valid CSV ({error}); restore the file from a copy"))
    if problems:
        raise ContentError(problems)
    if cohorts - {cohort}:
        raise CohortError(
            f"{display_path(path)}: is the key of {', '.join(sorted(cohorts - {cohort}))}, not of {cohort}"
        )
    return entries


def write_key(path: Path, cohort: str, entries: Iterable[Entry]) -> None:
    """Puts the key in the place of the file in one step, readable by its owner alone."""
    write_private(path, key_csv(cohort, entries).encode())


def key_csv(cohort: str, entries: Iterable[Entry]) -> str:
    """The key as its file has it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for one in entries:
        writer.writerow([cohort, one.pseudonym, *(getattr(one.learner, name) for name in COLUMNS)])
    return text.getvalue()


def extended(entries: list[Entry], learners: Iterable[Learner], taken: Iterable[str] = ()) -> list[Entry]:
    """The key with these learners: who is known keeps the pseudonym, with today's names; the others get one.

    Args:
        taken: ids that no new pseudonym may repeat.
    """
    known = {one.learner.id.casefold(): one.pseudonym for one in entries}
    used = {*known.values(), *taken}
    found = {one.pseudonym: one for one in entries}
    for learner in learners:
        pseudonym = known.get(learner.id.casefold()) or _another(used)
        used.add(pseudonym)
        found[pseudonym] = Entry(pseudonym, learner)
    return list(found.values())


def disguised(entries: Iterable[Entry], learners: Iterable[Learner]) -> list[Learner]:
    """The learners as the cohort knows them: pseudonyms alone, in an order that says nothing of the roster's."""
    known = {one.learner.id.casefold(): one.pseudonym for one in entries}
    return sorted((Learner(known[learner.id.casefold()]) for learner in learners), key=lambda one: one.id)


def _another(used: set[str]) -> str:
    while True:
        pseudonym = "p-" + "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))
        if pseudonym not in used:
            return pseudonym


def _problem(path: Path, line: int, message: str) -> Problem:
    return Problem(display_path(path), line, "", message, "key-file")
