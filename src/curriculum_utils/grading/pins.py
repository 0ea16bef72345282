"""Keeping a release under its digest before it travels, so that it can be graded however `source/` changes later."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from curriculum_utils import __version__
from curriculum_utils.content import (
    ReleasedModule,
    as_list,
    as_mapping,
    canonical_json,
    dumped,
    load_release,
    read_course,
)
from curriculum_utils.errors import ReleaseError, display_path
from curriculum_utils.grading.leaks import refuse_leaks
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.pinned import CURRENT, KEYS, VERSIONS, PinnedReleases, load_pinned
from curriculum_utils.responses.files import sync_folder

__all__ = ["load_pinned", "pin_release", "release_keys", "replace_keys"]


def release_keys(course: Path, release_dir: Path, *, private: Path | None = None) -> dict[str, object]:
    """The keys of a release's assessed items as JSON, by item id.

    Args:
        course: the folder that holds course.yaml.
        release_dir: the module as it is to be released.
        private: a folder laid over the course's own keys.
    Raises:
        ReleaseError: a key is missing, or the content is no longer what was built.
    """
    release = load_release(release_dir, SCHEMAS)
    authored, problems = read_course(course, SCHEMAS, keys=private)
    module = authored.modules.get(release.module) if authored is not None else None
    keys: dict[str, object] = {}
    missing: list[str] = []
    changed: list[str] = []
    for item in release.items.values():
        if not item.assessed:
            continue
        own = module.items.get(item.id) if module is not None else None
        if own is None or own.item.key is None:
            missing.append(item.id)
        elif own.item.digest != item.digest:
            changed.append(item.id)
        else:
            keys[item.id] = dumped(own.item.key)
    if missing:
        told = "".join(f"\n{problem}" for problem in problems[:5])
        raise ReleaseError(f"{display_path(release_dir)}: no key could be read for {', '.join(missing)}{told}")
    if changed:
        raise ReleaseError(
            f"{display_path(release_dir)}: {', '.join(changed)} changed in curriculum/ since; "
            "run curriculum build, then nbgrader generate_assignment --force"
        )
    return keys


def pin_release(
    release_dir: Path,
    keys: Mapping[str, object],
    store: Path,
    *,
    scorer_version: str,
    replace_keys: bool = False,
) -> Path:
    """The folder in which the release is now kept; one that is kept already stays as it is.

    Args:
        release_dir: the module as `nbgrader generate_assignment` made it.
        keys: the keys of its assessed items as JSON, by item id.
        store: the cohort's folder of kept releases.
        replace_keys: let corrected keys take the place of those kept; the old ones stay beside them.
    Raises:
        ReleaseError: the folder is damaged, would leak, or is kept already with other keys.
    """
    refuse_leaks(release_dir, keys)
    release = load_release(release_dir, SCHEMAS, keys=keys)
    _check(release_dir, release)
    pinned = PinnedReleases(store, release.module)
    kept = pinned.folder(release.release)
    if kept.exists():
        _keep_keys(pinned, release.release, keys, replace=replace_keys)
    else:
        _keep(release_dir, release, keys, kept, scorer_version)
    _write(kept.parent / CURRENT, f"{release.release}\n".encode())
    return kept


def replace_keys(store: Path, module: str, digest: str, keys: Mapping[str, object]) -> None:
    """Lets corrected keys take the place of those that a release is kept with; the old ones stay beside them.

    Raises:
        ReleaseError: a key does not fit its item; nothing was changed.
    """
    pinned = PinnedReleases(store, module)
    load_release(pinned.folder(digest), SCHEMAS, keys=keys)
    _keep_keys(pinned, digest, keys, replace=True)


def _check(folder: Path, release: ReleasedModule) -> None:
    """Refuse notebooks whose graded cells are not the graded items of `items.json`."""
    names = {path.stem for path in folder.glob("*.ipynb")}
    if names != {notebook.slug for notebook in release.notebooks}:
        raise ReleaseError(f"{display_path(folder)}: not the notebooks of items.json; generate the assignment again")
    for name in sorted(names):
        path = folder / f"{name}.ipynb"
        try:
            cells = as_list(as_mapping(json.loads(path.read_bytes())).get("cells"))
        except (OSError, ValueError, RecursionError):
            raise ReleaseError(f"{display_path(path)}: cannot be read; generate the assignment again") from None
        found: dict[str, object] = {}
        for cell in map(as_mapping, cells):
            marks = as_mapping(as_mapping(cell.get("metadata")).get("nbgrader"))
            if marks.get("grade"):
                found[str(marks.get("grade_id"))] = marks.get("points")
        if found != {item.id: item.exercise.points for item in release.items_of(name) if item.graded}:
            raise ReleaseError(
                f"{display_path(path)}: its graded cells are not the graded items of items.json; "
                "run curriculum build, then nbgrader generate_assignment --force"
            )


def _keep(folder: Path, release: ReleasedModule, keys: Mapping[str, object], kept: Path, scorer_version: str) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=kept.parent, prefix=".pin-"))
    versions = {
        "release": release.release,
        "rubric_version": release.vocabulary.rubric.version,
        "scorer_version": scorer_version,
        "package_version": __version__,
    }
    try:
        for name in ("items.json", *(f"{notebook.slug}.ipynb" for notebook in release.notebooks)):
            _write(making / name, (folder / name).read_bytes())
        _write(making / KEYS, _json_bytes(keys))
        _write(making / VERSIONS, _json_bytes(versions))
        making.chmod(permitted(0o777))
        sync_folder(making)
        try:
            making.rename(kept)
        except OSError:
            if not kept.exists():  # another process kept the same release meanwhile
                raise
        sync_folder(kept.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _keep_keys(pinned: PinnedReleases, digest: str, keys: Mapping[str, object], *, replace: bool) -> None:
    path = pinned.folder(digest) / KEYS
    try:
        old = path.read_bytes()
        same = canonical_json(json.loads(old)) == canonical_json(keys)
    except (FileNotFoundError, ValueError):
        old, same = b"", False
    if same:
        return
    if not replace:
        raise ReleaseError(
            f"{display_path(path.parent)}: this release is kept with other keys; "
            "to grade with the corrected ones from now on, release again with --force"
        )
    number = len(list(path.parent.glob("keys-*.json")))
    kept_before = number > 0 and path.with_name(f"keys-{number}.json").read_bytes() == old  # by a run that was killed
    number += 1
    if old and not kept_before:
        _write(path.with_name(f"keys-{number}.json"), old)
    _write(path, _json_bytes(keys))


def _json_bytes(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def permitted(mode: int) -> int:
    """The mode less what the umask forbids; files that tempfile makes let in nobody else, colleagues included."""
    mask = os.umask(0)
    os.umask(mask)
    return mode & ~mask


def _write(path: Path, content: bytes) -> None:
    """Replace the file in one step, and wait until it is on disk."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".write-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(permitted(0o666))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
