"""What came back of a module, found in `feedback/` of its folder: the newest page of each lesson, and its data.

nbgrader lays each return into a folder named by when it was handed in; a page that an instructor passed on by hand
counts wherever below `feedback/` it was put. The files are read as if a stranger had written them.
"""

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from curriculum_utils.content import ReleasedModule
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.items.returned import ReturnedPage, page_in
from curriculum_utils.responses import log_path, read_log
from curriculum_utils.responses.files import open_regular, read_capped
from curriculum_utils.widgets.place import answers_folder

FEEDBACK = "feedback"
MAX_PAGE_BYTES = 10_000_000
MAX_PAGES = 200
MAX_DEPTH = 4  # folders below `feedback/`
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})")


@dataclass(frozen=True)
class Return:
    """A lesson's newest page; `page` is None where it holds no data (an older one, or damaged)."""

    path: Path
    page: ReturnedPage | None


def returns(folder: Path, release: ReleasedModule) -> dict[str, Return]:
    """The newest return of each lesson that has one, by notebook, in the order of the lessons.

    Pages of another module are passed over, and those that were made from somebody else's answers.
    """
    newest: dict[str, tuple[tuple[str, str, str], Return]] = {}
    names = [notebook.slug for notebook in release.notebooks]
    own = {name: _own_logs(folder, name) for name in names}
    for path in _pages(folder / FEEDBACK):
        page = _page_at(path)
        name = path.stem if page is None else page.notebook
        if name not in names or not _belongs(page, release.module, own[name]):
            continue
        handed_in = page.submitted if page is not None and page.submitted else path.parent.name
        age = (_time(handed_in), page.made if page is not None else "", path.as_posix())
        if name not in newest or age > newest[name][0]:
            newest[name] = (age, Return(path, page))
    return {name: newest[name][1] for name in names if name in newest}


def _belongs(page: ReturnedPage | None, module: str, own: Collection[str]) -> bool:
    if page is None:
        return True
    # Without answers of their own in this folder (another computer, say) a learner's page is taken at its word.
    return page.module == module and (not own or not page.logs or not set(page.logs).isdisjoint(own))


def _own_logs(folder: Path, notebook: str) -> tuple[str, ...]:
    try:
        return read_log(log_path(answers_folder(folder), notebook, assessed=True)).log_ids
    except LogUnreadable:
        return ()


def _pages(folder: Path) -> Iterator[Path]:
    """The pages below a folder; no link is followed, and not for ever."""
    if folder.is_symlink():
        return
    count = 0
    for base, folders, files in os.walk(folder):
        # Newest first by nbgrader's names, should there be more than anybody has.
        folders.sort(reverse=True)
        if len(Path(base).relative_to(folder).parts) >= MAX_DEPTH:
            folders.clear()
        for name in sorted(files):
            path = Path(base, name)
            if name.endswith(".html") and path.is_file() and not path.is_symlink():
                count += 1
                if count > MAX_PAGES:
                    return
                yield path


def _page_at(path: Path) -> ReturnedPage | None:
    try:
        facts = path.lstat()
    except OSError:
        return None
    return _read(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=MAX_PAGES)
def _read(path: Path, changed: int, size: int) -> ReturnedPage | None:
    """The page's data; read once as long as the file stays as it is."""
    del changed, size
    try:
        with open_regular(path) as file:
            return page_in(read_capped(file, path, MAX_PAGE_BYTES))
    except (OSError, LogUnreadable):
        return None


def _time(text: str) -> str:
    """A time in RFC 3339, or as nbgrader names its folders, to the second; empty for anything else."""
    found = _TIME.match(text)
    return f"{found[1]}T{found[2]}" if found else ""
