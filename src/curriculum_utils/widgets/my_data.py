"""All that is kept of a learner in their folder and of their drafts, read for themselves; nothing is written here."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.content import Item, ReleasedModule, Vocabulary, as_list, as_mapping, as_sentence, words
from curriculum_utils.errors import LogUnreadable, ReleaseError
from curriculum_utils.responses import Drafts, Event, LogContents, read_log
from curriculum_utils.responses.log import FOLDER
from curriculum_utils.widgets.handing_in import ZIPS
from curriculum_utils.widgets.place import answers_folder, released
from curriculum_utils.widgets.receipts import Receipt, receipts
from curriculum_utils.widgets.returned import FEEDBACK
from curriculum_utils.widgets.said import consented, contested, said

_CALL = re.compile(r'(?:show|grade)\("([a-z0-9-]+)"\)')
PRACTICE = ".practice.jsonl"
AGAIN = "practised-again"
COPIES = "my-data"
"""The folder in the learner's own that holds the files which they made of their data."""
ASIDE = ".deleted-"
"""What a file's name carries between being renamed and removed."""


@dataclass(frozen=True)
class Entry:
    """One thing that was saved, in plain words; `kind` is that of its event, `at` RFC 3339 in UTC."""

    item: str
    title: str
    kind: str
    attempt: int
    at: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class KeptLog:
    """One log. `answered` counts items, `tries` commits, `replies` the turns of sessions; `since` may be empty."""

    path: Path
    practice: bool
    log_ids: tuple[str, ...]
    since: str
    answered: int
    tries: int
    replies: int
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class KeptLesson:
    """The logs of one lesson."""

    title: str
    logs: tuple[KeptLog, ...]


@dataclass(frozen=True)
class KeptModule:
    """One module's folder. `feedback` are pages that came back, `saved_pages` lessons' files with copies of answers.

    Each of these is given with the ids of the items whose answers it holds.
    """

    slug: str
    title: str
    folder: Path
    lessons: tuple[KeptLesson, ...]
    receipts: tuple[Receipt, ...]
    feedback: tuple[Path, ...]
    saved_pages: Mapping[Path, frozenset[str]]
    practice_items: tuple[str, ...]
    problem: str

    @property
    def logs(self) -> Iterator[KeptLog]:
        for lesson in self.lessons:
            yield from lesson.logs

    @property
    def practice_pages(self) -> list[Path]:
        """The lessons' files that hold copies of practice answers."""
        return [path for path, items in self.saved_pages.items() if items & set(self.practice_items)]


@dataclass(frozen=True)
class KeptDraft:
    """What was not sent: on disk, and for whose log."""

    path: Path
    log: str
    item: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class MyData:
    """Everything. `again` are the logs of practising again, `handed_in` files made to hand in, `copies` of data."""

    home: Path
    modules: tuple[KeptModule, ...]
    again: tuple[KeptLog, ...]
    drafts_folder: Path
    drafts: tuple[KeptDraft, ...]
    handed_in: tuple[Path, ...]
    copies: tuple[Path, ...]
    titles: Mapping[str, str]

    @property
    def logs(self) -> Iterator[KeptLog]:
        for module in self.modules:
            yield from module.logs
        yield from self.again

    @property
    def practice_logs(self) -> list[KeptLog]:
        return [log for log in self.logs if log.practice]


@dataclass(frozen=True)
class _Known:
    """What the releases say of the items: for their titles and texts."""

    items: Mapping[str, Item]
    vocabularies: Mapping[str, Vocabulary]

    def title(self, item: str) -> str:
        return self.items[item].exercise.title if item in self.items else item

    def vocabulary(self, item: str) -> Vocabulary | None:
        found = self.items.get(item)
        return self.vocabularies.get(found.module) if found else None

    def lines(self, item: str, answer: Mapping[str, object]) -> tuple[str, ...]:
        return tuple(said(answer, self.items.get(item), self.vocabulary(item)))


def my_data(home: Path, drafts: Drafts | None = None) -> MyData:
    """What is kept of the learner whose folder `home` is; what cannot be read is told in its place.

    Raises:
        OSError: `home` cannot be listed.
    """
    home, drafts = home.resolve(), drafts or Drafts()
    folders = [folder for folder in sorted(home.iterdir()) if _is_module(folder)]
    releases = {folder: _release(folder) for folder in folders}
    known = _Known(
        {name: item for release, _ in releases.values() if release for name, item in release.items.items()},
        {release.module: release.vocabulary for release, _ in releases.values() if release},
    )
    modules = tuple(_module(home, folder, *releases[folder], known) for folder in folders)
    again = tuple(
        _log(path, known, practice=True) for path in _files(home / AGAIN, "**/*.jsonl") if not _is_link(path, home)
    )
    ids = {one for module in modules for log in module.logs for one in log.log_ids}
    ids |= {one for log in again for one in log.log_ids}
    return MyData(
        home,
        modules,
        again,
        drafts.folder,
        tuple(
            KeptDraft(
                one.path,
                one.log,
                one.item,
                known.title(one.item),
                known.lines(one.item, as_mapping(one.answer.get("answer"))),
            )
            for one in drafts.of(ids)
        ),
        tuple(_files(home / ZIPS, "*.zip")),
        tuple(_files(home / COPIES, "*.zip")),
        {name: item.exercise.title for name, item in known.items.items()},
    )


