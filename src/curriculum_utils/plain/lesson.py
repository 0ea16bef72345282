"""A lesson's notebook read as data: its prose and its items in their order. None of its code is run."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.content import as_list, as_mapping, as_sentence, words
from curriculum_utils.errors import LogUnreadable, ReleaseError
from curriculum_utils.responses.files import open_regular, read_capped

MAX_BYTES = 20_000_000  # a lesson with all its diagrams and outputs has less than one
_SHOWN = re.compile(r'(?:show|grade)\("([a-z0-9]+(?:-[a-z0-9]+)*)"\)')


@dataclass(frozen=True)
class Prose:
    """Markdown between the items."""

    text: str


@dataclass(frozen=True)
class Shown:
    """The place of an item."""

    item: str


def read_lesson(path: Path) -> list[Prose | Shown]:
    """The notebook's blocks, each item once; code cells of any other form are passed over.

    Raises:
        ReleaseError: it cannot be read; the text is for the learner.
    """
    try:
        with open_regular(path) as file:
            notebook = as_mapping(json.loads(read_capped(file, path, MAX_BYTES)))
    except FileNotFoundError:
        raise _unreadable(f"{path.name} is missing") from None
    except OSError as error:
        raise _unreadable(error.strerror or str(error)) from None
    except (LogUnreadable, ValueError, RecursionError):
        raise _unreadable(f"{path.name} is damaged") from None
    blocks: list[Prose | Shown] = []
    for cell in map(as_mapping, as_list(notebook.get("cells"))):
        source = cell.get("source")
        text = source if isinstance(source, str) else "".join(map(str, as_list(source)))
        if cell.get("cell_type") == "markdown":
            blocks.append(Prose(text))
        elif cell.get("cell_type") == "code" and (found := _SHOWN.fullmatch(text.strip())) is not None:
            shown = Shown(found[1])
            blocks += [shown] if shown not in blocks else []
    return blocks


def _unreadable(why: str) -> ReleaseError:
    return ReleaseError(words("plain-lesson-unreadable", reason=as_sentence(why)))
