"""Which response logs were handed in by more than one learner."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from curriculum_utils.errors import LogUnreadable
from curriculum_utils.items.pinned import CohortFolders
from curriculum_utils.responses import read_log
from curriculum_utils.responses.log import FOLDER


def shared_with(folders: CohortFolders, learner: str, module: str) -> Mapping[str, frozenset[str]]:
    """The other learners who handed in a log of the module, by the log's id."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(folders.everyone("submitted").glob(f"*/{module}/{FOLDER}/*.jsonl")):
        other = path.parents[2].name
        if other == learner:
            continue
        try:
            facts = path.lstat()
        except OSError:
            continue
        for log_id in _log_ids(path, facts.st_mtime_ns, facts.st_size):
            found[log_id].add(other)
    return {log_id: frozenset(names) for log_id, names in found.items()}


@lru_cache(maxsize=20_000)
def _log_ids(path: Path, modified: int, size: int) -> tuple[str, ...]:
    """The ids in one log; read once in a process as long as the file stays as it is."""
    del modified, size
    try:
        return read_log(path).log_ids
    except LogUnreadable:
        return ()
