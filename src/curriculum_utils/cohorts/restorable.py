"""Whether a zip file is a backup that can be restored, and laying its files ready; nothing in it is trusted."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import hashlib
import json
import os
import re
import sqlite3
import stat
import zipfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from curriculum_utils.cohorts.backup import GRADEBOOK, MANIFEST, PARTS, VERSION
from curriculum_utils.cohorts.files import PRIVATE
from curriculum_utils.cohorts.policy import read_settings, write_settings
from curriculum_utils.cohorts.roster import read_roster
from curriculum_utils.content import Model
from curriculum_utils.errors import CohortError, CurriculumError, display_path
from curriculum_utils.responses.files import sync_folder

_LARGEST_MANIFEST = 64_000_000  # bytes; some 300,000 files
_CHUNK = 1 << 20
_FORBIDDEN = re.compile(r'[\x00-\x1f\\:*?"<>|]')


class BackedUpFile(Model):
    """One file of a backup; `mode` is its permissions, `mtime_ns` nanoseconds since 1970."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    mode: int = Field(ge=0, le=0o7777)
    mtime_ns: int = Field(ge=0, lt=1 << 63)


class CheckedBackup(Model):
    """`manifest.json` of a backup whose list fits its files; their bytes are checked when they are laid ready."""

    v: int
    product: str
    cohort: str
    made: str
    gradebook: bool
    left_out: tuple[str, ...]
    folders: dict[str, int]
    files: dict[str, BackedUpFile]


def sha256_of(path: Path) -> str:
    """The digest of a file.

    Raises:
        CohortError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CohortError(f"{display_path(path)}: cannot be read ({error.strerror})") from None


def check_backup(path: Path) -> CheckedBackup:
    """The list of a backup, which names exactly the files that are in it, all of them in safe places.

    Raises:
        CohortError: the file is no backup, or not as it was made.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if MANIFEST not in names:
                raise _refused(path, f"holds no {MANIFEST}, so curriculum backup did not make it")
            if len(set(names)) != len(names) or any(not _is_plain(entry) for entry in entries):
                raise _refused(path, "holds links, encrypted files or the same file twice")
            if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
                raise _refused(path, f"its {MANIFEST} is too large")
            found = _manifest(path, json.loads(archive.read(MANIFEST)))
            sizes = {entry.filename: entry.file_size for entry in entries if entry.filename != MANIFEST}
    except (OSError, ValueError, RecursionError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise _refused(path, f"is no zip file that can be read ({error})") from None
    if sizes != {name: one.size for name, one in found.files.items()}:
        raise _refused(path, f"its files are not those of its {MANIFEST}")
    bad = [name for name in (*found.files, *found.folders) if not _is_safe(name)]
    if bad:
        raise _refused(path, f"names a file outside the cohort: {bad[0][:80]!r}")
    folded = {name.casefold() for name in found.files}
    if len(folded) != len(found.files) or any(not _parents(name).isdisjoint(folded) for name in folded):
        raise _refused(path, "names a file twice, or as a folder too")
    if not {"cohort/cohort.yaml", "cohort/roster.csv"} <= found.files.keys():
        raise _refused(path, "holds no cohort.yaml or no roster.csv")
    return found


def lay_ready(backup: Path, found: CheckedBackup, stage: Path, name: str) -> None:
    """Unpacks everything below `stage`, checks it, and makes it the cohort `name`.

    Raises:
        CohortError: a file is not as its digest says, or the cohort in it cannot be used.
        OSError: it cannot be written.
    """
    for part in PARTS:
        (stage / part).mkdir()
    try:
        with zipfile.ZipFile(backup) as archive:
            for inner, about in found.files.items():
                _unpack(archive, inner, about, stage, backup)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise _refused(backup, f"is damaged ({error})") from None
    _check_cohort(backup, found, stage / "cohort")
    _rename(stage / "cohort", found.cohort, name)
    for inner, mode in sorted(found.folders.items(), reverse=True):
        folder = _renamed(stage, inner, found.cohort, name)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(stat.S_IMODE(mode) & 0o1777)
        sync_folder(folder)


def _manifest(path: Path, data: Any) -> CheckedBackup:
    try:
        found = CheckedBackup.model_validate(data)
    except ValidationError as error:
        key = ".".join(map(str, error.errors()[0]["loc"]))[:80]
        raise _refused(path, f"its {MANIFEST} is damaged at {key or 'its start'}") from None
    if found.v != VERSION:
        raise _refused(path, f"was made by curriculum-utils {found.product}, whose backups this one cannot read")
    return found


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and not entry.is_dir() and not entry.flag_bits & 0x1


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    return (
        parts[0] in PARTS
        and len(name) < 1000
        and all(part not in ("", ".", "..") and len(part) < 256 and not _FORBIDDEN.search(part) for part in parts)
    )


def _parents(name: str) -> set[str]:
    parts = name.split("/")
    return {"/".join(parts[:count]) for count in range(1, len(parts))}


def _unpack(archive: zipfile.ZipFile, name: str, about: BackedUpFile, stage: Path, backup: Path) -> None:
    target = stage / name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), about.size
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with archive.open(name) as source, os.fdopen(descriptor, "wb") as file:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if left != 0 or digest.hexdigest() != about.sha256:
        raise _refused(backup, f"{name} is not as it was backed up")
    # Never more than the machine's own users had; no setuid bits from a file that somebody may have made by hand.
    target.chmod(about.mode & 0o777)
    os.utime(target, ns=(about.mtime_ns, about.mtime_ns))


