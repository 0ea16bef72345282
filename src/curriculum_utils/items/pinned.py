"""Releases kept with their keys under their digest, and where a cohort's files lie; keeping one is in `grading.pins`.

Read by whatever grades, also by a kernel that nbgrader starts in an autograded folder.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from curriculum_utils.content import ReleasedModule, as_mapping, load_release
from curriculum_utils.errors import GradingError, ReleaseError
from curriculum_utils.items import SCHEMAS

KEYS = "keys.json"
VERSIONS = "versions.json"
CURRENT = "current"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class CohortFolders:
    """Where one cohort's files lie below the course's root."""

    root: Path
    cohort: str

    @property
    def own(self) -> Path:
        return self.root / "cohorts" / self.cohort

    @property
    def releases(self) -> Path:
        """Where each release is kept under its digest, with its keys."""
        return self.own / "releases"

    def everyone(self, step: str) -> Path:
        """The folder of one of nbgrader's steps, one folder a learner in it."""
        return self.root / step / self.cohort

    def step(self, step: str, learner: str, module: str) -> Path:
        """A learner's folder in one of nbgrader's steps: submitted, autograded or feedback."""
        return self.everyone(step) / learner / module

    def released(self, module: str) -> Path:
        """Where `nbgrader generate_assignment` puts the module."""
        return self.everyone("release") / module


@dataclass(frozen=True)
class LearnerFolder:
    """One learner's folder of a module in one of nbgrader's steps."""

    folders: CohortFolders
    learner: str
    module: str

    @property
    def submitted(self) -> Path:
        return self.folders.step("submitted", self.learner, self.module)

    @property
    def autograded(self) -> Path:
        return self.folders.step("autograded", self.learner, self.module)


def learner_folder(folder: Path) -> LearnerFolder:
    """Whose work of which module lies in `folder`: `<root>/<step>/<cohort>/<learner>/<module>`.

    Raises:
        GradingError: the folder is no such place below a course.
    """
    folder = folder.resolve()
    if len(folder.parents) > 3:
        module, learner, cohort, root = folder.name, folder.parent.name, folder.parents[1].name, folder.parents[3]
        if (root / "curriculum" / "course.yaml").is_file() and (root / "cohorts" / cohort).is_dir():
            return LearnerFolder(CohortFolders(root, cohort), learner, module)
    raise GradingError(f"{folder}: not a learner's folder of a course; grade from the course's own folder")


@dataclass(frozen=True)
class PinnedReleases:
    """The kept releases of one module; `store` is the cohort's folder of them."""

    store: Path
    module: str

    def folder(self, digest: str) -> Path:
        """Where a release is, or would be, kept.

        Raises:
            ReleaseError: `digest` is none; it may come from a learner's file.
        """
        if not _DIGEST.fullmatch(digest):
            raise ReleaseError(f'"{digest[:80]}" is no release of {self.module}')
        return self.store / self.module / digest

    def digests(self) -> list[str]:
        """Every release kept, the current one first, then the newest."""
        try:
            kept = [path for path in (self.store / self.module).iterdir() if _DIGEST.fullmatch(path.name)]
        except FileNotFoundError:
            return []
        current = self._current_name()
        kept.sort(key=lambda path: (path.name == current, path.stat().st_mtime_ns), reverse=True)
        return [path.name for path in kept]

    def get(self, digest: str) -> ReleasedModule | None:
        """The release with its keys; None if none is kept under that digest."""
        if not _DIGEST.fullmatch(digest) or not self.folder(digest).is_dir():
            return None
        return load_pinned(self.store, self.module, digest)

    def current(self) -> ReleasedModule | None:
        """The release kept last; None if none is kept."""
        name = self._current_name()
        return None if name is None else self.get(name)

    def versions(self, digest: str) -> dict[str, object]:
        """What the release was kept with: versions of rubric, scorer and package; empty if that cannot be read."""
        try:
            return as_mapping(json.loads((self.folder(digest) / VERSIONS).read_bytes()))
        except (OSError, ValueError):
            return {}

    def _current_name(self) -> str | None:
        try:
            return (self.store / self.module / CURRENT).read_text("ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None


def load_pinned(store: Path, module: str, digest: str) -> ReleasedModule:
    """The release kept under `digest`, with the keys of its graded items.

    Raises:
        ReleaseError: it is not kept here, or was changed since.
    """
    folder = PinnedReleases(store, module).folder(digest)
    try:
        stamps = tuple((folder / name).stat().st_mtime_ns for name in ("items.json", KEYS))
    except FileNotFoundError:
        raise ReleaseError(f"{folder}: no such release is kept; restore it from a backup or release again") from None
    release = _load(folder, stamps)
    if (release.release, release.module) != (digest, module):
        raise ReleaseError(f"{folder}: holds another release than its name says; restore it from a backup")
    return release


@lru_cache(maxsize=32)
def _load(folder: Path, stamps: tuple[int, ...]) -> ReleasedModule:
    """As `load_release`, remembered: a batch asks for the same release for every notebook of every learner."""
    del stamps
    try:
        keys = as_mapping(json.loads((folder / KEYS).read_bytes()))
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder / KEYS}: cannot be read ({error}); restore it from a backup") from None
    return load_release(folder, SCHEMAS, keys=keys)
