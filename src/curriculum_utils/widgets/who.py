"""Who the learner of a folder is, where no hub and no command says it: asked once, kept in the folder."""

import json
import re
from pathlib import Path

from curriculum_utils.content import as_mapping

WHO = "learner.json"
# As in a roster.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def is_learner_id(text: str) -> bool:
    """Whether a roster could hold the id."""
    return _ID.fullmatch(text) is not None


def kept_learner(home: Path) -> str | None:
    """The id that was given for this folder; None if none was."""
    try:
        found = str(as_mapping(json.loads((home / WHO).read_text("utf-8"))).get("learner", ""))
    except (OSError, ValueError, RecursionError):
        return None
    return found if is_learner_id(found) else None


def keep_learner(home: Path, learner: str) -> None:
    """Keeps the id for this folder.

    Raises:
        OSError: it cannot be written.
    """
    new = home / f"{WHO}.new"
    new.write_text(json.dumps({"v": 1, "learner": learner}) + "\n", "utf-8")
    new.replace(home / WHO)
