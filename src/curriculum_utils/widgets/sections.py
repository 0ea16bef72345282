"""Where a lesson teaches something: the heading in a learner's notebooks that bears a move's title."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from curriculum_utils.content import ReleasedModule, as_list, as_mapping

MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Section:
    """A heading in a lesson; `path` is the notebook's, `anchor` what JupyterLab calls the heading in an address."""

    path: Path
    anchor: str
    title: str


def section_on(folder: Path, release: ReleasedModule, title: str) -> Section | None:
    """The first section of a module's lessons with that title; None where no notebook in `folder` has it."""
    for notebook in release.notebooks:
        path = folder / f"{notebook.slug}.ipynb"
        try:
            stat = path.stat()
        except OSError:
            continue
        if title.casefold() in _headings(path, stat.st_mtime_ns, stat.st_size):
            return Section(path, title.replace(" ", "-"), title)
    return None


@lru_cache(maxsize=64)
def _headings(path: Path, changed: int, size: int) -> frozenset[str]:
    del changed
    if size > MAX_BYTES:
        return frozenset()
    try:
        cells = as_list(as_mapping(json.loads(path.read_bytes())).get("cells"))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    found = [as_mapping(cell) for cell in cells]
    texts = [_text(cell.get("source")) for cell in found if cell.get("cell_type") == "markdown"]
    lines = [line for text in texts for line in text.splitlines()]
    return frozenset(line.lstrip("#").strip().casefold() for line in lines if line.startswith("#"))


def _text(source: object) -> str:
    return source if isinstance(source, str) else "".join(map(str, as_list(source)))
