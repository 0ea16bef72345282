"""A learner's module put right from a released one: what differs, and the change, file by file.

A change that was broken off anywhere leaves a folder that works, and is completed by the next look. Answers, feedback,
receipts and files of the learner's own are never touched: only names that the release has, or had, are written.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock

from curriculum_utils.content import ReleasedModule, as_list, as_mapping, load_release
from curriculum_utils.errors import LogUnreadable, ReleaseError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import log_path, read_log
from curriculum_utils.responses.files import sync_folder
from curriculum_utils.widgets.place import released

STAGING = ".fetching"
ITEMS = "items.json"
LOCK_SECONDS = 60.0  # a change takes less than one; nbgrader's copying before it a few

State = Literal["same", "new", "corrected", "missing", "damaged"]


@dataclass(frozen=True)
class Difference:
    """What a learner's folder lacks of a released module.

    Attributes:
        again: items that were answered as they were before, and are asked again.
        missing: notebooks that are not there or cannot be read.
    """

    module: str
    title: str
    state: State
    again: int = 0
    missing: int = 0


@contextmanager
def alone(home: Path) -> Generator[Path]:
    """The folder in which changes to the modules in `home` are made ready, for one process at a time."""
    staging = home / STAGING
    staging.mkdir(exist_ok=True)
    with FileLock(staging / "lock").acquire(timeout=LOCK_SECONDS):
        yield staging


def difference(source: Path, folder: Path) -> Difference:
    """How the learner's `folder` differs from the release in `source`.

    Raises:
        ReleaseError: `source` is no release.
    """
    release = load_release(source, SCHEMAS)
    if not folder.exists():
        return Difference(release.module, release.title, "new")
    missing = sum(not _is_notebook(folder / f"{one.slug}.ipynb") for one in release.notebooks)
    again = _again(release, folder)
    try:
        own = load_release(folder, SCHEMAS).release
    except ReleaseError:
        return Difference(release.module, release.title, "damaged", again, missing)
    state: State = "corrected" if own != release.release else "missing" if missing else "same"
    return Difference(release.module, release.title, state, again, missing)


def stage(staging: Path, fetched: Path, folder: Path) -> Path:
    """Decides a change: the module in `folder` is to become the release in `fetched`, which lies below `staging`.

    Raises:
        ReleaseError: it is no whole release; nothing is decided.
    """
    release = load_release(fetched, SCHEMAS)
    lessons = {f"{one.slug}.ipynb" for one in release.notebooks}
    if absent := sorted(name for name in lessons if not _is_notebook(fetched / name)):
        raise ReleaseError(f"the release lacks {', '.join(absent)}; ask your instructor")
    if difference(fetched, folder).state == "missing":
        # The others are of this release; what the learner may have noted in them stays.
        for name in lessons:
            if _is_notebook(folder / name):
                (fetched / name).unlink()
    for name in _files(fetched):
        _sync(fetched / name)
    ready = staging / f"take-{release.module}"
    _clear(ready)
    fetched.rename(ready)
    sync_folder(staging)
    return ready


def decided(staging: Path) -> list[Path]:
    """Changes that were decided and are not done."""
    return sorted(path for path in staging.glob("take-*") if path.is_dir())


def complete(home: Path, ready: Path) -> Iterator[str]:
    """Makes the module in `home` what `ready` holds; each step that is done is named, and any may be the last.

    Done again from the beginning after a crash, it comes to the same end. Until then what was replaced is kept beside.

    Raises:
        OSError: a file could not be written; the change stays decided.
        ReleaseError: `ready` is no release any more.
    """
    release = load_release(ready, SCHEMAS)
    folder, kept = home / release.module, ready.with_name(f"kept-{release.module}")
    if folder.is_symlink():
        raise ReleaseError(f"{folder.name} is a link; only an ordinary folder is written to")
    folder.mkdir(exist_ok=True)
    kept.mkdir(exist_ok=True)
    yield "made ready"
    # The list of tasks goes last: until it is there, the lessons that were replaced say what they do not know yet.
    for name in sorted(_files(ready), key=lambda name: (name == ITEMS, name)):
        if _bytes(folder / name) == _bytes(ready / name):
            continue
        if not (kept / name).exists() and (folder / name).is_file():
            _put(folder / name, kept / name, ready.parent)
            yield f"kept {name}"
        _put(ready / name, folder / name, ready.parent)
        yield f"replaced {name}"
    for name in sorted(_notebooks_of(kept / ITEMS) - {f"{one.slug}.ipynb" for one in release.notebooks}):
        with suppress(FileNotFoundError):
            (folder / name).replace(kept / name)
            yield f"put away {name}"
    sync_folder(folder)
    done = ready.with_name(f"done-{release.module}")
    _clear(done)
    ready.rename(done)
    yield "done"
    _clear(done)
    _clear(kept)


def unreadable(home: Path) -> list[str]:
    """Folders in `home` that were modules, by their names, but whose list of tasks is missing or damaged."""
    found: list[str] = []
    for folder in sorted(path for path in home.iterdir() if path.is_dir() and not path.is_symlink()):
        if (folder / ITEMS).exists() or (folder / "responses").is_dir():
            try:
                released(folder)
            except ReleaseError:
                found.append(folder.name)
    return found


def tidy(staging: Path) -> None:
    """Removes what a crash left of changes that were not decided, or were done."""
    waiting = {path.name.removeprefix("take-") for path in decided(staging)}
    for path in staging.iterdir():
        kind, _, module = path.name.partition("-")
        if kind in ("part", "done") or (kind == "kept" and module not in waiting):
            _clear(path)


def _again(release: ReleasedModule, folder: Path) -> int:
    """How many items have an answer to another version of them, and none to this one."""
    count = 0
    for notebook in release.notebooks:
        for assessed in (False, True):
            items = [item for item in release.items_of(notebook.slug) if item.assessed == assessed]
            try:
                log = read_log(log_path(folder, notebook.slug, assessed=assessed)) if items else None
            except LogUnreadable:
                continue
            for item in items:
                last = log.last_commit(item.id) if log else None
                count += last is not None and last.item_digest != item.digest
    return count


def _notebooks_of(path: Path) -> set[str]:
    """The notebooks that a list of tasks names, by file name; none where it cannot be read."""
    try:
        entries = as_list(as_mapping(json.loads(path.read_bytes())).get("notebooks"))
    except (OSError, ValueError, RecursionError):
        return set()
    slugs = (str(as_mapping(entry).get("slug")) for entry in entries)
    return {f"{slug}.ipynb" for slug in slugs if slug.replace("-", "").isalnum()}


def _is_notebook(path: Path) -> bool:
    try:
        return isinstance(as_mapping(json.loads(path.read_bytes())).get("cells"), list)
    except (OSError, ValueError, RecursionError):
        return False


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _files(folder: Path) -> list[str]:
    """The released files, by their paths from `folder`; answers and feedback are none."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [path.as_posix() for path in found if path.parts[0] not in ("responses", "feedback")]


def _put(source: Path, target: Path, staging: Path) -> None:
    """Copies a file onto `target` in one step; `source` stays, so that the step can be done again."""
    handle, name = tempfile.mkstemp(dir=staging, prefix="part-")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        copy.chmod(0o644)
        target.parent.mkdir(parents=True, exist_ok=True)
        copy.replace(target)
    except BaseException:
        with suppress(OSError):
            copy.unlink()
        raise


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        for base, _, _ in os.walk(path):  # nbgrader may have left folders that cannot be written to
            with suppress(OSError):
                Path(base).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