def _check_cohort(backup: Path, found: CheckedBackup, folder: Path) -> None:
    try:
        settings = read_settings(folder / "cohort.yaml")
        read_roster(folder / "roster.csv")
    except CurriculumError as error:
        # The path in it is one of the stage, which is gone when the instructor reads it.
        raise _refused(backup, f"its cohort cannot be used ({str(error).rpartition('/')[2]})") from None
    if settings.name != found.cohort:
        raise _refused(backup, f"its cohort.yaml is that of {settings.name}, not of {found.cohort}")
    if found.gradebook != (GRADEBOOK in found.files):
        raise _refused(backup, "lacks its gradebook")
    if found.gradebook and not _is_sound(folder / "gradebook.db"):
        raise _refused(backup, "its gradebook is damaged")


def _is_sound(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(database)) as opened:
            told = opened.execute("PRAGMA integrity_check").fetchone()
            opened.execute("SELECT count(*) FROM student").fetchone()
    except sqlite3.Error:
        return False
    return told == ("ok",)


def _rename(folder: Path, old: str, new: str) -> None:
    """Makes the files of the cohort `old` those of `new`; its database comes into its own folder."""
    settings = read_settings(folder / "cohort.yaml")
    changes: dict[str, Any] = {}
    if settings.database is not None and settings.database.startswith("sqlite:"):
        changes["database"] = None  # the copy lies in the cohort's folder; the other file may be somebody's
    elif settings.database is not None and new != old:
        raise CohortError(
            f"{old} keeps its gradebook on a PostgreSQL server; under another name the two would share it. "
            "Restore it under its own name"
        )
    if new != old:
        changes["name"] = new
        if (folder / "exchange" / old).is_dir():
            (folder / "exchange" / old).rename(folder / "exchange" / new)
        if (folder / "gradebook.db").is_file():
            _rename_course(folder / "gradebook.db", old, new)
    if changes:
        write_settings(folder / "cohort.yaml", settings.model_copy(update=changes))


def _rename_course(database: Path, old: str, new: str) -> None:
    """nbgrader's course is the cohort; its assignments hang from it."""
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute("INSERT OR IGNORE INTO course (id) VALUES (?)", (new,))
        opened.execute("UPDATE assignment SET course_id = ? WHERE course_id = ?", (new, old))
        opened.execute("DELETE FROM course WHERE id = ?", (old,))


def _renamed(stage: Path, inner: str, old: str, new: str) -> Path:
    exchange = f"cohort/exchange/{old}"
    if inner == exchange or inner.startswith(f"{exchange}/"):
        inner = f"cohort/exchange/{new}{inner.removeprefix(exchange)}"
    return stage / inner


def _refused(path: Path, why: str) -> CohortError:
    return CohortError(f"{display_path(path)}: {why}; nothing was restored. Use another backup")
