"""A submission's folder copied without trusting it: no links, no special files, no more than anybody hands in."""

# The untyped libraries are nbgrader, nbconvert and nbformat.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import fnmatch
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import nbformat

from curriculum_utils.errors import GradingError

MAX_DEPTH = 8
MAX_NOTEBOOK_BYTES = 20_000_000
UNREADABLE = ".unreadable"
_CHUNK = 1 << 20


class Refused(GradingError):
    """A submission that is not collected; its text says why, to the instructor."""


@dataclass(frozen=True)
class Limits:
    """What one submission may hold."""

    file_bytes: int = 25_000_000
    total_bytes: int = 100_000_000
    files: int = 500


@dataclass
class _Budget:
    limits: Limits
    files: int = 0
    total: int = 0

    def add_file(self, name: str) -> None:
        self.files += 1
        if self.files > self.limits.files:
            raise Refused(f"it holds more than {self.limits.files} files (“{name}” is one too many)")

    def add_bytes(self, count: int, so_far: int, name: str) -> None:
        self.total += count
        if so_far > self.limits.file_bytes:
            raise Refused(f"“{name}” is larger than {self.limits.file_bytes:,} bytes")
        if self.total > self.limits.total_bytes:
            raise Refused(f"it is larger than {self.limits.total_bytes:,} bytes")


def copy_submission(source: Path, dest: Path, *, ignore: Sequence[str], limits: Limits) -> None:
    """Copies a learner's folder to `dest`, which does not exist yet.

    Every file is opened by its own name in an open folder, so that nothing can be exchanged for a link meanwhile.

    Args:
        ignore: names and patterns that are left out, as nbgrader's `CourseDirectory.ignore`.
    Raises:
        Refused: a link, a special file, too much, or a file of more than one name.
        OSError: reading or writing failed.
    """
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except NotADirectoryError:
        raise Refused("it is not a folder") from None
    except OSError as error:
        if source.is_symlink():
            raise Refused("the folder itself is a link") from None
        raise Refused(f"it cannot be opened ({error.strerror})") from None
    try:
        _copy_folder(descriptor, dest, Path(), ignore, _Budget(limits))
    finally:
        os.close(descriptor)


def _copy_folder(source: int, dest: Path, inside: Path, ignore: Sequence[str], budget: _Budget) -> None:
    if len(inside.parts) > MAX_DEPTH:
        raise Refused(f"its folders are more than {MAX_DEPTH} deep")
    dest.mkdir()
    for name in sorted(os.listdir(source)):
        if any(fnmatch.fnmatch(name, pattern) for pattern in ignore):
            continue
        shown = ascii((inside / name).as_posix())[1:-1]
        mode = os.stat(name, dir_fd=source, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            raise Refused(f"“{shown}” is a link")
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            raise Refused(f"“{shown}” is not an ordinary file")
        # Folders count as files: a million empty ones fill a disk as well.
        budget.add_file(shown)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | (os.O_DIRECTORY if stat.S_ISDIR(mode) else 0)
        try:
            descriptor = os.open(name, flags, dir_fd=source)
        except OSError as error:
            raise Refused(f"“{shown}” cannot be opened ({error.strerror})") from None
        try:
            if stat.S_ISDIR(mode):
                _copy_folder(descriptor, dest / name, inside / name, ignore, budget)
            else:
                with os.fdopen(os.dup(descriptor), "rb") as file:
                    _copy_file(file, dest / name, shown, budget)
        finally:
            os.close(descriptor)


def _copy_file(source: BinaryIO, dest: Path, shown: str, budget: _Budget) -> None:
    facts = os.fstat(source.fileno())
    if not stat.S_ISREG(facts.st_mode):
        raise Refused(f"“{shown}” is not an ordinary file")
    if facts.st_nlink > 1:
        # A second name for a file that the learner may not read, or may still change, would be collected as theirs.
        raise Refused(f"“{shown}” has a second name elsewhere on the disk (a hard link)")
    so_far = 0
    with dest.open("xb") as file:
        while part := source.read(_CHUNK):
            so_far += len(part)
            budget.add_bytes(len(part), so_far, shown)
            file.write(part)


def restore_notebooks(submission: Path, release: Path, names: Sequence[str]) -> list[str]:
    """Puts the released notebook where one is missing or cannot be read, and says what was done, by sentence.

    An answer is in the response log, not in the notebook, so nothing that counts is lost. A file that cannot be read
    is kept beside, under another ending.
    """
    done: list[str] = []
    for name in names:
        path = submission / f"{name}.ipynb"
        if path.is_file() and _is_notebook(path):
            continue
        if path.exists():
            path.rename(path.with_name(path.name + UNREADABLE))
            done.append(f"{path.name} could not be read and was replaced by the released one")
        else:
            done.append(f"{path.name} was missing and was taken from the release")
        path.write_bytes((release / f"{name}.ipynb").read_bytes())
    return done


def _is_notebook(path: Path) -> bool:
    if path.stat().st_size > MAX_NOTEBOOK_BYTES:
        return False
    try:
        notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)
        return isinstance(notebook["cells"], list)
    except Exception:  # noqa: BLE001 - whatever a stranger's file does to the reader, it cannot be read
        return False
