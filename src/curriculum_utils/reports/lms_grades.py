"""Grades as other systems take them in: a CSV file for Canvas, for Moodle, or for a spreadsheet.

Checked against what their importers read: Canvas' GradebookImporter, Moodle's gradeimport_csv.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from curriculum_utils.cohorts import Cohort, Learner
from curriculum_utils.cohorts.passing import checked_module, counted
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.standing import Standing

System = Literal["canvas", "moodle", "csv"]
Match = Literal["id", "login", "email"]

# What spreadsheets take for a formula where a cell begins so: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"^[=+\-@\t\r]")


@dataclass(frozen=True)
class LeftOut:
    """A grade that is not in the file, and why."""

    learner: str
    module: str
    why: str


@dataclass(frozen=True)
class GradeFile:
    """The file's bytes, how many learners and grades it holds, and what it does not."""

    content: bytes
    learners: int
    grades: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class _Row:
    learner: Learner
    standings: tuple[Standing, ...]
    scores: tuple[float | None, ...]


def grade_file(
    cohort: Cohort,
    modules: Sequence[str],
    system: System,
    *,
    match: Match = "id",
    columns: Mapping[str, str] | None = None,
    provisional: bool = False,
) -> GradeFile:
    """The grades of these modules as they count: of the best hand-in that `curriculum passing` goes by.

    They are nbgrader's, manual scores, late penalty and all.

    Args:
        modules: all of the gradebook, where empty.
        match: for Canvas, what the roster's id is there: the SIS user id or the login; or match by the email.
        columns: what a module is called in the other system; by default as in the course.
        provisional: also give the grades of which a person has still to look at a part.
    Raises:
        CohortError: no such module, or none at all.
    """
    standings = counted(cohort)
    known = list(dict.fromkeys(module for _, module in standings))
    chosen = [checked_module(module, known) for module in dict.fromkeys(modules)] or known
    if not chosen:
        raise CohortError(f"{cohort.name}: the gradebook has no module; first: curriculum release MODULE")
    for name in columns or {}:
        checked_module(name, chosen)
    left_out: list[LeftOut] = []
    rows: list[_Row] = []
    for learner in cohort.roster():
        mine = tuple(standings[learner.id, module] for module in chosen)
        scores = tuple(_score(one, left_out, provisional=provisional) for one in mine)
        rows.append(_Row(learner, mine, scores))
    names = [(columns or {}).get(module, module) for module in chosen]
    if len(set(names)) < len(names):
        raise CohortError("two modules would have one column; give each a name of its own with --column MODULE=NAME")
    if system != "csv":
        # Both take an empty cell for "no grade" and would take away one that is there: who has none has no row.
        rows = [row for row in rows if any(score is not None for score in row.scores)]
    if system == "canvas":
        rows = [row for row in rows if _has_key(row, match, left_out)]
        maxima = [next(one for (_, name), one in standings.items() if name == module).maximum for module in chosen]
        lines = _canvas(rows, names, maxima, match)
    elif system == "moodle":
        lines = _moodle(rows, names)
    else:
        lines = _plain(rows, names)
    grades = sum(score is not None for row in rows for score in row.scores)
    # Excel reads UTF-8 only where a mark says so; the importers take the mark for a part of the first heading.
    return GradeFile(_as_csv(lines, bom=system == "csv"), len(rows), grades, tuple(left_out))


def _score(standing: Standing, left_out: list[LeftOut], *, provisional: bool) -> float | None:
    if standing.state == "settled" or (provisional and standing.state == "waiting"):
        return standing.score
    why = {
        "none": "nothing handed in",
        "collected": "collected, not graded yet",
        "waiting": _waits(len(standing.waiting)),
        "settled": "",
    }[standing.state]
    left_out.append(LeftOut(standing.learner, standing.module, why))
    return None


def _waits(answers: int) -> str:
    """Of an earlier hand-in it is only known that something waited."""
    if not answers:
        return "an earlier hand-in that counts waited for a person when it was handed in again"
    return f"{answers} {'answer waits' if answers == 1 else 'answers wait'} for a person"


def _has_key(row: _Row, match: Match, left_out: list[LeftOut]) -> bool:
    """Whether Canvas could find the learner by something better than the name."""
    if match != "email" or (row.learner.email and not _FORMULA.match(row.learner.email)):
        return True
    left_out.extend(
        LeftOut(row.learner.id, one.module, "no email in the roster that Canvas could match")
        for one, score in zip(row.standings, row.scores, strict=True)
        if score is not None
    )
    return False


def _canvas(rows: Sequence[_Row], names: Sequence[str], maxima: Sequence[float], match: Match) -> list[list[str]]:
    # Canvas finds a learner by its own ID, which we do not know, then by SIS user id, then by login, then by name.
    lines = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]]
    lines.append(["    Points Possible", "", "", "", "", *map(_number, maxima)])
    for row in rows:
        sis = row.learner.id if match == "id" else ""
        login = {"id": "", "login": row.learner.id, "email": row.learner.email}[match]
        lines.append([_text(_sortable(row.learner)), "", sis, login, "", *map(_number, row.scores)])
    return lines


def _moodle(rows: Sequence[_Row], names: Sequence[str]) -> list[list[str]]:
    lines = [["ID number", "First name", "Last name", "Email address", *names]]
    for row in rows:
        one = row.learner
        email = "" if _FORMULA.match(one.email) else one.email
        lines.append([one.id, _text(one.first_name), _text(one.last_name), email, *map(_number, row.scores)])
    return lines


def _plain(rows: Sequence[_Row], names: Sequence[str]) -> list[list[str]]:
    head = ["id", "first_name", "last_name", "email"]
    for name in names:
        head += [_text(name), f"{_text(name)}: of", f"{_text(name)}: late penalty", f"{_text(name)}: state"]
    lines = [head]
    for row in rows:
        one = row.learner
        line = [_text(one.id), _text(one.first_name), _text(one.last_name), _text(one.email)]
        for standing, score in zip(row.standings, row.scores, strict=True):
            penalty = "" if score is None or standing.earlier else _number(standing.penalty)
            state = _STATES[standing.state] + (_EARLIER if standing.earlier else "")
            line += [_number(score), _number(standing.maximum), penalty, state]
        lines.append(line)
    return lines


_EARLIER = ", an earlier hand-in"
_STATES = {
    "none": "not handed in",
    "collected": "not graded yet",
    "waiting": "waits for a person",
    "settled": "final",
}


def _sortable(learner: Learner) -> str:
    """`Surname, First name`, as Canvas writes it."""
    return ", ".join(part for part in (learner.last_name, learner.first_name) if part) or learner.id


def _number(value: float | None) -> str:
    """Points with a decimal point and at most four decimals; empty for none."""
    if value is None:
        return ""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _text(value: str) -> str:
    """Text that no spreadsheet takes for a formula; line breaks become blanks."""
    value = re.sub(r"[\r\n]+", " ", value)
    return f"'{value}" if _FORMULA.match(value) else value


def _as_csv(lines: Sequence[Sequence[str]], *, bom: bool) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode("utf-8-sig" if bom else "utf-8")
