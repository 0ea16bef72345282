"""What is in a submission, in one number: the same where a learner hands in and where an instructor receives it."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from curriculum_utils.content import canonical_json
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.responses.reading import read_log


def answer_files(folder: Path) -> list[Path]:
    """The logs in a folder of them, by name; links are none."""
    return sorted(path for path in folder.glob("*.jsonl") if path.is_file() and not path.is_symlink())


def answers_digest(logs: Iterable[Path]) -> str:
    """The SHA-256 (hex) of the answers saved in these logs; what was only shown does not change it.

    Args:
        logs: as `answer_files` gives them; their order counts.
    Raises:
        OSError: a log that is no log cannot even be read as bytes.
    """
    digest = hashlib.sha256()
    for path in logs:
        try:
            commits = [event for event in read_log(path).events if event.kind == "commit"]
        except LogUnreadable:
            digest.update(path.read_bytes())
            continue
        for event in commits:
            digest.update(canonical_json([path.name, event.item, event.at, dict(event.answer)]).encode())
    return digest.hexdigest()
