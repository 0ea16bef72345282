"""Looking for what speaks of a learner in files of any kind, zips opened; nothing is decided or removed here."""

import html
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort

_MOST_BYTES = 200_000_000  # of one file: what is larger is no file of a cohort
_DATABASE = ("gradebook.db", "gradebook.db-wal", "gradebook.db-shm")


def speaks_of(learner: str, others: Iterable[str] = ()) -> re.Pattern[bytes]:
    """Finds the learner's id where it is no part of a longer one, and these other texts anywhere, however escaped."""
    whole = rb"(?<![A-Za-z0-9._@-])" + re.escape(learner.encode()) + rb"(?![A-Za-z0-9_@-])"
    forms = {form.encode() for text in others if text for form in (text, html.escape(text), json.dumps(text)[1:-1])}
    return re.compile(b"|".join([whole, *(re.escape(form) for form in sorted(forms))]))


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files in a zip with their names; none where it is no zip, and none from where it is damaged."""
    try:
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if not entry.is_dir() and entry.file_size <= _MOST_BYTES:
                    yield entry.filename, archive.read(entry)
    except (OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error):
        return


def mentions(path: Path, speaks: re.Pattern[bytes]) -> bool:
    """Whether a file, or a file anywhere in a folder, says what is looked for; links are not followed."""
    if path.is_symlink():
        return False
    inside = path.rglob("*") if path.is_dir() else [path]
    return any(_says(one, speaks) for one in inside if one.is_file() and not one.is_symlink())


def places_of(cohort: Cohort) -> list[Path]:
    """The folders in which a cohort's data lie, backups and what restores put aside included."""
    beside = [path for path in (cohort.root / "cohorts").glob(".[!.]*") if path.is_dir()]
    steps = [cohort.step(step) for step in ("release", "submitted", "autograded", "feedback")]
    places = [cohort.folder, *steps, *sorted(beside)]
    if not cohort.exchange.resolve().is_relative_to(cohort.folder.resolve()):
        places.append(cohort.exchange / cohort.name)
    return [place for place in places if place.is_dir()]


def traces(cohort: Cohort, speaks: re.Pattern[bytes], *, besides: Iterable[Path] = ()) -> list[Path]:
    """The cohort's files that still say what is looked for, in their name or inside.

    The gradebook is left out: what it holds is told by its rows.

    Args:
        besides: files that are not looked at.
    """
    passed = {cohort.folder / name for name in _DATABASE} | set(besides)
    # In the course's folder itself a roster may lie that a cohort was made from.
    every = [(cohort.root, path) for path in sorted(cohort.root.iterdir())]
    every += [(place, path) for place in places_of(cohort) for path in sorted(place.rglob("*"))]
    return [
        path
        for place, path in every
        if path.is_file()
        and not path.is_symlink()
        and path not in passed
        and (speaks.search(path.relative_to(place).as_posix().encode()) or _says(path, speaks))
    ]


def _says(path: Path, speaks: re.Pattern[bytes]) -> bool:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return False
        if speaks.search(path.read_bytes()):
            return True
    except OSError:
        return False
    return any(speaks.search(name.encode()) or speaks.search(raw) for name, raw in contents(path))
