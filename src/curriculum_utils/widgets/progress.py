"""How far a learner has come in each module of their folder: read from the logs, the receipts and what came back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curriculum_utils.content import Item, ReleasedModule, ReleasedNotebook
from curriculum_utils.errors import LogUnreadable, ReleaseError
from curriculum_utils.items import type_of
from curriculum_utils.items.due import read_due
from curriculum_utils.items.returned import ReturnedPage
from curriculum_utils.responses import LogContents, log_path, read_log
from curriculum_utils.widgets.place import answers_folder, released
from curriculum_utils.widgets.receipts import Receipt, receipts
from curriculum_utils.widgets.returned import returns


@dataclass(frozen=True)
class Unanswered:
    """An item that has no answer yet."""

    item: str
    title: str
    notebook: str
    graded: bool


@dataclass(frozen=True)
class NotebookProgress:
    """One lesson. `path` is from the learner's folder; `problem` says why nothing can be told of the answers."""

    slug: str
    title: str
    minutes: int
    path: str
    items: int
    answered: int
    graded: bool
    unanswered: tuple[Unanswered, ...]
    problem: str = ""


@dataclass(frozen=True)
class LessonBack:
    """What came back of a lesson: the paths of the lesson and of the page, and the page's data if it holds any."""

    title: str
    lesson: str
    page: str
    data: ReturnedPage | None


@dataclass(frozen=True)
class ModuleProgress:
    """One module in the learner's folder.

    Attributes:
        back: what came back of each lesson, the newest return only.
        due: when it is due, in UTC; None where no date is known.
    """

    slug: str
    title: str
    folder: str
    release: str
    notebooks: tuple[NotebookProgress, ...]
    receipts: tuple[Receipt, ...]
    back: tuple[LessonBack, ...] = ()
    due: datetime | None = None

    @property
    def feedback(self) -> tuple[tuple[str, str], ...]:
        """Title and path of each page that came back."""
        return tuple((one.title, one.page) for one in self.back)

    @property
    def items(self) -> int:
        return sum(one.items for one in self.notebooks)

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.notebooks)


def modules_in(home: Path) -> Iterator[ModuleProgress]:
    """The modules that lie in a learner's folder, by the names of their folders; what is none is passed over."""
    for folder in module_folders(home):
        try:
            yield module_progress(home, folder)
        except ReleaseError:
            continue  # Its lessons say what is wrong with it; the start page goes on with the others.


def module_folders(home: Path) -> Iterator[Path]:
    """The folders below `home` that a module lies in, by their names."""
    for folder in sorted(path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")):
        if (folder / "items.json").is_file() and not folder.is_symlink():
            yield folder


def module_progress(home: Path, folder: Path) -> ModuleProgress:
    """How far the module in `folder` has come.

    Raises:
        ReleaseError: as `load_release`.
    """
    release = released(folder)
    place = folder.relative_to(home).as_posix()
    titles = {notebook.slug: notebook.title for notebook in release.notebooks}
    return ModuleProgress(
        slug=release.module,
        title=release.title,
        folder=place,
        release=release.release,
        notebooks=tuple(_notebook(home, folder, release, one) for one in release.notebooks),
        receipts=tuple(receipts(home, release.module)),
        back=tuple(
            LessonBack(titles[slug], f"{place}/{slug}.ipynb", one.path.relative_to(home).as_posix(), one.page)
            for slug, one in returns(folder, release).items()
        ),
        due=read_due(folder),
    )


def _notebook(home: Path, folder: Path, release: ReleasedModule, notebook: ReleasedNotebook) -> NotebookProgress:
    slug = notebook.slug
    items, problem = release.items_of(slug), ""
    logs: dict[bool, LogContents] = {}
    for assessed in {item.assessed for item in items}:
        try:
            logs[assessed] = read_log(log_path(answers_folder(folder), slug, assessed=assessed))
        except LogUnreadable as error:
            logs[assessed], problem = LogContents(), str(error)
    open_ones = tuple(
        Unanswered(item.id, item.exercise.title, slug, item.graded)
        for item in items
        if not _answered(item, logs[item.assessed])
    )
    return NotebookProgress(
        slug=slug,
        title=notebook.title,
        minutes=notebook.minutes,
        path=(folder / f"{slug}.ipynb").relative_to(home).as_posix(),
        items=len(items),
        answered=len(items) - len(open_ones),
        graded=any(item.graded for item in items),
        unanswered=open_ones,
        problem=problem,
    )


def _answered(item: Item, log: LogContents) -> bool:
    last = log.last_commit(item.id)
    return last is not None and last.item_digest == item.digest and not type_of(item).is_blank(last.answer)
