"""A roster file: who is in a cohort. Every problem is told at once, and nothing is half-imported."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.errors import ContentError, Problem, display_path

COLUMNS = ("id", "first_name", "last_name", "email")
MAX_BYTES = 5_000_000
# nbgrader's columns hold no more.
LONGEST = 128
# nbgrader puts the id between plus signs in folder names, and takes `*` for "everybody".
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")
# Excel writes the list separator of the country; in much of Europe the comma stands in numbers.
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Learner:
    """One line of the roster; everything but the id may be empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.id


def read_roster(path: Path, *, may_be_empty: bool = False) -> list[Learner]:
    """The learners in a CSV file with a header line and a column `id`.

    Commas, semicolons or tabs stand between the columns, as the header line says.

    Args:
        may_be_empty: a roster that lists nobody is one: everybody was erased.
    Raises:
        ContentError: with every problem found, at its line.
    """
    text = read_text(path)
    learners: list[Learner] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        names = [name.strip().lower() for name in _header(reader)]
        problems.extend(_header_problems(path, names))
        if problems:
            raise ContentError(problems)
        for row in reader:
            if not any(field.strip() for field in row):
                continue
            given = dict(zip(names, (field.strip() for field in row), strict=False))
            learner = Learner(**{name: given.get(name, "") for name in COLUMNS})
            problems.extend(_row_problems(path, reader.line_num, learner, seen, too_long=len(row) > len(names)))
            learners.append(learner)
    except csv.Error as error:
        problems.append(_problem(path, max(reader.line_num, 1), "", f"not valid CSV: {error}", "csv"))
    if not learners and not problems and not may_be_empty:
        problems.append(_problem(path, 1, "", "lists nobody; add one line per learner", "empty"))
    if problems:
        raise ContentError(problems)
    return learners


def read_text(path: Path) -> str:
    """The text of a file that a spreadsheet saved.

    Raises:
        ContentError: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ContentError([_problem(path, 1, "", f"cannot be read: {error.strerror}", "file")]) from None
    if len(raw) > MAX_BYTES:
        raise ContentError([_problem(path, 1, "", f"larger than {MAX_BYTES:,} bytes; is this a roster?", "file-size")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "not UTF-8 text; save it as “CSV UTF-8”"
        raise ContentError([_problem(path, line, "", message, "encoding")]) from None


def roster_csv(learners: Iterable[Learner]) -> bytes:
    """A roster file with these learners, in this order."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(learner, name) for name in COLUMNS] for learner in learners)
    return text.getvalue().encode("utf-8")


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    columns = {one: [name.strip(' "\r').lower() for name in first.split(one)] for one in _SEPARATORS}
    return next((one for one in _SEPARATORS if "id" in columns[one] and len(columns[one]) > 1), ",")


def _header(reader: Iterable[list[str]]) -> list[str]:
    return next(iter(reader), list[str]())


def _header_problems(path: Path, names: Sequence[str]) -> list[Problem]:
    if "id" not in names:
        message = f"the first line names no column `id`; write: {','.join(COLUMNS)}"
        return [_problem(path, 1, "", message, "missing-key")]
    return [
        _problem(path, 1, name, "the column stands twice; keep one of them", "duplicate-key")
        for name in COLUMNS
        if names.count(name) > 1
    ]


def _row_problems(path: Path, line: int, row: Learner, seen: dict[str, int], *, too_long: bool) -> list[Problem]:
    found: list[Problem] = []
    if too_long:
        message = "has more fields than the first line; put text with commas in double quotes"
        found.append(_problem(path, line, "", message, "csv"))
    found.extend(_id_problems(path, line, row.id, seen))
    for name in COLUMNS[1:]:
        value: str = getattr(row, name)
        if len(value) > LONGEST:
            found.append(_problem(path, line, name, f"is longer than {LONGEST} characters; shorten it", "value"))
        # A line break inside quotes is a slip of a spreadsheet, and harmless; other controls are not.
        elif not value.replace("\n", " ").replace("\r", " ").isprintable():
            found.append(_problem(path, line, name, "holds characters that cannot be shown; type it anew", "value"))
    return found


def _id_problems(path: Path, line: int, learner: str, seen: dict[str, int]) -> list[Problem]:
    if not learner:
        return [_problem(path, line, "id", "is missing; every learner needs one", "missing-key")]
    if not _ID.match(learner):
        message = f'"{learner}" cannot be an id; use letters, digits, `.`, `_`, `@` and `-`, at most 64'
        return [_problem(path, line, "id", message, "value")]
    if learner.casefold() in seen:
        message = f'"{learner}" stands in line {seen[learner.casefold()]} already; ids are unique'
        return [_problem(path, line, "id", message, "duplicate-id")]
    # Folders of two ids that differ by case alone would be one folder on macOS and Windows.
    seen[learner.casefold()] = line
    return []


def _problem(path: Path, line: int, key: str, message: str, rule: str) -> Problem:
    return Problem(display_path(path), line, key, message, rule)
