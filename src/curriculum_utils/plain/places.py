"""Addresses of plain pages, and which folder or notebook each of them means; whatever is not a course's is none."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from curriculum_utils.errors import ReleaseError
from curriculum_utils.plain import PAGES
from curriculum_utils.widgets.lab import START_PAGE
from curriculum_utils.widgets.place import released

MANIFEST = "items.json"
_STRANGE = frozenset("\\:\0")


@dataclass(frozen=True)
class Home:
    """A learner's folder: its path, and its parts below the server's root."""

    path: Path
    below: tuple[str, ...]


@dataclass(frozen=True)
class LessonPlace:
    """A lesson: the learner's folder, the module's folder in it, and the notebook's name without its ending."""

    home: Home
    folder: str
    notebook: str

    @property
    def path(self) -> Path:
        return self.home.path / self.folder


@dataclass(frozen=True)
class Moved:
    """Another address is meant."""

    address: str


@dataclass(frozen=True)
class Places:
    """What lies below `root`; `base` is where the server's addresses begin, with a slash at both ends.

    `usual` is the learner's own folder, where the root itself holds no module.
    """

    root: Path
    base: str
    usual: Path | None = None

    def find(self, address: str) -> Home | LessonPlace | Moved | None:
        """What an address below `curriculum/plain/` means, already decoded; None for what is not here."""
        parts = tuple(address.split("/"))
        if parts[-1] == "":
            return self._home(parts[:-1])
        if (lesson := self._lesson(parts)) is not None:
            return lesson
        home = self._home(parts)
        return Moved(self.home(home)) if isinstance(home, Home) else home

    def home(self, home: Home) -> str:
        return f"{self.base}{PAGES}/" + "".join(f"{quote(part, safe='')}/" for part in home.below)

    def lesson(self, home: Home, folder: str, notebook: str) -> str:
        return f"{self.home(home)}{quote(folder, safe='')}/{quote(notebook, safe='')}"

    def live(self, home: Home, path: str) -> str:
        """The page with JavaScript of a notebook, by its path from the learner's folder."""
        return f"{self.base}doc/tree/{_quoted(home, path)}"

    def file(self, home: Home, path: str) -> str:
        """A file as it is, by its path from the learner's folder."""
        return f"{self.base}files/{_quoted(home, path)}"

    def _home(self, parts: tuple[str, ...]) -> Home | Moved | None:
        path = self._folder(parts)
        if path is None:
            return None
        try:
            if (path / START_PAGE).is_file() or any(path.glob(f"*/{MANIFEST}")):
                return Home(path, parts)
        except OSError:
            return None
        return self._usual() if not parts else None

    def _usual(self) -> Moved | None:
        """From a root without modules to the folder that the learner's modules lie in."""
        try:
            below = self.usual.resolve().relative_to(self.root.resolve()).parts if self.usual is not None else ()
        except (OSError, ValueError):
            return None
        home = self._home(below) if below else None
        return Moved(self.home(home)) if isinstance(home, Home) else None

    def _lesson(self, parts: tuple[str, ...]) -> LessonPlace | None:
        if len(parts) < 2:
            return None
        folder = self._folder(parts[:-1])
        if folder is None or folder.is_symlink() or not (folder / MANIFEST).is_file():
            return None
        try:
            known = [one.slug for one in released(folder).notebooks]
        except ReleaseError:
            return None
        home = Home(folder.parent, parts[:-2])
        return LessonPlace(home, parts[-2], parts[-1]) if parts[-1] in known else None

    def _folder(self, parts: tuple[str, ...]) -> Path | None:
        """The folder of these names below the root, unless a link leads out of it."""
        if any(not part or part.startswith(".") or not part.isprintable() or _STRANGE & set(part) for part in parts):
            return None
        try:
            root = self.root.resolve()
            path = root.joinpath(*parts)
            return path if path.is_dir() and path.resolve().is_relative_to(root) else None
        except (OSError, ValueError):
            return None


def _quoted(home: Home, path: str) -> str:
    return "/".join(quote(part, safe="") for part in (*home.below, *path.split("/")))
