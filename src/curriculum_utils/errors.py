"""Every error this package raises on purpose, and the shape in which problems in files are told.

CurriculumError
├── ContentError          what an author wrote cannot be used; carries every Problem found
├── ReleaseError          a released module (items.json, its keys) is missing, damaged or would leak
├── ResponseError         a learner's response log
│   ├── LogNotSaved       the event could not be written; what was there before is untouched
│   └── LogUnreadable     the file is no response log at all
├── HandingInFailed       a module was not handed in; the answers are where they were
├── AnswerError           an answer does not have the form its item type takes
├── ScoringError          a scorer cannot be used: files missing, damaged or of another version
├── NotAnswered           an item without an answer, told to `nbgrader validate` (items.executed)
├── CellError             what a graded cell raises under nbgrader, without a traceback (widgets.cells)
├── GradingError          a submission cannot be graded
│   └── Refused           a submission that is not collected (grading.submissions)
└── CohortError           a cohort, its roster or its settings
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one file; prints as `file:line: key: message [rule]`."""

    path: str
    line: int
    key: str
    message: str
    rule: str

    def __str__(self) -> str:
        key = f" {self.key}:" if self.key else ""
        return f"{self.path}:{self.line}:{key} {self.message} [{self.rule}]"


class CurriculumError(Exception):
    """The root of this package's errors; its text is fit to be shown to the person at the screen."""


class ContentError(CurriculumError):
    """Content that cannot be used; `problems` holds all that was found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class ReleaseError(CurriculumError):
    """A released module is missing, damaged or must not be released as it is."""


class ResponseError(CurriculumError):
    """A learner's response log."""


class LogNotSaved(ResponseError):
    """The event could not be written; nothing that was saved before is changed."""


class LogUnreadable(ResponseError):
    """The file is not a response log, or cannot be opened safely."""


class HandingInFailed(CurriculumError):
    """A module was not handed in, or its receipt could not be kept; the text says which."""


class AnswerError(CurriculumError):
    """An answer that does not have the form its item type takes."""


class ScoringError(CurriculumError):
    """The scorer's files are missing, damaged or of another version."""


class GradingError(CurriculumError):
    """A submission that cannot be graded."""


class CohortError(CurriculumError):
    """A cohort, its roster or its settings."""


def display_path(path: Path) -> str:
    """The path as a person would type it: relative to the current folder where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
