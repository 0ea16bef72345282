"""Writing a file that leaves the cohort: whole or not at all, and for nobody else's eyes."""

import os
from pathlib import Path

from curriculum_utils.errors import CohortError, display_path


def write_out(path: Path, content: bytes) -> None:
    """Puts `content` in the place of the file in one step, on disk when this returns; mode 0600.

    The unfinished file has a name of its own beside it, always the same: what a kill leaves is taken over by the next
    try and does not pile up.

    Raises:
        CohortError: it cannot be written; what was there before is as it was.
    """
    making = path.with_name(f".{path.name}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        making.unlink(missing_ok=True)
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    except OSError as error:
        making.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise CohortError(f"{display_path(path)}: cannot be written ({reason}); name another file with --to") from None
