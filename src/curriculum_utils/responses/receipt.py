"""What is in a submission, in one number: the same where a learner hands in and where an instructor receives it."""

import hashlib
from collections.abc import Iterable, Set
from pathlib import Path

from curriculum_utils.content import canonical_json
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.responses.reading import read_log

ANSWERS = frozenset({"commit"})
HANDED_IN = ANSWERS | {"contest"}
"""What a new hand-in would bring: answers, and what a learner says that they see differently."""


def answer_files(folder: Path) -> list[Path]:
    """The logs in a folder of them, by name; links are none."""
    return sorted(path for path in folder.glob("*.jsonl") if path.is_file() and not path.is_symlink())


def answers_digest(logs: Iterable[Path], kinds: Set[str] = HANDED_IN) -> str:
    """The SHA-256 (hex) of what was saved in these logs; what was only shown does not change it.

    Args:
        logs: as `answer_files` gives them; their order counts.
        kinds: the events that count.
    Raises:
        OSError: a log that is no log cannot even be read as bytes.
    """
    digest = hashlib.sha256()
    for path in logs:
        try:
            saved = [event for event in read_log(path).events if event.kind in kinds]
        except LogUnreadable:
            digest.update(path.read_bytes())
            continue
        for event in saved:
            digest.update(canonical_json([path.name, event.item, event.at, dict(event.answer)]).encode())
    return digest.hexdigest()
