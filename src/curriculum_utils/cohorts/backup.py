"""Backing a cohort up into one zip file: all its files, a consistent copy of its database, and a list of digests."""

import hashlib
import json
import os
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curriculum_utils import __version__
from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.files import PRIVATE
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.responses.files import sync_folder

MANIFEST = "manifest.json"
VERSION = 1
GRADEBOOK = "cohort/gradebook.db"
STEPS = ("release", "submitted", "autograded", "feedback")
PARTS = (*STEPS, "cohort")
BACKUPS = ".backups"
_DATABASE_FILES = ("gradebook.db", "gradebook.db-wal", "gradebook.db-shm", "gradebook.db-journal")
_CHUNK = 1 << 20
# The earliest date that a zip file can tell; the real one stands in the manifest.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass
class BackedUp:
    """What a backup holds.

    Attributes:
        left_out: in sentences, what of the cohort it does not hold.
    """

    path: Path
    files: int = 0
    size: int = 0
    left_out: list[str] = field(default_factory=list[str])


def back_up(cohort: Cohort, to: Path | None = None) -> BackedUp:
    """Writes the backup; others may go on working with the cohort meanwhile. Killed, it leaves no file of that name.

    Args:
        to: the zip file; by default one in `cohorts/.backups`, named by cohort and time.
    Raises:
        CohortError: the file is there already or cannot be written, or something of the cohort cannot be read.
    """
    path = _target(cohort, to)
    done = BackedUp(path)
    # Names of their own that a later run takes over: what a killed run left is written over, not left lying about.
    making, copy = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.db")
    try:
        copy.unlink(missing_ok=True)
        snapshot = _snapshot(cohort, copy, done)
        with os.fdopen(os.open(making, os.O_RDWR | os.O_CREAT | os.O_TRUNC, PRIVATE), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                _fill(archive, cohort, snapshot, done)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
        sync_folder(path.parent)
    except (OSError, sqlite3.Error) as error:
        where = getattr(error, "filename", None) or path
        raise CohortError(f"{where}: the backup was not made ({error.args[-1]}); mend that and run it again") from None
    finally:
        making.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    done.size = path.stat().st_size
    return done


def _target(cohort: Cohort, to: Path | None) -> Path:
    if to is None:
        folder = cohort.root / "cohorts" / BACKUPS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        to = folder / f"{cohort.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    if to.is_dir() or not to.parent.is_dir():
        raise CohortError(f"{display_path(to)}: is no file in a folder that exists; name one: --to FILE.zip")
    if to.exists():
        raise CohortError(_there(to))
    inside = [cohort.folder, *(cohort.step(step) for step in STEPS)]
    if any(to.resolve().is_relative_to(folder.resolve()) for folder in inside):
        raise CohortError(f"{display_path(to)}: lies in what is backed up; name a file elsewhere")
    return to


def _there(path: Path) -> str:
    return f"{display_path(path)}: is there already; a backup is never written over, name another file"


def _snapshot(cohort: Cohort, copy: Path, done: BackedUp) -> Path | None:
    """A consistent copy of the SQLite database while others may write; None where there is none to copy."""
    database = cohort.settings.database
    if database is not None and not database.startswith("sqlite:"):
        done.left_out.append(
            "The gradebook is on a PostgreSQL server and is not in this file; back it up at the same time with pg_dump."
        )
        return None
    source = cohort.gradebook_path if database is None else Path(database.removeprefix("sqlite:///"))
    if not source.is_file():
        done.left_out.append("There is no gradebook.")
        return None
    copy.touch(PRIVATE)
    with closing(sqlite3.connect(source, timeout=60)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    return copy


def _fill(archive: zipfile.ZipFile, cohort: Cohort, snapshot: Path | None, done: BackedUp) -> None:
    files: dict[str, Any] = {}
    folders: dict[str, int] = {}
    for name, path in _everything(cohort, done):
        if path.is_dir():
            folders[name] = stat.S_IMODE(path.stat().st_mode)
        else:
            try:
                files[name] = _add(archive, name, path)
            except FileNotFoundError:
                continue  # replaced while we looked; what took its place is listed under its own name
    if snapshot is not None:
        files[GRADEBOOK] = _add(archive, GRADEBOOK, snapshot) | {"mode": PRIVATE}
    if cohort.settings.exchange is not None:
        done.left_out.append(f"The exchange {cohort.exchange} is not in this file: it is kept outside the cohort.")
    done.files = len(files)
    manifest = {
        "v": VERSION,
        "product": __version__,
        "cohort": cohort.name,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "gradebook": snapshot is not None,
        "left_out": done.left_out,
        "folders": folders,
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    archive.writestr(zipfile.ZipInfo(MANIFEST, _DATE), text, zipfile.ZIP_DEFLATED)


def _everything(cohort: Cohort, done: BackedUp) -> Iterator[tuple[str, Path]]:
    """Every folder and file of the cohort with its name in the zip, folders before what they hold."""
    for part in PARTS:
        top = cohort.folder if part == "cohort" else cohort.step(part)
        if top.is_dir():
            yield from _walk(part, top, done, top=part == "cohort")


def _walk(name: str, folder: Path, done: BackedUp, *, top: bool = False) -> Iterator[tuple[str, Path]]:
    yield name, folder
    for path in sorted(folder.iterdir()):
        inner = f"{name}/{path.name}"
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            if path.is_symlink() or path.exists():
                done.left_out.append(f"{inner} is a link or no plain file.")
        elif path.is_dir():
            yield from _walk(inner, path, done)
        elif not (top and path.name in _DATABASE_FILES) and not path.name.endswith(".lock"):
            yield inner, path


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    """Copies one file into the zip; the digest is of the bytes that went in, though others may write meanwhile."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source:
        about = os.fstat(source.fileno())
        entry = zipfile.ZipInfo(name, _DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (stat.S_IFREG | PRIVATE) << 16
        with archive.open(entry, "w", force_zip64=about.st_size > 1 << 30) as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
    mode, time = stat.S_IMODE(about.st_mode), about.st_mtime_ns
    return {"sha256": digest.hexdigest(), "size": size, "mode": mode, "mtime_ns": time}
