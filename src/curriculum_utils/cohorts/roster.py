"""A roster file: who is in a cohort. Every problem is told at once, and nothing is half-imported."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.errors import ContentError, Problem, display_path

COLUMNS = ("id", "first_name", "last_name", "email")
MAX_BYTES = 5_000_000
# nbgrader puts the id between plus signs in folder names, and takes `*` for "everybody".
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")


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


def read_roster(path: Path) -> list[Learner]:
    """The learners in a CSV file with a header line and a column `id`.

    Raises:
        ContentError: with every problem found, at its line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ContentError([_problem(path, 1, "", f"cannot be read: {error.strerror}", "file")]) from None
    if len(raw) > MAX_BYTES:
        raise ContentError([_problem(path, 1, "", f"larger than {MAX_BYTES:,} bytes; is this a roster?", "file-size")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "not UTF-8 text; save it as “CSV UTF-8”"
        raise ContentError([_problem(path, 1, "", message, "encoding")]) from None
    learners: list[Learner] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        problems.extend(_header_problems(path, reader.fieldnames))
        if problems:
            raise ContentError(problems)
        for row in reader:
            values = {name: (row.get(name) or "").strip() for name in COLUMNS}
            if not any(values.values()):
                continue
            problems.extend(_row_problems(path, reader.line_num, values["id"], seen, too_long=None in row))
            learners.append(Learner(**values))
    except csv.Error as error:
        problems.append(_problem(path, 1, "", f"not valid CSV: {error}", "csv"))
    if not learners and not problems:
        problems.append(_problem(path, 1, "", "lists nobody; add one line per learner", "empty"))
    if problems:
        raise ContentError(problems)
    return learners


def _header_problems(path: Path, header: object) -> list[Problem]:
    names = [str(name).strip() for name in header] if isinstance(header, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if "id" not in names:
        message = f"the first line names no column `id`; write: {','.join(COLUMNS)}"
        return [_problem(path, 1, "", message, "missing-key")]
    return [
        _problem(path, 1, name, "the column stands twice; keep one of them", "duplicate-key")
        for name in COLUMNS
        if names.count(name) > 1
    ]


def _row_problems(path: Path, line: int, learner: str, seen: dict[str, int], *, too_long: bool) -> list[Problem]:
    found: list[Problem] = []
    if too_long:
        message = "has more fields than the first line; put text with commas in double quotes"
        found.append(_problem(path, line, "", message, "csv"))
    if not learner:
        found.append(_problem(path, line, "id", "is missing; every learner needs one", "missing-key"))
    elif not _ID.match(learner):
        message = f'"{learner}" cannot be an id; use letters, digits, `.`, `_`, `@` and `-`, at most 64'
        found.append(_problem(path, line, "id", message, "value"))
    elif learner.casefold() in seen:
        message = f'"{learner}" stands in line {seen[learner.casefold()]} already; ids are unique'
        found.append(_problem(path, line, "id", message, "duplicate-id"))
    else:
        # Folders of two ids that differ by case alone would be one folder on macOS and Windows.
        seen[learner.casefold()] = line
    return found


def _problem(path: Path, line: int, key: str, message: str, rule: str) -> Problem:
    return Problem(display_path(path), line, key, message, rule)