def set_aside(folder: Path) -> list[Path]:
    """What a deletion that was cut short has left in a folder of logs, or below it."""
    return _files(folder, f"**/.*{ASIDE}*")


def _is_module(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.is_symlink() or not folder.is_dir() or folder.name == AGAIN:
        return False
    return (folder / "items.json").is_file() or (folder / FOLDER).is_dir()


def _is_link(path: Path, home: Path) -> bool:
    return any(one.is_symlink() for one in (path, *path.parents) if one.is_relative_to(home) and one != home)


def _release(folder: Path) -> tuple[ReleasedModule | None, str]:
    try:
        return released(folder), ""
    except ReleaseError as error:
        return None, as_sentence(str(error))


def _module(home: Path, folder: Path, release: ReleasedModule | None, problem: str, known: _Known) -> KeptModule:
    slug = release.module if release else folder.name
    place = answers_folder(folder) / FOLDER
    paths = [] if place.is_symlink() else _files(place, "*.jsonl")
    titles = {one.slug: one.title for one in release.notebooks} if release else {}
    logs: dict[str, list[KeptLog]] = {name: [] for name in titles}
    for path in paths:
        practice = path.name.endswith(PRACTICE)
        notebook = path.name.removesuffix(PRACTICE if practice else ".jsonl")
        logs.setdefault(notebook, []).append(_log(path, known, practice=practice))
    notebooks = [*_files(folder, "*.ipynb"), *_files(folder / ".ipynb_checkpoints", "*.ipynb")]
    return KeptModule(
        slug=slug,
        title=release.title if release else folder.name,
        folder=folder,
        lessons=tuple(KeptLesson(titles.get(name, name), tuple(found)) for name, found in logs.items()),
        receipts=tuple(receipts(home, slug)),
        feedback=tuple(_files(folder / FEEDBACK, "*/*.html")),
        saved_pages={path: items for path in notebooks if (items := copied_items(path))},
        practice_items=tuple(name for name, item in release.items.items() if not item.assessed) if release else (),
        problem=problem,
    )


def cells_of(notebook: Path) -> Iterator[tuple[dict[str, object], str]]:
    """The cells of a notebook's file, each with the id of the item that it shows, or an empty text.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no notebook.
    """
    for cell in map(as_mapping, as_list(as_mapping(json.loads(notebook.read_text("utf-8"))).get("cells"))):
        source = cell.get("source")
        text = source if isinstance(source, str) else "".join(map(str, as_list(source)))
        match = _CALL.fullmatch(text.strip()) if cell.get("cell_type") == "code" else None
        yield cell, match[1] if match else ""


def copied_items(notebook: Path) -> frozenset[str]:
    """The items below which a lesson's file holds what stood there when it was saved; of no notebook none."""
    try:
        return frozenset(item for cell, item in cells_of(notebook) if item and cell.get("outputs"))
    except (OSError, ValueError, RecursionError):
        return frozenset()


def _files(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(path for path in folder.glob(pattern) if path.is_file() and not path.is_symlink())
    except OSError:
        return []


def _log(path: Path, known: _Known, *, practice: bool) -> KeptLog:
    problems: tuple[str, ...] = ()
    try:
        contents = read_log(path)
    except LogUnreadable as error:
        contents, problems = LogContents(), (as_sentence(str(error)),)
    if contents.notices:
        problems = (words("data-damaged", lines=len(contents.skipped), notices="; ".join(contents.notices)),)
    told = [event for event in contents.events if event.kind != "shown"]
    starts = [contents.header.at] if contents.header else [event.at for event in contents.events[:1]]
    commits = [event for event in told if event.kind == "commit"]
    return KeptLog(
        path=path,
        practice=practice,
        log_ids=contents.log_ids,
        since=starts[0] if starts else "",
        answered=len({event.item for event in commits}),
        tries=len(commits),
        replies=sum(event.kind == "turn" for event in told),
        entries=tuple(_entry(event, known) for event in told),
        problems=problems,
    )


def _entry(event: Event, known: _Known) -> Entry:
    title = known.title(event.item)
    if event.kind == "branch":
        lines: tuple[str, ...] = (words("data-went-back", turn=str(event.answer.get("turn"))),)
    elif event.kind == "contest":
        lines = contested(event.answer, known.vocabulary(event.item))
    elif event.kind == "consent":
        title, lines = words("consent-title"), consented(event.answer)
    else:
        lines = known.lines(event.item, event.answer)
    return Entry(event.item, title, event.kind, event.attempt, event.at, lines)
