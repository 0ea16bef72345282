"""Writing a cohort's files: a kill at any moment leaves the old one or the new one, and nobody else reads them."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.responses.files import write_private

__all__ = ["PRIVATE", "one_at_a_time", "write_private"]
PRIVATE = 0o600
_WAIT_S = 30


@contextmanager
def one_at_a_time(root: Path) -> Generator[None]:
    """While it is held nobody else makes, changes or restores a cohort of the course.

    Raises:
        CohortError: another command holds it for too long.
    """
    folder = root / "cohorts"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock").acquire(timeout=_WAIT_S, poll_interval=0.05):
            yield
    except Timeout:
        raise CohortError(
            f"{display_path(folder)}: another command is changing cohorts; run this one again when it is done"
        ) from None
