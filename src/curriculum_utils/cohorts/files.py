"""Writing a cohort's files: a kill at any moment leaves the old one or the new one, and nobody else reads them."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.responses.files import sync_folder

PRIVATE = 0o600
_WAIT_S = 30


def write_private(path: Path, content: bytes) -> None:
    """Puts `content` in the place of the file in one step, on disk when this returns; mode 0600."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(PRIVATE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


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
